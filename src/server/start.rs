//! Starting a mock, with or without settings.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::builder::Builder;
use super::client::{AccessKey, ClientSettings};
use super::mock::MockCognitoIdentity;
use crate::clock::Stopwatch;
use crate::service::Service;
use crate::service::liveness::Liveness;
#[cfg(not(feature = "server"))]
use crate::transport::routes::Routes;
use crate::transport::{PassedThrough, TcpServer, Transport};

/// Starting.
impl MockCognitoIdentity {
    /// Starts a mock with default settings on a free port of 127.0.0.1 and on its own thread. The
    /// mock listens when this returns. It can be started inside and outside of any async runtime,
    /// and in a `static`.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::start();
    /// assert!(mock.endpoint_url().starts_with("http://127.0.0.1:"));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no socket can be bound or no thread can be started.
    #[track_caller]
    #[must_use = "dropping the mock stops it"]
    pub fn start() -> Self {
        Builder::new().start()
    }

    /// Starts a mock with default settings and without a socket or a thread. Its clients call it in
    /// memory, which also works while tokio's time is [paused](crate::guides::time) (with tokio's
    /// feature `test-util`). Operations and faults behave as they do over TCP.
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

    /// Returns a builder, with which to configure a mock before it starts.
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

/// Starting.
impl Builder {
    /// Starts the mock on its own thread. The mock listens when this returns. It can be started
    /// inside and outside of any async runtime.
    ///
    /// The `tracing` events of calls reach the subscriber that is the default where this is called,
    /// even one that a test has set for its own thread.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::builder().region("eu-west-1").start();
    /// assert!(mock.endpoint_url().starts_with("http://127.0.0.1:"));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no socket can be bound or no thread can be started, if
    /// [`clock_follows_tokio`](Self::clock_follows_tokio) is set, or if the document of
    /// [`state`](Self::state) does not fit the mock.
    #[track_caller]
    #[must_use = "dropping the mock stops it"]
    pub fn start(mut self) -> MockCognitoIdentity {
        assert!(
            !self.clock_follows_tokio,
            "`clock_follows_tokio` is for a mock in memory: a server answers on a thread of its \
             own, whose time is not that of the test\n\
             help: start the mock with `in_memory()`."
        );
        let service = self.service(Some(Stopwatch::start()));
        let routes = self.routes(&service);
        let tcp = match TcpServer::start(self.listener.take(), Arc::clone(&service), routes) {
            Ok(tcp) => tcp,
            // Not in a closure, because the panic would point at the closure and not at the caller.
            Err(sentence) => panic!("{sentence}"),
        };
        let url = format!("http://{}", tcp.address());
        let transport = Transport::Tcp(tcp.address(), Arc::clone(service.liveness()));
        self.mock(service, url, transport, Some(tcp))
    }

    /// Starts the mock without a socket or a thread. Its clients call it in memory, which also
    /// works while tokio's time is [paused](crate::guides::time), which needs tokio's feature
    /// `test-util`.
    ///
    /// The `tracing` events of a call reach the subscriber of the thread that makes it. If that has
    /// none, they reach the subscriber that is the default where this is called.
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
    ///
    /// # Panics
    ///
    /// Panics if the document of [`state`](Self::state) does not fit the mock.
    #[must_use = "dropping the mock stops it"]
    #[track_caller]
    pub fn in_memory(self) -> MockCognitoIdentity {
        if self.clock_follows_tokio {
            self.clock.follow_tokio();
        }
        let service = self.service(None);
        let transport = Transport::Memory(Arc::clone(&service));
        // The top-level domain `invalid` is never resolved: only the mock's own HTTP client works.
        let url = "http://mock-cognito-identity.invalid".to_owned();
        self.mock(service, url, transport, None)
    }

    /// `stopwatch` measures how long calls take. A mock in memory has none.
    #[track_caller]
    fn service(&self, stopwatch: Option<Stopwatch>) -> Arc<Service> {
        let service = Service::new(
            self.settings.clone(),
            self.required_credentials.clone(),
            self.keep_calls,
            self.clock.clone(),
            Arc::new(Liveness::starting_at(Location::caller())),
            stopwatch,
        );
        if let Some(document) = &self.state {
            let started = service.lock().start_with(document, self.clock.now());
            if let Err(mistake) = started {
                panic!("the state document does not fit the mock: {mistake}");
            }
        }
        Arc::new(service)
    }

    #[cfg(not(feature = "server"))]
    #[expect(
        clippy::unused_self,
        reason = "with the feature `server`, the builder says whether there are routes"
    )]
    fn routes(&self, _: &Arc<Service>) -> Option<Arc<dyn Routes>> {
        None
    }

    fn mock(
        self,
        service: Arc<Service>,
        endpoint_url: String,
        transport: Transport,
        tcp: Option<TcpServer>,
    ) -> MockCognitoIdentity {
        let required = self.required_credentials.into_iter().next();
        let access_key = required.map(|(access_key_id, secret_access_key)| AccessKey {
            access_key_id,
            secret_access_key,
        });
        MockCognitoIdentity {
            service,
            endpoint_url,
            client: ClientSettings {
                region: self.settings.region,
                transport,
                clock: self.clock,
                access_key: access_key.unwrap_or_default(),
            },
            account_id: self.settings.account_id,
            passed_through: PassedThrough::default(),
            tcp,
            wait_timeout: self.wait_timeout,
            verify_on_drop: self.verify_on_drop,
            has_failed: AtomicBool::new(false),
            log_on_panic: self.log_on_panic,
            has_listed_calls: AtomicBool::new(false),
        }
    }
}
