//! The fault as the user writes it: a value, and a constructor for each effect.
//!
//! The methods that select calls and limit how often a fault fires are in
//! [`scope`](super::scope). What an injected fault does to a call is in
//! [`injected`](super::injected).

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::effect::{Damage, Effect, Replacement, Responder};
use crate::error::ServiceError;
use crate::operation::{Operation, Request, SdkOperation};
use crate::times::Times;

/// A failure to inject: what goes wrong, for which calls, and how often.
///
/// ```
/// use aws_sdk_cognitoidentity::Client;
/// use mock_cognito_identity::{Fault, MockCognitoIdentity};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = MockCognitoIdentity::start();
/// let pool = mock.seed_pool("app");
/// mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));
///
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?; // the SDK retries
///
/// mock.assert_called(Client::get_id, 3);
/// # Ok(())
/// # }
/// ```
///
/// # How faults combine
///
/// The mock tries faults in the order in which they were injected. All matching
/// [`delay`](Self::delay)s add up, and every matching [`hold`](Self::hold) keeps the call waiting.
/// Of the other matching faults, the first that still has budget
/// ([`up_to_n_times`](Self::up_to_n_times)) decides how the call ends; the rest do not fire.
/// Injecting two faults with a budget therefore makes a sequence, and a slow throttled call takes
/// a delay and a throttle.
///
/// # Whether the call changes the state of the mock
///
/// [`lose_response`](Self::lose_response), [`truncate_response`](Self::truncate_response),
/// [`malformed_response`](Self::malformed_response) and [`bare_response`](Self::bare_response)
/// damage the response after the operation has been carried out, so the state changes. It also
/// changes if the call is only delayed or held. All other faults replace the operation and leave the
/// state unchanged.
///
/// # Faults must fire
///
/// An injected fault that has not fired when the mock is verified fails the test, because a test
/// of error handling in which no error occurred proves nothing. [`expect`](Self::expect) changes
/// how often the fault must fire. [`refuse_connections`](Self::refuse_connections) carries no
/// default expectation, because over TCP the mock never sees the refused attempts.
#[must_use = "a `Fault` does nothing until it is injected"]
#[derive(Clone, Debug)]
#[doc(alias("Mock", "ResponseTemplate"))]
pub struct Fault {
    pub(super) effect: Effect,
    /// The operations whose calls it matches; all operations if there is none.
    pub(super) targets: Vec<Target>,
    pub(super) limit: Option<u64>,
    pub(super) let_through: u64,
    pub(super) probability: Option<f64>,
    pub(super) expected: Option<Times>,
    pub(super) name: Option<Arc<str>>,
}

/// What the fault does to the calls it matches.
impl Fault {
    /// Answers as AWS does when the request rate is exceeded: with `TooManyRequestsException`,
    /// "Rate exceeded". The SDK retries the call.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let twice = Fault::throttle().on(Client::get_id).up_to_n_times(2);
    /// # let _ = twice;
    /// ```
    pub fn throttle() -> Self {
        Self::replace(Replacement::throttle(None))
    }

    /// Adds the header `x-amz-retry-after`, which tells the caller how long to wait before the
    /// next attempt. The SDK honours it. AWS sends the header in whole milliseconds, so a fraction
    /// of a millisecond is cut off.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::Fault;
    /// let busy = Fault::throttle().retry_after(Duration::from_millis(250));
    /// # let _ = busy;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the fault answers with neither an error nor a bare status, because then no
    /// response can carry the header.
    #[track_caller]
    pub fn retry_after(mut self, by: Duration) -> Self {
        let Some(retry_after) = self.effect.retry_after_mut() else {
            let effect = &self.effect;
            panic!("`retry_after` needs a fault that answers with an error, not `{effect}`");
        };
        *retry_after = Some(by);
        self
    }

    /// Answers with `NotAuthorizedException` and this message. The SDK does not retry the call.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let forbidden = Fault::not_authorized("Access to Identity is forbidden.")
    ///     .on(Client::get_credentials_for_identity);
    /// # let _ = forbidden;
    /// ```
    pub fn not_authorized(message: impl Into<String>) -> Self {
        let error = ServiceError::not_authorized(message.into());
        Self::error_of(Some("not_authorized"), error)
    }

    /// Answers with `InternalErrorException` and HTTP status 500. The SDK retries the call.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let flaky = Fault::internal_error().with_probability(0.3);
    /// # let _ = flaky;
    /// ```
    pub fn internal_error() -> Self {
        let error = ServiceError::known("InternalErrorException", "Internal error");
        Self::error_of(Some("internal_error"), error.with_status(500))
    }

