//! `sign_out_user` and `ServerSideTokenCheck`: whether the token of a user who was signed out of
//! the user pool is still accepted.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::app::{NOT_AUTHORIZED, OTHER_USER_POOL, USER_POOL, USER_POOL_CLIENT};
use crate::support::tokens::{login, sign_in, try_sign_in};
use crate::support::{assert_service_error, both};

const INACTIVE: &str = "Token is inactive";
const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

/// A pool that trusts one user pool, with or without `ServerSideTokenCheck`.
async fn pool(client: &Client, server_side_token_check: bool) -> String {
    let provider = CognitoIdentityProvider::builder()
        .provider_name(USER_POOL)
        .client_id(USER_POOL_CLIENT)
        .server_side_token_check(server_side_token_check);
    let create = client.create_identity_pool().identity_pool_name("app");
    let create = create.allow_unauthenticated_identities(false);
    let create = create.cognito_identity_providers(provider.build());
    let id = create.send().await.unwrap().identity_pool_id;
    let roles = client.set_identity_pool_roles().identity_pool_id(&id);
    roles.roles("authenticated", ROLE).send().await.unwrap();
    id
}

/// A pool with `ServerSideTokenCheck`, Alice's identity in it, and a login token of hers.
async fn alice(mock: &MockCognitoIdentity) -> (String, String, String) {
    let client = mock.client();
    let pool = pool(&client, true).await;
    let token = login(mock, USER_POOL, "alice");
    let id = sign_in(&client, &pool, USER_POOL, &token).await;
    (pool, id, token)
}

both! {
    async fn a_signed_out_user_is_rejected_by_every_operation_with_logins(mock) {
        let (pool, id, token) = alice(mock).await;
        let client = mock.client();

        mock.sign_out_user(USER_POOL, "alice");

        let rejected = try_sign_in(&client, &pool, USER_POOL, &token).await;
        assert_service_error(rejected, NOT_AUTHORIZED, INACTIVE);
        let call = client.get_credentials_for_identity().identity_id(&id);
        let rejected = call.logins(USER_POOL, &token).send().await;
        assert_service_error(rejected, NOT_AUTHORIZED, INACTIVE);
        let call = client.get_open_id_token().identity_id(&id);
        let rejected = call.logins(USER_POOL, &token).send().await;
        assert_service_error(rejected, NOT_AUTHORIZED, INACTIVE);
    }

    async fn other_users_stay_signed_in(mock) {
        let (pool, _, _) = alice(mock).await;
        let bobs = login(mock, USER_POOL, "bob");

        mock.sign_out_user(USER_POOL, "alice");
        mock.sign_out_user(OTHER_USER_POOL, "bob");

        let answer = try_sign_in(&mock.client(), &pool, USER_POOL, &bobs).await;
        assert!(answer.is_ok(), "{answer:?}");
    }

    async fn a_user_who_signs_in_again_gets_the_same_identity(mock) {
        let (pool, id, old) = alice(mock).await;
        mock.sign_out_user(USER_POOL, "alice");

        mock.clock().advance(Duration::from_secs(1));
        let new = login(mock, USER_POOL, "alice");

        let client = mock.client();
        assert_eq!(sign_in(&client, &pool, USER_POOL, &new).await, id);
        let rejected = try_sign_in(&client, &pool, USER_POOL, &old).await;
        assert_service_error(rejected, NOT_AUTHORIZED, INACTIVE);
    }

    async fn a_pool_without_server_side_token_check_accepts_the_token(mock) {
        let client = mock.client();
        let pool = pool(&client, false).await;
        let token = login(mock, USER_POOL, "alice");

        mock.sign_out_user(USER_POOL, "alice");

        let answer = try_sign_in(&client, &pool, USER_POOL, &token).await;
        assert!(answer.is_ok(), "{answer:?}");
    }

    /// Three entries, of which one has the check.
    async fn the_check_is_a_setting_of_each_client_of_a_user_pool(mock) {
        let client = mock.client();
        let entry = |pool: &str, app: &str, asks: bool| {
            let entry = CognitoIdentityProvider::builder().provider_name(pool).client_id(app);
            entry.server_side_token_check(asks).build()
        };
        let create = client.create_identity_pool().identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(false);
        let create = create.cognito_identity_providers(entry(USER_POOL, "asks", true));
        let create = create.cognito_identity_providers(entry(USER_POOL, "silent", false));
        let create = create.cognito_identity_providers(entry(OTHER_USER_POOL, "asks", false));
        let id = create.send().await.unwrap().identity_pool_id;
        let token = |pool: &str, app: &str| {
            mock.issue_login(mock_cognito_identity::LoginToken::new(pool, "alice").audience(app))
        };

        mock.sign_out_user(USER_POOL, "alice");
        mock.sign_out_user(OTHER_USER_POOL, "alice");

        let rejected = try_sign_in(&client, &id, USER_POOL, &token(USER_POOL, "asks")).await;
        assert_service_error(rejected, NOT_AUTHORIZED, INACTIVE);
        sign_in(&client, &id, USER_POOL, &token(USER_POOL, "silent")).await;
        sign_in(&client, &id, OTHER_USER_POOL, &token(OTHER_USER_POOL, "asks")).await;
    }

    async fn credentials_issued_before_the_sign_out_stay_valid(mock) {
        let (_, id, token) = alice(mock).await;
        let call = mock.client().get_credentials_for_identity().identity_id(&id);
        let answer = call.logins(USER_POOL, token).send().await.unwrap();
        let credentials = answer.credentials.unwrap();
        let key = credentials.access_key_id().unwrap();

        mock.sign_out_user(USER_POOL, "alice");

        let config = mock.sdk_config().to_builder().credentials_provider(
            aws_sdk_sts::config::SharedCredentialsProvider::new(aws_sdk_sts::config::Credentials::new(
                key,
                credentials.secret_key().unwrap(),
                credentials.session_token().map(str::to_owned),
                None,
                "test",
            )),
        );
        let caller = aws_sdk_sts::Client::new(&config.build()).get_caller_identity().send().await;
        let session = "arn:aws:sts::123456789012:assumed-role/reader/CognitoIdentityCredentials";
        assert_eq!(caller.unwrap().arn(), Some(session));
    }
}
