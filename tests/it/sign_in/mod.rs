//! What happens to the `Logins` of a call, in whichever operation: how login tokens are checked,
//! which identity they lead to, and the role and the tags of the session.
//!
//! The checks of a login JWT are in `login_token_checks`, merging of identities is in `linking`,
//! and the choice of a role is in `role_resolution` and, for mappings of type Rules, in
//! `role_rules`.

mod audience;
mod linking;
mod login_token_checks;
mod providers;
mod role_resolution;
mod role_rules;
mod session_tags;
mod sign_out;
mod trusted_issuers;
