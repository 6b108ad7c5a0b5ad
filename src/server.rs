//! The mock as the user holds it: connect, arrange, observe, assert, end.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{self, SharedHttpClient};

use crate::builder::Builder;
use crate::call::Call;
use crate::client::{ClientSettings, Keys};
use crate::clock::{Clock, Stopwatch};
use crate::engine::{Engine, IssuedCredentials, Settings};
use crate::faults::{ArmedFault, Fault, FaultGuard, FaultId, Host};
use crate::login::LoginToken;
use crate::operation::{Operation, Request, SdkOperation};
use crate::race::in_time;
use crate::report::{self, Timeline};
use crate::seed::{PoolSeed, SeededPool};
use crate::service::Service;
use crate::times::Times;
use crate::transport::{Route, TcpServer};

/// How long the waiting assertions wait, in real time.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a builder has gathered.
pub(crate) struct Parts {
    pub(crate) engine: Settings,
    pub(crate) clock: Clock,
    pub(crate) verify_on_drop: bool,
    /// Secrets by access key id.
    pub(crate) required_credentials: BTreeMap<String, String>,
    /// So many of the newest.
    pub(crate) keep_calls: usize,
}

impl Parts {
    /// `stopwatch` measures the calls, where that makes sense.
    fn service(&self, stopwatch: Option<Stopwatch>) -> Arc<Service> {
        let required = self.required_credentials.clone();
        let clock = self.clock.clone();
        let service = Service::new(
            self.engine.clone(),
            required,
            self.keep_calls,
            clock,
            stopwatch,
        );
        Arc::new(service)
    }
}

/// A mock of Amazon Cognito identity pools: the whole `cognito-identity` API in this process.
///
/// Dropping it stops it and verifies it, like [`shutdown`](Self::shutdown).
///
/// ```
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = MockCognitoIdentity::start();
/// let pool = mock.seed_pool("app");
/// let id = mock.client().get_id().identity_pool_id(pool.id()).send().await?;
/// assert!(id.identity_id().is_some_and(|id| id.starts_with("us-east-1:")));
/// mock.assert_called(Client::get_id, 1);
/// # Ok(())
/// # }
/// ```
pub struct MockCognitoIdentity {
    service: Arc<Service>,
    client: ClientSettings,
    account_id: String,
    /// None in memory.
    tcp: Option<TcpServer>,
    verify_on_drop: bool,
    /// Whether `verify` has failed, so that the drop does not tell all of it again.
    has_failed: AtomicBool,
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

    #[track_caller]
    pub(crate) fn over_tcp(parts: Parts, listener: TcpListener) -> Self {
        let service = parts.service(Some(Stopwatch::start()));
        let tcp = match TcpServer::start(listener, Arc::clone(&service)) {
            Ok(tcp) => tcp,
            Err(error) => panic!("cannot start the server: {error}"),
        };
        let url = format!("http://{}", tcp.address());
        let route = Route::Tcp(tcp.address());
        Self::new(parts, service, url, route, Some(tcp))
    }

    pub(crate) fn over_memory(parts: Parts) -> Self {
        let service = parts.service(None);
        let route = Route::Memory(Arc::clone(&service));
        // A name that can never be resolved: only the mock's own HTTP client finds it.
        let url = "http://mock-cognito-identity.invalid".to_owned();
        Self::new(parts, service, url, route, None)
    }

    fn new(
        parts: Parts,
        service: Arc<Service>,
        endpoint_url: String,
        route: Route,
        tcp: Option<TcpServer>,
    ) -> Self {
        let required = parts.required_credentials.into_iter().next();
        let keys = required.map(|(access_key_id, secret_access_key)| Keys {
            access_key_id,
            secret_access_key,
        });
        let client = ClientSettings {
            endpoint_url,
            region: parts.engine.region,
            route,
            clock: parts.clock,
            keys: keys.unwrap_or_default(),
        };
        Self {
            service,
            client,
            account_id: parts.engine.account_id,
            tcp,
            verify_on_drop: parts.verify_on_drop,
            has_failed: AtomicBool::new(false),
        }
    }
}

