//! Signing in: providers, their login tokens, linked identities, and the roles and tags of a session.

mod audience;
mod identity_lifecycle;
mod identity_lifecycle_beyond;
mod linking;
mod login_token_checks;
mod providers;
pub(crate) mod role_resolution;
mod role_rules;
mod session_tags;
pub(crate) mod sign_out;
pub(crate) mod trusted_issuers;
