//! Connecting the code under test: clients, configurations, addresses and keys.

use std::net::SocketAddr;

use aws_config::SdkConfig;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryPartition;
use aws_sdk_cognitoidentity::config::{self, SharedHttpClient};

use super::client::retry_partition;
use super::mock::MockCognitoIdentity;
use crate::transport::TcpServer;

/// Connecting the code under test.
impl MockCognitoIdentity {
    /// Returns a new client of this mock, with connections of its own. Clients are cheap: create
    /// one for each test, and do not share a client between runtimes.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let client: Client = mock.client();
    /// client.get_id().identity_pool_id(pool.id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn client(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    /// Returns the configuration of [`client`](Self::client), which can be changed before a client
    /// is created from it. It contains:
    ///
    /// * the latest behaviour version, and the mock's Region;
    /// * an HTTP client that leads to the mock. No endpoint is set, so the SDK chooses the host by
    ///   service and Region. A client for another Region finds no pool of this one, as on AWS;
    /// * dummy credentials, so that the SDK does not search for real ones;
    /// * plain HTTP without a TLS stack, or no HTTP at all in memory, although the host is one of
    ///   AWS and the URL begins with `https`;
    /// * the mock's clock as the time source, so that signatures and clock skew follow it;
    /// * the SDK's standard retries (three attempts), with an initial backoff of 1 ms, not 1 s;
    /// * a retry quota of its own that never runs out. The SDK's quota is shared by the whole
    ///   process and is used up after a few dozen retries, so that tests of retries break one
    ///   another.
    ///
    /// ```
    /// # use aws_config::Region;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::config::retry::RetryConfig;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let retries = RetryConfig::standard().with_max_attempts(7);
    /// let client = Client::from_conf(mock.config().retry_config(retries).build());
    /// client.get_id().identity_pool_id(pool.id()).send().await?;
    ///
    /// let ireland = Client::from_conf(mock.config().region(Region::new("eu-west-1")).build());
    /// let elsewhere = ireland.get_id().identity_pool_id(pool.id()).send().await;
    /// assert!(elsewhere.unwrap_err().into_service_error().is_resource_not_found_exception());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn config(&self) -> config::Builder {
        self.client.config()
    }

    /// Returns the same configuration as an
    /// [`SdkConfig`](https://docs.rs/aws-config/latest/aws_config/struct.SdkConfig.html), for code
    /// that takes one. An `SdkConfig` cannot carry a retry quota, so clients that are created from
    /// it share the quota of the process and stop retrying when it is used up. The way out is
    /// [`retry_partition`](Self::retry_partition).
    ///
    /// A client of another service that is created from it, such as S3, gets an error that says that
    /// the mock does not serve it. The way out is [`http_client_or`](Self::http_client_or).
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
    /// let caller = sts.get_caller_identity().send().await?;
    /// assert_eq!(caller.account(), Some("123456789012"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        self.client.sdk_config()
    }

    /// Returns the retry quota of [`client`](Self::client), which never runs out, for clients that are
    /// created from [`sdk_config`](Self::sdk_config). Their own is shared by the whole process and is
    /// used up after a few dozen retries.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let config = aws_sdk_sts::config::Builder::from(&mock.sdk_config())
    ///     .retry_partition(mock.retry_partition());
    /// let sts = aws_sdk_sts::Client::from_conf(config.build());
    /// for _ in 0..100 {
    ///     let busy = mock.inject_scoped(Fault::throttle().up_to_n_times(2));
    ///     sts.get_caller_identity().send().await?;
    ///     assert_eq!(busy.fired(), 2);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn retry_partition(&self) -> RetryPartition {
        retry_partition()
    }

    /// Returns a new HTTP client that sends the requests of any SDK client to this mock, whatever
    /// endpoint the SDK client uses. The host of an endpoint of AWS tells the mock which Region is
    /// called.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::config::{BehaviorVersion, Region};
    /// # use aws_sdk_cognitoidentity::{Client, Config};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let config = Config::builder()
    ///     .behavior_version(BehaviorVersion::latest())
    ///     .region(Region::new("us-east-1")) // the endpoint is that of AWS
    ///     .http_client(mock.http_client());
    /// let client = Client::from_conf(config.build());
    /// client.get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_called(Client::get_id, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        self.client.transport.http_client()
    }

    /// Returns the URL on which the mock listens, such as `http://127.0.0.1:49152`. In memory, it
    /// is a URL that only the mock's [`http_client`](Self::http_client) can reach.
    ///
    /// The URL names no Region. A public operation that is sent there, such as `GetId`, is answered
    /// in the Region of the id that it names.
    ///
    /// ```
    /// # use aws_config::{BehaviorVersion, SdkConfig};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::start();
    /// let config = SdkConfig::builder()
    ///     .behavior_version(BehaviorVersion::latest())
    ///     .endpoint_url(mock.endpoint_url())
    ///     .build();
    /// # let _ = config;
    /// ```
    #[doc(alias("uri", "url", "base_url"))]
    #[must_use]
    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// Returns the address on which the mock listens, or `None` in memory.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// assert!(mock.address().is_some_and(|address| address.ip().is_loopback()));
    /// ```
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.tcp.as_ref().map(TcpServer::address)
    }

    /// Returns the JSON Web Key Set with the keys that verify this mock's tokens. It is also served
    /// at [`jwks_url`](Self::jwks_url).
    ///
    /// ```
    /// # use jsonwebtoken::jwk::JwkSet;
    /// # use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let id = pool.seed_identity();
    /// # let answer = mock.client().get_open_id_token().identity_id(&id).send().await?;
    /// # let token = answer.token.unwrap();
    /// # let mut rs512 = Validation::new(Algorithm::RS512);
    /// # rs512.set_audience(&[pool.id()]);
    /// let keys: JwkSet = serde_json::from_str(&mock.jwks())?;
    /// let kid = jsonwebtoken::decode_header(&token)?.kid.unwrap();
    /// let key = DecodingKey::from_jwk(keys.find(&kid).unwrap())?;
    /// let claims = jsonwebtoken::decode::<serde_json::Value>(&token, &key, &rs512)?.claims;
    /// assert_eq!(claims["sub"], id);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn jwks(&self) -> String {
        self.engine_for("`jwks`", |engine| engine.key_set().to_string())
    }

    /// Returns the URL at which the key set is served: `{endpoint}/.well-known/jwks_uri`, which is
    /// the path on AWS too.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// assert_eq!(mock.jwks_url(), format!("{}/.well-known/jwks_uri", mock.endpoint_url()));
    /// ```
    #[must_use]
    pub fn jwks_url(&self) -> String {
        format!("{}/.well-known/jwks_uri", self.endpoint_url())
    }

    /// Returns the environment variables with which the AWS SDK in another process finds the mock:
    /// endpoints, Region and credentials.
    ///
    /// Variables cannot be unset in this way, and three of the shell's lead an SDK away from the mock:
    /// `AWS_PROFILE`, `AWS_SESSION_TOKEN` and `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`. Start the process
    /// with an empty environment, and pass what it needs:
    ///
    /// ```no_run
    /// # use std::process::Command;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// Command::new("my-app").env_clear().envs(mock.env_vars()).status().unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the mock is in memory, where no other process can reach it.
    #[must_use]
    #[track_caller]
    pub fn env_vars(&self) -> Vec<(&'static str, String)> {
        assert!(
            self.tcp.is_some(),
            "`env_vars` is for other processes, which cannot reach a mock in memory\n\
             help: start the mock with `start()`."
        );
        vec![
            (
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
                self.endpoint_url().to_owned(),
            ),
            ("AWS_ENDPOINT_URL_STS", self.endpoint_url().to_owned()),
            ("AWS_REGION", self.client.region.clone()),
            ("AWS_DEFAULT_REGION", self.client.region.clone()),
            (
                "AWS_ACCESS_KEY_ID",
                self.client.access_key.access_key_id.clone(),
            ),
            (
                "AWS_SECRET_ACCESS_KEY",
                self.client.access_key.secret_access_key.clone(),
            ),
            // Prevents an SDK from searching for real credentials.
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}
