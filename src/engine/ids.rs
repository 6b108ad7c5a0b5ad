//! Ids, keys and secrets, all from one generator: reproducible with a seed.

use fastrand::Rng;
use uuid::Uuid;

use super::identity_id::{IdentityKey, PREFIX_BITS};

/// What access key ids are written with.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// What secrets and session tokens are written with.
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Makes everything that AWS would draw at random.
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

    /// A version 4 UUID in lower case, as pool ids have.
    pub(super) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid()
    }

    /// What the ids of a new pool's identities will begin with.
    pub(super) fn identity_prefix(&mut self) -> u64 {
        self.rng.u64(..1 << PREFIX_BITS)
    }

    /// A new identity of the pool with this prefix.
    ///
    /// AWS: no RFC 4122 UUID since about 2024; the third group begins with `c`.
    pub(super) fn identity_key(&mut self, prefix: u64) -> IdentityKey {
        let random = self.rng.u128(..) >> PREFIX_BITS;
        let key = (u128::from(prefix) << (128 - PREFIX_BITS)) | random;
        IdentityKey((key & !(0xf << 76)) | (0xc << 76))
    }

    /// `ASIA` and sixteen more, as temporary credentials have.
    pub(super) fn access_key_id(&mut self) -> String {
        self.text("ASIA", BASE32, 16)
    }

    /// `AROA` and seventeen more, as roles have.
    pub(super) fn role_id(&mut self) -> String {
        self.text("AROA", BASE32, 17)
    }

    /// Decides what a generator of its own will draw.
    pub(super) fn seed(&mut self) -> u64 {
        self.rng.u64(..)
    }

    /// Forty characters.
    pub(super) fn secret_key(&mut self) -> String {
        self.text("", BASE64, 40)
    }

    /// AWS: about a thousand characters that begin with `IQoJ` (seen 2022-2025).
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
