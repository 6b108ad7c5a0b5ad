//! Regions: one mock has all of them, and what exists in one Region is not found in another.

use aws_sdk_cognitoidentity::config::{BehaviorVersion, Region};
use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolInput;
use aws_sdk_cognitoidentity::{Client, Config};
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

use crate::support::app::{
    App, FACEBOOK, NOT_AUTHORIZED, NOT_FOUND, identity_not_found, pool_not_found,
};
use crate::support::pools::described;
use crate::support::{assert_service_error, both, client_in, guest, service_error};

/// Clients of the mock for this Region: from each of its configurations, and one that was made for
/// AWS and has only the mock's HTTP client.
fn clients_in(mock: &MockCognitoIdentity, region: &'static str) -> [Client; 3] {
    let region = Region::new(region);
    let sdk_config = mock.sdk_config().into_builder().region(region.clone());
    let for_aws = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(mock.http_client());
    [
        Client::from_conf(mock.config().region(region).build()),
        Client::new(&sdk_config.build()),
        Client::from_conf(for_aws.build()),
    ]
}

async fn create(client: &Client, name: &str) -> String {
    let pool = client
        .create_identity_pool()
        .identity_pool_name(name)
        .allow_unauthenticated_identities(true);
    pool.send().await.unwrap().identity_pool_id
}

