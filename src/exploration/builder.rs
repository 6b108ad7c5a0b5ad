//! [`Exploration`]: describes the code to explore and what to do to it, and starts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::code::{Body, Code};
use super::cognito_state::Leftover;
use super::default_faults::{default_faults, other_faults};
use super::misuse;
use super::observe::{Patience, observe};
use super::plan::{Column, Explorer, Plan};
use super::report::Report;
use super::rules::Rules;
use super::strike::{Crash, ExploredFault, Strike, StrikeKind};
use crate::call::Call;
use crate::faults::Fault;
use crate::operation::{Operation, SdkOperation};
use crate::report;
use crate::server::{Builder, MockCognitoIdentity};

/// The longest that the code may take without a fault.
const WEEK: Duration = Duration::from_secs(604_800);

/// Runs code again and again, each time with one fault at one call, until every fault has struck at
/// every call, and reports what the code did.
///
/// ```
/// # use std::time::Duration;
/// # use aws_sdk_cognitoidentity::Client;
/// # use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
/// use mock_cognito_identity::{Exploration, Leftover, PoolSeed};
///
/// # const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
/// # struct App { client: Client }
/// # impl App {
/// #     async fn guest(&self) -> Result<String, Box<dyn std::error::Error>> {
/// #         let answer = self.client.get_id().identity_pool_id(POOL).send().await?;
/// #         Ok(answer.identity_id.ok_or("no identity")?)
/// #     }
/// # }
/// // In a `#[test]`, which must not be async: every run has a runtime of its own.
/// let report = Exploration::new()
///     .arrange(|mock| { mock.seed_pool(PoolSeed::named("app").id(POOL)); })
///     .start(|mock| {
///         let patience = Duration::from_secs(5);
///         let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience).build();
///         App { client: Client::from_conf(mock.config().timeout_config(timeouts).build()) }
///     })
///     .may_leave(Leftover::Guest) // a lost answer leaves a guest behind
///     .run(async |app| app.guest().await);
/// report.assert_clean();
/// ```
///
/// [A guide](crate::guides::exploring) explains the report and what to do about each finding.
///
/// # What a run is
///
/// Every run has a mock in memory with the same seed, a runtime whose time is paused, and a new
/// application from [`start`](Self::start). The clock of the mock begins at the same time and follows
/// tokio's. The body is used once with the fault in force. Then the fault is removed,
/// [`recovery`](Self::recovery) passes, and the body is used a second time on the same application:
/// it must succeed. The *baseline* is such a run without a fault. It must succeed twice, and tells
/// which calls there are.
///
/// # Which runs there are
///
/// For each call of the first use: each fault once, and from that call on; a [`Crash`] before and
/// after the operation is carried out; and a cancellation ([`Cancel`](crate::Cancel)).
#[must_use = "an `Exploration` does nothing until `run` is called"]
pub struct Exploration<'a, A = (), T = (), E = ()> {
    code: Code<'a, A, T, E>,
    faults: Vec<ExploredFault>,
    only: Vec<(usize, Strike)>,
    operations: Vec<Operation>,
    faults_per_run: usize,
    may_leave: Vec<Leftover>,
    recovery: Duration,
    time_limit: Duration,
}

impl<T, E> Default for Exploration<'_, (), T, E> {
    fn default() -> Self {
        Self::new()
    }
}

/// The code to explore.
impl<'a, T, E> Exploration<'a, (), T, E> {
    /// Returns an exploration with the default faults, whose code is still to be described.
    pub fn new() -> Self {
        Self {
            code: Code {
                configure: Vec::new(),
                arrange: Vec::new(),
                start: Box::new(|_| ()),
                answer: None,
                checks: Vec::new(),
            },
            faults: default_faults(),
            only: Vec::new(),
            operations: Vec::new(),
            faults_per_run: 1,
            may_leave: Vec::new(),
            recovery: Duration::from_secs(60),
            time_limit: Duration::from_secs(120),
        }
    }

    /// Sets how the application is started, once in each life of the process. It gets its client
    /// from the mock: `mock.client()`, or one that is made from `mock.config()` with the timeouts of
    /// production. Background tasks can be spawned here.
    ///
    /// # Panics
    ///
    /// Panics if it is called after [`check`](Self::check), which is about the application.
    #[track_caller]
    pub fn start<A>(
        self,
        start: impl Fn(&MockCognitoIdentity) -> A + 'a,
    ) -> Exploration<'a, A, T, E> {
        assert!(
            self.code.checks.is_empty(),
            "`start` comes before `check`, which looks at the application"
        );
        Exploration {
            code: Code {
                configure: self.code.configure,
                arrange: self.code.arrange,
                start: Box::new(start),
                answer: self.code.answer,
                checks: Vec::new(),
            },
            faults: self.faults,
            only: self.only,
            operations: self.operations,
            faults_per_run: self.faults_per_run,
            may_leave: self.may_leave,
            recovery: self.recovery,
            time_limit: self.time_limit,
        }
    }
}

