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
#![allow(missing_docs, reason = "a test is named after what it shows")]

mod assertions;
mod auto_traits;
mod calls;
mod fault_conditions;
mod faults;
mod harness;
mod operations_table;
mod paused_time;
mod retries;
mod support;
