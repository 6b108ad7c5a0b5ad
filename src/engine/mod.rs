//! The emulator: the state of the service, and the operations that read and change it.
//!
//! The engine is a plain state machine. Each call brings its time, Region and signer with it; ids
//! come from a seeded generator; nothing here does I/O or takes a lock. State changes when a call
//! arrives, before any delay that a fault adds to the answer, as over a slow network.

mod api_gateway;
mod arn;
mod context;
mod credentials;
mod developer_identities;
mod errors;
mod explain;
mod fixtures;
mod history;
mod iam;
mod identities;
mod identity_explanations;
mod identity_id;
mod ids;
mod issued_credentials;
mod linking;
mod login_checks;
mod login_errors;
mod lookup;
mod not_found;
mod open_id_token;
mod pagination;
mod pools;
mod principal_tags;
mod provider_settings;
mod providers;
mod region;
mod resolve_identity;
mod resource_quotas;
mod restore;
mod role_resolution;
mod roles;
mod saml;
mod session_tags;
mod settings;
mod snapshot;
mod state;
mod sts;
mod tags;
mod verified_login;

use std::collections::BTreeMap;
use std::fmt;

use crate::error::ServiceError;
pub(crate) use arn::pool_arn;
pub(crate) use context::CallContext;
use context::Context;
pub(crate) use fixtures::FirstLogin;
use identity_id::IdentityKey;
pub use issued_credentials::IssuedCredentials;
pub(crate) use lookup::{OwnedLogin, Owner};
use not_found::Searched;
pub(crate) use providers::is_social_provider;
use region::key_id;
pub(crate) use region::{issuer, partition};
pub(crate) use restore::Misfit;
pub(crate) use saml::saml_subject;
pub(crate) use settings::Settings;
pub(crate) use snapshot::{Disabled, IdentitySnapshot, PoolSnapshot};
pub(crate) use snapshot::{PrincipalTagMap, SignOut, Snapshot};
use state::{Login, Pool, RegionState};

/// The emulated service, called directly: one method for each of the 25 operations, with the SDK's
/// own inputs and outputs.
///
/// [`MockCognitoIdentity::with_engine`](crate::MockCognitoIdentity::with_engine) lends it out, to
/// arrange or inspect state. Its methods record no call and trigger no fault. They do not check the
/// constraints of the API model (lengths, patterns, required members), which are checked when a
/// request is decoded; a missing member counts as empty.
///
/// ```
/// # use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
///
/// let input = ListIdentitiesInput::builder().identity_pool_id(pool.id()).max_results(60).build()?;
/// let page = mock.with_engine(|engine| engine.list_identities(input))?;
/// assert_eq!(page.identities().len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Engine {
    /// A node of the map has room for eleven.
    regions: BTreeMap<String, Box<RegionState>>,
    context: Context,
}

