//! The JWTs that the mock signs, and reading those that others signed.
//!
//! Everything is signed with one RSA key that is embedded in this crate, and therefore known to
//! everybody: making a key costs a debug build seconds, and a mock has nothing to protect.

mod jwt;
mod signer;

pub(crate) use jwt::Jwt;
pub(crate) use signer::{
    JwkSet, LOGIN_KID, Verdict, is_for_any_app, key_set, sign, sign_for_any_app, verify,
};
