//! Signing in: providers, their login tokens, linked identities, and the roles and tags of a session.

mod audience;
mod linking;
mod login_token_checks;
mod providers;
mod role_resolution;
mod role_rules;
mod session_tags;
mod sign_out;
mod trusted_issuers;
