//! Fixtures and helpers that suites share. They import nothing from the suites.
//!
//! * [`both!`] turns a function into two tests, one for each transport.
//! * [`mock`] is the builder that every test starts from: its clock is frozen and its seed is
//!   fixed, so that ids, tokens and credentials are the same on every run.
//! * [`app`] is the one world of the tests: providers, app ids, error texts, and `App`, a pool with
//!   users who sign in to it.
//! * [`evidence`] reads what is known about AWS, and who cites it; [`coverage`] records what the tests
//!   send.
//! * [`assert_service_error`] compares code and message of an error response.
//!
//! Expected output is kept as snapshots of the crate `expect-test`, inside the tests
//! (`expect![[..]]`) or in files (`protocol/wire/*.http`). After an intended change,
//! `UPDATE_EXPECT=1 cargo test` rewrites both; then read the difference before it is committed.

pub(crate) mod app;
pub(crate) mod coverage;
pub(crate) mod events;
pub(crate) mod evidence;
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
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use mock_cognito_identity::{Builder, MockCognitoIdentity, Outcome};

/// Generates two tests from each function, `tcp` and `in_memory`, in a module of the function's name.
///
/// The function is called with the mock of [`mock`], started over TCP or in memory, so that
///
/// ```text
/// both! {
///     async fn a_guest_gets_an_id(mock) {
///         let pool = mock.seed_pool("app");
///         assert!(guest(&mock.client(), pool.id()).await.starts_with("us-east-1:"));
///     }
/// }
/// ```
///
/// becomes `a_guest_gets_an_id::tcp` and `a_guest_gets_an_id::in_memory`. A test that needs another
/// builder loops over [`over_both`] instead. After the function, each error in the log must have an
/// explanation, and what the mock prints must contain no secret. Dropping the mock verifies it, as in
/// tests of users.
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
                $crate::support::assert_explained(&mock);
                $crate::support::secrets::assert_none_printed(&mock);
                $crate::support::coverage::record(&mock);
            }

            #[tokio::test]
            async fn in_memory() {
                let mock = $crate::support::mock().in_memory();
                run(&mock).await;
                $crate::support::assert_explained(&mock);
                $crate::support::secrets::assert_none_printed(&mock);
                $crate::support::coverage::record(&mock);
            }
        }
    )+};
}
pub(crate) use both;

/// 2026-01-02 03:04:05.678 UTC, the time at which the clocks of the tests are frozen.
pub(crate) const NOW_MILLIS: u64 = 1_767_323_045_678;

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(NOW_MILLIS)
}

/// The builder of a mock that behaves the same on every run.
pub(crate) fn mock() -> Builder {
    MockCognitoIdentity::builder().seed(7).frozen_at(now())
}

/// Two mocks with the same settings: the first over TCP, the second in memory.
#[track_caller]
pub(crate) fn over_both(builder: impl Fn() -> Builder) -> [MockCognitoIdentity; 2] {
    [builder().start(), builder().in_memory()]
}

/// The code and the message of an error response. Panics if the call has any other outcome.
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

/// Asserts that a call was answered with an error response of this code and message.
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

/// Asserts that each error in the log of the mock has an explanation.
#[track_caller]
pub(crate) fn assert_explained(mock: &MockCognitoIdentity) {
    for call in mock.calls() {
        if let Outcome::Error(error) = &call.outcome {
            assert!(error.explanation().is_some(), "not explained: {call:?}");
        }
    }
}

/// The day of a time, as `2026-01-02`.
pub(crate) fn date(time: SystemTime) -> String {
    use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
    let text = DateTime::from(time).fmt(DateTimeFormat::DateTime).unwrap();
    text[..10].to_owned()
}

/// A client of the mock for another Region than the mock's.
pub(crate) fn client_in(mock: &MockCognitoIdentity, region: &'static str) -> Client {
    Client::from_conf(mock.config().region(Region::new(region)).build())
}

/// A well-formed id of a pool that does not exist.
pub(crate) const NO_POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000000";

/// Creates a guest of the pool with `GetId`, and returns its identity id.
pub(crate) async fn guest(client: &Client, pool_id: &str) -> String {
    let answer = client
        .get_id()
        .identity_pool_id(pool_id)
        .send()
        .await
        .unwrap();
    answer.identity_id.unwrap()
}

/// A number from an environment variable, such as the length or the seed of a long run on demand.
#[track_caller]
pub(crate) fn number_from_env(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
    )
}

/// A tokio runtime for tests that are not async.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// The message that `run` panics with.
#[track_caller]
pub(crate) fn panic_of(run: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    let panic = panic.expect_err("it does not panic");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .expect("a panic has a text")
}

/// The file and the line that a panic of `run` points at.
///
/// Only the panic hook is told these, so the hook is replaced for the whole process. Panics of
/// other threads are passed on to the previous hook.
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
