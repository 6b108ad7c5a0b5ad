//! `IssuedCredentials::api_gateway_identity`: what API Gateway passes on of the signer of a request.

use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use super::signing::{Signing, head, to_api, vended};
use crate::support::{both, mock};

const USERS: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
const GOOGLE: &str = "accounts.google.com";

/// What API Gateway would know of a user with these logins.
async fn identity_of(mock: &MockCognitoIdentity, logins: &[(&str, &str)]) -> Value {
    let seed = PoolSeed::named("app")
        .login_provider(USERS, "my_client")
        .login_provider(GOOGLE, "my-app")
        .developer_provider("login.my.app");
    let pool = mock.seed_pool(seed);
    let mut call = mock.client().get_id().identity_pool_id(pool.id());
    let tokens: Vec<(&str, String)> = logins
        .iter()
        .map(|(provider, user)| {
            (
                *provider,
                mock.issue_login(LoginToken::new(*provider, *user)),
            )
        })
        .collect();
    for (provider, token) in &tokens {
        call = call.logins(*provider, token);
    }
    let id = call.send().await.unwrap().identity_id.unwrap();
    let mut call = mock.client().get_credentials_for_identity().identity_id(id);
    for (provider, token) in &tokens {
        call = call.logins(*provider, token);
    }
    let keys = call.send().await.unwrap().credentials.unwrap();
    let issued = mock.issued_credentials(keys.access_key_id().unwrap());
    issued.unwrap().api_gateway_identity()
}

both! {
    async fn a_guest_is_unauthenticated(mock) {
        let (keys, id) = vended(mock).await;
        let request = Signing::of("execute-api").sign(to_api(), &keys);

        let identity = mock.signer_of_request(&request).unwrap().api_gateway_identity();

        let session = identity["caller"].as_str().unwrap();
        assert!(session.starts_with("AROA"), "{session}");
        assert!(session.ends_with(":CognitoIdentityCredentials"), "{session}");
        let pool = mock.issued_credentials(keys.access_key_id()).unwrap().identity_pool_id;
        assert_eq!(identity, json!({
            "accessKey": keys.access_key_id(),
            "accountId": "123456789012",
            "caller": session,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": "unauthenticated",
            "cognitoIdentityId": id,
            "cognitoIdentityPoolId": pool,
            "user": session,
            "userArn": "arn:aws:sts::123456789012:assumed-role/app-unauthenticated/CognitoIdentityCredentials",
        }));
        let _ = head(request);
    }

    async fn users_are_named_by_their_providers(mock) {
        let of_user_pool = identity_of(mock, &[(USERS, "alice")]).await;
        assert_eq!(of_user_pool["cognitoAuthenticationType"], "authenticated");
        assert_eq!(
            of_user_pool["cognitoAuthenticationProvider"],
            format!("{USERS},{USERS}:CognitoSignIn:alice")
        );

        let of_both = identity_of(mock, &[(USERS, "alice"), (GOOGLE, "alice@google")]).await;
        let providers = of_both["cognitoAuthenticationProvider"].as_str().unwrap();
        assert!(providers.contains(GOOGLE), "{providers}");
        assert!(providers.contains(":CognitoSignIn:alice"), "{providers}");
    }
}

#[tokio::test]
async fn the_classic_flow_leads_to_the_same_identity() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(USERS, "my_client"));
    let id = pool.seed_identity_with_login(USERS, "alice");
    let call = mock.client().get_open_id_token().identity_id(&id);
    let token = call
        .logins(USERS, pool.issue_login("alice"))
        .send()
        .await
        .unwrap();
    let call = aws_sdk_sts::Client::new(&mock.sdk_config()).assume_role_with_web_identity();
    let call = call
        .role_arn("arn:aws:iam::123456789012:role/User")
        .role_session_name("app");
    let answer = call
        .web_identity_token(token.token.unwrap())
        .send()
        .await
        .unwrap();
    let key = answer.credentials.unwrap().access_key_id;

    let identity = mock
        .issued_credentials(&key)
        .unwrap()
        .api_gateway_identity();

    assert_eq!(identity["cognitoIdentityId"], id);
    assert_eq!(identity["cognitoAuthenticationType"], "authenticated");
    assert_eq!(
        identity["cognitoAuthenticationProvider"],
        format!("{USERS},{USERS}:CognitoSignIn:alice")
    );
    assert_eq!(
        identity["userArn"],
        "arn:aws:sts::123456789012:assumed-role/User/app"
    );
}
