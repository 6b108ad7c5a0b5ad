//! Identity pools: creating, deleting, describing, listing and updating them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use aws_sdk_cognitoidentity::operation::create_identity_pool::{
    CreateIdentityPoolInput, CreateIdentityPoolOutput,
};
use aws_sdk_cognitoidentity::operation::delete_identity_pool::{
    DeleteIdentityPoolInput, DeleteIdentityPoolOutput,
};
use aws_sdk_cognitoidentity::operation::describe_identity_pool::{
    DescribeIdentityPoolInput, DescribeIdentityPoolOutput,
};
use aws_sdk_cognitoidentity::operation::list_identity_pools::{
    ListIdentityPoolsInput, ListIdentityPoolsOutput,
};
use aws_sdk_cognitoidentity::operation::update_identity_pool::{
    UpdateIdentityPoolInput, UpdateIdentityPoolOutput,
};
use aws_sdk_cognitoidentity::types::IdentityPoolShortDescription;

use super::context::Context;
use super::explain::{plain, pool_name, quoted};
use super::history::{DeletedPool, What};
use super::identity_id::IdentityKey;
use super::provider_settings::ProviderSettings;
use super::region::is_region_name;
use super::state::{Pool, RegionState};
use super::{Engine, pagination, tags};
use crate::error::ServiceError;

/// The tag that chooses the id of a new pool.
// Approximation [ID1]: AWS draws every id. The tag is a convention of `LocalStack`, supported for
// tests that were written against it.
pub(super) const CUSTOM_ID: &str = "_custom_id_";

impl Engine {
    /// Creates an identity pool, which has no roles yet.
    ///
    /// The tag `_custom_id_` chooses the id of the pool, Region included. Without it the id is
    /// random.
    ///
    /// API reference: [`CreateIdentityPool`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let input = CreateIdentityPoolInput::builder().identity_pool_name("app").build().unwrap();
    /// let pool = mock.with_engine(|engine| engine.create_identity_pool(input)).unwrap();
    /// assert!(pool.identity_pool_id().starts_with("us-east-1:"));
    /// ```
    ///
    /// # Errors
    ///
    /// * `InvalidParameterException`: the name of a user pool is malformed, a SAML provider is of
    ///   another account, a tag breaks the rules, or the chosen id is malformed, of another Region
    ///   or taken.
    /// * `LimitExceededException`: a quota is exceeded and the mock enforces
    ///   [`aws_quotas`](crate::Builder::aws_quotas).
    pub fn create_identity_pool(
        &mut self,
        input: CreateIdentityPoolInput,
    ) -> Result<CreateIdentityPoolOutput, ServiceError> {
        let providers = ProviderSettings {
            social: input.supported_login_providers,
            open_id_connect: input.open_id_connect_provider_arns,
            user_pools: input.cognito_identity_providers,
            saml: input.saml_provider_arns,
        };
        let providers = providers.checked(&self.context)?;
        let tags = tags::checked(input.identity_pool_tags.unwrap_or_default())?;
        let custom_id = tags.get(CUSTOM_ID).cloned();
        let name = &self.context.region;
        if let Some(id) = &custom_id {
            check_custom_id(id, name, self.region(name))?;
        }
        self.context.check_pools(self.region(name))?;

        let (region, context) = self.region_mut();
        let id = custom_id.unwrap_or_else(|| context.unused_pool_id(region));
        let identity_prefix =
            unused_prefix(&region.pools_by_prefix, || context.ids.identity_prefix());
        context.pools_created += 1;
        let mut pool = Pool {
            id: id.clone(),
            number: context.pools_created,
            name: input.identity_pool_name.unwrap_or_default(),
            allow_unauthenticated_identities: input
                .allow_unauthenticated_identities
                .unwrap_or_default(),
            allow_classic_flow: input.allow_classic_flow,
            supported_login_providers: BTreeMap::new(),
            developer_provider_name: given(input.developer_provider_name),
            open_id_connect_provider_arns: Vec::new(),
            cognito_identity_providers: Vec::new(),
            saml_provider_arns: Vec::new(),
            tags,
            roles: BTreeMap::new(),
            role_mappings: BTreeMap::new(),
            principal_tags: BTreeMap::new(),
            identity_prefix,
            login_owners: BTreeMap::new(),
            first_login: None,
        };
        providers.replace_in(&mut pool);
        let output = CreateIdentityPoolOutput::from(&pool);
        region.pools_by_prefix.insert(identity_prefix, id.clone());
        region.pools.insert(id, Box::new(pool));
        Ok(output)
    }

