//! Linking logins to identities, merging identities, and unlinking.

use std::collections::BTreeSet;

use super::context::Context;
use super::explain::list;
use super::history::What;
use super::identity_explanations::Facts;
use super::identity_id::IdentityKey;
use super::state::{Identity, Login, Pool, RegionState, Standing};
use crate::error::ServiceError;

// AWS [row 30]: an identity holds at most twenty linked logins.
pub(super) const MAX_LOGINS: usize = 20;

/// What linking changes. It has been checked and not yet been done.
pub(super) struct LinkPlan {
    survivor: IdentityKey,
    /// All logins of the survivor afterwards.
    logins: Vec<Login>,
    /// The identities that give up their logins to the survivor.
    merged: BTreeSet<IdentityKey>,
}

impl LinkPlan {
    /// Plans that `survivor` owns all of `given`. Whoever owned one of them is merged into it, and
    /// so is `gives_way`.
    // AWS [row 13, row 30]: an identity has one login for each public provider, and twenty in all.
    pub(super) fn new<'a>(
        context: &Context,
        region: &RegionState,
        pool: &Pool,
        survivor: IdentityKey,
        gives_way: Option<IdentityKey>,
        given: impl Iterator<Item = &'a Login>,
    ) -> Result<Self, ServiceError> {
        let gives_way = gives_way.filter(|key| *key != survivor);
        let mut logins = region.identities[&survivor].logins.to_vec();
        let mut merged: BTreeSet<_> = gives_way.into_iter().collect();
        for login in given {
            match pool.login_owners.get(login) {
                Some(owner) if *owner == survivor => {}
                Some(owner) => {
                    if merged.insert(*owner) {
                        logins.extend_from_slice(&region.identities[owner].logins);
                    }
                }
                None => logins.push(login.clone()),
            }
        }
        // An identity that gives way brings its own logins, though none of them was given.
        if let Some(key) = gives_way {
            let held = &region.identities[&key].logins;
            let missing: Vec<_> = held
                .iter()
                .filter(|login| !logins.contains(login))
                .cloned()
                .collect();
            logins.extend(missing);
        }
        let mut providers = BTreeSet::new();
        let second = logins
            .iter()
            .filter(|login| !pool.is_developer(login))
            .find(|login| !providers.insert(&login.provider));
        let facts = Facts {
            context,
            region,
            pool,
        };
        if let Some(second) = second {
            return Err(already_linked().because(two_users(facts, survivor, &logins, second)));
        }
        if logins.len() > MAX_LOGINS {
            return Err(already_linked().because(format!(
                "{} would have {} logins, and an identity has at most {MAX_LOGINS}",
                facts.id(survivor),
                logins.len()
            )));
        }
        Ok(Self {
            survivor,
            logins,
            merged,
        })
    }

    /// Carries it out, and returns the survivor.
    // AWS [LIFE2]: `LastModifiedDate` moves only when a login was added or an identity gave way.
    pub(super) fn apply(
        self,
        region: &mut RegionState,
        context: &mut Context,
        pool_id: &str,
        operation: &'static str,
    ) -> IdentityKey {
        let now = context.now_millis();
        let pool = region
            .pools
            .get_mut(pool_id)
            .expect("the pool was looked up by this call");
        for login in &self.logins {
            pool.login_owners.insert(login.clone(), self.survivor);
        }
        for key in &self.merged {
            let merged = region
                .identities
                .get_mut(key)
                .expect("logins are owned by identities");
            if merged.standing == Standing::Active {
                merged.standing = Standing::MergedAway;
                merged.modified = now;
                merged.logins = Box::default();
                context.keep(What::Merged(*key, self.survivor), operation);
            }
        }
        let survivor = region
            .identities
            .get_mut(&self.survivor)
            .expect("it was looked up by this call");
        if survivor.logins.len() != self.logins.len() {
            survivor.logins = self.logins.into_boxed_slice();
            survivor.modified = now;
        }
        self.survivor
    }
}

/// Makes `owner`, or a new identity, the owner of all of `given`. Their owners are merged into it.
/// Nothing changes if the logins cannot be of one identity.
pub(super) fn link_logins<'a>(
    region: &mut RegionState,
    context: &mut Context,
    pool_id: &str,
    owner: Option<IdentityKey>,
    given: impl Iterator<Item = &'a Login>,
    operation: &'static str,
) -> Result<IdentityKey, ServiceError> {
    let now = context.now_millis();
    // A new identity cannot conflict: its logins are of different providers and nobody's.
    let survivor = owner.unwrap_or_else(|| {
        let prefix = region.pools[pool_id].identity_prefix;
        region.insert_identity(prefix, &mut context.ids, now)
    });
    let pool = &region.pools[pool_id];
    let plan = LinkPlan::new(context, region, pool, survivor, None, given)?;
    Ok(plan.apply(region, context, pool_id, operation))
}

/// Takes logins from an identity, and returns them.
// AWS [row 16]: without any login left it is disabled for good.
pub(super) fn unlink(
    pool: &mut Pool,
    identity: &mut Identity,
    now: i64,
    remove: impl Fn(&Login) -> bool,
) -> Vec<Login> {
    let (removed, kept): (Vec<_>, Vec<_>) = identity
        .logins
        .iter()
        .cloned()
        .partition(|login| remove(login));
    if removed.is_empty() {
        return removed;
    }
    for login in &removed {
        pool.login_owners.remove(login);
    }
    identity.logins = kept.into_boxed_slice();
    identity.modified = now;
    if identity.logins.is_empty() {
        identity.standing = Standing::Unlinked;
    }
    removed
}

// AWS [F1]: the model's meaning of the exception. Approximation [Q1]: no text of it was ever seen.
fn already_linked() -> ServiceError {
    ServiceError::conflict("Login is already linked to another account.")
}

/// The identity would have two users of the provider of `second`, which the rest of `logins` has
/// too.
fn two_users(facts: Facts<'_>, survivor: IdentityKey, logins: &[Login], second: &Login) -> String {
    let same = logins
        .iter()
        .filter(|login| login.provider == second.provider);
    let users = same.map(|login| {
        let owner = facts.pool.login_owners.get(login);
        let owner = owner.map_or_else(|| "no identity".to_owned(), |owner| facts.id(*owner));
        format!("{} (owns {owner})", facts.user(login))
    });
    format!(
        "{} would belong to two users of one provider: {}",
        facts.id(survivor),
        list(users)
    )
}
