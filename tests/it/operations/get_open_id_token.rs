//! The tokens that the mock issues. The interop suites read them with a library of their own.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::Client;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::app::{
    AMAZON, APPLE, COGNITO, DEVELOPER, FACEBOOK, GOOGLE, NOT_AUTHORIZED, OIDC, OIDC_ARN, PROVIDERS,
    TWITTER, USER_POOL, pool_of_all,
};
use crate::support::tokens::{
    NOW, developer_token, login, part_of, same_bytes, sign_in, variants_of_the_last_character,
};
use crate::support::{both, guest, mock};

/// The token of `GetOpenIdToken` for these logins.
async fn open_id_token(client: &Client, id: &str, logins: &[(&str, &str)]) -> String {
    let mut call = client.get_open_id_token().identity_id(id);
    for (provider, token) in logins {
        call = call.logins(*provider, *token);
    }
    call.send().await.unwrap().token.unwrap()
}

/// A token of each kind, by what it is called here: guest, user pool, developer, OIDC.
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

/// The claims of a token whose signature a key of the set verifies, for this pool, by the issuer
/// of the default Regions. Expiry is for the tests to compare: their clock stands still.
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

fn claims(token: &str) -> Value {
    serde_json::from_str(&part_of(token, 1)).unwrap()
}

both! {
    async fn every_kind_of_token_is_verified_by_the_key_set(mock) {
        let pool = mock.seed_pool(pool_of_all());

        for (kind, token) in one_of_each(mock, pool.id()).await {
            let claims = verified(&token, &mock.jwks(), pool.id());

            assert_eq!(claims["iat"], NOW, "{kind}");
        }
    }

    async fn the_header_is_that_of_aws_to_the_letter(mock) {
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

    async fn a_guests_token_names_neither_a_login_nor_the_pools_arn(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let token = open_id_token(&client, &id, &[]).await;

        let pool_id = pool.id();
        assert_eq!(
            part_of(&token, 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["unauthenticated"],"iss":"https://cognito-identity.amazonaws.com","exp":1767323645,"iat":1767323045}}"#
            )
        );
    }

    async fn the_token_of_a_user_pools_user_has_the_claims_of_aws_in_their_order(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, USER_POOL, "alice");
        let id = sign_in(&client, pool.id(), USER_POOL, &token).await;

        let token = open_id_token(&client, &id, &[(USER_POOL, &token)]).await;

        let pool_id = pool.id();
        assert_eq!(
            part_of(&token, 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["authenticated","{USER_POOL}","{USER_POOL}:CognitoSignIn:alice"],"iss":"https://cognito-identity.amazonaws.com","https://cognito-identity.amazonaws.com/identity-pool-arn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}","exp":1767323645,"iat":1767323045}}"#
            )
        );
    }

    async fn the_token_of_a_developer_user_carries_the_tags_it_was_asked_for(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
        let call = call.principal_tags("team", "blue").principal_tags("level", "7");
        let answer = call.send().await.unwrap();

        let (id, pool_id) = (answer.identity_id().unwrap(), pool.id());
        assert_eq!(
            part_of(answer.token().unwrap(), 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["authenticated","{DEVELOPER}","{DEVELOPER}:{pool_id}:user-1"],"https://aws.amazon.com/tags":{{"principal_tags":{{"level":["7"],"team":["blue"]}}}},"iss":"https://cognito-identity.amazonaws.com","https://cognito-identity.amazonaws.com/identity-pool-arn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}","exp":1767323945,"iat":1767323045}}"#
            )
        );
    }

    async fn the_token_of_an_oidc_user_names_the_providers_arn(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, OIDC, "repo:a/b");
        let id = sign_in(&client, pool.id(), OIDC, &token).await;

        let claims = claims(&open_id_token(&client, &id, &[(OIDC, &token)]).await);

        let amr = json!(["authenticated", OIDC, format!("{OIDC_ARN}:OIDC:repo:a/b")]);
        assert_eq!(claims["amr"], amr);
        let arn = &claims["https://cognito-identity.amazonaws.com/identity-pool-arn"];
        let expected = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/";
        assert_eq!(arn, &format!("{expected}{}", pool.id()));
    }

    async fn the_token_of_a_social_user_names_the_provider_and_the_app(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, app_id) in PROVIDERS {
            if ![GOOGLE, APPLE, FACEBOOK, AMAZON, TWITTER].contains(&provider) {
                continue;
            }
            let token = login(mock, provider, "alice");
            let id = sign_in(&client, pool.id(), provider, &token).await;
            let claims = claims(&open_id_token(&client, &id, &[(provider, &token)]).await);

            let user = format!("{provider}:{app_id}:alice");
            assert_eq!(claims["amr"], json!(["authenticated", provider, user]), "{provider}");
        }
    }

    /// It stands for its user, who has no other name.
    async fn an_opaque_token_is_named_by_its_first_128_characters(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let app_id = crate::support::app::FACEBOOK_APP;

        for length in [1, 127, 128, 129, 1_000] {
            let token: String = "EAÄ€".chars().cycle().take(length).collect();
            let id = sign_in(&client, pool.id(), FACEBOOK, &token).await;
            let claims = claims(&open_id_token(&client, &id, &[(FACEBOOK, &token)]).await);

            let user: String = token.chars().take(128).collect();
            assert_eq!(claims["amr"][2], format!("{FACEBOOK}:{app_id}:{user}"), "{length}");
        }
    }

    async fn a_token_names_every_login_of_the_call_and_no_other(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (google, cognito) = (login(mock, GOOGLE, "g"), login(mock, USER_POOL, "c"));
        let id = sign_in(&client, pool.id(), GOOGLE, &google).await;

        let two = open_id_token(&client, &id, &[(GOOGLE, &google), (USER_POOL, &cognito)]).await;
        let one = open_id_token(&client, &id, &[(USER_POOL, &cognito)]).await;

        let two = claims(&two)["amr"].clone();
        let names = two.as_array().unwrap().iter().filter_map(Value::as_str);
        let names: BTreeSet<&str> = names.collect();
        let of_cognito = format!("{USER_POOL}:CognitoSignIn:c");
        let of_google = format!("{GOOGLE}:123456789012.apps.googleusercontent.com:g");
        assert_eq!(two[0], "authenticated");
        assert_eq!(
            names,
            BTreeSet::from(["authenticated", GOOGLE, &*of_google, USER_POOL, &*of_cognito])
        );
        assert_eq!(claims(&one)["amr"], json!(["authenticated", USER_POOL, of_cognito]));
    }

    async fn a_developer_token_names_the_public_logins_given_with_it(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
        let call = call.logins(USER_POOL, login(mock, USER_POOL, "alice"));
        let token = call.send().await.unwrap().token.unwrap();

        assert_eq!(
            claims(&token)["amr"],
            json!([
                "authenticated",
                DEVELOPER,
                format!("{DEVELOPER}:{}:user-1", pool.id()),
                USER_POOL,
                format!("{USER_POOL}:CognitoSignIn:alice"),
            ])
        );
    }

    async fn a_token_lives_ten_minutes_and_a_developers_as_long_as_asked(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let lifetime = |token: &str| {
            let claims = claims(token);
            claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
        };

        let id = guest(&client, pool.id()).await;
        assert_eq!(lifetime(&open_id_token(&client, &id, &[]).await), 600);

        let durations = [(None, 900), (Some(1), 1), (Some(300), 300), (Some(86_400), 86_400)];
        for (asked, given) in durations {
            let call = client.get_open_id_token_for_developer_identity();
            let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
            let token = call.set_token_duration(asked).send().await.unwrap().token.unwrap();
            assert_eq!(lifetime(&token), given, "{asked:?}");
        }
    }

    async fn every_bit_of_a_developer_tokens_signature_counts_and_those_beyond_do_not(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, good) = developer_token(&client, pool.id(), "user-1").await;

        for token in variants_of_the_last_character(&good) {
            let call = client.get_credentials_for_identity().identity_id(&id);
            let answer = call.logins(COGNITO, &token).send().await;

            if same_bytes(&token, &good) {
                assert_eq!(answer.unwrap().identity_id(), Some(&*id), "{token}");
            } else {
                let text = "Invalid login token. Not a Cognito token.";
                crate::support::assert_service_error(answer, NOT_AUTHORIZED, text);
            }
        }
    }

    async fn a_developer_token_is_good_until_it_expires(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;
        let credentials = || client.get_credentials_for_identity().identity_id(&id);

        mock.clock().advance(std::time::Duration::from_secs(899));
        credentials().logins(COGNITO, &token).send().await.unwrap();
        mock.clock().advance(std::time::Duration::from_secs(401));
        let rejected = crate::support::service_error(credentials().logins(COGNITO, &token).send().await);

        assert_eq!(rejected.0, NOT_AUTHORIZED);
    }
}