    /// Deletes an identity pool with its identities and all its settings.
    ///
    /// API reference: [`DeleteIdentityPool`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentityPool.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let input = DeleteIdentityPoolInput::builder().identity_pool_id(pool.id()).build().unwrap();
    /// mock.with_engine(|engine| engine.delete_identity_pool(input)).unwrap();
    /// let gone = mock.client().get_id().identity_pool_id(pool.id()).send().await.unwrap_err();
    /// assert_eq!(gone.code(), Some("ResourceNotFoundException"));
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    pub fn delete_identity_pool(
        &mut self,
        input: DeleteIdentityPoolInput,
    ) -> Result<DeleteIdentityPoolOutput, ServiceError> {
        let id = input.identity_pool_id.unwrap_or_default();
        let (pool, _) = self.pool_mut(&id)?;
        let prefix = pool.identity_prefix;
        let deleted = DeletedPool {
            id: id.clone(),
            name: pool.name.clone(),
            identity_prefix: prefix,
        };

        let (region, context) = self.region_mut();
        region.pools.remove(&id);
        region.pools_by_prefix.remove(&prefix);
        // Only the identities of this pool are visited, however many others there are.
        region
            .identities
            .extract_if(IdentityKey::range_of(prefix), |_, _| true)
            .for_each(drop);
        context.keep(What::DeletedPool(Box::new(deleted)), "DeleteIdentityPool");
        Ok(DeleteIdentityPoolOutput::builder().build())
    }

    /// Returns the settings of an identity pool.
    ///
    /// API reference: [`DescribeIdentityPool`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentityPool.html).
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    pub fn describe_identity_pool(
        &mut self,
        input: DescribeIdentityPoolInput,
    ) -> Result<DescribeIdentityPoolOutput, ServiceError> {
        let (pool, _) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        Ok(DescribeIdentityPoolOutput::from(&*pool))
    }

    /// Lists the pools of the Region, one page at a time.
    ///
    /// API reference: [`ListIdentityPools`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentityPools.html).
    ///
    /// # Errors
    ///
    /// * `InvalidParameterException`: `NextToken` was not issued for this list.
    pub fn list_identity_pools(
        &mut self,
        input: ListIdentityPoolsInput,
    ) -> Result<ListIdentityPoolsOutput, ServiceError> {
        let list = format!("pools of {}", self.context.region);
        let after = pagination::after(input.next_token.as_deref(), &list)?;
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        // Approximation [Q16]: the order on AWS is unknown; here it is that of the ids.
        let region = self.regions.get(&self.context.region);
        let pools = region
            .into_iter()
            .flat_map(|region| region.pools.range::<str, _>((start, Bound::Unbounded)))
            .map(|(_, pool)| pool);
        let (pools, last) = pagination::take(pools, input.max_results);
        let next = last.map(|pool| pagination::token(&list, &pool.id));
        let pools = pools.into_iter().map(|pool| {
            IdentityPoolShortDescription::builder()
                .identity_pool_id(&pool.id)
                .identity_pool_name(&pool.name)
                .build()
        });
        Ok(ListIdentityPoolsOutput::builder()
            .set_identity_pools(Some(pools.collect()))
            .set_next_token(next)
            .build())
    }

