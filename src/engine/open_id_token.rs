//! The tokens of this service: what they say, and reading their tags back.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::arn::pool_arn;
use super::context::Context;
use super::identity_id::{IdentityKey, identity_id};
use super::region::{issuer, key_id};
use super::state::RegionState;
use super::verified_login::{VerifiedLogin, claim_text};
use crate::token;

/// The claims of a token of `GetOpenIdToken` and `GetOpenIdTokenForDeveloperIdentity`.
// AWS [TOKEN3]: these and no others, in this order (tokens of 2017 to 2026).
#[derive(Debug, Serialize)]
struct Claims {
    sub: String,
    aud: String,
    amr: Vec<String>,
    #[serde(
        rename = "https://aws.amazon.com/tags",
        skip_serializing_if = "Option::is_none"
    )]
    tags: Option<Tags>,
    iss: String,
    #[serde(
        rename = "https://cognito-identity.amazonaws.com/identity-pool-arn",
        skip_serializing_if = "Option::is_none"
    )]
    identity_pool_arn: Option<String>,
    exp: i64,
    iat: i64,
}

/// The claim with the principal tags.
#[derive(Clone, Debug, Serialize)]
struct Tags {
    /// Tag key to value; each value is a list of one.
    principal_tags: BTreeMap<String, [String; 1]>,
}

impl Tags {
    /// `None` for no tags.
    // AWS [TOKEN4]: the claim is only there when there is something in it.
    fn new(tags: &BTreeMap<String, String>) -> Option<Self> {
        (!tags.is_empty()).then(|| Self {
            principal_tags: tags
                .iter()
                .map(|(key, value)| (key.clone(), [value.clone()]))
                .collect(),
        })
    }
}

impl Context {
    /// Signs a token for an identity that lives for `lifetime` seconds.
    pub(super) fn sign_open_id_token(
        &self,
        region: &RegionState,
        pool_id: &str,
        identity: IdentityKey,
        verified: &[VerifiedLogin],
        tags: &BTreeMap<String, String>,
        lifetime: i64,
    ) -> String {
        let iat = self.now_seconds();
        let claims = Claims {
            sub: identity_id(&region.name, identity),
            aud: pool_id.to_owned(),
            amr: amr(verified),
            tags: Tags::new(tags),
            iss: issuer(&region.name),
            // AWS [TOKEN5]: tokens of guests do not carry it (seen 2018 and 2025).
            identity_pool_arn: (!verified.is_empty())
                .then(|| pool_arn(&region.name, self.account_id(), pool_id)),
            exp: iat.saturating_add(lifetime),
            iat,
        };
        token::sign(&key_id(&region.name), &claims)
    }
}

/// How a user with these logins has signed in.
pub(super) fn amr(verified: &[VerifiedLogin]) -> Vec<String> {
    if verified.is_empty() {
        return vec!["unauthenticated".to_owned()];
    }
    let used = verified.iter().flat_map(|login| login.amr.iter().cloned());
    std::iter::once("authenticated".to_owned())
        .chain(used)
        .collect()
}

/// The principal tags that a token of this service carries.
pub(super) fn principal_tags(claims: &Map<String, Value>) -> BTreeMap<String, String> {
    let tags = claims
        .get("https://aws.amazon.com/tags")
        .and_then(|tags| tags.get("principal_tags"));
    let tags = tags.and_then(Value::as_object).into_iter().flatten();
    tags.filter_map(|(tag, values)| Some((tag.clone(), claim_text(values.get(0)?))))
        .collect()
}