    /// Answers with any error: an exception type of the SDK, or a [`ServiceError`] for an error
    /// that the SDK has no type for.
    ///
    /// The SDK retries errors that it classifies as throttling or as transient. That includes
    /// `LimitExceededException`, although waiting does not help once a quota is used up.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::types::error::ResourceConflictException;
    /// # use mock_cognito_identity::{Fault, ServiceError};
    /// let taken = Fault::error(ResourceConflictException::builder().message("taken").build());
    /// let expired = Fault::error(ServiceError::new("ExpiredTokenException", "Token is expired."));
    /// # let _ = (taken, expired);
    /// ```
    pub fn error(error: impl Into<ServiceError>) -> Self {
        Self::error_of(None, error.into())
    }

    /// Answers with this HTTP status and an empty body, as a proxy or load balancer in front of
    /// AWS would. Statuses from 400 to 599 are the useful ones; any final status is allowed.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let unavailable = Fault::http_status(503);
    /// # let _ = unavailable;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the status is not between 200 and 999, because it is not the final status of any
    /// HTTP response.
    #[track_caller]
    pub fn http_status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if !status.is_informational() => Self::replace(Replacement::Status {
                status,
                retry_after: None,
            }),
            _ => panic!("`status` must be between 200 and 999, got {status}"),
        }
    }

    /// Delays the response. All delays that match a call add up, and a delay combines with any
    /// other fault.
    ///
    /// A delay takes real time over TCP. In memory it uses the client's own sleep, which follows
    /// tokio's paused time. The mock's clock does not move, unless it
    /// [follows tokio's time](crate::Builder::clock_follows_tokio).
    ///
    /// The state of the mock changes when the call arrives, as it does over a slow network: a
    /// caller that has stopped waiting has still changed it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let slow = Fault::delay(Duration::from_secs(30)).on(Client::get_id);
    /// # let _ = slow;
    /// ```
    #[doc(alias = "set_delay")]
    pub fn delay(by: Duration) -> Self {
        Self::of(Effect::Delay(by))
    }

    /// Never answers. A caller without a timeout waits until the mock is dropped. If one is left
    /// waiting for ten seconds of real time, the mock reports its call on standard error.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
    /// # use aws_sdk_cognitoidentity::error::SdkError;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let limit = TimeoutConfig::builder().operation_timeout(Duration::from_millis(20)).build();
    /// let client = Client::from_conf(mock.config().timeout_config(limit).build());
    /// mock.inject(Fault::hang());
    ///
    /// let late = client.get_id().identity_pool_id(pool.id()).send().await;
    /// assert!(matches!(late, Err(SdkError::TimeoutError(_))));
    /// # }
    /// ```
    pub fn hang() -> Self {
        Self::replace(Replacement::Hang)
    }

    /// Resets the connection (TCP RST) before the first byte of the response. The SDK sees a
    /// dispatch failure and retries the call.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let hiccup = Fault::reset_connection().up_to_n_times(1);
    /// # let _ = hiccup;
    /// ```
    pub fn reset_connection() -> Self {
        Self::replace(Replacement::Reset)
    }

    /// Closes the connection (TCP FIN) before the first byte of the response. The SDK sees a
    /// dispatch failure and retries the call.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::empty_response().up_to_n_times(1));
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?; // the SDK retries
    /// mock.assert_called(Client::get_id, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn empty_response() -> Self {
        Self::replace(Replacement::Close)
    }

    /// Closes the connection in the middle of the response: the headers announce the whole body,
    /// but only half of it arrives. The call has changed the state of the mock. The SDK sees a
    /// response error and retries the call.
    ///
    /// ```
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let client = mock.client();
    /// # let create = client.create_identity_pool().identity_pool_name("app");
    /// # let create = create.allow_unauthenticated_identities(true);
    /// mock.inject(Fault::truncate_response().up_to_n_times(1));
    /// create.send().await?; // the SDK retries
    ///
    /// let made = client.list_identity_pools().max_results(10).send().await?;
    /// assert_eq!(made.identity_pools().len(), 2); // one for each attempt
    /// # Ok(())
    /// # }
    /// ```
    pub fn truncate_response() -> Self {
        Self::of(Effect::Damage(Damage::Truncate))
    }

    /// Answers with status 200 and a body that is not valid JSON. The call has changed the state
    /// of the mock. The SDK sees a response error and does not retry the call.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_sdk_cognitoidentity::error::SdkError;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::malformed_response());
    /// let answer = mock.client().get_id().identity_pool_id(pool.id()).send().await;
    /// assert!(matches!(answer, Err(SdkError::ResponseError(_))));
    /// mock.assert_called(Client::get_id, 1); // the SDK does not retry
    /// # }
    /// ```
    pub fn malformed_response() -> Self {
        Self::of(Effect::Damage(Damage::Malform))
    }

    /// Carries out the operation and then resets the connection, so the caller cannot know whether
    /// the call succeeded. A retry finds the changed state, which makes this fault a test of
    /// idempotency.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let lost = Fault::lose_response().on(Client::create_identity_pool).up_to_n_times(1);
    /// # let _ = lost;
    /// ```
    pub fn lose_response() -> Self {
        Self::of(Effect::Damage(Damage::Lose))
    }

    /// Carries out the operation and answers with status 200, but without the members of the output
    /// that may be missing. In the SDK's types almost all members are optional, and code that
    /// unwraps them panics. Only the answers that describe a pool have members that always come:
    /// its id, its name and whether it allows guests.
    ///
    /// The fault matches no calls of operations whose output has nothing to leave out:
    /// `DeleteIdentityPool`, `SetIdentityPoolRoles`, `TagResource`, `UnlinkDeveloperIdentity`,
    /// `UnlinkIdentity` and `UntagResource`. A call that the operation rejects gets its error.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.inject(Fault::bare_response().on(Client::get_id));
    /// let answer = mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert_eq!(answer.identity_id(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn bare_response() -> Self {
        Self::of(Effect::Damage(Damage::Bare))
    }

    /// Lets up to `n` matching calls through in any window of length `per` and throttles the rest,
    /// as [`throttle`](Self::throttle) does. The window slides with the mock's clock. Throttled
    /// calls do not count towards the limit, and neither do calls that an earlier fault has
    /// answered.
    ///
    /// The fault fires when it throttles a call. Like any fault, it fails the test if it never
    /// fires; add `.expect(..)` if the test need not reach the limit.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let quota = Fault::rate_limit(25, Duration::from_secs(1)).on(Client::get_id).expect(..);
    /// # let _ = quota;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `per` is zero.
    #[track_caller]
    pub fn rate_limit(n: u32, per: Duration) -> Self {
        assert!(!per.is_zero(), "`per` must be longer than zero");
        Self::of(Effect::RateLimit {
            n,
            per,
            retry_after: None,
        })
    }

    /// Answers calls of this operation with a scripted response, which is always a success. The
    /// operation is not carried out, so the state of the mock does not change.
    ///
    /// The closure runs on the same thread as a predicate of [`when`](Self::when), and without any
    /// lock of the mock. If it panics, the call is answered with status 500 and verification
    /// reports the panic.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::{Client, operation::get_id::GetIdOutput};
    /// # use mock_cognito_identity::Fault;
    /// let scripted = Fault::respond_with(Client::get_id, |input| {
    ///     let pool = input.identity_pool_id().unwrap_or_default();
    ///     GetIdOutput::builder().identity_id(format!("{pool}-guest")).build()
    /// });
    /// # let _ = scripted;
    /// ```
    #[doc(alias("return_once", "return_const", "returning"))]
    #[track_caller]
    pub fn respond_with<O: SdkOperation>(
        op: fn(&O::Client) -> O,
        respond: impl Fn(&O::Input) -> O::Output + Send + Sync + 'static,
    ) -> Self {
        let responder = Responder::new::<O>(respond, Location::caller());
        Self::of(Effect::Respond(responder)).on(op)
    }

    /// Keeps matching calls waiting until the fault's guard is released or dropped or the faults
    /// are cleared. Like a delay, it combines with other faults, which decide how the call ends
    /// after its release.
    ///
    /// Inject it with [`inject_scoped`](crate::MockCognitoIdentity::inject_scoped), so that a guard
    /// can release the calls. If nobody releases a call for ten seconds of real time, the mock
    /// reports it on standard error:
    ///
    /// ```text
    /// call #1 GetId has been held for 10s by fault #1, injected at tests/login.rs:23:12
    /// ```
    ///
    /// With it, a test can prove that two concurrent callers share one request:
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::start();
    /// # let pool = mock.seed_pool("app");
    /// # let pool_id = pool.id().to_owned();
    /// # let client = mock.client();
    /// # let cached_id = async move { client.get_id().identity_pool_id(pool_id).send().await };
    /// let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
    /// let caller = tokio::spawn(cached_id);
    /// held.wait_until_fired(1).await;
    /// // ... start the second caller and see that it makes no call ...
    /// held.release();
    /// # assert!(caller.await.unwrap().is_ok());
    /// # }
    /// ```
    pub fn hold() -> Self {
        Self::of(Effect::Hold)
    }

    /// Refuses connections, as a service that is down does. While the fault is in force, the mock
    /// does not listen, and open connections are closed. Afterwards the mock listens again on the
    /// same port. The SDK sees a dispatch failure and retries the call.
    ///
    /// The fault is in force when `inject` or `inject_scoped` returns. The mock listens again when
    /// the guard has been dropped or when [`clear_faults`] or [`reset`] has returned. The fault
    /// concerns connections and not calls: no call is recorded while it is in force, and it cannot
    /// be limited to operations, inputs or a number of calls.
    ///
    /// The fault fires for every attempt that it refuses. The mock sees these attempts in memory
    /// only; over TCP the operating system refuses them, and the fault never fires. Therefore,
    /// unlike other faults, it has no default expectation.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::SdkError;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockCognitoIdentity::start();
    /// let pool = mock.seed_pool("app");
    /// let client = mock.client();
    /// {
    ///     let _down = mock.inject_scoped(Fault::refuse_connections());
    ///     let result = client.get_id().identity_pool_id(pool.id()).send().await;
    ///     assert!(matches!(result, Err(SdkError::DispatchFailure(_))));
    /// }
    /// client.get_id().identity_pool_id(pool.id()).send().await?; // it is up again
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`clear_faults`]: crate::MockCognitoIdentity::clear_faults
    /// [`reset`]: crate::MockCognitoIdentity::reset
    #[doc(alias = "outage")]
    #[doc(alias = "down")]
    pub fn refuse_connections() -> Self {
        Self::of(Effect::RefuseConnections)
    }

    /// What it does, in the words of failure messages: `throttle`, `http_status 503`.
    #[cfg(feature = "exploration")]
    pub(crate) fn effect_text(&self) -> String {
        self.effect.to_string()
    }

    /// The name that the user gave it.
    #[cfg(feature = "exploration")]
    pub(crate) fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether the answers that it damages are successes with other contents.
    #[cfg(feature = "exploration")]
    pub(crate) fn changes_answers(&self) -> bool {
        matches!(self.effect, Effect::Damage(Damage::Bare))
    }

    /// Whether it refuses connections. Such a fault matches no calls.
    #[cfg(feature = "exploration")]
    pub(crate) fn refuses_all_connections(&self) -> bool {
        matches!(self.effect, Effect::RefuseConnections)
    }

    fn error_of(constructor: Option<&'static str>, error: ServiceError) -> Self {
        Self::replace(Replacement::Error {
            constructor,
            error,
            retry_after: None,
        })
    }

    fn replace(replacement: Replacement) -> Self {
        Self::of(Effect::Replace(replacement))
    }

    fn of(effect: Effect) -> Self {
        Self {
            effect,
            targets: Vec::new(),
            limit: None,
            let_through: 0,
            probability: None,
            expected: None,
            name: None,
        }
    }
}

