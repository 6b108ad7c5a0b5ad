//! Login tokens that are rejected.

use std::time::Duration;

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use expect_test::expect;
use jsonwebtoken::Algorithm;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::json;

use super::{explained, explanations};
use crate::support::app::{
    AMAZON, APPLE, COGNITO, DEVELOPER, FACEBOOK, GOOGLE, GOOGLE_APP, OIDC, SAML, USER_POOL,
    USER_POOL_CLIENT,
};
use crate::support::mock;
use crate::support::tokens::{
    NOW, but, claims, developer_token, forged, key_set, login, open_id_token, sign_in, signed,
    try_sign_in, unsigned, user_pool_claims,
};

/// Signs in with a login that is rejected.
async fn reject(mock: &MockCognitoIdentity, pool: &str, provider: &str, token: &str) {
    let answer = try_sign_in(&mock.client(), pool, provider, token).await;
    answer.unwrap_err();
}

#[tokio::test]
async fn an_audience_that_the_pool_does_not_list() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app")
            .login_provider(USER_POOL, "mobile")
            .login_provider(USER_POOL, "tv")
            .login_provider(GOOGLE, GOOGLE_APP)
            .login_provider(FACEBOOK, "1234");
        let pool = mock.seed_pool(pool);
        let issue = |provider: &str, audience: &str| {
            mock.issue_login(LoginToken::new(provider, "alice").audience(audience))
        };
        let access = but(user_pool_claims(), "token_use", json!("access"));
        let google = json!({
            "iss": "https://accounts.google.com", "sub": "alice", "aud": GOOGLE_APP, "azp": "android",
            "exp": NOW + 3_600,
        });

        for (provider, token) in [
            (USER_POOL, issue(USER_POOL, "web")),
            (USER_POOL, issue(USER_POOL, "Mobile")),
            (USER_POOL, unsigned(&access)),
            (USER_POOL, unsigned(&but(access, "aud", json!(null)))),
            (USER_POOL, unsigned(&but(user_pool_claims(), "aud", json!(["a", "b"])))),
            (GOOGLE, issue(GOOGLE, "123456789012.apps.googleusercontent.org")),
            (GOOGLE, unsigned(&google)),
            (FACEBOOK, issue(FACEBOOK, "12345")),
        ] {
            reject(mock, pool.id(), provider, &token).await;
        }
    }).await;

    expect![[r#"
        GetId: Token is not from a supported provider of this identity pool.
            `aud` of the token is "web"; for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI the pool "app" lists "mobile", "tv"
        GetId: Token is not from a supported provider of this identity pool.
            `aud` of the token is "Mobile"; for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI the pool "app" lists "mobile", "tv"; did you mean "mobile"?
        GetId: Token is not from a supported provider of this identity pool.
            this is an access token (`token_use` is "access"); identity pools take ID tokens
        GetId: Invalid login token. Missing a required claim: aud
            this is an access token (`token_use` is "access"); identity pools take ID tokens
        GetId: Token is not from a supported provider of this identity pool.
            `aud` of the token is ["a","b"]; for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI the pool "app" lists "mobile", "tv"
        GetId: Token is not from a supported provider of this identity pool.
            `aud` of the token is "123456789012.apps.googleusercontent.org"; for accounts.google.com the pool "app" lists "123456789012.apps.googleusercontent.com"
        GetId: Token is not from a supported provider of this identity pool.
            `azp` of the token is "android"; for accounts.google.com the pool "app" lists "123456789012.apps.googleusercontent.com"
        GetId: Token is not from a supported provider of this identity pool.
            `aud` of the token is "12345"; for graph.facebook.com the pool "app" lists "1234"; did you mean "1234"?
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_provider_that_the_pool_does_not_have() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .login_provider(USER_POOL, USER_POOL_CLIENT)
                .login_provider(OIDC, "")
                .developer_provider(DEVELOPER),
        );
        let bare = mock.seed_pool("bare");
        let only = mock.seed_pool(PoolSeed::named("only").developer_provider(DEVELOPER));
        let token = login(mock, GOOGLE, "alice");

        for key in [
            GOOGLE,
            "cognito-idp.us-west-2.amazonaws.com/us-east-1_AbCdEfGhI",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ",
            "us-east-1_AbCdEfGhI",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE",
            "https://token.actions.githubusercontent.com",
            "Token.Actions.GithubUserContent.com",
        ] {
            reject(mock, pool.id(), key, &token).await;
        }
        reject(mock, bare.id(), GOOGLE, &token).await;
        reject(mock, bare.id(), COGNITO, &token).await;
        reject(mock, only.id(), GOOGLE, &token).await;
    })
    .await;

    expect![[r#"
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "accounts.google.com"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "cognito-idp.us-west-2.amazonaws.com/us-east-1_AbCdEfGhI"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "us-east-1_AbCdEfGhI"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"?
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "https://token.actions.githubusercontent.com"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "token.actions.githubusercontent.com"?
        GetId: Token is not from a supported provider of this identity pool.
            the pool "app" has no provider "Token.Actions.GithubUserContent.com"; it has cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, token.actions.githubusercontent.com; did you mean "token.actions.githubusercontent.com"?
        GetId: Identity pool - us-east-1:7b2b2203-a8a4-4d91-9dd1-ac08f9cbbd2c does not have identity providers configured.
            the pool "bare" has no provider "accounts.google.com"; it has no providers at all
        GetId: Identity pool - us-east-1:7b2b2203-a8a4-4d91-9dd1-ac08f9cbbd2c does not have identity providers configured.
            tokens under "cognito-identity.amazonaws.com" are those of developer users, and the pool "bare" has no developer provider
        GetId: Token is not from a supported provider of this identity pool.
            the pool "only" has no provider "accounts.google.com"; it has the developer provider login.mycompany.myapp only
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_value_that_is_no_jwt() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app")
            .login_provider(GOOGLE, GOOGLE_APP)
            .login_provider(SAML, "");
        let pool = mock.seed_pool(pool);

        for (key, token) in [
            (GOOGLE, "ya29-opaque"),
            (GOOGLE, "a.b"),
            (GOOGLE, "a.b.c"),
            ("Facebook", "EAAopaque"),
            (SAML, "!"),
            (SAML, "PGE+PC9hPg=="),
        ] {
            reject(mock, pool.id(), key, token).await;
        }
    })
    .await;

    assert!(!told.contains("opaque"), "{told}");
    expect![[r#"
        GetId: Invalid login token. Not a valid OpenId Connect identity token.
            the value under "accounts.google.com" is no JWT: it has one part, and a JWT has three; identity pools take the ID token of a provider
        GetId: Invalid login token. Not a valid OpenId Connect identity token.
            the value under "accounts.google.com" is no JWT: it has 2 parts, and a JWT has three; identity pools take the ID token of a provider
        GetId: Invalid login token. Not a valid OpenId Connect identity token.
            the value under "accounts.google.com" is no JWT: its parts are not base64url of JSON, JSON and a signature; identity pools take the ID token of a provider
        GetId: Invalid login token. Not a valid OpenId Connect identity token.
            the value under "Facebook" is no JWT: it has one part, and a JWT has three; the pool "app" has no provider of this name; did you mean "graph.facebook.com"?
        GetId: Invalid login token. Not a valid SAML assertion.
            the value is not base64, as a SAML response is
        GetId: Invalid login token. Not a valid SAML assertion.
            the SAML response has no `Assertion`
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_token_in_the_place_of_the_key() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, GOOGLE_APP));

    reject(&mock, pool.id(), "EAAopaque", GOOGLE).await;

    expect![[r#"
        GetId: Invalid login token. Not a valid OpenId Connect identity token.
            an entry of `Logins` has the value "accounts.google.com"; its key and its value are swapped
    "#]]
    .assert_eq(&explanations(&mock));
}

#[tokio::test]
async fn an_issuer_or_a_claim_that_does_not_fit() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .login_provider(USER_POOL, USER_POOL_CLIENT)
                .login_provider(APPLE, "com.example.app"),
        );
        let claims = user_pool_claims();
        let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other";

        for (key, token) in [
            (USER_POOL, but(claims.clone(), "iss", json!(other))),
            (USER_POOL, but(claims.clone(), "iss", json!(null))),
            (APPLE, claims.clone()),
            (USER_POOL, but(claims.clone(), "sub", json!(null))),
            (USER_POOL, but(claims, "exp", json!("tomorrow"))),
        ] {
            reject(mock, pool.id(), key, &unsigned(&token)).await;
        }
    })
    .await;

    expect![[r#"
        GetId: Invalid login token. Issuer doesn't match providerName
            `iss` of the token is "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other", and its key in `Logins` is "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"; apart from https:// the two must be equal
        GetId: Invalid login token. Issuer doesn't match providerName
            the token has no `iss`, and its key in `Logins` is "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"; apart from https:// the two must be equal
        GetId: Invalid login token. Issuer doesn't match providerName
            `iss` of the token is "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI", and its key in `Logins` is "appleid.apple.com"; apart from https:// the two must be equal
        GetId: Invalid login token. Missing a required claim: sub
            the token has no `sub`; its claims are "aud", "exp", "iat", "iss", "token_use"
        GetId: Invalid login token. Missing a required claim: exp
            `exp` of the token is "tomorrow"; its claims are "aud", "exp", "iat", "iss", "sub" and 1 more
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_token_that_has_expired() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .login_provider(USER_POOL, USER_POOL_CLIENT)
                .login_provider(AMAZON, "amzn1")
                .login_provider(SAML, "")
                .developer_provider(DEVELOPER),
        );
        let client = mock.client();
        let tokens = [USER_POOL, AMAZON, SAML].map(|key| (key, login(mock, key, "alice")));
        let (id, developers) = developer_token(&client, pool.id(), "alice").await;
        mock.clock().advance(Duration::from_secs(3_900));

        for (key, token) in tokens {
            reject(mock, pool.id(), key, &token).await;
        }
        let call = client.get_open_id_token().identity_id(id);
        call.logins(COGNITO, developers).send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        GetId: Invalid login token. Token expired: 1767326645 >= 1767326645
            `exp` is 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:09:05Z, and the grace period of five minutes is over
        GetId: Invalid login token. Token is expired.
            `exp` is 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:09:05Z
        GetId: Invalid login token. Token is expired.
            `NotOnOrAfter` is 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:09:05Z, and the grace period of five minutes is over
        GetOpenIdToken: Invalid login token. Token expired: 1767326945 >= 1767323945
            `exp` is 2026-01-02T03:19:05Z; the mock's clock shows 2026-01-02T04:09:05Z
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_token_that_was_changed() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, GOOGLE_APP));
        let token = login(mock, GOOGLE, "alice");

        let changed = forged(&token, &but(claims(&token), "sub", json!("bob")));
        reject(mock, pool.id(), GOOGLE, &changed).await;
    })
    .await;

    expect![[r#"
        GetId: Invalid login token. Token signature invalid.
            the key of `issue_login`, which the token names, did not make the signature; was the token changed after it was signed?
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_token_of_a_user_who_signed_out() {
    let told = explained(async |mock| {
        let provider = CognitoIdentityProvider::builder()
            .provider_name(USER_POOL)
            .client_id(USER_POOL_CLIENT)
            .server_side_token_check(true);
        let create = mock
            .client()
            .create_identity_pool()
            .identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(false);
        let create = create.cognito_identity_providers(provider.build());
        let pool = create.send().await.unwrap().identity_pool_id;
        let token = login(mock, USER_POOL, "alice");
        mock.clock().advance(Duration::from_secs(60));
        mock.sign_out_user(USER_POOL, "alice");

        reject(mock, &pool, USER_POOL, &token).await;
    })
    .await;

    expect![[r#"
        GetId: Token is inactive
            alice of cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI was signed out at 2026-01-02T03:05:05Z, and `iat` of the token is 2026-01-02T03:04:05Z; ServerSideTokenCheck is on for the app client
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn tokens_of_cognito_and_developer_logins() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .login_provider(GOOGLE, GOOGLE_APP)
                .developer_provider(DEVELOPER),
        );
        let other = mock.seed_pool(PoolSeed::named("other").developer_provider(DEVELOPER));
        let client = mock.client();
        let (id, token) = developer_token(&client, pool.id(), "alice").await;
        let (_, of_bob) = developer_token(&client, pool.id(), "bob").await;
        let (_, elsewhere) = developer_token(&client, other.id(), "alice").await;
        let changed = forged(&token, &but(claims(&token), "sub", json!("us-east-1:0")));

        reject(mock, pool.id(), DEVELOPER, "alice").await;
        reject(mock, pool.id(), COGNITO, &token).await;
        reject(mock, pool.id(), GOOGLE, &token).await;
        for token in [
            "alice",
            &login(mock, GOOGLE, "alice"),
            &changed,
            &elsewhere,
            &of_bob,
        ] {
            let call = client.get_open_id_token().identity_id(&id);
            call.logins(COGNITO, token).send().await.unwrap_err();
        }
    })
    .await;

    expect![[r#"
        GetId: Please provide a valid public provider
            "login.mycompany.myapp" is the developer provider of the pool "app"; its users come with a token of GetOpenIdTokenForDeveloperIdentity, under cognito-identity.amazonaws.com
        GetId: Invalid login token. Can't pass in a Cognito token.
            the token under "cognito-identity.amazonaws.com" is one of Cognito Identity itself; GetId takes tokens of identity providers only; the answer with the token has the identity id
        GetId: Invalid login token. Can't pass in a Cognito token.
            the token under "accounts.google.com" is one of Cognito Identity itself; such tokens go under cognito-identity.amazonaws.com
        GetOpenIdToken: Invalid login token. Not a Cognito token.
            the value under "cognito-identity.amazonaws.com" is no JWT: it has one part, and a JWT has three; GetOpenIdTokenForDeveloperIdentity gives one
        GetOpenIdToken: Invalid login token. Not a Cognito token.
            `iss` of the token is "https://accounts.google.com"; that of Cognito Identity is "https://cognito-identity.amazonaws.com"
        GetOpenIdToken: Invalid login token. Not a Cognito token.
            the token names Cognito Identity as its issuer, and this mock did not sign it; was it changed, or issued by AWS?
        GetOpenIdToken: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the token is for "us-east-1:2a609fae-389e-cd23-83db-425229074a59" in the pool "us-east-1:7b2b2203-a8a4-4d91-9dd1-ac08f9cbbd2c"; the identity of the request is in the pool "app" (us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20)
        GetOpenIdToken: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to alice of login.mycompany.myapp; the request has a token for us-east-1:b7e1e158-6723-c317-543a-e5b3a571b84c
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_key_that_is_not_in_the_key_set_of_the_provider() {
    let mock = mock().trust_issuer(USER_POOL, &key_set()).in_memory();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, USER_POOL_CLIENT));
    let claims = user_pool_claims();
    let good = signed(Algorithm::RS256, "a-key-of-the-provider", &claims);
    sign_in(&mock.client(), pool.id(), USER_POOL, &good).await;

    for token in [
        signed(Algorithm::RS256, "another", &claims),
        forged(&good, &but(claims.clone(), "sub", json!("bob"))),
    ] {
        reject(&mock, pool.id(), USER_POOL, &token).await;
    }

    expect![[r#"
        GetId: Invalid login token. Couldn't verify signed token.
            `kid` of the token is "another"; the keys that `trust_issuer` has for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI are "a-key-of-the-provider"
        GetId: Invalid login token. Token signature invalid.
            the key "a-key-of-the-provider", which `trust_issuer` has for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI, did not make the signature; was the token changed after it was signed?
    "#]].assert_eq(&explanations(&mock));
}

#[tokio::test]
async fn an_opaque_or_lenient_login_is_never_shown() {
    let opaque = "EAAsecret";
    let strict = mock().in_memory();
    let lenient = mock().lenient_logins().in_memory();
    for (mock, key) in [(&strict, FACEBOOK), (&lenient, GOOGLE)] {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .login_provider(key, "app")
                .developer_provider(DEVELOPER),
        );
        let client = mock.client();
        let id = sign_in(&client, pool.id(), key, opaque).await;
        open_id_token(&client, &id, &[(key, opaque)]).await;
        let (developers, _) = developer_token(&client, pool.id(), "alice").await;

        let call = client.get_credentials_for_identity().identity_id(&id);
        call.logins(key, "EAAsecret-of-bob")
            .send()
            .await
            .unwrap_err();
        let call = client.get_open_id_token().identity_id(&id);
        call.send().await.unwrap_err();
        let call = client.get_open_id_token().identity_id(&developers);
        call.send().await.unwrap_err();
        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).identity_id(&id);
        call.logins(DEVELOPER, "bob")
            .logins(key, "EAAsecret-2")
            .send()
            .await
            .unwrap_err();
    }

    let told = explanations(&strict) + &explanations(&lenient);
    assert!(!told.contains("secret"), "{told}");
    expect![[r#"
        GetCredentialsForIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to a user of graph.facebook.com; the request has a user of graph.facebook.com (owns no identity)
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
            the identity belongs to a user of graph.facebook.com; the request has no `Logins`
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b' is forbidden.
            the identity belongs to alice of login.mycompany.myapp; the request has no `Logins`
        GetOpenIdTokenForDeveloperIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to a user of graph.facebook.com; the request has bob of login.mycompany.myapp (owns no identity), a user of graph.facebook.com (owns no identity)
        GetCredentialsForIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to a user of accounts.google.com; the request has a user of accounts.google.com (owns no identity)
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
            the identity belongs to a user of accounts.google.com; the request has no `Logins`
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b' is forbidden.
            the identity belongs to alice of login.mycompany.myapp; the request has no `Logins`
        GetOpenIdTokenForDeveloperIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to a user of accounts.google.com; the request has bob of login.mycompany.myapp (owns no identity), a user of accounts.google.com (owns no identity)
    "#]].assert_eq(&told);
}
