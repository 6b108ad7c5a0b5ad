//! The fault as the user writes it: a value, and the things that can happen.
//!
//! To which calls and how often is in [`scope`](super::scope); what comes of it once it
//! is injected, in [`injected`](super::injected).

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::effect::{Damage, Effect, Replacement, Responder};
use crate::error::ServiceError;
use crate::operation::{Operation, Request, SdkOperation};
use crate::times::Times;

/// Something that goes wrong on purpose: what happens, to which calls, how often.
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
/// # Which fault a call meets
///
/// Faults are tried in the order they were injected. Every [`delay`](Self::delay) that matches
/// counts, and they add up; every [`hold`](Self::hold) that matches keeps the call. Of the others
/// the first with budget left decides how the call ends, and only that one is charged. So two
/// injected faults with a budget read as a sequence, and a slow throttle is a delay and a
/// throttle.
///
/// # Whether the call changes the state of the mock
///
/// Faults that damage the answer on its way back let the mock do the work:
/// [`lose_response`](Self::lose_response), [`truncate_response`](Self::truncate_response) and
/// [`malformed_response`](Self::malformed_response). So do delays. All others happen instead of
/// the work and leave the state as it was.
///
/// # Faults must fire
///
/// An injected fault that never fires fails the test when the mock is verified, because a test of
/// error handling in which no error happened tests nothing. Say otherwise with
/// [`expect`](Self::expect). Only [`refuse_connections`](Self::refuse_connections) is demanded
/// nothing of, because over TCP nobody can count what it does.
#[must_use = "a `Fault` does nothing until it is injected"]
#[derive(Clone, Debug)]
pub struct Fault {
    pub(super) effect: Effect,
    /// To which calls; to all if there is none.
    pub(super) targets: Vec<Target>,
    pub(super) limit: Option<u64>,
    pub(super) let_through: u64,
    pub(super) probability: Option<f64>,
    pub(super) expected: Option<Times>,
    pub(super) name: Option<Arc<str>>,
}

/// What happens.
impl Fault {
    /// Answers as AWS does when it is called too often: `TooManyRequestsException`, "Rate
    /// exceeded". The SDK retries it.
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

    /// Tells the caller how long to wait before the next attempt, in the header
    /// `x-amz-retry-after`, which the SDK honours. AWS sends it in whole milliseconds; the rest
    /// is cut off.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::Fault;
    /// let patience = Fault::throttle().retry_after(Duration::from_millis(250));
    /// # let _ = patience;
    /// ```
    ///
    /// # Panics
    ///
    /// If the fault answers with neither an error nor a bare status: there is no response to put
    /// the header on.
    #[track_caller]
    pub fn retry_after(mut self, by: Duration) -> Self {
        let Some(retry_after) = self.effect.retry_after_mut() else {
            let effect = &self.effect;
            panic!("`retry_after` needs a fault that answers with an error, not `{effect}`");
        };
        *retry_after = Some(by);
        self
    }

    /// Answers `NotAuthorizedException` with this message. The SDK does not retry it.
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

    /// Answers `InternalErrorException` with HTTP status 500. The SDK retries it.
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

    /// Answers with any error: an exception of the SDK, or a [`ServiceError`] for those that the
    /// SDK has no type for.
    ///
    /// The SDK retries what it takes for throttling or for a passing failure. That includes
    /// `LimitExceededException`, although waiting does not help against a quota.
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
    /// AWS would. Statuses from 400 to 599 are the useful ones; any final one is allowed.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let unavailable = Fault::http_status(503);
    /// # let _ = unavailable;
    /// ```
    ///
    /// # Panics
    ///
    /// If the status is not between 200 and 999: no HTTP response ends with it.
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

    /// Answers later than usual. Delays that match the same call add up, and go along with any
    /// other fault. Real time, or tokio's where time is paused; the mock's clock does not move.
    ///
    /// The state of the mock changes when the call arrives, as over a slow network: a caller that
    /// gave up waiting has still changed it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let slow = Fault::delay(Duration::from_secs(30)).on(Client::get_id);
    /// # let _ = slow;
    /// ```
    pub fn delay(by: Duration) -> Self {
        Self::of(Effect::Delay(by))
    }

    /// Never answers. Without a timeout of its own the caller waits until the mock is dropped.
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

    /// Resets the connection before the first byte of an answer (a TCP RST). The SDK sees a
    /// dispatch failure and retries.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let hiccup = Fault::reset_connection().up_to_n_times(1);
    /// # let _ = hiccup;
    /// ```
    pub fn reset_connection() -> Self {
        Self::replace(Replacement::Reset)
    }

    /// Closes the connection before the first byte of an answer (a TCP FIN).
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

