//! What an identity-pool token says.

use std::collections::BTreeMap;

use serde::Serialize;

/// Tag key to value, as in the tokens: each value is a list of one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tags {
    principal_tags: BTreeMap<String, [String; 1]>,
}

impl Tags {
    /// `None` for no tags. AWS: the claim is only there when there is something in it.
    pub(crate) fn new(tags: &BTreeMap<String, String>) -> Option<Self> {
        (!tags.is_empty()).then(|| Self {
            principal_tags: tags
                .iter()
                .map(|(key, value)| (key.clone(), [value.clone()]))
                .collect(),
        })
    }
}

/// The claims of a token of `GetOpenIdToken` and `GetOpenIdTokenForDeveloperIdentity`.
///
/// AWS: these and no others, in this order (tokens of 2017 to 2026).
#[derive(Debug, Serialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) amr: Vec<String>,
    #[serde(
        rename = "https://aws.amazon.com/tags",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) tags: Option<Tags>,
    pub(crate) iss: String,
    #[serde(
        rename = "https://cognito-identity.amazonaws.com/identity-pool-arn",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) identity_pool_arn: Option<String>,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
}