/// The code to explore.
impl<'a, A, T, E> Exploration<'a, A, T, E> {
    /// Changes the settings with which the mocks are built, such as their Region. The seed and the
    /// time at which the clock begins can be set; whether the clock follows tokio's time and what is
    /// verified cannot.
    ///
    /// ```
    /// # use mock_cognito_identity::Exploration;
    /// # let exploration: Exploration<'_> =
    /// Exploration::new().configure(|builder| builder.region("eu-west-1"))
    /// # ; drop(exploration);
    /// ```
    pub fn configure(mut self, configure: impl Fn(Builder) -> Builder + 'a) -> Self {
        self.code.configure.push(Box::new(configure));
        self
    }

    /// Prepares each mock before the application is started, such as with
    /// [`seed_pool`](MockCognitoIdentity::seed_pool).
    pub fn arrange(mut self, arrange: impl Fn(&MockCognitoIdentity) + 'a) -> Self {
        self.code.arrange.push(Box::new(arrange));
        self
    }

    /// Sets what is compared of two answers, if that is not all of their `Debug` text. Ids, keys and
    /// times in the text are replaced as in a [`Transcript`](crate::Transcript).
    ///
    /// ```
    /// # use mock_cognito_identity::Exploration;
    /// # struct Session { user: String }
    /// # let exploration: Exploration<'_, (), Session, ()> =
    /// Exploration::new().answer(|session: &Session| session.user.clone())
    /// # ; drop(exploration);
    /// ```
    pub fn answer(mut self, text: impl Fn(&T) -> String + 'a) -> Self {
        self.code.answer = Some(Box::new(text));
        self
    }

    /// Adds a check of your own at the end of each run. It gets what the body returned the first and
    /// the second time, the application, the mock and all calls, and returns what is wrong. A use
    /// that panicked, took too long or was interrupted has returned nothing.
    ///
    /// The baseline must pass it, too. A panic in it is a finding, so `assert!` works as well.
    pub fn check(
        mut self,
        check: impl Fn(
            Option<&Result<T, E>>,
            Option<&Result<T, E>>,
            &A,
            &MockCognitoIdentity,
            &[Call],
        ) -> Result<(), String>
        + 'a,
    ) -> Self {
        self.code.checks.push(Box::new(check));
        self
    }

    /// Allows the code to leave this behind in the service. It can be called several times.
    pub fn may_leave(mut self, leftover: Leftover) -> Self {
        self.may_leave.push(leftover);
        self
    }
}

