//! `SetIdentityPoolRoles` and `GetIdentityPoolRoles`: what is stored and what is rejected. How a
//! role is chosen is tested in `sign_in::role_resolution`.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesOutput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::builders::SetIdentityPoolRolesFluentBuilder;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, CognitoIdentityProvider, MappingRuleMatchType, RoleMapping,
    RoleMappingType,
};
use mock_cognito_identity::{MockCognitoIdentity, SeededPool};

use crate::support::app::{
    DEVELOPER, FACEBOOK, INVALID_PARAMETER, NOT_AUTHORIZED, NOT_FOUND, OIDC, OIDC_ARN, SAML,
    USER_POOL, USER_POOL_MAPPING, pool_not_found, pool_of_all,
};
use crate::support::pools::map;
use crate::support::roles::{self, READER};
use crate::support::{NO_POOL, assert_service_error, both, service_error};

const WRITER: &str = "arn:aws:iam::123456789012:role/path/writer";

/// A pool without roles that has a provider of each kind.
fn pool(mock: &MockCognitoIdentity) -> SeededPool<'_> {
    mock.seed_pool(pool_of_all().without_roles())
}

/// A complete mapping of type Token.
fn by_token() -> RoleMapping {
    roles::by_token(AmbiguousRoleResolutionType::Deny)
}

/// A mapping without `AmbiguousRoleResolution`, which AWS requires.
fn unresolved() -> RoleMapping {
    let mut mapping = by_token();
    mapping.ambiguous_role_resolution = None;
    mapping
}

/// A mapping of type Rules with this number of rules, all of them to one role.
fn by_rules(role: &str, count: usize) -> RoleMapping {
    let rule = ("custom:dept", MappingRuleMatchType::StartsWith, "eng", role);
    roles::by_rules(
        AmbiguousRoleResolutionType::AuthenticatedRole,
        &vec![rule; count],
    )
}

/// A complete call with an empty map of roles.
fn set(client: &Client, pool_id: &str) -> SetIdentityPoolRolesFluentBuilder {
    let set = client.set_identity_pool_roles().identity_pool_id(pool_id);
    set.set_roles(map([]))
}

async fn stored(client: &Client, pool_id: &str) -> GetIdentityPoolRolesOutput {
    let get = client.get_identity_pool_roles().identity_pool_id(pool_id);
    get.send().await.unwrap()
}

