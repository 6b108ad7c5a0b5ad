//! What is stored, where it differs from what is on the wire.
//!
//! Everything is found by ordered maps, never by a scan: a pool may hold a million identities.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_cognitoidentity::types::{CognitoIdentityProvider, RoleMapping};
use uuid::Uuid;

/// All that exists in one Region.
#[derive(Default)]
pub(super) struct Region {
    /// Its name, as in front of every id.
    pub(super) name: String,
    /// By whole pool id.
    pub(super) pools: BTreeMap<String, Pool>,
    /// Of all pools. AWS: operations on identities name no pool. The ids of one pool share their
    /// first [`PREFIX_BITS`] bits, so those of a pool stand together here.
    pub(super) identities: BTreeMap<IdentityKey, Identity>,
    /// Which pool an identity belongs to, by the prefix of its key.
    pub(super) owners: BTreeMap<u64, String>,
}

impl Region {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// The UUID part of an identity id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdentityKey(pub(super) u128);

/// AWS: since about 2024 the ids of one pool share their first ten hex digits (seen 2024-2025).
pub(super) const PREFIX_BITS: u32 = 40;

impl IdentityKey {
    /// The part that all identities of a pool share.
    pub(super) fn prefix(self) -> u64 {
        (self.0 >> (128 - PREFIX_BITS)) as u64
    }

    /// The keys that a pool's identities may have.
    pub(super) fn range_of(prefix: u64) -> std::ops::RangeInclusive<Self> {
        let first = u128::from(prefix) << (128 - PREFIX_BITS);
        Self(first)..=Self(first | (u128::MAX >> PREFIX_BITS))
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

/// The key in an identity id of this Region, if it has the form in which they are given out.
pub(super) fn identity_key(region: &str, id: &str) -> Option<IdentityKey> {
    let uuid = id.strip_prefix(region)?.strip_prefix(':')?;
    let key = IdentityKey(Uuid::try_parse(uuid).ok()?.as_u128());
    // The parser takes other spellings too, which name nothing here.
    (identity_id(region, key) == id).then_some(key)
}

/// The whole id of an identity.
pub(super) fn identity_id(region: &str, key: IdentityKey) -> String {
    let mut buffer = Uuid::encode_buffer();
    let uuid = Uuid::from_u128(key.0)
        .hyphenated()
        .encode_lower(&mut buffer);
    let mut id = String::with_capacity(region.len() + 1 + uuid.len());
    id.push_str(region);
    id.push(':');
    id.push_str(uuid);
    id
}

/// Milliseconds since 1970, the resolution of AWS's creation dates.
pub(super) fn millis(at: SystemTime) -> i64 {
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}
