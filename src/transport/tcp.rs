//! Over a socket: one thread, one runtime, one listener for each mock, and nothing shared.
//!
//! The thread owns every task that it starts. Stopping aborts what is open instead of draining
//! it, because a hanging call would never drain.

use std::cell::Cell;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{LocalSet, spawn_local};

use super::MAX_BODY_BYTES;
use super::body::{HangUp, Outgoing};
use crate::service::in_flight::InFlight;
use crate::service::reply::Action;
use crate::service::{Service, USER_CLOSURE_TIMEOUT};

/// A body too large is still read up to here, so that its sender gets to see the refusal.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;
/// How long to wait when the process has no descriptors left to accept with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(5);

/// How many connections may wait to be accepted. A listener of std has room for 128; those beyond
/// are made a second later, when their SYN is sent again. The system may set a lower limit.
const BACKLOG: u32 = 4_096;

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct TcpServer {
    address: SocketAddr,
    service: Arc<Service>,
    port: Mutex<Port>,
    thread: Option<JoinHandle<()>>,
    /// Breaks when the thread ends. In a mutex only because a server is shared by threads.
    ended: Mutex<mpsc::Receiver<()>>,
}

/// What the thread was told about the port. Locked while it is being told, so that those who
/// change it come one after the other. The thread never takes this lock.
#[derive(Debug)]
struct Port {
    refuses: bool,
    /// Gone, the thread stops.
    turns: Option<UnboundedSender<Turn>>,
}

/// Tells the thread to stop listening, or to listen again if it has stopped.
struct Turn {
    /// Told when that is done.
    done: mpsc::Sender<io::Result<()>>,
}

