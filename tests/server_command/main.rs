//! The server for tests in other languages: the control routes and the command
//! `mock-cognito-identity`. They need the feature `server`:
//!
//! ```text
//! cargo test --features server --test server_command
//! ```

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests spawn tasks on their own runtime"
)]
#![allow(missing_docs, reason = "a test is named after what it proves")]

mod all_routes;
mod command;
mod effects;
mod examples;
mod http;
mod observing;
mod safety;
mod schema;
mod state;
mod world;
