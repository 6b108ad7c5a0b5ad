//! Login tokens, issued by the mock or made by hand, and signing in with them. Also the parts of
//! the JWTs that the mock issues.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::SdkError;
use aws_sdk_cognitoidentity::operation::get_id::{GetIdError, GetIdOutput};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mock_cognito_identity::{LoginToken, MockCognitoIdentity};
use serde_json::{Value, json};

use crate::support::app::{DEVELOPER, GOOGLE, OIDC, USER_POOL, USER_POOL_CLIENT};
use crate::support::{NOW_MILLIS, mock};

/// The second at which the clocks of the tests are frozen.
pub(crate) const NOW: i64 = (NOW_MILLIS / 1_000) as i64;

/// The id of the key that providers sign with in tests of `trust_issuer`.
pub(crate) const KID: &str = "a-key-of-the-provider";

/// A login token of `issue_login` for a user of a provider.
pub(crate) fn login(mock: &MockCognitoIdentity, provider: &str, subject: &str) -> String {
    mock.issue_login(LoginToken::new(provider, subject))
}

/// A well-formed JWT with a signature of no known key. The mock accepts it by its claims.
pub(crate) fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "RS256", "kid": KID});
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(claims))
}

/// The token with other claims, but the same header and signature.
pub(crate) fn forged(token: &str, claims: &Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{}.{claims}.{}", parts[0], parts[2])
}

/// The decoded header (0) or payload (1) of a JWT.
#[track_caller]
pub(crate) fn part_of(token: &str, index: usize) -> String {
    let part = token.split('.').nth(index).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The claims of a JWT.
#[track_caller]
pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_str(&part_of(token, 1)).unwrap()
}

/// The claims of an ID token that a user pool issues for `alice`, valid for an hour.
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

/// `claims` with one claim replaced, or removed if the value is `null`.
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

/// The identity id that `GetId` returns for one login.
pub(crate) async fn sign_in(client: &Client, pool_id: &str, provider: &str, token: &str) -> String {
    let answer = try_sign_in(client, pool_id, provider, token).await;
    answer.unwrap().identity_id.unwrap()
}

/// The identity id and the token of `GetOpenIdTokenForDeveloperIdentity` for a developer user.
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

/// The private key of the providers. Any key serves; this one is public anyway.
fn private_key() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("../../../src/token/test_only_key.der"))
}

/// The key set that a provider publishes for [`private_key`].
pub(crate) fn key_set() -> String {
    let mut keys: Value = serde_json::from_str(&MockCognitoIdentity::in_memory().jwks()).unwrap();
    let key = keys["keys"][0].as_object_mut().unwrap();
    key.insert("kid".to_owned(), json!(KID));
    key.remove("alg");
    keys.to_string()
}

/// A token that is signed with the providers' key.
pub(crate) fn signed(algorithm: Algorithm, kid: &str, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    encode(&header, claims, &private_key()).unwrap()
}

/// A token with any header, signed with the providers' key.
pub(crate) fn signed_as(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let algorithm = header["alg"].as_str().unwrap().parse().unwrap();
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &private_key(), algorithm);
    format!("{signed}.{}", signature.unwrap())
}

/// Mocks that trust the keys of three providers, but not of Apple.
pub(crate) fn knowing() -> [MockCognitoIdentity; 2] {
    let builder = || {
        let known = [USER_POOL, GOOGLE, OIDC].into_iter();
        known.fold(mock(), |mock, provider| {
            mock.trust_issuer(provider, &key_set())
        })
    };
    [builder().start(), builder().in_memory()]
}

/// The alphabet of base64url.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The token with every possible last character, including its own.
pub(crate) fn variants_of_the_last_character(token: &str) -> impl Iterator<Item = String> {
    let start = token[..token.len() - 1].to_owned();
    ALPHABET.chars().map(move |last| format!("{start}{last}"))
}

/// Whether two tokens that differ at most in their last character have the same signature. Of that
/// character, only the upper two bits belong to the signature.
pub(crate) fn same_bytes(one: &str, other: &str) -> bool {
    let bits = |token: &str| ALPHABET.find(token.chars().last().unwrap()).unwrap() >> 4;
    bits(one) == bits(other)
}

/// The token of `GetOpenIdToken` for these logins.
pub(crate) async fn open_id_token(client: &Client, id: &str, logins: &[(&str, &str)]) -> String {
    let mut call = client.get_open_id_token().identity_id(id);
    for (provider, token) in logins {
        call = call.logins(*provider, *token);
    }
    call.send().await.unwrap().token.unwrap()
}
