//! RS512 with the embedded test-only key, and the key set that goes with it.

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

/// What signs every token of every mock in the process. Reading it takes longer than signing.
static KEY: Lazy<KeyPair> = Lazy::new(|| {
    KeyPair::from_der(include_bytes!("test_only_key.der")).expect("the embedded key is an RSA key")
});

/// The public half: modulus and exponent as a key set writes them.
static PUBLIC: Lazy<(String, String)> = Lazy::new(|| {
    let key = KEY.public_key();
    let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    (
        text(key.modulus().big_endian_without_leading_zero()),
        text(key.exponent().big_endian_without_leading_zero()),
    )
});

/// Key id of the tokens that stand for those of an identity provider; see `issue_login`.
pub(crate) const LOGIN_KID: &str = "mock-login-1";

/// What the header parameter `mock_app` says in login tokens that are good for every app.
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
///
/// AWS: the header is `{"kid":"us-east-1-7","typ":"JWS","alg":"RS512"}`, in this order
/// (seen 2024-2025).
pub(crate) fn sign(kid: &str, claims: &impl Serialize) -> String {
    signed(kid, None, claims)
}

/// Signs `claims` for every app: [`is_for_any_app`] is true of the token.
pub(crate) fn sign_for_any_app(kid: &str, claims: &impl Serialize) -> String {
    signed(kid, Some(ANY_APP), claims)
}

/// Whether the header says that the token is good for every app. Anybody can write that, so it
/// means nothing before [`verify`] has found the signature good under the embedded key.
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
    // This kind of signature draws no random numbers, whatever is given.
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

/// What a look at a signature found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    /// The key is known and did not make this signature.
    Bad,
    /// No key of this name, or of a kind that signs nothing.
    UnknownKey,
}

/// Looks for the token's key in `keys`, or in the embedded one if there are none, and checks the
/// signature with it. The provider is named here instead of installed, because which one a process
/// installs is its own business.
pub(crate) fn verify(token: &Jwt<'_>, keys: Option<&JwkSet>) -> Verdict {
    let Some(algorithm) = token
        .header("alg")
        .and_then(|alg| alg.parse::<Algorithm>().ok())
    else {
        return Verdict::UnknownKey;
    };
    let key = match keys {
        Some(keys) => token
            .header("kid")
            .and_then(|kid| keys.find(kid))
            .and_then(decoding_key),
        None => DecodingKey::from_rsa_components(&PUBLIC.0, &PUBLIC.1).ok(),
    };
    let Some(verifier) =
        key.and_then(|key| (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key).ok())
    else {
        return Verdict::UnknownKey;
    };
    match verifier.verify(token.signed.as_bytes(), &token.signature) {
        Ok(()) => Verdict::Good,
        Err(_) => Verdict::Bad,
    }
}

/// A public key. Shared secrets are left out: whoever can read the set could sign with them.
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

        assert_eq!(verify(&good, None), Verdict::Good);
        assert_eq!(verify(&Jwt::parse(&forged).unwrap(), None), Verdict::Bad);
    }

    #[test]
    fn the_key_set_verifies_what_the_key_signed() {
        let token = sign("eu-west-1-7", &json!({}));
        let keys: JwkSet = serde_json::from_value(key_set(["eu-west-1-7"].into_iter())).unwrap();
        let other: JwkSet = serde_json::from_value(key_set(["us-east-1-7"].into_iter())).unwrap();

        assert_eq!(
            verify(&Jwt::parse(&token).unwrap(), Some(&keys)),
            Verdict::Good
        );
        assert_eq!(
            verify(&Jwt::parse(&token).unwrap(), Some(&other)),
            Verdict::UnknownKey
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
