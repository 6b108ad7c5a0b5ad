//! The transport over TCP: each mock has a listener of its own, and a thread and a runtime to itself
//! until it is dropped.
//!
//! The thread owns every task that it starts. Stopping the server aborts open connections and does
//! not drain them, because a hanging call would never end.

use std::cell::Cell;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{LocalSet, spawn_local};

use super::body::{self, HangUp, MAX_BODY_BYTES, Outgoing};
use super::entrance::Entrance;
use super::routes::{Admission, Routes};
use super::worker::{Busy, Worker};
use crate::service::in_flight::InFlight;
use crate::service::reply::Action;
use crate::service::{Service, USER_CLOSURE_TIMEOUT};

/// How long to wait if the process has no file descriptors left to accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(5);

/// How many connections may wait to be accepted. The backlog of a listener of std is 128, and
/// further connections are established a second later, when their SYN is sent again. The operating
/// system may set a lower limit.
const BACKLOG: u32 = 4_096;

/// A running server. Dropping it stops it.
pub(crate) struct TcpServer {
    address: SocketAddr,
    served: Served,
    port: Mutex<Port>,
    worker: Busy,
}

/// What the connections of a server share.
#[derive(Clone)]
struct Served {
    service: Arc<Service>,
    entrance: Arc<Entrance>,
    routes: Option<Arc<dyn Routes>>,
}

/// The state of the port and the way to change it. The lock is held while the server thread makes a
/// change, to serialize callers. The thread never takes this lock.
#[derive(Debug)]
struct Port {
    refuses: bool,
    /// Dropping the sender stops the server.
    toggles: Option<UnboundedSender<Toggle>>,
    /// The thread owns the listener.
    listener: Weak<tokio::net::TcpListener>,
    /// Whether the mock chose the port. The user may want to listen again on any other.
    is_chosen: bool,
}

/// Tells the server thread to stop listening, or to listen again if it has stopped.
struct Toggle {
    /// Receives the result of the change, with the new listener if there is one.
    done: mpsc::Sender<io::Result<Weak<tokio::net::TcpListener>>>,
}

