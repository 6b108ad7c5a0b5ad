//! Failure messages: every text that a failing test shows is made in here.
//!
//! The rules of the house: pure functions from facts to text; the first line is a sentence
//! without a prefix; names are spelled as AWS spells them; the calls received come after the
//! facts, and `note:` and `help:` come last; secrets are never printed, and what clients sent is
//! printed on one line, without control characters and with its tokens cut. Only this file touches
//! the terminal and the environment, and only to decide on colour.
//!
//! The text is for people and not covered by semantic versioning.

mod assertions;
mod blocked;
mod call_log;
mod diff;
mod layout;
mod logged_call;
mod output;
#[cfg(test)]
mod test_support;
mod timeline;
mod unmet_faults;
mod verification;

pub(crate) use assertions::{
    no_call_with_input, timed_out, unexpected_calls, unfired_in_time, wrong_number_of_calls,
};
pub(crate) use blocked::{engine_needed_inside_closure, waits_for_engine, waits_for_server};
pub(crate) use call_log::CallLog;
pub(crate) use diff::{Mismatch, find};
pub(crate) use logged_call::{LoggedCall, Subject, UnrecognizedRequest, UnrecognizedTarget};
pub(crate) use output::{at_await, fail, fail_in_drop, may_hide_an_error, tell};
pub use timeline::Timeline;
pub(crate) use timeline::{TimeBase, TimedCall, TimedCompletion};
pub(crate) use unmet_faults::UnmetFault;
pub(crate) use verification::{CallPanic, Verification, verification};
