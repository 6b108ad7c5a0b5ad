//! Failure messages: every text that a failing test shows is made here.
//!
//! Apart from `output.rs`, this module is made of pure functions from facts to text. The facts are
//! gathered under the mock's lock, and the text is made after it is released.
//!
//! The rules for a text:
//!
//! * The first line is a sentence without a prefix.
//! * Names are spelled as AWS spells them.
//! * The facts come first, then the calls received, then `note:` and `help:`.
//! * Secrets are never printed. What a client sent is printed on one line, with tokens cut and
//!   control characters escaped.
//!
//! The texts are for people and not covered by semantic versioning.

mod assertions;
mod attempts;
mod blocked;
mod call_log;
mod clock_line;
mod diff;
mod fixtures;
mod layout;
mod logged_call;
mod near_miss;
mod output;
mod similar_operation;
#[cfg(test)]
mod test_support;
mod timeline;
mod transcript;
mod unmet_faults;
mod unrecognized;
mod verification;

pub(crate) use assertions::{
    CountedCalls, call_without_input, no_call_with_input, timed_out, unexpected_calls,
    unfired_in_time, wrong_number_of_calls,
};
pub(crate) use attempts::Attempts;
pub(crate) use blocked::{
    call_kept_waiting, engine_needed_inside_closure, waits_for_engine, waits_for_server,
};
pub(crate) use call_log::{CallLog, log_in_drop, mentioned};
pub(crate) use diff::{Mismatch, find};
pub(crate) use fixtures::{no_login_provider, no_such_pool, untrusted_provider};
pub(crate) use logged_call::{
    Contents, LoggedCall, Subject, UnrecognizedRequest, UnrecognizedTarget,
};
pub(crate) use output::{at_await, fail, fail_in_drop, is_panicking, may_hide_an_error, tell};
pub(crate) use similar_operation::Called;
pub use timeline::Timeline;
pub(crate) use timeline::{TimeBase, TimedCall, TimedCompletion};
pub use transcript::Transcript;
#[cfg(feature = "exploration")]
pub(crate) use transcript::TranscriptLine;
pub(crate) use unmet_faults::{EarlierCalls, UnmetFault};
pub(crate) use verification::{CallPanic, Verification, verification};
