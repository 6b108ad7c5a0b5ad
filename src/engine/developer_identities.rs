//! Developer identities: users whom an application authenticates itself.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::{
    GetOpenIdTokenForDeveloperIdentityInput, GetOpenIdTokenForDeveloperIdentityOutput,
};
use aws_sdk_cognitoidentity::operation::lookup_developer_identity::{
    LookupDeveloperIdentityInput, LookupDeveloperIdentityOutput,
};
use aws_sdk_cognitoidentity::operation::merge_developer_identities::{
    MergeDeveloperIdentitiesInput, MergeDeveloperIdentitiesOutput,
};
use aws_sdk_cognitoidentity::operation::unlink_developer_identity::{
    UnlinkDeveloperIdentityInput, UnlinkDeveloperIdentityOutput,
};
use serde_json::Map;

use super::context::Context;
use super::errors::{forbidden, logins_do_not_match};
use super::explain::{did_you_mean, list, plain, pool_name, quoted, quoted_list};
use super::history::What;
use super::identity_explanations::Facts;
use super::identity_id::{IdentityKey, identity_id};
use super::linking::{LinkPlan, link_logins, unlink};
use super::login_checks::{CognitoTokens, check_logins};
use super::not_found::Searched;
use super::region::COGNITO;
use super::state::{Login, Pool, RegionState, Standing};
use super::verified_login::{VerifiedLogin, first_owner, logins};
use super::{Engine, pagination};
use crate::error::ServiceError;

// AWS [TOKEN8]: the lifetime of a developer token unless `TokenDuration` says otherwise.
const DEFAULT_TOKEN_SECONDS: i64 = 900;
/// How many developer users are searched for a similar name, for an explanation.
const SEARCHED_USERS: usize = 100;

