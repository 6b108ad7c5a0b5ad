//! Over a socket: one thread, one runtime, one listener for each mock, and nothing shared.
//!
//! The thread owns every task that it starts. Stopping aborts what is open instead of draining
//! it, because a hanging call would never drain.

use std::cell::Cell;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{LocalSet, spawn_local};

use super::MAX_BODY_BYTES;
use super::body::{HangUp, Outgoing};
use crate::service::{Action, Service};

/// A body too large is still read up to here, so that its sender gets to see the refusal.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;
/// How long to wait when the process has no descriptors left to accept with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(5);

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct TcpServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TcpServer {
    /// Serves `listener`, which is listening already, until it is stopped.
    pub(crate) fn start(listener: TcpListener, service: Arc<Service>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("mock-cognito-identity".to_owned())
            .spawn(move || {
                let tasks = LocalSet::new();
                tasks.spawn_local(accept(listener, service));
                // It fails when the handle is gone without a word, which means the same.
                let _ = tasks.block_on(&runtime, stopped);
                // The listener and every connection belong to tasks of the set: gone, the port
                // refuses and they are closed.
                drop(tasks);
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, aborts what is open and waits for the thread. Does nothing twice.
    pub(crate) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself; then nobody listens, which is all that is wanted.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
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

async fn accept(listener: TcpListener, service: Arc<Service>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
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
    let Some(body) = read(body).await? else {
        return Ok(service.too_large().map(Outgoing::Whole));
    };
    let reply = service.handle(&parts, &body);
    drop(body);
    for gate in reply.gates {
        gate.opened().await;
    }
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
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

/// The SDK's own plain-HTTP client, with every request sent to one address: whatever endpoint a
/// client was made for, it ends up at this mock.
#[derive(Debug)]
pub(crate) struct RoutedClient {
    address: SocketAddr,
    inner: SharedHttpClient,
}

impl RoutedClient {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            inner: aws_smithy_http_client::Builder::new().build_http(),
        }
    }
}

impl HttpClient for RoutedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(RoutedConnector {
            address: self.address,
            inner,
        })
    }
}

#[derive(Debug)]
struct RoutedConnector {
    address: SocketAddr,
    inner: SharedHttpConnector,
}

impl HttpConnector for RoutedConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let path = request.uri().parse::<http::Uri>().ok();
        let path = path
            .as_ref()
            .and_then(http::Uri::path_and_query)
            .map_or("/", |path| path.as_str());
        let uri = format!("http://{}{path}", self.address);
        match request.set_uri(uri) {
            Ok(()) => self.inner.call(request),
            Err(error) => HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        }
    }
}
