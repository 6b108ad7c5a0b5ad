//! The behaviour of the mock, through its public API and the SDK's client.
//!
//! One binary, because each links the SDK. Where a behaviour holds over both transports, it is
//! tested over both, from one source: see [`support::both`].

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(missing_docs, reason = "a test is named after what it shows")]

mod app;
mod delete_identities;
mod describe_identity;
mod developer_merge;
mod developer_users;
mod get_id;
mod identity_constraints;
mod identity_lifecycle;
mod identity_lifecycle_beyond;
mod linking;
mod list_identities;
mod support;
mod unlink_identity;
