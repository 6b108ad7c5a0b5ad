//! What is stored, where it differs from what is on the wire.
//!
//! Everything is found by ordered maps, never by a scan: a pool may hold a million identities.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use aws_sdk_cognitoidentity::types::{CognitoIdentityProvider, RoleMapping};

use super::identity_id::{IdentityKey, identity_key};
use super::ids::Ids;

/// All that exists in one Region.
#[derive(Default)]
pub(super) struct RegionState {
    /// Its name, as in front of every id.
    pub(super) name: String,
    /// By whole pool id.
    pub(super) pools: BTreeMap<String, Pool>,
    /// Of all pools. AWS: operations on identities name no pool. The ids of one pool share their
    /// first [`PREFIX_BITS`](super::identity_id::PREFIX_BITS) bits, so those of a pool stand together here.
    pub(super) identities: BTreeMap<IdentityKey, Identity>,
    /// Which pool an identity belongs to, by the prefix of its key.
    pub(super) owners: BTreeMap<u64, String>,
}

impl RegionState {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The key behind an id, if there is such an identity.
    pub(super) fn identity(&self, id: &str) -> Option<IdentityKey> {
        identity_key(&self.name, id).filter(|key| self.identities.contains_key(key))
    }

    /// The pool of an existing identity.
    pub(super) fn pool_of(&self, key: IdentityKey) -> &Pool {
        &self.pools[&self.owners[&key.prefix()]]
    }

    /// An existing identity and its pool, to be changed together.
    pub(super) fn pool_and_identity(&mut self, key: IdentityKey) -> (&mut Pool, &mut Identity) {
        let pool = self.pools.get_mut(&self.owners[&key.prefix()]);
        let identity = self.identities.get_mut(&key);
        (
            pool.expect("a prefix belongs to a pool"),
            identity.expect("the key was looked up"),
        )
    }

    /// A new guest, created at `now` in milliseconds since 1970.
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

/// One identity pool with all its settings and the index of its logins.
pub(super) struct Pool {
    pub(super) id: String,
    /// Higher than that of every pool that was created before, in whichever Region. Ids are drawn
    /// at random and have no order.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) allow_unauthenticated_identities: bool,
    /// AWS: three states. Never set is absent in answers and leaves the classic flow open.
    pub(super) allow_classic_flow: Option<bool>,
    pub(super) supported_login_providers: BTreeMap<String, String>,
    pub(super) developer_provider_name: Option<String>,
    pub(super) open_id_connect_provider_arns: Vec<String>,
    pub(super) cognito_identity_providers: Vec<CognitoIdentityProvider>,
    pub(super) saml_provider_arns: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) roles: BTreeMap<String, String>,
    pub(super) role_mappings: BTreeMap<String, RoleMapping>,
    /// Per provider name.
    pub(super) principal_tags: BTreeMap<String, PrincipalTagMap>,
    /// What the keys of its identities begin with.
    pub(super) identity_prefix: u64,
    /// Who owns a login. Public and developer logins alike.
    pub(super) logins: BTreeMap<Login, IdentityKey>,
}

impl Pool {
    /// Whether a login is that of a developer user.
    pub(super) fn is_developer(&self, login: &Login) -> bool {
        self.developer_provider_name.as_deref() == Some(&*login.provider)
    }
}

/// The attributes for access control of one provider.
#[derive(Clone, Debug, Default)]
pub(super) struct PrincipalTagMap {
    pub(super) use_defaults: bool,
    /// Tag key to claim name.
    pub(super) tags: BTreeMap<String, String>,
}

/// A user of a provider: what a login token proves. Shared text, because it stands both with
/// the identity and in the pool's index.
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
    /// In the order in which they were linked. A boxed slice: a million of these are held.
    pub(super) logins: Box<[Login]>,
}

/// Whether an identity can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A guest, or the owner of its logins.
    Active,
    /// Gave its logins to another identity in a merge.
    MergedAway,
    /// Lost its last login. AWS: it never turns back into a guest.
    Unlinked,
}

impl Identity {
    /// Whether it is and always was without a login.
    pub(super) fn is_guest(&self) -> bool {
        self.standing == Standing::Active && self.logins.is_empty()
    }
}
