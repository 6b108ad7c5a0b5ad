//! Which identity answers a call that names one.

use super::context::Context;
use super::errors::{forbidden, guests_not_allowed, logins_do_not_match};
use super::identity_explanations::Facts;
use super::identity_id::IdentityKey;
use super::state::{RegionState, Standing};
use super::verified_login::{Bearer, VerifiedLogin, first_owner};
use crate::error::ServiceError;

/// Finds the identity that answers a call which names `called` and gives logins that have been
/// verified. Nothing changes yet.
///
/// An identity with logins answers itself if one of those given is its own. A guest, or an identity
/// that was merged away, gives way to the owner of a given login.
pub(super) fn resolve_identity(
    context: &Context,
    region: &RegionState,
    called: IdentityKey,
    called_id: &str,
    verified: &[VerifiedLogin],
) -> Result<IdentityKey, ServiceError> {
    let pool = region.pool_of(called);
    let identity = &region.identities[&called];
    let facts = Facts {
        context,
        region,
        pool,
    };
    let differ = || logins_do_not_match().because(facts.logins_differ(called, verified));
    if verified.is_empty() {
        // Approximation [Q13]: what an identity with logins hears comes before what a guest hears.
        if !identity.is_guest() {
            return Err(forbidden(called_id).because(facts.logins_missing(called)));
        }
        if !pool.allow_unauthenticated_identities {
            return Err(guests_not_allowed().because(facts.guests_not_allowed()));
        }
        return Ok(called);
    }
    // A token of Cognito itself was made for one identity and can be of no other.
    if verified
        .iter()
        .any(|login| matches!(login.bearer, Bearer::Identity(key) if key != called))
    {
        return Err(differ());
    }
    let owner = first_owner(pool, verified);
    match identity.standing {
        // AWS [row 16]: once its last login is unlinked, an identity is disabled for good.
        Standing::Unlinked => Err(forbidden(called_id).because(facts.standing(called))),
        Standing::MergedAway => owner.ok_or_else(differ),
        Standing::Active if identity.logins.is_empty() => Ok(owner.unwrap_or(called)),
        Standing::Active if verified.iter().any(|login| login.is_of(pool, called)) => Ok(called),
        Standing::Active => Err(differ()),
    }
}