impl TcpServer {
    /// Serves `listener`, which is listening already, or a free port of 127.0.0.1 without one,
    /// until it is stopped. The error is a sentence.
    pub(crate) fn start(
        listener: Option<TcpListener>,
        service: Arc<Service>,
    ) -> Result<Self, String> {
        let cannot_start = |error| format!("cannot start the server: {error}");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(cannot_start)?;
        let listener = {
            let _context = runtime.enter();
            match listener {
                Some(listener) => listening(listener).map_err(cannot_start)?,
                None => keep((Ipv4Addr::LOCALHOST, 0).into())
                    .and_then(|socket| socket.listen(BACKLOG))
                    .map_err(|error| format!("cannot listen on 127.0.0.1: {error}"))?,
            }
        };
        let address = listener.local_addr().map_err(cannot_start)?;
        let (turns, told) = unbounded_channel();
        let (alive, ended) = mpsc::channel();
        let served = Arc::clone(&service);
        let thread = std::thread::Builder::new()
            .name("mock-cognito-identity".to_owned())
            .spawn(move || {
                let _alive: mpsc::Sender<()> = alive;
                run(&runtime, listener, address, &served, told);
                // The runtime goes before the sender: whoever sees the end finds no socket left.
                drop(runtime);
            })
            .map_err(cannot_start)?;
        Ok(Self {
            address,
            service,
            port: Mutex::new(Port {
                refuses: false,
                turns: Some(turns),
            }),
            thread: Some(thread),
            ended: Mutex::new(ended),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes the port listen, or refuse all connections and close those that are there. `refuses`
    /// is asked after all earlier changes are made, and the change is made when this returns.
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
        let turns = port.turns.as_ref().ok_or_else(stopped)?;
        turns.send(Turn { done }).map_err(|_| stopped())?;
        // This takes microseconds, unless a closure of the user's runs on the thread. That may be
        // waiting for the caller, so the wait has an end; the thread makes the change later.
        match answer.recv_timeout(USER_CLOSURE_TIMEOUT) {
            Ok(answer) => answer?,
            Err(RecvTimeoutError::Disconnected) => return Err(stopped()),
            Err(RecvTimeoutError::Timeout) => self.report_waiting("a change of the port"),
        }
        port.refuses = refuses;
        Ok(())
    }

    fn is_own_thread(&self) -> bool {
        let own = self.thread.as_ref().map(|thread| thread.thread().id());
        own == Some(std::thread::current().id())
    }

    fn report_waiting(&self, who: &str) {
        if let Some(thread) = &self.thread {
            self.service.report_waiting(who, thread.thread().id());
        }
    }

    /// Stops accepting, aborts what is open and waits for the thread. Does nothing twice.
    ///
    /// A closure of the user's that runs on the thread is waited for only so long: it may itself
    /// wait for the caller. The thread then ends when the closure does.
    pub(crate) fn stop(&mut self) {
        let port = self.port.get_mut().unwrap_or_else(PoisonError::into_inner);
        port.turns = None;
        // A closure that drops the last handle of its mock cannot wait for its own thread.
        if self.is_own_thread() {
            self.thread = None;
        }
        if self.thread.is_none() {
            return;
        }
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(USER_CLOSURE_TIMEOUT) == Err(RecvTimeoutError::Timeout) {
            self.report_waiting("the end of the mock");
            self.thread = None;
        } else if let Some(thread) = self.thread.take() {
            // A panic of the server thread is a bug of this crate; it was printed when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for TcpServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The life of the thread: to listen, and to refuse, in turns.
fn run(
    runtime: &Runtime,
    mut listener: tokio::net::TcpListener,
    address: SocketAddr,
    service: &Arc<Service>,
    mut turns: UnboundedReceiver<Turn>,
) {
    loop {
        let tasks = LocalSet::new();
        tasks.spawn_local(accept(listener, Arc::clone(service)));
        let turn = tasks.block_on(runtime, turns.recv());
        // The listener and every connection belong to tasks of the set: gone, the port refuses
        // and they are closed.
        drop(tasks);
        let Some(Turn { done }) = turn else { return };

        let _context = runtime.enter();
        let kept = match keep(address) {
            Ok(kept) => kept,
            Err(error) => return tell(&done, Err(error)),
        };
        tell(&done, Ok(()));

        let Some(Turn { done }) = runtime.block_on(turns.recv()) else {
            return;
        };
        listener = match kept.listen(BACKLOG) {
            Ok(listener) => listener,
            Err(error) => return tell(&done, Err(error)),
        };
        tell(&done, Ok(()));
    }
}

fn listening(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// Keeps an address without listening there: connections are refused, and nobody else is given
/// the port. Listening again is then no race with anybody.
fn keep(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As std's listeners on Unix: what is left of closed connections does not keep the port from
    // us. On Windows it does not anyway, and the option means another thing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn tell(done: &mpsc::Sender<io::Result<()>>, result: io::Result<()>) {
    // Who asked waits for the answer, unless its thread is gone.
    let _ = done.send(result);
}

async fn accept(listener: tokio::net::TcpListener, service: Arc<Service>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(spawn_local(serve(stream, Arc::clone(&service)))),
            // Not waiting for an event: the kernel has none for "a descriptor is free again".
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// One connection, from accept to close.
async fn serve(stream: TcpStream, service: Arc<Service>) {
    // Small answers must not wait for more to send; without it they only come later.
    let _ = stream.set_nodelay(true);
    let reset = Rc::new(Cell::new(false));
    let connection = Connection {
        stream: TokioIo::new(stream),
        reset: Rc::clone(&reset),
    };
    let respond = service_fn(|request| {
        let (service, reset) = (Arc::clone(&service), Rc::clone(&reset));
        async move { perform(&service, request, &reset).await }
    });
    // An error here is a client that went away, spoke no HTTP, or was hung up on by a fault.
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(connection, respond)
        .await;
}

async fn perform(
    service: &Service,
    request: Request<Incoming>,
    reset: &Cell<bool>,
) -> Result<Response<Outgoing>, HangUp> {
    let (parts, body) = request.into_parts();
    let reply = match read(body).await? {
        Some(body) => service.handle(&parts, &body),
        None => service.handle_too_large(&parts),
    };
    let mut in_flight = InFlight::new(service, &reply);
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

/// The whole body, or `None` if it is too large. A body that breaks off makes no request: it is
/// not answered, as its sender is gone, and changes nothing.
async fn read(mut body: Incoming) -> Result<Option<Bytes>, HangUp> {
    let mut whole = Bytes::new();
    let mut joined = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| HangUp)?.into_data() else {
            continue;
        };
        length += data.len();
        if length > MAX_DRAINED_BYTES {
            return Ok(None);
        }
        if length > MAX_BODY_BYTES {
            continue;
        }
        // One frame is the usual case, and then its bytes are the body.
        if whole.is_empty() && joined.is_empty() {
            whole = data;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut whole));
            joined.extend_from_slice(&data);
        }
    }
    Ok(if length > MAX_BODY_BYTES {
        None
    } else if joined.is_empty() {
        Some(whole)
    } else {
        Some(joined.freeze())
    })
}

/// A stream that can be closed with a reset instead of an orderly end.
struct Connection {
    stream: TokioIo<TcpStream>,
    reset: Rc<Cell<bool>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.reset.get() {
            // With nothing left to linger for, closing sends RST and throws away what is unsent.
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
