//! `trust_issuer`: login tokens of providers whose key set the mock knows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::app::{
    APPLE, BAD_SIGNATURE, GOOGLE, GOOGLE_APP, NOT_AUTHORIZED, OIDC, UNSUPPORTED_PROVIDER,
    USER_POOL, pool_of_all,
};
use crate::support::tokens::{
    KID, NOW, but, forged, key_set, knowing, login, sign_in, signed, try_sign_in, unsigned,
    user_pool_claims,
};
use crate::support::{assert_service_error, mock, over_both};

const UNKNOWN_KEY: &str = "Invalid login token. Couldn't verify signed token.";

fn claims_of(provider: &str) -> Value {
    let claims = but(
        user_pool_claims(),
        "iss",
        json!(format!("https://{provider}")),
    );
    match provider {
        GOOGLE => but(claims, "aud", json!(GOOGLE_APP)),
        APPLE => but(claims, "aud", json!("com.example.app")),
        _ => claims,
    }
}

#[tokio::test]
async fn a_token_signed_with_a_known_key_is_accepted() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, OIDC] {
            let token = signed(Algorithm::RS256, KID, &claims_of(provider));
            let id = sign_in(&client, pool.id(), provider, &token).await;

            // A token of the mock for the same user leads to the same identity.
            let issued = login(&mock, provider, "alice");
            assert_eq!(
                sign_in(&client, pool.id(), provider, &issued).await,
                id,
                "{provider}"
            );
        }
    }
}

#[tokio::test]
async fn a_token_signed_with_a_key_outside_the_set_is_rejected() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, OIDC] {
            let token = signed(Algorithm::RS256, "another-key", &claims_of(provider));
            let rejected = try_sign_in(&client, pool.id(), provider, &token).await;

            assert_service_error(rejected, NOT_AUTHORIZED, UNKNOWN_KEY);
        }
    }
}

#[tokio::test]
async fn a_token_whose_signature_does_not_verify_is_rejected() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, OIDC] {
            let good = signed(Algorithm::RS256, KID, &claims_of(provider));
            let of_mallory = but(claims_of(provider), "sub", json!("mallory"));
            for token in [forged(&good, &of_mallory), unsigned(&claims_of(provider))] {
                let rejected = try_sign_in(&client, pool.id(), provider, &token).await;

                assert_service_error(rejected, NOT_AUTHORIZED, BAD_SIGNATURE);
            }
        }
    }
}

/// The classic attack on the verification of JWTs: the public key used as a shared secret.
#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_shared_secret_is_rejected() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let keys: Value = serde_json::from_str(&key_set()).unwrap();
        let modulus = keys["keys"][0]["n"].as_str().unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(modulus).unwrap();
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(KID.to_owned());
        let secret = EncodingKey::from_secret(&modulus);
        let token = encode(&header, &claims_of(USER_POOL), &secret).unwrap();

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNKNOWN_KEY);
    }
}

/// A key set is public, so anybody could sign with such a key.
#[tokio::test]
async fn a_shared_secret_in_a_key_set_is_ignored() {
    let secret = b"a secret of thirty-two characters";
    let key =
        json!({"kty": "oct", "kid": KID, "alg": "HS256", "k": URL_SAFE_NO_PAD.encode(secret)});
    let keys = json!({ "keys": [key] }).to_string();
    for mock in over_both(|| mock().trust_issuer(USER_POOL, &keys)) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(KID.to_owned());
        let secret = EncodingKey::from_secret(secret);
        let token = encode(&header, &claims_of(USER_POOL), &secret).unwrap();

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &token).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNKNOWN_KEY);
    }
}

#[tokio::test]
async fn expiry_and_audience_are_checked_in_spite_of_a_good_signature() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let expired = but(user_pool_claims(), "exp", json!(NOW - 301));
        let of_other_app = but(user_pool_claims(), "aud", json!("other"));

        let expired = signed(Algorithm::RS256, KID, &expired);
        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &expired).await;
        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            "Invalid login token. Token expired: 1767322745 >= 1767322744",
        );
        let of_other_app = signed(Algorithm::RS256, KID, &of_other_app);
        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &of_other_app).await;
        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
    }
}

#[tokio::test]
async fn tokens_of_providers_without_known_keys_are_accepted_unverified() {
    for mock in knowing() {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        let answer = try_sign_in(&client, pool.id(), APPLE, &unsigned(&claims_of(APPLE))).await;

        assert!(answer.is_ok(), "{answer:?}");
    }
}

#[test]
#[should_panic(expected = "`jwks` is not a JSON Web Key Set")]
fn anything_but_a_key_set_panics() {
    let _ = mock().trust_issuer(GOOGLE, "-----BEGIN PUBLIC KEY-----");
}
