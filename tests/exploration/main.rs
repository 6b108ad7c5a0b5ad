//! `Exploration`, from outside: planted bugs and what is found of them, the text of the report, the
//! settings, and mistakes of users.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::or_fun_call,
    reason = "these are tests, and the applications in them are written as users write theirs"
)]

mod bugs;
mod interruptions;
mod misuse;
mod panics;
mod report;
mod settings;
mod support;
