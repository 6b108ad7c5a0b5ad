//! Observing and asserting what was called.

use super::MockCognitoIdentity;
use super::patience::{PATIENCE, patience};
use crate::call::Call;
use crate::operation::{Operation, SdkOperation};
use crate::report::{self, Timeline};
use crate::server::wait::in_time;
use crate::times::Times;

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
    /// timeline (mock clock and injected delays, 20ms in total):
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
