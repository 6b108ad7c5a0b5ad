//! `SetPrincipalTagAttributeMap` and `GetPrincipalTagAttributeMap`: the attributes for access
//! control of each provider. The tags that result are tested in `sign_in::session_tags`.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_principal_tag_attribute_map::builders::GetPrincipalTagAttributeMapFluentBuilder;
use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::builders::SetPrincipalTagAttributeMapFluentBuilder;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, SeededPool};

use crate::support::app::{
    DEVELOPER, FACEBOOK, INVALID_PARAMETER, NOT_FOUND, OIDC, OIDC_ARN, SAML, USER_POOL,
    USER_POOL_CLIENT, USER_POOL_MAPPING, VALIDATION, pool_not_found, pool_of_all,
};
use crate::support::pools::map;
use crate::support::{NO_POOL, assert_service_error, both, service_error};

fn pool(mock: &MockCognitoIdentity) -> SeededPool<'_> {
    mock.seed_pool(pool_of_all())
}

fn set(client: &Client, pool: &str, provider: &str) -> SetPrincipalTagAttributeMapFluentBuilder {
    client
        .set_principal_tag_attribute_map()
        .identity_pool_id(pool)
        .identity_provider_name(provider)
}

fn get(client: &Client, pool: &str, provider: &str) -> GetPrincipalTagAttributeMapFluentBuilder {
    client
        .get_principal_tag_attribute_map()
        .identity_pool_id(pool)
        .identity_provider_name(provider)
}

