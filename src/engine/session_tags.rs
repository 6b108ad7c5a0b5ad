//! Attributes for access control: which principal tags a session gets from the claims of its
//! logins.

use std::collections::BTreeMap;

use super::open_id_token::principal_tags;
use super::providers::AMAZON;
use super::region::is_cognito;
use super::state::Pool;
use super::verified_login::{VerifiedLogin, claim_text};

/// The principal tags of a caller with these logins.
// AWS [PTAG1]: a claim that is mapped but missing gives no tag, not an empty one.
pub(super) fn session_tags(pool: &Pool, verified: &[VerifiedLogin]) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for login in verified {
        if is_cognito(&login.principal_tags_key) {
            tags.extend(principal_tags(&login.claims));
        }
        let Some(map) = pool.principal_tags.get(&login.principal_tags_key) else {
            continue;
        };
        let custom = map
            .tags
            .iter()
            .map(|(tag, claim)| (tag.as_str(), claim.as_str()));
        if map.use_defaults {
            tags.extend(values(
                login,
                defaults(pool, &login.principal_tags_key).into_iter(),
            ));
        } else {
            tags.extend(values(login, custom));
        }
    }
    tags
}

fn values<'a>(
    login: &VerifiedLogin,
    map: impl Iterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, String> {
    map.filter_map(|(tag, claim)| Some((tag.to_owned(), claim_text(login.claims.get(claim)?))))
        .collect()
}

// AWS [PTAG2]: the default mappings of each kind of provider. Tag keys are certain for user pools
// only.
fn defaults(pool: &Pool, provider: &str) -> [(&'static str, &'static str); 2] {
    match provider {
        AMAZON => [("client", "aud"), ("username", "user_id")],
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
