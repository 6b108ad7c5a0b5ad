//! `GetOpenIdToken`: the claims of its tokens. Their signatures are tested in `protocol::jwks`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::{
    AMAZON, APPLE, FACEBOOK, GOOGLE, OIDC, OIDC_ARN, PROVIDERS, TWITTER, USER_POOL, pool_of_all,
};
use crate::support::tokens::{NOW, claims, login, open_id_token, part_of, sign_in};
use crate::support::{both, guest};

both! {
    async fn the_token_of_a_guest_has_neither_a_login_nor_the_arn_of_the_pool(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let token = open_id_token(&client, &id, &[]).await;

        let pool_id = pool.id();
        assert_eq!(
            part_of(&token, 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["unauthenticated"],"iss":"https://cognito-identity.amazonaws.com","exp":1767323645,"iat":1767323045}}"#
            )
        );
    }

    async fn the_token_of_a_user_pool_user_has_the_claims_of_aws_in_their_order(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, USER_POOL, "alice");
        let id = sign_in(&client, pool.id(), USER_POOL, &token).await;

        let token = open_id_token(&client, &id, &[(USER_POOL, &token)]).await;

        let pool_id = pool.id();
        assert_eq!(
            part_of(&token, 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["authenticated","{USER_POOL}","{USER_POOL}:CognitoSignIn:alice"],"iss":"https://cognito-identity.amazonaws.com","https://cognito-identity.amazonaws.com/identity-pool-arn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}","exp":1767323645,"iat":1767323045}}"#
            )
        );
    }

    async fn the_token_of_an_oidc_user_names_the_arn_of_the_provider(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, OIDC, "repo:a/b");
        let id = sign_in(&client, pool.id(), OIDC, &token).await;

        let claims = claims(&open_id_token(&client, &id, &[(OIDC, &token)]).await);

        let amr = json!(["authenticated", OIDC, format!("{OIDC_ARN}:OIDC:repo:a/b")]);
        assert_eq!(claims["amr"], amr);
        let arn = &claims["https://cognito-identity.amazonaws.com/identity-pool-arn"];
        let expected = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/";
        assert_eq!(arn, &format!("{expected}{}", pool.id()));
    }

    async fn the_token_of_a_social_user_names_the_provider_and_the_app(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        for (provider, app_id) in PROVIDERS {
            if ![GOOGLE, APPLE, FACEBOOK, AMAZON, TWITTER].contains(&provider) {
                continue;
            }
            let token = login(mock, provider, "alice");
            let id = sign_in(&client, pool.id(), provider, &token).await;
            let claims = claims(&open_id_token(&client, &id, &[(provider, &token)]).await);

            let user = format!("{provider}:{app_id}:alice");
            assert_eq!(claims["amr"], json!(["authenticated", provider, user]), "{provider}");
        }
    }

    /// An opaque token is the only name of its user that the mock has.
    async fn the_user_of_an_opaque_token_is_its_first_128_characters(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let app_id = crate::support::app::FACEBOOK_APP;

        for length in [1, 127, 128, 129, 1_000] {
            let token: String = "EAÄ€".chars().cycle().take(length).collect();
            let id = sign_in(&client, pool.id(), FACEBOOK, &token).await;
            let claims = claims(&open_id_token(&client, &id, &[(FACEBOOK, &token)]).await);

            let user: String = token.chars().take(128).collect();
            assert_eq!(claims["amr"][2], format!("{FACEBOOK}:{app_id}:{user}"), "{length}");
        }
    }

    async fn a_token_names_the_logins_of_the_call_and_no_others(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (google, cognito) = (login(mock, GOOGLE, "g"), login(mock, USER_POOL, "c"));
        let id = sign_in(&client, pool.id(), GOOGLE, &google).await;

        let two = open_id_token(&client, &id, &[(GOOGLE, &google), (USER_POOL, &cognito)]).await;
        let one = open_id_token(&client, &id, &[(USER_POOL, &cognito)]).await;

        let two = claims(&two)["amr"].clone();
        let names = two.as_array().unwrap().iter().filter_map(Value::as_str);
        let names: BTreeSet<&str> = names.collect();
        let of_cognito = format!("{USER_POOL}:CognitoSignIn:c");
        let of_google = format!("{GOOGLE}:123456789012.apps.googleusercontent.com:g");
        assert_eq!(two[0], "authenticated");
        assert_eq!(
            names,
            BTreeSet::from(["authenticated", GOOGLE, &*of_google, USER_POOL, &*of_cognito])
        );
        assert_eq!(claims(&one)["amr"], json!(["authenticated", USER_POOL, of_cognito]));
    }

    async fn a_token_is_valid_for_ten_minutes(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let id = guest(&client, pool.id()).await;

        let claims = claims(&open_id_token(&client, &id, &[]).await);

        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 600)));
    }
}