/// Connecting the code under test.
impl MockCognitoIdentity {
    /// A new client of this mock, with connections of its own. Cheap; make one for each test, never
    /// share one across runtimes.
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

    /// What [`client`](Self::client) is made of, to be changed before it is built:
    ///
    /// * the newest behaviour version, the mock's Region and endpoint;
    /// * dummy credentials, so that none are looked for;
    /// * plain HTTP without a TLS stack, or no HTTP at all in memory;
    /// * the mock's clock as the client's, so that signatures and skew follow it;
    /// * the SDK's standard retries, three attempts, with 1 ms instead of 1 s of initial backoff;
    /// * a retry quota of its own that never runs out: the SDK's is shared by the whole process
    ///   and is empty after a few dozen retries, after which retry tests fail one another.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::config::retry::RetryConfig;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::start();
    /// let patient = RetryConfig::standard().with_max_attempts(7);
    /// let client = Client::from_conf(mock.config().retry_config(patient).build());
    /// ```
    #[must_use]
    pub fn config(&self) -> config::Builder {
        self.client.config()
    }

    /// The same for code that takes an [`SdkConfig`]. It cannot carry a retry quota, so clients
    /// made from it share the process's.
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

    /// A new HTTP client that brings any SDK client here, whatever endpoint it was made for.
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
        self.client.route.http_client()
    }

    /// Where the mock listens: `http://127.0.0.1:49152`. In memory, a URL that only
    /// [`http_client`](Self::http_client) understands.
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
    #[must_use]
    pub fn endpoint_url(&self) -> &str {
        &self.client.endpoint_url
    }

    /// Where the mock listens, `None` in memory.
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

    /// The keys that verify this mock's tokens, the document at [`jwks_url`](Self::jwks_url).
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
    pub fn jwks(&self) -> String {
        self.service.lock().engine.key_set().to_string()
    }

    /// Where the keys are served, as on AWS: `{endpoint}/.well-known/jwks_uri`.
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

    /// What a process needs in its environment so that an SDK in it finds the mock: endpoint,
    /// Region and dummy keys.
    ///
    /// ```no_run
    /// # use std::process::Command;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// Command::new("my-app").envs(mock.env_vars()).status().unwrap();
    /// ```
    #[must_use]
    pub fn env_vars(&self) -> Vec<(&'static str, String)> {
        vec![
            (
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
                self.endpoint_url().to_owned(),
            ),
            ("AWS_ENDPOINT_URL_STS", self.endpoint_url().to_owned()),
            ("AWS_REGION", self.client.region.clone()),
            ("AWS_DEFAULT_REGION", self.client.region.clone()),
            ("AWS_ACCESS_KEY_ID", self.client.keys.access_key_id.clone()),
            (
                "AWS_SECRET_ACCESS_KEY",
                self.client.keys.secret_access_key.clone(),
            ),
            // Nothing must look for real credentials meanwhile.
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

/// Arranging what the code under test will find.
impl MockCognitoIdentity {
    /// Makes a pool, unrecorded and unfaulted. A name is enough: `mock.seed_pool("app")` allows
    /// guests and has both roles.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let app = mock.seed_pool("app");
    /// let members = mock.seed_pool(PoolSeed::named("members").authenticated_only());
    /// assert_ne!(app.id(), members.id());
    /// ```
    ///
    /// # Panics
    /// If AWS would refuse such a pool.
    #[track_caller]
    pub fn seed_pool(&self, seed: impl Into<PoolSeed>) -> SeededPool<'_> {
        let seed = seed.into();
        let region = seed.region().unwrap_or(&self.client.region).to_owned();
        let made = self.with_engine(|engine| {
            engine.in_region(&region);
            let input = seed.create_input(&region, &self.account_id);
            // The engine leaves the constraints of the model to the wire.
            Request::CreateIdentityPool(input.clone()).check()?;
            let pool = engine.create_identity_pool(input)?;
            let id = pool.identity_pool_id;
            match seed.roles_input(&id, &region, &self.account_id) {
                Some(roles) => engine.set_identity_pool_roles(roles).map(|_| id),
                None => Ok(id),
            }
        });
        match made {
            Ok(id) => SeededPool::new(self, id),
            Err(error) => panic!("cannot seed the pool: {error}"),
        }
    }

    /// A signed token that this mock accepts in `Logins`, as the provider would have issued it:
    /// a JWT, or a base64 SAML response for a SAML provider.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let token = mock.issue_login(LoginToken::new(google, "alice"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// let alice = call.send().await?.identity_id;
    /// assert_eq!(alice, Some(pool.seed_identity_with_login(google, "alice")));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn issue_login(&self, login: LoginToken) -> String {
        let listed = || self.service.lock().engine.app_id(&login.provider);
        let audience = login.audience.clone().or_else(listed);
        // Where no pool lists an app for the provider, as for OIDC, any will do.
        let audience = audience.unwrap_or_else(|| "mock-app".to_owned());
        login.issue(self.clock().now(), &audience)
    }

    /// Signs a user out everywhere, as of now: where a pool's user-pool provider has
    /// `ServerSideTokenCheck` on, login tokens issued until now are refused from here on.
    /// Credentials already given out stay good, as on AWS.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// # let provider = CognitoIdentityProvider::builder()
    /// #     .provider_name(user_pool)
    /// #     .client_id("my_client")
    /// #     .server_side_token_check(true);
    /// # let create = mock.client().create_identity_pool().identity_pool_name("app");
    /// # let create = create.allow_unauthenticated_identities(false);
    /// # let pool = create.cognito_identity_providers(provider.build()).send().await?;
    /// # let token = mock.issue_login(LoginToken::new(user_pool, "alice"));
    /// # let get_id = mock.client().get_id().identity_pool_id(pool.identity_pool_id());
    /// # let get_id = get_id.logins(user_pool, token);
    /// get_id.clone().send().await?; // with a token of Alice
    /// mock.sign_out_user(user_pool, "alice");
    /// let refused = get_id.send().await.unwrap_err();
    /// assert_eq!(refused.code(), Some("NotAuthorizedException"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign_out_user(&self, provider: &str, subject: &str) {
        self.with_engine(|engine| engine.sign_out(provider, subject));
    }

    /// Who was given the credentials with this access key id, and for which role.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// let answer = mock.client().get_credentials_for_identity().identity_id(&id).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// assert_eq!(issued.role_arn, "arn:aws:iam::123456789012:role/app-unauthenticated");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn issued_credentials(&self, access_key_id: &str) -> Option<IssuedCredentials> {
        self.service
            .lock()
            .engine
            .issued_credentials(access_key_id)
            .cloned()
    }

    /// Asks the engine directly: any of the 23 operations, at once, unrecorded and unfaulted.
    /// Calls of clients wait meanwhile, so do not wait for one inside.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::start();
    /// # let pool = mock.seed_pool("app");
    /// let input = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();
    /// let guest = mock.with_engine(|engine| engine.get_id(input)).unwrap();
    /// mock.assert_no_calls();
    /// ```
    pub fn with_engine<R>(&self, f: impl FnOnce(&mut Engine) -> R) -> R {
        let now = self.clock().now();
        let mut state = self.service.lock();
        f(state.engine.at(now).in_region(&self.client.region))
    }

    /// Puts a fault in force, after those already there, until it is cleared.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::reset_connection().up_to_n_times(1));
    /// mock.inject(Fault::internal_error().up_to_n_times(1)); // meets the second attempt
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?; // the third works
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the port cannot be kept for [`Fault::refuse_connections`].
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        self.put_in_force(fault);
    }

    /// Puts a fault in force for as long as the guard lives.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let get_id = mock.client().get_id().identity_pool_id(pool.id());
    /// let outage = mock.inject_scoped(Fault::http_status(503));
    /// assert!(get_id.clone().send().await.is_err());
    /// drop(outage);
    /// assert!(get_id.send().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the port cannot be kept for [`Fault::refuse_connections`].
    #[track_caller]
    pub fn inject_scoped(&self, fault: Fault) -> FaultGuard<'_> {
        let armed = self.put_in_force(fault);
        FaultGuard::new(self, armed)
    }

    /// Removes all faults, whether they fired as expected or not.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::internal_error());
    /// mock.clear_faults();
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the port cannot be listened on again after [`Fault::refuse_connections`].
    #[track_caller]
    pub fn clear_faults(&self) {
        self.service.lock().faults.clear();
        self.settle_port_or_panic();
    }

    /// The mock's clock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// # let answer = mock.client().get_credentials_for_identity().identity_id(&id).send().await?;
    /// # let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// mock.clock().advance(Duration::from_secs(3_600));
    /// assert!(issued.expiration <= mock.clock().now());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.service.clock()
    }
}

