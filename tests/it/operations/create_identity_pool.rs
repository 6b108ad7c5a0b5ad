//! Making, showing and deleting pools.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use mock_cognito_identity::PoolSeed;

use crate::support::app::{
    CLASSIC_FLOW_DISABLED, FACEBOOK, FOREIGN_SAML, INVALID_PARAMETER, NO_GUESTS, NOT_AUTHORIZED,
    NOT_FOUND, OTHER_USER_POOL, SAML, TWITTER, USER_POOL, identity_not_found, pool_not_found,
};
use crate::support::pools::{ShownPool, described, list, map, user_pool};
use crate::support::{NO_POOL, assert_service_error, both, guest};

const OIDC_Z: &str = "arn:aws:iam::999999999999:oidc-provider/z.example";
const OIDC_A: &str = "arn:aws:iam::999999999999:oidc-provider/a.example";

/// A pool of this name, by way of the API.
async fn create(client: &Client, name: &str) -> ShownPool {
    let pool = client
        .create_identity_pool()
        .identity_pool_name(name)
        .allow_unauthenticated_identities(true);
    pool.send().await.unwrap().into()
}

async fn number_of_pools(client: &Client) -> usize {
    let pools = client.list_identity_pools().max_results(60).send().await;
    pools.unwrap().identity_pools().len()
}

