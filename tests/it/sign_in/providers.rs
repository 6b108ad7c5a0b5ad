//! The kinds of providers, and which tokens a pool accepts of each. Also `lenient_logins`.

use std::time::Duration;

use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::json;

use crate::support::app::{
    AMAZON, BAD_SIGNATURE, COGNITO, COGNITO_TOKEN, DEVELOPER, FACEBOOK, GOOGLE, GOOGLE_APP,
    INVALID_PARAMETER, LOGINS_DO_NOT_MATCH, NO_GUESTS, NOT_AUTHORIZED, NOT_PUBLIC, OIDC, PROVIDERS,
    TWITTER, UNSUPPORTED_PROVIDER, USER_POOL, USER_POOL_CLIENT, pool_of_all, user_pool_only,
};
use crate::support::tokens::{
    but, developer_token, forged, login, sign_in, try_sign_in, unsigned, user_pool_claims,
};
use crate::support::{assert_service_error, both, mock, over_both};

both! {
    async fn a_user_of_any_provider_gets_the_same_identity_again(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, _) in PROVIDERS {
            let first = login(mock, provider, "alice");
            let alice = sign_in(&client, pool.id(), provider, &first).await;
            mock.clock().advance(Duration::from_secs(60));
            let second = login(mock, provider, "alice");
            let again = sign_in(&client, pool.id(), provider, &second).await;
            let bob = sign_in(&client, pool.id(), provider, &login(mock, provider, "bob")).await;

            assert_ne!(first, second, "{provider}");
            assert_eq!(again, alice, "{provider}");
            assert_ne!(bob, alice, "{provider}");
        }
    }

    async fn an_identity_shows_its_provider_under_the_key_of_the_login(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, _) in PROVIDERS {
            let token = login(mock, provider, "alice");
            let id = sign_in(&client, pool.id(), provider, &token).await;
            let shown = client.describe_identity().identity_id(id).send().await.unwrap();

            assert_eq!(shown.logins(), [provider], "{provider}");
        }
    }

    async fn an_oidc_provider_is_configured_by_its_arn_and_used_by_its_issuer(mock) {
        let client = mock.client();
        for issuer in ["token.actions.githubusercontent.com", "id.example.com/tenants/7"] {
            // AWS does not check the account: the ARN may be of another one.
            let pool = client
                .create_identity_pool()
                .identity_pool_name("app")
                .allow_unauthenticated_identities(false)
                .open_id_connect_provider_arns(format!(
                    "arn:aws:iam::999999999999:oidc-provider/{issuer}"
                ))
                .send()
                .await
                .unwrap();
            let pool_id = pool.identity_pool_id();

            let id = sign_in(&client, pool_id, issuer, &login(mock, issuer, "repo:a/b")).await;
            let by_scheme = format!("https://{issuer}");
            let token = login(mock, &by_scheme, "repo:a/b");
            let rejected = try_sign_in(&client, pool_id, &by_scheme, &token).await;

            assert!(id.starts_with("us-east-1:"), "{issuer}");
            assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        }
    }

    async fn google_as_an_oidc_provider_accepts_tokens_of_any_app(mock) {
        let client = mock.client();
        let create = client.create_identity_pool().identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(false);
        let arn = "arn:aws:iam::123456789012:oidc-provider/accounts.google.com";
        let pool = create.open_id_connect_provider_arns(arn).send().await.unwrap();
        let token = |app: &str| LoginToken::new(GOOGLE, "alice").audience(app);

        let web = mock.issue_login(token("web.apps.googleusercontent.com"));
        let phone = mock.issue_login(token("phone.apps.googleusercontent.com"));

        assert_eq!(
            sign_in(&client, pool.identity_pool_id(), GOOGLE, &web).await,
            sign_in(&client, pool.identity_pool_id(), GOOGLE, &phone).await
        );
    }

    async fn all_clients_of_a_user_pool_lead_to_the_same_identity(mock) {
        let other_client = "2h57kf5cpq17m0eml12EXAMPLE";
        let pool = user_pool_only().login_provider(USER_POOL, other_client);
        let (pool, client) = (mock.seed_pool(pool), mock.client());
        let token = |audience| LoginToken::new(USER_POOL, "alice").audience(audience);

        let web = mock.issue_login(token(USER_POOL_CLIENT));
        let phone = mock.issue_login(token(other_client));

        assert_eq!(
            sign_in(&client, pool.id(), USER_POOL, &web).await,
            sign_in(&client, pool.id(), USER_POOL, &phone).await
        );
    }

    async fn tokens_of_another_app_are_rejected(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, FACEBOOK, AMAZON, TWITTER] {
            let token = mock.issue_login(LoginToken::new(provider, "alice").audience("other"));
            let rejected = try_sign_in(&client, pool.id(), provider, &token).await;

            assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        }
    }

    async fn a_tampered_token_is_rejected(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for provider in [USER_POOL, GOOGLE, OIDC, FACEBOOK] {
            let token = login(mock, provider, "alice");
            let (of_bob, alices) = (login(mock, provider, "bob"), &token);
            let signed = alices.rsplit_once('.').unwrap().0;
            let claims = json!({"sub": "bob", "iss": format!("https://{provider}")});
            let swapped = format!("{signed}.{}", of_bob.rsplit_once('.').unwrap().1);
            let tampered = [forged(alices, &claims), swapped, format!("{signed}.")];

            for token in tampered {
                let rejected = try_sign_in(&client, pool.id(), provider, &token).await;
                assert_service_error(rejected, NOT_AUTHORIZED, BAD_SIGNATURE);
            }
        }
    }

    async fn a_jwt_of_the_provider_itself_is_checked_by_its_claims_only(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let real = unsigned(&user_pool_claims());

        let id = sign_in(&client, pool.id(), USER_POOL, &real).await;

        let issued = login(mock, USER_POOL, "alice");
        assert_eq!(sign_in(&client, pool.id(), USER_POOL, &issued).await, id);
    }

    async fn an_opaque_token_identifies_its_user(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, token, other) in [
            (FACEBOOK, "EAACEdEose0cBA", "EAACEdEose0cBB"),
            (AMAZON, "Atza|IQEBLjAsAhRmHjNgHpi0U", "Atza|IQEBLjAsAhRmHjNgHpi0V"),
            (TWITTER, "authToken;authTokenSecret", "authToken;otherSecret"),
        ] {
            let id = sign_in(&client, pool.id(), provider, token).await;

            assert_eq!(sign_in(&client, pool.id(), provider, token).await, id, "{provider}");
            assert_ne!(sign_in(&client, pool.id(), provider, other).await, id, "{provider}");
        }
    }

    async fn a_developer_token_is_accepted_for_credentials_but_not_by_get_id(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;

        let credentials = client.get_credentials_for_identity().identity_id(&id);
        let credentials = credentials.logins(COGNITO, &token).send().await.unwrap();
        assert_eq!(credentials.identity_id(), Some(&*id));

        for key in [COGNITO, GOOGLE, USER_POOL, "not.configured.example"] {
            let rejected = try_sign_in(&client, pool.id(), key, &token).await;
            assert_service_error(
                rejected,
                NOT_AUTHORIZED,
                COGNITO_TOKEN,
            );
        }
    }

    async fn a_developer_token_is_rejected_for_another_identity(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (_, token) = developer_token(&client, pool.id(), "user-1").await;
        let (other, _) = developer_token(&client, pool.id(), "user-2").await;

        let rejected = client.get_credentials_for_identity().identity_id(other);
        let rejected = rejected.logins(COGNITO, token).send().await;

        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            LOGINS_DO_NOT_MATCH,
        );
    }

    async fn the_developer_provider_is_rejected_as_a_public_provider(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;

        let get_id = try_sign_in(&client, pool.id(), DEVELOPER, "user-1").await;
        let credentials = client.get_credentials_for_identity().identity_id(id);
        let credentials = credentials.logins(DEVELOPER, token).send().await;

        let message = NOT_PUBLIC;
        assert_service_error(get_id, INVALID_PARAMETER, message);
        assert_service_error(credentials, INVALID_PARAMETER, message);
    }

    async fn the_default_audience_is_the_app_that_the_pool_lists(mock) {
        mock.seed_pool(pool_of_all());

        for (provider, app_id) in [(USER_POOL, USER_POOL_CLIENT), (GOOGLE, GOOGLE_APP)] {
            let claims = crate::support::tokens::part_of(&login(mock, provider, "alice"), 1);

            let claims: serde_json::Value = serde_json::from_str(&claims).unwrap();
            assert_eq!(claims["aud"], app_id, "{provider}");
        }
    }
}

