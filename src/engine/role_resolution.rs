//! Which role the credentials of the enhanced flow are issued for.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of JSON values and the SDK's enums are not ours to list"
)]

use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
};
use serde_json::Value;

use super::arn::Arn;
use super::context::Context;
use super::explain::{json, list, nearest, pool_name, quoted, quoted_list};
use super::providers::is_opaque;
use super::state::Pool;
use super::verified_login::{VerifiedLogin, claim_text};
use crate::error::ServiceError;

/// The SAML attribute with `role,provider` pairs, in either order.
const SAML_ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";

/// Chooses the role for a caller with these logins, or for a guest without any.
// Approximation [Q7, Q8]: of several logins the first by name that has a mapping decides. Without a
// role mapping `CustomRoleArn` is ignored, as the API reference calls it optional there.
pub(super) fn choose_role(
    pool: &Pool,
    context: &Context,
    verified: &[VerifiedLogin],
    custom: Option<&str>,
) -> Result<String, ServiceError> {
    let role = if verified.is_empty() {
        role_of_pool(pool, "unauthenticated")?
    } else if let Some((login, mapping)) = verified
        .iter()
        .find_map(|login| Some((login, pool.role_mappings.get(&login.role_mapping_key)?)))
    {
        mapped(pool, login, mapping, custom)?
    } else if let Some(roles) = verified.iter().find_map(saml_roles) {
        saml_role(&roles, custom)?
    } else {
        role_of_pool(pool, "authenticated")?
    };
    // AWS [C1]: a role that STS rejects is reported as a wrong configuration of the pool.
    if is_role_of(context.account_id(), &role) {
        Ok(role)
    } else {
        let why = context.why_not_own(&role, "role");
        Err(no_role().because(why.unwrap_or_else(|| format!("{} is no role", quoted(&role)))))
    }
}

/// Whether this is a role of the account.
// AWS [ROLE9]: others cannot be used in the enhanced flow.
fn is_role_of(account_id: &str, arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| {
        arn.account == account_id && arn.iam_name("role").is_some_and(|name| !name.is_empty())
    })
}

fn mapped(
    pool: &Pool,
    login: &VerifiedLogin,
    mapping: &RoleMapping,
    custom: Option<&str>,
) -> Result<String, ServiceError> {
    let candidates = match mapping.r#type() {
        RoleMappingType::Rules => matching_roles(login, mapping),
        _ => token_roles(login),
    };
    if let Some(custom) = custom {
        return candidates
            .all
            .iter()
            .find(|role| *role == custom)
            .cloned()
            .ok_or_else(|| {
                let allowed = quoted_list(candidates.all.iter().map(String::as_str));
                let from = match mapping.r#type() {
                    RoleMappingType::Rules => "the rules that match the token give",
                    _ => "`cognito:roles` of the token has",
                };
                custom_role_rejected(custom, &format!("{from} {allowed}"))
            });
    }
    match candidates.chosen {
        Some(role) => Ok(role),
        None if mapping.ambiguous_role_resolution()
            == Some(&AmbiguousRoleResolutionType::AuthenticatedRole) =>
        {
            role_of_pool(pool, "authenticated")
        }
        // AWS [N17]: for Google and for user pools (seen 2026), also where the claim is missing.
        // Approximation [Q9]: that the name of a user pool carries its client id here.
        None => Err(ServiceError::not_authorized(format!(
            "The ambiguous role mapping rules for: {} denied this request.",
            login.role_mapping_key
        ))
        .because(match mapping.r#type() {
            RoleMappingType::Rules => no_rule_matched(login, mapping),
            _ => no_role_in_token(login),
        })),
    }
}

/// The roles that a mapping allows, and the one that is used unless the caller names one.
struct Candidates {
    chosen: Option<String>,
    all: Vec<String>,
}

// AWS [ROLE2]: the preferred role is used, or else the only one. Several roles without a preference
// are ambiguous.
fn token_roles(login: &VerifiedLogin) -> Candidates {
    let all: Vec<String> = match login.claims.get("cognito:roles") {
        Some(Value::Array(roles)) => roles
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    };
    let preferred = login
        .claims
        .get("cognito:preferred_role")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let only = if let [role] = all.as_slice() {
        Some(role.clone())
    } else {
        None
    };
    Candidates {
        chosen: preferred.or(only),
        all,
    }
}

// AWS [ROLE3]: rules are tried in order and the first that matches wins.
fn matching_roles(login: &VerifiedLogin, mapping: &RoleMapping) -> Candidates {
    let rules = mapping
        .rules_configuration()
        .map(|rules| rules.rules())
        .unwrap_or_default();
    let all: Vec<String> = rules
        .iter()
        .filter(|rule| matches(rule, login.claims.get(rule.claim())))
        .map(|rule| rule.role_arn().to_owned())
        .collect();
    Candidates {
        chosen: all.first().cloned(),
        all,
    }
}

