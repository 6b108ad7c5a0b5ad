//! Identity ids, `<region>:<uuid>`: their parts, and how they are parsed and formatted.

use uuid::Uuid;

/// The UUID part of an identity id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdentityKey(pub(super) u128);

/// How many bits the keys of one pool share.
// AWS [ID2]: since about 2024 the ids of one pool share their first ten hex digits (seen
// 2024-2025).
pub(super) const PREFIX_BITS: u32 = 40;

impl IdentityKey {
    /// The part that the keys of one pool share.
    pub(super) fn prefix(self) -> u64 {
        (self.0 >> (128 - PREFIX_BITS)) as u64
    }

    /// All keys with this prefix.
    pub(super) fn range_of(prefix: u64) -> std::ops::RangeInclusive<Self> {
        let first = u128::from(prefix) << (128 - PREFIX_BITS);
        Self(first)..=Self(first | (u128::MAX >> PREFIX_BITS))
    }
}

/// Parses an identity id of this Region. Only the spelling in which ids are issued is one.
pub(super) fn identity_key(region: &str, id: &str) -> Option<IdentityKey> {
    let uuid = id.strip_prefix(region)?.strip_prefix(':')?;
    let key = IdentityKey(Uuid::try_parse(uuid).ok()?.as_u128());
    // The UUID parser accepts other spellings too.
    (identity_id(region, key) == id).then_some(key)
}

/// Formats the id of an identity.
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
