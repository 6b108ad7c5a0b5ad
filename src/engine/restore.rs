//! Building an engine from a snapshot of its state, as a whole or not at all.
//!
//! A state that operations can lead to is accepted, even if no single operation would accept it: a
//! pool keeps the role mappings of a provider that it no longer has. What no operation can lead to is
//! refused, because the engine relies on it: two identities that own one login, for example.

use std::collections::{BTreeMap, BTreeSet};

use super::identity_id::{IdentityKey, identity_key};
use super::linking::MAX_LOGINS;
use super::pools::{CUSTOM_ID, check_custom_id, given, unused_prefix};
use super::provider_settings::ProviderSettings;
use super::roles::{RolesPlace, check_roles};
use super::settings::Settings;
use super::snapshot::{Disabled, IdentitySnapshot, PoolSnapshot, PrincipalTagMap, Snapshot};
use super::state::{self, Identity, Login, Pool, RegionState, Standing};
use super::{Engine, region_of, tags};
use crate::error::ServiceError;
use crate::explain::quoted;

/// What in a snapshot cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The index of the pool.
    pub(crate) pool: usize,
    /// The index of the identity in the pool, if it is about one.
    pub(crate) identity: Option<usize>,
    /// The name of the member.
    pub(crate) member: &'static str,
    /// The key in the member, if it is a map and the misfit is about one of its entries.
    pub(crate) key: Option<String>,
    /// The predicate of a sentence about the member.
    pub(crate) problem: String,
}

impl Engine {
    /// An engine in the state of a snapshot. What has no date in it was created at `now`, in
    /// milliseconds since 1970.
    pub(crate) fn restored(
        settings: Settings,
        snapshot: &Snapshot,
        now: i64,
    ) -> Result<Self, Misfit> {
        let mut engine = Self::new(settings);
        engine.restore_prefixes(snapshot)?;
        for (index, pool) in snapshot.pools.iter().enumerate() {
            engine.restore_pool(index, pool, now)?;
        }
        for user in &snapshot.sign_outs {
            let login = Login::new(&user.provider, &user.subject);
            engine.context.sign_outs.insert(login, user.at);
        }
        Ok(engine)
    }

    /// Reserves the prefixes that the ids of identities tell, before others are drawn.
    fn restore_prefixes(&mut self, snapshot: &Snapshot) -> Result<(), Misfit> {
        for (index, pool) in snapshot.pools.iter().enumerate() {
            let ids = pool.identities.iter().enumerate();
            let ids = ids.filter_map(|(at, identity)| Some((at, identity.id.as_deref()?)));
            let region = self.region_of_snapshot(pool);
            let mut prefix = None;
            for (at, id) in ids {
                let misfit = |problem: String| Misfit {
                    pool: index,
                    identity: Some(at),
                    member: "IdentityId",
                    key: None,
                    problem,
                };
                let Some(key) = identity_key(&region, id) else {
                    return Err(misfit(format!(
                        "must be the Region of the pool, a colon and a UUID in lower case, as \
                         {region}:12345678-90ab-cdef-1234-567890abcdef is, got {}",
                        quoted(id)
                    )));
                };
                match prefix {
                    Some(prefix) if prefix != key.prefix() => {
                        return Err(misfit(format!(
                            "must begin as the ids of the pool's other identities: all identities of \
                             a pool have the same first ten hex digits, got {}",
                            quoted(id)
                        )));
                    }
                    Some(_) => {}
                    None => {
                        prefix = Some(key.prefix());
                        let state = self.region_state(&region);
                        if state.pools_by_prefix.contains_key(&key.prefix()) {
                            return Err(misfit(format!(
                                "must not begin as the ids of another pool: the first ten hex digits \
                                 of an identity tell its pool, got {}",
                                quoted(id)
                            )));
                        }
                        // The id of the pool follows when the pool is restored.
                        state.pools_by_prefix.insert(key.prefix(), String::new());
                    }
                }
            }
        }
        Ok(())
    }