impl Engine {
    /// Registers or finds a developer user and signs a token for its identity. The token is valid
    /// for `TokenDuration` seconds, 900 by default.
    ///
    /// API reference: [`GetOpenIdTokenForDeveloperIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdTokenForDeveloperIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::*;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    /// let input = GetOpenIdTokenForDeveloperIdentityInput::builder().identity_pool_id(pool.id());
    /// let input = input.logins("login.example", "alice").build().unwrap();
    /// let answer =
    ///     mock.with_engine(|engine| engine.get_open_id_token_for_developer_identity(input));
    /// assert!(answer.unwrap().token.is_some());
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool or the identity does not exist.
    /// * `InvalidParameterException`: no login is of the pool's developer provider.
    /// * `DeveloperUserAlreadyRegisteredException`: the developer user belongs to another identity
    ///   than the one named.
    /// * `NotAuthorizedException`: a login fails its checks, the identity is disabled, or it has
    ///   public logins of which none is given.
    /// * `ResourceConflictException`: the logins cannot belong to one identity.
    pub fn get_open_id_token_for_developer_identity(
        &mut self,
        input: GetOpenIdTokenForDeveloperIdentityInput,
    ) -> Result<GetOpenIdTokenForDeveloperIdentityOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        self.pool_mut(&pool_id)?;
        let (region, context) = self.region_mut();
        let pool = &region.pools[&pool_id];
        let mut given = input.logins.unwrap_or_default();
        // AWS [P6]: the text. Approximation [Q40]: the code, and that a missing developer login is
        // answered the same way.
        let provider = pool
            .developer_provider_name
            .as_deref()
            .filter(|name| given.contains_key(*name));
        let provider = provider.ok_or_else(|| {
            let names = || given.keys().map(String::as_str);
            let request = format!("`Logins` has {}", quoted_list(names()));
            unsupported_provider(pool, &request, names())
        })?;
        let provider = provider.to_owned();
        let user = given.remove(&provider).unwrap_or_default();
        let called = match input.identity_id.as_deref() {
            None => None,
            Some(id) => Some(pool.identity(context, region, id)?),
        };
        let public = check_logins(context, region, pool, CognitoTokens::Accepted, &given)?;
        // AWS [LOGIN11]: the operation that issues developer tokens does not take them for logins.
        if public.iter().any(|login| login.login().is_none()) {
            return Err(logins_do_not_match().because(format!(
                "this operation issues the tokens that go under {COGNITO} and takes none of them; the \
                 developer user is given under {}",
                plain(&provider)
            )));
        }
        let mut verified = vec![developer_login(&pool_id, &provider, &user)];
        verified.extend(public);
        let owner = match called {
            None => first_owner(pool, &verified),
            Some(called) => {
                let facts = Facts {
                    context,
                    region,
                    pool,
                };
                may_link(facts, called, &verified)?;
                Some(called)
            }
        };
        let operation = "GetOpenIdTokenForDeveloperIdentity";
        let given = logins(&verified);
        let key = link_logins(region, context, &pool_id, owner, given, operation)?;
        let tags: BTreeMap<_, _> = input
            .principal_tags
            .unwrap_or_default()
            .into_iter()
            .collect();
        let lifetime = input.token_duration.unwrap_or(DEFAULT_TOKEN_SECONDS);
        let token = context.sign_open_id_token(region, &pool_id, key, &verified, &tags, lifetime);
        Ok(GetOpenIdTokenForDeveloperIdentityOutput::builder()
            .identity_id(identity_id(&region.name, key))
            .token(token)
            .build())
    }

    /// Returns the identity of a developer user, or a page of the developer users of an identity.
    /// If both are given, it checks that they belong together.
    ///
    /// API reference: [`LookupDeveloperIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_LookupDeveloperIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::lookup_developer_identity::*;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    /// # let alice = pool.seed_identity_with_login("login.example", "alice");
    /// let input = LookupDeveloperIdentityInput::builder().identity_pool_id(pool.id());
    /// let input = input.developer_user_identifier("alice").build().unwrap();
    /// let found = mock.with_engine(|engine| engine.lookup_developer_identity(input)).unwrap();
    /// assert_eq!(found.identity_id, Some(alice));
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool, the identity or the developer user does not exist.
    /// * `InvalidParameterException`: neither is given, or `NextToken` was not issued for this
    ///   list.
    /// * `ResourceConflictException`: the developer user belongs to another identity.
    pub fn lookup_developer_identity(
        &mut self,
        input: LookupDeveloperIdentityInput,
    ) -> Result<LookupDeveloperIdentityOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        self.pool_mut(&pool_id)?;
        let (region, context) = self.region_mut();
        let pool = &region.pools[&pool_id];
        let facts = Facts {
            context,
            region,
            pool,
        };
        let called = match input.identity_id.as_deref() {
            None => None,
            Some(id) => Some(pool.identity(context, region, id)?),
        };
        let output = LookupDeveloperIdentityOutput::builder();
        if let Some(user) = input.developer_user_identifier {
            let owner = pool
                .developer_user(&user)
                .ok_or_else(|| user_not_found(facts, &user))?
                .1;
            if let Some(called) = called.filter(|called| *called != owner) {
                return Err(other_identity(facts, &user, owner, called));
            }
            return Ok(output
                .identity_id(identity_id(&region.name, owner))
                .developer_user_identifier_list(user)
                .build());
        }
        // Approximation [P9, Q41]: AWS documents that one is needed, but not the error without.
        let called = called.ok_or_else(|| {
            let text = "Either an identity id or a developer user identifier must be provided.";
            ServiceError::invalid_parameter(text)
                .because("the request has neither `IdentityId` nor `DeveloperUserIdentifier`")
        })?;
        let id = identity_id(&region.name, called);
        let list = format!("developer users of {id}");
        let after = pagination::after(input.next_token.as_deref(), &list)?;
        // There are twenty at most, as an identity holds no more logins. They are sorted, so that a
        // page can begin after the last one.
        let logins = region.identities[&called]
            .logins
            .iter()
            .filter(|login| pool.is_developer(login));
        let mut users: Vec<&str> = logins.map(|login| &*login.subject).collect();
        users.sort_unstable();
        let rest = users
            .into_iter()
            .filter(|user| after.as_deref().is_none_or(|after| *user > after));
        let (users, next) = pagination::take(rest, input.max_results);
        let next = next.map(|last| pagination::token(&list, last));
        Ok(output
            .identity_id(id)
            .set_developer_user_identifier_list(Some(
                users.into_iter().map(str::to_owned).collect(),
            ))
            .set_next_token(next)
            .build())
    }

    /// Moves all logins of the source user's identity to the destination user's identity. The
    /// former is disabled.
    ///
    /// API reference: [`MergeDeveloperIdentities`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_MergeDeveloperIdentities.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::merge_developer_identities::*;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    /// # pool.seed_identity_with_login("login.example", "visitor");
    /// # let alice = pool.seed_identity_with_login("login.example", "alice");
    /// let input = MergeDeveloperIdentitiesInput::builder().identity_pool_id(pool.id());
    /// let input = input.source_user_identifier("visitor").destination_user_identifier("alice");
    /// let input = input.developer_provider_name("login.example").build().unwrap();
    /// let merged = mock.with_engine(|engine| engine.merge_developer_identities(input)).unwrap();
    /// assert_eq!(merged.identity_id, Some(alice));
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool or a developer user does not exist.
    /// * `InvalidParameterException`: the provider is not the developer provider of the pool.
    /// * `ResourceConflictException`: together the identities have two users of one public
    ///   provider, or more than twenty logins.
    pub fn merge_developer_identities(
        &mut self,
        input: MergeDeveloperIdentitiesInput,
    ) -> Result<MergeDeveloperIdentitiesOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        self.pool_mut(&pool_id)?;
        let (region, context) = self.region_mut();
        let pool = &region.pools[&pool_id];
        pool.expect_developer_provider(input.developer_provider_name.as_deref())?;
        let facts = Facts {
            context,
            region,
            pool,
        };
        let find = |user: Option<String>| {
            let user = user.unwrap_or_default();
            pool.developer_user(&user)
                .map(|(_, key)| key)
                .ok_or_else(|| user_not_found(facts, &user))
        };
        let source = find(input.source_user_identifier)?;
        let destination = find(input.destination_user_identifier)?;
        // Approximation [Q42]: if both are users of one identity, nothing changes.
        let given = std::iter::empty();
        let plan = LinkPlan::new(context, region, pool, destination, Some(source), given)?;
        plan.apply(region, context, &pool_id, "MergeDeveloperIdentities");
        let id = identity_id(&region.name, destination);
        Ok(MergeDeveloperIdentitiesOutput::builder()
            .identity_id(id)
            .build())
    }

    /// Unlinks a developer user from an identity. An identity without any login left is disabled
    /// for good.
    ///
    /// API reference: [`UnlinkDeveloperIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UnlinkDeveloperIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::unlink_developer_identity::*;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    /// # let alice = pool.seed_identity_with_login("login.example", "alice");
    /// let input = UnlinkDeveloperIdentityInput::builder().identity_pool_id(pool.id());
    /// let input = input.identity_id(&alice).developer_user_identifier("alice");
    /// let input = input.developer_provider_name("login.example").build().unwrap();
    /// mock.with_engine(|engine| engine.unlink_developer_identity(input)).unwrap();
    /// assert_ne!(pool.seed_identity_with_login("login.example", "alice"), alice); // a new one
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool, the identity or the developer user does not exist.
    /// * `InvalidParameterException`: the provider is not the developer provider of the pool.
    /// * `ResourceConflictException`: the developer user belongs to another identity.
    pub fn unlink_developer_identity(
        &mut self,
        input: UnlinkDeveloperIdentityInput,
    ) -> Result<UnlinkDeveloperIdentityOutput, ServiceError> {
        let pool_id = input.identity_pool_id.unwrap_or_default();
        self.pool_mut(&pool_id)?;
        let (region, context) = self.region_mut();
        let pool = &region.pools[&pool_id];
        let id = input.identity_id.as_deref().unwrap_or_default();
        let key = pool.identity(context, region, id)?;
        pool.expect_developer_provider(input.developer_provider_name.as_deref())?;
        let user = input.developer_user_identifier.unwrap_or_default();
        let facts = Facts {
            context,
            region,
            pool,
        };
        let (login, owner) = pool
            .developer_user(&user)
            .ok_or_else(|| user_not_found(facts, &user))?;
        if owner != key {
            return Err(other_identity(facts, &user, owner, key));
        }
        let now = context.now_millis();
        let (pool, identity) = region.pool_and_identity(key);
        for login in unlink(pool, identity, now, |linked| *linked == login) {
            context.keep(What::Unlinked(key, login), "UnlinkDeveloperIdentity");
        }
        Ok(UnlinkDeveloperIdentityOutput::builder().build())
    }
}

