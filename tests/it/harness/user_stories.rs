//! Tests as users write them, with the code of an application under test.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cognitoidentity::error::SdkError;
use aws_sdk_cognitoidentity::operation::tag_resource::TagResourceInput;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use mock_cognito_identity::{Fault, LoginToken, MockCognitoIdentity, Operation, PoolSeed};

use crate::support::both;
use crate::support::process::child;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The application: it signs guests in, keeps credentials while they are good, and makes pools.
mod app {
    use super::*;

    pub(super) async fn login(client: &Client, pool: &str) -> Result<String> {
        let id = client.get_id().identity_pool_id(pool).send().await?;
        let id = id.identity_id.ok_or("no identity")?;
        let credentials = client.get_credentials_for_identity().identity_id(&id);
        credentials.send().await?;
        Ok(id)
    }

    pub(super) async fn login_with_token(client: &Client, pool: &str) -> Result {
        let id = client.get_id().identity_pool_id(pool).send().await?;
        let id = id.identity_id.ok_or("no identity")?;
        client.get_open_id_token().identity_id(&id).send().await?;
        let credentials = client.get_credentials_for_identity().identity_id(&id);
        credentials.send().await?;
        Ok(())
    }

    /// Makes a pool unless there is one of this name, and looks again before it tries again.
    pub(super) async fn create_pool_once(client: &Client, name: &str) -> Result {
        for _ in 0..3 {
            let pools = client.list_identity_pools().max_results(60).send().await?;
            let mut names = pools
                .identity_pools()
                .iter()
                .map(|pool| pool.identity_pool_name());
            if names.any(|known| known == Some(name)) {
                return Ok(());
            }
            let create = client.create_identity_pool().identity_pool_name(name);
            // Whether this has worked is seen by looking.
            let _ = create.allow_unauthenticated_identities(true).send().await;
        }
        Err("no pool".into())
    }

    /// Credentials, kept until a minute before they expire.
    #[derive(Default)]
    pub(super) struct Cache(Option<(String, SystemTime)>);

    impl Cache {
        pub(super) async fn credentials(
            &mut self,
            client: &Client,
            id: &str,
            now: SystemTime,
        ) -> Result<String> {
            let minute = Duration::from_secs(60);
            if let Some((key, expires)) = &self.0
                && now + minute < *expires
            {
                return Ok(key.clone());
            }
            let call = client.get_credentials_for_identity().identity_id(id);
            let credentials = call.send().await?.credentials.ok_or("no credentials")?;
            let key = credentials.access_key_id.ok_or("no key")?;
            let expires = credentials.expiration.ok_or("no end")?;
            self.0 = Some((key.clone(), SystemTime::try_from(expires)?));
            Ok(key)
        }
    }
}

#[tokio::test]
async fn guests_get_an_identity() -> Result {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");

    let out = mock
        .client()
        .get_id()
        .identity_pool_id(pool.id())
        .send()
        .await?;

    assert!(
        out.identity_id()
            .is_some_and(|id| id.starts_with("us-east-1:"))
    );
    Ok(())
}

