//! The operations on identities and their logins.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
use aws_sdk_cognitoidentity::operation::describe_identity::DescribeIdentityInput;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityInput;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use aws_sdk_cognitoidentity::operation::get_open_id_token::GetOpenIdTokenInput;
use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::GetOpenIdTokenForDeveloperIdentityInput;
use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
use aws_sdk_cognitoidentity::operation::lookup_developer_identity::LookupDeveloperIdentityInput;
use aws_sdk_cognitoidentity::operation::merge_developer_identities::MergeDeveloperIdentitiesInput;
use aws_sdk_cognitoidentity::operation::unlink_developer_identity::UnlinkDeveloperIdentityInput;
use aws_sdk_cognitoidentity::operation::unlink_identity::UnlinkIdentityInput;
use mock_cognito_identity::{Operation, ServiceError};

use super::{DEVELOPER, Driver, Vouching};
use crate::exhaustive::engine_model::tokens::{COGNITO, FACEBOOK, Given, PUBLIC, Truth};
use crate::exhaustive::engine_model::world::{
    Answer, CONFLICT, INVALID, Identity, Login, NOT_AUTHORIZED, NOT_FOUND, Pool, Proven,
    REGISTERED, Shown, Standing,
};

impl Driver<'_> {
    /// Registers in the model what the engine made up, if the model expects a new identity.
    pub(super) fn new_identity(
        &mut self,
        pool: &str,
        engine: &Result<String, ServiceError>,
    ) -> Answer {
        let place = self.place();
        let Ok(id) = engine else {
            panic!(
                "{place}: a new identity was expected, got {engine:?}\n{}",
                self.doing
            );
        };
        assert!(!self.gone.contains(id), "{place}: {id} came back");
        self.pool_mut(pool).add(id);
        Ok(id.clone())
    }

    pub(super) fn get_id(&mut self, pool: &str) {
        let (id, logins) = (self.pool_or_gone(pool), self.logins(pool));
        let input = GetIdInput::builder().identity_pool_id(&id);
        let input = input.set_logins(map_of(&logins)).build().unwrap();
        self.doing = format!("GetId of {id} with {logins:?}");
        let region = self.region(pool);
        let result = self.ask(Operation::GetId, region, |engine| engine.get_id(input));
        let result = result.map(|output| output.identity_id.unwrap_or_default());
        let model = self.model_get_id(&id, &logins, &result);
        self.agree(result, model);
    }

    pub(super) fn model_get_id(
        &mut self,
        id: &str,
        logins: &[Given],
        engine: &Result<String, ServiceError>,
    ) -> Answer {
        let pool = self.pools.get(id).ok_or(NOT_FOUND)?;
        let proven = pool.prove(logins, Shown::GetId)?;
        if proven.logins.is_empty() {
            return match pool.guests {
                true => self.new_identity(id, engine),
                false => Err(NOT_AUTHORIZED),
            };
        }
        let owner = proven
            .logins
            .iter()
            .find_map(|login| pool.owner(login))
            .cloned();
        let survivor = match owner {
            Some(owner) => owner,
            None => self.new_identity(id, engine)?,
        };
        self.pool_mut(id).link(&survivor, None, &proven.logins)
    }

    pub(super) fn get_credentials(&mut self, pool: &str) {
        let id = self.identity(pool);
        let logins = self.logins_of(pool, &id);
        let input = GetCredentialsForIdentityInput::builder().identity_id(&id);
        let input = input.set_logins(map_of(&logins)).build().unwrap();
        self.doing = format!("GetCredentialsForIdentity of {id} with {logins:?}");
        let region = self.region(pool);
        let result = self.ask(Operation::GetCredentialsForIdentity, region, |engine| {
            engine.get_credentials_for_identity(input)
        });
        let result = result.map(|output| output.identity_id.unwrap_or_default());
        let model = self.model_answer(&id, &logins, |_| Ok(()), Pool::role);
        self.expect_standing(&result);
        self.agree(result, model);
    }

    pub(super) fn get_open_id_token(&mut self, pool: &str) {
        let id = self.identity(pool);
        let logins = self.logins_of(pool, &id);
        let input = GetOpenIdTokenInput::builder().identity_id(&id);
        let input = input.set_logins(map_of(&logins)).build().unwrap();
        self.doing = format!("GetOpenIdToken of {id} with {logins:?}");
        let region = self.region(pool);
        let result = self.ask(Operation::GetOpenIdToken, region, |engine| {
            engine.get_open_id_token(input)
        });
        let result = result.map(|output| output.identity_id.unwrap_or_default());
        let has_classic = |pool: &Pool| match pool.classic != Some(false) && pool.mapping.is_none()
        {
            true => Ok(()),
            false => Err(INVALID),
        };
        let model = self.model_answer(&id, &logins, has_classic, |_, _| Ok(()));
        self.expect_standing(&result);
        self.agree(result, model);
    }

    pub(super) fn model_answer(
        &mut self,
        id: &str,
        logins: &[Given],
        before: impl FnOnce(&Pool) -> Result<(), &'static str>,
        after: impl FnOnce(&Pool, &Proven) -> Result<(), &'static str>,
    ) -> Answer {
        let pool = self.pool_of(id)?;
        before(pool)?;
        let proven = pool.prove(logins, Shown::Public)?;
        let answering = pool.answering(id, &proven)?;
        if logins.is_empty() {
            after(pool, &proven)?;
            return Ok(answering);
        }
        pool.union(&answering, Some(id), &proven.logins)?;
        after(pool, &proven)?;
        let pool = pool.id.clone();
        self.pool_mut(&pool)
            .link(&answering, Some(id), &proven.logins)
    }

    /// A disabled identity never answers.
    pub(super) fn expect_standing(&self, result: &Result<String, ServiceError>) {
        if let Ok(id) = result {
            let standing = self.pool_of(id).map(|pool| pool.identities[id].standing);
            assert_eq!(
                standing,
                Ok(Standing::Active),
                "{}: {id} answers\n{}",
                self.place(),
                self.doing
            );
        }
    }

    pub(super) fn developer_token(&mut self, pool: &str) {
        let (region, pool_id) = (self.region(pool), self.pool_or_gone(pool));
        let called = (self.rng.u8(..3) == 0).then(|| self.identity(pool));
        let mut logins = self.logins(pool);
        logins.retain(|given| !DEVELOPER.contains(&given.provider.as_str()));
        let user = (self.rng.u8(..20) > 0).then(|| self.user());
        let mut all = map_of(&logins).unwrap_or_default();
        all.extend(user.clone().map(|user| (DEVELOPER[0].to_owned(), user)));
        let seconds = self.rng.i64(1..80_000);
        let input = GetOpenIdTokenForDeveloperIdentityInput::builder()
            .identity_pool_id(&pool_id)
            .set_identity_id(called.clone())
            .set_logins(Some(all))
            .token_duration(seconds)
            .build()
            .unwrap();
        self.doing =
            format!("developer token in {pool_id} of {called:?} for {user:?} with {logins:?}");
        let result = self.ask(
            Operation::GetOpenIdTokenForDeveloperIdentity,
            region,
            |engine| engine.get_open_id_token_for_developer_identity(input),
        );
        let token = result.as_ref().ok().and_then(|output| output.token.clone());
        let result = result.map(|output| output.identity_id.unwrap_or_default());
        let reached = self.reached(&pool_id, region).map(|_| ());
        let model = reached.and_then(|()| {
            self.model_developer(&pool_id, called.as_deref(), user, &logins, &result)
        });
        self.expect_standing(&result);
        self.agree(result, model.clone());
        if let (Ok(id), Some(text)) = (model, token) {
            self.vouching.truncate(6);
            self.vouching.insert(
                0,
                Vouching {
                    text,
                    pool: pool_id,
                    id,
                    expires: self.now.saturating_add_signed(seconds),
                },
            );
        }
    }

    pub(super) fn model_developer(
        &mut self,
        id: &str,
        called: Option<&str>,
        user: Option<String>,
        logins: &[Given],
        engine: &Result<String, ServiceError>,
    ) -> Answer {
        let pool = &self.pools[id];
        let has_provider = pool.developer.as_deref() == Some(DEVELOPER[0]);
        let login = user
            .filter(|_| has_provider)
            .and_then(|user| pool.developer_login(&user));
        let login = login.ok_or(INVALID)?;
        if called.is_some_and(|called| !pool.identities.contains_key(called)) {
            return Err(NOT_FOUND);
        }
        // A Cognito token is no use here, whoever it vouches for.
        let cognito = logins.iter().any(|given| given.provider == COGNITO);
        let proven = pool.prove(logins, Shown::Public)?;
        if cognito {
            return Err(NOT_AUTHORIZED);
        }
        let mut given = vec![login];
        given.extend(proven.logins);
        let survivor = match called {
            Some(called) => {
                self.may_link(id, called, &given)?;
                called.to_owned()
            }
            None => match given.iter().find_map(|login| pool.owner(login)).cloned() {
                Some(owner) => owner,
                None => self.new_identity(id, engine)?,
            },
        };
        self.pool_mut(id).link(&survivor, None, &given)
    }

    pub(super) fn may_link(
        &self,
        pool: &str,
        called: &str,
        given: &[Login],
    ) -> Result<(), &'static str> {
        let pool = &self.pools[pool];
        let identity = &pool.identities[called];
        if identity.standing != Standing::Active {
            return Err(NOT_AUTHORIZED);
        }
        if pool.owner(&given[0]).is_some_and(|owner| owner != called) {
            return Err(REGISTERED);
        }
        let is_public = |login: &Login| Some(&login.0) != pool.developer.as_ref();
        let shows_own = given.iter().any(|login| identity.logins.contains(login));
        if identity.logins.iter().any(is_public) && !shows_own {
            return Err(NOT_AUTHORIZED);
        }
        Ok(())
    }

    pub(super) fn lookup(&mut self, pool: &str) {
        let (region, pool_id) = (self.region(pool), self.pool_or_gone(pool));
        let called = self.rng.bool().then(|| self.identity(pool));
        let user = (called.is_none() || self.rng.u8(..4) == 0).then(|| self.known_user(pool));
        let user = user.filter(|_| self.rng.u8(..20) > 0);
        let size = self.page_size();
        self.doing = format!("{region} lookup in {pool_id} of {called:?} and {user:?}");
        let (mut users, mut next) = (Vec::new(), None);
        let result = loop {
            let input = LookupDeveloperIdentityInput::builder()
                .identity_pool_id(&pool_id)
                .set_identity_id(called.clone())
                .set_developer_user_identifier(user.clone())
                .max_results(size)
                .set_next_token(next)
                .build()
                .unwrap();
            let page = self.ask(Operation::LookupDeveloperIdentity, region, |engine| {
                engine.lookup_developer_identity(input)
            });
            let page = match page {
                Ok(page) => page,
                Err(error) => break Err(error),
            };
            users.extend(page.developer_user_identifier_list.unwrap_or_default());
            next = page.next_token;
            if next.is_none() {
                break Ok((page.identity_id.unwrap_or_default(), users));
            }
        };
        let model = self.reached(&pool_id, region).and_then(|pool| {
            if called
                .as_ref()
                .is_some_and(|called| !pool.identities.contains_key(called))
            {
                return Err(NOT_FOUND);
            }
            let Some(user) = user else {
                let called = called.ok_or(INVALID)?;
                let logins = pool.identities[&called].logins.iter();
                let of_developer = logins.filter(|login| Some(&login.0) == pool.developer.as_ref());
                let users = of_developer.map(|login| login.1.clone()).collect();
                return Ok((called, users));
            };
            let owner = pool
                .developer_login(&user)
                .and_then(|login| pool.owner(&login));
            let owner = owner.ok_or(NOT_FOUND)?;
            if called.is_some_and(|called| called != *owner) {
                return Err(CONFLICT);
            }
            Ok((owner.clone(), vec![user]))
        });
        self.agree(result, model);
    }

    pub(super) fn merge(&mut self, pool: &str) {
        let (region, pool_id) = (self.region(pool), self.pool_or_gone(pool));
        let (from, to) = (self.known_user(pool), self.known_user(pool));
        let provider = DEVELOPER[usize::from(self.rng.u8(..20) == 0)];
        let input = MergeDeveloperIdentitiesInput::builder()
            .identity_pool_id(&pool_id)
            .developer_provider_name(provider)
            .source_user_identifier(&from)
            .destination_user_identifier(&to)
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::MergeDeveloperIdentities, region, |engine| {
            engine.merge_developer_identities(input)
        });
        let result = result.map(|output| output.identity_id.unwrap_or_default());
        let found = self.reached(&pool_id, region).and_then(|pool| {
            if pool.developer.as_deref() != Some(provider) {
                return Err(INVALID);
            }
            let owner = |user: &str| pool.owner(&(provider.to_owned(), user.to_owned())).cloned();
            owner(&from).zip(owner(&to)).ok_or(NOT_FOUND)
        });
        let model = found.and_then(|(source, destination)| {
            self.pool_mut(&pool_id)
                .link(&destination, Some(&source), &[])
        });
        self.agree(result, model);
    }

    pub(super) fn unlink_developer(&mut self, pool: &str) {
        let (region, pool_id) = (self.region(pool), self.pool_or_gone(pool));
        let user = self.known_user(pool);
        let login = (DEVELOPER[0].to_owned(), user.clone());
        // Mostly the right one, else hardly any would be unlinked.
        let owner = self.pools[pool].owner(&login).cloned();
        let called = owner.filter(|_| self.rng.u8(..4) > 0);
        let called = called.unwrap_or_else(|| self.identity(pool));
        let provider = DEVELOPER[usize::from(self.rng.u8(..20) == 0)];
        let input = UnlinkDeveloperIdentityInput::builder()
            .identity_pool_id(&pool_id)
            .identity_id(&called)
            .developer_provider_name(provider)
            .developer_user_identifier(&user)
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::UnlinkDeveloperIdentity, region, |engine| {
            engine.unlink_developer_identity(input)
        });
        let model = self.reached(&pool_id, region).and_then(|pool| {
            if !pool.identities.contains_key(&called) {
                return Err(NOT_FOUND);
            }
            if pool.developer.as_deref() != Some(provider) {
                return Err(INVALID);
            }
            match pool.owner(&login) {
                None => Err(NOT_FOUND),
                Some(owner) if *owner != called => Err(CONFLICT),
                Some(_) => Ok(()),
            }
        });
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done {
            self.pool_mut(&pool_id)
                .unlink(&called, |linked| *linked == login);
        }
    }

    pub(super) fn unlink(&mut self, pool: &str) {
        let called = self.identity(pool);
        let mut logins = self.logins(pool);
        // Mostly one of its own, else hardly any would be unlinked.
        let owned = self.pool_of(&called).ok().and_then(|pool| {
            let owned = &pool.identities[&called].logins;
            owned
                .iter()
                .find(|(provider, _)| provider == FACEBOOK)
                .cloned()
        });
        if let Some((provider, subject)) = owned.filter(|_| self.rng.u8(..4) > 0) {
            logins = vec![Given {
                provider,
                token: subject.clone(),
                truth: Truth::User(subject),
            }];
        }
        let remove: Vec<String> = (0..self.rng.u8(1..3))
            .map(|_| PUBLIC[self.rng.usize(..PUBLIC.len())].to_owned())
            .collect();
        let input = UnlinkIdentityInput::builder()
            .identity_id(&called)
            .set_logins(map_of(&logins))
            .set_logins_to_remove(Some(remove.clone()))
            .build()
            .unwrap();
        self.doing = format!("UnlinkIdentity of {remove:?} from {called} with {logins:?}");
        let region = self.region(pool);
        let result = self.ask(Operation::UnlinkIdentity, region, |engine| {
            engine.unlink_identity(input)
        });
        let model = self.pool_of(&called).and_then(|pool| {
            if pool.identities[&called].standing != Standing::Active {
                return Err(NOT_AUTHORIZED);
            }
            let proven = pool.prove(&logins, Shown::Public)?;
            let owned = &pool.identities[&called].logins;
            let shows_own = proven.logins.iter().any(|login| owned.contains(login))
                || proven.vouched.contains(&called);
            shows_own.then(|| pool.id.clone()).ok_or(NOT_AUTHORIZED)
        });
        self.agree(
            result.map(|_| ()),
            model.as_ref().map(|_| ()).map_err(|code| *code),
        );
        if let Ok(pool) = model {
            let pool = self.pool_mut(&pool);
            pool.unlink(&called, |(provider, _)| remove.contains(provider));
        }
    }

    pub(super) fn describe_identity(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.identity(pool));
        let input = DescribeIdentityInput::builder().identity_id(&id);
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::DescribeIdentity, region, |engine| {
            engine.describe_identity(input)
        });
        let result = result.map(|output| BTreeSet::from_iter(output.logins.unwrap_or_default()));
        let pool = self.pool_of(&id);
        let model = pool.and_then(|pool| match pool.region == region {
            true => Ok(pool.described(&pool.identities[&id])),
            false => Err(NOT_FOUND),
        });
        self.agree(result, model);
    }

    pub(super) fn delete_identities(&mut self, pool: &str) {
        let region = self.region(pool);
        let ids: BTreeSet<String> = (0..self.rng.u8(1..6))
            .map(|_| self.identity(pool))
            .collect();
        let input = DeleteIdentitiesInput::builder();
        let input = input.set_identity_ids_to_delete(Some(ids.iter().cloned().collect()));
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::DeleteIdentities, region, |engine| {
            engine.delete_identities(input)
        });
        let result = result.map(|output| {
            let ids = output
                .unprocessed_identity_ids
                .unwrap_or_default()
                .into_iter();
            ids.filter_map(|unprocessed| unprocessed.identity_id)
                .collect::<BTreeSet<_>>()
        });
        let is_here = |id: &String| self.pool_of(id).is_ok_and(|pool| pool.region == region);
        let (here, elsewhere): (BTreeSet<_>, BTreeSet<_>) = ids.into_iter().partition(is_here);
        self.agree(result, Ok(elsewhere));
        for id in here {
            for pool in self.pools.values_mut() {
                pool.identities.remove(&id);
            }
            self.vouching.retain(|token| token.id != id);
            self.gone.truncate(20);
            self.gone.insert(0, id);
        }
    }

    pub(super) fn list_identities(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let (size, hide) = (self.page_size(), self.rng.bool());
        self.doing = format!("{region} ListIdentities of {id}, {size} a page");
        let listed = self.walk(region, &id, size, hide);
        let model = self.reached(&id, region).map(|pool| {
            let shown = |identity: &Identity| !hide || identity.standing == Standing::Active;
            let identities = pool
                .identities
                .iter()
                .filter(|(_, identity)| shown(identity));
            let described = identities.map(|(id, it)| (id.clone(), pool.described(it)));
            described.collect::<Vec<_>>()
        });
        self.agree(listed, model);
    }

    /// All pages of a pool's identities, in their order.
    pub(super) fn walk(
        &mut self,
        region: &str,
        pool: &str,
        size: i32,
        hide: bool,
    ) -> Result<Vec<(String, BTreeSet<String>)>, ServiceError> {
        let (mut listed, mut next) = (Vec::new(), None);
        loop {
            let input = ListIdentitiesInput::builder()
                .identity_pool_id(pool)
                .max_results(size)
                .hide_disabled(hide)
                .set_next_token(next)
                .build()
                .unwrap();
            let page = self.ask(Operation::ListIdentities, region, |engine| {
                engine.list_identities(input)
            })?;
            let identities = page.identities.unwrap_or_default();
            assert!(identities.len() <= size as usize, "{}", self.place());
            listed.extend(identities.into_iter().map(|identity| {
                let logins = BTreeSet::from_iter(identity.logins.unwrap_or_default());
                (identity.identity_id.unwrap_or_default(), logins)
            }));
            next = page.next_token;
            if next.is_none() {
                return Ok(listed);
            }
        }
    }

    /// Whether the engine's identities of a pool are the model's, each with its logins.
    pub(super) fn compare_identities(&mut self, pool: &str) {
        let region = self.pools[pool].region.clone();
        let listed = self.walk(&region, pool, 60, false);
        let pool = &self.pools[pool];
        let identities = pool.identities.iter();
        let model = identities.map(|(id, it)| (id.clone(), pool.described(it)));
        let model = model.collect();
        self.agree(listed, Ok(model));
    }

    /// Everything: each pool page by page, and each login by asking for its owner.
    pub(super) fn audit(&mut self) {
        "an audit".clone_into(&mut self.doing);
        let pools: Vec<String> = self.pools.keys().cloned().collect();
        for pool in pools {
            self.list_identities(&pool);
            self.list_pools(&pool);
            self.compare_identities(&pool);
            let known = self.pools[&pool].clone();
            for (id, identity) in &known.identities {
                for (provider, subject) in &identity.logins {
                    self.expect_owner(&known, id, provider, subject);
                }
            }
        }
        for id in self.gone.clone() {
            let region = id.split_once(':').map_or("", |(region, _)| region);
            let input = DescribeIdentityInput::builder()
                .identity_id(&id)
                .build()
                .unwrap();
            let result = self.mock.with_engine(|engine| {
                engine
                    .in_region(region)
                    .describe_identity(input)
                    .map(|_| ())
            });
            self.agree(result, Err(NOT_FOUND));
        }
    }

    /// Asks in a way that changes nothing if the model is right.
    pub(super) fn expect_owner(&self, pool: &Pool, id: &str, provider: &str, subject: &str) {
        let region = pool.region.as_str();
        let found = if pool.developer.as_deref() == Some(provider) {
            let input = LookupDeveloperIdentityInput::builder()
                .identity_pool_id(&pool.id)
                .developer_user_identifier(subject)
                .build()
                .unwrap();
            self.mock.with_engine(|engine| {
                let output = engine.in_region(region).lookup_developer_identity(input);
                output.map(|output| output.identity_id)
            })
        } else if provider == FACEBOOK && pool.providers.contains(FACEBOOK) {
            let input = GetIdInput::builder().identity_pool_id(&pool.id);
            let input = input.logins(provider, subject).build().unwrap();
            self.mock
                .with_engine(|engine| engine.get_id(input).map(|output| output.identity_id))
        } else {
            return;
        };
        self.agree(found, Ok(Some(id.to_owned())));
    }
}

pub(super) fn map_of(logins: &[Given]) -> Option<HashMap<String, String>> {
    let entries = logins
        .iter()
        .map(|given| (given.provider.clone(), given.token.clone()));
    (!logins.is_empty()).then(|| entries.collect())
}
