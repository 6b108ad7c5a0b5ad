//! Generates ids, keys and secrets, reproducibly if there is a seed.

use fastrand::Rng;
use uuid::Uuid;

use super::identity_id::{IdentityKey, PREFIX_BITS};

/// The alphabet of access key ids.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of secret keys and session tokens.
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Generates everything that AWS draws at random.
#[derive(Debug)]
pub(super) struct Ids {
    rng: Rng,
}

impl Ids {
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self {
            rng: seed.map_or_else(Rng::new, Rng::with_seed),
        }
    }

    /// A version 4 UUID, as in pool ids.
    pub(super) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid()
    }

    /// The prefix of the identity keys of a new pool.
    pub(super) fn identity_prefix(&mut self) -> u64 {
        self.rng.u64(..1 << PREFIX_BITS)
    }

    /// The key of a new identity, with the prefix of its pool.
    // AWS [ID2]: since about 2024 it is no RFC 4122 UUID; its third group begins with `c`.
    pub(super) fn identity_key(&mut self, prefix: u64) -> IdentityKey {
        let random = self.rng.u128(..) >> PREFIX_BITS;
        let key = (u128::from(prefix) << (128 - PREFIX_BITS)) | random;
        IdentityKey((key & !(0xf << 76)) | (0xc << 76))
    }

    /// `ASIA` and sixteen more characters, as temporary credentials have.
    pub(super) fn access_key_id(&mut self) -> String {
        self.text("ASIA", BASE32, 16)
    }

    /// `AROA` and seventeen more characters, as roles have.
    pub(super) fn role_id(&mut self) -> String {
        self.text("AROA", BASE32, 17)
    }

    /// A seed for another generator.
    pub(super) fn seed(&mut self) -> u64 {
        self.rng.u64(..)
    }

    /// A secret key of forty characters.
    pub(super) fn secret_key(&mut self) -> String {
        self.text("", BASE64, 40)
    }

    /// A session token.
    // AWS [ID3]: it has about a thousand characters and begins with `IQoJ` (seen 2022-2025).
    pub(super) fn session_token(&mut self) -> String {
        self.text("IQoJb3JpZ2luX2Vj", BASE64, 1_000)
    }

    fn text(&mut self, start: &str, alphabet: &[u8], more: usize) -> String {
        let mut text = String::with_capacity(start.len() + more);
        text.push_str(start);
        text.extend((0..more).map(|_| char::from(alphabet[self.rng.usize(..alphabet.len())])));
        text
    }
}
