//! The messages about what waits for long: a thread that a closure of the user's blocks, and a call
//! that a fault keeps waiting.

use std::panic::Location;
use std::time::Duration;

use crate::faults::{InjectedFault, UserClosure};
use crate::operation::Operation;

/// Something needs the engine inside the `with_engine` closure that has borrowed it. `who` is a
/// method of the mock or a call.
pub(crate) fn engine_needed_inside_closure(who: &str, place: &Location<'_>) -> String {
    format!(
        "{who} needs the engine, but the `with_engine` closure at {place} has exclusive access to it\n\
         help: use the engine that is passed to the closure, or return from the closure first."
    )
}

/// Something has waited long for a `with_engine` closure to return the engine. `who` is a method
/// of the mock or a call.
pub(crate) fn waits_for_engine(who: &str, waited: Duration, place: &Location<'_>) -> String {
    format!(
        "{who} has been waiting {waited:?} for the `with_engine` closure at {place} to return\n\
         help: if the closure is waiting for this in turn, the test is deadlocked."
    )
}

/// Something has waited long for the server thread and continues without it. `task` says what,
/// such as `stopping the mock`; `running` is the closure that runs on the thread.
pub(crate) fn waits_for_server(
    task: &str,
    waited: Duration,
    running: Option<&UserClosure>,
) -> String {
    let blocker = match running {
        Some(closure) => format!("{closure} to return"),
        None => "the server thread to respond".to_owned(),
    };
    format!(
        "gave up after {waited:?} waiting for {blocker} while {task}\n\
         help: if a closure is waiting for the test, let it return before the mock is dropped or \
         refuses connections."
    )
}

/// A fault keeps a call waiting for long.
pub(crate) fn call_kept_waiting(
    number: usize,
    operation: Operation,
    waited: Duration,
    fault: &InjectedFault,
) -> String {
    let (name, place) = (fault.name(), fault.injected());
    let waits = if fault.is_hold() {
        format!("held for {waited:?} by {name}")
    } else {
        format!("hanging for {waited:?} because of {name}")
    };
    format!("call #{number} {operation} has been {waits}, injected at {place}")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::faults::{Fault, InjectedFaults};

    const WAITED: Duration = Duration::from_secs(3);

    fn without_place(text: &str, place: &Location<'_>) -> String {
        text.replace(&place.to_string(), "tests/login.rs:23:12")
    }

    #[test]
    fn the_engine_is_needed_inside_the_closure_that_has_it() {
        let place = Location::caller();
        let text = engine_needed_inside_closure("`seed_pool`", place);

        expect![[r#"
            `seed_pool` needs the engine, but the `with_engine` closure at tests/login.rs:23:12 has exclusive access to it
            help: use the engine that is passed to the closure, or return from the closure first."#]]
        .assert_eq(&without_place(&text, place));
    }

    #[test]
    fn a_with_engine_closure_takes_long() {
        let place = Location::caller();
        let text = waits_for_engine("a call", WAITED, place);

        expect![[r#"
            a call has been waiting 3s for the `with_engine` closure at tests/login.rs:23:12 to return
            help: if the closure is waiting for this in turn, the test is deadlocked."#]]
        .assert_eq(&without_place(&text, place));
    }

    #[test]
    fn a_call_is_kept_waiting() {
        let place = Location::caller();
        let mut faults = InjectedFaults::new(0);
        let mut text = |fault| {
            let fault = faults.inject(fault, place, 0);
            let text = call_kept_waiting(1, Operation::GetId, Duration::from_secs(10), &fault);
            without_place(&text, place)
        };

        expect![
            "call #1 GetId has been held for 10s by fault #1, injected at tests/login.rs:23:12"
        ]
        .assert_eq(&text(Fault::hold()));
        expect![[r#"call #1 GetId has been hanging for 10s because of fault "stuck", injected at tests/login.rs:23:12"#]]
            .assert_eq(&text(Fault::hang().named("stuck")));
    }

    // The text with a closure is in `tests/failing_tests/hanging.rs`.
    #[test]
    fn the_server_thread_takes_long() {
        expect![[r#"
            gave up after 3s waiting for the server thread to respond while stopping the mock
            help: if a closure is waiting for the test, let it return before the mock is dropped or refuses connections."#]]
        .assert_eq(&waits_for_server("stopping the mock", WAITED, None));
    }
}
