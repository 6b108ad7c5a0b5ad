//! What a test does with the mock, apart from calling it: the builder, fixtures, recorded calls,
//! assertions, faults, quotas and the clock.
//!
//! The effect of each fault is in `faults`; which calls it applies to, and how often, is in
//! `fault_scope`. Throttling is in `throttling_and_quotas` (quotas of AWS), `fault_scope` (rate
//! limits) and `retries` (what the SDK makes of it). How failing tests look is in
//! `tests/failing_tests`.

mod assertions;
mod builder;
mod call_log;
mod call_origin;
mod clock;
mod debug_output;
mod fault_scope;
mod faults;
mod fixtures;
mod pool_seed;
mod recorded_calls;
mod refuse_connections;
mod retries;
mod secrets;
mod seeded_pool;
mod state_document;
mod throttling_and_quotas;
mod timeline;
mod tracing_events;
mod transcript;
mod user_stories;
mod with_engine;
