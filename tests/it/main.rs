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

mod after_the_end;
mod app;
mod assertions;
mod auto_traits;
mod bad_http;
mod bad_input;
mod builder;
mod calls;
mod child;
mod clock;
mod cors;
mod custom_ids;
mod debug;
mod delete_identities;
mod describe_identity;
mod developer_merge;
mod developer_users;
mod engine_model;
mod error_catalogue;
mod fault_conditions;
mod faults;
mod fuzz;
mod get_id;
mod harness;
mod identity_constraints;
mod identity_lifecycle;
mod identity_lifecycle_beyond;
mod issued_credentials;
mod leaks;
mod linking;
mod list_identities;
mod login_audience;
mod login_checks;
mod login_tokens;
mod model;
mod operations_table;
mod paused_time;
mod pool_limits;
mod pool_lists;
mod pool_regions;
mod pool_seeds;
mod pool_updates;
mod pools;
mod principal_tags;
mod quotas;
mod raw;
mod refused;
mod retries;
mod role_choice;
mod role_rules;
mod roles;
mod server_life;
mod session_tags;
mod shown_pool;
mod sign_in;
mod sign_out;
mod signatures;
mod soak;
mod sts;
mod sts_by_get;
mod support;
mod tags;
mod timeline;
mod tokens;
mod too_large;
mod trusted_issuers;
mod unlink_identity;
mod users_tests;
mod validation;
mod wire;
mod with_engine;
