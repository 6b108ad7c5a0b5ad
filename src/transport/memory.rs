//! The transport in memory: an HTTP client for the SDK that calls the service directly.
//!
//! It has no socket, no thread and no timer. Delays use the client's sleep, so that under tokio's
//! paused time they take no real time and are measured exactly.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use tokio::sync::watch;

use super::body::{self, MAX_BODY_BYTES, Outgoing};
use crate::service::Service;
use crate::service::in_flight::InFlight;
use crate::service::reply::{Action, Reply};

/// Passes every request of an SDK client to a service in the same process.
#[derive(Debug, Clone)]
pub(crate) struct MemoryClient {
    service: Arc<Service>,
}

impl MemoryClient {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self { service }
    }
}

impl HttpClient for MemoryClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(MemoryConnector {
            service: Arc::clone(&self.service),
            read_timeout: settings.read_timeout(),
            sleep: components.sleep_impl(),
        })
    }
}

#[derive(Debug, Clone)]
struct MemoryConnector {
    service: Arc<Service>,
    read_timeout: Option<Duration>,
    sleep: Option<SharedAsyncSleep>,
}

impl HttpConnector for MemoryConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let (parts, body) = request.into_parts();
            // The body is polled to its end, although its bytes are available, so that the SDK sees
            // it sent. The SDK takes a body that is not read for a stalled upload.
            let body = body::read(body, MAX_BODY_BYTES)
                .await
                .map_err(ConnectorError::user)?;
            let service = &connector.service;
            let broken = connected(service.connect())?;
            let reply = service
                .subscriber()
                .hears_unless_another_does(|| match &body {
                    Some(body) => service.handle(&parts, body),
                    None => service.handle_too_large(&parts),
                });
            if reply.is_immediate() {
                act(reply.action).await
            } else {
                // In a box of its own, because it would make this future several times as large, and
                // most calls do not wait.
                Box::pin(connector.perform_within_limits(reply, broken)).await
            }
        })
    }
}

impl MemoryConnector {
    /// Performs a reply until the connection breaks or the read timeout expires.
    async fn perform_within_limits(
        &self,
        reply: Reply,
        mut broken: watch::Receiver<u64>,
    ) -> Result<HttpResponse, ConnectorError> {
        let (service, sleep) = (&self.service, &self.sleep);
        let mut in_flight = InFlight::new(service, &reply);
        let answer = async {
            let answer = perform(reply, sleep.as_ref(), &mut in_flight);
            match Timeout::new(answer, broken.changed()).await {
                Ok(answer) => answer,
                // The connection is broken: the mock refuses connections or was dropped.
                Err(_) => {
                    connected(service.liveness().check())?;
                    act(Action::Close).await
                }
            }
        };
        // A connection in memory is established at once, so only the read timeout can expire.
        match (self.read_timeout, sleep) {
            (Some(limit), Some(sleep)) => match Timeout::new(answer, sleep.sleep(limit)).await {
                Ok(answer) => answer,
                Err(_) => {
                    in_flight.given_up(limit);
                    Err(ConnectorError::timeout(
                        format!("no response within the read timeout of {limit:?}").into(),
                    ))
                }
            },
            _ => answer.await,
        }
    }
}

/// Converts a failure to connect into the SDK's error.
fn connected<T>(connection: io::Result<T>) -> Result<T, ConnectorError> {
    connection.map_err(|error| ConnectorError::io(error.into()))
}

async fn perform(
    reply: Reply,
    sleep: Option<&SharedAsyncSleep>,
    in_flight: &mut InFlight<'_>,
) -> Result<HttpResponse, ConnectorError> {
    for gate in reply.gates {
        gate.opened().await;
    }
    if !reply.delay.is_zero() {
        // A client without a sleep cannot wait. The SDK rejects timeouts and retries then, too.
        let sleep = sleep
            .ok_or_else(|| ConnectorError::user("a delay needs the client's sleep_impl".into()))?;
        sleep.sleep(reply.delay).await;
    }
    if reply.action.ends() {
        in_flight.answered(reply.delay);
    }
    act(reply.action).await
}

async fn act(action: Action) -> Result<HttpResponse, ConnectorError> {
    match action {
        Action::Respond(answer) => response(answer.map(SdkBody::from)),
        Action::Truncate(answer) => {
            response(answer.map(|bytes| SdkBody::from_body_1_x(Outgoing::Half(bytes))))
        }
        // The SDK's own connector reports a closed connection so, as it has no error kind for it.
        Action::Close => {
            let closed = io::Error::from(io::ErrorKind::UnexpectedEof);
            let retried = Some(ErrorKind::TransientError);
            Err(ConnectorError::other(closed.into(), retried))
        }
        Action::Reset => {
            let reset = io::Error::from(io::ErrorKind::ConnectionReset);
            Err(ConnectorError::io(reset.into()))
        }
        Action::Hang => std::future::pending().await,
    }
}

fn response(response: http::Response<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