both! {
    async fn the_id_of_a_pool_is_its_region_and_a_lower_case_version_4_uuid(mock) {
        let pool = create(&mock.client(), "app").await;

        let (region, uuid) = pool.id.split_once(':').unwrap();
        assert_eq!(region, "us-east-1");
        let parsed = uuid::Uuid::try_parse(uuid).unwrap();
        assert_eq!(parsed.hyphenated().to_string(), uuid);
        assert_eq!(parsed.get_version_num(), 4, "{uuid}");
    }

    async fn a_bare_pool_is_shown_with_empty_tags_and_nothing_else_that_is_optional(mock) {
        let client = mock.client();

        let pool = create(&client, "app").await;

        assert_eq!(pool, ShownPool::bare(&pool.id, "app"));
        assert_eq!(described(&client, &pool.id).await, pool);
    }

    async fn a_pool_is_shown_as_it_was_created(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("My app, v1.0 = best@example+x")
            .allow_unauthenticated_identities(false)
            .allow_classic_flow(true)
            .supported_login_providers(FACEBOOK, "7346241598935552")
            .supported_login_providers(TWITTER, "key;secret")
            .developer_provider_name("login.my-app_1")
            .open_id_connect_provider_arns(OIDC_Z)
            .open_id_connect_provider_arns(OIDC_A)
            .cognito_identity_providers(user_pool(USER_POOL, "client1"))
            .saml_provider_arns(SAML)
            .identity_pool_tags("stage", "test")
            .send()
            .await
            .unwrap();

        let created = ShownPool::from(created);
        let expected = ShownPool {
            allow_unauthenticated_identities: false,
            allow_classic_flow: Some(true),
            supported_login_providers: map([
                (FACEBOOK, "7346241598935552"),
                (TWITTER, "key;secret"),
            ]),
            developer_provider_name: Some("login.my-app_1".to_owned()),
            open_id_connect_provider_arns: list([OIDC_A, OIDC_Z]),
            cognito_identity_providers: Some(vec![user_pool(USER_POOL, "client1")]),
            saml_provider_arns: list([SAML]),
            identity_pool_tags: map([("stage", "test")]),
            ..ShownPool::bare(&created.id, "My app, v1.0 = best@example+x")
        };
        assert_eq!(created, expected);
        assert_eq!(described(&client, &created.id).await, expected);
    }

    async fn server_side_token_checks_are_off_unless_asked_for(mock) {
        let client = mock.client();
        let silent = CognitoIdentityProvider::builder()
            .provider_name(USER_POOL)
            .client_id("silent");
        let checked = CognitoIdentityProvider::builder()
            .provider_name(USER_POOL)
            .client_id("checked")
            .server_side_token_check(true);

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .cognito_identity_providers(silent.build())
            .cognito_identity_providers(checked.build())
            .send()
            .await
            .unwrap();

        let pool = described(&client, &created.identity_pool_id).await;
        assert_eq!(
            created.cognito_identity_providers,
            pool.cognito_identity_providers
        );
        let mut checks: Vec<_> = created
            .cognito_identity_providers()
            .iter()
            .map(|user_pool| (user_pool.client_id(), user_pool.server_side_token_check()))
            .collect();
        checks.sort();
        assert_eq!(
            checks,
            [(Some("checked"), Some(true)), (Some("silent"), Some(false))]
        );
    }

    async fn a_user_pool_without_a_client_id_stays_without_one(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .cognito_identity_providers(
                CognitoIdentityProvider::builder()
                    .provider_name(USER_POOL)
                    .build(),
            )
            .send()
            .await
            .unwrap();

        let [provider] = created.cognito_identity_providers() else {
            panic!("{created:?}");
        };
        assert_eq!(
            (provider.provider_name(), provider.client_id()),
            (Some(USER_POOL), None)
        );
    }

    async fn what_is_given_empty_is_not_shown(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .set_supported_login_providers(map([]))
            .set_open_id_connect_provider_arns(list([]))
            .set_cognito_identity_providers(Some(Vec::new()))
            .set_saml_provider_arns(list([]))
            .set_identity_pool_tags(map([]))
            .send()
            .await
            .unwrap();

        let created = ShownPool::from(created);
        assert_eq!(created, ShownPool::bare(&created.id, "app"));
    }

    async fn two_pools_may_have_the_same_name(mock) {
        let client = mock.client();

        let first = create(&client, "app").await;
        let second = create(&client, "app").await;

        assert_ne!(first.id, second.id);
        assert_eq!(number_of_pools(&client).await, 2);
    }

    async fn providers_need_not_exist(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .cognito_identity_providers(user_pool(OTHER_USER_POOL, "nosuchclient"))
            .open_id_connect_provider_arns(OIDC_A)
            .saml_provider_arns("arn:aws:iam::123456789012:saml-provider/nosuch")
            .send()
            .await;

        assert!(created.is_ok(), "{created:?}");
    }

    async fn a_saml_provider_of_another_account_is_rejected(mock) {
        let client = mock.client();

        let rejected = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .saml_provider_arns(SAML)
            .saml_provider_arns(FOREIGN_SAML)
            .send()
            .await;

        assert_service_error(
            rejected,
            INVALID_PARAMETER,
            &format!("Identity provider {FOREIGN_SAML} is not valid for account 123456789012"),
        );
        assert_eq!(number_of_pools(&client).await, 0);
    }

    async fn a_user_pool_that_is_not_named_in_full_is_rejected(mock) {
        let client = mock.client();

        for name in [
            None,
            Some("us-east-1_AbCdEfGhI"),
            Some("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"),
        ] {
            let provider = CognitoIdentityProvider::builder()
                .set_provider_name(name.map(str::to_owned))
                .client_id("client");
            let rejected = client
                .create_identity_pool()
                .identity_pool_name("app")
                .allow_unauthenticated_identities(true)
                .cognito_identity_providers(provider.build())
                .send()
                .await;
            assert_service_error(
                rejected,
                INVALID_PARAMETER,
                "Invalid Cognito Identity Provider",
            );
        }

        assert_eq!(number_of_pools(&client).await, 0);
    }

    async fn only_an_explicit_false_closes_the_classic_flow(mock) {
        let client = mock.client();

        for (flow, is_open) in [(None, true), (Some(true), true), (Some(false), false)] {
            let created = client
                .create_identity_pool()
                .identity_pool_name("app")
                .allow_unauthenticated_identities(true)
                .set_allow_classic_flow(flow)
                .send()
                .await
                .unwrap();
            let pool = created.identity_pool_id;
            let identity = guest(&client, &pool).await;

            let token = client
                .get_open_id_token()
                .identity_id(identity)
                .send()
                .await;

            assert_eq!(created.allow_classic_flow, flow);
            assert_eq!(described(&client, &pool).await.allow_classic_flow, flow);
            if is_open {
                assert!(token.is_ok(), "{flow:?}: {token:?}");
            } else {
                assert_service_error(
                    token,
                    INVALID_PARAMETER,
                    CLASSIC_FLOW_DISABLED,
                );
            }
        }
    }

    async fn a_pool_without_guests_makes_none(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(false)
            .send()
            .await
            .unwrap();

        let rejected = client
            .get_id()
            .identity_pool_id(created.identity_pool_id)
            .send()
            .await;
        assert_service_error(
            rejected,
            NOT_AUTHORIZED,
            NO_GUESTS,
        );
    }

    async fn an_unknown_pool_cannot_be_described(mock) {
        let describe = mock.client().describe_identity_pool();

        let rejected = describe.identity_pool_id(NO_POOL).send().await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(NO_POOL),
        );
    }

    async fn a_deleted_pool_is_gone(mock) {
        let client = mock.client();
        let gone = create(&client, "gone").await;
        let left = create(&client, "left").await;

        let deleted = client
            .delete_identity_pool()
            .identity_pool_id(&gone.id)
            .send()
            .await;

        assert!(deleted.is_ok(), "{deleted:?}");
        let message = pool_not_found(&gone.id);
        assert_service_error(
            client
                .describe_identity_pool()
                .identity_pool_id(&gone.id)
                .send()
                .await,
            NOT_FOUND,
            &message,
        );
        assert_service_error(
            client.get_id().identity_pool_id(&gone.id).send().await,
            NOT_FOUND,
            &message,
        );
        assert_eq!(described(&client, &left.id).await, left);
    }

    async fn a_pool_is_deleted_only_once(mock) {
        let client = mock.client();
        let pool = create(&client, "app").await;
        client
            .delete_identity_pool()
            .identity_pool_id(&pool.id)
            .send()
            .await
            .unwrap();

        let rejected = client
            .delete_identity_pool()
            .identity_pool_id(&pool.id)
            .send()
            .await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(&pool.id),
        );
    }

    async fn an_unknown_pool_cannot_be_deleted(mock) {
        let delete = mock.client().delete_identity_pool();

        let rejected = delete.identity_pool_id(NO_POOL).send().await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(NO_POOL),
        );
    }

    async fn deleting_a_pool_takes_its_identities_with_it(mock) {
        let client = mock.client();
        let gone = create(&client, "gone").await;
        let left = create(&client, "left").await;
        let lost = guest(&client, &gone.id).await;
        let kept = guest(&client, &left.id).await;

        client
            .delete_identity_pool()
            .identity_pool_id(&gone.id)
            .send()
            .await
            .unwrap();

        let message = identity_not_found(&lost);
        assert_service_error(
            client.describe_identity().identity_id(&lost).send().await,
            NOT_FOUND,
            &message,
        );
        assert_service_error(
            client
                .get_credentials_for_identity()
                .identity_id(&lost)
                .send()
                .await,
            NOT_FOUND,
            &message,
        );
        let kept = client.describe_identity().identity_id(kept).send().await;
        assert!(kept.is_ok(), "{kept:?}");
    }

    async fn a_new_pool_under_the_id_of_a_deleted_one_inherits_nothing(mock) {
        const ID: &str = "us-east-1:00000000-0000-4000-8000-00000000000a";
        let client = mock.client();
        let seed = PoolSeed::named("old")
            .id(ID)
            .login_provider(FACEBOOK, "1234")
            .developer_provider("login.example");
        let old = mock.seed_pool(seed);
        let alice = old.seed_identity_with_login(FACEBOOK, "alice");
        client
            .set_principal_tag_attribute_map()
            .identity_pool_id(ID)
            .identity_provider_name(FACEBOOK)
            .use_defaults(true)
            .send()
            .await
            .unwrap();
        client
            .delete_identity_pool()
            .identity_pool_id(ID)
            .send()
            .await
            .unwrap();

        let new = mock.seed_pool(PoolSeed::named("new").id(ID).without_roles());

        let expected = ShownPool {
            identity_pool_tags: map([("_custom_id_", ID)]),
            ..ShownPool::bare(ID, "new")
        };
        assert_eq!(described(&client, ID).await, expected);
        let roles = client
            .get_identity_pool_roles()
            .identity_pool_id(ID)
            .send()
            .await
            .unwrap();
        assert_eq!(roles.roles, map([]));
        let identities = client
            .list_identities()
            .identity_pool_id(ID)
            .max_results(60);
        assert_eq!(identities.send().await.unwrap().identities(), []);
        let attributes = client
            .get_principal_tag_attribute_map()
            .identity_pool_id(ID)
            .identity_provider_name(FACEBOOK);
        assert_service_error(
            attributes.send().await,
            NOT_FOUND,
            "No Principal Tags configured for Provider graph.facebook.com",
        );
        assert_ne!(
            new.seed_identity_with_login(FACEBOOK, "alice"),
            alice
        );
    }
}
