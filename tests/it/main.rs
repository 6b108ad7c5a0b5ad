//! The behaviour of the mock, through its public API and the SDK's clients.
//!
//! All suites are one binary, because every test binary links the SDK. Each folder has a `mod.rs`
//! that says what belongs there; fixtures and helpers are in [`support`], and no suite imports from
//! another one. Behaviour that both transports have in common is tested over both, from one source:
//! see [`support::both`].

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
    reason = "long runs on demand print their seed and what they did"
)]
#![allow(missing_docs, reason = "a test is named after what it proves")]

mod conformance;
mod exhaustive;
mod explanations;
mod harness;
mod operations;
mod protocol;
mod server;
mod services;
mod sign_in;
mod support;
