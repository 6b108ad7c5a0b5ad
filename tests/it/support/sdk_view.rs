//! Calls as the SDK's client sees them: the kind of `SdkError` that a call ends with, clients with
//! other settings than the default one, and waiting until the mock has noticed what a client did.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsInput;
use mock_cognito_identity::{MockCognitoIdentity, Outcome};

/// A short name of the result of a call: `ok`, or the kind of `SdkError`.
pub(crate) fn sdk_outcome<T, E, R>(result: &Result<T, SdkError<E, R>>) -> String
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

/// A short name of the outcome that the mock recorded.
pub(crate) fn recorded_outcome(outcome: &Outcome) -> String {
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

/// The number of pools in the mock's own Region.
pub(crate) fn pool_count(mock: &MockCognitoIdentity) -> usize {
    let all = ListIdentityPoolsInput::builder().max_results(60).build();
    let pools = mock.with_engine(|engine| engine.list_identity_pools(all.unwrap()));
    pools.unwrap().identity_pools().len()
}

/// Waits until all recorded calls have the outcome `Dropped`. Over TCP the mock learns only from
/// its sockets that a caller went away.
pub(crate) async fn wait_until_dropped(mock: &MockCognitoIdentity) {
    // A limit on iterations, not on time: a failing test must not hang, and tokio's time may be
    // paused.
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

/// Runs a future without any runtime.
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

/// A client of the mock that does not retry.
pub(crate) fn client_without_retries(mock: &MockCognitoIdentity) -> Client {
    let retries = RetryConfig::disabled();
    Client::from_conf(mock.config().retry_config(retries).build())
}

/// A client of the mock with these timeouts.
pub(crate) fn client_with_timeouts(mock: &MockCognitoIdentity, timeouts: TimeoutConfig) -> Client {
    Client::from_conf(mock.config().timeout_config(timeouts).build())
}