both! {
    async fn a_new_pool_has_neither_roles_nor_mappings(mock) {
        let pool = pool(mock);

        let stored = stored(&mock.client(), pool.id()).await;

        assert_eq!(stored.identity_pool_id(), Some(pool.id()));
        assert!(stored.roles().is_none_or(HashMap::is_empty), "{stored:?}");
        assert_eq!(stored.role_mappings, None);
    }

    async fn roles_and_mappings_are_shown_as_they_were_set(mock) {
        let client = mock.client();
        let pool = pool(mock);

        set(&client, pool.id())
            .roles("authenticated", WRITER)
            .roles("unauthenticated", READER)
            .role_mappings(USER_POOL_MAPPING, by_token())
            .role_mappings(FACEBOOK, by_rules(WRITER, 25))
            .send()
            .await
            .unwrap();

        let stored = stored(&client, pool.id()).await;
        assert_eq!(
            stored.roles,
            map([("authenticated", WRITER), ("unauthenticated", READER)])
        );
        let mappings = [
            (USER_POOL_MAPPING.to_owned(), by_token()),
            (FACEBOOK.to_owned(), by_rules(WRITER, 25)),
        ];
        assert_eq!(stored.role_mappings, Some(HashMap::from(mappings)));
    }

    async fn a_second_call_replaces_roles_and_mappings(mock) {
        let client = mock.client();
        let pool = pool(mock);
        set(&client, pool.id())
            .roles("authenticated", WRITER)
            .roles("unauthenticated", READER)
            .role_mappings(USER_POOL_MAPPING, by_token())
            .send()
            .await
            .unwrap();

        set(&client, pool.id())
            .roles("authenticated", READER)
            .send()
            .await
            .unwrap();

        let stored = stored(&client, pool.id()).await;
        assert_eq!(stored.roles, map([("authenticated", READER)]));
        assert_eq!(stored.role_mappings, None);
    }

    async fn an_empty_map_of_roles_clears_the_roles(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");

        let cleared = set(&client, pool.id()).send().await;

        assert!(cleared.is_ok(), "{cleared:?}");
        let stored = stored(&client, pool.id()).await;
        assert!(stored.roles().is_none_or(HashMap::is_empty), "{stored:?}");
    }

    async fn every_kind_of_public_provider_can_have_a_mapping(mock) {
        let client = mock.client();
        let pool = pool(mock);

        for provider in [
            USER_POOL_MAPPING,
            FACEBOOK,
            OIDC_ARN,
            SAML,
        ] {
            let set = set(&client, pool.id())
                .role_mappings(provider, by_token())
                .send()
                .await;
            assert!(set.is_ok(), "{provider}: {set:?}");
            let stored = stored(&client, pool.id()).await.role_mappings.unwrap();
            assert_eq!(stored, HashMap::from([(provider.to_owned(), by_token())]));
        }
    }

    async fn a_mapping_for_a_provider_that_is_not_configured_is_rejected(mock) {
        let client = mock.client();
        let pool = pool(mock);

        for provider in [
            "bogus",
            DEVELOPER,
            "www.digits.com",
            USER_POOL,
            &format!("{USER_POOL}:other"),
            &format!("https://{USER_POOL_MAPPING}"),
            OIDC,
        ] {
            let rejected = set(&client, pool.id())
                .role_mappings(provider, by_token())
                .send()
                .await;
            assert_service_error(
                rejected,
                INVALID_PARAMETER,
                &format!(
                    "({provider}) is not a valid RoleMapping ProviderName or is not a configured \
                     provider."
                ),
            );
        }
    }

    async fn a_mapping_has_at_most_25_rules(mock) {
        let client = mock.client();
        let pool = pool(mock);

        let rejected = set(&client, pool.id()).role_mappings(USER_POOL_MAPPING, by_rules(READER, 26));

        assert_service_error(
            rejected.send().await,
            INVALID_PARAMETER,
            "The number of rules in the request exceeded 25.",
        );
    }

    async fn a_mapping_that_is_incomplete_for_its_type_is_rejected(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let mut without_rules = by_rules(READER, 1);
        without_rules.rules_configuration = None;
        let mut token_with_rules = by_rules(READER, 1);
        token_with_rules.r#type = RoleMappingType::Token;

        for (what, mapping) in [
            ("no AmbiguousRoleResolution", unresolved()),
            ("Rules without rules", without_rules),
            ("Token with rules", token_with_rules),
        ] {
            let rejected = set(&client, pool.id())
                .role_mappings(USER_POOL_MAPPING, mapping)
                .send()
                .await;
            let (code, message) = service_error(rejected);
            assert_eq!(code, INVALID_PARAMETER, "{what}");
            assert!(message.contains(USER_POOL_MAPPING), "{what}: {message}");
        }
    }

    async fn a_role_of_another_account_is_rejected(mock) {
        let client = mock.client();
        let pool = pool(mock);

        for role in [
            "Cognito_appAuth_Role",
            "arn:aws:iam::999999999999:role/reader",
            "arn:aws:iam::123456789012:user/reader",
        ] {
            let message = format!("Access to Role '{role}' is forbidden.");
            assert_service_error(
                set(&client, pool.id())
                    .roles("authenticated", role)
                    .send()
                    .await,
                NOT_AUTHORIZED,
                &message,
            );
            assert_service_error(
                set(&client, pool.id())
                    .role_mappings(USER_POOL_MAPPING, by_rules(role, 1))
                    .send()
                    .await,
                NOT_AUTHORIZED,
                &message,
            );
        }
    }

    async fn several_mistakes_are_reported_in_the_order_of_aws(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let mistaken = |provider: &str, mapping| {
            set(&client, pool.id())
                .roles("authenticated", "not-the-arn-of-a-role")
                .role_mappings(provider, mapping)
                .send()
        };

        let (_, too_many) = service_error(mistaken("bogus", by_rules("not-the-arn-of-a-role", 26)).await);
        let (_, unknown) = service_error(mistaken("bogus", unresolved()).await);
        let (_, incomplete) = service_error(mistaken(USER_POOL_MAPPING, unresolved()).await);
        let (_, forbidden) = service_error(mistaken(USER_POOL_MAPPING, by_token()).await);

        assert_eq!(too_many, "The number of rules in the request exceeded 25.");
        assert_eq!(
            unknown,
            "(bogus) is not a valid RoleMapping ProviderName or is not a configured provider."
        );
        assert!(
            incomplete.contains("AmbiguousRoleResolution"),
            "{incomplete}"
        );
        assert_eq!(
            forbidden,
            "Access to Role 'not-the-arn-of-a-role' is forbidden."
        );
    }

    async fn a_rejected_call_changes_nothing(mock) {
        let client = mock.client();
        let pool = pool(mock);
        set(&client, pool.id())
            .roles("authenticated", READER)
            .role_mappings(USER_POOL_MAPPING, by_token())
            .send()
            .await
            .unwrap();
        let before = stored(&client, pool.id()).await;

        let mistakes = [
            set(&client, pool.id()).role_mappings("bogus", by_token()),
            set(&client, pool.id()).role_mappings(USER_POOL_MAPPING, by_rules(READER, 26)),
            set(&client, pool.id()).roles("authenticated", "arn:aws:iam::999999999999:role/r"),
            set(&client, pool.id()).roles("admin", READER),
        ];
        for mistake in mistakes {
            assert!(mistake.send().await.is_err());
        }

        let after = stored(&client, pool.id()).await;
        assert_eq!(
            (after.roles, after.role_mappings),
            (before.roles, before.role_mappings)
        );
    }

    async fn an_unknown_pool_has_no_roles_to_get_or_set(mock) {
        let not_found = pool_not_found(NO_POOL);
        let client = mock.client();

        let get = client
            .get_identity_pool_roles()
            .identity_pool_id(NO_POOL)
            .send()
            .await;
        // The pool is looked up before the roles are checked.
        let bad = set(&client, NO_POOL)
            .roles("authenticated", "not-the-arn-of-a-role")
            .send()
            .await;

        assert_service_error(get, NOT_FOUND, &not_found);
        assert_service_error(bad, NOT_FOUND, &not_found);
    }

    async fn guests_get_the_unauthenticated_role(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let guest = pool.seed_identity();
        let credentials = || {
            client
                .get_credentials_for_identity()
                .identity_id(&guest)
                .send()
        };

        assert_service_error(
            credentials().await,
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        );

        set(&client, pool.id())
            .roles("unauthenticated", READER)
            .send()
            .await
            .unwrap();
        let answer = credentials().await.unwrap();
        let key = answer
            .credentials()
            .and_then(|keys| keys.access_key_id())
            .unwrap();
        assert_eq!(mock.issued_credentials(key).unwrap().role_arn, READER);

        set(&client, pool.id())
            .roles("authenticated", READER)
            .send()
            .await
            .unwrap();
        let (code, _) = service_error(credentials().await);
        assert_eq!(code, "InvalidIdentityPoolConfigurationException");
    }

    async fn mappings_disable_the_classic_flow_until_they_are_cleared(mock) {
        let client = mock.client();
        let pool = pool(mock);
        let guest = pool.seed_identity();
        let token = || client.get_open_id_token().identity_id(&guest).send();

        set(&client, pool.id())
            .role_mappings(USER_POOL_MAPPING, by_token())
            .send()
            .await
            .unwrap();
        assert_service_error(
            token().await,
            INVALID_PARAMETER,
            "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
        );

        set(&client, pool.id()).send().await.unwrap();
        let token = token().await;
        assert!(token.is_ok(), "{token:?}");
    }

    async fn each_client_of_a_user_pool_can_have_a_mapping(mock) {
        let client = mock.client();
        let two = |id: &str| {
            CognitoIdentityProvider::builder()
                .provider_name(USER_POOL)
                .client_id(id)
                .build()
        };
        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .cognito_identity_providers(two("web"))
            .cognito_identity_providers(two("phone"))
            .send()
            .await
            .unwrap();

        let both = set(&client, &created.identity_pool_id)
            .role_mappings(format!("{USER_POOL}:web"), by_token())
            .role_mappings(format!("{USER_POOL}:phone"), by_token());
        let both = both.send().await;

        assert!(both.is_ok(), "{both:?}");
        let stored = stored(&client, &created.identity_pool_id)
            .await
            .role_mappings
            .unwrap();
        assert_eq!(stored.len(), 2);
    }
}
