//! Attributes for access control: which tags a session gets from what its providers said.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::logins::Proof;
use super::region::is_cognito;
use super::role_resolution::plain;
use super::state::Pool;

/// The tags for a caller who proved all of `proofs`.
///
/// AWS: a claim that is mapped but missing gives no tag, not an empty one.
pub(super) fn session_tags(pool: &Pool, proofs: &[Proof]) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for proof in proofs {
        if is_cognito(&proof.tags_key) {
            tags.extend(tags_in(&proof.claims));
        }
        let Some(map) = pool.principal_tags.get(&proof.tags_key) else {
            continue;
        };
        let custom = map
            .tags
            .iter()
            .map(|(tag, claim)| (tag.as_str(), claim.as_str()));
        if map.use_defaults {
            tags.extend(values(proof, defaults(pool, &proof.tags_key).into_iter()));
        } else {
            tags.extend(values(proof, custom));
        }
    }
    tags
}

/// The tags that a token of this service carries.
pub(super) fn tags_in(claims: &Map<String, Value>) -> BTreeMap<String, String> {
    let tags = claims
        .get("https://aws.amazon.com/tags")
        .and_then(|tags| tags.get("principal_tags"));
    let tags = tags.and_then(Value::as_object).into_iter().flatten();
    tags.filter_map(|(tag, values)| Some((tag.clone(), plain(values.get(0)?))))
        .collect()
}

fn values<'a>(
    proof: &Proof,
    map: impl Iterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, String> {
    map.filter_map(|(tag, claim)| Some((tag.to_owned(), plain(proof.claims.get(claim)?))))
        .collect()
}

/// AWS: the default mappings of each kind of provider. Tag keys are certain for user pools only.
fn defaults(pool: &Pool, provider: &str) -> [(&'static str, &'static str); 2] {
    match provider {
        "www.amazon.com" => [("client", "aud"), ("username", "user_id")],
        arn if pool.saml_provider_arns.iter().any(|saml| saml == arn) => [
            (
                "client",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
            ),
            (
                "username",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
            ),
        ],
        _ => [("client", "aud"), ("username", "sub")],
    }
}