    /// Closes the connection in the middle of the answer: the header promises the whole body, and
    /// half of it comes. The call has changed the state of the mock.
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
    /// assert_eq!(made.identity_pools().len(), 2); // one by each attempt
    /// # Ok(())
    /// # }
    /// ```
    pub fn truncate_response() -> Self {
        Self::of(Effect::Damage(Damage::Truncate))
    }

    /// Answers with status 200 and a body that is not JSON. The call has changed the state of the
    /// mock.
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

    /// Applies the call and then resets the connection, so that the caller cannot know. Its retry
    /// meets the changed state: the test of idempotency.
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

    /// Lets `n` matching calls through in any window of `per` and throttles the rest, as
    /// [`throttle`](Self::throttle) does, for as long as it is in force. The window moves by the
    /// mock's clock. Throttled calls do not count towards it, and neither do calls that an
    /// earlier fault has answered.
    ///
    /// It fires when it throttles. As any fault it fails the test if it never does; add
    /// `.expect(..)` where the limit is only meant to be there.
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
    /// If `per` is zero.
    #[track_caller]
    pub fn rate_limit(n: u32, per: Duration) -> Self {
        assert!(!per.is_zero(), "`per` must be longer than zero");
        Self::of(Effect::RateLimit {
            n,
            per,
            retry_after: None,
        })
    }

    /// Answers calls of this operation with a scripted success. The mock's own answer is not
    /// made, and its state does not change.
    ///
    /// The closure runs as the predicate of [`when`](Self::when) does. If it panics, the call is
    /// answered with status 500 and verification reports the panic.
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
    #[track_caller]
    pub fn respond_with<O: SdkOperation>(
        op: fn(&O::Client) -> O,
        respond: impl Fn(&O::Input) -> O::Output + Send + Sync + 'static,
    ) -> Self {
        let responder = Responder::new::<O>(respond, Location::caller());
        Self::of(Effect::Respond(responder)).on(op)
    }

    /// Keeps matching calls waiting until its guard is released or dropped, or the faults are
    /// cleared. It goes along with other faults as a delay does: the call ends afterwards as they
    /// say.
    ///
    /// So a test can prove that two concurrent callers share one request:
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
    /// // ... start the second caller, see that it does not call ...
    /// held.release();
    /// # assert!(caller.await.unwrap().is_ok());
    /// # }
    /// ```
    pub fn hold() -> Self {
        Self::of(Effect::Hold)
    }

    /// Lets nobody connect, as when the service is down: while it is in force the mock does not
    /// listen, and the connections that are open are closed. Afterwards it listens again, on the
    /// same port. The SDK sees a dispatch failure and retries.
    ///
    /// It is in force when `inject` or `inject_scoped` returns, and the mock listens again when
    /// the guard has dropped or [`clear_faults`] or [`reset`] has returned. It is about
    /// connections and not about calls: nothing is recorded meanwhile, and it cannot be limited
    /// to operations, inputs or a number of calls.
    ///
    /// It fires for every attempt that it refuses. Only in memory can the mock know of them: over
    /// TCP the system refuses them without a word, and the fault never fires. Therefore it has no
    /// expectation by default, unlike other faults.
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
    ///     let refused = client.get_id().identity_pool_id(pool.id()).send().await;
    ///     assert!(matches!(refused, Err(SdkError::DispatchFailure(_))));
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

/// One operation that a fault is on, and what its inputs must be like.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) operation: Operation,
    /// All must match.
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

/// The closure of `Fault::when`, for whichever operation it was written.
#[derive(Clone)]
pub(super) struct Predicate {
    pub(super) accepts: Arc<dyn Fn(&Request) -> bool + Send + Sync>,
    pub(super) written: &'static Location<'static>,
}

impl Predicate {
    pub(super) fn new(
        accepts: impl Fn(&Request) -> bool + Send + Sync + 'static,
        written: &'static Location<'static>,
    ) -> Self {
        Self {
            accepts: Arc::new(accepts),
            written,
        }
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<predicate>")
    }
}

/// What a fault is called: by the user's name, or by its number in the order of injection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultName {
    Named(Arc<str>),
    Numbered(usize),
    /// Not a fault of the user's: the mock was built with the quotas of AWS. Holds the text that
    /// names the quota.
    Quota(Arc<str>),
}

impl FaultName {
    /// Only the name, for `Call::fault`: `first two` or `#1`.
    pub(crate) fn bare(&self) -> String {
        match self {
            Self::Named(name) => name.as_ref().to_owned(),
            Self::Numbered(number) => format!("#{number}"),
            Self::Quota(rate) => rate.as_ref().to_owned(),
        }
    }
}

/// As messages print it: `fault "first two"` or `fault #1`.
impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "fault {name:?}"),
            Self::Numbered(number) => write!(f, "fault #{number}"),
            Self::Quota(rate) => f.write_str(rate),
        }
    }
}
