//! What the tests of the harness share: how the SDK saw an answer, and calls that no SDK makes.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cognitoidentity::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsInput;
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::{MockCognitoIdentity, Outcome};

/// Which `SdkError` a call ended with, in a few words.
pub(crate) fn seen<T, E, R>(result: &Result<T, SdkError<E, R>>) -> String
where
    E: ProvideErrorMetadata,
{
    match result {
        Ok(_) => "ok".to_owned(),
        Err(SdkError::ServiceError(error)) => match error.err().code() {
            Some(code) => format!("service: {code}"),
            None => "service: no code".to_owned(),
        },
        Err(SdkError::ResponseError(_)) => "response".to_owned(),
        Err(SdkError::TimeoutError(_)) => "timeout".to_owned(),
        Err(SdkError::DispatchFailure(failure)) => {
            let kind = match () {
                () if failure.is_timeout() => "timeout",
                () if failure.is_io() => "io",
                () if failure.is_user() => "user",
                () if failure.is_other() => "other",
                () => "?",
            };
            format!("dispatch: {kind}")
        }
        Err(_) => "another error".to_owned(),
    }
}

/// How a call was recorded, in a few words.
pub(crate) fn recorded(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Success => "success".to_owned(),
        Outcome::Error(error) if error.code().is_empty() => {
            format!("HTTP status {}", error.status())
        }
        Outcome::Error(error) => format!("{} {}", error.code(), error.status()),
        Outcome::Dropped => "dropped".to_owned(),
        _ => "another outcome".to_owned(),
    }
}

/// How many pools there are.
pub(crate) fn pools(mock: &MockCognitoIdentity) -> usize {
    let all = ListIdentityPoolsInput::builder().max_results(60).build();
    let pools = mock.with_engine(|engine| engine.list_identity_pools(all.unwrap()));
    pools.unwrap().identity_pools().len()
}

/// Waits until the mock has noticed that the callers of all its calls went away: over TCP it learns
/// that from its sockets.
pub(crate) async fn dropped(mock: &MockCognitoIdentity) {
    // So that a test which fails does not hang. The runtime's own time may be paused.
    const LIMIT: u32 = 1_000_000;
    for _ in 0..LIMIT {
        if mock
            .calls()
            .iter()
            .all(|call| call.outcome == Outcome::Dropped)
        {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("recorded: {}", mock.timeline());
}

/// Lets a future run on no runtime at all.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A client of the mock that never retries.
pub(crate) fn once(mock: &MockCognitoIdentity) -> Client {
    let retries = RetryConfig::disabled();
    Client::from_conf(mock.config().retry_config(retries).build())
}

/// A client of the mock that waits for an answer no longer than this.
pub(crate) fn impatient(mock: &MockCognitoIdentity, timeouts: TimeoutConfig) -> Client {
    Client::from_conf(mock.config().timeout_config(timeouts).build())
}

/// Removes the signature on the way out.
#[derive(Debug)]
pub(crate) struct Unsigned;

impl Intercept for Unsigned {
    fn name(&self) -> &'static str {
        "Unsigned"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().remove("authorization");
        Ok(())
    }
}

/// Sends something else than what the SDK has made, with a header replaced or a body.
#[derive(Debug)]
pub(crate) enum Instead {
    Header(&'static str, &'static str),
    Body(&'static str),
}

impl Intercept for Instead {
    fn name(&self) -> &'static str {
        "Instead"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        match *self {
            Self::Header(name, value) => {
                request.headers_mut().insert(name, value);
            }
            Self::Body(body) => {
                let length = body.len().to_string();
                request.headers_mut().insert("content-length", length);
                *request.body_mut() = SdkBody::from(body);
            }
        }
        Ok(())
    }
}

/// A connection of one's own, to see what is on the wire.
#[derive(Debug)]
pub(crate) struct Raw(TcpStream);

impl Raw {
    /// Connects and sends `GetId` for a pool.
    pub(crate) fn get_id(mock: &MockCognitoIdentity, pool_id: &str) -> Self {
        let body = format!(r#"{{"IdentityPoolId":"{pool_id}"}}"#);
        let head = "POST / HTTP/1.1\r\nx-amz-target: AWSCognitoIdentityService.GetId\r\n\
                    content-type: application/x-amz-json-1.1\r\n";
        Self::send(mock.address().unwrap(), head, &body)
    }

    /// Connects and sends a request, whose length and host are added to its head.
    pub(crate) fn send(address: SocketAddr, head: &str, body: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        // So that a test which fails does not hang.
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let length = body.len();
        let request = format!("{head}host: mock\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        Self(stream)
    }

    /// All that is answered until the other side closes, and how it closes.
    pub(crate) fn until_closed(mut self) -> (String, io::Result<()>) {
        let mut answer = Vec::new();
        let end = self.0.read_to_end(&mut answer).map(|_| ());
        (String::from_utf8(answer).unwrap(), end)
    }

    /// One answer: its head, in lower case, and as many bytes of body as it promises.
    pub(crate) fn answer(mut self) -> (String, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let mut body = vec![0; promised(&head)];
        self.0.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }
}

/// The `content-length` in a head of lower case.
pub(crate) fn promised(head: &str) -> usize {
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.unwrap().trim().parse().unwrap()
}