/// Observing what was called.
impl MockCognitoIdentity {
    /// All calls in the order of their arrival. Requests whose input could not be read are not
    /// among them; failure messages list those too.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, Outcome};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert!(mock.calls().iter().all(|call| call.outcome == Outcome::Success));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.service.lock().recorder.calls()
    }

    /// The calls of one operation, in the order of their arrival, with the SDK's own input type.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// let calls = mock.calls_to(Client::get_id);
    /// assert_eq!(calls[0].input.identity_pool_id(), Some(pool.id()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn calls_to<O: SdkOperation>(&self, _op: fn(&O::Client) -> O) -> Vec<Call<O::Input>> {
        self.service.lock().recorder.calls_to::<O>()
    }

    /// What was called, in the order of arrival. For asserting order:
    /// `assert_eq!(mock.operations(), [GetId, GetCredentialsForIdentity])`.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let client = mock.client();
    /// use mock_cognito_identity::Operation::{GetCredentialsForIdentity, GetId};
    ///
    /// let id = client.get_id().identity_pool_id(pool.id()).send().await?.identity_id.unwrap();
    /// client.get_credentials_for_identity().identity_id(id).send().await?;
    /// assert_eq!(mock.operations(), [GetId, GetCredentialsForIdentity]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        self.service.lock().recorder.operations()
    }

    /// All calls as a waterfall, to be printed: what followed what, what was retried, what took
    /// long. Requests that are no calls are in it, too.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::builder().frozen_at(SystemTime::UNIX_EPOCH).in_memory();
    /// let pool = mock.seed_pool("app");
    /// mock.inject(Fault::throttle().up_to_n_times(1).named("busy"));
    /// mock.inject(Fault::delay(Duration::from_millis(20)).after_n_calls(1).named("slow"));
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    ///
    /// println!("{}", mock.timeline());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// ```text
    /// timeline (mock clock and prescribed delays, 20ms from edge to edge):
    ///     #1  GetId    attempt 1  fault "busy"      [=                                         ]  0ms
    ///     #2    GetId  attempt 2  ok, fault "slow"  [==========================================]  20ms
    /// ```
    pub fn timeline(&self) -> Timeline {
        self.service.lock().recorder.timeline()
    }

    /// Waits until an operation was called at least `n` times, and gives those calls. For code
    /// that calls from a background task. Works on any runtime; cancel-safe.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let call = mock.client().get_id().identity_pool_id(pool.id());
    /// tokio::spawn(call.send());
    /// let calls = mock.wait_for_calls(Client::get_id, 1).await;
    /// assert_eq!(calls[0].input.identity_pool_id(), Some(pool.id()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If that takes longer than five seconds, with the calls received so far.
    pub fn wait_for_calls<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        n: usize,
    ) -> impl Future<Output = Vec<Call<O::Input>>> + Send + use<'_, O> {
        report::at_await(self.wait::<O>(n))
    }
}

