//! What the mock prints of calls with secrets in the wrong places, and that the search for secrets
//! finds them.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Credentials;
use mock_cognito_identity::{Builder, LoginToken, MockCognitoIdentity, PoolSeed};

use crate::support::app::{FACEBOOK, GOOGLE, SAML};
use crate::support::secrets::{assert_not_in, assert_nothing_secret_in, printed};
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, events, mock, panic_of, runtime};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const OPAQUE: &str = "EAABopaqueTokenOfFacebook0123456789";
const BEARER: &str = "Bearer opaqueTokenOfSomeApi0123456789abcdefgh";

/// Calls that are rejected, each with a secret somewhere. Returns the secrets.
async fn rejected_calls(mock: &MockCognitoIdentity) -> Vec<String> {
    let seed = PoolSeed::named("app")
        .login_provider(GOOGLE, "my-app")
        .login_provider(FACEBOOK, "1234");
    let pool = mock.seed_pool(seed);
    let client = mock.client();
    let issued = client
        .get_credentials_for_identity()
        .identity_id(pool.seed_identity());
    let issued = issued.send().await.unwrap().credentials.unwrap();
    let jwt = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
    let other_app = mock.issue_login(LoginToken::new(GOOGLE, "alice").audience("other"));
    let saml = mock.issue_login(LoginToken::new(SAML, "alice"));
    let keys = |key: &str, secret: &str, token: Option<&str>| {
        let token = token.map(str::to_owned);
        let keys = Credentials::new(key, secret, token, None, "test");
        Client::from_conf(mock.config().credentials_provider(keys).build())
    };
    let (issued_key, issued_secret, session_token) = (
        issued.access_key_id.unwrap(),
        issued.secret_key.unwrap(),
        issued.session_token.unwrap(),
    );

    for token in [&jwt, &other_app, &saml, OPAQUE] {
        let get_id = || client.get_id().identity_pool_id(NO_POOL);
        let found = client.get_id().identity_pool_id(pool.id());
        // Under the wrong provider, as a part of what breaks a constraint, and as the key.
        assert!(found.logins("login.example", token).send().await.is_err());
        assert!(
            get_id()
                .logins(GOOGLE, token)
                .logins(FACEBOOK, "")
                .send()
                .await
                .is_err()
        );
        assert!(get_id().logins("", token).send().await.is_err());
        assert!(
            get_id()
                .logins(GOOGLE, token.repeat(2_000))
                .send()
                .await
                .is_err()
        );
        let assume = aws_sdk_sts::Client::new(&mock.sdk_config())
            .assume_role_with_web_identity()
            .role_arn("arn:aws:iam::123456789012:role/r")
            .role_session_name("?");
        assert!(assume.web_identity_token(token).send().await.is_err());
    }
    for client in [
        keys(KEY, &issued_secret, None),
        keys(KEY, SECRET, Some(&session_token)),
        keys("AKIAUNKNOWN", SECRET, None),
        keys(&issued_key, SECRET, Some(&session_token)),
        keys(&issued_key, &issued_secret, None),
    ] {
        let list = client.list_identity_pools().max_results(1);
        assert!(list.send().await.is_err());
    }
    for header in [BEARER, &BEARER["Bearer ".len()..]] {
        let list = client.list_identity_pools().max_results(1).customize();
        let list = list.interceptor(Tamper::Header("authorization", header));
        assert!(list.send().await.is_err());
    }
    for body in [
        r#"{"IdentityPoolId":"us-east-1:0","Logins":"EAABopaqueTokenOfFacebook0123456789"}"#,
        r#"{"Logins":{"a":{"b":"EAABopaqueTokenOfFacebook0123456789"}}}"#,
        r#"{"Logins":["EAABopaqueTokenOfFacebook0123456789"]}"#,
        r#"{"Logins":{"a":"EAABopaqueTokenOfFacebook0123456789"#,
    ] {
        let get_id = client.get_id().identity_pool_id(pool.id()).customize();
        assert!(get_id.interceptor(Tamper::Body(body)).send().await.is_err());
    }
    let bearer = BEARER["Bearer ".len()..].to_owned();
    let secrets = [
        SECRET.to_owned(),
        OPAQUE.to_owned(),
        bearer,
        jwt,
        other_app,
        saml,
    ];
    let issued = [issued_secret, session_token];
    secrets.into_iter().chain(issued).collect()
}

#[test]
fn nothing_that_is_printed_of_a_call_has_a_secret_in_it() {
    for start in [Builder::start, Builder::in_memory] {
        let mock = mock()
            .require_credentials(KEY, SECRET)
            .verify_on_drop(false);
        let mock = start(mock);
        let mut secrets = Vec::new();

        let events = events::during(|| secrets = runtime().block_on(rejected_calls(&mock)));

        let reports = [
            panic_of(|| mock.assert_no_calls()),
            panic_of(|| mock.assert_called(Client::get_id, 1)),
            panic_of(|| mock.verify()),
            panic_of(|| {
                mock.assert_called_with(Client::get_id, |input| input.identity_pool_id("other"));
            }),
        ];
        let text = format!("{}{events:?}{}", printed(&mock), reports.concat());
        for secret in secrets {
            assert_not_in(&text, &secret);
        }
        assert_nothing_secret_in(&text);
    }
}

#[test]
fn the_search_finds_secrets() {
    let jwt = mock()
        .in_memory()
        .issue_login(LoginToken::new(GOOGLE, "alice"));
    let session_token = format!("IQoJ{}", "x".repeat(20));
    for secret in [SECRET, &jwt, &session_token] {
        let text = format!("outcome=\"{secret}\"");

        panic_of(|| assert_nothing_secret_in(&text));
        panic_of(|| assert_not_in(&text, secret));
        panic_of(|| assert_not_in(&text[..text.len() - 5], secret));
    }
    assert_nothing_secret_in("us-east-1:00000000-0000-4000-8000-000000000000 eyJra… (46 bytes)");
}
