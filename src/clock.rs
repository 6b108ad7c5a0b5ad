//! The mock's clock. Nothing else in this crate reads the time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_smithy_async::time::TimeSource;
use tokio::time::Instant as TokioInstant;

/// The clock of a mock. It shows real time unless the test freezes it, moves it, or makes it
/// [follow tokio's time](crate::Builder::clock_follows_tokio).
///
/// Tokens and credentials expire by this clock, the `Date` header shows it, and clients made by
/// [`MockCognitoIdentity::client`](crate::MockCognitoIdentity::client) use it as their time source.
/// Clones share the same clock.
///
/// ```
/// # use std::time::Duration;
/// # use mock_cognito_identity::MockCognitoIdentity;
/// let mock = MockCognitoIdentity::start();
/// let before = mock.clock().now();
/// mock.clock().advance(Duration::from_secs(3_600));
/// assert!(mock.clock().now() >= before + Duration::from_secs(3_600));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Runs with the system's clock, ahead of it or behind.
    Running { ahead: Duration, behind: Duration },
    /// Moves only when the test moves it.
    Frozen(SystemTime),
    /// Moves with tokio's time, paused or not.
    FollowsTokio { at: SystemTime, since: TokioInstant },
}

impl State {
    fn shown(self) -> SystemTime {
        match self {
            Self::Running { ahead, behind } if ahead == behind => system_time(),
            Self::Running { ahead, behind } => {
                let shown = system_time().checked_add(ahead);
                or_last(shown.and_then(|at| at.checked_sub(behind)))
            }
            Self::Frozen(at) => at,
            Self::FollowsTokio { at, since } => {
                or_last(at.checked_add(tokio_time().duration_since(since)))
            }
        }
    }
}

/// A clock was set to a time within the limits, but may have run past them.
fn or_last(shown: Option<SystemTime>) -> SystemTime {
    shown.filter(is_within_limits).unwrap_or_else(last)
}

impl Clock {
    /// A clock that shows real time until it is moved.
    pub(crate) fn real() -> Self {
        Self::from_state(State::Running {
            ahead: Duration::ZERO,
            behind: Duration::ZERO,
        })
    }

    /// A clock that is frozen at `at`.
    ///
    /// # Panics
    /// If `at` is outside the limits.
    #[track_caller]
    pub(crate) fn frozen_at(at: SystemTime) -> Self {
        Self::from_state(State::Frozen(within_limits(at)))
    }

    /// Makes the clock move with tokio's time from where it stands.
    pub(crate) fn follow_tokio(&self) {
        let mut state = self.lock();
        *state = State::FollowsTokio {
            at: state.shown(),
            since: tokio_time(),
        };
    }

    fn from_state(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The time that the clock shows.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// assert!(mock.calls()[0].time <= mock.clock().now());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.lock().shown()
    }

    /// Moves the clock forward. A running clock, or one that follows tokio's time, continues from
    /// there; a frozen one stays there.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let token = mock.issue_login(LoginToken::new(google, "alice")); // valid for an hour
    /// mock.clock().advance(Duration::from_secs(7_200));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// assert!(call.send().await.is_err());
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the clock would pass 9999-12-30T23:59:59Z: the SDK cannot sign requests after that year.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        let to = state.shown().checked_add(by).filter(is_within_limits);
        match (to, &mut *state) {
            (Some(_), State::Running { ahead, .. }) => *ahead = ahead.saturating_add(by),
            (Some(to), State::Frozen(at)) => *at = to,
            (Some(to), State::FollowsTokio { at, since }) => {
                (*at, *since) = (to, tokio_time());
            }
            (None, _) => {
                drop(state);
                outside_limits();
            }
        }
    }

    /// Sets the clock, also backwards. A running clock, or one that follows tokio's time, continues
    /// from there; a frozen one stays there.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let leap_day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_164_800);
    /// let mock = MockCognitoIdentity::builder().frozen_at(SystemTime::UNIX_EPOCH).in_memory();
    /// mock.clock().set(leap_day);
    /// assert_eq!(mock.clock().now(), leap_day);
    /// ```
    ///
    /// # Panics
    /// If the time is before the year 1 or after 9999-12-30T23:59:59Z: the SDK cannot sign requests
    /// at such a time.
    #[track_caller]
    pub fn set(&self, to: SystemTime) {
        let to = within_limits(to);
        let mut state = self.lock();
        match &mut *state {
            State::Running { ahead, behind } => {
                let real = system_time();
                *ahead = to.duration_since(real).unwrap_or_default();
                *behind = real.duration_since(to).unwrap_or_default();
            }
            State::Frozen(at) => *at = to,
            State::FollowsTokio { at, since } => (*at, *since) = (to, tokio_time()),
        }
    }

    /// Whether the clock can be set to this time.
    #[cfg(feature = "server")]
    pub(crate) fn can_show(at: SystemTime) -> bool {
        is_within_limits(&at)
    }

    /// What the clock shows, if that is not real time.
    pub(crate) fn reading(&self) -> Option<ClockReading> {
        let state = *self.lock();
        let shown = state.shown();
        let (ahead, behind) = match state {
            State::Frozen(_) => return Some(ClockReading::Frozen(shown)),
            State::FollowsTokio { .. } => return Some(ClockReading::FollowsTokio(shown)),
            State::Running { ahead, behind } => (ahead, behind),
        };
        if ahead == behind {
            return None;
        }
        Some(match ahead.checked_sub(behind) {
            Some(by) => ClockReading::Ahead { shown, by },
            None => ClockReading::Behind {
                shown,
                by: behind.saturating_sub(ahead),
            },
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a clock shows that does not show real time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockReading {
    Frozen(SystemTime),
    /// It moves with tokio's time.
    FollowsTokio(SystemTime),
    /// It runs ahead of real time.
    Ahead {
        shown: SystemTime,
        by: Duration,
    },
    /// It runs behind real time.
    Behind {
        shown: SystemTime,
        by: Duration,
    },
}

/// Seconds from 0001-01-01T00:00:00Z to 1970.
const FIRST: u64 = 62_135_596_800;
/// Seconds from 1970 to 9999-12-30T23:59:59Z, a day before the last time that can be written, so
/// that what the mock issues then still has an expiration that can be written.
const LAST: u64 = 253_402_214_399;

fn last() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(LAST)
}

/// Outside these limits, the SDK panics when it signs a request.
fn is_within_limits(at: &SystemTime) -> bool {
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after <= Duration::from_secs(LAST),
        Err(before) => before.duration() <= Duration::from_secs(FIRST),
    }
}

#[track_caller]
fn within_limits(at: SystemTime) -> SystemTime {
    if !is_within_limits(&at) {
        outside_limits();
    }
    at
}

#[track_caller]
fn outside_limits() -> ! {
    panic!(
        "the mock's clock must stay between 0001-01-01T00:00:00Z and 9999-12-30T23:59:59Z, because \
         the SDK cannot sign requests at other times"
    )
}

/// Measures real time, which is monotonic, however the mock's clock is moved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the time"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the time"
)]
fn system_time() -> SystemTime {
    SystemTime::now()
}

/// On a runtime whose time is paused, this is that time. Everywhere else it is real time.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the time"
)]
fn tokio_time() -> TokioInstant {
    TokioInstant::now()
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}
