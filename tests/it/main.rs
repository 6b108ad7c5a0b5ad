//! The behaviour of the mock, through its public API and the SDK's client.
//!
//! One binary, because each links the SDK. Where a behaviour holds over both transports, it is
//! tested over both, from one source: see [`support::both`].

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(missing_docs, reason = "a test is named after what it shows")]

mod bad_http;
mod bad_input;
mod builder;
mod child;
mod custom_ids;
mod error_catalogue;
mod issued_credentials;
mod leaks;
mod login_checks;
mod login_tokens;
mod model;
mod pool_limits;
mod pool_lists;
mod pool_regions;
mod pool_seeds;
mod pool_updates;
mod pools;
mod principal_tags;
mod raw;
mod role_choice;
mod role_rules;
mod roles;
mod server_life;
mod session_tags;
mod shown_pool;
mod sign_in;
mod signatures;
mod sts;
mod support;
mod tags;
mod tokens;
mod validation;
mod wire;