/// What to do to it.
impl<A, T, E> Exploration<'_, A, T, E> {
    /// Replaces the default faults. Crashes and cancellations remain.
    ///
    /// The exploration decides which call a fault strikes and how often, so it needs neither
    /// [`after_n_calls`](Fault::after_n_calls) nor [`up_to_n_times`](Fault::up_to_n_times). One that
    /// is limited to some calls by [`on`](Fault::on) or [`when`](Fault::when) strikes only those.
    /// Its name, if it has one, is the head of its column.
    ///
    /// # Panics
    ///
    /// Panics if there is a [`refuse_connections`](Fault::refuse_connections), which strikes no call.
    #[track_caller]
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut explored = Vec::new();
        for fault in faults {
            assert_strikes_calls(&fault);
            explored.push(ExploredFault::of_user(fault));
        }
        self.faults = explored;
        self
    }

    /// Adds faults that most programs treat like one of the default faults: `internal_error`,
    /// `retry_after`, `empty_response`, `truncate_response` and others.
    pub fn all_faults(mut self) -> Self {
        self.faults.extend(other_faults());
        self
    }

    /// Limits the calls that are struck to those of this operation. Calling it again adds another
    /// operation.
    pub fn on<O: SdkOperation>(mut self, _op: fn(&O::Client) -> O) -> Self {
        self.operations.push(O::OPERATION);
        self
    }

    /// Sets how many things may happen in one run. With 2, each run without a finding in which a
    /// fault has struck once is continued: at each of its later calls, each fault strikes once, and
    /// the code crashes and is cancelled.
    ///
    /// # Panics
    ///
    /// Panics if `n` is 0.
    #[track_caller]
    pub fn faults_per_run(mut self, n: usize) -> Self {
        assert!(n >= 1, "`n` must be at least 1");
        self.faults_per_run = n;
        self
    }

    /// Performs only the runs in which this happens to the call with this number, as the report gives
    /// it. A fault strikes once, and in another run from that call on.
    ///
    /// ```
    /// # use mock_cognito_identity::{Crash, Exploration};
    /// # let exploration: Exploration<'_> =
    /// Exploration::new().only(2, Crash::After)
    /// # ; drop(exploration);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if it is a [`refuse_connections`](Fault::refuse_connections), which strikes no call.
    #[track_caller]
    pub fn only(mut self, call: usize, strike: impl Into<Strike>) -> Self {
        let strike = strike.into();
        if let StrikeKind::Fault(explored) = &strike.0 {
            assert_strikes_calls(&explored.fault);
        }
        self.only.push((call, strike));
        self
    }

    /// Sets how much of tokio's time passes between the two uses, 60 seconds by default. It must be
    /// long enough for the code to try again, such as for a circuit breaker to close.
    pub fn recovery(mut self, time: Duration) -> Self {
        self.recovery = time;
        self
    }

    /// Sets how much longer than without a fault a use may take, in tokio's time: two minutes by
    /// default.
    pub fn time_limit(mut self, time: Duration) -> Self {
        self.time_limit = time;
        self
    }

    /// Explores a body: what is done with the application. It is an async closure and returns a
    /// `Result`.
    ///
    /// # Panics
    ///
    /// Panics if the body does not succeed twice without a fault or makes no call, if
    /// [`on`](Self::on) or [`only`](Self::only) selects no call, and inside an async test.
    #[track_caller]
    pub fn run<F>(self, body: F) -> Report
    where
        F: AsyncFn(&A) -> Result<T, E>,
        T: fmt::Debug,
        E: fmt::Debug,
    {
        match self.explore(&body) {
            Ok(report) => report,
            Err(misuse) => report::fail(&misuse),
        }
    }

    fn explore(self, body: &dyn Body<A, T, E>) -> Result<Report, String>
    where
        T: fmt::Debug,
        E: fmt::Debug,
    {
        if Handle::try_current().is_ok() {
            return Err(misuse::INSIDE_A_RUNTIME.to_owned());
        }
        let patience = Patience {
            first_use: WEEK,
            recovery: self.recovery,
            second_use: WEEK,
        };
        let baseline = observe(&self.code, body, &[], patience);
        if let Some(misuse) = misuse::of_baseline(&baseline) {
            return Err(misuse);
        }
        let explorer = Explorer {
            code: &self.code,
            body,
            plan: Plan {
                columns: columns(self.faults, self.only),
                operations: self.operations,
                faults_per_run: self.faults_per_run,
            },
            rules: Rules {
                baseline,
                may_leave: self.may_leave,
                time_limit: format!("{:?}", self.time_limit),
            },
            recovery: self.recovery,
            time_limit: self.time_limit,
        };
        explorer.explore()
    }
}

#[track_caller]
fn assert_strikes_calls(fault: &Fault) {
    assert!(
        !fault.refuses_all_connections(),
        "`refuse_connections` refuses all connections and cannot strike one call; explore \
         `reset_connection` instead"
    );
}

/// The columns of the table: what may be done to each call, or only to these.
fn columns(faults: Vec<ExploredFault>, only: Vec<(usize, Strike)>) -> Vec<Column> {
    if only.is_empty() {
        let faults = faults
            .into_iter()
            .map(|fault| StrikeKind::Fault(Arc::new(fault)));
        let interruptions = [
            StrikeKind::Crash(Crash::Before),
            StrikeKind::Crash(Crash::After),
            StrikeKind::Cancel,
        ];
        return faults.chain(interruptions).map(Column::of).collect();
    }
    let only = only.into_iter().map(|(call, strike)| Column {
        kind: strike.0,
        only_call: Some(call),
    });
    only.collect()
}

impl<A, T, E> fmt::Debug for Exploration<'_, A, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exploration")
            .field("faults", &self.faults)
            .field("only", &self.only)
            .field("operations", &self.operations)
            .field("faults_per_run", &self.faults_per_run)
            .field("may_leave", &self.may_leave)
            .field("recovery", &self.recovery)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
