//! The settings of the builder, and the ways to connect a client with the mock.

use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{Config, Credentials};
use mock_cognito_identity::{Builder, MockCognitoIdentity};

use crate::support::app::NOT_AUTHORIZED;
use crate::support::process::child;
use crate::support::{
    assert_service_error, both, guest, mock, over_both, panic_of, place_of_panic,
};

/// All random values of a pool, a guest, and the guest's token and credentials.
async fn random_values(builder: fn() -> Builder, over_tcp: bool) -> [String; 6] {
    let mock = match over_tcp {
        true => builder().start(),
        false => builder().in_memory(),
    };
    let client = mock.client();
    let pool = mock.seed_pool("app");
    let identity = guest(&client, pool.id()).await;
    let token = client.get_open_id_token().identity_id(&identity).send();
    let answer = client.get_credentials_for_identity().identity_id(&identity);
    let credentials = answer.send().await.unwrap().credentials.unwrap();
    [
        pool.id().to_owned(),
        identity.clone(),
        token.await.unwrap().token.unwrap(),
        credentials.access_key_id.unwrap(),
        credentials.secret_key.unwrap(),
        credentials.session_token.unwrap(),
    ]
}

/// A client that shares only the HTTP client with the mock.
fn strange_client(mock: &MockCognitoIdentity, endpoint_url: Option<&str>) -> Client {
    let keys = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(keys)
        .http_client(mock.http_client());
    config.set_endpoint_url(endpoint_url.map(str::to_owned));
    Client::from_conf(config.build())
}

async fn pool_names(client: &Client) -> Vec<String> {
    let pools = client.list_identity_pools().max_results(60).send().await;
    let pools = pools.unwrap().identity_pools.unwrap().into_iter();
    pools.map(|pool| pool.identity_pool_name.unwrap()).collect()
}

both! {
    async fn the_sdk_config_leads_to_the_mock(mock) {
        mock.seed_pool("app");

        let config = mock.sdk_config();

        assert_eq!(config.region().map(Region::as_ref), Some("us-east-1"));
        // The HTTP client leads to the mock, and the SDK chooses the host by service and Region.
        assert_eq!(config.endpoint_url(), None);
        assert_eq!(pool_names(&Client::new(&config)).await, ["app"]);
        mock.assert_called(Client::list_identity_pools, 1);
    }

    async fn the_http_client_brings_any_client_to_the_mock(mock) {
        mock.seed_pool("app");

        for endpoint_url in [None, Some("https://cognito.example.invalid:8443")] {
            let client = strange_client(mock, endpoint_url);
            assert_eq!(pool_names(&client).await, ["app"], "{endpoint_url:?}");
        }

        mock.assert_called(Client::list_identity_pools, 2);
    }

    async fn all_clients_share_the_state_of_the_mock(mock) {
        mock.seed_pool("app");

        let names = [
            pool_names(&mock.client()).await,
            pool_names(&mock.client()).await,
        ];

        assert_eq!(names, [["app"], ["app"]]);
        mock.assert_called(Client::list_identity_pools, 2);
    }


    async fn the_account_is_123456789012_by_default(mock) {
        let pool = mock.seed_pool("app");
        let arn = format!(
            "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{}",
            pool.id()
        );

        let tags = mock
            .client()
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await;

        assert!(tags.is_ok(), "{tags:?}");
    }
}

#[tokio::test]
async fn a_seed_gives_the_same_values_on_every_run_over_both_transports() {
    let first = random_values(mock, false).await;

    for over_tcp in [false, true] {
        assert_eq!(
            random_values(mock, over_tcp).await,
            first,
            "TCP: {over_tcp}"
        );
    }
}

#[tokio::test]
async fn another_seed_gives_other_values() {
    let seven = random_values(mock, false).await;
    let eight = random_values(|| mock().seed(8), false).await;

    for (seven, eight) in seven.iter().zip(&eight) {
        assert_ne!(seven, eight);
    }
}

#[tokio::test]
async fn two_mocks_without_a_seed_share_no_value() {
    let first = random_values(MockCognitoIdentity::builder, false).await;
    let second = random_values(MockCognitoIdentity::builder, false).await;

    for (first, second) in first.iter().zip(&second) {
        assert_ne!(first, second);
    }
}

#[tokio::test]
async fn the_region_of_the_builder_applies_to_clients_and_seeded_pools() {
    for mock in over_both(|| mock().region("ap-southeast-2")) {
        let pool = mock.seed_pool("app");

        let config = mock.config().build();

        assert!(pool.id().starts_with("ap-southeast-2:"), "{}", pool.id());
        assert_eq!(config.region().map(Region::as_ref), Some("ap-southeast-2"));
        assert_eq!(
            mock.sdk_config().region().map(Region::as_ref),
            Some("ap-southeast-2")
        );
        if mock.address().is_some() {
            let vars = mock.env_vars();
            for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
                assert!(
                    vars.contains(&(name, "ap-southeast-2".to_owned())),
                    "{name}"
                );
            }
        }
        assert_eq!(pool_names(&mock.client()).await, ["app"]);
    }
}

