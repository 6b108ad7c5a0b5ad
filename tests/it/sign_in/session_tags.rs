//! Attributes for access control: the tags that credentials and tokens get from the claims of a
//! login.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity};
use serde_json::{Value, json};

use crate::support::app::{
    AMAZON, APPLE, COGNITO, DEVELOPER, FACEBOOK, GOOGLE, OIDC, OIDC_ARN, PROVIDERS, SAML, TWITTER,
    USER_POOL, pool_of_all,
};
use crate::support::both;
use crate::support::tokens::{login, part_of, sign_in};

const TAGS_CLAIM: &str = "https://aws.amazon.com/tags";

/// The `IdentityProviderName` of a provider in attribute maps.
fn mapped_as(provider: &str) -> &str {
    if provider == OIDC { OIDC_ARN } else { provider }
}

async fn map_defaults(client: &Client, pool_id: &str, provider: &str) {
    let call = client
        .set_principal_tag_attribute_map()
        .identity_pool_id(pool_id)
        .identity_provider_name(mapped_as(provider));
    call.use_defaults(true).send().await.unwrap();
}

async fn map_tags(client: &Client, pool_id: &str, provider: &str, tags: &[(&str, &str)]) {
    let mut call = client
        .set_principal_tag_attribute_map()
        .identity_pool_id(pool_id)
        .identity_provider_name(mapped_as(provider));
    for (tag, claim) in tags {
        call = call.principal_tags(*tag, *claim);
    }
    call.send().await.unwrap();
}

/// The tags of the credentials that these logins get. The token must have the same ones.
async fn tags_for(
    mock: &MockCognitoIdentity,
    pool_id: &str,
    logins: &[(&str, &str)],
) -> BTreeMap<String, String> {
    let client = mock.client();
    let (provider, token) = logins[0];
    let id = sign_in(&client, pool_id, provider, token).await;
    let mut credentials = client.get_credentials_for_identity().identity_id(&id);
    let mut open_id = client.get_open_id_token().identity_id(&id);
    for (provider, token) in logins {
        credentials = credentials.logins(*provider, *token);
        open_id = open_id.logins(*provider, *token);
    }
    let credentials = credentials.send().await.unwrap().credentials.unwrap();
    let open_id = open_id.send().await.unwrap().token.unwrap();

    let key = credentials.access_key_id().unwrap();
    let tags = mock.issued_credentials(key).unwrap().principal_tags;
    let claims: Value = serde_json::from_str(&part_of(&open_id, 1)).unwrap();
    let claim: serde_json::Map<String, Value> = tags
        .iter()
        .map(|(tag, value)| (tag.clone(), json!([value])))
        .collect();
    let expected = (!claim.is_empty()).then(|| json!({ "principal_tags": claim }));
    assert_eq!(claims.get(TAGS_CLAIM), expected.as_ref(), "{provider}");
    tags
}

fn tags(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(tag, value): &(&str, &str)| ((*tag).to_owned(), (*value).to_owned());
    expected.iter().map(owned).collect()
}