both! {
    async fn a_map_is_returned_and_stored(mock) {
        let client = mock.client();
        let pool = pool(mock);

        let echo = set(&client, pool.id(), USER_POOL)
            .use_defaults(false)
            .principal_tags("department", "custom:department")
            .principal_tags("user", "sub")
            .send()
            .await
            .unwrap();
        let stored = get(&client, pool.id(), USER_POOL).send().await.unwrap();

        let expected = map([("department", "custom:department"), ("user", "sub")]);
        assert_eq!(echo.identity_pool_id(), Some(pool.id()));
        assert_eq!(echo.identity_provider_name(), Some(USER_POOL));
        assert_eq!(echo.use_defaults(), Some(false));
        assert_eq!(echo.principal_tags, expected);
        assert_eq!(stored.identity_pool_id(), Some(pool.id()));
        assert_eq!(stored.identity_provider_name(), Some(USER_POOL));
        assert_eq!(stored.use_defaults(), Some(false));
        assert_eq!(stored.principal_tags, expected);
    }

    async fn use_defaults_is_false_by_default(mock) {
        let client = mock.client();
        let pool = pool(mock);

        let echo = set(&client, pool.id(), USER_POOL)
            .principal_tags("user", "sub")
            .send()
            .await;

        let stored = get(&client, pool.id(), USER_POOL).send().await.unwrap();
        assert_eq!(echo.unwrap().use_defaults(), Some(false));
        assert_eq!(stored.use_defaults(), Some(false));
    }

    async fn use_defaults_with_empty_tags_is_accepted_and_keeps_no_custom_tags(mock) {
        let client = mock.client();
        let pool = pool(mock);
        set(&client, pool.id(), USER_POOL)
            .principal_tags("user", "sub")
            .send()
            .await
            .unwrap();

        let defaults = set(&client, pool.id(), USER_POOL).use_defaults(true);
        let echo = defaults.set_principal_tags(map([])).send().await.unwrap();
        let stored = get(&client, pool.id(), USER_POOL).send().await.unwrap();

        assert_eq!(
            (echo.use_defaults(), stored.use_defaults()),
            (Some(true), Some(true))
        );
        for tags in [echo.principal_tags(), stored.principal_tags()] {
            assert!(
                tags.is_none_or(|tags| !tags.contains_key("user")),
                "{tags:?}"
            );
        }
    }

    async fn a_second_map_replaces_the_first(mock) {
        let client = mock.client();
        let pool = pool(mock);
        set(&client, pool.id(), USER_POOL)
            .principal_tags("a", "sub")
            .send()
            .await
            .unwrap();

        set(&client, pool.id(), USER_POOL)
            .principal_tags("b", "aud")
            .send()
            .await
            .unwrap();

        let stored = get(&client, pool.id(), USER_POOL).send().await.unwrap();
        assert_eq!(stored.principal_tags, map([("b", "aud")]));
    }

    async fn each_kind_of_public_provider_has_a_map_of_its_own(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let providers = [USER_POOL, FACEBOOK, OIDC_ARN, SAML];

        for provider in providers {
            let set = set(&client, pool.id(), provider).principal_tags("from", provider);
            let set = set.send().await;
            assert!(set.is_ok(), "{provider}: {set:?}");
        }

        for provider in providers {
            let stored = get(&client, pool.id(), provider).send().await.unwrap();
            assert_eq!(stored.principal_tags, map([("from", provider)]));
        }
    }

    async fn a_provider_without_a_map_is_not_found(mock) {
        let client = mock.client();
        let pool = pool(mock);
        set(&client, pool.id(), USER_POOL)
            .use_defaults(true)
            .send()
            .await
            .unwrap();

        for provider in [FACEBOOK, "nosuch"] {
            assert_service_error(
                get(&client, pool.id(), provider).send().await,
                NOT_FOUND,
                &format!("No Principal Tags configured for Provider {provider}"),
            );
        }
    }

    async fn a_map_for_a_provider_that_is_not_configured_is_rejected(mock) {
        let client = mock.client();
        let pool = pool(mock);

        for provider in [
            "www.digits.com",
            DEVELOPER,
            OIDC,
            USER_POOL_MAPPING,
        ] {
            let (code, _) = service_error(
                set(&client, pool.id(), provider)
                    .use_defaults(true)
                    .send()
                    .await,
            );
            assert_eq!(code, INVALID_PARAMETER, "{provider}");
            let (code, _) = service_error(get(&client, pool.id(), provider).send().await);
            assert_eq!(code, NOT_FOUND, "{provider}");
        }
    }

    async fn an_unknown_pool_has_no_maps(mock) {
        let not_found = pool_not_found(NO_POOL);
        let client = mock.client();

        let get = get(&client, NO_POOL, USER_POOL).send().await;
        let set = set(&client, NO_POOL, USER_POOL)
            .use_defaults(true)
            .send()
            .await;

        assert_service_error(get, NOT_FOUND, &not_found);
        assert_service_error(set, NOT_FOUND, &not_found);
    }

    async fn a_map_has_at_most_50_tags(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let tags = |count: usize| -> HashMap<String, String> {
            (0..count)
                .map(|n| (format!("tag{n}"), "sub".to_owned()))
                .collect()
        };
        let full = set(&client, pool.id(), USER_POOL).set_principal_tags(Some(tags(50)));
        full.send().await.unwrap();

        let rejected = set(&client, pool.id(), USER_POOL).set_principal_tags(Some(tags(51)));
        let (code, message) = service_error(rejected.send().await);

        assert_eq!(code, VALIDATION);
        let end = "}' at 'principalTags' failed to satisfy constraint: Member must have length less \
             than or equal to 50";
        assert!(message.ends_with(end), "{message}");
        let stored = get(&client, pool.id(), USER_POOL).send().await.unwrap();
        assert_eq!(stored.principal_tags, Some(tags(50)));
    }

    async fn the_map_decides_the_session_tags_of_credentials(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let alice = pool.seed_identity_with_login(USER_POOL, "alice");
        let token = LoginToken::new(USER_POOL, "alice").claim("custom:department", "legal");
        let token = mock.issue_login(token);
        let session_tags = async || {
            let credentials = client.get_credentials_for_identity().identity_id(&alice);
            let answer = credentials.logins(USER_POOL, &token).send().await.unwrap();
            let key = answer.credentials.unwrap().access_key_id.unwrap();
            Vec::from_iter(mock.issued_credentials(&key).unwrap().principal_tags)
        };
        let pair = |tag: &str, value: &str| (tag.to_owned(), value.to_owned());

        assert_eq!(session_tags().await, []);

        let custom = set(&client, pool.id(), USER_POOL)
            .principal_tags("department", "custom:department")
            .principal_tags("team", "custom:team");
        custom.send().await.unwrap();
        assert_eq!(session_tags().await, [pair("department", "legal")]);

        set(&client, pool.id(), USER_POOL)
            .use_defaults(true)
            .send()
            .await
            .unwrap();
        assert_eq!(
            session_tags().await,
            [pair("client", USER_POOL_CLIENT), pair("username", "alice")]
        );
    }
}
