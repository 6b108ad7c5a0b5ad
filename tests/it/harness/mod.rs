//! The harness: recorded calls, assertions, faults, fixtures, the clock and the builder.

mod assertions;
mod builder;
mod clock;
mod debug_output;
mod fault_scope;
mod faults;
mod fixtures;
mod recorded_calls;
mod refuse_connections;
mod retries;
mod secrets;
mod throttling_and_quotas;
mod timeline;
mod user_stories;
mod with_engine;
