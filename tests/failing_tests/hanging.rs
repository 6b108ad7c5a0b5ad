//! Tests that wait for themselves: what they print while they wait, and that they continue where
//! that is possible.

use expect_test::expect;

use crate::{check, run, run_until};

#[test]
fn a_closure_of_with_engine_that_waits_for_a_call() {
    let printed = run_until("a_closure_of_with_engine_that_waits_for_a_call", "help: ");

    expect![[r#"
        a call has been waiting 3s for the `with_engine` closure at ⟨with_engine(|_| runtime().block_on(guest(&mock)).unwrap());⟩ to return
        help: if the closure is waiting for this in turn, the test is deadlocked.
    "#]].assert_eq(&printed);
}

#[test]
fn a_predicate_that_waits_for_the_test_that_drops_the_mock() {
    check(
        "a_predicate_that_waits_for_the_test_that_drops_the_mock",
        &expect![[r#"
            thread 'failing::a_predicate_that_waits_for_the_test_that_drops_the_mock' panicked at ⟨panic!("the test's own");⟩:
            the test's own
            gave up after 3s waiting for a predicate of fault #1 (at ⟨when(Client::get_id, move |_| {⟩, injected at ⟨inject(Fault::throttle().when(Client::get_id, move |_| {⟩) to return while stopping the mock
            help: if a closure is waiting for the test, let it return before the mock is dropped or refuses connections.
            1 fault did not fire as expected

            fault #1, injected at ⟨inject(Fault::throttle().when(Client::get_id, move |_| {⟩
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                no call to GetId was received

            calls received (0): none. The server listens on http://127.0.0.1:PORT.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`.
        "#]],
    );
}

#[test]
fn a_responder_that_waits_for_the_test_that_refuses_connections() {
    check(
        "a_responder_that_waits_for_the_test_that_refuses_connections",
        &expect![[r#"
            gave up after 3s waiting for a `respond_with` closure of fault "slow" (at ⟨Fault::respond_with(Client::get_id, responder).named("slow"));⟩, injected at ⟨inject(Fault::respond_with(Client::get_id, responder).named("slow"));⟩) to return while opening or closing the port
            help: if a closure is waiting for the test, let it return before the mock is dropped or refuses connections.

            thread 'failing::a_responder_that_waits_for_the_test_that_refuses_connections' panicked at ⟨panic!("the test goes on");⟩:
            the test goes on
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ok   (fault "slow")
        "#]],
    );
}

#[test]
fn a_predicate_that_waits_after_another_has_answered() {
    check(
        "a_predicate_that_waits_after_another_has_answered",
        &expect![[r#"
            thread 'failing::a_predicate_that_waits_after_another_has_answered' panicked at ⟨panic!("the test's own");⟩:
            the test's own
            gave up after 3s waiting for a predicate of fault #2 (at ⟨when(Client::get_id, move |_| {⟩, injected at ⟨inject(waits.expect(..));⟩) to return while stopping the mock
            help: if a closure is waiting for the test, let it return before the mock is dropped or refuses connections.
            MockCognitoIdentity started at ⟨start();⟩ received no calls. The server listens on http://127.0.0.1:PORT.
        "#]],
    );
}

#[test]
fn closures_of_with_engine_that_wait_for_one_another_shortly_are_silent() {
    let run = run("closures_of_with_engine_that_wait_for_one_another_shortly");

    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
}
