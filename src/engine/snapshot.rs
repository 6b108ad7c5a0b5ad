//! The state of the engine as data: what a state document holds.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::types::RoleMapping;

use super::Engine;
use super::identity_id::{IdentityKey, identity_id};
use super::state::{Identity, Pool, RegionState, Standing};

/// Pools with everything in them, and which users have signed out.
///
/// Issued credentials are not part of it, and neither is what explanations know of things that are
/// gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// In the order of their creation.
    pub(crate) pools: Vec<PoolSnapshot>,
    pub(crate) sign_outs: Vec<SignOut>,
}

#[derive(Clone, Debug)]
pub(crate) struct PoolSnapshot {
    /// Without an id, the pool gets a new one in the engine's own Region.
    pub(crate) id: Option<String>,
    pub(crate) settings: CreateIdentityPoolInput,
    pub(crate) roles: BTreeMap<String, String>,
    pub(crate) role_mappings: BTreeMap<String, RoleMapping>,
    /// By provider.
    pub(crate) principal_tags: BTreeMap<String, PrincipalTagMap>,
    /// The provider that fixtures take first, and its app id.
    pub(crate) first_login: Option<(String, String)>,
    pub(crate) identities: Vec<IdentitySnapshot>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct PrincipalTagMap {
    pub(crate) use_defaults: bool,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct IdentitySnapshot {
    /// Without an id, the identity gets a new one.
    pub(crate) id: Option<String>,
    /// Providers and their users, in the order in which they were linked.
    pub(crate) logins: Vec<(String, String)>,
    /// Why it can no longer be used, if so.
    pub(crate) disabled: Option<Disabled>,
    /// In milliseconds since 1970; `None` stands for now.
    pub(crate) created: Option<i64>,
    pub(crate) modified: Option<i64>,
}

/// Why an identity can no longer be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disabled {
    /// It was merged into another one.
    Merged,
    /// Its last login was unlinked.
    Unlinked,
}

/// When a user was signed out everywhere.
#[derive(Clone, Debug)]
pub(crate) struct SignOut {
    pub(crate) provider: String,
    pub(crate) subject: String,
    /// In seconds since 1970.
    pub(crate) at: i64,
}

impl Engine {
    pub(crate) fn snapshot(&self) -> Snapshot {
        let regions = self.regions.values();
        let mut pools: Vec<(&RegionState, &Pool)> = regions
            .map(Box::as_ref)
            .flat_map(|region| region.pools.values().map(move |pool| (region, &**pool)))
            .collect();
        pools.sort_unstable_by_key(|(_, pool)| pool.number);
        let pools = pools
            .into_iter()
            .map(|(region, pool)| pool_snapshot(region, pool));
        let sign_outs = self.context.sign_outs.iter();
        let sign_outs = sign_outs.map(|(user, at)| SignOut {
            provider: user.provider.to_string(),
            subject: user.subject.to_string(),
            at: *at,
        });
        Snapshot {
            pools: pools.collect(),
            sign_outs: sign_outs.collect(),
        }
    }
}

fn pool_snapshot(region: &RegionState, pool: &Pool) -> PoolSnapshot {
    let identities = region
        .identities
        .range(IdentityKey::range_of(pool.identity_prefix));
    let principal_tags = pool.principal_tags.iter().map(|(provider, map)| {
        let map = PrincipalTagMap {
            use_defaults: map.use_defaults,
            tags: map.tags.clone(),
        };
        (provider.clone(), map)
    });
    PoolSnapshot {
        id: Some(pool.id.clone()),
        settings: settings(pool),
        roles: pool.roles.clone(),
        role_mappings: pool.role_mappings.clone(),
        principal_tags: principal_tags.collect(),
        first_login: pool.first_login.clone(),
        identities: identities
            .map(|(key, identity)| identity_snapshot(&region.name, *key, identity))
            .collect(),
    }
}

/// The input that creates a pool with these settings.
fn settings(pool: &Pool) -> CreateIdentityPoolInput {
    let map =
        |map: &BTreeMap<String, String>| (!map.is_empty()).then(|| HashMap::from_iter(map.clone()));
    let list = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    let user_pools = &pool.cognito_identity_providers;
    CreateIdentityPoolInput::builder()
        .identity_pool_name(&pool.name)
        .allow_unauthenticated_identities(pool.allow_unauthenticated_identities)
        .set_allow_classic_flow(pool.allow_classic_flow)
        .set_supported_login_providers(map(&pool.supported_login_providers))
        .set_developer_provider_name(pool.developer_provider_name.clone())
        .set_open_id_connect_provider_arns(list(&pool.open_id_connect_provider_arns))
        .set_cognito_identity_providers((!user_pools.is_empty()).then(|| user_pools.clone()))
        .set_saml_provider_arns(list(&pool.saml_provider_arns))
        .set_identity_pool_tags(map(&pool.tags))
        .build()
        .expect("the SDK's builder of this input requires no member")
}

fn identity_snapshot(region: &str, key: IdentityKey, identity: &Identity) -> IdentitySnapshot {
    let logins = identity.logins.iter();
    IdentitySnapshot {
        id: Some(identity_id(region, key)),
        logins: logins
            .map(|login| (login.provider.to_string(), login.subject.to_string()))
            .collect(),
        disabled: match identity.standing {
            Standing::Active => None,
            Standing::MergedAway => Some(Disabled::Merged),
            Standing::Unlinked => Some(Disabled::Unlinked),
        },
        created: Some(identity.created),
        modified: Some(identity.modified),
    }
}
