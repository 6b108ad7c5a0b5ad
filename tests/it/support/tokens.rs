//! Identity providers, their tokens, and signing in with them.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::SdkError;
use aws_sdk_cognitoidentity::operation::get_id::{GetIdError, GetIdOutput};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use crate::support::NOW_MILLIS;

pub(crate) const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
pub(crate) const USER_POOL_CLIENT: &str = "1h57kf5cpq17m0eml12EXAMPLE";
pub(crate) const GOOGLE: &str = "accounts.google.com";
pub(crate) const GOOGLE_APP: &str = "123456789012.apps.googleusercontent.com";
pub(crate) const APPLE: &str = "appleid.apple.com";
pub(crate) const FACEBOOK: &str = "graph.facebook.com";
pub(crate) const FACEBOOK_APP: &str = "7346241598935552";
pub(crate) const AMAZON: &str = "www.amazon.com";
pub(crate) const TWITTER: &str = "api.twitter.com";
pub(crate) const OIDC: &str = "token.actions.githubusercontent.com";
pub(crate) const OIDC_ARN: &str =
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
pub(crate) const SAML: &str = "arn:aws:iam::123456789012:saml-provider/corporate";

/// Every kind of public provider with the app id that a pool lists for it. OIDC and SAML
/// providers have none there.
pub(crate) const PROVIDERS: [(&str, &str); 8] = [
    (USER_POOL, USER_POOL_CLIENT),
    (GOOGLE, GOOGLE_APP),
    (APPLE, "com.example.app"),
    (FACEBOOK, FACEBOOK_APP),
    (AMAZON, "amzn1.application.188a56d827a7d6555a8b67a5d"),
    (TWITTER, "consumer-key;consumer-secret"),
    (OIDC, ""),
    (SAML, ""),
];

pub(crate) const DEVELOPER: &str = "login.mycompany.myapp";
/// Under this key `GetCredentialsForIdentity` takes tokens of developer users.
pub(crate) const COGNITO: &str = "cognito-identity.amazonaws.com";

/// The second at which the tests' clocks stand still.
pub(crate) const NOW: i64 = (NOW_MILLIS / 1_000) as i64;

/// A pool named `app` that trusts every kind of provider.
pub(crate) fn pool_of_all() -> PoolSeed {
    PROVIDERS.iter().fold(
        PoolSeed::named("app").developer_provider(DEVELOPER),
        |pool, (provider, app_id)| pool.login_provider(*provider, *app_id),
    )
}

/// A pool named `app` that trusts one user pool.
pub(crate) fn user_pool_only() -> PoolSeed {
    PoolSeed::named("app").login_provider(USER_POOL, USER_POOL_CLIENT)
}

/// A login as the provider would have issued it.
pub(crate) fn login(mock: &MockCognitoIdentity, provider: &str, subject: &str) -> String {
    mock.issue_login(LoginToken::new(provider, subject))
}

/// A JWT that no key has signed: of the right form, and as good as its claims.
pub(crate) fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "RS256", "kid": "a-key-of-the-provider"});
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(claims))
}

/// The token with other claims, under the header and the signature that it had.
pub(crate) fn forged(token: &str, claims: &Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{}.{claims}.{}", parts[0], parts[2])
}

/// The text of one of the first two parts of a JWT.
#[track_caller]
pub(crate) fn part_of(token: &str, index: usize) -> String {
    let part = token.split('.').nth(index).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What a user pool says of the user `alice` in an ID token that is still good for an hour.
pub(crate) fn user_pool_claims() -> Value {
    json!({
        "sub": "alice",
        "iss": format!("https://{USER_POOL}"),
        "aud": USER_POOL_CLIENT,
        "token_use": "id",
        "iat": NOW,
        "exp": NOW + 3_600,
    })
}

/// `claims` with one of them replaced, or left out for `null`.
pub(crate) fn but(mut claims: Value, name: &str, value: Value) -> Value {
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    claims
}

/// `GetId` with one login.
pub(crate) async fn try_sign_in(
    client: &Client,
    pool_id: &str,
    provider: &str,
    token: &str,
) -> Result<GetIdOutput, SdkError<GetIdError>> {
    client
        .get_id()
        .identity_pool_id(pool_id)
        .logins(provider, token)
        .send()
        .await
}

/// The identity that owns a login.
pub(crate) async fn sign_in(client: &Client, pool_id: &str, provider: &str, token: &str) -> String {
    let answer = try_sign_in(client, pool_id, provider, token).await;
    answer.unwrap().identity_id.unwrap()
}

/// A token of `GetOpenIdTokenForDeveloperIdentity` and the identity that it is for.
pub(crate) async fn developer_token(
    client: &Client,
    pool_id: &str,
    user: &str,
) -> (String, String) {
    let answer = client
        .get_open_id_token_for_developer_identity()
        .identity_pool_id(pool_id)
        .logins(DEVELOPER, user)
        .send()
        .await
        .unwrap();
    (answer.identity_id.unwrap(), answer.token.unwrap())
}
