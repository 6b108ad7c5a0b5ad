//! Who answers when identities and logins meet: linking, merging, giving way.

use std::collections::BTreeSet;

use super::identity_id::IdentityKey;
use super::logins::{Proof, logins_do_not_match};
use super::state::{Identity, Login, Pool, RegionState, Standing};
use crate::error::ServiceError;

/// AWS: an identity holds at most twenty linked logins.
const MAX_LOGINS: usize = 20;

/// AWS: what a disabled identity says, and one with logins that is called without.
pub(super) fn forbidden(id: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Access to Identity '{id}' is forbidden."))
}

/// AWS: the model's meaning of the exception. Approximation: no text of it was ever seen.
fn conflict() -> ServiceError {
    ServiceError::conflict("Login is already linked to another account.")
}

/// Finds the identity that answers a call which named `called` and gave valid logins.
///
/// The called identity answers if it holds logins and one of those given; a guest, or one that
/// was merged away, gives way to the owner of a given login.
pub(super) fn answering(
    region: &RegionState,
    pool: &Pool,
    called: IdentityKey,
    called_id: &str,
    proofs: &[Proof],
) -> Result<IdentityKey, ServiceError> {
    let identity = &region.identities[&called];
    let owner = first_owner(pool, proofs);
    // A token of Cognito itself says whose it is and can belong to nobody else.
    if proofs
        .iter()
        .any(|proof| proof.login.is_none() && proof.vouches_for != Some(called))
    {
        return Err(logins_do_not_match());
    }
    match identity.standing {
        // AWS: the last login gone, an identity is gone for good.
        Standing::Unlinked => Err(forbidden(called_id)),
        Standing::MergedAway => owner.ok_or_else(logins_do_not_match),
        Standing::Active if identity.logins.is_empty() => Ok(owner.unwrap_or(called)),
        Standing::Active if proofs.iter().any(|proof| proof.is_of(pool, called)) => Ok(called),
        Standing::Active => Err(logins_do_not_match()),
    }
}

impl Proof {
    /// Whether it shows that its bearer is this identity.
    pub(super) fn is_of(&self, pool: &Pool, key: IdentityKey) -> bool {
        match &self.login {
            Some(login) => pool.logins.get(login) == Some(&key),
            None => self.vouches_for == Some(key),
        }
    }
}

/// The owner of the first given login that has one.
///
/// Approximation: a map has no first entry, so they go by provider name.
pub(super) fn first_owner(pool: &Pool, proofs: &[Proof]) -> Option<IdentityKey> {
    proofs
        .iter()
        .find_map(|proof| pool.logins.get(proof.login.as_ref()?))
        .copied()
}

/// What linking would change, checked and not yet done.
pub(super) struct Link {
    survivor: IdentityKey,
    /// All its logins afterwards.
    logins: Vec<Login>,
    /// Who gives up their logins to it.
    merged: BTreeSet<IdentityKey>,
}

/// Works out what `survivor` holds once it owns all of `given` and has taken in everybody who
/// owned one of them, and `gives_way` too.
///
/// AWS: one login for each public provider, twenty in all.
pub(super) fn link<'a>(
    region: &RegionState,
    pool: &Pool,
    survivor: IdentityKey,
    gives_way: Option<IdentityKey>,
    given: impl Iterator<Item = &'a Login>,
) -> Result<Link, ServiceError> {
    let mut logins = region.identities[&survivor].logins.to_vec();
    let mut merged: BTreeSet<_> = gives_way
        .into_iter()
        .filter(|key| *key != survivor)
        .collect();
    for login in given {
        match pool.logins.get(login) {
            Some(owner) if *owner == survivor => {}
            Some(owner) => {
                if merged.insert(*owner) {
                    logins.extend_from_slice(&region.identities[owner].logins);
                }
            }
            None => logins.push(login.clone()),
        }
    }
    // Whoever gives way without owning a given login brings its own too: a developer user's merge.
    if let Some(key) = gives_way.filter(|key| *key != survivor) {
        let held = &region.identities[&key].logins;
        logins.extend(
            held.iter()
                .filter(|login| !logins.contains(login))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    let mut providers = BTreeSet::new();
    let public = logins.iter().filter(|login| !pool.is_developer(login));
    let one_each = public
        .map(|login| &login.provider)
        .all(|provider| providers.insert(provider));
    if !one_each || logins.len() > MAX_LOGINS {
        return Err(conflict());
    }
    Ok(Link {
        survivor,
        logins,
        merged,
    })
}

impl Link {
    /// Does it. AWS: `LastModifiedDate` moves only when a login was added or an identity gave way.
    pub(super) fn apply(self, region: &mut RegionState, pool_id: &str, now: i64) -> IdentityKey {
        let pool = region
            .pools
            .get_mut(pool_id)
            .expect("the pool was looked up by this call");
        for login in &self.logins {
            pool.logins.insert(login.clone(), self.survivor);
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

/// Takes logins from an identity. AWS: without any left it is disabled for good.
pub(super) fn unlink(
    pool: &mut Pool,
    identity: &mut Identity,
    now: i64,
    remove: impl Fn(&Login) -> bool,
) {
    let (removed, kept): (Vec<_>, Vec<_>) = identity
        .logins
        .iter()
        .cloned()
        .partition(|login| remove(login));
    if removed.is_empty() {
        return;
    }
    for login in &removed {
        pool.logins.remove(login);
    }
    identity.logins = kept.into_boxed_slice();
    identity.modified = now;
    if identity.logins.is_empty() {
        identity.standing = Standing::Unlinked;
    }
}
