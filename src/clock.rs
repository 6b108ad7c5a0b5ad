//! The mock's clock: the only place that reads the time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_smithy_async::time::TimeSource;

/// The time by which the mock lives: real, frozen, or moved by the test.
///
/// It decides when tokens and credentials expire, what the `Date` header says and what the
/// handed-out client takes for the time. Clones show the same clock.
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
    /// Runs with the system's clock, ahead of it by so much or behind.
    Running { ahead: Duration, behind: Duration },
    /// Moves only when told to.
    Frozen(SystemTime),
}

impl Clock {
    /// A clock that shows real time until it is moved.
    pub(crate) fn real() -> Self {
        Self::from_state(State::Running {
            ahead: Duration::ZERO,
            behind: Duration::ZERO,
        })
    }

    /// A clock that stands still at `at`.
    pub(crate) fn frozen_at(at: SystemTime) -> Self {
        Self::from_state(State::Frozen(at))
    }

    fn from_state(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// What time it is for the mock.
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
        let state = *self.lock();
        match state {
            State::Running { ahead, behind } => {
                let real = system_time();
                real.checked_add(ahead)
                    .and_then(|at| at.checked_sub(behind))
                    .unwrap_or(real)
            }
            State::Frozen(at) => at,
        }
    }

    /// Moves the clock forward. A running clock runs on from there, a frozen one stays there.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let token = mock.issue_login(LoginToken::new(google, "alice")); // good for an hour
    /// mock.clock().advance(Duration::from_secs(7_200));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// assert!(call.send().await.is_err());
    /// # }
    /// ```
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        match &mut *state {
            State::Running { ahead, .. } => *ahead = ahead.saturating_add(by),
            State::Frozen(at) => *at = at.checked_add(by).unwrap_or(*at),
        }
    }

    /// Sets the clock, backwards too. A running clock runs on from there, a frozen one stays there.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let leap_day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_164_800);
    /// let mock = MockCognitoIdentity::builder().frozen_at(SystemTime::UNIX_EPOCH).in_memory();
    /// mock.clock().set(leap_day);
    /// assert_eq!(mock.clock().now(), leap_day);
    /// ```
    pub fn set(&self, to: SystemTime) {
        let mut state = self.lock();
        match &mut *state {
            State::Running { ahead, behind } => {
                let real = system_time();
                *ahead = to.duration_since(real).unwrap_or_default();
                *behind = real.duration_since(to).unwrap_or_default();
            }
            State::Frozen(at) => *at = to,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Measures real time, which only goes forward, however the mock's clock is moved.
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

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}
