//! Tests that fail by a panic of their own: the mock that they drop lists its calls.

use expect_test::expect;

use crate::{check, run};

#[test]
fn an_unwrap_of_the_tests_own() {
    check(
        "an_unwrap_of_the_tests_own",
        &expect![[r#"
            thread 'failing::an_unwrap_of_the_tests_own' panicked at ⟨assert!(sign_in(&mock, "alice").await.is_ok());⟩:
            assertion failed: sign_in(&mock, "alice").await.is_ok()
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…e1e1 (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (alice), no logins     → NotAuthorizedException: Access to Identity 'us-east-1:c5fc598e-7038-c4d7-4b45-1e8c20b7e1e1' is forbidden.
                    why: the identity belongs to alice of accounts.google.com; the request has no `Logins`
        "#]],
    );
}

#[test]
fn a_panic_of_a_task() {
    check(
        "a_panic_of_a_task",
        &expect![[r#"
            thread 'failing::a_panic_of_a_task' panicked at ⟨assert!(sign_in(&client, "alice").await.is_ok()) });⟩:
            assertion failed: sign_in(&client, "alice").await.is_ok()

            thread 'failing::a_panic_of_a_task' panicked at ⟨panic!("the task has panicked");⟩:
            the task has panicked
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…e1e1 (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (alice), no logins     → NotAuthorizedException: Access to Identity 'us-east-1:c5fc598e-7038-c4d7-4b45-1e8c20b7e1e1' is forbidden.
                    why: the identity belongs to alice of accounts.google.com; the request has no `Logins`
        "#]],
    );
}

#[test]
fn a_panic_of_a_thread() {
    check(
        "a_panic_of_a_thread",
        &expect![[r#"
            thread '<unnamed>' panicked at ⟨assert!(runtime().block_on(sign_in(&mock, "bob")).is_ok()));⟩:
            assertion failed: runtime().block_on(sign_in(&mock, "bob")).is_ok()

            thread 'failing::a_panic_of_a_thread' panicked at ⟨std::thread::scope(|scope| {⟩:
            a scoped thread panicked
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (bob)  → ok, identity us-east-1:…e1e1 (bob)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (bob), no logins     → NotAuthorizedException: Access to Identity 'us-east-1:c5fc598e-7038-c4d7-4b45-1e8c20b7e1e1' is forbidden.
                    why: the identity belongs to bob of accounts.google.com; the request has no `Logins`
        "#]],
    );
}

#[test]
fn a_panic_before_any_call() {
    check(
        "a_panic_before_any_call",
        &expect![[r#"
        thread 'failing::a_panic_before_any_call' panicked at ⟨panic!("the test's own");⟩:
        the test's own
        MockCognitoIdentity started at ⟨in_memory();⟩ received no calls. The mock is in memory and has no address.
        MockCognitoIdentity started at ⟨start();⟩ received no calls. The server listens on http://127.0.0.1:PORT.
    "#]],
    );
}

#[test]
fn a_panic_after_an_assertion_that_was_caught() {
    check(
        "a_panic_after_an_assertion_that_was_caught",
        &expect![[r#"
            thread 'failing::a_panic_after_an_assertion_that_was_caught' panicked at ⟨assert_no_calls());⟩:
            expected no calls, but received 1

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok, identity us-east-1:…e1e1 (guest)

            thread 'failing::a_panic_after_an_assertion_that_was_caught' panicked at ⟨panic!("the test's own");⟩:
            the test's own
        "#]],
    );
}

#[test]
fn a_panic_after_a_reset() {
    check(
        "a_panic_after_a_reset",
        &expect![[r#"
            thread 'failing::a_panic_after_a_reset' panicked at ⟨assert_called(Client::get_id, 1));⟩:
            expected 1 call to GetId, but received 0

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.

            thread 'failing::a_panic_after_a_reset' panicked at ⟨panic!("the test's own");⟩:
            the test's own
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool us-east-1:…0001, no logins  → ResourceNotFoundException: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000001' not found.
                    why: the mock has no pools in us-east-1; `seed_pool` makes one
        "#]],
    );
}

#[test]
fn a_panic_without_a_log() {
    check(
        "a_panic_without_a_log",
        &expect![[r#"
            thread 'failing::a_panic_without_a_log' panicked at ⟨assert!(guest(&mock).await.is_ok());⟩:
            assertion failed: guest(&mock).await.is_ok()
        "#]],
    );
}

#[test]
fn a_mock_of_a_test_that_passes_is_silent() {
    let run = run("a_test_that_passes");

    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
}
