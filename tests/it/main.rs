//! The behaviour of the mock, through its public API and the SDK's client.
//!
//! One binary, because each links the SDK. Where a behaviour holds over both transports, it is
//! tested over both, from one source: see [`support::both`].

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests spawn tasks on their own runtime"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "the public enums may grow, which a test must fail on"
)]
#![allow(
    clippy::print_stdout,
    reason = "runs on demand are told how long to take and say what they did"
)]
#![allow(missing_docs, reason = "a test is named after what it shows")]

mod exhaustive;
mod explanations;
mod harness;
mod operations;
mod protocol;
mod server;
mod sign_in;
mod support;