#[tokio::test]
async fn the_account_of_the_builder_owns_pools_and_roles() {
    for mock in over_both(|| mock().account_id("000000000001")) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tags = |account: &str| {
            let arn = format!(
                "arn:aws:cognito-identity:us-east-1:{account}:identitypool/{}",
                pool.id()
            );
            client.list_tags_for_resource().resource_arn(arn).send()
        };

        let own = tags("000000000001").await;
        let foreign = tags("123456789012").await;
        let role = client
            .set_identity_pool_roles()
            .identity_pool_id(pool.id())
            .roles("authenticated", "arn:aws:iam::123456789012:role/reader");

        assert!(own.is_ok(), "{own:?}");
        assert!(foreign.is_err(), "{foreign:?}");
        assert_service_error(
            role.send().await,
            NOT_AUTHORIZED,
            "Access to Role 'arn:aws:iam::123456789012:role/reader' is forbidden.",
        );
        let roles = client.get_identity_pool_roles().identity_pool_id(pool.id());
        let roles = roles.send().await.unwrap().roles.unwrap();
        let prefix = "arn:aws:iam::000000000001:role/";
        assert!(
            roles.values().all(|role| role.starts_with(prefix)),
            "{roles:?}"
        );
    }
}

#[test]
fn a_process_that_knows_only_the_environment_finds_the_mock() {
    let mock = MockCognitoIdentity::builder().region("eu-west-1").start();
    mock.seed_pool("app");

    let child = child("harness::builder::lists_pools_by_its_environment")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .envs(mock.env_vars())
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    mock.assert_called(Client::list_identity_pools, 1);
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn lists_pools_by_its_environment() {
    let config: SdkConfig = ConfigLoader::default()
        .behavior_version(BehaviorVersion::latest())
        // The SDK is built without a TLS stack in these tests.
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;

    let names = pool_names(&Client::new(&config)).await;

    assert_eq!(names, ["app"]);
}

#[test]
fn an_invalid_region_panics_where_it_is_given() {
    for region in [
        "",
        "a b",
        "\r\n",
        "us-east-1:x",
        "us--east-1",
        "-us",
        "us-",
        "Us-East-1",
        "ä",
    ] {
        let place = place_of_panic(|| drop(MockCognitoIdentity::builder().region(region)));
        let panic = panic_of(|| drop(MockCognitoIdentity::builder().region(region)));

        assert_eq!(place, (file!().to_owned(), line!() - 3), "{region:?}");
        assert_eq!(
            panic,
            format!(
                "`region` must be the name of a Region such as \"us-east-1\" (lower-case words and \
                 numbers with hyphens between them, at most 18 characters), got {region:?}"
            )
        );
    }
    let longest = "x".repeat(18);
    let mock = MockCognitoIdentity::builder().region(&longest).in_memory();
    assert!(mock.seed_pool("app").id().starts_with(&longest));
    panic_of(|| drop(MockCognitoIdentity::builder().region("x".repeat(19))));
}

#[test]
fn env_vars_of_a_mock_in_memory_panics() {
    let mock = MockCognitoIdentity::in_memory();

    let place = place_of_panic(|| drop(mock.env_vars()));
    let panic = panic_of(|| drop(mock.env_vars()));

    assert_eq!(place, (file!().to_owned(), line!() - 3));
    assert_eq!(
        panic,
        "`env_vars` is for other processes, which cannot reach a mock in memory\n\
         help: start the mock with `start()`."
    );
}

#[test]
fn the_environment_names_the_endpoint_the_region_and_dummy_keys() {
    let mock = mock().start();
    let vars = mock.env_vars();

    let value = |name: &str| {
        let mut found = vars.iter().filter(|(key, _)| *key == name);
        let (_, value) = found.next().unwrap_or_else(|| panic!("{name} in {vars:?}"));
        assert_eq!(found.next(), None, "{name} once");
        value.as_str()
    };
    assert_eq!(
        value("AWS_ENDPOINT_URL_COGNITO_IDENTITY"),
        mock.endpoint_url()
    );
    assert_eq!(value("AWS_REGION"), "us-east-1");
    assert_eq!(value("AWS_DEFAULT_REGION"), "us-east-1");
    assert!(!value("AWS_ACCESS_KEY_ID").is_empty());
    assert!(!value("AWS_SECRET_ACCESS_KEY").is_empty());
    assert_eq!(value("AWS_EC2_METADATA_DISABLED"), "true");
}

#[test]
fn an_invalid_account_id_panics_where_it_is_given() {
    for id in [
        "",
        "12345678901",
        "1234567890123",
        "12345678901x",
        "1234 5678 901",
        "１２３４",
    ] {
        let panic = panic_of(|| drop(MockCognitoIdentity::builder().account_id(id)));
        let place = place_of_panic(|| drop(MockCognitoIdentity::builder().account_id(id)));

        assert_eq!(place, (file!().to_owned(), line!() - 2));
        assert_eq!(
            panic,
            format!("`id` must be the 12 digits of an account, got {id:?}")
        );
    }
}