impl Engine {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            regions: BTreeMap::new(),
            context: Context::new(settings),
        }
    }

    /// Prepares for a call. Everything that depends on the call is replaced, so nothing is
    /// inherited from the one before.
    pub(crate) fn for_call(&mut self, call: CallContext<'_>) -> &mut Self {
        self.context.now = call.now;
        self.context.call_number = call.number;
        if self.context.access_key_id.as_deref() != call.access_key_id {
            self.context.access_key_id = call.access_key_id.map(str::to_owned);
        }
        self.context.is_region_named = call.region.is_some();
        let region = call.region.unwrap_or(&self.context.settings.region);
        if self.context.region != region {
            self.context.region = region.to_owned();
        }
        self
    }

    /// Sets the Region of the signed operations that follow. They do not find pools and identities
    /// of other Regions. The four public operations take the Region from the id that they name.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool("app"); // in us-east-1
    /// let input = ListIdentityPoolsInput::builder().max_results(60).build().unwrap();
    /// mock.with_engine(|engine| {
    ///     let page = engine.in_region("eu-west-1").list_identity_pools(input).unwrap();
    ///     assert!(page.identity_pools().is_empty());
    /// });
    /// ```
    pub fn in_region(&mut self, region: impl Into<String>) -> &mut Self {
        self.context.region = region.into();
        self
    }

    /// The key set document: the one key, under the key id of each Region that is in use.
    // AWS [TOKEN9]: the keys of all default Regions are in one document.
    pub(crate) fn key_set(&self) -> serde_json::Value {
        let home = std::iter::once(&self.context.settings.region);
        let regions: std::collections::BTreeSet<_> = self.regions.keys().chain(home).collect();
        let kids: Vec<_> = regions.into_iter().map(|region| key_id(region)).collect();
        crate::token::key_set(kids.iter().map(String::as_str))
    }

    /// Signs a user of a provider out everywhere, at the present time.
    pub(crate) fn sign_out(&mut self, provider: &str, subject: &str) {
        let now = self.context.now_seconds();
        let user = Login::new(provider, subject);
        self.context.sign_outs.insert(user, now);
    }

    /// The issued credentials with this access key id.
    pub(crate) fn issued_credentials(&self, access_key_id: &str) -> Option<&IssuedCredentials> {
        self.context.issued.get(access_key_id)
    }

    /// The secret key and the session token of the issued credentials with this access key id.
    pub(crate) fn issued_secrets(&self, access_key_id: &str) -> Option<(String, String)> {
        self.context.issued.secrets(access_key_id)
    }

    /// The app id that a pool lists for a provider. If several pools list the provider, the one
    /// that was created first counts.
    pub(crate) fn app_id(&self, provider: &str) -> Option<String> {
        let pools = self
            .regions
            .values()
            .flat_map(|region| region.pools.values());
        pools
            .filter_map(|pool| Some((pool.number, pool.app_id(provider)?)))
            .min_by_key(|(number, _)| *number)
            .map(|(_, app_id)| app_id.to_owned())
    }

    fn region(&self, name: &str) -> Option<&RegionState> {
        self.regions.get(name).map(Box::as_ref)
    }

    /// The Region of a signed call. Its state is created by the first call that writes to it.
    fn region_mut(&mut self) -> (&mut RegionState, &mut Context) {
        let name = &self.context.region;
        if !self.regions.contains_key(name) {
            let region = RegionState::new(name);
            self.regions.insert(name.clone(), Box::new(region));
        }
        let region = self.regions.get_mut(name).expect("inserted above");
        (region, &mut self.context)
    }

    /// The pool that a signed call names. Pools of other Regions are not found.
    fn pool_mut(&mut self, id: &str) -> Result<(&mut Pool, &mut Context), ServiceError> {
        let region = &self.context.region;
        if !self.region_has_pool(region, id) {
            return Err(self.search(region, |searched| searched.pool_not_found(id)));
        }
        let region = self.regions.get_mut(region);
        let pool = region.and_then(|region| region.pools.get_mut(id));
        Ok((pool.expect("checked above"), &mut self.context))
    }

    /// The Region of a pool that a public call names.
    fn region_of_pool(
        &mut self,
        pool_id: &str,
    ) -> Result<(&mut RegionState, &mut Context), ServiceError> {
        let region = self.region_of(pool_id);
        if !self.region_has_pool(region, pool_id) {
            return Err(self.search(region, |searched| searched.pool_not_found(pool_id)));
        }
        // The id was found there, so it begins with the Region.
        let region = self.regions.get_mut(region_of(pool_id));
        Ok((region.expect("checked above"), &mut self.context))
    }

    /// The Region in which a public call looks for an id.
    // AWS [row 28]: a pool of another Region than that of the endpoint is not found (2014).
    // Approximation [Q53]: nor is an identity. A call that was sent to the mock's own address names
    // no Region, because it needs no signature. The Region of the id counts then.
    fn region_of<'a>(&'a self, id: &'a str) -> &'a str {
        if self.context.is_region_named {
            &self.context.region
        } else {
            region_of(id)
        }
    }

    fn region_has_pool(&self, region: &str, id: &str) -> bool {
        let region = self.regions.get(region);
        region.is_some_and(|region| region.pools.contains_key(id))
    }

    /// The identity that a signed call names. Identities of other Regions are not found.
    fn signed_identity(
        &mut self,
        id: &str,
    ) -> Result<(&mut RegionState, IdentityKey, &mut Context), ServiceError> {
        let Some(key) = self.find_identity(&self.context.region, id) else {
            let region = &self.context.region;
            return Err(self.search(region, |searched| searched.identity_not_found(id)));
        };
        let region = self.regions.get_mut(&self.context.region);
        let region = region.expect("the key is from there");
        Ok((region, key, &mut self.context))
    }

    /// The identity that a public call names.
    fn public_identity(
        &mut self,
        id: &str,
    ) -> Result<(&mut RegionState, IdentityKey, &mut Context), ServiceError> {
        let region = self.region_of(id);
        let Some(key) = self.find_identity(region, id) else {
            return Err(self.search(region, |searched| searched.identity_not_found(id)));
        };
        let region = self.regions.get_mut(region_of(id));
        Ok((
            region.expect("the id begins with it"),
            key,
            &mut self.context,
        ))
    }

    fn find_identity(&self, region: &str, id: &str) -> Option<IdentityKey> {
        self.region(region)?.identity(id)
    }

    /// Makes the error for an id that was looked for in a Region.
    fn search(
        &self,
        region: &str,
        not_found: impl FnOnce(Searched<'_>) -> ServiceError,
    ) -> ServiceError {
        let regions: Vec<_> = self.regions.values().map(Box::as_ref).collect();
        not_found(Searched {
            context: &self.context,
            regions: &regions,
            region,
        })
    }
}

/// The Region that an id begins with.
fn region_of(id: &str) -> &str {
    id.split_once(':').map_or("", |(region, _)| region)
}

/// Prints counts instead of contents: the state holds secrets, and may hold a million identities.
impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools: usize = self.regions.values().map(|region| region.pools.len()).sum();
        let identities: usize = self
            .regions
            .values()
            .map(|region| region.identities.len())
            .sum();
        f.debug_struct("Engine")
            .field("region", &self.context.region)
            .field("pools", &pools)
            .field("identities", &identities)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;

    use super::*;

    #[test]
    fn debugging_shows_counts_and_no_contents() {
        let mut engine = Engine::new(Settings::default());
        let pool = CreateIdentityPoolInput::builder().identity_pool_name("a secret name");
        let pool = engine.create_identity_pool(pool.build().unwrap()).unwrap();
        for login in [Some(("login.example", "alice")), None] {
            engine.seed_identity(&pool.identity_pool_id, login).unwrap();
        }

        assert_eq!(
            format!("{engine:?}"),
            r#"Engine { region: "us-east-1", pools: 1, identities: 2, .. }"#
        );
    }
}
