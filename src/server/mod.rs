//! The mock as the user holds it: how it starts and ends. What it does meanwhile is in the files
//! beside this one.

mod builder;
mod calls;
mod client;
mod connect;
mod fault_guard;
mod fixtures;
mod patience;
mod pool_seed;
mod wait;

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpListener;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use self::client::{ClientSettings, Keys};
use self::fault_guard::Host;
use self::patience::{PATIENCE, patience};
use crate::clock::{Clock, Stopwatch};
use crate::engine::Settings;
use crate::faults::{FaultId, InjectedFault};
use crate::report;
use crate::service::Service;
use crate::service::liveness::Liveness;
use crate::transport::{Route, TcpServer};

pub use self::builder::Builder;
pub use self::fault_guard::FaultGuard;
pub use self::pool_seed::{PoolSeed, SeededPool};

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
    #[track_caller]
    fn service(&self, stopwatch: Option<Stopwatch>) -> Arc<Service> {
        let required = self.required_credentials.clone();
        let clock = self.clock.clone();
        let service = Service::new(
            self.engine.clone(),
            required,
            self.keep_calls,
            clock,
            Arc::new(Liveness::starting_at(Location::caller())),
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
    pub(crate) fn over_tcp(parts: Parts, listener: Option<TcpListener>) -> Self {
        let service = parts.service(Some(Stopwatch::start()));
        let tcp = match TcpServer::start(listener, Arc::clone(&service)) {
            Ok(tcp) => tcp,
            // Not in a closure: those have no caller for the panic to point at.
            Err(sentence) => panic!("{sentence}"),
        };
        let url = format!("http://{}", tcp.address());
        let route = Route::Tcp(tcp.address(), Arc::clone(service.liveness()));
        Self::new(parts, service, url, route, Some(tcp))
    }

    #[track_caller]
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
    /// If the port cannot be listened on again after [`Fault::refuse_connections`](crate::Fault::refuse_connections).
    #[track_caller]
    pub fn reset(&self) {
        self.service.lock_engine("`reset`").reset();
        self.settle_port_or_panic();
    }

    /// Stops the mock, then verifies it; dropping it does the same. Open calls are aborted, and
    /// the port refuses from then on. Clients of the mock, in memory too, get a dispatch failure
    /// which says that the mock was dropped and where it was started.
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
        self.service.end();
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

    fn waited_in_vain(&self, fault: &InjectedFault, n: u64) -> String {
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