both! {
    async fn calls_are_recorded_with_their_types(mock) {
        let pool = mock.seed_pool("app");

        app::login(&mock.client(), pool.id()).await.unwrap();

        let calls = mock.calls_to(Client::get_id);
        assert_eq!(calls[0].input.identity_pool_id(), Some(pool.id()));
        mock.assert_called(Client::get_credentials_for_identity, 1);
        mock.assert_called_with(Client::get_id, |input| input.identity_pool_id(pool.id()));
        mock.assert_not_called(Client::delete_identities);
    }

    async fn throttled_twice_and_then_fine(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));

        app::login(&mock.client(), pool.id()).await.unwrap();

        mock.assert_called(Client::get_id, 3);
    }

    async fn refused_and_not_retried(mock) {
        let id = mock.seed_pool("app").seed_identity();
        let forbidden = Fault::not_authorized("Access to Identity is forbidden.");
        mock.inject(forbidden.on(Client::get_credentials_for_identity));

        let call = mock.client().get_credentials_for_identity().identity_id(&id);
        let error = call.send().await.unwrap_err();

        assert!(error.into_service_error().is_not_authorized_exception());
        mock.assert_called(Client::get_credentials_for_identity, 1);
    }

    async fn too_slow_for_the_clients_timeout(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::delay(Duration::from_secs(30)).on(Client::get_id));
        let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(200));
        let client = Client::from_conf(mock.config().timeout_config(timeouts.build()).build());

        let result = client.get_id().identity_pool_id(pool.id()).send().await;

        assert!(matches!(result, Err(SdkError::TimeoutError(_))), "{result:?}");
    }

    async fn reset_and_retried(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::reset_connection().up_to_n_times(1));

        app::login(&mock.client(), pool.id()).await.unwrap();

        mock.assert_called(Client::get_id, 2);
    }

    async fn one_pool_although_the_response_was_lost(mock) {
        mock.inject(Fault::lose_response().on(Client::create_identity_pool).up_to_n_times(1));
        // The SDK's own retries would make the second pool.
        let once = mock.config().retry_config(RetryConfig::disabled());
        let client = Client::from_conf(once.build());

        app::create_pool_once(&client, "app").await.unwrap();

        let pools = client.list_identity_pools().max_results(60).send().await.unwrap();
        assert_eq!(pools.identity_pools().len(), 1);
    }

    async fn a_fault_for_one_input_only(mock) {
        let (eu, us) = (mock.seed_pool("eu").id().to_owned(), mock.seed_pool("us"));
        let only = eu.clone();
        mock.inject(
            Fault::throttle()
                .when(Client::get_id, move |input| input.identity_pool_id() == Some(&only))
                .named("only the EU pool")
                .expect(1..=3),
        );

        assert!(app::login(&mock.client(), &eu).await.is_err());
        assert!(app::login(&mock.client(), us.id()).await.is_ok());
    }

    async fn a_scoped_outage(mock) {
        let pool = mock.seed_pool("app");
        {
            let outage = mock.inject_scoped(Fault::internal_error());
            assert!(app::login(&mock.client(), pool.id()).await.is_err());
            assert_eq!(outage.fired(), 3);
        }

        app::login(&mock.client(), pool.id()).await.unwrap();
    }

    async fn calls_in_order(mock) {
        use Operation::{GetCredentialsForIdentity, GetId, GetOpenIdToken};
        let pool = mock.seed_pool("app");

        app::login_with_token(&mock.client(), pool.id()).await.unwrap();

        assert_eq!(mock.operations(), [GetId, GetOpenIdToken, GetCredentialsForIdentity]);
    }

    async fn credentials_are_kept_until_they_expire(mock) {
        let id = mock.seed_pool("app").seed_identity();
        let (client, mut cache) = (mock.client(), app::Cache::default());
        let now = || mock.clock().now();

        let first = cache.credentials(&client, &id, now()).await.unwrap();
        let kept = cache.credentials(&client, &id, now()).await.unwrap();
        mock.clock().advance(Duration::from_secs(3_600));
        let second = cache.credentials(&client, &id, now()).await.unwrap();

        assert_eq!(first, kept);
        assert_ne!(first, second);
        mock.assert_called(Client::get_credentials_for_identity, 2);
    }

    async fn users_of_a_provider(mock) {
        let google = "accounts.google.com";
        let seed = PoolSeed::named("app").authenticated_only();
        let pool = mock.seed_pool(seed.login_provider(google, "my-app"));
        let id = pool.seed_identity_with_login(google, "alice");
        let token = mock.issue_login(LoginToken::new(google, "alice"));
        let arn = format!(
            "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{}",
            pool.id()
        );
        let input = TagResourceInput::builder().resource_arn(&arn).tags("team", "blue");
        mock.with_engine(|engine| engine.tag_resource(input.build().unwrap())).unwrap();
        mock.assert_no_calls();

        let call = mock.client().get_id().identity_pool_id(pool.id());
        let signed_in = call.logins(google, token).send().await.unwrap();

        assert_eq!(signed_in.identity_id(), Some(&*id));
        let tags = mock.client().list_tags_for_resource().resource_arn(arn).send().await;
        assert_eq!(tags.unwrap().tags().unwrap()["team"], "blue");
    }

    async fn a_token_that_the_backend_verifies(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.seed_identity();

        let answer = mock.client().get_open_id_token().identity_id(&id).send().await.unwrap();

        let token = answer.token.unwrap();
        let keys: JwkSet = serde_json::from_str(&mock.jwks()).unwrap();
        let kid = decode_header(&token).unwrap().kid.unwrap();
        let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::RS512);
        validation.set_audience(&[pool.id()]);
        validation.validate_exp = false; // the mock's clock stands still in this test
        let claims = decode::<HashMap<String, serde_json::Value>>(&token, &key, &validation);
        assert_eq!(claims.unwrap().claims["sub"], id);
    }

    async fn a_background_task(mock) {
        let (client, id) = (mock.client(), mock.seed_pool("app").seed_identity());
        let refresher = tokio::spawn(async move {
            loop {
                let _ = client.get_credentials_for_identity().identity_id(&id).send().await;
                tokio::task::yield_now().await;
            }
        });

        let calls = mock.wait_for_calls(Client::get_credentials_for_identity, 2).await;

        assert!(calls.len() >= 2);
        refresher.abort();
    }
}