#[tokio::test]
async fn the_key_set_is_served_where_clients_look_for_it() {
    let mock = mock().start();
    let pool = mock.seed_pool(pool_of_all());
    let url = mock.jwks_url();
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_at(mock.address().unwrap().to_string().len());

    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();

    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(path, "/.well-known/jwks_uri");
    for (_, token) in one_of_each(&mock, pool.id()).await {
        verified(&token, body, pool.id());
    }
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        serde_json::from_str::<Value>(&mock.jwks()).unwrap()
    );
}

#[tokio::test]
async fn the_key_set_has_a_key_for_every_region_in_use() {
    let mock = mock().in_memory();
    let client = mock.client();
    let elsewhere = PoolSeed::named("app").id("eu-west-1:11111111-2222-4333-8444-555555555555");
    let (here, there) = (mock.seed_pool("app"), mock.seed_pool(elsewhere));

    for (pool, expected) in [(here, "us-east-1-7"), (there, "eu-west-1-7")] {
        let id = guest(&client, pool.id()).await;
        let token = open_id_token(&client, &id, &[]).await;

        let claims = verified(&token, &mock.jwks(), pool.id());
        assert_eq!(claims["sub"], id);
        assert_eq!(
            decode_header(&token).unwrap().kid.as_deref(),
            Some(expected)
        );
    }
}

/// A default Region has the issuer without a Region; China, the US government and the
/// Regions that have to be opted into have one of their own.
#[tokio::test]
async fn each_region_signs_in_the_name_of_its_issuer() {
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