    /// Replaces the settings of an identity pool. What the request leaves out falls back to its
    /// default, except the developer provider name and the tags. Roles, role mappings and attribute
    /// maps stay.
    ///
    /// API reference: [`UpdateIdentityPool`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UpdateIdentityPool.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let input = UpdateIdentityPoolInput::builder().identity_pool_id(pool.id());
    /// let input = input.identity_pool_name("new name").build().unwrap();
    /// let pool = mock.with_engine(|engine| engine.update_identity_pool(input)).unwrap();
    /// assert!(!pool.allow_unauthenticated_identities()); // left out, so it is off
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    /// * `InvalidParameterException`: the pool has another developer provider name, the name of a
    ///   user pool is malformed, a SAML provider is of another account, or a tag breaks the rules.
    /// * `LimitExceededException`: a quota is exceeded and the mock enforces
    ///   [`aws_quotas`](crate::Builder::aws_quotas).
    pub fn update_identity_pool(
        &mut self,
        input: UpdateIdentityPoolInput,
    ) -> Result<UpdateIdentityPoolOutput, ServiceError> {
        let (pool, context) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        let providers = ProviderSettings {
            social: input.supported_login_providers,
            open_id_connect: input.open_id_connect_provider_arns,
            user_pools: input.cognito_identity_providers,
            saml: input.saml_provider_arns,
        };
        let providers = providers.checked(context)?;
        let tags = input.identity_pool_tags.map(tags::checked).transpose()?;
        let developer = given(input.developer_provider_name);
        // AWS [P8]: once set, it stays. Approximation [Q17]: code and text of the error are
        // unknown.
        if let (Some(name), Some(other)) = (&pool.developer_provider_name, &developer)
            && name != other
        {
            let text = format!(
                "The developer provider name of this pool is '{name}' and cannot be changed."
            );
            return Err(ServiceError::invalid_parameter(text).because(format!(
                "the developer provider of the {} is {}, and the request has {}; once set, it stays",
                pool_name(pool),
                quoted(name),
                quoted(other)
            )));
        }

        pool.name = input.identity_pool_name.unwrap_or_default();
        pool.allow_unauthenticated_identities =
            input.allow_unauthenticated_identities.unwrap_or_default();
        // AWS [POOL7]: whatever an update leaves out falls back to its default (Terraform's
        // acceptance tests, 2019-2022) ...
        pool.allow_classic_flow = input.allow_classic_flow;
        providers.replace_in(pool);
        // AWS [POOL8]: ... except the developer provider name (seen 2026) and the tags.
        // Approximation [POOL9, Q18]: the latter is inferred from Terraform never sending them, and
        // so is that tags replace.
        pool.developer_provider_name = pool.developer_provider_name.take().or(developer);
        if let Some(tags) = tags {
            pool.tags = tags;
        }
        Ok(UpdateIdentityPoolOutput::from(&*pool))
    }
}

pub(super) fn check_custom_id(
    id: &str,
    region_name: &str,
    region: Option<&RegionState>,
) -> Result<(), ServiceError> {
    let (of, rest) = id.split_once(':').unwrap_or_default();
    let is_formed = id.len() <= 55
        && is_region_name(of)
        && !rest.is_empty()
        && rest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    let taken = region.and_then(|region| region.pools.get(id));
    let (problem, why) = if !is_formed {
        let why = "a custom id is a Region, a colon and up to 45 characters of 0-9, a-f and -";
        ("is not the id of an identity pool", why.to_owned())
    } else if of != region_name {
        let (of, region) = (plain(of), plain(region_name));
        let why = format!("the id begins with {of}, and the call is for {region}");
        ("is of another Region than the call", why)
    } else if let Some(pool) = taken {
        ("is taken", format!("the {} has this id", pool_name(pool)))
    } else {
        return Ok(());
    };
    let text = format!("The custom id '{id}' {problem}.");
    Err(ServiceError::invalid_parameter(text).because(why))
}

impl Context {
    /// Draws a pool id that no other pool of the Region has. With a seed, an engine that was restored
    /// draws again what it drew before.
    pub(super) fn unused_pool_id(&mut self, region: &RegionState) -> String {
        loop {
            let id = format!("{}:{}", region.name, self.ids.uuid());
            if !region.pools.contains_key(&id) {
                return id;
            }
        }
    }
}

/// Draws until no other pool of the Region has the prefix. Two pools with the same prefix would
/// share their identities.
pub(super) fn unused_prefix(owners: &BTreeMap<u64, String>, mut draw: impl FnMut() -> u64) -> u64 {
    loop {
        let prefix = draw();
        if !owners.contains_key(&prefix) {
            return prefix;
        }
    }
}

/// An empty name counts as missing.
pub(super) fn given(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}