/// Which of a number of calls fail when one in three does, on average.
async fn outages(mock: MockCognitoIdentity) -> Vec<bool> {
    let pool = mock.seed_pool("app").id().to_owned();
    mock.inject(Fault::internal_error().with_probability(0.3));
    let once = mock.config().retry_config(RetryConfig::disabled());
    let client = Client::from_conf(once.build());
    let mut failed = Vec::new();
    for _ in 0..50 {
        failed.push(
            client
                .get_id()
                .identity_pool_id(&pool)
                .send()
                .await
                .is_err(),
        );
    }
    failed
}

#[tokio::test]
async fn the_same_calls_fail_in_every_run() {
    let seeded = || MockCognitoIdentity::builder().seed(42);

    let over_tcp = outages(seeded().start()).await;
    let in_memory = outages(seeded().in_memory()).await;

    assert_eq!(over_tcp, in_memory);
    let failed = over_tcp.iter().filter(|failed| **failed).count();
    assert!((5..=25).contains(&failed), "{failed} of 50");
}

#[tokio::test]
#[should_panic(expected = "1 fault did not fire as expected")]
async fn a_fault_that_never_fires_fails_the_test() {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");
    let throttle = Fault::throttle().on(Client::get_open_id_token);
    mock.inject(throttle.named("token throttle"));

    app::login(&mock.client(), pool.id()).await.unwrap(); // never asks for a token
}

static SERVER: LazyLock<MockCognitoIdentity> = LazyLock::new(MockCognitoIdentity::start);

#[tokio::test]
async fn one_server_for_many_tests() -> Result {
    let pool = SERVER.seed_pool("a");

    app::login(&SERVER.client(), pool.id()).await?;

    let of_this_test = SERVER.calls_to(Client::get_id);
    let mut of_this_test = of_this_test
        .iter()
        .filter(|call| call.input.identity_pool_id() == Some(pool.id()));
    assert!(of_this_test.next().is_some());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_a_minute() {
    let mock = MockCognitoIdentity::in_memory();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::hang().on(Client::get_id));

    let minute = Duration::from_secs(60);
    let login = tokio::time::timeout(minute, app::login(&mock.client(), pool.id())).await;

    assert!(login.is_err());
}

/// Code with no test in sight, which finds the mock in its environment.
#[tokio::test]
#[ignore = "run by another test, as a program of its own"]
async fn the_cli() {
    let endpoint = std::env::var("AWS_ENDPOINT_URL_COGNITO_IDENTITY").unwrap();
    let config = aws_sdk_cognitoidentity::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(std::env::var("AWS_REGION").unwrap()))
        .credentials_provider(Credentials::new("any", "any", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    let pool = std::env::var("POOL").unwrap();
    let login = app::login(&Client::from_conf(config.build()), &pool).await;
    assert!(login.is_ok(), "{login:?}");
}

#[test]
fn a_program_of_its_own_logs_in() {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");

    let output = child("harness::user_stories::the_cli")
        .envs(mock.env_vars())
        .env("POOL", pool.id())
        .output()
        .unwrap();

    assert!(output.status.success(), "{output:?}");
    mock.assert_called(Client::get_id, 1); // assertions are synchronous
}
