//! What the tests share.

pub(crate) mod app;
pub(crate) mod events;
pub(crate) mod http;
pub(crate) mod model;
pub(crate) mod pools;
pub(crate) mod process;
pub(crate) mod roles;
pub(crate) mod sdk_view;
pub(crate) mod secrets;
pub(crate) mod tamper;
pub(crate) mod tokens;

use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use mock_cognito_identity::{Builder, MockCognitoIdentity};

/// Makes a test of each function, once over TCP and once in memory. The function is given a mock
/// with a frozen clock and a seed. At the end of each test the mock prints its calls, in which no
/// secret may be.
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($mock:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of its file")]
            use super::*;

            $(#[$attribute])*
            async fn run($mock: &mock_cognito_identity::MockCognitoIdentity) $body

            #[tokio::test]
            async fn tcp() {
                let mock = $crate::support::mock().start();
                run(&mock).await;
                $crate::support::secrets::assert_none_printed(&mock);
            }

            #[tokio::test]
            async fn in_memory() {
                let mock = $crate::support::mock().in_memory();
                run(&mock).await;
                $crate::support::secrets::assert_none_printed(&mock);
            }
        }
    )+};
}
pub(crate) use both;

/// 2026-01-02 03:04:05.678 UTC, when the tests' clocks stand still.
pub(crate) const NOW_MILLIS: u64 = 1_767_323_045_678;

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MILLIS)
}

/// A mock that is the same on every run.
pub(crate) fn mock() -> Builder {
    MockCognitoIdentity::builder().seed(7).frozen_at(now())
}

/// Two mocks from one builder: the first over TCP, the second in memory. For tests that need another
/// builder than [`both!`] has.
#[track_caller]
pub(crate) fn over_both(builder: impl Fn() -> Builder) -> [MockCognitoIdentity; 2] {
    [builder().start(), builder().in_memory()]
}

/// Code and message of the error that a call was answered with.
#[track_caller]
pub(crate) fn service_error<T, E, R>(result: Result<T, SdkError<E, R>>) -> (String, String)
where
    T: std::fmt::Debug,
    E: ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    match result {
        Err(SdkError::ServiceError(error)) => {
            let error = error.into_err();
            (
                error.code().unwrap_or_default().to_owned(),
                error.message().unwrap_or_default().to_owned(),
            )
        }
        other => panic!("expected an error of the service, got {other:?}"),
    }
}

/// Asserts that a call was rejected with this code and this text.
#[track_caller]
pub(crate) fn assert_service_error<T, E, R>(
    result: Result<T, SdkError<E, R>>,
    code: &str,
    message: &str,
) where
    T: std::fmt::Debug,
    E: ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    let (actual_code, actual_message) = service_error(result);
    assert_eq!(
        (actual_code.as_str(), actual_message.as_str()),
        (code, message)
    );
}

/// A well-formed pool id that names nothing.
pub(crate) const NO_POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000000";

/// A guest of the pool, by way of the API.
pub(crate) async fn guest(client: &Client, pool_id: &str) -> String {
    let answer = client
        .get_id()
        .identity_pool_id(pool_id)
        .send()
        .await
        .unwrap();
    answer.identity_id.unwrap()
}

/// How long runs on demand are asked for, and where from they start.
#[track_caller]
pub(crate) fn number_from_env(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
    )
}

/// A runtime of one's own, for tests that are not async.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// The text of the panic of `run`.
#[track_caller]
pub(crate) fn panic_of(run: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    let panic = panic.expect_err("it does not panic");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .expect("a panic has a text")
}

/// File and line that a panic of `run` names. Only the panic hook learns them, so it is replaced
/// for the whole process; panics of other threads are passed on.
#[track_caller]
pub(crate) fn place_of_panic(run: impl FnOnce()) -> (String, u32) {
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
    use std::sync::{Arc, Mutex};

    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|lock| lock.into_inner());
    let place = Arc::new(Mutex::new(None));
    let (seen, thread) = (Arc::clone(&place), std::thread::current().id());
    let others = Arc::new(take_hook());
    let pass_on = Arc::clone(&others);
    set_hook(Box::new(move |panic| {
        if std::thread::current().id() == thread {
            let location = panic.location().expect("a panic has a place");
            *seen.lock().unwrap() = Some((location.file().to_owned(), location.line()));
        } else {
            pass_on(panic);
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(run));
    drop(take_hook());
    set_hook(Box::new(move |panic| others(panic)));
    assert!(outcome.is_err(), "it does not panic");
    place.lock().unwrap().take().expect("the hook was called")
}
