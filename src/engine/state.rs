//! The stored state of a Region: its pools, its identities and their logins.
//!
//! Identities and logins are found through ordered maps, never by a scan: a pool may hold a million
//! identities.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use aws_sdk_cognitoidentity::types::{CognitoIdentityProvider, RoleMapping};

use super::identity_id::{IdentityKey, identity_key};
use super::ids::Ids;

/// Everything that is stored in one Region.
#[derive(Default)]
pub(super) struct RegionState {
    /// The name of the Region, with which every id begins.
    pub(super) name: String,
    /// Pools by id. A node of the map has room for eleven, so a pool itself would make it large.
    pub(super) pools: BTreeMap<String, Box<Pool>>,
    /// The identities of all pools.
    // AWS [LIFE5]: operations on identities name no pool. The keys of one pool share a prefix, so
    // the identities of a pool are neighbours here.
    pub(super) identities: BTreeMap<IdentityKey, Identity>,
    /// The id of the pool that an identity belongs to, by the prefix of its key.
    pub(super) pools_by_prefix: BTreeMap<u64, String>,
}

impl RegionState {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The key of the identity with this id, if it exists.
    pub(super) fn identity(&self, id: &str) -> Option<IdentityKey> {
        identity_key(&self.name, id).filter(|key| self.identities.contains_key(key))
    }

    /// The pool of an existing identity.
    pub(super) fn pool_of(&self, key: IdentityKey) -> &Pool {
        &self.pools[&self.pools_by_prefix[&key.prefix()]]
    }

    /// An existing identity and its pool, both mutable.
    pub(super) fn pool_and_identity(&mut self, key: IdentityKey) -> (&mut Pool, &mut Identity) {
        let pool = self.pools.get_mut(&self.pools_by_prefix[&key.prefix()]);
        let identity = self.identities.get_mut(&key);
        (
            pool.expect("a prefix belongs to a pool"),
            identity.expect("the key was looked up"),
        )
    }

    /// Adds a guest that was created at `now`, in milliseconds since 1970.
    pub(super) fn insert_identity(&mut self, prefix: u64, ids: &mut Ids, now: i64) -> IdentityKey {
        loop {
            let key = ids.identity_key(prefix);
            if let Entry::Vacant(entry) = self.identities.entry(key) {
                entry.insert(Identity {
                    created: now,
                    modified: now,
                    standing: Standing::Active,
                    logins: Box::default(),
                });
                return key;
            }
        }
    }
}

/// One identity pool: its settings, and the index of its logins.
pub(super) struct Pool {
    pub(super) id: String,
    /// The pools of all Regions are numbered in the order of their creation, because their ids are
    /// drawn at random and have no order.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) allow_unauthenticated_identities: bool,
    // AWS [POOL2]: there are three states. If it was never set, it is absent from answers and the
    // classic flow is open.
    pub(super) allow_classic_flow: Option<bool>,
    pub(super) supported_login_providers: BTreeMap<String, String>,
    pub(super) developer_provider_name: Option<String>,
    pub(super) open_id_connect_provider_arns: Vec<String>,
    pub(super) cognito_identity_providers: Vec<CognitoIdentityProvider>,
    pub(super) saml_provider_arns: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) roles: BTreeMap<String, String>,
    pub(super) role_mappings: BTreeMap<String, RoleMapping>,
    /// Attribute maps by provider name.
    pub(super) principal_tags: BTreeMap<String, PrincipalTagMap>,
    /// The prefix that the keys of its identities share.
    pub(super) identity_prefix: u64,
    /// The identity that owns a login, for public and developer logins alike.
    pub(super) login_owners: BTreeMap<Login, IdentityKey>,
    /// The login provider that it was seeded with first, and its app id. It is of no consequence
    /// for calls.
    pub(super) first_login: Option<(String, String)>,
}

impl Pool {
    /// Whether a login is that of a developer user.
    pub(super) fn is_developer(&self, login: &Login) -> bool {
        self.developer_provider_name.as_deref() == Some(&*login.provider)
    }
}

/// The attributes for access control of one provider: which claims become principal tags.
#[derive(Clone, Debug, Default)]
pub(super) struct PrincipalTagMap {
    pub(super) use_defaults: bool,
    /// Tag key to claim name.
    pub(super) tags: BTreeMap<String, String>,
}

/// A user of a provider. The texts are shared, because a login is stored both with its identity and
/// in the index of its pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Login {
    /// The key in `Logins`, or the developer provider name.
    pub(super) provider: Arc<str>,
    pub(super) subject: Arc<str>,
}

impl Login {
    pub(super) fn new(provider: &str, subject: &str) -> Self {
        Self {
            provider: Arc::from(provider),
            subject: Arc::from(subject),
        }
    }
}

/// One identity.
pub(super) struct Identity {
    /// Milliseconds since 1970.
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) standing: Standing,
    /// In the order in which they were linked. A boxed slice saves memory: there may be a million
    /// identities.
    pub(super) logins: Box<[Login]>,
}

/// Whether an identity can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is a guest, or owns logins.
    Active,
    /// It gave its logins to another identity in a merge.
    MergedAway,
    /// It lost its last login.
    // AWS [row 16]: it never becomes a guest again.
    Unlinked,
}

impl Identity {
    /// Whether it has never had a login.
    pub(super) fn is_guest(&self) -> bool {
        self.standing == Standing::Active && self.logins.is_empty()
    }
}
