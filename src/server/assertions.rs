//! Asserting what was called.

use super::mock::MockCognitoIdentity;
use crate::operation::{Operation, SdkOperation};
use crate::report;
use crate::times::Times;

/// Asserting what was called.
impl MockCognitoIdentity {
    /// Asserts how often an operation was called: `1`, `2..`, `1..=3`. Every attempt counts, even
    /// if its input could not be read.
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
    ///
    /// Panics if the operation was called more or less often, or if the range is empty.
    #[doc(alias("expect", "times", "assert", "assert_hits", "assert_calls", "once"))]
    #[track_caller]
    pub fn assert_called<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        times: impl Into<Times>,
    ) {
        self.assert_count(O::OPERATION, &times.into().not_empty());
    }

    /// Asserts that at least one recorded call of an operation had this input. Only the members
    /// that the closure sets are compared. Of a map, only the entries that it sets are compared; a
    /// list is compared as a whole.
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
    ///
    /// Panics if no call had this input. The message shows the call that comes nearest.
    #[doc(alias = "with")]
    #[track_caller]
    pub fn assert_called_with<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        input: impl FnOnce(O::InputBuilder) -> O::InputBuilder,
    ) {
        let expected = O::request(input(O::InputBuilder::default()));
        let report = {
            let state = self.service.lock();
            let found = state.recorder.find(&expected);
            found.err().map(|mismatch| {
                let named: Vec<usize> = mismatch.named().into_iter().collect();
                let log = state.recorder.log_naming(&named, self.listening());
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
    ///
    /// Panics if the operation was called.
    #[doc(alias = "never")]
    #[track_caller]
    pub fn assert_not_called<O: SdkOperation>(&self, _op: fn(&O::Client) -> O) {
        self.assert_count(O::OPERATION, &Times::NEVER);
    }

    /// Asserts that no request was received, whether it was a call or not.
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
    ///
    /// Panics if a request was received.
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