/// Asserting.
impl MockCognitoIdentity {
    /// Asserts how often an operation was called: `1`, `2..`, `1..=3`. Every attempt counts.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_called(Client::get_id, 1);
    /// mock.assert_called(Client::get_id, 1..);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If it was called more or less often.
    #[track_caller]
    pub fn assert_called<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        times: impl Into<Times>,
    ) {
        self.assert_count(O::OPERATION, &times.into().not_empty());
    }

    /// Asserts that some call of an operation had this input. Only what the closure sets is
    /// compared; of a map, only the entries it sets; a list as a whole.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_called_with(Client::get_id, |input| input.identity_pool_id(pool.id()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If no call had it, with the nearest one.
    #[track_caller]
    pub fn assert_called_with<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        input: impl FnOnce(O::InputBuilder) -> O::InputBuilder,
    ) {
        let expected = O::build(input(O::InputBuilder::default()));
        let report = {
            let state = self.service.lock();
            let found = state.recorder.find::<O>(&expected);
            found.err().map(|mismatch| {
                let log = state.recorder.log(self.listening());
                report::no_call_with_input(O::OPERATION, &mismatch, &log)
            })
        };
        if let Some(report) = report {
            report::fail(&report);
        }
    }

    /// Asserts that an operation was never called.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_not_called(Client::get_credentials_for_identity);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If it was.
    #[track_caller]
    pub fn assert_not_called<O: SdkOperation>(&self, _op: fn(&O::Client) -> O) {
        self.assert_count(O::OPERATION, &Times::NEVER);
    }

    /// Asserts that no request of any kind arrived.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool("app"); // not a call
    /// mock.assert_no_calls();
    /// # let _ = pool;
    /// ```
    ///
    /// # Panics
    /// If one did.
    #[track_caller]
    pub fn assert_no_calls(&self) {
        let report = {
            let recorder = &self.service.lock().recorder;
            let received = recorder.total();
            let log = || recorder.log(self.listening());
            (received > 0).then(|| report::unexpected_calls(received, &log()))
        };
        if let Some(report) = report {
            report::fail(&report);
        }
    }

    #[track_caller]
    fn assert_count(&self, operation: Operation, times: &Times) {
        let report = {
            let recorder = &self.service.lock().recorder;
            let received = recorder.count(operation);
            let wrong = !times.contains(received as u64);
            let log = || recorder.log(self.listening());
            wrong.then(|| report::wrong_number_of_calls(operation, times, received, &log()))
        };
        if let Some(report) = report {
            report::fail(&report);
        }
    }
}

