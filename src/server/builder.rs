//! The settings of a mock.

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use super::wait::DEFAULT_TIMEOUT;
use crate::clock::Clock;
#[cfg(feature = "server")]
use crate::control::Hosts;
use crate::engine::Settings;
use crate::state_document::StateDocument;
use crate::wire::sigv4::is_region;

/// Configures and starts a mock. [`MockCognitoIdentity::builder`](crate::MockCognitoIdentity::builder) returns it.
///
/// ```
/// # use mock_cognito_identity::MockCognitoIdentity;
/// let mock = MockCognitoIdentity::builder().region("eu-central-1").seed(42).start();
/// assert!(mock.seed_pool("app").id().starts_with("eu-central-1:"));
/// ```
#[must_use = "a `Builder` does nothing until it is started"]
pub struct Builder {
    pub(super) settings: Settings,
    pub(super) clock: Clock,
    pub(super) clock_follows_tokio: bool,
    pub(super) listener: Option<TcpListener>,
    pub(super) verify_on_drop: bool,
    pub(super) log_on_panic: bool,
    pub(super) required_credentials: BTreeMap<String, String>,
    pub(super) keep_calls: usize,
    pub(super) wait_timeout: Duration,
    pub(super) state: Option<StateDocument>,
    /// The hosts that control routes answer, if there are such routes.
    #[cfg(feature = "server")]
    pub(super) control: Option<Hosts>,
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
        // Only the ids, because secrets must not appear in logs.
        let credentials: Vec<&String> = self.required_credentials.keys().collect();
        f.debug_struct("Builder")
            .field("region", region)
            .field("account_id", account_id)
            .field("seed", seed)
            .field("clock", &self.clock)
            .field("clock_follows_tokio", &self.clock_follows_tokio)
            .field("listener", &self.listener)
            .field("lenient_logins", lenient_logins)
            .field("trusted_issuers", &issuers)
            .field("required_credentials", &credentials)
            .field("aws_quotas", aws_quotas)
            .field("keep_calls", &self.keep_calls)
            .field("wait_timeout", &self.wait_timeout)
            .field("has_state", &self.state.is_some())
            .field("verify_on_drop", &self.verify_on_drop)
            .field("log_on_panic", &self.log_on_panic)
            .finish()
    }
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            settings: Settings::default(),
            clock: Clock::real(),
            clock_follows_tokio: false,
            listener: None,
            verify_on_drop: true,
            log_on_panic: true,
            required_credentials: BTreeMap::new(),
            keep_calls: usize::MAX,
            wait_timeout: DEFAULT_TIMEOUT,
            state: None,
            #[cfg(feature = "server")]
            control: None,
        }
    }

    /// Sets the Region of [`client`](crate::MockCognitoIdentity::client) and of seeded pools. The default
    /// is `us-east-1`. The mock itself serves every Region, as AWS does.
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
    /// Panics if `region` is not the name of a Region: lower-case words and numbers with hyphens
    /// between them, at most 18 characters.
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

    /// Sets the id of the account that owns the pools, as in ARNs. The default is `123456789012`.
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
    /// Panics if `id` is not the 12 digits of an account.
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

    /// Sets a seed, which makes ids, keys, tokens and the draws of faults the same in every run.
    ///
    /// Without a seed, ids are random, so that two mocks never share one. The draws of faults are
    /// the same in every run even then, because they use seed 0.
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

    /// Freezes the mock's clock at `at`. It then moves only by [`Clock::advance`] and
    /// [`Clock::set`], unless it [follows tokio's time](Self::clock_follows_tokio). By default the clock shows real time.
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
    ///
    /// Panics if `at` is before the year 1 or after 9999-12-30T23:59:59Z, because the SDK cannot
    /// sign requests beyond these years.
    #[track_caller]
    pub fn frozen_at(mut self, at: SystemTime) -> Self {
        self.clock = Clock::frozen_at(at);
        self
    }

    /// Makes the mock's clock move with tokio's time, from [`frozen_at`](Self::frozen_at) or else
    /// from the present. Under paused time, what the code under test sleeps passes on the mock's
    /// clock too, so that a task that renews credentials before they expire can be tested without
    /// moving two clocks. This is for mocks [in memory](Self::in_memory) only.
    ///
    /// Tokio's time can be paused with its feature `test-util`. It is paused for one runtime: on
    /// threads outside of that runtime, the clock moves with real time.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mut runtime = tokio::runtime::Builder::new_current_thread();
    /// # let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    /// # runtime.block_on(async {
    /// // In a test with #[tokio::test(start_paused = true)]:
    /// let mock = MockCognitoIdentity::builder()
    ///     .frozen_at(SystemTime::UNIX_EPOCH)
    ///     .clock_follows_tokio()
    ///     .in_memory();
    /// tokio::time::sleep(Duration::from_secs(3_300)).await;
    /// assert!(mock.clock().now() >= SystemTime::UNIX_EPOCH + Duration::from_secs(3_300));
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// [`start`](Self::start) panics with this setting: a server has a thread of its own, whose time
    /// is not that of the test.
    pub fn clock_follows_tokio(mut self) -> Self {
        self.clock_follows_tokio = true;
        self
    }

    /// Serves on this listener instead of on a free port of 127.0.0.1, for tests that need a fixed
    /// port. The listener must already listen, as every [`TcpListener`] does. A mock in memory
    /// ignores it.
    ///
    /// A listener of std has a backlog of 128 connections that can wait to be accepted while the
    /// server is busy. The mock's own listener has a backlog of 4,096.
    ///
    /// ```
    /// # use std::net::TcpListener;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0")?; // or a fixed port
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

    /// Sets whether dropping the mock verifies it. The default is `true`. With `false`, call
    /// [`MockCognitoIdentity::verify`](crate::MockCognitoIdentity::verify) at the end of the test.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// let mock = MockCognitoIdentity::builder().verify_on_drop(false).in_memory();
    /// mock.inject(Fault::throttle().on(Client::get_id));
    /// drop(mock); // does not panic although the fault never fired
    /// ```
    pub fn verify_on_drop(mut self, yes: bool) -> Self {
        self.verify_on_drop = yes;
        self
    }

    /// Sets whether a mock that is dropped by a panicking thread lists on standard error the calls
    /// that it received. The default is `true`: most tests fail by an assertion or an `unwrap` of
    /// their own, and the cause is often in the calls. With `false`, only the mock's own reports
    /// list them.
    ///
    /// ```text
    /// MockCognitoIdentity started at tests/login.rs:14:16 received 2 calls:
    ///     #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)  → ok, identity us-east-1:…e1e1 (alice)
    ///     #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…e1e1 (alice), no logins     → NotAuthorizedException: Access to Identity 'us-east-1:…' is forbidden.
    /// ```
    ///
    /// The list is printed once. It is left out if a report of the mock has printed it before, as a
    /// failed assertion of the mock does. A test harness shows it with the output of the test. It
    /// is also printed if a task or another thread panicked first, as long as the test panics in
    /// turn and drops the mock thereby, for example because it unwraps the error of a `join`.
    ///
    /// Nothing is printed if the test fails without a panic, by returning an error, if the mock is
    /// leaked or lives in a `static`, or if another thread drops it, such as a worker of a runtime.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # use std::panic::catch_unwind;
    /// let failing_test = || {
    ///     let _mock = MockCognitoIdentity::builder().log_on_panic(false).in_memory();
    ///     panic!("and not a word of the mock");
    /// };
    /// assert!(catch_unwind(failing_test).is_err());
    /// ```
    pub fn log_on_panic(mut self, yes: bool) -> Self {
        self.log_on_panic = yes;
        self
    }

    /// Accepts any text as a login token, for tests that do not depend on who signs in. The subject
    /// is the text itself, or the `sub` claim if the text is a JWT. Every provider counts as
    /// configured on every pool.
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

    /// Verifies the signatures of a provider's tokens with this key set, as AWS does with the key
    /// set that the provider publishes. `provider` is the provider's key in `Logins`.
    ///
    /// Without a key set, the mock does not verify the signatures of tokens that it did not issue.
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
    /// let error = call.send().await.unwrap_err();
    /// assert_eq!(error.message(), Some("Invalid login token. Couldn't verify signed token."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `jwks` is not a JSON Web Key Set.
    #[track_caller]
    pub fn trust_issuer(mut self, provider: impl Into<String>, jwks: &str) -> Self {
        let keys = serde_json::from_str(jwks)
            .unwrap_or_else(|error| panic!("`jwks` is not a JSON Web Key Set: {error}"));
        self.settings.trusted_issuers.insert(provider.into(), keys);
        self
    }

    /// Makes the mock verify AWS Signature Version 4 (`SigV4`) and reject unknown credentials. It
    /// accepts this access key and the credentials that it has issued. Calling this method again
    /// adds another access key, and [`client`](crate::MockCognitoIdentity::client) signs with the one
    /// whose id sorts first. By default calls must be signed, but the mock does not verify the
    /// signature.
    ///
    /// The four public operations, and `AssumeRoleWithWebIdentity` of STS, need no signature, as on
    /// AWS. The mock does not check theirs.
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
    /// let error = client.list_identity_pools().max_results(10).send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("UnrecognizedClientException"));
    /// # Ok(())
    /// # }
    /// ```
    // AWS [AUTH1]: which operations are public.
    pub fn require_credentials(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        self.required_credentials
            .insert(access_key_id.into(), secret_access_key.into());
        self
    }

    /// Enforces the default quotas that AWS publishes, so that a test shows what a burst of
    /// sign-ins leads to. By default they are not enforced.
    ///
    /// * Request rates, for each Region and operation, by the mock's clock: 25 calls per second for
    ///   `GetId`, 200 for `GetCredentialsForIdentity` and `GetOpenIdToken`, 50 for
    ///   `GetOpenIdTokenForDeveloperIdentity`, 10 for `DeleteIdentities` and `ListTagsForResource`,
    ///   5 for `ListIdentities`, `TagResource` and `UntagResource`. A call that exceeds the rate
    ///   gets `TooManyRequestsException`, "Rate exceeded", which the SDK retries. Its
    ///   [`Call::fault`](crate::Call::fault) is `aws quota: GetId 25 per second`. A call does not
    ///   count if a fault answers it instead of the mock.
    /// * 1,000 pools in a Region and 50 user pools in an identity pool, including seeded ones. A
    ///   call that exceeds them gets `LimitExceededException`.
    ///
    /// With a [frozen](Self::frozen_at) clock, the same calls exceed the rate in every run.
    /// Advancing the clock by a second makes the full rate available again.
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
    /// let error = get_id.clone().send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("TooManyRequestsException"));
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

    /// Keeps only the newest `n` recorded calls and evicts older ones, so that a load test of any
    /// length does not run out of memory. By default all calls are kept, at a few hundred bytes
    /// each.
    ///
    /// Eviction does not affect counting: call numbers,
    /// [`assert_called`](crate::MockCognitoIdentity::assert_called) and the budgets of faults include
    /// evicted calls, every call emits its `tracing` event, and an evicted request that fails
    /// verification still does. Methods and messages that show or compare inputs see only the calls
    /// that are kept.
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

    /// Sets how long [`wait_for_calls`](crate::MockCognitoIdentity::wait_for_calls) and
    /// [`wait_until_fired`](crate::FaultGuard::wait_until_fired) wait, in real time, before they
    /// panic. The default is five seconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // Long enough for a debugger.
    /// let mock = MockCognitoIdentity::builder().wait_timeout(Duration::from_secs(600)).start();
    /// # let pool = mock.seed_pool("app");
    /// # let call = mock.client().get_id().identity_pool_id(pool.id());
    /// tokio::spawn(call.send());
    /// mock.wait_for_calls(Client::get_id, 1).await;
    /// # }
    /// ```
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait_timeout = timeout;
        self
    }
}
