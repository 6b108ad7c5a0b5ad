//! What the driver draws: mostly what works, and now and then what must not.

use std::collections::BTreeMap;

use super::{DEVELOPER, Driver, REGIONS};
use crate::exhaustive::engine_model::tokens::{COGNITO, FACEBOOK, Given, PUBLIC, SUBJECTS, Truth};
use crate::exhaustive::engine_model::world::Login;

impl Driver<'_> {
    pub(super) fn any_pool(&mut self) -> String {
        let index = self.rng.usize(..self.pools.len());
        self.pools
            .keys()
            .nth(index)
            .cloned()
            .expect("the index is one of it")
    }

    /// The pool, or now and then one that is gone.
    pub(super) fn pool_or_gone(&mut self, pool: &str) -> String {
        let gone = self
            .rng
            .choice(&self.gone)
            .filter(|_| self.rng.u8(..30) == 0);
        gone.map_or_else(|| pool.to_owned(), Clone::clone)
    }

    /// The Region of the pool, or now and then another one.
    pub(super) fn region(&mut self, pool: &str) -> &'static str {
        let of_pool = REGIONS.iter().find(|region| pool.starts_with(**region));
        match self.rng.u8(..30) {
            0 => REGIONS[self.rng.usize(..REGIONS.len())],
            _ => of_pool.expect("pools are of these Regions"),
        }
    }

    /// An identity of the pool, or now and then one of another pool or of none.
    pub(super) fn identity(&mut self, pool: &str) -> String {
        let pool = match self.rng.u8(..30) {
            0 => self.any_pool(),
            1 => return self.pool_or_gone(pool),
            _ => pool.to_owned(),
        };
        let identities = &self.pools[&pool].identities;
        match identities.len() {
            0 => format!("{pool}0"),
            n => {
                let index = self.rng.usize(..n);
                identities
                    .keys()
                    .nth(index)
                    .cloned()
                    .expect("the index is one of it")
            }
        }
    }

    pub(super) fn user(&mut self) -> String {
        format!("user-{}", self.rng.u8(..8))
    }

    /// A developer user of the pool, if it has any; now and then any other.
    pub(super) fn known_user(&mut self, pool: &str) -> String {
        let pool = &self.pools[pool];
        let logins = pool
            .identities
            .values()
            .flat_map(|identity| &identity.logins);
        let users = logins.filter(|login| Some(&login.0) == pool.developer.as_ref());
        let users: Vec<String> = users.map(|login| login.1.clone()).collect();
        let known = self.rng.choice(users).filter(|_| self.rng.u8(..6) > 0);
        known.unwrap_or_else(|| self.user())
    }

    /// Zero to three logins, most of them good.
    pub(super) fn logins(&mut self, pool: &str) -> Vec<Given> {
        let wanted = [0, 1, 1, 1, 1, 2, 2, 3][self.rng.usize(..8)];
        let mut logins = BTreeMap::new();
        for _ in 0..wanted {
            let given = self.login(pool);
            logins.insert(given.provider.clone(), given);
        }
        logins.into_values().collect()
    }

    /// As [`logins`](Self::logins), mostly with one that the identity owns.
    pub(super) fn logins_of(&mut self, pool: &str, id: &str) -> Vec<Given> {
        let mut logins = self.logins(pool);
        let owned = self
            .pool_of(id)
            .map(|pool| pool.identities[id].logins.clone());
        let is_public = |login: &Login| PUBLIC.contains(&login.0.as_str());
        let owned = owned.unwrap_or_default().into_iter().filter(is_public);
        let owned: Vec<Login> = owned.collect();
        if let Some((provider, subject)) = self.rng.choice(owned)
            && self.rng.u8(..4) > 0
        {
            let Self {
                mock,
                rng,
                tokens,
                now,
                ..
            } = self;
            logins.retain(|given| given.provider != provider);
            logins.push(tokens.of(mock, rng, *now, &provider, &subject));
        }
        logins
    }

    pub(super) fn login(&mut self, pool: &str) -> Given {
        let provider = match self.rng.u8(..40) {
            0 => return self.developer_login(),
            1..5 if !self.vouching.is_empty() => return self.vouching_login(pool),
            5 => PUBLIC[self.rng.usize(..PUBLIC.len())],
            // Mostly the cheapest one.
            6..28 => FACEBOOK,
            _ => {
                let providers: Vec<_> = self.pools[pool].providers.iter().copied().collect();
                self.rng.choice(providers).unwrap_or(FACEBOOK)
            }
        };
        let Self {
            mock,
            rng,
            tokens,
            now,
            ..
        } = self;
        if rng.u8(..25) == 0 {
            return tokens.bad(mock, rng, *now, provider);
        }
        let subject = SUBJECTS[rng.usize(..SUBJECTS.len())];
        tokens.of(mock, rng, *now, provider, subject)
    }

    /// What only a signed call may show.
    pub(super) fn developer_login(&mut self) -> Given {
        Given {
            provider: DEVELOPER[self.rng.usize(..2)].to_owned(),
            token: self.user(),
            truth: Truth::Nothing,
        }
    }

    pub(super) fn vouching_login(&mut self, pool: &str) -> Given {
        let of_pool = self.vouching.iter().rev().find(|token| token.pool == pool);
        let any = &self.vouching[self.rng.usize(..self.vouching.len())];
        let token = of_pool.filter(|_| self.rng.u8(..4) > 0).unwrap_or(any);
        let truth = if self.now < token.expires {
            Truth::Identity {
                pool: token.pool.clone(),
                id: token.id.clone(),
            }
        } else {
            Truth::Nothing
        };
        Given {
            provider: COGNITO.to_owned(),
            token: token.text.clone(),
            truth,
        }
    }

    pub(super) fn page_size(&mut self) -> i32 {
        [1, 2, 7, 60][self.rng.usize(..4)]
    }

    pub(super) fn tags_drawn(&mut self) -> BTreeMap<String, String> {
        let count = match self.rng.u8(..20) {
            0 => 51,
            1 => 40,
            _ => self.rng.usize(..4),
        };
        let start = self.rng.usize(..20);
        let tags = (start..start + count).map(|n| (format!("key{n}"), self.rng.u8(..).to_string()));
        let mut tags: BTreeMap<_, _> = tags.collect();
        if self.rng.u8(..30) == 0 {
            tags.insert("aws:reserved".to_owned(), "x".to_owned());
        }
        tags
    }
}