/// Checks that the developer user may be linked to the identity that the call names.
fn may_link(
    facts: Facts<'_>,
    called: IdentityKey,
    verified: &[VerifiedLogin],
) -> Result<(), ServiceError> {
    let Facts { region, pool, .. } = facts;
    let owner_of = |login: &VerifiedLogin| pool.login_owners.get(login.login()?).copied();
    let identity = &region.identities[&called];
    if identity.standing != Standing::Active {
        return Err(forbidden(&facts.id(called)).because(facts.standing(called)));
    }
    let owner = verified.first().and_then(owner_of);
    if let Some(owner) = owner.filter(|owner| *owner != called) {
        let user = list(logins(verified).take(1).map(|login| facts.user(login)));
        // Approximation [F2, Q2]: the words of the API model for the case; what AWS sends was never
        // seen.
        return Err(ServiceError::known(
            "DeveloperUserAlreadyRegisteredException",
            "This developer user identifier is already registered with Cognito.",
        )
        .because(format!(
            "{user} has the identity {}, and the request names {}; MergeDeveloperIdentities makes \
             one of two identities",
            facts.id(owner),
            facts.id(called)
        )));
    }
    // AWS [row 23, row 24]: an identity with public logins must bring one of them, or own this
    // developer user.
    let has_public = identity
        .logins
        .iter()
        .any(|login| !pool.is_developer(login));
    if has_public && !verified.iter().any(|login| login.is_of(pool, called)) {
        return Err(logins_do_not_match().because(facts.logins_differ(called, verified)));
    }
    Ok(())
}

