//! [`MockCognitoIdentity`]: the handle itself, and how it is verified, reset and shut down. Its
//! other methods are grouped by purpose in the sibling modules.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::client::ClientSettings;
use crate::engine::{CallContext, Engine};
use crate::recorder::LogContext;
use crate::report;
use crate::service::{Service, State};
use crate::transport::{PassedThrough, TcpServer};

/// A mock of Amazon Cognito identity pools: the whole `cognito-identity` API in this process.
///
/// Dropping the mock stops and verifies it, as [`shutdown`](Self::shutdown) does. If it is dropped
/// because the test panics, it lists on standard error the calls that it received
/// ([`Builder::log_on_panic`](crate::Builder::log_on_panic)).
///
/// Each call is a `tracing` event, which [a guide](crate::guides::tracing) describes.
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
#[doc(alias = "MockServer")]
pub struct MockCognitoIdentity {
    pub(super) service: Arc<Service>,
    pub(super) client: ClientSettings,
    pub(super) endpoint_url: String,
    pub(super) account_id: String,
    pub(super) passed_through: PassedThrough,
    /// `None` in memory.
    pub(super) tcp: Option<TcpServer>,
    /// The timeout of `wait_for_calls` and `wait_until_fired`.
    pub(super) wait_timeout: Duration,
    pub(super) verify_on_drop: bool,
    /// Whether `verify` has failed, so that `drop` does not repeat its report.
    pub(super) has_failed: AtomicBool,
    pub(super) log_on_panic: bool,
    /// Whether a report has listed the calls, so that `drop` does not repeat the list.
    pub(super) has_listed_calls: AtomicBool,
}

// The same holds for its `Service`; the server thread shares nothing else with the test.
impl UnwindSafe for MockCognitoIdentity {}
impl RefUnwindSafe for MockCognitoIdentity {}

/// Verifying, resetting and shutting down.
impl MockCognitoIdentity {
    /// Checks that no closure given to a fault panicked, that no request was unrecognized or could
    /// not be decoded, and that every fault fired as expected.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::throttle().up_to_n_times(1));
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.verify(); // would panic if the fault had not fired
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a check fails. The message reports everything that is wrong.
    #[doc(alias("checkpoint", "assert"))]
    #[track_caller]
    pub fn verify(&self) {
        if let Some(report) = self.failures(false) {
            self.has_failed.store(true, Ordering::Relaxed);
            self.fail(&report);
        }
    }

    /// Removes all pools, recorded calls and faults without verifying. The clock and the settings
    /// of the mock remain, and the pools of [`Builder::state`](crate::Builder::state) are restored.
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
    ///
    /// Panics if the mock cannot listen on its port again after
    /// [`Fault::refuse_connections`](crate::Fault::refuse_connections).
    #[track_caller]
    pub fn reset(&self) {
        // The lock is released before the faults are dropped.
        let faults = self.service.lock_engine("`reset`").reset();
        drop(faults);
        self.passed_through.clear();
        self.has_listed_calls.store(false, Ordering::Relaxed);
        self.settle_port_or_panic();
    }

    /// Stops the mock and then verifies it. Dropping the mock does the same.
    ///
    /// In-flight calls are aborted, and the port refuses connections from then on. Clients of the
    /// mock, including those of a mock in memory, get a dispatch failure. Its message says that the
    /// mock was dropped and where it was started.
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
    ///
    /// Panics if verification fails, as [`verify`](Self::verify) does.
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
            let context = self.log_context(&state);
            state.recorder.verification(state.faults.unmet(), &context)
        };
        report::verification(&facts, in_drop)
    }
}

impl MockCognitoIdentity {
    /// The URL on which the mock listens, for messages; `None` in memory.
    pub(super) fn listening(&self) -> Option<&str> {
        self.tcp.as_ref().map(|_| self.endpoint_url())
    }

    /// Fails the test at the caller's line with a report that lists the calls.
    #[track_caller]
    pub(super) fn fail(&self, report: &str) -> ! {
        self.note_listed_calls();
        report::fail(report)
    }

    /// Notes that a report has listed the calls.
    pub(super) fn note_listed_calls(&self) {
        self.has_listed_calls.store(true, Ordering::Relaxed);
    }

    /// What a list of calls says besides the calls.
    pub(super) fn log_context<'a>(&'a self, state: &'a State) -> LogContext<'a> {
        state.log_context(self.listening(), self.clock())
    }

    /// Opens or closes the port, depending on whether a fault refuses connections. Every change of
    /// the faults ends with this, so that the port is in the right state when the method returns.
    pub(super) fn settle_port(&self) -> Result<(), String> {
        let Some(tcp) = &self.tcp else {
            return Ok(());
        };
        tcp.settle(|| self.service.lock().faults.refuses_connections())
            .map_err(|error| format!("cannot open or close the port {}: {error}", tcp.address()))
    }

    #[track_caller]
    pub(super) fn settle_port_or_panic(&self) {
        if let Err(report) = self.settle_port() {
            report::fail(&report);
        }
    }

    /// Runs `f` with the engine under the lock, for `method`, which messages name. `f` must not run
    /// user code.
    #[track_caller]
    pub(super) fn engine_for<R>(&self, method: &str, f: impl FnOnce(&mut Engine) -> R) -> R {
        let context = self.call_context();
        let mut state = self.service.lock_engine(method);
        f(state.engine().for_call(context))
    }

    /// The context of operations that no client calls: now, in the mock's Region, without a caller.
    pub(super) fn call_context(&self) -> CallContext<'_> {
        CallContext::at(self.clock().now())
    }
}

impl Drop for MockCognitoIdentity {
    fn drop(&mut self) {
        self.stop();
        let may_hide_an_error = report::may_hide_an_error();
        // If `verify` has failed and the thread is panicking, the panic is most likely that of
        // `verify`, and has reported everything.
        let is_reported = *self.has_failed.get_mut() && !may_hide_an_error;
        if self.verify_on_drop
            && !is_reported
            && let Some(report) = self.failures(may_hide_an_error)
        {
            self.note_listed_calls();
            report::fail_in_drop(&report);
        }
        // Most tests fail by an assertion of their own, whose message says nothing of the mock.
        if report::is_panicking() && self.log_on_panic && !*self.has_listed_calls.get_mut() {
            let state = self.service.lock();
            let log = state.recorder.log(&self.log_context(&state));
            drop(state);
            report::tell(&report::log_in_drop(
                &log,
                self.service.liveness().started(),
            ));
        }
        // The server's thread or a client may keep the service for a while, but not the values that
        // the user's closures own.
        let faults = self.service.lock().faults.take();
        drop(faults);
    }
}

impl fmt::Debug for MockCognitoIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockCognitoIdentity")
            .field("endpoint_url", &self.endpoint_url)
            .field("region", &self.client.region)
            .finish_non_exhaustive()
    }
}