// AWS [ROLE4, ROLE5]: a claim that is missing matches no rule, `NotEqual` included. A list such as
// `cognito:groups` matches `Contains` if it has the value (seen 2026).
// Approximation [Q10]: whether `Contains` looks into the elements of a list or into its text, and
// how the other rules compare lists, numbers and booleans, is not known. Here a list matches if one
// of its elements does, and `NotEqual` if none equals; the others compare as JSON writes them.
fn matches(rule: &MappingRule, claim: Option<&Value>) -> bool {
    let Some(claim) = claim else { return false };
    let elements: Vec<String> = match claim {
        Value::Null => return false,
        Value::Array(list) => list.iter().map(claim_text).collect(),
        single => vec![claim_text(single)],
    };
    let value = rule.value();
    match rule.match_type() {
        MappingRuleMatchType::Equals => elements.iter().any(|element| element == value),
        MappingRuleMatchType::NotEqual => elements.iter().all(|element| element != value),
        MappingRuleMatchType::StartsWith => {
            elements.iter().any(|element| element.starts_with(value))
        }
        MappingRuleMatchType::Contains => elements.iter().any(|element| element.contains(value)),
        _ => false,
    }
}

/// The roles in a SAML assertion.
// AWS [ROLE7]: each value is a role and its provider, separated by a comma.
fn saml_roles(login: &VerifiedLogin) -> Option<Vec<String>> {
    let values = match login.claims.get(SAML_ROLE)? {
        Value::Array(list) => list.iter().map(claim_text).collect(),
        single => vec![claim_text(single)],
    };
    let is_role = |part: &&str| part.contains(":role/");
    let role = |pair: String| {
        pair.split(',')
            .map(str::trim)
            .find(is_role)
            .map(str::to_owned)
    };
    Some(values.into_iter().filter_map(role).collect())
}

fn saml_role(roles: &[String], custom: Option<&str>) -> Result<String, ServiceError> {
    match (custom, roles) {
        (Some(custom), _) if roles.iter().any(|role| role == custom) => Ok(custom.to_owned()),
        (Some(custom), _) => {
            let allowed = quoted_list(roles.iter().map(String::as_str));
            Err(custom_role_rejected(
                custom,
                &format!("the SAML assertion has {allowed}"),
            ))
        }
        (None, [role]) => Ok(role.clone()),
        // AWS [ROLE8]: several roles need a CustomRoleArn. Approximation [Q11]: the error without
        // one.
        (None, _) => Err(no_role().because(format!(
            "the SAML assertion has {} roles: {}; the request has no `CustomRoleArn` to choose one",
            roles.len(),
            quoted_list(roles.iter().map(String::as_str))
        ))),
    }
}

/// The role that the pool has for users (`authenticated`) or for guests (`unauthenticated`).
fn role_of_pool(pool: &Pool, kind: &str) -> Result<String, ServiceError> {
    pool.roles.get(kind).cloned().ok_or_else(|| {
        let has = match pool.roles.len() {
            0 => "no roles at all".to_owned(),
            _ => quoted_list(pool.roles.keys().map(String::as_str)),
        };
        let pool_name = pool_name(pool);
        no_role().because(format!(
            "the {pool_name} has no role \"{kind}\"; it has {has}"
        ))
    })
}

fn no_rule_matched(login: &VerifiedLogin, mapping: &RoleMapping) -> String {
    let rules = mapping.rules_configuration();
    let rules = rules.map(|rules| rules.rules()).unwrap_or_default();
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.claim()).collect();
    let claims = list(names.into_iter().map(|name| shown_claim(login, name)));
    let wanted = list(rules.iter().map(|rule| {
        let (claim, kind) = (quoted(rule.claim()), rule.match_type().as_str());
        format!("{claim} {kind} {}", quoted(rule.value()))
    }));
    format!("no rule matched: {claims}; the rules want {wanted}")
}

fn no_role_in_token(login: &VerifiedLogin) -> String {
    let roles = shown_claim(login, "cognito:roles");
    let preferred = shown_claim(login, "cognito:preferred_role");
    format!("the token names no role: {roles}, {preferred}; AmbiguousRoleResolution is Deny")
}

/// `claim "a" is "b"`, or which claim there is in its place. The subject of an opaque token is the
/// token.
fn shown_claim(login: &VerifiedLogin, name: &str) -> String {
    let claim = quoted(name);
    if name == "sub" && is_opaque(&login.role_mapping_key) {
        return format!("claim {claim} is the opaque token");
    }
    match login.claims.get(name) {
        Some(value) => format!("claim {claim} is {}", json(value)),
        None => {
            let names = login.claims.keys().map(String::as_str);
            let similar = names.clone().find(|other| {
                let last = |name: &str| name.rsplit(':').next().map(str::to_lowercase);
                last(other) == last(name)
            });
            match similar.or_else(|| nearest(name, names)) {
                Some(similar) => {
                    format!(
                        "claim {claim} is missing (did you mean {}?)",
                        quoted(similar)
                    )
                }
                None => format!("claim {claim} is missing"),
            }
        }
    }
}

fn no_role() -> ServiceError {
    ServiceError::known(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )
}

// Approximation [N18, Q12]: AWS documents that it rejects the role; the text was never seen. This
// is the text of `SetIdentityPoolRoles` for a role that the account may not pass on.
fn custom_role_rejected(role: &str, allowed: &str) -> ServiceError {
    let text = format!("Access to Role '{role}' is forbidden.");
    ServiceError::not_authorized(text)
        .because(format!("`CustomRoleArn` is {}; {allowed}", quoted(role)))
}
