//! The drop guard of a scoped fault.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::mock::MockCognitoIdentity;
use super::wait::completes_within;
use crate::faults::InjectedFault;
use crate::report;

/// A drop guard that keeps a fault in force. It is returned by
/// [`MockCognitoIdentity::inject_scoped`](crate::MockCognitoIdentity::inject_scoped).
///
/// Dropping the guard removes the fault, releases the calls that it [holds](crate::Fault::hold),
/// and verifies the fault: the drop panics if the fault has not fired as expected. If the thread is
/// already panicking, the report is printed to standard error instead.
///
/// ```
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::start();
/// # let pool = mock.seed_pool("app");
/// # let client = mock.client();
/// {
///     let outage = mock.inject_scoped(Fault::http_status(503));
///     assert!(client.get_id().identity_pool_id(pool.id()).send().await.is_err());
///     assert_eq!(outage.fired(), 3); // the SDK's three attempts
/// }
/// client.get_id().identity_pool_id(pool.id()).send().await?; // the outage is over
/// # Ok(())
/// # }
/// ```
#[must_use = "the fault is removed when this guard drops: bind it to a variable"]
#[doc(alias = "MockGuard")]
pub struct FaultGuard<'a> {
    mock: &'a MockCognitoIdentity,
    fault: Arc<InjectedFault>,
}

impl<'a> FaultGuard<'a> {
    pub(super) fn new(mock: &'a MockCognitoIdentity, fault: Arc<InjectedFault>) -> Self {
        Self { mock, fault }
    }
}

impl FaultGuard<'_> {
    /// Returns how often the fault has fired so far.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let busy = mock.inject_scoped(Fault::throttle().up_to_n_times(2));
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert_eq!(busy.fired(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("hits", "calls"))]
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.fault.fired()
    }

    /// Waits until the fault has fired at least `n` times. This works on any runtime and is
    /// cancel-safe.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let call = mock.client().get_id().identity_pool_id(pool.id());
    /// let stuck = mock.inject_scoped(Fault::hang().on(Client::get_id));
    /// let caller = tokio::spawn(call.send());
    /// stuck.wait_until_fired(1).await; // the call is in flight
    /// caller.abort(); // the caller gives up
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if that takes longer than five seconds of real time, or than
    /// [`Builder::wait_timeout`](crate::Builder::wait_timeout) says. The message lists the calls
    /// received so far.
    #[track_caller]
    pub fn wait_until_fired(&self, n: u64) -> impl Future<Output = ()> + Send + use<'_> {
        report::at_await(Location::caller(), self.wait(n))
    }

    /// Drops the guard, which releases the calls that a [`hold`](crate::Fault::hold) keeps waiting.
    /// For other faults, it is a more readable way to drop the guard.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// # let call = mock.client().get_id().identity_pool_id(pool.id());
    /// let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
    /// let caller = tokio::spawn(call.send());
    /// held.wait_until_fired(1).await;
    /// held.release();
    /// assert!(caller.await?.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "delete")]
    pub fn release(self) {
        drop(self);
    }
}

impl FaultGuard<'_> {
    /// Waits until the fault has fired, for however long. It needs no thread, as the limit of
    /// [`wait_until_fired`](Self::wait_until_fired) does.
    #[cfg(feature = "exploration")]
    pub(crate) async fn fires(&self) {
        self.fault.fired_at_least(1).await;
    }

    async fn wait(&self, n: u64) -> Result<(), String> {
        let timeout = self.mock.wait_timeout;
        if completes_within(timeout, self.fault.fired_at_least(n)).await {
            return Ok(());
        }
        self.mock.note_listed_calls();
        let state = self.mock.service.lock();
        let log = state.recorder.log(&self.mock.log_context(&state));
        drop(state);
        Err(report::unfired_in_time(&self.fault, n, timeout, &log))
    }

    /// Removes the fault. Returns a report if the fault has not fired as expected or if its effect
    /// on the port cannot be undone.
    fn withdraw(&self) -> Option<String> {
        let mock = self.mock;
        let unmet = mock.service.lock().faults.remove(self.fault.id());
        if let Err(report) = mock.settle_port() {
            return Some(report);
        }
        let state = mock.service.lock();
        let context = mock.log_context(&state);
        let facts = state
            .recorder
            .verification_of_faults(vec![unmet?], &context);
        drop(state);
        mock.note_listed_calls();
        report::verification(&facts, report::may_hide_an_error())
    }
}

impl Drop for FaultGuard<'_> {
    fn drop(&mut self) {
        if let Some(report) = self.withdraw() {
            report::fail_in_drop(&report);
        }
    }
}

impl fmt::Debug for FaultGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultGuard")
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}
