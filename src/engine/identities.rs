//! Identities: getting, describing, listing, deleting and unlinking them.

use aws_sdk_cognitoidentity::operation::delete_identities::{
    DeleteIdentitiesInput, DeleteIdentitiesOutput,
};
use aws_sdk_cognitoidentity::operation::describe_identity::{
    DescribeIdentityInput, DescribeIdentityOutput,
};
use aws_sdk_cognitoidentity::operation::get_id::{GetIdInput, GetIdOutput};
use aws_sdk_cognitoidentity::operation::list_identities::{
    ListIdentitiesInput, ListIdentitiesOutput,
};
use aws_sdk_cognitoidentity::operation::unlink_identity::{
    UnlinkIdentityInput, UnlinkIdentityOutput,
};
use aws_sdk_cognitoidentity::primitives::DateTime;
use aws_sdk_cognitoidentity::types::{ErrorCode, IdentityDescription, UnprocessedIdentityId};

use super::errors::{forbidden, guests_not_allowed, logins_do_not_match};
use super::history::What;
use super::identity_explanations::Facts;
use super::identity_id::{IdentityKey, identity_id, identity_key};
use super::linking::{link_logins, unlink};
use super::login_checks::{CognitoTokens, check_logins};
use super::state::{Identity, Login, RegionState, Standing};
use super::verified_login::{first_owner, logins};
use super::{Engine, pagination};
use crate::error::ServiceError;

