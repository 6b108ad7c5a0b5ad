//! A login that has passed its checks, and what is known from it.

use serde_json::{Map, Value};

use super::identity_id::IdentityKey;
use super::state::{Login, Pool};

/// An entry of `Logins` that has passed its checks.
#[derive(Debug)]
pub(super) struct VerifiedLogin {
    pub(super) bearer: Bearer,
    /// What it adds to the `amr` claim of a token of this service.
    pub(super) amr: Vec<String>,
    /// What the provider says of the user, for rules and principal tags.
    pub(super) claims: Map<String, Value>,
    /// The key of the provider in `RoleMappings`.
    pub(super) role_mapping_key: String,
    /// The name of the provider in its principal tag attribute map.
    pub(super) principal_tags_key: String,
}

/// Who brings a login.
#[derive(Debug)]
pub(super) enum Bearer {
    /// A user of a provider.
    User(Login),
    /// The identity that a token of Cognito itself was made for.
    Identity(IdentityKey),
}

impl VerifiedLogin {
    /// A login whose provider goes by the key in `Logins` everywhere.
    pub(super) fn new(
        bearer: Bearer,
        key: &str,
        amr: Vec<String>,
        claims: Map<String, Value>,
    ) -> Self {
        Self {
            bearer,
            amr,
            claims,
            role_mapping_key: key.to_owned(),
            principal_tags_key: key.to_owned(),
        }
    }

    pub(super) fn of_user(
        key: &str,
        subject: &str,
        amr: Vec<String>,
        claims: Map<String, Value>,
    ) -> Self {
        Self::new(Bearer::User(Login::new(key, subject)), key, amr, claims)
    }

    /// Replaces the key of the provider in `RoleMappings`.
    pub(super) fn with_role_mapping_key(mut self, key: String) -> Self {
        self.role_mapping_key = key;
        self
    }

    /// Replaces the name of the provider in its principal tag attribute map.
    pub(super) fn with_principal_tags_key(mut self, key: String) -> Self {
        self.principal_tags_key = key;
        self
    }

    /// The login to be linked. A token of Cognito itself is none.
    pub(super) fn login(&self) -> Option<&Login> {
        match &self.bearer {
            Bearer::User(login) => Some(login),
            Bearer::Identity(_) => None,
        }
    }

    /// Whether it shows that its bearer is this identity.
    pub(super) fn is_of(&self, pool: &Pool, identity: IdentityKey) -> bool {
        match &self.bearer {
            Bearer::User(login) => pool.login_owners.get(login) == Some(&identity),
            Bearer::Identity(key) => *key == identity,
        }
    }
}

/// The logins to be linked.
pub(super) fn logins(verified: &[VerifiedLogin]) -> impl Iterator<Item = &Login> {
    verified.iter().filter_map(VerifiedLogin::login)
}

/// The owner of the first login that has one.
// Approximation [Q5]: a map has no first entry, so the logins are ordered by provider name.
pub(super) fn first_owner(pool: &Pool, verified: &[VerifiedLogin]) -> Option<IdentityKey> {
    logins(verified)
        .find_map(|login| pool.login_owners.get(login))
        .copied()
}

/// A claim as text.
pub(super) fn claim_text(claim: &Value) -> String {
    match claim {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            claim.to_string()
        }
    }
}