/// An operation whose calls a fault matches, with the predicates on their input.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) operation: Operation,
    /// All of them must match.
    pub(super) predicates: Vec<Predicate>,
}

impl Target {
    pub(super) fn new(operation: Operation) -> Self {
        Self {
            operation,
            predicates: Vec::new(),
        }
    }
}

/// The closure of `Fault::when`, with its operation's input type erased.
#[derive(Clone)]
pub(super) struct Predicate {
    pub(super) matches: Arc<dyn Fn(&Request) -> bool + Send + Sync>,
    /// Where the closure is in the user's code.
    pub(super) written: &'static Location<'static>,
}

impl Predicate {
    pub(super) fn new(
        matches: impl Fn(&Request) -> bool + Send + Sync + 'static,
        written: &'static Location<'static>,
    ) -> Self {
        Self {
            matches: Arc::new(matches),
            written,
        }
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<predicate>")
    }
}

/// How messages identify a fault: by the user's name or by its number in the order of injection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultName {
    Named(Arc<str>),
    Numbered(usize),
    /// A request rate of AWS, which the mock enforces if it was built with `Builder::aws_quotas`.
    /// It is no injected fault. The text names the rate.
    Quota(Arc<str>),
}

impl FaultName {
    /// The name alone, for `Call::fault`: `first two` or `#1`.
    pub(crate) fn bare(&self) -> String {
        match self {
            Self::Named(name) => name.as_ref().to_owned(),
            Self::Numbered(number) => format!("#{number}"),
            Self::Quota(rate) => rate.as_ref().to_owned(),
        }
    }
}

/// The name as messages print it: `fault "first two"` or `fault #1`.
impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "fault {name:?}"),
            Self::Numbered(number) => write!(f, "fault #{number}"),
            Self::Quota(rate) => f.write_str(rate),
        }
    }
}