    fn restore_pool(
        &mut self,
        index: usize,
        snapshot: &PoolSnapshot,
        now: i64,
    ) -> Result<(), Misfit> {
        let misfit = |member: &'static str, key: Option<String>, error: &ServiceError| Misfit {
            pool: index,
            identity: None,
            member,
            key,
            problem: refused(error),
        };
        let region_name = self.region_of_snapshot(snapshot);
        let settings = &snapshot.settings;
        let providers = ProviderSettings {
            social: settings.supported_login_providers.clone(),
            open_id_connect: settings.open_id_connect_provider_arns.clone(),
            user_pools: settings.cognito_identity_providers.clone(),
            saml: settings.saml_provider_arns.clone(),
        };
        self.context.region.clone_from(&region_name);
        let is_saml = |error: &ServiceError| {
            let saml = settings.saml_provider_arns.iter().flatten();
            let text = error.message().unwrap_or_default();
            saml.into_iter().any(|arn| text.contains(arn.as_str()))
        };
        let providers = providers.checked(&self.context).map_err(|error| {
            let member = match is_saml(&error) {
                true => "SamlProviderARNs",
                false => "CognitoIdentityProviders",
            };
            misfit(member, None, &error)
        })?;
        let pool_tags = tags::checked(settings.identity_pool_tags.clone().unwrap_or_default())
            .map_err(|error| misfit("IdentityPoolTags", None, &error))?;
        check_roles(&snapshot.roles, &snapshot.role_mappings, &self.context).map_err(
            |(place, error)| match place {
                RolesPlace::Role(key) => misfit("Roles", Some(key), &error),
                RolesPlace::Mapping(key) => misfit("RoleMappings", Some(key), &error),
            },
        )?;
        self.context
            .check_pools(self.region(&region_name))
            .map_err(|error| misfit("IdentityPoolId", None, &error))?;
        let custom_id = snapshot.id.as_ref().or_else(|| pool_tags.get(CUSTOM_ID));
        if let Some(id) = custom_id {
            check_custom_id(id, &region_name, self.region(&region_name))
                .map_err(|error| misfit("IdentityPoolId", None, &error))?;
        }
        let custom_id = custom_id.cloned();

