//! Injecting faults.

use std::panic::Location;
use std::sync::Arc;

use super::fault_guard::FaultGuard;
use super::mock::MockCognitoIdentity;
use crate::faults::{Fault, InjectedFault};
use crate::report;

/// Injecting faults.
impl MockCognitoIdentity {
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
        let injected = self.put_in_force(fault);
        FaultGuard::new(self, injected)
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

    #[track_caller]
    fn put_in_force(&self, fault: Fault) -> Arc<InjectedFault> {
        let location = Location::caller();
        let injected = self.service.lock().faults.inject(fault, location);
        if let Err(report) = self.settle_port() {
            self.service.lock().faults.remove(injected.id());
            report::fail(&report);
        }
        injected
    }
}
