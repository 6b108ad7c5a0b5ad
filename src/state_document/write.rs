//! Writes a state document.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use serde_json::{Map, Number, Value};

use crate::document::Json;
use crate::engine::{Disabled, IdentitySnapshot, PoolSnapshot, PrincipalTagMap, SignOut, Snapshot};
use crate::wire::json;

/// The members that are written first, in this order. The settings of the pool follow.
const FIRST: [&str; 3] = [
    "IdentityPoolId",
    "IdentityPoolName",
    "AllowUnauthenticatedIdentities",
];

pub(super) fn document(snapshot: &Snapshot) -> Json {
    let pools = Json::Array(snapshot.pools.iter().map(pool).collect());
    let sign_outs: Vec<Json> = snapshot.sign_outs.iter().map(sign_out).collect();
    Json::object([
        ("IdentityPools", Some(pools)),
        ("SignedOutUsers", unless_empty(sign_outs)),
    ])
}

fn pool(pool: &PoolSnapshot) -> Json {
    let mut settings = object(&json::to_vec(&pool.settings));
    if let Some(id) = &pool.id {
        settings.insert("IdentityPoolId".to_owned(), Value::String(id.clone()));
    }
    let roles = SetIdentityPoolRolesInput::builder()
        .set_roles((!pool.roles.is_empty()).then(|| pool.roles.clone().into_iter().collect()))
        .set_role_mappings(
            (!pool.role_mappings.is_empty())
                .then(|| pool.role_mappings.clone().into_iter().collect()),
        )
        .build()
        .expect("the SDK's builder of this input requires no member");
    settings.extend(object(&json::to_vec(&roles)));

    let first = FIRST.map(|name| (name, settings.remove(name).map(Json::from)));
    let rest: Vec<(String, Value)> = settings.into_iter().collect();
    let rest = rest
        .iter()
        .map(|(name, value)| (name.as_str(), Some(Json::from(value.clone()))));
    let maps: Vec<Json> = pool.principal_tags.iter().map(principal_tag_map).collect();
    let identities: Vec<Json> = pool.identities.iter().map(identity).collect();
    let last = [
        ("PrincipalTagAttributeMaps", unless_empty(maps)),
        (
            "FirstLoginProvider",
            pool.first_login.as_ref().map(first_login),
        ),
        ("Identities", unless_empty(identities)),
    ];
    Json::object(first.into_iter().chain(rest).chain(last))
}

fn principal_tag_map((provider, map): (&String, &PrincipalTagMap)) -> Json {
    let tags = map.tags.iter();
    let tags = tags.map(|(tag, claim)| (tag.clone(), Json::text(claim)));
    Json::object([
        ("IdentityProviderName", Some(Json::text(provider))),
        ("UseDefaults", map.use_defaults.then(|| true.into())),
        (
            "PrincipalTags",
            (!map.tags.is_empty()).then(|| Json::Object(tags.collect())),
        ),
    ])
}

fn first_login((provider, app_id): &(String, String)) -> Json {
    Json::object([
        ("ProviderName", Some(Json::text(provider))),
        ("AppId", Some(Json::text(app_id))),
    ])
}

fn identity(identity: &IdentitySnapshot) -> Json {
    let logins = logins(&identity.logins);
    let disabled = identity.disabled.map(|disabled| match disabled {
        Disabled::Merged => Json::text("Merged"),
        Disabled::Unlinked => Json::text("Unlinked"),
    });
    Json::object([
        ("IdentityId", identity.id.as_ref().map(Json::text)),
        (
            "Logins",
            (!logins.is_empty()).then_some(Json::Object(logins)),
        ),
        ("Disabled", disabled),
        ("CreationDate", identity.created.map(date)),
        ("LastModifiedDate", identity.modified.map(date)),
    ])
}

/// Each provider with its user, or with a list if there are several, in the order in which the
/// providers were linked.
fn logins(logins: &[(String, String)]) -> Vec<(String, Json)> {
    let mut order = Vec::new();
    let mut users: BTreeMap<&String, Vec<Json>> = BTreeMap::new();
    for (provider, subject) in logins {
        let users = users.entry(provider).or_default();
        if users.is_empty() {
            order.push(provider);
        }
        users.push(Json::text(subject));
    }
    let entry = |provider: &String| {
        let mut users = users.remove(provider).unwrap_or_default();
        let users = match users.len() {
            1 => users.remove(0),
            _ => Json::Array(users),
        };
        (provider.clone(), users)
    };
    order.into_iter().map(entry).collect()
}

fn sign_out(user: &SignOut) -> Json {
    Json::object([
        ("ProviderName", Some(Json::text(&user.provider))),
        ("UserIdentifier", Some(Json::text(&user.subject))),
        ("SignOutDate", Some(Json::Number(user.at.into()))),
    ])
}

/// Milliseconds since 1970 as a date of the API, in seconds.
fn date(millis: i64) -> Json {
    if millis.rem_euclid(1_000) == 0 {
        return Json::Number((millis / 1_000).into());
    }
    let seconds = Number::from_f64(millis as f64 / 1_000.0);
    Json::Number(seconds.expect("a quotient of finite numbers is finite"))
}

fn object(json: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(json).expect("an input is written as an object")
}

fn unless_empty(items: Vec<Json>) -> Option<Json> {
    (!items.is_empty()).then_some(Json::Array(items))
}
