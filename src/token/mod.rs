//! JSON Web Tokens: signing, parsing and verifying them.
//!
//! All tokens are signed with one RSA key that is embedded in this crate, and therefore public.
//! Generating a key takes seconds in a debug build, and a mock has nothing to protect.

mod jwt;
mod signer;

pub(crate) use jwt::Jwt;
pub(crate) use signer::{
    JwkSet, LOGIN_KID, SignatureCheck, is_for_any_app, key_ids, key_set, sign, sign_for_any_app,
    verify,
};