impl Engine {
    /// Returns the identity that owns the given logins, or creates one. Without logins it creates a
    /// guest, that is, an unauthenticated identity.
    ///
    /// API reference: [`GetId`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let input = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();
    /// let guest = mock.with_engine(|engine| engine.get_id(input)).unwrap();
    /// assert!(guest.identity_id().is_some_and(|id| id.starts_with("us-east-1:")));
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    /// * `NotAuthorizedException`: the pool does not allow guests, or a login fails its checks.
    /// * `InvalidParameterException`: a login is of the developer provider.
    /// * `ResourceConflictException`: the logins cannot belong to one identity.
    pub fn get_id(&mut self, input: GetIdInput) -> Result<GetIdOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        let (region, context) = self.region_of_pool(&pool_id)?;
        let pool = &region.pools[&pool_id];
        let given = input.logins.unwrap_or_default();
        if given.is_empty() {
            if !pool.allow_unauthenticated_identities {
                let facts = Facts {
                    context,
                    region,
                    pool,
                };
                return Err(guests_not_allowed().because(facts.guests_not_allowed()));
            }
            let (prefix, now) = (pool.identity_prefix, context.now_millis());
            let key = region.insert_identity(prefix, &mut context.ids, now);
            return Ok(GetIdOutput::builder()
                .identity_id(identity_id(&region.name, key))
                .build());
        }
        let verified = check_logins(context, region, pool, CognitoTokens::Rejected, &given)?;
        let owner = first_owner(pool, &verified);
        let given = logins(&verified);
        let key = link_logins(region, context, &pool_id, owner, given, "GetId")?;
        Ok(GetIdOutput::builder()
            .identity_id(identity_id(&region.name, key))
            .build())
    }

    /// Returns the dates of an identity and the names of its linked providers.
    ///
    /// API reference: [`DescribeIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentity.html).
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the identity does not exist.
    pub fn describe_identity(
        &mut self,
        input: DescribeIdentityInput,
    ) -> Result<DescribeIdentityOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let (region, key, _) = self.signed_identity(&id)?;
        let description = describe(region, key, &region.identities[&key]);
        Ok(DescribeIdentityOutput::builder()
            .set_identity_id(description.identity_id)
            .set_logins(description.logins)
            .set_creation_date(description.creation_date)
            .set_last_modified_date(description.last_modified_date)
            .build())
    }

    /// Lists the identities of a pool, one page at a time. They are ordered by id, that is, in no
    /// meaningful order, as on AWS.
    ///
    /// API reference: [`ListIdentities`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentities.html).
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    /// * `InvalidParameterException`: `NextToken` was not issued for this list.
    pub fn list_identities(
        &mut self,
        input: ListIdentitiesInput,
    ) -> Result<ListIdentitiesOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        let prefix = self.pool_mut(&pool_id)?.0.identity_prefix;
        let (region, _) = self.region_mut();
        let list = format!("identities of {pool_id}");
        let all = IdentityKey::range_of(prefix);
        let after = pagination::after(input.next_token.as_deref(), &list)?
            .map(|last| identity_key(&region.name, &last).filter(|key| all.contains(key)))
            .map(|key| key.ok_or_else(|| pagination::foreign_token(None, &list)))
            .transpose()?;
        let first = after.map_or_else(
            || *all.start(),
            |IdentityKey(last)| IdentityKey(last.saturating_add(1)),
        );
        let (shown, next) = pagination::take(
            region.identities.range(first..=*all.end()),
            input.max_results,
        );
        // AWS [POOL17]: disabled identities are hidden after a page was cut, so the page may be
        // shorter.
        let hide = input.hide_disabled == Some(true);
        let next = next.map(|(key, _)| pagination::token(&list, &identity_id(&region.name, *key)));
        let shown = shown
            .into_iter()
            .filter(|(_, identity)| !hide || identity.standing == Standing::Active)
            .map(|(key, identity)| describe(region, *key, identity));
        Ok(ListIdentitiesOutput::builder()
            .identity_pool_id(pool_id)
            .set_identities(Some(shown.collect()))
            .set_next_token(next)
            .build())
    }

    /// Deletes identities of any pool of the Region. Ids of identities that do not exist are
    /// returned as unprocessed.
    ///
    /// API reference: [`DeleteIdentities`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentities.html).
    ///
    /// # Errors
    ///
    /// The operation does not fail.
    pub fn delete_identities(
        &mut self,
        input: DeleteIdentitiesInput,
    ) -> Result<DeleteIdentitiesOutput, ServiceError> {
        let mut ids = input.identity_ids_to_delete.unwrap_or_default();
        // Approximation [Q45]: an id that is given twice is deleted once and not reported.
        ids.sort_unstable();
        ids.dedup();
        let mut unprocessed = Vec::new();
        let region = self.regions.get_mut(&self.context.region);
        let mut region = region.map(|region| (region, &mut self.context));
        for id in ids {
            if let Some((region, context)) = &mut region
                && let Some(key) = region.identity(&id)
            {
                region.delete_identity(key);
                context.keep(What::DeletedIdentity(key), "DeleteIdentities");
            } else {
                // Approximation [Q46]: AWS documents the code, but not that unknown ids get it.
                let denied = UnprocessedIdentityId::builder()
                    .identity_id(id)
                    .error_code(ErrorCode::AccessDenied);
                unprocessed.push(denied.build());
            }
        }
        Ok(DeleteIdentitiesOutput::builder()
            .set_unprocessed_identity_ids(Some(unprocessed))
            .build())
    }

    /// Unlinks logins from an identity. An identity without any login left is disabled for good.
    ///
    /// API reference: [`UnlinkIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UnlinkIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::unlink_identity::UnlinkIdentityInput;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// # let alice = pool.seed_identity_with_login(google, "alice");
    /// # let token = mock.issue_login(LoginToken::new(google, "alice"));
    /// let input = UnlinkIdentityInput::builder().identity_id(&alice).logins(google, token);
    /// let input = input.logins_to_remove(google).build().unwrap();
    /// mock.with_engine(|engine| engine.unlink_identity(input)).unwrap();
    /// assert_ne!(pool.seed_identity_with_login(google, "alice"), alice); // a new one
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the identity does not exist.
    /// * `NotAuthorizedException`: the identity is disabled, a login fails its checks, or none of
    ///   the logins belongs to the identity.
    /// * `InvalidParameterException`: a login is of the developer provider.
    pub fn unlink_identity(
        &mut self,
        input: UnlinkIdentityInput,
    ) -> Result<UnlinkIdentityOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let given = input.logins.unwrap_or_default();
        let (region, key, context) = self.public_identity(&id)?;
        let pool = region.pool_of(key);
        let identity = &region.identities[&key];
        let facts = Facts {
            context,
            region,
            pool,
        };
        if identity.standing != Standing::Active {
            return Err(forbidden(&id).because(facts.standing(key)));
        }
        if given.is_empty() && !identity.is_guest() {
            return Err(forbidden(&id).because(facts.logins_missing(key)));
        }
        let verified = check_logins(context, region, pool, CognitoTokens::Accepted, &given)?;
        if !verified.iter().any(|login| login.is_of(pool, key)) {
            return Err(logins_do_not_match().because(facts.logins_differ(key, &verified)));
        }
        // Approximation [Q47]: it is no error to name a provider that is not linked.
        let remove = input.logins_to_remove.unwrap_or_default();
        let now = context.now_millis();
        let (pool, identity) = region.pool_and_identity(key);
        let removed = unlink(pool, identity, now, |login| {
            remove.iter().any(|name| **name == *login.provider)
        });
        for login in removed {
            context.keep(What::Unlinked(key, login), "UnlinkIdentity");
        }
        Ok(UnlinkIdentityOutput::builder().build())
    }

    /// Creates an identity as a fixture: a guest, or the owner of a login, which is not checked.
    pub(crate) fn seed_identity(
        &mut self,
        pool_id: &str,
        login: Option<(&str, &str)>,
    ) -> Result<String, ServiceError> {
        let (region, context) = self.region_of_pool(pool_id)?;
        let pool = &region.pools[pool_id];
        let login = login.map(|(provider, subject)| Login::new(provider, subject));
        let owner = login
            .as_ref()
            .and_then(|login| pool.login_owners.get(login))
            .copied();
        // The owner of a single login is not merged with anybody.
        let key = link_logins(region, context, pool_id, owner, login.iter(), "GetId")?;
        Ok(identity_id(&region.name, key))
    }
}

impl RegionState {
    fn delete_identity(&mut self, key: IdentityKey) {
        let (pool, identity) = self.pool_and_identity(key);
        for login in &identity.logins {
            pool.login_owners.remove(login);
        }
        self.identities.remove(&key);
    }
}

fn describe(region: &RegionState, key: IdentityKey, identity: &Identity) -> IdentityDescription {
    let mut logins: Vec<String> = Vec::new();
    if identity.standing == Standing::Active {
        // AWS [POOL16]: each provider is named once, and the user never.
        for login in &identity.logins {
            if !logins.iter().any(|known| **known == *login.provider) {
                logins.push(login.provider.to_string());
            }
        }
    } else {
        // AWS [LIFE3]: a merged-away identity is described like this (measured 2026). Approximation
        // [Q48]: so is one whose last login was unlinked.
        logins.extend(["DISABLED".to_owned(), region.name.clone()]);
    }
    IdentityDescription::builder()
        .identity_id(identity_id(&region.name, key))
        .set_logins((!logins.is_empty()).then_some(logins))
        .creation_date(DateTime::from_millis(identity.created))
        .last_modified_date(DateTime::from_millis(identity.modified))
        .build()
}
