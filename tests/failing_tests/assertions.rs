//! Assertions that fail, waits that are in vain, and misuse.

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
fn never_called_in_memory() {
    check(
        "never_called_in_memory",
        &expect![[r#"
            thread 'failing::never_called_in_memory' panicked at ⟨assert_called(Client::get_id, 2..=3);⟩:
            expected between 2 and 3 calls to GetId, but received 0

            calls received (0): none. The mock is in memory and has no address.
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

            calls received (5):
                #1  GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2  GetId                      attempt 2  → TooManyRequestsException   (fault "first two")
                #3  GetId                      attempt 3  → ok
                #4  GetCredentialsForIdentity  attempt 1  → ok
                #5  DescribeIdentity           attempt 1  → ResourceNotFoundException: Identity 'us-east-1:00000000-0000-4000-8000-000000000002' not found.

            timeline (real time, SPAN in total):
                #1  GetId                      attempt 1  fault "first two"          [BAR]  SPAN
                #2    GetId                    attempt 2  fault "first two"          [BAR]  SPAN
                #3    GetId                    attempt 3  ok                         [BAR]  SPAN
                #4  GetCredentialsForIdentity  attempt 1  ok                         [BAR]  SPAN
                #5  DescribeIdentity           attempt 1  ResourceNotFoundException  [BAR]  SPAN
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
                #1  GetId  attempt 1  → ok
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
                #1  GetId  attempt 1  → ok
        "#]],
    );
}

#[test]
fn more_calls_than_can_be_listed() {
    check(
        "more_calls_than_can_be_listed",
        &expect![[r#"
            thread 'failing::more_calls_than_can_be_listed' panicked at ⟨assert_called(Client::get_id, ..=50);⟩:
            expected at most 50 calls to GetId, but received 51

            calls received (51):
                #1   GetId  attempt 1  → ok
                #2   GetId  attempt 1  → ok
                #3   GetId  attempt 1  → ok
                … 31 more
                #35  GetId  attempt 1  → ok
                #36  GetId  attempt 1  → ok
                #37  GetId  attempt 1  → ok
                #38  GetId  attempt 1  → ok
                #39  GetId  attempt 1  → ok
                #40  GetId  attempt 1  → ok
                #41  GetId  attempt 1  → ok
                #42  GetId  attempt 1  → ok
                #43  GetId  attempt 1  → ok
                #44  GetId  attempt 1  → ok
                #45  GetId  attempt 1  → ok
                #46  GetId  attempt 1  → ok
                #47  GetId  attempt 1  → ok
                #48  GetId  attempt 1  → ok
                #49  GetId  attempt 1  → ok
                #50  GetId  attempt 1  → ok
                #51  GetId  attempt 1  → ok
        "#]],
    );
}

#[test]
fn the_nearest_of_more_calls_than_can_be_listed() {
    check(
        "the_nearest_of_more_calls_than_can_be_listed",
        &expect![[r#"
            thread 'failing::the_nearest_of_more_calls_than_can_be_listed' panicked at ⟨assert_called_with(Client::get_id, |input| {⟩:
            no call to GetId had the expected input

            expected (only these fields are compared):
                AccountId        "1"
                IdentityPoolId   "us-east-1:00000000-0000-4000-8000-000000000002"

            the nearest of 51 calls to GetId is #26, with 1 of 2 fields equal:
                AccountId        "1"
              ✗ IdentityPoolId   expected "us-east-1:00000000-0000-4000-8000-000000000002"
                                 received "us-east-1:00000000-0000-4000-8000-000000000001"

            calls received (51):
                #1   GetId  attempt 1  → ok
                #2   GetId  attempt 1  → ok
                #3   GetId  attempt 1  → ok
                … 22 more
                #26  GetId  attempt 1  → ok
                … 8 more
                #35  GetId  attempt 1  → ok
                #36  GetId  attempt 1  → ok
                #37  GetId  attempt 1  → ok
                #38  GetId  attempt 1  → ok
                #39  GetId  attempt 1  → ok
                #40  GetId  attempt 1  → ok
                #41  GetId  attempt 1  → ok
                #42  GetId  attempt 1  → ok
                #43  GetId  attempt 1  → ok
                #44  GetId  attempt 1  → ok
                #45  GetId  attempt 1  → ok
                #46  GetId  attempt 1  → ok
                #47  GetId  attempt 1  → ok
                #48  GetId  attempt 1  → ok
                #49  GetId  attempt 1  → ok
                #50  GetId  attempt 1  → ok
                #51  GetId  attempt 1  → ok
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
                                                received "token-b"

            calls received (2):
                #1  GetId  attempt 1  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000002' not found.
                #2  GetId  attempt 1  → ok
        "#]],
    );
}

#[test]
fn never_called_with_an_input() {
    check(
        "never_called_with_an_input",
        &expect![[r#"
            thread 'failing::never_called_with_an_input' panicked at ⟨assert_called_with(Client::get_id, |input| input.identity_pool_id(POOL));⟩:
            no call to GetId had the expected input

            expected (only these fields are compared):
                IdentityPoolId   "us-east-1:00000000-0000-4000-8000-000000000001"

            no call to GetId was received

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn called_with_another_token() {
    check(
        "called_with_another_token",
        &expect![[r#"
            thread 'failing::called_with_another_token' panicked at ⟨assert_called_with(Client::get_id, |input| input.logins(GOOGLE, expected));⟩:
            no call to GetId had the expected input

            expected (only these fields are compared):
                Logins["accounts.google.com"]   "eyJra…" (846 bytes)

            the only call to GetId is #1, with 0 of 1 field equal:
              ✗ Logins["accounts.google.com"]   expected "eyJra…" (846 bytes)
                                                received "eyJra…" (846 bytes), first difference at byte 845

            calls received (1):
                #1  GetId  attempt 1  → ok
        "#]],
    );
}

#[test]
fn up_to_no_times() {
    check(
        "up_to_no_times",
        &expect![[r#"
        thread 'failing::up_to_no_times' panicked at ⟨up_to_n_times(0);⟩:
        `n` must be at least 1
    "#]],
    );
}

#[test]
fn a_probability_above_one() {
    check(
        "a_probability_above_one",
        &expect![[r#"
        thread 'failing::a_probability_above_one' panicked at ⟨with_probability(1.5);⟩:
        `p` must be between 0 and 1, got 1.5
    "#]],
    );
}

#[test]
fn an_expectation_that_nothing_meets() {
    check(
        "an_expectation_that_nothing_meets",
        &expect![[r#"
            thread 'failing::an_expectation_that_nothing_meets' panicked at ⟨expect(3..3);⟩:
            `times` is an empty range and can never be satisfied
        "#]],
    );
}

#[test]
fn a_status_that_is_none() {
    check(
        "a_status_that_is_none",
        &expect![[r#"
        thread 'failing::a_status_that_is_none' panicked at ⟨Fault::http_status(99);⟩:
        `status` must be between 200 and 999, got 99
    "#]],
    );
}

#[test]
fn an_assertion_that_nothing_meets() {
    check(
        "an_assertion_that_nothing_meets",
        &expect![[r#"
            thread 'failing::an_assertion_that_nothing_meets' panicked at ⟨assert_called(Client::get_id, 3..3);⟩:
            `times` is an empty range and can never be satisfied
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
                    #1  GetId  attempt 1  → ok
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
                    no call was received

                calls received (0): none. The server listens on http://127.0.0.1:PORT.
                help: if the fault is optional, add `.expect(..)`.
            "#]],
        ),
    ];

    thread::scope(|scope| {
        for (name, expected) in &rows {
            scope.spawn(move || check(name, expected));
        }
    });
}