both! {
    async fn without_a_map_there_are_neither_session_tags_nor_a_claim(mock) {
        let pool = mock.seed_pool(pool_of_all());

        for (provider, _) in PROVIDERS {
            let token = login(mock, provider, "alice");

            let given = tags_for(mock, pool.id(), &[(provider, &token)]).await;

            assert_eq!(given, tags(&[]), "{provider}");
        }
    }

    async fn the_default_tags_are_the_app_and_the_user(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, app_id) in PROVIDERS {
            if ![USER_POOL, GOOGLE, APPLE, FACEBOOK, AMAZON, TWITTER].contains(&provider) {
                continue;
            }
            map_defaults(&client, pool.id(), provider).await;
            let token = login(mock, provider, "alice");

            let given = tags_for(mock, pool.id(), &[(provider, &token)]).await;

            assert_eq!(given, tags(&[("client", app_id), ("username", "alice")]), "{provider}");
        }
    }

    async fn the_default_tags_of_an_oidc_provider_are_the_audience_and_the_subject(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_defaults(&client, pool.id(), OIDC).await;
        let token = LoginToken::new(OIDC, "repo:a/b").audience("sts.amazonaws.com");
        let token = mock.issue_login(token);

        let given = tags_for(mock, pool.id(), &[(OIDC, &token)]).await;

        assert_eq!(given, tags(&[("client", "sts.amazonaws.com"), ("username", "repo:a/b")]));
    }

    async fn the_default_user_tag_of_amazon_is_its_user_id(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_defaults(&client, pool.id(), AMAZON).await;
        let token = LoginToken::new(AMAZON, "alice").claim("user_id", "amzn1.account.7");
        let token = mock.issue_login(token);

        let given = tags_for(mock, pool.id(), &[(AMAZON, &token)]).await;

        assert_eq!(given["username"], "amzn1.account.7");
    }

    async fn the_default_tags_of_a_saml_provider_are_two_attributes(mock) {
        const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_defaults(&client, pool.id(), SAML).await;
        let response = LoginToken::new(SAML, "alice")
            .claim(format!("{CLAIMS}/nameidentifier"), "alice@corp.example")
            .claim(format!("{CLAIMS}/name"), "Alice");
        let response = mock.issue_login(response);

        let given = tags_for(mock, pool.id(), &[(SAML, &response)]).await;

        // The keys are not documented.
        let mut values: Vec<String> = given.into_values().collect();
        values.sort();
        assert_eq!(values, ["Alice", "alice@corp.example"]);
    }

    async fn custom_tags_carry_the_claims_they_are_mapped_to(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let map = [("team", "custom:team"), ("who", "sub")];

        for provider in [USER_POOL, GOOGLE, APPLE, OIDC, SAML] {
            map_tags(&client, pool.id(), provider, &map).await;
            let token = LoginToken::new(provider, "alice").claim("custom:team", "blue");
            let token = mock.issue_login(token.claim("sub", "alice"));

            let given = tags_for(mock, pool.id(), &[(provider, &token)]).await;

            assert_eq!(given, tags(&[("team", "blue"), ("who", "alice")]), "{provider}");
        }
    }

    async fn a_missing_claim_gives_no_tag(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let map = [("team", "custom:team"), ("who", "sub")];
        map_tags(&client, pool.id(), USER_POOL, &map).await;
        let token = login(mock, USER_POOL, "alice");

        let given = tags_for(mock, pool.id(), &[(USER_POOL, &token)]).await;

        assert_eq!(given, tags(&[("who", "alice")]));
    }

    async fn a_map_of_missing_claims_gives_neither_session_tags_nor_a_claim(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_tags(&client, pool.id(), USER_POOL, &[("team", "custom:team")]).await;
        let token = login(mock, USER_POOL, "alice");

        let given = tags_for(mock, pool.id(), &[(USER_POOL, &token)]).await;

        assert_eq!(given, tags(&[]));
    }

    async fn the_map_of_one_provider_does_not_affect_users_of_another(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_defaults(&client, pool.id(), GOOGLE).await;
        let token = login(mock, USER_POOL, "alice");

        let given = tags_for(mock, pool.id(), &[(USER_POOL, &token)]).await;

        assert_eq!(given, tags(&[]));
    }

    async fn a_user_with_several_logins_has_the_tags_of_each(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_tags(&client, pool.id(), USER_POOL, &[("pool-user", "sub")]).await;
        map_tags(&client, pool.id(), GOOGLE, &[("google-user", "sub")]).await;
        let (cognito, google) = (login(mock, USER_POOL, "c"), login(mock, GOOGLE, "g"));

        let given = tags_for(mock, pool.id(), &[(USER_POOL, &cognito), (GOOGLE, &google)]).await;

        assert_eq!(given, tags(&[("google-user", "g"), ("pool-user", "c")]));
    }

    async fn guests_have_no_tags(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_defaults(&client, pool.id(), USER_POOL).await;
        let id = crate::support::guest(&client, pool.id()).await;

        let answer = client.get_credentials_for_identity().identity_id(id).send().await;

        let credentials = answer.unwrap().credentials.unwrap();
        let issued = mock.issued_credentials(credentials.access_key_id().unwrap()).unwrap();
        assert_eq!(issued.principal_tags, BTreeMap::new());
    }

    async fn the_tags_of_a_developer_token_reach_the_session(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
        let answer = call.principal_tags("team", "blue").send().await.unwrap();

        let credentials = client.get_credentials_for_identity();
        let credentials = credentials.identity_id(answer.identity_id().unwrap());
        let credentials = credentials.logins(COGNITO, answer.token().unwrap());
        let credentials = credentials.send().await.unwrap().credentials.unwrap();

        let issued = mock.issued_credentials(credentials.access_key_id().unwrap()).unwrap();
        assert_eq!(issued.principal_tags, tags(&[("team", "blue")]));
    }
}
