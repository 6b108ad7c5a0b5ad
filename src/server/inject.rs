//! Injecting faults.

use std::panic::Location;
use std::sync::Arc;

use super::fault_guard::FaultGuard;
use super::mock::MockCognitoIdentity;
use crate::faults::{Fault, InjectedFault};
use crate::report;

/// Injecting faults.
impl MockCognitoIdentity {
    /// Injects a fault, which stays in force until it is cleared. The mock tries it after the
    /// faults that are already in force.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::reset_connection().up_to_n_times(1));
    /// mock.inject(Fault::internal_error().up_to_n_times(1)); // fires for the second attempt
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?; // the third succeeds
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the mock cannot keep its port for [`Fault::refuse_connections`].
    #[doc(alias("mount", "register"))]
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        self.put_in_force(fault);
    }

    /// Injects a fault, which stays in force until the returned guard is dropped.
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
    ///
    /// Panics if the mock cannot keep its port for [`Fault::refuse_connections`].
    #[doc(alias("mount_as_scoped", "register_as_scoped"))]
    #[track_caller]
    pub fn inject_scoped(&self, fault: Fault) -> FaultGuard<'_> {
        let injected = self.put_in_force(fault);
        FaultGuard::new(self, injected)
    }

    /// Removes all faults, whether or not they have fired as expected.
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
    ///
    /// Panics if the mock cannot listen on its port again after [`Fault::refuse_connections`].
    #[track_caller]
    pub fn clear_faults(&self) {
        let faults = self.service.lock().faults.clear();
        drop(faults);
        self.settle_port_or_panic();
    }

    #[track_caller]
    fn put_in_force(&self, fault: Fault) -> Arc<InjectedFault> {
        let location = Location::caller();
        let mut state = self.service.lock();
        let last_request = state.recorder.total();
        let injected = state.faults.inject(fault, location, last_request);
        drop(state);
        if let Err(report) = self.settle_port() {
            self.service.lock().faults.remove(injected.id());
            report::fail(&report);
        }
        injected
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};
    use std::time::Duration;

    use aws_sdk_cognitoidentity::Client;

    use super::*;

    /// Runs a call that the fault makes wait, until the mock has reported it.
    async fn report(mock: &MockCognitoIdentity, fault: Fault) -> String {
        let (sender, reports) = mpsc::channel();
        let sender = Mutex::new(sender);
        let report = move |text: &str| sender.lock().unwrap().send(text.to_owned()).unwrap();
        mock.service
            .waiting_calls()
            .report_after(Duration::ZERO, report);
        let pool = mock.seed_pool("app");
        let call = mock.client().get_id().identity_pool_id(pool.id());
        let waiting = mock.inject_scoped(fault.on(Client::get_id));
        let mut calls = tokio::task::JoinSet::new();
        calls.spawn(call.send());
        waiting.wait_until_fired(1).await;
        let text = reports.recv().unwrap();
        waiting.release();
        calls.shutdown().await;
        text
    }

    #[tokio::test(start_paused = true)]
    async fn in_memory_a_call_that_is_kept_waiting_is_reported() {
        let mock = MockCognitoIdentity::in_memory();

        let held = report(&mock, Fault::hold()).await;
        let hanging = report(&mock, Fault::hang()).await;

        let place = concat!(", injected at ", file!(), ":");
        let expected = format!("call #1 GetId has been held for 0ns by fault #1{place}");
        assert!(held.starts_with(&expected), "{held}");
        let expected = format!("call #2 GetId has been hanging for 0ns because of fault #2{place}");
        assert!(hanging.starts_with(&expected), "{hanging}");
    }

    #[tokio::test]
    async fn over_tcp_a_call_that_is_kept_waiting_is_reported() {
        let mock = MockCognitoIdentity::start();

        let held = report(&mock, Fault::hold()).await;
        let hanging = report(&mock, Fault::hang()).await;

        assert!(held.starts_with("call #1 GetId has been held "), "{held}");
        assert!(
            hanging.starts_with("call #2 GetId has been hanging "),
            "{hanging}"
        );
    }
}
