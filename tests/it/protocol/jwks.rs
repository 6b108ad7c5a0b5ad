//! The key set (JWKS): where it is served, and that it verifies each kind of JWT that the mock
//! issues. The interop suites verify the tokens with other libraries.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use crate::support::app::{DEVELOPER, OIDC, USER_POOL, pool_of_all};
use crate::support::http::{Answer, Connection};
use crate::support::tokens::{
    NOW, claims, developer_token, login, open_id_token, part_of, sign_in,
};
use crate::support::{both, client_in, guest, mock};

/// One token of each kind, with the name of the kind.
async fn one_of_each(mock: &MockCognitoIdentity, pool_id: &str) -> [(&'static str, String); 4] {
    let client = mock.client();
    let guest = guest(&client, pool_id).await;
    let (cognito, oidc) = (
        login(mock, USER_POOL, "alice"),
        login(mock, OIDC, "repo:a/b"),
    );
    let alice = sign_in(&client, pool_id, USER_POOL, &cognito).await;
    let workflow = sign_in(&client, pool_id, OIDC, &oidc).await;
    [
        ("guest", open_id_token(&client, &guest, &[]).await),
        (
            "user pool",
            open_id_token(&client, &alice, &[(USER_POOL, &cognito)]).await,
        ),
        (
            "developer",
            developer_token(&client, pool_id, "user-1").await.1,
        ),
        (
            "OIDC",
            open_id_token(&client, &workflow, &[(OIDC, &oidc)]).await,
        ),
    ]
}

/// Verifies the signature, the audience and the issuer of a token, and returns its claims. The
/// expiry is not verified, because the clock of the tests is frozen.
#[track_caller]
fn verified(token: &str, key_set: &str, pool_id: &str) -> Value {
    let keys: JwkSet = serde_json::from_str(key_set).unwrap();
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS512);
    validation.validate_exp = false;
    validation.set_audience(&[pool_id]);
    validation.set_issuer(&["https://cognito-identity.amazonaws.com"]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    decode(token, &key, &validation).unwrap().claims
}

both! {
    async fn every_kind_of_token_is_verified_by_the_key_set(mock) {
        let pool = mock.seed_pool(pool_of_all());

        for (kind, token) in one_of_each(mock, pool.id()).await {
            let claims = verified(&token, &mock.jwks(), pool.id());

            assert_eq!(claims["iat"], NOW, "{kind}");
        }
    }

    async fn the_header_of_a_token_is_that_of_aws_byte_for_byte(mock) {
        let pool = mock.seed_pool(pool_of_all());

        for (kind, token) in one_of_each(mock, pool.id()).await {
            assert_eq!(
                part_of(&token, 0),
                r#"{"kid":"us-east-1-7","typ":"JWS","alg":"RS512"}"#,
                "{kind}"
            );
        }
    }

    async fn the_key_set_has_the_form_of_aws(mock) {
        let keys: Value = serde_json::from_str(&mock.jwks()).unwrap();

        let key = &keys["keys"][0];
        let names: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["alg", "e", "kid", "kty", "n", "use"]));
        assert_eq!(
            (&key["kty"], &key["alg"], &key["use"], &key["kid"], &key["e"]),
            (&json!("RSA"), &json!("RS512"), &json!("sig"), &json!("us-east-1-7"), &json!("AQAB"))
        );
    }
}

#[tokio::test]
async fn the_key_set_has_a_key_for_every_region_in_use() {
    let mock = mock().in_memory();
    let elsewhere = PoolSeed::named("app").id("eu-west-1:11111111-2222-4333-8444-555555555555");
    let (here, there) = (mock.seed_pool("app"), mock.seed_pool(elsewhere));

    for (pool, region) in [(here, "us-east-1"), (there, "eu-west-1")] {
        let client = client_in(&mock, region);
        let id = guest(&client, pool.id()).await;
        let token = open_id_token(&client, &id, &[]).await;

        let claims = verified(&token, &mock.jwks(), pool.id());
        assert_eq!(claims["sub"], id);
        assert_eq!(
            decode_header(&token).unwrap().kid.as_deref(),
            Some(&*format!("{region}-7"))
        );
    }
}

/// Default Regions share an issuer without a Region. China, the US government and opt-in Regions
/// have an issuer each.
#[tokio::test]
async fn the_issuer_depends_on_the_region() {
    for (region, issuer, partition) in [
        ("us-east-1", "https://cognito-identity.amazonaws.com", "aws"),
        (
            "eu-central-1",
            "https://cognito-identity.amazonaws.com",
            "aws",
        ),
        (
            "af-south-1",
            "https://cognito-identity.af-south-1.amazonaws.com",
            "aws",
        ),
        (
            "us-gov-west-1",
            "https://cognito-identity.us-gov-west-1.amazonaws.com",
            "aws-us-gov",
        ),
        (
            "cn-north-1",
            "https://cognito-identity.cn-north-1.amazonaws.com.cn",
            "aws-cn",
        ),
    ] {
        let mock = mock().region(region).in_memory();
        let pool = mock.seed_pool(PoolSeed::named("app").developer_provider(DEVELOPER));

        let (_, token) = developer_token(&mock.client(), pool.id(), "user-1").await;

        let (claims, kid) = (claims(&token), decode_header(&token).unwrap().kid.unwrap());
        let keys: JwkSet = serde_json::from_str(&mock.jwks()).unwrap();
        assert_eq!(claims["iss"], issuer, "{region}");
        assert_eq!(
            claims["https://cognito-identity.amazonaws.com/identity-pool-arn"],
            format!(
                "arn:{partition}:cognito-identity:{region}:123456789012:identitypool/{}",
                pool.id()
            )
        );
        assert!(kid.starts_with(&format!("{region}-")), "{kid}");
        assert!(keys.find(&kid).is_some(), "{kid}");
    }
}

/// The response of the mock where clients look for the key set.
fn served(mock: &MockCognitoIdentity) -> Answer {
    let path = "/.well-known/jwks_uri";
    assert_eq!(mock.jwks_url(), format!("{}{path}", mock.endpoint_url()));
    Connection::to(mock).exchange(format!("GET {path} HTTP/1.1\r\nhost: mock\r\n\r\n"))
}

#[tokio::test]
async fn the_key_set_is_served_where_clients_look_for_it() {
    let mock = mock().start();
    let pool = mock.seed_pool(pool_of_all());

    let answer = served(&mock);

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("max-age=2592000"));
    assert_eq!(answer.body, mock.jwks());
    for (_, token) in one_of_each(&mock, pool.id()).await {
        verified(&token, &answer.body, pool.id());
    }
}

#[tokio::test]
async fn the_key_set_does_not_depend_on_the_region_of_the_last_call() {
    let mock = mock().start();
    let before = served(&mock).body;
    let elsewhere = mock.config().region(Region::new("eu-west-1")).build();

    let pools = Client::from_conf(elsewhere).list_identity_pools();
    pools.max_results(1).send().await.unwrap();

    assert_eq!(served(&mock).body, before);
    assert_eq!(mock.jwks(), before);
    assert!(before.contains("us-east-1-7"), "{before}");
}