fn lenient() -> [MockCognitoIdentity; 2] {
    over_both(|| mock().lenient_logins())
}

#[tokio::test]
async fn lenient_logins_accept_any_text_as_the_user_of_any_provider() {
    for mock in lenient() {
        let (pool, client) = (mock.seed_pool("app"), mock.client());

        for provider in [USER_POOL, GOOGLE, "anything.example"] {
            let alice = sign_in(&client, pool.id(), provider, "alice").await;

            let again = sign_in(&client, pool.id(), provider, "alice").await;
            let bob = sign_in(&client, pool.id(), provider, "bob").await;
            assert_eq!(again, alice, "{provider}");
            assert_ne!(bob, alice, "{provider}");
        }
    }
}

#[tokio::test]
async fn lenient_logins_read_only_the_subject_of_a_jwt() {
    for mock in lenient() {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let expired = but(user_pool_claims(), "exp", json!(1));

        let id = sign_in(&client, pool.id(), "anything.example", &unsigned(&expired)).await;

        let alice = sign_in(&client, pool.id(), "anything.example", "alice").await;
        assert_eq!(alice, id);
    }
}

#[tokio::test]
async fn lenient_logins_do_not_allow_guests() {
    for mock in lenient() {
        let pool = mock.seed_pool(PoolSeed::named("app").authenticated_only());

        let rejected = mock.client().get_id().identity_pool_id(pool.id());
        let rejected = rejected.send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, NO_GUESTS);
    }
}
