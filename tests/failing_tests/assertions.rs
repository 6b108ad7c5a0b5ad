//! Assertions and waits that fail: one of each method. All variants of their texts are snapshots in
//! `src/report`.

use std::thread;

use expect_test::expect;

use crate::check;

#[test]
fn never_called() {
    check(
        "never_called",
        &expect![[r#"
            thread 'failing::never_called' panicked at ⟨assert_called(Client::get_id, 1);⟩:
            expected 1 call to GetId, but received 0

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn called_too_often() {
    check(
        "called_too_often",
        &expect![[r#"
            thread 'failing::called_too_often' panicked at ⟨assert_called(Client::get_id, 1);⟩:
            expected 1 call to GetId, but received 3
            3 calls = 1 invocation × 3 attempts: the SDK's own retries are on

            calls received (5):
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #4 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → TooManyRequestsException   (fault "first two")
                    why: this error comes from fault "first two", injected at ⟨inject(Fault::throttle().up_to_n_times(2).named("first two"));⟩
                #2  GetId                      attempt 2  pool "app", no logins                        → TooManyRequestsException   (fault "first two")
                #3  GetId                      attempt 3  pool "app", no logins                        → ok, identity us-east-1:…e1e1 (guest)
                #4  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (guest), no logins  → ok, key ASIAPDFZCEOTA73PPZNQ, role app-unauthenticated until +3600 s
                #5  DescribeIdentity           attempt 1  identity us-east-1:…0002                     → ResourceNotFoundException: Identity 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                    why: no such identity in us-east-1, which has us-east-1:c5fc598e-7038-c4d7-4b45-1e8c20b7e1e1

            timeline (real time, SPAN in total):
                #1  GetId                      attempt 1  fault "first two"          [BAR]  SPAN
                #2    GetId                    attempt 2  fault "first two"          [BAR]  SPAN
                #3    GetId                    attempt 3  ok                         [BAR]  SPAN
                #4  GetCredentialsForIdentity  attempt 1  ok                         [BAR]  SPAN
                #5  DescribeIdentity           attempt 1  ResourceNotFoundException  [BAR]  SPAN
            help: each attempt is a call. To count invocations, count the calls with `attempt == 1`. To have no retries,
                  give the client a `RetryConfig::disabled()`.
        "#]],
    );
}

#[test]
fn called_though_it_must_not_be() {
    check(
        "called_though_it_must_not_be",
        &expect![[r#"
            thread 'failing::called_though_it_must_not_be' panicked at ⟨assert_not_called(Client::get_id);⟩:
            expected no calls to GetId, but received 1

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
        "#]],
    );
}

#[test]
fn calls_where_there_must_be_none() {
    check(
        "calls_where_there_must_be_none",
        &expect![[r#"
            thread 'failing::calls_where_there_must_be_none' panicked at ⟨assert_no_calls();⟩:
            expected no calls, but received 1

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
        "#]],
    );
}

#[test]
fn called_with_another_input() {
    check(
        "called_with_another_input",
        &expect![[r#"
            thread 'failing::called_with_another_input' panicked at ⟨assert_called_with(Client::get_id, |input| {⟩:
            no call to GetId had the expected input

            expected (only these fields are compared):
                IdentityPoolId                  "us-east-1:00000000-0000-4000-8000-000000000001"
                Logins["accounts.google.com"]   "token-a"

            the nearest of 2 calls to GetId is #2, with 1 of 2 fields equal:
                IdentityPoolId                  "us-east-1:00000000-0000-4000-8000-000000000001"
              ✗ Logins["accounts.google.com"]   expected "token-a"
                                                received "token-b", one character differs (`b` instead of `a`)

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  AccountId "1", pool us-east-1:…0002, logins accounts.google.com (token-a)  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                    why: no such pool in us-east-1; did you mean "us-east-1:00000000-0000-4000-8000-000000000001"?
                #2  GetId  attempt 1  pool "app", logins accounts.google.com (token-b)  → ok, identity us-east-1:…e1e1 (token-b)
        "#]],
    );
}

#[test]
fn more_calls_than_the_only_one() {
    check(
        "the_only_call_of_two",
        &expect![[r#"
            thread 'failing::the_only_call_of_two' panicked at ⟨only_call(Client::get_id);⟩:
            expected 1 call to GetId, but received 2

            calls received (2):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
                #2  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…d1ac (guest)
        "#]],
    );
}

#[test]
fn a_wait_that_another_crate_polls_names_its_own_line() {
    check(
        "a_wait_for_calls_inside_a_timeout",
        &expect![[r#"
        thread 'failing::a_wait_for_calls_inside_a_timeout' panicked at ⟨tokio⟩:
        waited 1ms for 1 call to GetId, but received 0
        waited at ⟨wait_for_calls(Client::get_id, 1)).await;⟩

        calls received (0): none. The server listens on http://127.0.0.1:PORT.
        help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
    "#]],
    );
    check(
        "a_wait_for_a_fault_inside_a_timeout",
        &expect![[r#"
        thread 'failing::a_wait_for_a_fault_inside_a_timeout' panicked at ⟨tokio⟩:
        waited 1ms for fault #1 to fire 1 time, but it fired 0 times
        waited at ⟨wait_until_fired(1)).await;⟩

        calls received (0): none. The server listens on http://127.0.0.1:PORT.
        help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
    "#]],
    );
}

/// Each takes five seconds of real time, so they take them together.
#[test]
fn waits_that_are_in_vain() {
    let rows = [
        (
            "a_wait_for_calls_that_never_come",
            expect![[r#"
                thread 'failing::a_wait_for_calls_that_never_come' panicked at ⟨await;⟩:
                waited 5s for 2 calls to GetId, but received 1

                calls received (1):
                    clock: frozen at 2026-01-02T03:04:05Z
                    #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)
            "#]],
        ),
        (
            "a_wait_for_calls_that_never_come_while_time_is_paused",
            expect![[r#"
                thread 'failing::a_wait_for_calls_that_never_come_while_time_is_paused' panicked at ⟨await;⟩:
                waited 5s for 1 call to GetId, but received 0

                calls received (0): none. The mock is in memory and has no address.
                help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
            "#]],
        ),
        (
            "a_wait_for_a_fault_that_never_fires",
            expect![[r#"
                thread 'failing::a_wait_for_a_fault_that_never_fires' panicked at ⟨await;⟩:
                waited 5s for fault "outage" to fire 2 times, but it fired 0 times

                calls received (0): none. The server listens on http://127.0.0.1:PORT.
                help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
                1 fault did not fire as expected

                fault "outage", injected at ⟨inject_scoped(Fault::throttle().named("outage"));⟩
                    throttle on every call
                    expected to fire at least once, fired 0 times
                    no call was received while its guard lived

                calls received (0): none. The server listens on http://127.0.0.1:PORT.
                help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
            "#]],
        ),
    ];

    thread::scope(|scope| {
        for (name, expected) in &rows {
            scope.spawn(move || check(name, expected));
        }
    });
}