/// Three operations return a pool. The SDK has an output type for each, and none for the pool
/// itself.
macro_rules! pool_outputs {
    ($($output:ident)+) => {$(
        impl From<&Pool> for $output {
            // AWS [POOL1, POOL3]: tags are always present, even if there are none (seen 2022-2024);
            // every other optional member is present only if it was set.
            fn from(pool: &Pool) -> Self {
                let social = &pool.supported_login_providers;
                let open_id_connect = &pool.open_id_connect_provider_arns;
                let user_pools = &pool.cognito_identity_providers;
                let saml = &pool.saml_provider_arns;
                Self::builder()
                    .identity_pool_id(&pool.id)
                    .identity_pool_name(&pool.name)
                    .allow_unauthenticated_identities(pool.allow_unauthenticated_identities)
                    .set_allow_classic_flow(pool.allow_classic_flow)
                    .set_supported_login_providers(
                        (!social.is_empty()).then(|| HashMap::from_iter(social.clone())),
                    )
                    .set_developer_provider_name(pool.developer_provider_name.clone())
                    .set_open_id_connect_provider_arns(
                        (!open_id_connect.is_empty()).then(|| open_id_connect.clone()),
                    )
                    .set_cognito_identity_providers(
                        (!user_pools.is_empty()).then(|| user_pools.clone()),
                    )
                    .set_saml_provider_arns((!saml.is_empty()).then(|| saml.clone()))
                    .set_identity_pool_tags(Some(HashMap::from_iter(pool.tags.clone())))
                    .build()
                    .expect("the required members are set above")
            }
        }
    )+};
}

pool_outputs! { CreateIdentityPoolOutput DescribeIdentityPoolOutput UpdateIdentityPoolOutput }

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn create(engine: &mut Engine, name: &str) -> String {
        let input = CreateIdentityPoolInput::builder().identity_pool_name(name);
        let pool = engine.create_identity_pool(input.build().unwrap());
        pool.unwrap().identity_pool_id
    }

    #[test]
    fn a_custom_id_is_well_formed_and_of_the_region_of_the_call() {
        let problem = |id: &str| match check_custom_id(id, "us-east-1", None) {
            Ok(()) => None,
            Err(error) => error.message().map(str::to_owned),
        };
        let longest = format!("us-east-1:{}", "0".repeat(45));
        let too_long = format!("us-east-1:{}", "0".repeat(46));

        for id in ["us-east-1:0", "us-east-1:-", &longest] {
            assert_eq!(problem(id), None, "{id}");
        }
        for id in [
            "",
            "us-east-1",
            "us-east-1:",
            "us-east-1:XYZ",
            ":0",
            "us east 1:0",
            &too_long,
        ] {
            let expected = format!("The custom id '{id}' is not the id of an identity pool.");
            assert_eq!(problem(id), Some(expected));
        }
        let expected = "The custom id 'eu-west-1:0' is of another Region than the call.";
        assert_eq!(problem("eu-west-1:0").as_deref(), Some(expected));
    }

    #[test]
    fn a_prefix_is_drawn_again_when_another_pool_has_it() {
        let owners = BTreeMap::from([(1, "a".to_owned()), (2, "b".to_owned())]);
        let mut draws = [1, 2, 1, 3].into_iter();

        assert_eq!(unused_prefix(&owners, || draws.next().unwrap()), 3);
    }

    #[test]
    fn a_deleted_pool_gives_back_its_prefix_and_its_identities() {
        let mut engine = Engine::new(Settings::default());
        let [gone, left] = ["gone", "left"].map(|name| create(&mut engine, name));
        for pool in [&gone, &left, &gone] {
            engine.seed_identity(pool, None).unwrap();
        }

        let input = DeleteIdentityPoolInput::builder().identity_pool_id(gone);
        engine.delete_identity_pool(input.build().unwrap()).unwrap();

        let (region, _) = engine.region_mut();
        let prefix = region.pools[&left].identity_prefix;
        assert_eq!(region.identities.len(), 1);
        assert!(region.identities.keys().all(|key| key.prefix() == prefix));
        assert_eq!(region.pools_by_prefix, BTreeMap::from([(prefix, left)]));
    }
}
