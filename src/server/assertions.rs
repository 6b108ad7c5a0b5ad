//! Asserting what was called.

use super::mock::MockCognitoIdentity;
use crate::operation::{Operation, SdkOperation};
use crate::report;
use crate::times::{IntoTimes, Times};

/// Asserting what was called.
impl MockCognitoIdentity {
    /// Asserts how often an operation was called: `1`, `2..`, `1..=3`. Every attempt counts, even
    /// if its input could not be read.
    ///
    /// The operation is named by its method on the SDK's client, here and everywhere else; an
    /// [`Operation`] is what the mock returns. To count calls without retries, count those of
    /// [`calls_to`](Self::calls_to) whose `attempt` is 1.
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
    /// Panics if the operation was called more or less often, if the range is empty, or if `times`
    /// is negative.
    #[doc(alias("expect", "times", "assert", "assert_hits", "assert_calls", "once"))]
    #[track_caller]
    pub fn assert_called<O: SdkOperation>(&self, _op: fn(&O::Client) -> O, times: impl IntoTimes) {
        self.assert_count(O::OPERATION, &times.to_times().not_empty());
    }

    /// Asserts that at least one recorded call of an operation had this input. Only the members
    /// that the closure sets are compared. Of a map, only the entries that it sets are compared; a
    /// list is compared as a whole.
    ///
    /// The closure builds the expected input. It is not a predicate, as that of
    /// [`Fault::when`](crate::Fault::when) is. To assert with a predicate, use
    /// [`calls_to`](Self::calls_to), as the last lines of the example do.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::{Call, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_called_with(Client::get_id, |input| input.identity_pool_id(pool.id()));
    ///
    /// let of_guests = |call: &Call<GetIdInput>| call.input.logins().is_none();
    /// assert!(mock.calls_to(Client::get_id).iter().any(of_guests));
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
                let log = state.recorder.log_naming(&named, &self.log_context(&state));
                let called = state.recorder.called();
                report::no_call_with_input(O::OPERATION, &mismatch, &called, &log)
            })
        };
        if let Some(report) = report {
            self.fail(&report);
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
            let state = self.service.lock();
            let received = state.recorder.total();
            let log = || state.recorder.log(&self.log_context(&state));
            (received > 0).then(|| report::unexpected_calls(received, &log()))
        };
        if let Some(report) = report {
            self.fail(&report);
        }
    }

    #[track_caller]
    fn assert_count(&self, operation: Operation, times: &Times) {
        let report = {
            let state = self.service.lock();
            let wrong = !times.contains(state.recorder.count(operation) as u64);
            let log = || state.recorder.log(&self.log_context(&state));
            let calls = || state.recorder.counted(operation);
            wrong.then(|| report::wrong_number_of_calls(operation, times, &calls(), &log()))
        };
        if let Some(report) = report {
            self.fail(&report);
        }
    }
}
