//! Verification that fails: by `verify`, on shutdown, on drop, and by the drop of a guard.

use expect_test::expect;

use crate::{check, run};

#[test]
fn a_fault_that_never_fires() {
    check(
        "a_fault_that_never_fires",
        &expect![[r#"
            thread 'failing::a_fault_that_never_fires' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault "token throttle", injected at ⟨inject(⟩
                throttle on GetOpenIdToken
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received; did you mean GetCredentialsForIdentity, which was called once?

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…e1e1 (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (guest), no logins  → ok, key ASIAPDFZCEOTA73PPZNQ, role app-unauthenticated until +3600 s
        "#]],
    );
}

#[test]
fn a_fault_that_never_fires_before_shutdown() {
    check(
        "a_fault_that_never_fires_before_shutdown",
        &expect![[r#"
            thread 'failing::a_fault_that_never_fires_before_shutdown' panicked at ⟨shutdown();⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::hang().expect(2));⟩
                hang on every call
                expected to fire exactly 2 times, fired 0 times
                no call was received

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn a_fault_that_never_fires_before_verify() {
    check(
        "a_fault_that_never_fires_before_verify",
        &expect![[r#"
            thread 'failing::a_fault_that_never_fires_before_verify' panicked at ⟨verify();⟩:
            2 faults did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle().with_probability(0.5).expect(1..));⟩
                throttle on every call, with probability 0.5 (seed 7)
                expected to fire at least once, fired 0 times
                no call was received

            fault #2, injected at ⟨inject(Fault::delay(Duration::from_secs(1)).on(Client::get_id));⟩
                delay 1s on GetId
                expected to fire at least once, fired 0 times
                no call to GetId was received

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn a_fault_that_never_fires_while_its_guard_lives() {
    check(
        "a_fault_that_never_fires_while_its_guard_lives",
        &expect![[r#"
            thread 'failing::a_fault_that_never_fires_while_its_guard_lives' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject_scoped(Fault::internal_error().on(Client::list_identities));⟩
                internal_error on ListIdentities
                expected to fire at least once, fired 0 times
                no call to ListIdentities was received

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
            help: if the fault is optional, add `.expect(..)`.
        "#]],
    );
}

#[test]
fn a_fault_that_is_injected_too_late() {
    check(
        "a_fault_that_is_injected_too_late",
        &expect![[r#"
            thread 'failing::a_fault_that_is_injected_too_late' panicked at ⟨shutdown();⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle().on(Client::get_id));⟩
                throttle on GetId
                expected to fire at least once, fired 0 times
                no call to GetId was received after the fault was injected
                it was injected after call #1, the last call to GetId

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
            help: a fault applies only to calls after its injection: inject it before the code under test makes them.
        "#]],
    );
}

#[test]
fn a_guard_that_is_dropped_at_once() {
    check(
        "a_guard_that_is_dropped_at_once",
        &expect![[r#"
            thread 'failing::a_guard_that_is_dropped_at_once' panicked at ⟨this crate⟩:
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

#[test]
fn an_operation_of_sts_that_the_mock_does_not_answer() {
    check(
        "an_operation_of_sts_that_the_mock_does_not_answer",
        &expect![[r#"
            thread 'failing::an_operation_of_sts_that_the_mock_does_not_answer' panicked at ⟨verify();⟩:
            1 request names no operation that the mock answers
                #1  POST /  Action=AssumeRole

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  POST /  Action=AssumeRole  → InvalidAction: Could not find operation AssumeRole for version 2011-06-15
                    why: of STS the mock has AssumeRoleWithWebIdentity and GetCallerIdentity only; did you mean AssumeRoleWithWebIdentity?
            help: of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity: did you mean AssumeRoleWithWebIdentity?
        "#]],
    );
}

#[test]
fn a_fault_that_fires_too_often() {
    check(
        "a_fault_that_fires_too_often",
        &expect![[r#"
            thread 'failing::a_fault_that_fires_too_often' panicked at ⟨verify();⟩:
            1 fault did not fire as expected

            fault "overload", injected at ⟨inject(Fault::http_status(503).expect(..=2).named("overload"));⟩
                http_status 503 on every call
                expected to fire at most 2 times, fired 3 times
                3 calls = 1 invocation × 3 attempts: the SDK's own retries are on

            calls received (3):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → HTTP status 503   (fault "overload")
                    why: this error comes from fault "overload", injected at ⟨inject(Fault::http_status(503).expect(..=2).named("overload"));⟩
                #2  GetId  attempt 2  pool "app", no logins  → HTTP status 503   (fault "overload")
                #3  GetId  attempt 3  pool "app", no logins  → HTTP status 503   (fault "overload")

            timeline (real time, SPAN in total):
                #1  GetId    attempt 1  fault "overload"  [BAR]  SPAN
                #2    GetId  attempt 2  fault "overload"  [BAR]  SPAN
                #3    GetId  attempt 3  fault "overload"  [BAR]  SPAN
            help: a fault fires for each attempt. To have no retries, give the client a `RetryConfig::disabled()`.
        "#]],
    );
}

#[test]
fn a_fault_whose_predicate_never_accepts_and_an_early_return() {
    check(
        "a_fault_whose_predicate_never_accepts_and_an_early_return",
        &expect![[r#"
            thread 'failing::a_fault_whose_predicate_never_accepts_and_an_early_return' panicked at ⟨this crate⟩:
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle().when(Client::get_id, |input| input.logins().is_some()));⟩
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                2 calls to GetId were received; the predicate matched none of them. The last input was:
                    IdentityPoolId   "us-east-1:00000000-0000-4000-8000-000000000002"

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins            → ok, identity us-east-1:…e1e1 (guest)
                #2  GetId  attempt 1  pool us-east-1:…0002, no logins  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                    why: no such pool in us-east-1; did you mean "us-east-1:00000000-0000-4000-8000-000000000001"?
            note: the last response, to call #2 (GetId), was an error:
                  ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                  If the test returned early with `?`, this panic hides its error. To fail with that error instead, build
                  the mock with `verify_on_drop(false)` and call `verify()` at the end of the test.
        "#]],
    );
}

#[test]
fn an_early_return_shows_where_the_drop_does_not_verify() {
    let run = run("an_early_return_that_nothing_hides");

    let text = run.stderr;
    assert!(text.starts_with("Error: ServiceError("), "{text}");
    assert!(text.contains("' not found."), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    assert_eq!(run.code, Some(101));
}

#[test]
fn a_panic_of_the_tests_own_while_a_fault_is_unfired() {
    check(
        "a_panic_of_the_tests_own_while_a_fault_is_unfired",
        &expect![[r#"
            thread 'failing::a_panic_of_the_tests_own_while_a_fault_is_unfired' panicked at ⟨panic!("the test's own");⟩:
            the test's own
            1 fault did not fire as expected

            fault "guarded", injected at ⟨inject_scoped(Fault::hang().named("guarded"));⟩
                hang on every call
                expected to fire at least once, fired 0 times
                no call was received while its guard lived

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle());⟩
                throttle on every call
                expected to fire at least once, fired 0 times
                no call was received

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn a_predicate_that_panics() {
    check(
        "a_predicate_that_panics",
        &expect![[r#"
            thread 'mock-cognito-identity' panicked at ⟨unwrap().is_empty()⟩:
            called `Option::unwrap()` on a `None` value

            thread 'mock-cognito-identity' panicked at ⟨unwrap().is_empty()⟩:
            called `Option::unwrap()` on a `None` value

            thread 'mock-cognito-identity' panicked at ⟨unwrap().is_empty()⟩:
            called `Option::unwrap()` on a `None` value

            thread 'failing::a_predicate_that_panics' panicked at ⟨this crate⟩:
            a predicate panicked while handling call #1 (GetId), and 2 more times
                fault "only one account", injected at ⟨inject(⟩
                called `Option::unwrap()` on a `None` value, in the closure at ⟨when(Client::get_id, |input| {⟩

            calls received (3):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool us-east-1:…0001, no logins  → MockPanic: a predicate panicked: called `Option::unwrap()` on a `None` value
                    why: it reports the panic of a predicate of fault "only one account" (at ⟨when(Client::get_id, |input| {⟩, injected at ⟨inject(⟩)
                #2  GetId  attempt 2  pool us-east-1:…0001, no logins  → MockPanic: a predicate panicked: called `Option::unwrap()` on a `None` value
                #3  GetId  attempt 3  pool us-east-1:…0001, no logins  → MockPanic: a predicate panicked: called `Option::unwrap()` on a `None` value

            timeline (real time, SPAN in total):
                #1  GetId    attempt 1  MockPanic  [BAR]  SPAN
                #2    GetId  attempt 2  MockPanic  [BAR]  SPAN
                #3    GetId  attempt 3  MockPanic  [BAR]  SPAN
            note: the last response, to call #3 (GetId), was an error:
                  MockPanic: a predicate panicked: called `Option::unwrap()` on a `None` value
                  If the test returned early with `?`, this panic hides its error. To fail with that error instead, build
                  the mock with `verify_on_drop(false)` and call `verify()` at the end of the test.
        "#]],
    );
}

#[test]
fn a_mock_that_is_not_verified_on_drop_is_silent() {
    let run = run("a_fault_that_never_fires_and_is_forgiven");

    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
}
