//! Mistakes with `Logins`, login tokens and identities.

use aws_sdk_cognitoidentity::Client;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use expect_test::expect;
use mock_cognito_identity::{LoginToken, PoolSeed};
use serde_json::json;

use super::{GOOGLE, USER_POOL, mock, shows};
use crate::app::{TokenVendor, sign_in};

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_cache_keyed_by_the_pool() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let mut vendor = TokenVendor::new(mock.client(), pool.id());

    vendor.identity_id(pool.login("alice")).await.unwrap();
    let bob = vendor.identity_id(pool.login("bob")).await.unwrap();

    assert_eq!(bob, pool.seed_identity_with_login(GOOGLE, "bob"));
}

#[test]
fn a_cache_keyed_by_the_pool_asks_for_one_user_only() {
    shows(
        "sign_in::a_cache_keyed_by_the_pool",
        &["received 1 call:", "logins accounts.google.com (alice)"],
        &expect![[r#"
            thread 'mistakes::sign_in::a_cache_keyed_by_the_pool' panicked at ⟨assert_eq!(bob, pool.seed_identity_with_login(GOOGLE, "bob"));⟩:
            assertion `left == right` failed
              left: "us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac"
             right: "us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b"
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…d1ac (alice)
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_cache_keyed_by_the_token() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let mut vendor = TokenVendor::new(mock.client(), pool.id());

    for request in 0..5 {
        let login = LoginToken::new(GOOGLE, "alice").claim("jti", request);
        let login = (GOOGLE.to_owned(), mock.issue_login(login));
        vendor.session(login).await.unwrap();
    }

    assert_eq!(mock.calls_to(Client::get_id).len(), 1);
}

#[test]
fn a_cache_keyed_by_the_token_asks_for_the_same_user_again() {
    shows(
        "sign_in::a_cache_keyed_by_the_token",
        &[
            "#9   GetId                      attempt 1  pool \"app\", logins accounts.google.com (alice)",
        ],
        &expect![[r#"
            thread 'mistakes::sign_in::a_cache_keyed_by_the_token' panicked at ⟨assert_eq!(mock.calls_to(Client::get_id).len(), 1);⟩:
            assertion `left == right` failed
              left: 5
             right: 1
            MockCognitoIdentity started at ⟨start();⟩ received 10 calls:
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #10 expire in 3,600 s
                #1   GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #2   GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIAFZCEOTA73PPZNQN5, role app-authenticated until +3600 s
                #3   GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #4   GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIAIKDFTRLO65P3BHCU, role app-authenticated until +3600 s
                #5   GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #6   GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIAFYHH2UKVC47U7OOF, role app-authenticated until +3600 s
                #7   GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #8   GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIA5DRSMPYPZMNW56DM, role app-authenticated until +3600 s
                #9   GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #10  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIALBDE6AVAJKR7WYSR, role app-authenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_url_as_the_key_of_logins() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, "my_client"));
    let issuer = format!("https://{USER_POOL}");
    let login = (issuer, pool.issue_login("alice"));

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn a_url_as_the_key_of_logins_is_told_from_the_provider() {
    shows(
        "sign_in::a_url_as_the_key_of_logins",
        &[
            "\"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI\"",
            "\"cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI\"",
        ],
        &expect![[r#"
            thread 'mistakes::sign_in::a_url_as_the_key_of_logins' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Token is not from a supported provider of this identity pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → NotAuthorizedException: Token is not from a supported provider of this identity pool.
                    why: the pool "app" has no provider "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_user_pool_one_letter_off() {
    const CONFIGURED: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhl";
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, "my_client"));
    let login = (CONFIGURED.to_owned(), pool.issue_login("alice"));

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn a_user_pool_one_letter_off_is_told_from_the_right_one() {
    shows(
        "sign_in::a_user_pool_one_letter_off",
        &[
            "\"cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhl\"",
            "\"cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI\"",
        ],
        &expect![[r#"
            thread 'mistakes::sign_in::a_user_pool_one_letter_off' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Token is not from a supported provider of this identity pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhl (alice)  → NotAuthorizedException: Token is not from a supported provider of this identity pool.
                    why: the pool "app" has no provider "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhl"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_token_of_another_user_pool() {
    const STAGING: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Staging99";
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, "my_client"));
    let token = mock.issue_login(LoginToken::new(STAGING, "alice").audience("my_client"));
    let login = (USER_POOL.to_owned(), token);

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn a_token_of_another_user_pool_is_told_by_its_issuer() {
    shows(
        "sign_in::a_token_of_another_user_pool",
        &["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Staging99"],
        &expect![[r#"
            thread 'mistakes::sign_in::a_token_of_another_user_pool' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Invalid login token. Issuer doesn't match providerName")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → NotAuthorizedException: Invalid login token. Issuer doesn't match providerName
                    why: `iss` of the token is "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Staging99", and its key in `Logins` is "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"; apart from https:// the two must be equal
        "#]],
    );
}

/// A token as the user pool issues it beside the ID token.
fn access_token() -> String {
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let header = part(json!({ "alg": "RS256", "kid": "3+5sRjG1T8ah0zz1" }));
    let claims = part(json!({
        "sub": "alice",
        "iss": format!("https://{USER_POOL}"),
        "client_id": "my_client",
        "token_use": "access",
        "scope": "openid",
        "iat": 1_767_323_045,
        "exp": 1_767_326_645,
    }));
    format!("{header}.{claims}.c2lnbmF0dXJl")
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_access_token() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, "my_client"));
    let login = (USER_POOL.to_owned(), access_token());

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn an_access_token_is_told_from_an_id_token() {
    shows(
        "sign_in::an_access_token",
        &["this is an access token", "identity pools take ID tokens"],
        &expect![[r#"
            thread 'mistakes::sign_in::an_access_token' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Invalid login token. Missing a required claim: aud")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → NotAuthorizedException: Invalid login token. Missing a required claim: aud
                    why: this is an access token (`token_use` is "access"); identity pools take ID tokens
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_token_of_another_app_client() {
    let mock = mock().start();
    let seed = PoolSeed::named("app")
        .login_provider(USER_POOL, "web_client")
        .login_provider(USER_POOL, "tv_client");
    let pool = mock.seed_pool(seed);
    let token = mock.issue_login(LoginToken::new(USER_POOL, "alice").audience("mobile_client"));
    let login = (USER_POOL.to_owned(), token);

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn a_token_of_another_app_client_is_told_by_its_audience() {
    shows(
        "sign_in::a_token_of_another_app_client",
        &["\"mobile_client\"", "\"web_client\"", "\"tv_client\""],
        &expect![[r#"
            thread 'mistakes::sign_in::a_token_of_another_app_client' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Token is not from a supported provider of this identity pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → NotAuthorizedException: Token is not from a supported provider of this identity pool.
                    why: `aud` of the token is "mobile_client"; for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI the pool "app" lists "web_client", "tv_client"
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn logins_forgotten_on_the_second_call() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let vendor = TokenVendor::new(mock.client(), pool.id());

    vendor.sign_in(pool.login("alice")).await.unwrap();
}

#[test]
fn logins_forgotten_on_the_second_call_are_missed() {
    shows(
        "sign_in::logins_forgotten_on_the_second_call",
        &["belongs to alice", "no logins"],
        &expect![[r#"
            thread 'mistakes::sign_in::logins_forgotten_on_the_second_call' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.")
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…d1ac (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), no logins     → NotAuthorizedException: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
                    why: the identity belongs to alice of accounts.google.com; the request has no `Logins`
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_guest_of_a_pool_that_allows_none() {
    let mock = mock().start();
    let seed = PoolSeed::named("app").login_provider(GOOGLE, "my-app");
    let pool = mock.seed_pool(seed.authenticated_only());

    sign_in(&mock.client(), pool.id(), None).await.unwrap();
}

#[test]
fn a_guest_of_a_pool_that_allows_none_needs_logins() {
    shows(
        "sign_in::a_guest_of_a_pool_that_allows_none",
        &["AllowUnauthenticatedIdentities", "no logins"],
        &expect![[r#"
            thread 'mistakes::sign_in::a_guest_of_a_pool_that_allows_none' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Unauthenticated access is not supported for this identity pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → NotAuthorizedException: Unauthenticated access is not supported for this identity pool.
                    why: `Logins` is empty, and the pool "app" has AllowUnauthenticatedIdentities = false
        "#]],
    );
}