        let keys = snapshot.identities.iter();
        let mut keys = keys.filter_map(|one| identity_key(&region_name, one.id.as_deref()?));
        let prefix = keys.next().map(IdentityKey::prefix);
        let (region, context) = self.region_mut();
        let id = custom_id.unwrap_or_else(|| context.unused_pool_id(region));
        let identity_prefix = prefix.unwrap_or_else(|| {
            unused_prefix(&region.pools_by_prefix, || context.ids.identity_prefix())
        });
        context.pools_created += 1;
        let principal_tags = snapshot.principal_tags.iter();
        let mut pool = Pool {
            id: id.clone(),
            number: context.pools_created,
            name: settings.identity_pool_name.clone().unwrap_or_default(),
            allow_unauthenticated_identities: settings
                .allow_unauthenticated_identities
                .unwrap_or_default(),
            allow_classic_flow: settings.allow_classic_flow,
            supported_login_providers: BTreeMap::new(),
            developer_provider_name: given(settings.developer_provider_name.clone()),
            open_id_connect_provider_arns: Vec::new(),
            cognito_identity_providers: Vec::new(),
            saml_provider_arns: Vec::new(),
            tags: pool_tags,
            roles: snapshot.roles.clone(),
            role_mappings: snapshot.role_mappings.clone(),
            principal_tags: principal_tags
                .map(|(provider, map)| (provider.clone(), principal_tag_map(map)))
                .collect(),
            identity_prefix,
            login_owners: BTreeMap::new(),
            first_login: snapshot.first_login.clone(),
        };
        providers.replace_in(&mut pool);
        region.pools_by_prefix.insert(identity_prefix, id.clone());
        region.pools.insert(id.clone(), Box::new(pool));
        // The identities with an id come first, so that no new one is given an id of theirs.
        let (with_id, without_id): (Vec<_>, Vec<_>) = snapshot
            .identities
            .iter()
            .enumerate()
            .partition(|(_, identity)| identity.id.is_some());
        for (at, identity) in with_id.into_iter().chain(without_id) {
            self.restore_identity(&id, identity, now)
                .map_err(|(member, key, problem)| Misfit {
                    pool: index,
                    identity: Some(at),
                    member,
                    key,
                    problem,
                })?;
        }
        Ok(())
    }

    fn restore_identity(
        &mut self,
        pool_id: &str,
        snapshot: &IdentitySnapshot,
        now: i64,
    ) -> Result<(), (&'static str, Option<String>, String)> {
        let (region, context) = self.region_mut();
        let pool = &region.pools[pool_id];
        let logins: Vec<Login> = snapshot
            .logins
            .iter()
            .map(|(provider, subject)| Login::new(provider, subject))
            .collect();
        let mut providers = BTreeSet::new();
        for login in &logins {
            let key = || Some(login.provider.to_string());
            if pool.login_owners.contains_key(login) {
                let problem =
                    "belongs to another identity of the pool, too; a user has one identity";
                return Err(("Logins", key(), problem.to_owned()));
            }
            if !providers.insert(login.provider.clone()) && !pool.is_developer(login) {
                let problem = "names several users; only the developer provider of the pool can";
                return Err(("Logins", key(), problem.to_owned()));
            }
        }
        if logins.len() > MAX_LOGINS {
            let problem = format!(
                "must be {MAX_LOGINS} logins at most, as an identity has, got {}",
                logins.len()
            );
            return Err(("Logins", None, problem));
        }
        if snapshot.disabled.is_some() && !logins.is_empty() {
            let problem = "must be left out: a disabled identity has no logins";
            return Err(("Logins", None, problem.to_owned()));
        }
        let key = match snapshot.id.as_deref() {
            Some(id) => identity_key(&region.name, id).expect("`restore_prefixes` has parsed it"),
            None => region.insert_identity(pool.identity_prefix, &mut context.ids, now),
        };
        if snapshot.id.is_some() && region.identities.contains_key(&key) {
            let problem = "is the id of another identity of the pool, too".to_owned();
            return Err(("IdentityId", None, problem));
        }
        let created = snapshot.created.unwrap_or(now);
        let identity = Identity {
            created,
            modified: snapshot.modified.unwrap_or(created),
            standing: match snapshot.disabled {
                None => Standing::Active,
                Some(Disabled::Merged) => Standing::MergedAway,
                Some(Disabled::Unlinked) => Standing::Unlinked,
            },
            logins: logins.clone().into_boxed_slice(),
        };
        region.identities.insert(key, identity);
        let pool = region.pools.get_mut(pool_id).expect("it was found above");
        for login in logins {
            pool.login_owners.insert(login, key);
        }
        Ok(())
    }

    /// The Region of a pool: that of its id.
    fn region_of_snapshot(&self, pool: &PoolSnapshot) -> String {
        let tags = pool.settings.identity_pool_tags.as_ref();
        let custom_id = tags.and_then(|tags| tags.get(CUSTOM_ID));
        match pool.id.as_ref().or(custom_id) {
            Some(id) => region_of(id).to_owned(),
            None => self.context.settings.region.clone(),
        }
    }

    fn region_state(&mut self, name: &str) -> &mut RegionState {
        let new = || Box::new(RegionState::new(name));
        self.regions.entry(name.to_owned()).or_insert_with(new)
    }
}

fn principal_tag_map(map: &PrincipalTagMap) -> state::PrincipalTagMap {
    state::PrincipalTagMap {
        use_defaults: map.use_defaults,
        tags: map.tags.clone(),
    }
}

fn refused(error: &ServiceError) -> String {
    match error.explanation() {
        Some(why) => format!("is refused: {error} ({why})"),
        None => format!("is refused: {error}"),
    }
}
