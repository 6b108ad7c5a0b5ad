//! Rows N1 to N19.

use aws_sdk_cognitoidentity::types::AmbiguousRoleResolutionType::Deny;
use aws_sdk_cognitoidentity::types::MappingRuleMatchType::Equals;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use super::Case;
use crate::sign_in::sign_out;
use crate::support::app::{COGNITO, DEVELOPER, FACEBOOK, GOOGLE, OIDC, USER_POOL, pool_of_all};
use crate::support::roles::{READER, by_rules, by_token, map_roles, mapped_user_pool};
use crate::support::tokens::knowing;
use crate::support::tokens::{
    NOW, but, developer_token, login, part_of, sign_in, try_sign_in, unsigned, user_pool_claims,
};

const CODE: &str = "NotAuthorizedException";

/// Whether a caller may have an identity at all.
pub(super) async fn of_identities(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const N1: &str = "Logins don't match. Please include at least one valid login for this identity or identity pool.";
    const N3: &str = "Unauthenticated access is not supported for this identity pool.";
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let alice = pool.seed_identity_with_login(USER_POOL, "alice");
    let alices = login(mock, USER_POOL, "alice");
    let bobs = login(mock, USER_POOL, "bob");
    let closed = mock.seed_pool(PoolSeed::named("closed").authenticated_only());
    let old_guest = closed.seed_identity();

    let merged = pool.seed_identity();
    let call = client.get_open_id_token().identity_id(&merged);
    call.logins(USER_POOL, &alices).send().await.unwrap();
    let unlinked = pool.seed_identity_with_login(USER_POOL, "carol");
    let carols = login(mock, USER_POOL, "carol");
    let call = client.unlink_identity().identity_id(&unlinked);
    let call = call.logins(USER_POOL, &carols).logins_to_remove(USER_POOL);
    call.send().await.unwrap();

    let credentials = |id: &str| client.get_credentials_for_identity().identity_id(id);
    let open_id = |id: &str| client.get_open_id_token().identity_id(id);
    let developer = client.get_open_id_token_for_developer_identity();
    let developer = developer
        .identity_pool_id(pool.id())
        .logins(DEVELOPER, "user-1");
    let forbidden = |id: &str| format!("Access to Identity '{id}' is forbidden.");
    vec![
        Case::new(
            "N1: credentials",
            CODE,
            N1,
            credentials(&alice).logins(USER_POOL, &bobs).send(),
        ),
        Case::new(
            "N1: token",
            CODE,
            N1,
            open_id(&alice).logins(USER_POOL, &bobs).send(),
        ),
        Case::new(
            "N1: developer user",
            CODE,
            N1,
            developer.identity_id(&alice).send(),
        ),
        Case::new(
            "N2: credentials",
            CODE,
            forbidden(&alice),
            credentials(&alice).send(),
        ),
        Case::new("N2: token", CODE, forbidden(&alice), open_id(&alice).send()),
        Case::new(
            "N2: merged away",
            CODE,
            forbidden(&merged),
            credentials(&merged).send(),
        ),
        Case::new(
            "N2: unlinked",
            CODE,
            forbidden(&unlinked),
            open_id(&unlinked).send(),
        ),
        Case::new(
            "N3: GetId",
            CODE,
            N3,
            client.get_id().identity_pool_id(closed.id()).send(),
        ),
        Case::new("N3: credentials", CODE, N3, credentials(&old_guest).send()),
        Case::new("N3: token", CODE, N3, open_id(&old_guest).send()),
    ]
}