both! {
    async fn a_pool_is_created_in_the_region_of_the_client(mock) {
        for region in [
            "us-east-1",
            "eu-central-1",
            "ap-northeast-3",
            "us-gov-west-1",
        ] {
            let id = create(&client_in(mock, region), "app").await;

            let (of, uuid) = id.split_once(':').unwrap();
            assert_eq!((of, uuid.len()), (region, 36));
        }
    }

    async fn pools_are_listed_only_in_their_own_region(mock) {
        let (home, europe) = (mock.client(), client_in(mock, "eu-west-1"));
        let here = create(&home, "here").await;
        let there = create(&europe, "there").await;

        for (client, id) in [(home, here), (europe, there)] {
            let listed = client
                .list_identity_pools()
                .max_results(60)
                .send()
                .await
                .unwrap();
            let ids: Vec<_> = listed
                .identity_pools
                .unwrap()
                .into_iter()
                .map(|pool| pool.identity_pool_id.unwrap())
                .collect();
            assert_eq!(ids, [id]);
        }
    }

    async fn no_signed_operation_finds_a_pool_of_another_region(mock) {
        let seed = PoolSeed::named("app").login_provider(FACEBOOK, "1234");
        let seeded = mock.seed_pool(seed);
        let id = seeded.id();
        let europe = client_in(mock, "eu-west-1");

        let update = europe
            .update_identity_pool()
            .identity_pool_id(id)
            .identity_pool_name("stolen")
            .allow_unauthenticated_identities(false);
        let set_tags = europe
            .set_principal_tag_attribute_map()
            .identity_pool_id(id)
            .identity_provider_name(FACEBOOK);
        let get_tags = europe
            .get_principal_tag_attribute_map()
            .identity_pool_id(id)
            .identity_provider_name(FACEBOOK);
        let set_roles = europe.set_identity_pool_roles().identity_pool_id(id);
        let errors = [
            (
                "Describe",
                service_error(
                    europe
                        .describe_identity_pool()
                        .identity_pool_id(id)
                        .send()
                        .await,
                ),
            ),
            ("Update", service_error(update.send().await)),
            (
                "Delete",
                service_error(
                    europe
                        .delete_identity_pool()
                        .identity_pool_id(id)
                        .send()
                        .await,
                ),
            ),
            (
                "GetRoles",
                service_error(
                    europe
                        .get_identity_pool_roles()
                        .identity_pool_id(id)
                        .send()
                        .await,
                ),
            ),
            (
                "SetRoles",
                service_error(set_roles.set_roles(Some([].into())).send().await),
            ),
            ("GetTagMap", service_error(get_tags.send().await)),
            ("SetTagMap", service_error(set_tags.send().await)),
        ];

        for (operation, (code, message)) in errors {
            assert_eq!(code, NOT_FOUND, "{operation}");
            assert_eq!(
                message,
                pool_not_found(id),
                "{operation}"
            );
        }
        assert_eq!(described(&mock.client(), id).await.name, "app");
    }

    async fn no_public_operation_finds_anything_of_another_region(mock) {
        let pool = mock.seed_pool("app");
        let identity = pool.seed_identity();

        for client in clients_in(mock, "eu-west-1") {
            let get_id = client.get_id().identity_pool_id(pool.id()).send().await;
            let credentials = client.get_credentials_for_identity().identity_id(&identity);
            let token = client.get_open_id_token().identity_id(&identity);
            let unlink = client
                .unlink_identity()
                .identity_id(&identity)
                .logins(FACEBOOK, "token")
                .logins_to_remove(FACEBOOK);

            assert_service_error(get_id, NOT_FOUND, &pool_not_found(pool.id()));
            let not_found = identity_not_found(&identity);
            assert_service_error(credentials.send().await, NOT_FOUND, &not_found);
            assert_service_error(token.send().await, NOT_FOUND, &not_found);
            assert_service_error(unlink.send().await, NOT_FOUND, &not_found);
        }
    }

    async fn public_operations_find_what_is_in_the_region_of_the_client(mock) {
        let pool = create(&client_in(mock, "eu-west-1"), "app").await;

        for client in clients_in(mock, "eu-west-1") {
            let identity = guest(&client, &pool).await;
            let token = client.get_open_id_token().identity_id(&identity).send().await;

            assert!(identity.starts_with("eu-west-1:"), "{identity}");
            assert!(token.is_ok(), "{token:?}");
        }
    }

    async fn at_the_mocks_own_address_public_operations_take_the_region_of_the_id(mock) {
        let pool = mock.seed_pool("app");
        let europe = mock.config().region(Region::new("eu-west-1"));
        let europe = Client::from_conf(europe.endpoint_url(mock.endpoint_url()).build());

        let identity = guest(&europe, pool.id()).await;
        let credentials = europe.get_credentials_for_identity().identity_id(&identity);
        let credentials = credentials.send().await.unwrap();

        assert!(identity.starts_with("us-east-1:"), "{identity}");
        assert_eq!(credentials.identity_id(), Some(identity.as_str()));
        let known = mock
            .client()
            .describe_identity()
            .identity_id(&identity)
            .send()
            .await;
        assert!(known.is_ok(), "{known:?}");
        let described = europe.describe_identity_pool().identity_pool_id(pool.id());
        assert_service_error(described.send().await, NOT_FOUND, &pool_not_found(pool.id()));
    }

    async fn every_kind_of_endpoint_names_its_region(mock) {
        let pool = mock.seed_pool("app");
        let kinds = |region| {
            let config = || mock.config().region(Region::new(region));
            [
                config(),
                config().use_fips(true),
                config().use_dual_stack(true),
                config().use_fips(true).use_dual_stack(true),
            ]
        };

        for config in kinds("us-west-2") {
            let client = Client::from_conf(config.build());
            let get_id = client.get_id().identity_pool_id(pool.id()).send().await;
            assert_service_error(get_id, NOT_FOUND, &pool_not_found(pool.id()));
        }
        for config in kinds("us-east-1") {
            guest(&Client::from_conf(config.build()), pool.id()).await;
        }
    }

    async fn public_operations_find_nothing_in_a_region_without_pools(mock) {
        const ELSEWHERE: &str = "eu-west-1:00000000-0000-4000-8000-000000000000";
        mock.seed_pool("app");
        let client = client_in(mock, "eu-west-1");

        assert_service_error(
            client.get_id().identity_pool_id(ELSEWHERE).send().await,
            NOT_FOUND,
            "IdentityPool 'eu-west-1:00000000-0000-4000-8000-000000000000' not found.",
        );
        assert_service_error(
            client
                .get_open_id_token()
                .identity_id(ELSEWHERE)
                .send()
                .await,
            NOT_FOUND,
            "Identity 'eu-west-1:00000000-0000-4000-8000-000000000000' not found.",
        );
    }

    async fn roles_must_belong_to_the_partition_of_the_region(mock) {
        let china = client_in(mock, "cn-north-1");
        let id = create(&china, "app").await;
        let set = |role: &str| {
            let set = china.set_identity_pool_roles().identity_pool_id(&id);
            set.roles("authenticated", role).send()
        };

        let own = set("arn:aws-cn:iam::123456789012:role/reader").await;

        assert!(own.is_ok(), "{own:?}");
        assert_service_error(
            set("arn:aws:iam::123456789012:role/reader").await,
            NOT_AUTHORIZED,
            "Access to Role 'arn:aws:iam::123456789012:role/reader' is forbidden.",
        );
    }

    async fn with_engine_reaches_every_region(mock) {
        let id = create(&client_in(mock, "eu-west-1"), "there").await;
        let describe = || {
            DescribeIdentityPoolInput::builder()
                .identity_pool_id(&id)
                .build()
                .unwrap()
        };

        let at_home = mock.with_engine(|engine| engine.describe_identity_pool(describe()));
        let there = mock.with_engine(|engine| {
            engine
                .in_region("eu-west-1")
                .describe_identity_pool(describe())
        });
        let at_home_again = mock.with_engine(|engine| engine.describe_identity_pool(describe()));

        let rejected = at_home.unwrap_err();
        assert_eq!(rejected.code(), NOT_FOUND);
        assert_eq!(there.unwrap().identity_pool_name(), "there");
        assert_eq!(at_home_again.unwrap_err(), rejected);
    }

    async fn no_signed_operation_finds_an_identity_of_another_region(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        let abroad = App {
            client: client_in(mock, "eu-west-1"),
            pool: app.pool.clone(),
            ..app
        };

        let describe = abroad.client.describe_identity().identity_id(&id).send().await;

        let no_pool = pool_not_found(&app.pool);
        assert_service_error(describe, NOT_FOUND, &identity_not_found(&id));
        assert_service_error(abroad.list(60).send().await, NOT_FOUND, &no_pool);
        assert_service_error(abroad.developer("dora").send().await, NOT_FOUND, &no_pool);
        let look_up = abroad.look_up().developer_user_identifier("dora").send().await;
        assert_service_error(look_up, NOT_FOUND, &no_pool);
        assert_service_error(abroad.merge("dora", "drew").send().await, NOT_FOUND, &no_pool);
        assert_service_error(abroad.unlink_user(&id, "dora").send().await, NOT_FOUND, &no_pool);
    }
}
