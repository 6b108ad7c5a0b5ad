//! Why a pool or an identity is not found, for the explanations of `ResourceNotFoundException`.

use uuid::Uuid;

use super::context::Context;
use super::explain::{SHOWN, list, list_of, plain, pool_name, quoted};
use super::identity_id::{IdentityKey, identity_id};
use super::state::{Pool, RegionState};
use crate::error::ServiceError;

/// How many pools are searched for a name or a similar id.
const SEARCHED: usize = 1_000;

/// What the mock has, and where the call looked.
#[derive(Clone, Copy)]
pub(super) struct Searched<'a> {
    pub(super) context: &'a Context,
    /// The Regions that are known to the mock.
    pub(super) regions: &'a [&'a RegionState],
    /// The Region in which the call looked.
    pub(super) region: &'a str,
}

impl Searched<'_> {
    pub(super) fn pool_not_found(self, id: &str) -> ServiceError {
        ServiceError::pool_not_found(id).because(self.why_no_pool(id))
    }

    pub(super) fn identity_not_found(self, id: &str) -> ServiceError {
        ServiceError::identity_not_found(id).because(self.why_no_identity(id))
    }

    /// The error for an identity that is not in the pool which the request names.
    pub(super) fn identity_not_in(self, pool: &Pool, id: &str) -> ServiceError {
        let other = self
            .find_identity(id)
            .map(|(region, key)| region.pool_of(key));
        let Some(other) = other else {
            return self.identity_not_found(id);
        };
        ServiceError::identity_not_found(id).because(format!(
            "the identity is in the {} ({}); the request names the {} ({})",
            pool_name(other),
            plain(&other.id),
            pool_name(pool),
            plain(&pool.id)
        ))
    }

    fn why_no_pool(self, id: &str) -> String {
        let region = plain(self.region);
        let mut regions = self.regions.iter();
        if let Some(other) = regions.find(|other| other.pools.contains_key(id)) {
            let other = plain(&other.name);
            return format!("no such pool in {region}; {other} has one of this id");
        }
        if let Some((pool, by)) = self.context.history.deleted_pool(id) {
            return format!("the pool {} was deleted {by}", quoted(&pool.name));
        }
        if let Some(pool) = self.pools().find(|pool| pool.name == id) {
            let id = plain(&pool.id);
            return format!("this is the name of a pool, whose id is {id}");
        }
        if !id.contains(':') {
            return "this is no id of a pool; they have the form <Region>:<UUID>".to_owned();
        }
        if let Some((region, key)) = self.find_identity(id) {
            let pool = region.pool_of(key);
            let (name, id) = (pool_name(pool), plain(&pool.id));
            return format!("this is the id of an identity of the {name}, whose id is {id}");
        }
        let uuid = uuid_of(id);
        let mut ids = self.pools().map(|pool| pool.id.as_str());
        let similar =
            ids.find(|other| is_mistyped(id, other) || uuid.is_some() && uuid_of(other) == uuid);
        if let Some(similar) = similar {
            return format!(
                "no such pool in {region}; did you mean {}?",
                quoted(similar)
            );
        }
        let here = self
            .regions
            .iter()
            .find(|region| region.name == self.region);
        match here.filter(|region| !region.pools.is_empty()) {
            Some(here) => {
                let pools = here.pools.values();
                let pools =
                    pools.map(|pool| format!("{} ({})", quoted(&pool.name), plain(&pool.id)));
                let pools = list_of(pools, here.pools.len());
                format!("no such pool in {region}, which has {pools}")
            }
            None => format!("the mock has no pools in {region}; `seed_pool` makes one"),
        }
    }

    fn why_no_identity(self, id: &str) -> String {
        let region = plain(self.region);
        let mut regions = self.regions.iter();
        if let Some(pool) = regions.find_map(|region| region.pools.get(id)) {
            let name = pool_name(pool);
            return format!("this is the id of the {name}; GetId gives the id of an identity");
        }
        let Some(key) = uuid_of(id).map(IdentityKey) else {
            return "this is no id of an identity; GetId gives one, of the form <Region>:<UUID>"
                .to_owned();
        };
        if let Some(by) = self.context.history.deleted_identity(key) {
            return format!("deleted {by}");
        }
        if let Some((pool, by)) = self.context.history.deleted_pool_of(key) {
            return format!("its pool {} was deleted {by}", quoted(&pool.name));
        }
        let mut regions = self.regions.iter();
        if let Some(other) = regions.find(|other| other.identities.contains_key(&key)) {
            let actual = identity_id(&other.name, key);
            return if actual == id {
                format!(
                    "no such identity in {region}; {} has one of this id",
                    plain(&other.name)
                )
            } else {
                format!(
                    "no such identity in {region}; did you mean {}?",
                    quoted(&actual)
                )
            };
        }
        let named = id.split(':').next().unwrap_or_default();
        if named != self.region {
            return format!(
                "the id is one of {}, and the call is for {region}",
                plain(named)
            );
        }
        let here = self
            .regions
            .iter()
            .find(|region| region.name == self.region);
        let Some(here) = here.filter(|region| !region.identities.is_empty()) else {
            return format!("the mock has no identities in {region}");
        };
        match here.identities.len() {
            0..=SHOWN => {
                let ids = here
                    .identities
                    .keys()
                    .map(|key| identity_id(&here.name, *key));
                format!("no such identity in {region}, which has {}", list(ids))
            }
            count => format!("none of the {count} identities in {region} has this id"),
        }
    }

    fn pools(&self) -> impl Iterator<Item = &Pool> {
        let regions = self.regions.iter();
        regions
            .flat_map(|region| region.pools.values().map(Box::as_ref))
            .take(SEARCHED)
    }

    /// The Region and the key of an identity that exists.
    fn find_identity(&self, id: &str) -> Option<(&RegionState, IdentityKey)> {
        let mut regions = self.regions.iter();
        regions.find_map(|region| Some((*region, region.identity(id)?)))
    }
}

/// Whether two ids have the same length and differ in one or two characters.
fn is_mistyped(given: &str, known: &str) -> bool {
    let differ = given.bytes().zip(known.bytes()).filter(|(a, b)| a != b);
    given.len() == known.len() && (1..=2).contains(&differ.count())
}

/// What follows the Region in an id, if it is a UUID.
fn uuid_of(id: &str) -> Option<u128> {
    let (_, uuid) = id.split_once(':')?;
    Some(Uuid::try_parse(uuid).ok()?.as_u128())
}
