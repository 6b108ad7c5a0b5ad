//! Observing what was called: the recorded calls, the timeline, the transcript, and waiting for
//! calls.

use std::panic::Location;

use super::mock::MockCognitoIdentity;
use super::wait::completes_within;
use crate::call::Call;
use crate::operation::{Operation, SdkOperation};
use crate::report::{self, Timeline, Transcript};
use crate::times::Times;

/// Observing what was called.
impl MockCognitoIdentity {
    /// Returns all recorded calls in the order of arrival. Requests that name no operation or whose
    /// input could not be read are not included; failure messages list them.
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
    #[doc(alias = "received_requests")]
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.service.lock().recorder.calls()
    }

    /// Returns the recorded calls of one operation in the order of arrival, with the SDK's own
    /// input type.
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
    #[doc(alias = "hits")]
    #[must_use]
    pub fn calls_to<O: SdkOperation>(&self, _op: fn(&O::Client) -> O) -> Vec<Call<O::Input>> {
        self.service.lock().recorder.calls_to::<O>()
    }

    /// Returns the only call of an operation. Every attempt counts as a call, as for
    /// [`assert_called`](Self::assert_called).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// let call = mock.only_call(Client::get_id);
    /// assert_eq!(call.input.identity_pool_id(), Some(pool.id()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the operation was called more than once or not at all, or if the input of the call
    /// could not be read or is no longer kept. The message lists the calls received.
    #[doc(alias = "once")]
    #[must_use = "use `assert_called(.., 1)` if the call itself does not matter"]
    #[track_caller]
    pub fn only_call<O: SdkOperation>(&self, _op: fn(&O::Client) -> O) -> Call<O::Input> {
        let report = {
            let state = self.service.lock();
            let recorder = &state.recorder;
            let log = || recorder.log(&self.log_context(&state));
            let received = recorder.count(O::OPERATION);
            let mut calls = recorder.calls_to::<O>();
            match (received, calls.pop()) {
                (1, Some(call)) => return call,
                (1, None) => report::call_without_input(O::OPERATION, &log()),
                _ => report::wrong_number_of_calls(
                    O::OPERATION,
                    &Times::from(1),
                    &recorder.counted(O::OPERATION),
                    &log(),
                ),
            }
        };
        self.fail(&report)
    }

    /// Returns the operations of all recorded calls in the order of arrival, including calls whose
    /// input could not be read. A test can assert the order:
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

    /// Returns all calls as a waterfall chart to print. It shows the order of the calls, which of
    /// them are retries, and how long each took. Unrecognized requests are included. Of more than 500
    /// calls, it shows the first 100 and the newest 400.
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

    /// Returns all calls as a text that is the same in every run, to be kept as a snapshot. What
    /// differs from run to run is replaced by what it is: `<identity 1>` stands for the id of the
    /// first identity that is mentioned. Unrecognized requests are included.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// # let token = mock.issue_login(LoginToken::new(google, "alice"));
    /// mock.client().get_id().identity_pool_id(pool.id()).logins(google, token).send().await?;
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert_eq!(mock.transcript().to_string(), r#"
    /// #1  GetId  attempt 1  <pool "app">, logins <login alice of accounts.google.com>  → ok, <identity 1>
    /// #2  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 2>
    /// "#.trim_start());
    /// # Ok(())
    /// # }
    /// ```
    pub fn transcript(&self) -> Transcript {
        let state = self.service.lock();
        state.recorder.transcript(&self.log_context(&state))
    }

    /// Does not report calls that a fault keeps waiting, and needs no thread for that.
    #[cfg(feature = "exploration")]
    pub(crate) fn report_no_waiting_calls(&self) {
        self.service.waiting_calls().end();
    }

    /// The numbers of the calls that wait for their answers.
    #[cfg(feature = "exploration")]
    pub(crate) fn calls_in_flight(&self) -> Vec<usize> {
        self.service.lock().recorder.in_flight()
    }

    /// Waits until an operation has been called at least `n` times, and returns its calls. This is
    /// for code that makes calls from a background task. It works on any runtime and is
    /// cancel-safe.
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
    ///
    /// Panics if that takes longer than five seconds of real time, or than
    /// [`Builder::wait_timeout`](crate::Builder::wait_timeout) says. The message lists the calls
    /// received so far.
    #[track_caller]
    pub fn wait_for_calls<O: SdkOperation>(
        &self,
        _op: fn(&O::Client) -> O,
        n: usize,
    ) -> impl Future<Output = Vec<Call<O::Input>>> + Send + use<'_, O> {
        report::at_await(Location::caller(), self.wait::<O>(n))
    }

    async fn wait<O: SdkOperation>(&self, n: usize) -> Result<Vec<Call<O::Input>>, String> {
        let mut changes = self.service.lock().recorder.subscribe();
        let arrived = async {
            while self.service.lock().recorder.count(O::OPERATION) < n {
                // The channel closes only with the recorder, and `self` keeps that alive.
                if changes.changed().await.is_err() {
                    break;
                }
            }
        };
        if completes_within(self.wait_timeout, arrived).await {
            return Ok(self.service.lock().recorder.calls_to::<O>());
        }
        self.note_listed_calls();
        let state = self.service.lock();
        let calls = state.recorder.counted(O::OPERATION);
        let log = state.recorder.log(&self.log_context(&state));
        Err(report::timed_out(
            O::OPERATION,
            n,
            &calls,
            self.wait_timeout,
            &log,
        ))
    }
}