/// What may be wrong with a login.
pub(super) async fn of_logins(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const N4: &str = "Token is not from a supported provider of this identity pool.";
    const N8: &str = "Invalid login token. Issuer doesn't match providerName";
    const N10: &str = "Invalid login token. Not a valid OpenId Connect identity token.";
    const N12: &str = "Invalid login token. Can't pass in a Cognito token.";
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let none = mock.seed_pool("without providers");
    let guest = pool.seed_identity();
    let alices = login(mock, USER_POOL, "alice");
    let of_other_app = mock.issue_login(LoginToken::new(GOOGLE, "a").audience("other"));
    let of_other_client = unsigned(&but(user_pool_claims(), "aud", json!("other")));
    let expired = unsigned(&but(user_pool_claims(), "exp", json!(NOW - 301)));
    let n6 = "Invalid login token. Token expired: 1767322745 >= 1767322744";
    let long_expired = LoginToken::new(FACEBOOK, "a").claim("exp", NOW - 4_000);
    let long_expired = mock.issue_login(long_expired);
    let access_token = unsigned(&but(user_pool_claims(), "aud", Value::Null));
    let of_other_pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhJ";
    let of_other_pool = unsigned(&but(user_pool_claims(), "iss", json!(of_other_pool)));
    let (developer, developers) = developer_token(&client, pool.id(), "user-1").await;
    let n5 = format!(
        "Identity pool - {} does not have identity providers configured.",
        none.id()
    );

    let get_id = |key, token: &str| {
        let (client, token) = (client.clone(), token.to_owned());
        let pool_id = pool.id().to_owned();
        async move { try_sign_in(&client, &pool_id, key, &token).await }
    };
    let without = client
        .get_id()
        .identity_pool_id(none.id())
        .logins(USER_POOL, &alices);
    let credentials = |key: &str, token: &str| {
        let call = client.get_credentials_for_identity().identity_id(&guest);
        call.logins(key, token).send()
    };
    let other_region = "cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let foreign = client.get_credentials_for_identity().identity_id(developer);
    vec![
        Case::new(
            "N4: not configured",
            CODE,
            N4,
            get_id("www.digits.com", "a;b"),
        ),
        Case::new("N4: other Region", CODE, N4, get_id(other_region, &alices)),
        Case::new(
            "N4: other client",
            CODE,
            N4,
            get_id(USER_POOL, &of_other_client),
        ),
        Case::new("N4: other app", CODE, N4, get_id(GOOGLE, &of_other_app)),
        Case::new(
            "N4: credentials",
            CODE,
            N4,
            credentials(GOOGLE, &of_other_app),
        ),
        Case::new("N5", CODE, n5, without.send()),
        Case::new("N6: GetId", CODE, n6, get_id(USER_POOL, &expired)),
        Case::new(
            "N6: credentials",
            CODE,
            n6,
            credentials(USER_POOL, &expired),
        ),
        Case::new(
            "N7",
            CODE,
            "Invalid login token. Token is expired.",
            get_id(FACEBOOK, &long_expired),
        ),
        Case::new("N8: GetId", CODE, N8, get_id(USER_POOL, &of_other_pool)),
        Case::new("N8: credentials", CODE, N8, credentials(OIDC, &alices)),
        Case::new(
            "N9",
            CODE,
            "Invalid login token. Missing a required claim: aud",
            get_id(USER_POOL, &access_token),
        ),
        Case::new(
            "N10: user pool",
            CODE,
            N10,
            get_id(USER_POOL, "EAACEdEose0cBA"),
        ),
        Case::new("N10: Google", CODE, N10, get_id(GOOGLE, "ya29.a0AfB_byC")),
        Case::new("N12: own key", CODE, N12, get_id(COGNITO, &developers)),
        Case::new("N12: other key", CODE, N12, get_id(GOOGLE, &developers)),
        Case::new(
            "N13",
            CODE,
            "Invalid login token. Not a Cognito token.",
            foreign.logins(COGNITO, &alices).send(),
        ),
    ]
}

