//! Signs with RS512 and the embedded test-only key, and verifies signatures.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, jwk};
use once_cell::sync::Lazy;
use serde::Serialize;
use serde_json::{Value, json};

use super::Jwt;

pub(crate) use jsonwebtoken::jwk::JwkSet;

/// The key that signs all tokens of all mocks in the process. It is parsed once, because parsing
/// takes longer than signing.
static KEY: Lazy<KeyPair> = Lazy::new(|| {
    KeyPair::from_der(include_bytes!("test_only_key.der")).expect("the embedded key is an RSA key")
});

/// The public half: modulus and exponent in the encoding of a key set.
static PUBLIC: Lazy<(String, String)> = Lazy::new(|| {
    let key = KEY.public_key();
    let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    (
        text(key.modulus().big_endian_without_leading_zero()),
        text(key.exponent().big_endian_without_leading_zero()),
    )
});

/// The key id of tokens of `issue_login`, which stand for those of an identity provider.
pub(crate) const LOGIN_KID: &str = "mock-login-1";

/// The header parameter `mock_app` of login tokens that are good for every app.
const ANY_APP: &str = "any";

#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    typ: &'a str,
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mock_app: Option<&'a str>,
}

/// Signs `claims`.
// AWS [TOKEN1]: the header is `{"kid":"us-east-1-7","typ":"JWS","alg":"RS512"}`, in this order
// (seen 2024-2025).
pub(crate) fn sign(kid: &str, claims: &impl Serialize) -> String {
    signed(kid, None, claims)
}

/// Signs `claims` for every app: [`is_for_any_app`] is true of the token.
pub(crate) fn sign_for_any_app(kid: &str, claims: &impl Serialize) -> String {
    signed(kid, Some(ANY_APP), claims)
}

/// Whether the header says that the token is good for every app. Anybody can write such a header,
/// so it counts only once [`verify`] has found that the embedded key made the signature.
pub(crate) fn is_for_any_app(token: &Jwt<'_>) -> bool {
    token.header("mock_app") == Some(ANY_APP)
}

fn signed(kid: &str, mock_app: Option<&str>, claims: &impl Serialize) -> String {
    let mut token = part(&Header {
        kid,
        typ: "JWS",
        alg: "RS512",
        mock_app,
    });
    token.push('.');
    token.push_str(&part(claims));
    let mut signature = vec![0; KEY.public_modulus_len()];
    // PKCS #1 v1.5 signatures use no random numbers; the parameter is ignored.
    KEY.sign(
        &RSA_PKCS1_SHA512,
        &SystemRandom::new(),
        token.as_bytes(),
        &mut signature,
    )
    .expect("a signature has the length of its key");
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).expect("claims have text keys"))
}

/// The key set document that lists the embedded key once for each of `kids`.
pub(crate) fn key_set<'a>(kids: impl Iterator<Item = &'a str>) -> Value {
    let (n, e) = &*PUBLIC;
    let keys: Vec<Value> = kids
        .map(|kid| json!({"kty": "RSA", "alg": "RS512", "use": "sig", "kid": kid, "n": n, "e": e}))
        .collect();
    json!({ "keys": keys })
}

/// What the verification of a signature found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureCheck {
    Valid,
    /// The key is known and did not make this signature.
    Invalid,
    /// There is no key of this id.
    UnknownKey,
    /// The algorithm is unknown, or the key cannot sign with it.
    UnusableKey,
}

/// Verifies the signature of a token with the key that `keys` has for it, or with the embedded key
/// if no keys are given.
///
/// The crypto provider is named here and not installed, because that is the choice of the process.
pub(crate) fn verify(token: &Jwt<'_>, keys: Option<&JwkSet>) -> SignatureCheck {
    let Some(algorithm) = token
        .header("alg")
        .and_then(|alg| alg.parse::<Algorithm>().ok())
    else {
        return SignatureCheck::UnusableKey;
    };
    let key = match keys {
        Some(keys) => {
            let Some(key) = token.header("kid").and_then(|kid| keys.find(kid)) else {
                return SignatureCheck::UnknownKey;
            };
            decoding_key(key)
        }
        None => DecodingKey::from_rsa_components(&PUBLIC.0, &PUBLIC.1).ok(),
    };
    let Some(verifier) =
        key.and_then(|key| (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key).ok())
    else {
        return SignatureCheck::UnusableKey;
    };
    match verifier.verify(token.signed.as_bytes(), &token.signature) {
        Ok(()) => SignatureCheck::Valid,
        Err(_) => SignatureCheck::Invalid,
    }
}

/// The ids of the keys of a set.
pub(crate) fn key_ids(keys: &JwkSet) -> impl Iterator<Item = &str> {
    let ids = keys.keys.iter().map(|key| key.common.key_id.as_deref());
    ids.flatten()
}

/// A public key of a set. Shared secrets are left out, because whoever can read the set could sign
/// with them.
fn decoding_key(key: &jwk::Jwk) -> Option<DecodingKey> {
    let is_secret = matches!(key.algorithm, jwk::AlgorithmParameters::OctetKey(_));
    DecodingKey::from_jwk(key).ok().filter(|_| !is_secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_token_verifies_and_a_changed_one_does_not() {
        let token = sign("us-east-1-7", &json!({"sub": "someone"}));
        let good = Jwt::parse(&token).unwrap();
        let forged = token.replacen(
            &part(&json!({"sub": "someone"})),
            &part(&json!({"sub": "x"})),
            1,
        );

        assert_eq!(verify(&good, None), SignatureCheck::Valid);
        assert_eq!(
            verify(&Jwt::parse(&forged).unwrap(), None),
            SignatureCheck::Invalid
        );
    }

    #[test]
    fn the_key_set_verifies_what_the_key_signed() {
        let token = sign("eu-west-1-7", &json!({}));
        let keys: JwkSet = serde_json::from_value(key_set(["eu-west-1-7"].into_iter())).unwrap();
        let other: JwkSet = serde_json::from_value(key_set(["us-east-1-7"].into_iter())).unwrap();

        assert_eq!(
            verify(&Jwt::parse(&token).unwrap(), Some(&keys)),
            SignatureCheck::Valid
        );
        assert_eq!(
            verify(&Jwt::parse(&token).unwrap(), Some(&other)),
            SignatureCheck::UnknownKey
        );
    }

    #[test]
    fn the_header_is_written_as_aws_writes_it() {
        let token = sign("us-east-1-7", &json!({}));

        let header = URL_SAFE_NO_PAD
            .decode(token.split('.').next().unwrap())
            .unwrap();

        assert_eq!(
            header,
            br#"{"kid":"us-east-1-7","typ":"JWS","alg":"RS512"}"#
        );
    }
}