impl TcpServer {
    /// Starts a server on `listener`, which must already listen, or else on a free port of
    /// 127.0.0.1. It asks `routes` before the service. The error is a message for the user.
    pub(crate) fn start(
        listener: Option<TcpListener>,
        service: Arc<Service>,
        routes: Option<Arc<dyn Routes>>,
    ) -> Result<Self, String> {
        let cannot_start = |error| format!("cannot start the server: {error}");
        let worker = Worker::take().map_err(cannot_start)?;
        let is_chosen = listener.is_none();
        let listener = {
            let _context = worker.runtime().enter();
            match listener {
                Some(listener) => listening(listener).map_err(cannot_start)?,
                None => listen((Ipv4Addr::LOCALHOST, 0).into())
                    .map_err(|error| format!("cannot listen on 127.0.0.1: {error}"))?,
            }
        };
        let address = listener.local_addr().map_err(cannot_start)?;
        let listener = Arc::new(listener);
        let (toggles, received_toggles) = unbounded_channel();
        let port = Port {
            refuses: false,
            toggles: Some(toggles),
            listener: Arc::downgrade(&listener),
            is_chosen,
        };
        let served = Served {
            service,
            entrance: Arc::default(),
            routes,
        };
        let job = {
            let served = served.clone();
            move |runtime: &Runtime| run(runtime, listener, address, &served, received_toggles)
        };
        Ok(Self {
            address,
            served,
            port: Mutex::new(port),
            worker: worker.run(job).map_err(cannot_start)?,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes the port listen, or refuse all connections and close the open ones. `refuses` is
    /// called after all earlier changes are complete, and the change is complete when this returns.
    pub(crate) fn settle(&self, refuses: impl FnOnce() -> bool) -> io::Result<()> {
        let mut port = self.port.lock().unwrap_or_else(PoisonError::into_inner);
        let refuses = refuses();
        if port.refuses == refuses {
            return Ok(());
        }
        if self.is_own_thread() {
            return Err(io::Error::other(
                "a closure given to a fault runs on the server's thread and cannot wait for it",
            ));
        }
        let stopped = || io::Error::other("the server has stopped");
        let (done, answer) = mpsc::channel();
        let toggles = port.toggles.as_ref().ok_or_else(stopped)?;
        toggles.send(Toggle { done }).map_err(|_| stopped())?;
        // This takes microseconds, unless a closure of the user's runs on the thread. The closure
        // may be waiting for this caller, so the wait has a timeout; the thread then makes the
        // change later.
        match answer.recv_timeout(USER_CLOSURE_TIMEOUT) {
            Ok(listener) => port.listener = listener?,
            Err(RecvTimeoutError::Disconnected) => return Err(stopped()),
            Err(RecvTimeoutError::Timeout) => self.report_waiting("opening or closing the port"),
        }
        port.refuses = refuses;
        Ok(())
    }

    fn is_own_thread(&self) -> bool {
        self.worker.thread == std::thread::current().id()
    }

    fn report_waiting(&self, who: &str) {
        let service = &self.served.service;
        service.report_waiting(who, self.worker.thread);
    }

    /// Stops the server: no call is answered and no closure of the user's runs from then on, and the
    /// port refuses connections. Calling it again has no effect.
    ///
    /// Connections without a call are closed by the thread, a little later. If a closure of the
    /// user's runs on the thread, the wait for it has a timeout, because the closure may be waiting
    /// for this caller.
    pub(crate) fn stop(&mut self) {
        let port = self.port.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(toggles) = port.toggles.take() else {
            return;
        };
        // A closure that drops its own mock runs on the thread and cannot wait for it.
        if self.is_own_thread() {
            return;
        }
        let is_empty = self.served.entrance.close(USER_CLOSURE_TIMEOUT);
        let port = self.port.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A call in flight ends before this returns, so that reports say how it ended, and so does a
        // request to a route, which does not pass the entrance.
        let is_busy = self.served.service.has_calls_in_flight() || self.served.routes.is_some();
        let must_wait = !port.refuse_from_here() || is_busy;
        drop(toggles);
        if !is_empty || (must_wait && !self.worker.wait(USER_CLOSURE_TIMEOUT)) {
            self.report_waiting("stopping the mock");
        }
    }
}

impl Port {
    /// Makes the port refuse connections without the help of the thread, and releases it, if that
    /// is possible.
    fn refuse_from_here(&self) -> bool {
        // On other systems a listening socket cannot be shut down.
        if !cfg!(target_os = "linux") || !self.is_chosen {
            return false;
        }
        match self.listener.upgrade() {
            Some(listener) => {
                let socket = socket2::SockRef::from(&*listener);
                socket.shutdown(std::net::Shutdown::Both).is_ok()
            }
            None => self.refuses,
        }
    }
}

impl Drop for TcpServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs on the server thread: alternates between listening and refusing connections.
fn run(
    runtime: &Runtime,
    mut listener: Arc<tokio::net::TcpListener>,
    address: SocketAddr,
    served: &Served,
    mut toggles: UnboundedReceiver<Toggle>,
) {
    loop {
        let tasks = LocalSet::new();
        tasks.spawn_local(accept(listener, served.clone()));
        let toggle = tasks.block_on(runtime, toggles.recv());
        // The listener and all connections belong to tasks of the set. Dropping it closes them, and
        // the port refuses connections.
        drop(tasks);
        let Some(Toggle { done }) = toggle else {
            return;
        };

        let _context = runtime.enter();
        let reserved = match reserve(address) {
            Ok(reserved) => reserved,
            Err(error) => return report(&done, Err(error)),
        };
        report(&done, Ok(Weak::new()));

        let Some(Toggle { done }) = runtime.block_on(toggles.recv()) else {
            return;
        };
        listener = match reserved.listen(BACKLOG) {
            Ok(listener) => Arc::new(listener),
            Err(error) => return report(&done, Err(error)),
        };
        report(&done, Ok(Arc::downgrade(&listener)));
    }
}

/// Listens on an address. It must be called inside a runtime.
pub(crate) fn listen(address: SocketAddr) -> io::Result<tokio::net::TcpListener> {
    reserve(address)?.listen(BACKLOG)
}

fn listening(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// Binds an address without listening on it: connections are refused, and the port is given to no
/// other process. Listening again therefore cannot race with another process.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Std's listeners set this option on Unix, too: remains of closed connections (TIME_WAIT) do
    // not block the port. On Windows they never do, and the option has another meaning.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn report<T>(done: &mpsc::Sender<io::Result<T>>, result: io::Result<T>) {
    // Sending fails only if the caller no longer waits.
    let _ = done.send(result);
}

async fn accept(listener: Arc<tokio::net::TcpListener>, served: Served) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(spawn_local(serve(stream, served.clone()))),
            // The listener was shut down.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return,
            // A pause instead of an event, because the kernel has none for a free file descriptor.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Serves one connection until it closes.
async fn serve(stream: TcpStream, served: Served) {
    // Small responses must not wait for more data. If this fails, they only arrive later.
    let _ = stream.set_nodelay(true);
    let reset = Rc::new(Cell::new(false));
    let connection = Connection {
        stream: TokioIo::new(stream),
        reset: Rc::clone(&reset),
    };
    let respond = service_fn(|request| {
        let (served, reset) = (served.clone(), Rc::clone(&reset));
        async move { perform(&served, request, &reset).await }
    });
    // An error means that the client disconnected or sent no HTTP, or that a fault hung up.
    let _ = http1::Builder::new()
        .auto_date_header(false)
        // A response is small: to copy its body behind the head is cheaper than to write both apart.
        .writev(false)
        .serve_connection(connection, respond)
        .await;
}

async fn perform(
    served: &Served,
    request: Request<Incoming>,
    reset: &Cell<bool>,
) -> Result<Response<Outgoing>, HangUp> {
    let Served {
        service,
        entrance,
        routes,
    } = served;
    let (parts, body) = request.into_parts();
    // An error means that the sender has disconnected.
    let read = |body, most| async move { body::read(body, most).await.map_err(|_| HangUp) };
    if let Some(routes) = routes {
        match routes.admit(&parts) {
            Admission::NoRoute => {}
            Admission::Admitted => {
                let body = read(body, routes.max_body_bytes()).await?;
                return Ok(routes.answer(&parts, body).await.map(Outgoing::Whole));
            }
            Admission::Refused(response) => return Ok(response.map(Outgoing::Whole)),
        }
    }
    let body = read(body, MAX_BODY_BYTES).await?;
    let inside = entrance.enter().ok_or(HangUp)?;
    let reply = service.subscriber().hears(|| match body {
        Some(body) => service.handle(&parts, &body),
        None => service.handle_too_large(&parts),
    });
    let mut in_flight = InFlight::new(service, &reply);
    drop(inside);
    for gate in reply.gates {
        gate.opened().await;
    }
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    if reply.action.ends() {
        in_flight.answered(reply.delay);
    }
    match reply.action {
        Action::Respond(response) => Ok(response.map(Outgoing::Whole)),
        Action::Truncate(response) => Ok(response.map(Outgoing::Half)),
        Action::Close => Err(HangUp),
        Action::Reset => {
            reset.set(true);
            Err(HangUp)
        }
        Action::Hang => std::future::pending().await,
    }
}

/// A stream that can be closed with a reset (RST) instead of an orderly close (FIN).
struct Connection {
    stream: TokioIo<TcpStream>,
    reset: Rc<Cell<bool>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.reset.get() {
            // With a linger time of zero, closing sends RST and discards unsent data.
            let _ = self.stream.inner().set_zero_linger();
        }
    }
}

impl hyper::rt::Read for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, buffers)
    }
}
