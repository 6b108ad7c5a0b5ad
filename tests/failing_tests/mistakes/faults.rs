//! Mistakes with faults, retries, and the assertions of the mock. Some of these tests fail by an
//! assertion of the mock, because that is what the mistake is about.

use std::error::Error;

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::{Fault, PoolSeed};

use super::{GOOGLE, mock, shows};
use crate::app::sign_in;

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_on_the_wrong_operation() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    mock.inject(
        Fault::throttle()
            .on(Client::get_open_id_token)
            .up_to_n_times(1),
    );

    sign_in(&mock.client(), pool.id(), None).await.unwrap();
}

#[test]
fn a_fault_on_the_wrong_operation_is_told_the_operation_that_was_called() {
    shows(
        "faults::a_fault_on_the_wrong_operation",
        &[
            "no call to GetOpenIdToken",
            "did you mean GetCredentialsForIdentity",
        ],
        &expect![[r#"
            thread 'mistakes::faults::a_fault_on_the_wrong_operation' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(⟩
                throttle on GetOpenIdToken, up to once
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received; did you mean GetCredentialsForIdentity, which was called once?

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_on_the_wrong_operation_and_an_error_expected() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::not_authorized("no").on(Client::get_open_id_token));

    assert!(sign_in(&mock.client(), pool.id(), None).await.is_err());
}

#[test]
fn a_fault_on_the_wrong_operation_and_an_error_expected_shows_the_unused_fault() {
    shows(
        "faults::a_fault_on_the_wrong_operation_and_an_error_expected",
        &[
            "no call to GetOpenIdToken",
            "did you mean GetCredentialsForIdentity",
        ],
        &expect![[r#"
            thread 'mistakes::faults::a_fault_on_the_wrong_operation_and_an_error_expected' panicked at ⟨assert!(sign_in(&mock.client(), pool.id(), None).await.is_err());⟩:
            assertion failed: sign_in(&mock.client(), pool.id(), None).await.is_err()
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::not_authorized("no").on(Client::get_open_id_token));⟩
                not_authorized on GetOpenIdToken
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received; did you mean GetCredentialsForIdentity, which was called once?

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_injected_too_late() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let session = sign_in(&mock.client(), pool.id(), None).await;
    mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(1));

    session.unwrap();
}

#[test]
fn a_fault_injected_too_late_is_told_the_call_before_it() {
    shows(
        "faults::a_fault_injected_too_late",
        &["injected after call #1"],
        &expect![[r#"
            thread 'mistakes::faults::a_fault_injected_too_late' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle().on(Client::get_id).up_to_n_times(1));⟩
                throttle on GetId, up to once
                expected to fire at least once, fired 0 times
                no call to GetId was received after the fault was injected
                it was injected after call #1, the last call to GetId

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
            help: a fault applies only to calls after its injection: inject it before the code under test makes them.
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn retries_on_though_the_test_counts_calls() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let outage = mock.inject_scoped(Fault::http_status(503).on(Client::get_id));

    for _ in 0..4 {
        sign_in(&mock.client(), pool.id(), None).await.unwrap_err();
    }

    assert_eq!(outage.fired(), 4);
}

#[test]
fn retries_on_though_the_test_counts_calls_are_counted_as_attempts() {
    shows(
        "faults::retries_on_though_the_test_counts_calls",
        &["#12  GetId  attempt 3"],
        &expect![[r#"
            thread 'mistakes::faults::retries_on_though_the_test_counts_calls' panicked at ⟨assert_eq!(outage.fired(), 4);⟩:
            assertion `left == right` failed
              left: 12
             right: 4
            MockCognitoIdentity started at ⟨start();⟩ received 12 calls (4 invocations × 3 attempts):
                clock: frozen at 2026-01-02T03:04:05Z
                #1   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                    why: this error comes from fault #1, injected at ⟨inject_scoped(Fault::http_status(503).on(Client::get_id));⟩
                #2   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #3   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #4   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #5   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #6   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #7   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #8   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #9   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #10  GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #11  GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #12  GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)

            timeline (real time, SPAN in total):
                #1   GetId    attempt 1  fault #1  [BAR]  SPAN
                #2     GetId  attempt 2  fault #1  [BAR]  SPAN
                #3     GetId  attempt 3  fault #1  [BAR]  SPAN
                #4   GetId    attempt 1  fault #1  [BAR]  SPAN
                #5     GetId  attempt 2  fault #1  [BAR]  SPAN
                #6     GetId  attempt 3  fault #1  [BAR]  SPAN
                #7   GetId    attempt 1  fault #1  [BAR]  SPAN
                #8     GetId  attempt 2  fault #1  [BAR]  SPAN
                #9     GetId  attempt 3  fault #1  [BAR]  SPAN
                #10  GetId    attempt 1  fault #1  [BAR]  SPAN
                #11    GetId  attempt 2  fault #1  [BAR]  SPAN
                #12    GetId  attempt 3  fault #1  [BAR]  SPAN
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn retries_on_though_the_test_asserts_the_number_of_calls() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::http_status(503).on(Client::get_id));

    for _ in 0..4 {
        sign_in(&mock.client(), pool.id(), None).await.unwrap_err();
    }

    mock.assert_called(Client::get_id, 4);
}

#[test]
fn retries_on_though_the_test_asserts_the_number_of_calls_are_counted_as_attempts() {
    shows(
        "faults::retries_on_though_the_test_asserts_the_number_of_calls",
        &["12 calls = 4 invocations × 3 attempts"],
        &expect![[r#"
            thread 'mistakes::faults::retries_on_though_the_test_asserts_the_number_of_calls' panicked at ⟨assert_called(Client::get_id, 4);⟩:
            expected 4 calls to GetId, but received 12
            12 calls = 4 invocations × 3 attempts: the SDK's own retries are on

            calls received (12):
                clock: frozen at 2026-01-02T03:04:05Z
                #1   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                    why: this error comes from fault #1, injected at ⟨inject(Fault::http_status(503).on(Client::get_id));⟩
                #2   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #3   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #4   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #5   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #6   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #7   GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #8   GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #9   GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)
                #10  GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault #1)
                #11  GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault #1)
                #12  GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault #1)

            timeline (real time, SPAN in total):
                #1   GetId    attempt 1  fault #1  [BAR]  SPAN
                #2     GetId  attempt 2  fault #1  [BAR]  SPAN
                #3     GetId  attempt 3  fault #1  [BAR]  SPAN
                #4   GetId    attempt 1  fault #1  [BAR]  SPAN
                #5     GetId  attempt 2  fault #1  [BAR]  SPAN
                #6     GetId  attempt 3  fault #1  [BAR]  SPAN
                #7   GetId    attempt 1  fault #1  [BAR]  SPAN
                #8     GetId  attempt 2  fault #1  [BAR]  SPAN
                #9     GetId  attempt 3  fault #1  [BAR]  SPAN
                #10  GetId    attempt 1  fault #1  [BAR]  SPAN
                #11    GetId  attempt 2  fault #1  [BAR]  SPAN
                #12    GetId  attempt 3  fault #1  [BAR]  SPAN
            help: each attempt is a call. To count invocations, count the calls with `attempt == 1`. To have no retries,
                  give the client a `RetryConfig::disabled()`.
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_guard_dropped_at_once() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let _ = mock.inject_scoped(Fault::throttle().on(Client::get_id));

    sign_in(&mock.client(), pool.id(), None).await.unwrap_err();
}

#[test]
fn a_guard_dropped_at_once_is_told_so() {
    shows(
        "faults::a_guard_dropped_at_once",
        &["`let _ = ..` drops it at once"],
        &expect![[r#"
            thread 'mistakes::faults::a_guard_dropped_at_once' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject_scoped(Fault::throttle().on(Client::get_id));⟩
                throttle on GetId
                expected to fire at least once, fired 0 times
                no call was received while its guard lived

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: bind the guard to a variable that lives as long as the fault is needed: `let _guard = ..`.
                  `let _ = ..` drops it at once.
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_error_swallowed_by_an_early_return() -> Result<(), Box<dyn Error>> {
    let mock = mock().start();
    let seed = PoolSeed::named("app").login_provider(GOOGLE, "my-app");
    let pool = mock.seed_pool(seed.authenticated_only());
    mock.inject(
        Fault::throttle()
            .on(Client::get_credentials_for_identity)
            .up_to_n_times(2),
    );

    let get_id = mock.client().get_id().identity_pool_id(pool.id());
    let id = get_id.send().await?.identity_id.unwrap();
    let get_credentials = mock.client().get_credentials_for_identity().identity_id(id);
    get_credentials.send().await?;
    Ok(())
}

#[test]
fn an_error_swallowed_by_an_early_return_is_told_by_the_report_that_hides_it() {
    shows(
        "faults::an_error_swallowed_by_an_early_return",
        &[
            "Unauthenticated access is not supported for this identity pool.",
            "AllowUnauthenticatedIdentities",
        ],
        &expect![[r#"
            thread 'mistakes::faults::an_error_swallowed_by_an_early_return' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(⟩
                throttle on GetCredentialsForIdentity, up to 2 times
                expected to fire at least once, fired 0 times
                no call to GetCredentialsForIdentity was received

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                    why: `Logins` is empty, and the pool "app" has AllowUnauthenticatedIdentities = false
            note: the last response, to call #1 (GetId), was an error:
                  NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                  If the test returned early with `?`, this panic hides its error. To fail with that error instead, build
                  the mock with `verify_on_drop(false)` and call `verify()` at the end of the test.
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_early_return_without_a_panic() -> Result<(), Box<dyn Error>> {
    let mock = mock().start();
    let seed = PoolSeed::named("app").login_provider(GOOGLE, "my-app");
    let pool = mock.seed_pool(seed.authenticated_only());

    let get_id = mock.client().get_id().identity_pool_id(pool.id());
    get_id.send().await?;
    Ok(())
}

#[test]
fn an_early_return_without_a_panic_shows_the_error_of_aws() {
    shows(
        "faults::an_early_return_without_a_panic",
        &["Unauthenticated access is not supported for this identity pool."],
        &expect![[r#"
            Error: ServiceError(ServiceError { source: NotAuthorizedException(NotAuthorizedException { message: Some("Unauthenticated access is not supported for this identity pool."), meta: ErrorMetadata { code: Some("NotAuthorizedException"), message: Some("Unauthenticated access is not supported for this identity pool."), extras: Some({"aws_request_id": "c5fc598e-707e-4291-b8f4-d74b451e8c20"}) } }), raw: RESPONSE })
        "#]],
    );
}
