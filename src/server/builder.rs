//! What can be decided before the mock starts.

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpListener;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::client::{ClientSettings, Keys};
use super::mock::MockCognitoIdentity;
use crate::clock::{Clock, Stopwatch};
use crate::engine::Settings;
use crate::service::Service;
use crate::service::liveness::Liveness;
use crate::transport::{TcpServer, Transport};
use crate::wire::sigv4::is_region;

/// Prepares a mock; from [`MockCognitoIdentity::builder`].
///
/// ```
/// # use mock_cognito_identity::MockCognitoIdentity;
/// let mock = MockCognitoIdentity::builder().region("eu-central-1").seed(42).start();
/// assert!(mock.seed_pool("app").id().starts_with("eu-central-1:"));
/// ```
#[must_use = "a `Builder` does nothing until it is started"]
pub struct Builder {
    settings: Settings,
    clock: Clock,
    listener: Option<TcpListener>,
    verify_on_drop: bool,
    required_credentials: BTreeMap<String, String>,
    keep_calls: usize,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings {
            region,
            account_id,
            seed,
            lenient_logins,
            trusted_issuers,
            aws_quotas,
        } = &self.settings;
        let issuers: Vec<&String> = trusted_issuers.keys().collect();
        // Only the ids: the secrets are none of a log's business.
        let credentials: Vec<&String> = self.required_credentials.keys().collect();
        f.debug_struct("Builder")
            .field("region", region)
            .field("account_id", account_id)
            .field("seed", seed)
            .field("clock", &self.clock)
            .field("listener", &self.listener)
            .field("lenient_logins", lenient_logins)
            .field("trusted_issuers", &issuers)
            .field("required_credentials", &credentials)
            .field("aws_quotas", aws_quotas)
            .field("keep_calls", &self.keep_calls)
            .field("verify_on_drop", &self.verify_on_drop)
            .finish()
    }
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings::default(),
            clock: Clock::real(),
            listener: None,
            verify_on_drop: true,
            required_credentials: BTreeMap::new(),
            keep_calls: usize::MAX,
        }
    }

    /// The Region that `client()` is set to and that pools are seeded in; `us-east-1` by default.
    /// The mock itself serves every Region, as AWS does.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::builder().region("eu-central-1").in_memory();
    /// let pool = mock.seed_pool("app");
    /// assert!(pool.id().starts_with("eu-central-1:"));
    /// ```
    ///
    /// # Panics
    ///
    /// If it is not the name of a Region: lower-case words and numbers with hyphens between them,
    /// at most 18 characters.
    #[track_caller]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        let region = region.into();
        assert!(
            is_region(&region),
            "`region` must be the name of a Region such as \"us-east-1\" (lower-case words and \
             numbers with hyphens between them, at most 18 characters), got {region:?}"
        );
        self.settings.region = region;
        self
    }

    /// The account that owns the pools, as in ARNs; `123456789012` by default.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder().account_id("210987654321").in_memory();
    /// let pool = mock.seed_pool("app");
    /// let call = mock.client().get_identity_pool_roles().identity_pool_id(pool.id());
    /// let guests = &call.send().await?.roles.unwrap()["unauthenticated"];
    /// assert_eq!(guests, "arn:aws:iam::210987654321:role/app-unauthenticated");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If it is not the 12 digits of an account.
    #[track_caller]
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        assert!(
            id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()),
            "`id` must be the 12 digits of an account, got {id:?}"
        );
        self.settings.account_id = id;
        self
    }

    /// Makes ids, keys, tokens and draws the same on every run. Without it, ids are random, so
    /// that two mocks never share one; the draws of faults are always the same (seed 0).
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let first = MockCognitoIdentity::builder().seed(42).in_memory();
    /// let second = MockCognitoIdentity::builder().seed(42).in_memory();
    /// assert_eq!(first.seed_pool("app").id(), second.seed_pool("app").id());
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// Stops the clock at `at`; it moves only by [`Clock::advance`] and [`Clock::set`]. By
    /// default it shows real time.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_075_200);
    /// let mock = MockCognitoIdentity::builder().frozen_at(noon).in_memory();
    /// let id = mock.seed_pool("app").seed_identity();
    /// let answer = mock.client().get_credentials_for_identity().identity_id(id).send().await?;
    /// let expires = answer.credentials.and_then(|keys| keys.expiration).unwrap();
    /// assert_eq!(expires.secs(), 1_750_075_200 + 3_600); // to the second
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If that is before the year 1 or after 9999-12-30T23:59:59Z: the SDK cannot sign requests
    /// beyond these years.
    #[track_caller]
    pub fn frozen_at(mut self, at: SystemTime) -> Self {
        self.clock = Clock::frozen_at(at);
        self
    }

    /// Serves on this listener instead of a free port of 127.0.0.1: for a fixed port. It must be
    /// listening already, as every [`TcpListener`] is. Ignored in memory.
    ///
    /// A listener of std lets 128 connections wait while the server is busy; the mock's own lets
    /// 4,096 wait.
    ///
    /// ```
    /// # use std::net::TcpListener;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0")?; // or with a port that others know
    /// let address = listener.local_addr()?;
    /// let mock = MockCognitoIdentity::builder().listener(listener).start();
    /// assert_eq!(mock.address(), Some(address));
    /// # Ok(())
    /// # }
    /// ```
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Whether dropping the mock verifies it, true by default. With `false`, call
    /// [`MockCognitoIdentity::verify`] at the end of the test.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// let mock = MockCognitoIdentity::builder().verify_on_drop(false).in_memory();
    /// mock.inject(Fault::throttle().on(Client::get_id));
    /// drop(mock); // does not panic, although the fault never fired
    /// ```
    pub fn verify_on_drop(mut self, yes: bool) -> Self {
        self.verify_on_drop = yes;
        self
    }

    /// Takes any text for a login token, for tests that do not care who signs in: the text is the
    /// subject, or the `sub` claim if it is a JWT. Every provider counts as configured.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder().lenient_logins().in_memory();
    /// let pool = mock.seed_pool("app"); // without any provider
    /// let call = mock.client().get_id().identity_pool_id(pool.id());
    /// let alice = call.logins("accounts.google.com", "alice").send().await?.identity_id;
    /// assert_eq!(alice, Some(pool.seed_identity_with_login("accounts.google.com", "alice")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn lenient_logins(mut self) -> Self {
        self.settings.lenient_logins = true;
        self
    }

    /// Verifies the signatures of a provider's tokens with this key set, as AWS does with the one
    /// that the provider publishes. The provider is named as the key in `Logins`. Without it, the
    /// signatures of tokens that the mock did not issue are not checked.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let published = MockCognitoIdentity::in_memory().jwks();
    /// # let claims = serde_json::json!({
    /// #     "iss": "https://accounts.google.com", "aud": "my-app", "sub": "alice",
    /// #     "iat": 1_750_000_000_u64, "exp": 4_000_000_000_u64,
    /// # });
    /// # let key = jsonwebtoken::EncodingKey::from_secret(b"not Google's");
    /// # let forged = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key)?;
    /// let google = "accounts.google.com";
    /// let mock = MockCognitoIdentity::builder().trust_issuer(google, &published).in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, forged);
    /// let refused = call.send().await.unwrap_err();
    /// assert_eq!(refused.message(), Some("Invalid login token. Couldn't verify signed token."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If `jwks` is no JSON Web Key Set.
    #[track_caller]
    pub fn trust_issuer(mut self, provider: impl Into<String>, jwks: &str) -> Self {
        let keys = serde_json::from_str(jwks)
            .unwrap_or_else(|error| panic!("`jwks` is not a JSON Web Key Set: {error}"));
        self.settings.trusted_issuers.insert(provider.into(), keys);
        self
    }

    /// Holds signed calls to their credentials: only those signed with this key, or with
    /// credentials that the mock has given out, are let in. Repeat to allow several keys;
    /// `client()` signs with the first in order. By default any signature will do, as long as
    /// there is one.
    ///
    /// AWS: the four public operations need no signature and are not asked for one.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::config::Credentials;
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder().require_credentials("AKIAAPP", "key").in_memory();
    /// mock.client().list_identity_pools().max_results(10).send().await?;
    ///
    /// let others = Credentials::new("AKIAOTHER", "key", None, None, "test");
    /// let client = Client::from_conf(mock.config().credentials_provider(others).build());
    /// let refused = client.list_identity_pools().max_results(10).send().await.unwrap_err();
    /// assert_eq!(refused.code(), Some("UnrecognizedClientException"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn require_credentials(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        self.required_credentials
            .insert(access_key_id.into(), secret_access_key.into());
        self
    }

    /// Enforces the quotas that AWS publishes for an account that has asked for no more, so that
    /// a test shows what a burst of sign-ins comes to. Off by default.
    ///
    /// * Request rates, for each Region and operation, by the mock's clock: `GetId` 25 a second,
    ///   `GetCredentialsForIdentity` and `GetOpenIdToken` 200,
    ///   `GetOpenIdTokenForDeveloperIdentity` 50, `DeleteIdentities` and `ListTagsForResource` 10,
    ///   `ListIdentities`, `TagResource` and `UntagResource` 5. Calls above the rate are answered
    ///   `TooManyRequestsException`, "Rate exceeded", which the SDK retries, and their
    ///   [`Call::fault`](crate::Call::fault) says `aws quota: GetId 25 per second`. Calls that a
    ///   fault answers in place of the mock do not count.
    /// * 1,000 pools in a Region and 50 user pools in an identity pool, seeded ones included. What
    ///   goes beyond is answered `LimitExceededException`.
    ///
    /// With a [frozen](Self::frozen_at) clock the same calls are refused in every run; move it on
    /// by a second, and the rates are there again.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use std::time::{Duration, SystemTime};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder()
    ///     .aws_quotas()
    ///     .frozen_at(SystemTime::UNIX_EPOCH)
    ///     .start();
    /// let pool = mock.seed_pool("app");
    /// let get_id = mock.client().get_id().identity_pool_id(pool.id());
    /// for _ in 1..=25 {
    ///     get_id.clone().send().await?;
    /// }
    ///
    /// let refused = get_id.clone().send().await.unwrap_err();
    /// assert_eq!(refused.code(), Some("TooManyRequestsException"));
    ///
    /// mock.clock().advance(Duration::from_secs(1));
    /// get_id.send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn aws_quotas(mut self) -> Self {
        self.settings.aws_quotas = true;
        self
    }

    /// Remembers only the newest `n` calls, so that a load test can run for as long as it likes.
    /// By default all are remembered, at some hundred bytes each.
    ///
    /// Counting goes on: numbers of calls, [`assert_called`](MockCognitoIdentity::assert_called)
    /// and the budgets of faults are as without it, a `tracing` subscriber hears of every call,
    /// and a forgotten request that fails verification still does. What shows or compares inputs
    /// sees the newest calls only.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mock = MockCognitoIdentity::builder().keep_calls(2).in_memory();
    /// let (client, pool) = (mock.client(), mock.seed_pool("app"));
    /// for _ in 0..5 {
    ///     client.get_id().identity_pool_id(pool.id()).send().await.unwrap();
    /// }
    /// mock.assert_called(Client::get_id, 5);
    /// assert_eq!(mock.calls().iter().map(|call| call.number).collect::<Vec<_>>(), [4, 5]);
    /// # }
    /// ```
    pub fn keep_calls(mut self, n: usize) -> Self {
        self.keep_calls = n;
        self
    }

    /// Starts the mock on its own thread. It listens before this returns. Works inside and
    /// outside of any runtime.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::builder().region("eu-west-1").start();
    /// assert!(mock.endpoint_url().starts_with("http://127.0.0.1:"));
    /// ```
    ///
    /// # Panics
    /// If no socket can be bound or no thread can be started.
    #[track_caller]
    #[must_use = "dropping the mock stops it"]
    pub fn start(mut self) -> MockCognitoIdentity {
        let service = self.service(Some(Stopwatch::start()));
        let tcp = match TcpServer::start(self.listener.take(), Arc::clone(&service)) {
            Ok(tcp) => tcp,
            // Not in a closure: those have no caller for the panic to point at.
            Err(sentence) => panic!("{sentence}"),
        };
        let url = format!("http://{}", tcp.address());
        let transport = Transport::Tcp(tcp.address(), Arc::clone(service.liveness()));
        self.mock(service, url, transport, Some(tcp))
    }

    /// Starts the mock without a socket or a thread: clients from it reach it in memory, which
    /// also works while tokio's time is paused.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder().region("eu-west-1").in_memory();
    /// let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert_eq!(mock.address(), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "dropping the mock stops it"]
    #[track_caller]
    pub fn in_memory(self) -> MockCognitoIdentity {
        let service = self.service(None);
        let transport = Transport::Memory(Arc::clone(&service));
        // A name that can never be resolved: only the mock's own HTTP client finds it.
        let url = "http://mock-cognito-identity.invalid".to_owned();
        self.mock(service, url, transport, None)
    }

    /// `stopwatch` measures the calls, where that makes sense.
    #[track_caller]
    fn service(&self, stopwatch: Option<Stopwatch>) -> Arc<Service> {
        Arc::new(Service::new(
            self.settings.clone(),
            self.required_credentials.clone(),
            self.keep_calls,
            self.clock.clone(),
            Arc::new(Liveness::starting_at(Location::caller())),
            stopwatch,
        ))
    }

    fn mock(
        self,
        service: Arc<Service>,
        endpoint_url: String,
        transport: Transport,
        tcp: Option<TcpServer>,
    ) -> MockCognitoIdentity {
        let required = self.required_credentials.into_iter().next();
        let keys = required.map(|(access_key_id, secret_access_key)| Keys {
            access_key_id,
            secret_access_key,
        });
        MockCognitoIdentity {
            service,
            client: ClientSettings {
                endpoint_url,
                region: self.settings.region,
                transport,
                clock: self.clock,
                keys: keys.unwrap_or_default(),
            },
            account_id: self.settings.account_id,
            tcp,
            verify_on_drop: self.verify_on_drop,
            has_failed: AtomicBool::new(false),
        }
    }
}

/// Starting.
impl MockCognitoIdentity {
    /// Starts a mock on a free port of 127.0.0.1, on its own thread, with every default. It
    /// listens before this returns; works inside and outside of any runtime, and in a `static`.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// assert!(mock.endpoint_url().starts_with("http://127.0.0.1:"));
    /// ```
    ///
    /// # Panics
    /// If no socket can be bound or no thread can be started.
    #[track_caller]
    #[must_use = "dropping the mock stops it"]
    pub fn start() -> Self {
        Builder::new().start()
    }

    /// Starts a mock without a socket or a thread. Its clients call it in place, which also works
    /// while tokio's time is paused. Whatever works over TCP works in memory.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use = "dropping the mock stops it"]
    pub fn in_memory() -> Self {
        Builder::new().in_memory()
    }

    /// Decides more before starting.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::builder().region("eu-west-1").seed(7).in_memory();
    /// assert!(mock.seed_pool("app").id().starts_with("eu-west-1:"));
    /// ```
    pub fn builder() -> Builder {
        Builder::new()
    }
}
