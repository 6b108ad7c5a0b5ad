//! The messages about what a closure of the user's blocks.

use std::fmt::Display;
use std::panic::Location;
use std::time::Duration;

use crate::faults::UserClosure;

/// A method or a call that needs the engine, inside the closure that has it.
pub(crate) fn engine_needed_inside_closure(who: &str, place: &Location<'_>) -> String {
    format!(
        "{who} needs the engine, which the closure of `with_engine` at {place} has to itself\n\
         help: ask the engine that the closure is given, or leave the closure first."
    )
}

/// A method or a call that has waited long for the closure that has the engine.
pub(crate) fn waits_for_engine(who: &str, waited: Duration, place: &Location<'_>) -> String {
    format!(
        "{who} has waited {waited:?} for the closure of `with_engine` at {place}\n\
         help: if that closure waits for this, neither will ever end."
    )
}

/// Somebody who has waited long for the server thread and goes on without it.
pub(crate) fn waits_for_server(
    who: &str,
    waited: Duration,
    running: Option<&UserClosure>,
) -> String {
    let holder: &dyn Display = match running {
        Some(running) => running,
        None => &"the server thread",
    };
    format!(
        "{who} has waited {waited:?} for {holder} and goes on without it\n\
         help: if that closure waits for the test, end its wait before the mock is dropped or told to \
         refuse connections."
    )
}