/// A user who has signed out everywhere, where the pool asks.
pub(super) async fn of_signed_out_users(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const N14: &str = "Token is inactive";
    let client = mock.client();
    let pool = sign_out::pool(&client, true).await;
    let token = login(mock, USER_POOL, "carol");
    let carol = sign_in(&client, &pool, USER_POOL, &token).await;
    mock.sign_out_user(USER_POOL, "carol");

    let get_id = client.get_id().identity_pool_id(pool);
    let credentials = client.get_credentials_for_identity().identity_id(&carol);
    let open_id = client.get_open_id_token().identity_id(&carol);
    vec![
        Case::new(
            "N14: GetId",
            CODE,
            N14,
            get_id.logins(USER_POOL, &token).send(),
        ),
        Case::new(
            "N14: credentials",
            CODE,
            N14,
            credentials.logins(USER_POOL, &token).send(),
        ),
        Case::new(
            "N14: token",
            CODE,
            N14,
            open_id.logins(USER_POOL, &token).send(),
        ),
    ]
}

/// Keys that do not verify a token: of a provider that is known by its key set, and of this mock.
pub(super) async fn of_unknown_keys(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const N11: &str = "Invalid login token. Couldn't verify signed token.";
    let pool = mock.seed_pool(pool_of_all());
    let token = of_useless_key(&login(mock, USER_POOL, "alice"));
    let knowing = knowing();
    let knowing = knowing
        .into_iter()
        .find(|other| other.address().is_some() == mock.address().is_some())
        .unwrap();
    let of_provider = unsigned(&user_pool_claims()).replacen(
        &header_named("a-key-of-the-provider"),
        &header_named("another-key"),
        1,
    );
    let own = mock.client().get_id().identity_pool_id(pool.id());
    vec![
        Case::new("N11: provider's key", CODE, N11, async move {
            let pool = knowing.seed_pool(pool_of_all());
            try_sign_in(&knowing.client(), pool.id(), USER_POOL, &of_provider).await
        }),
        Case::new(
            "N11: mock's key",
            CODE,
            N11,
            own.logins(USER_POOL, token).send(),
        ),
    ]
}

/// The first part of [`unsigned`] with another key's name.
fn header_named(kid: &str) -> String {
    URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "kid": kid}).to_string())
}

/// The token with an algorithm in its header for which its key is of no use.
fn of_useless_key(token: &str) -> String {
    let header = part_of(token, 0).replace("RS512", "HS512");
    let header = URL_SAFE_NO_PAD.encode(header);
    format!("{header}.{}", token.split_once('.').unwrap().1)
}

/// Roles that are not to be had.
pub(super) async fn of_roles(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let rule = by_rules(Deny, &[("sub", Equals, "nobody", READER)]);
    let user_pool = mapped_user_pool();
    let mappings = [(GOOGLE, rule), (&*user_pool, by_token(Deny))];
    map_roles(&client, pool.id(), &mappings).await;
    let google = pool.seed_identity_with_login(GOOGLE, "alice");
    let cognito = pool.seed_identity_with_login(USER_POOL, "alice");
    let several = LoginToken::new(USER_POOL, "alice").claim("cognito:roles", vec![READER]);
    let several = mock.issue_login(several);

    let set = |role| {
        let call = client.set_identity_pool_roles().identity_pool_id(pool.id());
        call.roles("authenticated", role).send()
    };
    let denied = client.get_credentials_for_identity().identity_id(google);
    let custom = client.get_credentials_for_identity().identity_id(cognito);
    let custom = custom.logins(USER_POOL, several);
    vec![
        Case::new(
            "N15: no ARN",
            CODE,
            "Access to Role 'Cognito_appAuth_Role' is forbidden.",
            set("Cognito_appAuth_Role"),
        ),
        Case::new(
            "N15: other account",
            CODE,
            "Access to Role 'arn:aws:iam::999999999999:role/reader' is forbidden.",
            set("arn:aws:iam::999999999999:role/reader"),
        ),
        Case::new(
            "N17",
            CODE,
            "The ambiguous role mapping rules for: accounts.google.com denied this request.",
            denied.logins(GOOGLE, login(mock, GOOGLE, "alice")).send(),
        ),
        Case::by_code(
            "N18",
            CODE,
            custom
                .custom_role_arn("arn:aws:iam::123456789012:role/other")
                .send(),
        ),
    ]
}
