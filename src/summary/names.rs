//! What the mock knows about the ids that calls mention.

use std::collections::BTreeMap;

use crate::engine::{Engine, IssuedCredentials, Owner, Settings};

/// What the mock knows about ids when a report is made. It knows nothing while `with_engine` has
/// lent the engine out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The names of pools, by id.
    pub(super) pools: BTreeMap<String, String>,
    pub(super) owners: BTreeMap<String, Owner>,
    /// By access key id.
    issued: BTreeMap<String, IssuedCredentials>,
    account_id: Option<String>,
    pub(super) lenient_logins: bool,
}

impl Names {
    /// What is known without the engine.
    pub(crate) fn of_settings(settings: &Settings) -> Self {
        Self {
            account_id: Some(settings.account_id.clone()),
            lenient_logins: settings.lenient_logins,
            ..Self::default()
        }
    }

    /// Adds what the engine knows about these ids, and the names of its pools.
    pub(super) fn look_up<'a>(
        mut self,
        engine: &Engine,
        identities: impl Iterator<Item = &'a String>,
        access_keys: impl Iterator<Item = &'a String>,
    ) -> Self {
        self.pools = engine.pool_names();
        self.owners = identities
            .filter_map(|id| Some((id.clone(), engine.owner(id)?)))
            .collect();
        self.issued = access_keys
            .filter_map(|id| Some((id.clone(), engine.issued_credentials(id)?.clone())))
            .collect();
        self
    }

    /// Adds the names of pools that may have been deleted since.
    pub(crate) fn with_former_pools(
        mut self,
        pools: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        for (id, name) in pools {
            self.pools.entry(id).or_insert(name);
        }
        self
    }

    /// The credentials that the mock has issued under this access key id.
    pub(super) fn issued(&self, access_key_id: &str) -> Option<&IssuedCredentials> {
        self.issued.get(access_key_id)
    }

    /// Whether this is the mock's own account. Of an account that is not known, nothing else can be
    /// said.
    pub(super) fn is_own_account(&self, account_id: &str) -> bool {
        self.account_id
            .as_deref()
            .is_none_or(|own| own == account_id)
    }
}

/// Region and UUID of an id as the service issues it.
pub(super) fn id_parts(id: &str) -> Option<(&str, &str)> {
    let (region, rest) = id.split_once(':')?;
    let is_region = region
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_uuid = rest.len() == 36
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (is_region && is_uuid).then_some((region, rest))
}
