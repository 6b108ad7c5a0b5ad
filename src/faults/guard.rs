//! A fault for as long as a variable lives.
//!
//! Knows the server only as a [`Host`].

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::{ArmedFault, FaultId};
use crate::race::in_time;
use crate::report;

/// Where a fault is in force.
pub(crate) trait Host: Send + Sync {
    /// Takes a fault out of force. Answers with the report if it has not fired as expected, or if
    /// what it had changed cannot be undone.
    fn withdraw(&self, fault: FaultId) -> Option<String>;

    /// Ends when a wait has lasted too long. Must not need the caller's runtime, which the guard
    /// knows nothing about.
    fn patience(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// The report when patience ended before `fault` had fired `n` times.
    fn waited_in_vain(&self, fault: &ArmedFault, n: u64) -> String;
}

/// Keeps a fault in force while it lives; made by
/// [`MockCognitoIdentity::inject_scoped`](crate::MockCognitoIdentity::inject_scoped).
///
/// When it drops, the fault is removed, the calls it [holds](crate::Fault::hold) are let through,
/// and the fault is verified: the drop panics if it has not fired as expected. If the thread
/// panics already, the report goes to stderr instead.
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
pub struct FaultGuard<'a> {
    host: &'a dyn Host,
    fault: Arc<ArmedFault>,
}

impl<'a> FaultGuard<'a> {
    pub(crate) fn new(host: &'a dyn Host, fault: Arc<ArmedFault>) -> Self {
        Self { host, fault }
    }
}

impl FaultGuard<'_> {
    /// How often the fault has fired so far.
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
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.fault.fired()
    }

    /// Waits until the fault has fired at least `n` times. Works on any runtime; cancel-safe.
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
    /// stuck.wait_until_fired(1).await; // the call is under way
    /// caller.abort(); // and its caller gives up
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If that takes longer than five seconds, with the calls received so far.
    pub fn wait_until_fired(&self, n: u64) -> impl Future<Output = ()> + Send + use<'_> {
        report::at_await(wait(self.host, &self.fault, n))
    }

    /// Lets the calls through that a [`hold`](crate::Fault::hold) keeps waiting. The same as
    /// dropping the guard, and for other faults only a clearer way to write that.
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
    pub fn release(self) {
        drop(self);
    }
}

async fn wait(host: &dyn Host, fault: &ArmedFault, n: u64) -> Result<(), String> {
    if in_time(fault.fired_at_least(n), host.patience()).await {
        Ok(())
    } else {
        Err(host.waited_in_vain(fault, n))
    }
}

impl Drop for FaultGuard<'_> {
    fn drop(&mut self) {
        if let Some(report) = self.host.withdraw(self.fault.id()) {
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

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::panic::Location;
    use std::sync::Mutex;
    use std::time::SystemTime;

    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;

    use super::super::effect::caught;
    use super::super::{ArmedFaults, Fault};
    use super::*;
    use crate::operation::Request;

    struct Server {
        faults: Mutex<ArmedFaults>,
        is_patient: bool,
    }

    impl Server {
        fn new() -> Self {
            Self {
                faults: Mutex::new(ArmedFaults::new(0)),
                is_patient: true,
            }
        }

        #[track_caller]
        fn inject_scoped(&self, fault: Fault) -> FaultGuard<'_> {
            let mut faults = self.faults.lock().unwrap();
            FaultGuard::new(self, faults.inject(fault, Location::caller()))
        }

        fn is_throttled(&self) -> bool {
            let mut faults = self.faults.lock().unwrap();
            let request = Request::GetId(GetIdInput::builder().build().unwrap());
            let matches = faults.snapshot().meet(&request);
            let strike = faults.strike(&matches, 1, SystemTime::UNIX_EPOCH);
            strike.struck.is_some()
        }
    }

    impl Host for Server {
        fn withdraw(&self, fault: FaultId) -> Option<String> {
            let unmet = self.faults.lock().unwrap().remove(fault)?;
            Some(unmet.description())
        }

        fn patience(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            if self.is_patient {
                Box::pin(pending())
            } else {
                Box::pin(ready(()))
            }
        }

        fn waited_in_vain(&self, fault: &ArmedFault, n: u64) -> String {
            format!("no {n} of {}", fault.name())
        }
    }

    #[test]
    fn the_fault_lives_as_long_as_the_guard() {
        let server = Server::new();

        let guard = server.inject_scoped(Fault::throttle());
        assert!(server.is_throttled());
        assert_eq!(guard.fired(), 1);
        drop(guard);

        assert!(!server.is_throttled());
    }

    #[test]
    fn a_fault_that_never_fired_panics_when_the_guard_drops() {
        let server = Server::new();

        let report = caught(|| drop(server.inject_scoped(Fault::throttle())));

        assert!(report.unwrap_err().contains("throttle on every call"));
    }

    #[test]
    fn a_guard_that_drops_in_a_panic_lets_that_panic_through() {
        let server = Server::new();

        let report: Result<(), String> = caught(|| {
            let _guard = server.inject_scoped(Fault::throttle());
            panic!("the test's own");
        });

        assert_eq!(report.unwrap_err(), "the test's own");
    }

    #[tokio::test]
    async fn a_wait_ends_when_the_fault_has_fired() {
        let server = Server::new();
        let guard = server.inject_scoped(Fault::throttle());
        server.is_throttled();

        guard.wait_until_fired(1).await;
    }

    #[tokio::test]
    #[should_panic(expected = "no 2 of fault #1")]
    async fn a_wait_that_takes_too_long_panics() {
        let server = Server {
            is_patient: false,
            ..Server::new()
        };
        let guard = server.inject_scoped(Fault::throttle().expect(..));

        guard.wait_until_fired(2).await;
    }
}