/// The login of a developer user, which needs no token: the signed call vouches for it.
fn developer_login(pool_id: &str, provider: &str, user: &str) -> VerifiedLogin {
    let amr = vec![provider.to_owned(), format!("{provider}:{pool_id}:{user}")];
    VerifiedLogin::of_user(provider, user, amr, Map::new())
}

impl Pool {
    /// The key of an identity of this pool.
    fn identity(
        &self,
        context: &Context,
        region: &RegionState,
        id: &str,
    ) -> Result<IdentityKey, ServiceError> {
        let key = region.identity(id);
        key.filter(|key| key.prefix() == self.identity_prefix)
            .ok_or_else(|| {
                let searched = Searched {
                    context,
                    regions: &[region],
                    region: &region.name,
                };
                searched.identity_not_in(self, id)
            })
    }

    /// The login of a developer user and its identity.
    // AWS [DEV1]: user identifiers are case-sensitive.
    fn developer_user(&self, user: &str) -> Option<(Login, IdentityKey)> {
        let login = Login::new(self.developer_provider_name.as_deref()?, user);
        let owner = *self.login_owners.get(&login)?;
        Some((login, owner))
    }

    fn expect_developer_provider(&self, name: Option<&str>) -> Result<(), ServiceError> {
        if name.is_some() && name == self.developer_provider_name.as_deref() {
            Ok(())
        } else {
            let given = name.unwrap_or_default();
            let request = format!("the request names {}", quoted(given));
            Err(unsupported_provider(self, &request, std::iter::once(given)))
        }
    }
}

/// The error for provider names of which none is the developer provider of the pool. `request` says
/// where they are.
fn unsupported_provider<'a>(
    pool: &Pool,
    request: &str,
    names: impl Iterator<Item = &'a str>,
) -> ServiceError {
    let pool_name = pool_name(pool);
    let why = match &pool.developer_provider_name {
        Some(own) => {
            let hints = names.map(|name| did_you_mean(name, [own.as_str()]));
            let hint = hints.max().unwrap_or_default();
            let own = plain(own);
            format!("{request}; the developer provider of the {pool_name} is {own}{hint}")
        }
        None => format!("{request}; the {pool_name} has no developer provider"),
    };
    let text = "This identity pool does not support the specified developer provider";
    ServiceError::invalid_parameter(text).because(why)
}

// Approximation [R3, Q43]: AWS documents the code; its text was never seen.
fn user_not_found(facts: Facts<'_>, user: &str) -> ServiceError {
    let text = format!("Developer user identifier '{user}' not found.");
    ServiceError::not_found(text).because(why_no_user(facts, user))
}

fn why_no_user(facts: Facts<'_>, user: &str) -> String {
    let pool_name = pool_name(facts.pool);
    let Some(provider) = facts.pool.developer_provider_name.as_deref() else {
        return format!("the {pool_name} has no developer provider");
    };
    let login = Login::new(provider, user);
    let prefix = facts.pool.identity_prefix;
    if let Some(by) = facts.context.history.unlinked(&login, prefix) {
        return format!("{} was unlinked {by}", facts.user(&login));
    }
    let logins = facts.pool.login_owners.range(Login::new(provider, "")..);
    let users = logins
        .map(|(login, _)| login)
        .take_while(|login| facts.pool.is_developer(login))
        .take(SEARCHED_USERS);
    let users: Vec<&str> = users.map(|login| &*login.subject).collect();
    let hint = did_you_mean(user, users.iter().copied());
    let count = match users.len() {
        SEARCHED_USERS => "many others".to_owned(),
        _ => quoted_list(users),
    };
    format!(
        "the {pool_name} has no user {} of {}; it has {count}{hint}",
        quoted(user),
        plain(provider)
    )
}

// Approximation [DEV2, Q44]: AWS documents the code; its text was never seen.
fn other_identity(
    facts: Facts<'_>,
    user: &str,
    owner: IdentityKey,
    called: IdentityKey,
) -> ServiceError {
    let text = format!("Developer user identifier '{user}' is linked to another identity.");
    ServiceError::conflict(text).because(format!(
        "{} has the identity {}, and the request names {}",
        quoted(user),
        facts.id(owner),
        facts.id(called)
    ))
}