/// Ending.
impl MockCognitoIdentity {
    /// Checks that no closure given to a fault panicked, that every request was a readable one of
    /// this service, and that every fault fired as expected.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::throttle().up_to_n_times(1));
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.verify(); // would panic, had the fault not fired
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If not, with all that is wrong.
    #[track_caller]
    pub fn verify(&self) {
        if let Some(report) = self.failures(false) {
            self.has_failed.store(true, Ordering::Relaxed);
            report::fail(&report);
        }
    }

    /// Forgets pools, calls and faults, without verifying. The clock and the settings stay.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.reset();
    /// mock.assert_no_calls();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the port cannot be listened on again after [`Fault::refuse_connections`].
    #[track_caller]
    pub fn reset(&self) {
        self.service.lock().reset();
        self.settle_port_or_panic();
    }

    /// Stops the mock, then verifies it; dropping it does the same. Open calls are aborted, and
    /// the port refuses from then on.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::start();
    /// mock.inject(Fault::throttle().up_to_n_times(1));
    /// let call = mock.client().list_identity_pools().max_results(10);
    /// call.clone().send().await?;
    /// mock.shutdown();
    /// assert!(call.send().await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`verify`](Self::verify).
    #[track_caller]
    pub fn shutdown(mut self) {
        self.verify_on_drop = false;
        self.stop();
        self.verify();
    }

    fn stop(&mut self) {
        if let Some(tcp) = &mut self.tcp {
            tcp.stop();
        }
    }

