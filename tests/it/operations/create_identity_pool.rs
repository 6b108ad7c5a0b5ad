//! `CreateIdentityPool` and `DescribeIdentityPool`: what is stored, what is shown, what is
//! rejected.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use crate::support::app::{
    CLASSIC_FLOW_DISABLED, FACEBOOK, FOREIGN_SAML, INVALID_PARAMETER, NOT_FOUND, SAML, TWITTER,
    USER_POOL, pool_not_found,
};
use crate::support::pools::{ShownPool, described, list, map, user_pool};
use crate::support::{NO_POOL, assert_service_error, both, guest};

const OIDC_Z: &str = "arn:aws:iam::999999999999:oidc-provider/z.example";
const OIDC_A: &str = "arn:aws:iam::999999999999:oidc-provider/a.example";

/// Creates a pool of this name that allows guests.
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

    async fn a_minimal_pool_has_empty_tags_and_no_other_optional_member(mock) {
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

    async fn server_side_token_checks_are_off_by_default(mock) {
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

    async fn empty_lists_and_maps_are_not_shown(mock) {
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

    async fn a_user_pool_without_its_full_provider_name_is_rejected(mock) {
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

    async fn only_an_explicit_false_disables_the_classic_flow(mock) {
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

    async fn an_unknown_pool_cannot_be_described(mock) {
        let describe = mock.client().describe_identity_pool();

        let rejected = describe.identity_pool_id(NO_POOL).send().await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(NO_POOL),
        );
    }
}
