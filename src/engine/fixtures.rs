//! What fixtures need beyond the operations. Nothing here is a call.

use std::collections::BTreeSet;

use super::Engine;
use super::state::Pool;
use crate::error::ServiceError;

impl Engine {
    /// Notes which login provider a pool was seeded with first, and its app id. AWS keeps the
    /// providers of a pool in no order.
    pub(crate) fn note_first_login(&mut self, pool_id: &str, provider: &str, app_id: &str) {
        if let Ok((pool, _)) = self.pool_mut(pool_id) {
            pool.first_login = Some((provider.to_owned(), app_id.to_owned()));
        }
    }

    /// The login provider that a pool was seeded with first, or else the first that it has, with
    /// its app id.
    pub(crate) fn first_login(&self, pool_id: &str) -> Result<Option<FirstLogin>, ServiceError> {
        Ok(self.any_pool(pool_id)?.first_login())
    }

    /// Whether logins of a provider can be linked to identities of a pool.
    pub(crate) fn accepts_provider(
        &self,
        pool_id: &str,
        provider: &str,
    ) -> Result<bool, ServiceError> {
        let pool = self.any_pool(pool_id)?;
        Ok(self.context.settings.lenient_logins
            || pool.developer_provider_name.as_deref() == Some(provider)
            || pool.provider(provider).is_some())
    }

    /// The names of the providers that a pool trusts, as they are in `Logins`.
    pub(crate) fn provider_names(&self, pool_id: &str) -> Result<Vec<String>, ServiceError> {
        let pool = self.any_pool(pool_id)?;
        let developer = pool.developer_provider_name.as_deref();
        // A user pool with several clients has one name.
        let names: BTreeSet<_> = pool.login_keys().chain(developer).collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    /// Whether a pool exists, in any Region.
    pub(crate) fn has_pool(&self, pool_id: &str) -> bool {
        self.any_pool(pool_id).is_ok()
    }

    /// The ids of all pools of all Regions, in the order of their creation.
    pub(crate) fn pool_ids(&self) -> Vec<String> {
        let regions = self.regions.values();
        let mut pools: Vec<_> = regions.flat_map(|region| region.pools.values()).collect();
        pools.sort_unstable_by_key(|pool| pool.number);
        pools.into_iter().map(|pool| pool.id.clone()).collect()
    }

    fn any_pool(&self, pool_id: &str) -> Result<&Pool, ServiceError> {
        let region = pool_id.split_once(':').map(|(region, _)| region);
        region
            .and_then(|region| {
                self.regions
                    .get(region)?
                    .pools
                    .get(pool_id)
                    .map(Box::as_ref)
            })
            .ok_or_else(|| {
                let region = region.unwrap_or(&self.context.region);
                self.search(region, |searched| searched.pool_not_found(pool_id))
            })
    }
}

/// A login provider of a pool.
#[derive(Debug, PartialEq)]
pub(crate) struct FirstLogin {
    /// The key in `Logins`.
    pub(crate) provider: String,
    /// `None` for a provider without app ids.
    pub(crate) app_id: Option<String>,
}

impl Pool {
    fn first_login(&self) -> Option<FirstLogin> {
        // The pool may have been updated since it was seeded.
        let seeded = self.first_login.as_ref();
        let seeded = seeded.filter(|(provider, _)| self.provider(provider).is_some());
        let provider = match seeded {
            Some((provider, _)) => provider,
            None => self.login_keys().next()?,
        };
        // The pool does not store the app id of an OIDC provider.
        let app_id = self.app_id(provider);
        let app_id = app_id.or_else(|| seeded.map(|(_, app_id)| app_id.as_str()));
        Some(FirstLogin {
            provider: provider.to_owned(),
            app_id: app_id.map(str::to_owned),
        })
    }
}
