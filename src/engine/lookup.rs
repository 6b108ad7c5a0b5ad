//! What reports ask the engine about the ids that calls mention: names of pools, owners of
//! identities.

use std::collections::BTreeMap;

use super::Engine;
use super::providers::has_opaque_tokens;
use super::state::Standing;

/// Who an identity belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Guest,
    /// Its logins, in the order in which they were linked.
    User(Vec<OwnedLogin>),
    /// Nobody any more: its logins were given to another identity or unlinked.
    Disabled,
}

/// A login of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedLogin {
    /// The key in `Logins`, or the developer provider name.
    pub(crate) provider: String,
    pub(crate) subject: String,
    /// Whether the subject may be a token: a token that says nothing of its user is the name of its
    /// user.
    pub(crate) may_be_token: bool,
}

impl Engine {
    /// The names of all pools of all Regions, by id.
    pub(crate) fn pool_names(&self) -> BTreeMap<String, String> {
        let pools = self
            .regions
            .values()
            .flat_map(|region| region.pools.values());
        pools
            .map(|pool| (pool.id.clone(), pool.name.clone()))
            .collect()
    }

    /// Who the identity with this id belongs to, if it exists.
    pub(crate) fn owner(&self, identity_id: &str) -> Option<Owner> {
        let (region, _) = identity_id.split_once(':')?;
        let region = self.regions.get(region)?;
        let identity = &region.identities[&region.identity(identity_id)?];
        Some(match identity.standing {
            Standing::Active if identity.logins.is_empty() => Owner::Guest,
            Standing::Active => {
                let is_lenient = self.context.settings.lenient_logins;
                let logins = identity.logins.iter().map(|login| OwnedLogin {
                    provider: login.provider.as_ref().to_owned(),
                    subject: login.subject.as_ref().to_owned(),
                    may_be_token: is_lenient || has_opaque_tokens(&login.provider),
                });
                Owner::User(logins.collect())
            }
            Standing::MergedAway | Standing::Unlinked => Owner::Disabled,
        })
    }
}