    fn failures(&self, in_drop: bool) -> Option<String> {
        let facts = {
            let state = self.service.lock();
            state
                .recorder
                .verification(state.faults.unmet(), self.listening())
        };
        report::verification(&facts, in_drop)
    }
}

impl MockCognitoIdentity {
    /// Where messages say that the mock listens.
    fn listening(&self) -> Option<&str> {
        self.tcp.as_ref().map(|_| self.endpoint_url())
    }

    #[track_caller]
    fn put_in_force(&self, fault: Fault) -> Arc<ArmedFault> {
        let location = std::panic::Location::caller();
        let armed = self.service.lock().faults.inject(fault, location);
        if let Err(report) = self.settle_port() {
            self.service.lock().faults.remove(armed.id());
            report::fail(&report);
        }
        armed
    }

    /// Makes the port listen or refuse, as the faults in force say. Every change of the faults
    /// ends with it, so that whoever made the change finds the port as it must be.
    fn settle_port(&self) -> Result<(), String> {
        let Some(tcp) = &self.tcp else {
            return Ok(());
        };
        tcp.settle(|| self.service.lock().faults.refuses_connections())
            .map_err(|error| format!("cannot take the port {} again: {error}", tcp.address()))
    }

    #[track_caller]
    fn settle_port_or_panic(&self) {
        if let Err(report) = self.settle_port() {
            report::fail(&report);
        }
    }

    async fn wait<O: SdkOperation>(&self, n: usize) -> Result<Vec<Call<O::Input>>, String> {
        let mut changes = self.service.lock().recorder.subscribe();
        let arrived = async {
            while self.service.lock().recorder.count(O::OPERATION) < n {
                // It ends only with the recorder, which this borrow keeps.
                if changes.changed().await.is_err() {
                    break;
                }
            }
        };
        if in_time(arrived, patience()).await {
            return Ok(self.service.lock().recorder.calls_to::<O>());
        }
        let recorder = &self.service.lock().recorder;
        let received = recorder.count(O::OPERATION);
        let log = recorder.log(self.listening());
        Err(report::timed_out(O::OPERATION, n, received, PATIENCE, &log))
    }
}

/// Ends after [`PATIENCE`] of real time: on no runtime in particular, and also while tokio's time
/// is paused, which may pass faster than what is waited for.
async fn patience() {
    let (wake, woken) = tokio::sync::oneshot::channel::<()>();
    let (_waiting, given_up) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // Nothing is ever sent: the channel breaks when nobody waits any more.
        if given_up.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = wake.send(());
        }
    });
    // A thread that ended without a word has waited long enough, too.
    let _ = woken.await;
}

impl Host for MockCognitoIdentity {
    fn withdraw(&self, fault: FaultId) -> Option<String> {
        let unmet = self.service.lock().faults.remove(fault);
        if let Err(report) = self.settle_port() {
            return Some(report);
        }
        let facts = self
            .service
            .lock()
            .recorder
            .verification_of_faults(vec![unmet?], self.listening());
        report::verification(&facts, report::may_hide_an_error())
    }

    fn patience(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(patience())
    }

    fn waited_in_vain(&self, fault: &ArmedFault, n: u64) -> String {
        let log = self.service.lock().recorder.log(self.listening());
        report::unfired_in_time(fault, n, PATIENCE, &log)
    }
}

impl Drop for MockCognitoIdentity {
    fn drop(&mut self) {
        self.stop();
        let may_hide_an_error = report::may_hide_an_error();
        // A panic under way after `verify` has failed is most likely its own, and says all this.
        let is_told = *self.has_failed.get_mut() && !may_hide_an_error;
        if self.verify_on_drop
            && !is_told
            && let Some(report) = self.failures(may_hide_an_error)
        {
            report::fail_in_drop(&report);
        }
    }
}

impl fmt::Debug for MockCognitoIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockCognitoIdentity")
            .field("endpoint_url", &self.client.endpoint_url)
            .field("region", &self.client.region)
            .finish_non_exhaustive()
    }
}
