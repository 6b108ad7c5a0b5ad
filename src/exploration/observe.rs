//! Performs one run, and gathers the facts about it.
//!
//! A run has a runtime of its own with paused time, so that waiting takes no time and background
//! tasks end with the run, and a mock in memory whose clock follows that time. Nothing in it depends
//! on real time or on chance, so a run can be repeated exactly.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use once_cell::sync::Lazy;
use regex_lite::Regex;
use tokio::runtime::Runtime;

use super::code::{Body, Boxed, Code};
use super::cognito_state::CognitoState;
use super::panics::{Panic, Panics};
use super::run::Hit;
use super::seen_call::SeenCall;
use super::usage::{Use, UseText, use_once};
use crate::report::Transcript;
use crate::server::{FaultGuard, MockCognitoIdentity};

/// How long tasks that are about to end are given before those that are alive are counted.
const SETTLING: Duration = Duration::from_secs(1);
/// The seed of the SDK's random waits between retries.
const SEED: u64 = 1;

/// How long a run may take, in tokio's time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) first_use: Duration,
    /// Between the uses.
    pub(super) recovery: Duration,
    pub(super) second_use: Duration,
}

/// The facts about a run.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    /// The use with the fault in force.
    pub(super) first: UsedOnce,
    /// The use after it.
    pub(super) second: UsedOnce,
    /// Whether everything that was to be done to calls was done.
    pub(super) is_struck: bool,
    /// All calls of both uses.
    pub(super) calls: Vec<SeenCall>,
    /// All requests in words.
    pub(super) transcript: Transcript,
    pub(super) panics: Vec<Panic>,
    /// What the user's checks found wrong.
    pub(super) failed_checks: Vec<String>,
}

/// The facts about a use, and about what it left.
#[derive(Clone, Debug)]
pub(super) struct UsedOnce {
    pub(super) result: UseText,
    pub(super) took: Duration,
    /// How many calls the mock had received at its end.
    pub(super) calls: usize,
    /// The numbers of the calls that still waited for an answer when it took too long.
    pub(super) in_flight: Vec<usize>,
    /// How many tasks were alive a moment later.
    pub(super) tasks: usize,
    /// What the mock held a moment later.
    pub(super) state: CognitoState,
}

/// Performs a run in which these things are done to calls.
pub(super) fn observe<A, T: Debug, E: Debug>(
    code: &Code<'_, A, T, E>,
    body: &dyn Body<A, T, E>,
    hits: &[Hit],
    patience: Patience,
) -> Observed {
    let _draws = SeededDraws::begin();
    let panics = Panics::default();
    let mut life = Life::begin(&panics);
    let mock = life.enter(|| code.mock());
    let _watch = panics.watch();
    let observer = Observer { code, body, mock };
    let mock = &observer.mock;
    let guards: Vec<FaultGuard<'_>> = hits
        .iter()
        .map(|hit| mock.inject_scoped(hit.fault()))
        .collect();

    let mut app = observer.start(&life);
    let interruption = interruption(hits, &guards);
    let (first_result, mut first) =
        observer.use_app(&life, app.as_ref(), patience.first_use, interruption);
    let is_struck = guards.iter().all(|guard| guard.fired() > 0);
    let is_crash = first.result == Use::Interrupted && hits.iter().any(Hit::is_crash);
    if is_crash {
        life.enter(|| drop_quietly(app.take()));
        drop(guards);
        life = life.end_and_begin(&panics, mock);
        life.pass(patience.recovery);
        app = observer.start(&life);
    } else {
        observer.settle(&life, &mut first);
        drop(guards);
        life.pass(patience.recovery.saturating_sub(SETTLING));
    }
    let (second_result, mut second) = observer.use_app(
        &life,
        app.as_ref(),
        patience.second_use,
        Box::pin(future::pending()),
    );
    observer.settle(&life, &mut second);

    let results = (first_result.returned(), second_result.returned());
    let failed_checks = match &app {
        Some(app) => life.enter(|| observer.failed_checks(results.0, results.1, app)),
        None => Vec::new(),
    };
    let observed = Observed {
        first,
        second,
        is_struck,
        calls: mock.calls().into_iter().map(SeenCall::new).collect(),
        transcript: mock.transcript(),
        panics: panics_in_words(mock, &panics),
        failed_checks,
    };
    life.enter(|| drop_quietly((first_result, second_result, app)));
    life.end();
    observed
}

/// Completes when the code is to be dropped.
fn interruption<'g>(hits: &[Hit], guards: &'g [FaultGuard<'_>]) -> Boxed<'g, ()> {
    match hits.iter().position(Hit::interrupts) {
        Some(index) => Box::pin(guards[index].fires()),
        None => Box::pin(future::pending()),
    }
}

/// A destructor of the code may panic. The panic is recorded like any other.
fn drop_quietly<T>(value: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
}

/// The code on the mock of one run.
struct Observer<'r, 'a, A, T, E> {
    code: &'r Code<'a, A, T, E>,
    body: &'r dyn Body<A, T, E>,
    mock: MockCognitoIdentity,
}

impl<A, T: Debug, E: Debug> Observer<'_, '_, A, T, E> {
    /// Starts the application; `None` if that panics.
    fn start(&self, life: &Life) -> Option<A> {
        let start = || (self.code.start)(&self.mock);
        life.runtime
            .block_on(async { catch_unwind(AssertUnwindSafe(start)).ok() })
    }

    /// Uses the application once. One that could not be started has panicked.
    fn use_app(
        &self,
        life: &Life,
        app: Option<&A>,
        limit: Duration,
        interruption: Boxed<'_, ()>,
    ) -> (Use<Result<T, E>>, UsedOnce) {
        let mut in_flight = Vec::new();
        let (result, took) = life.runtime.block_on(async {
            let begin = self.mock.clock().now();
            let result = match app {
                Some(app) => {
                    let code = self.body.use_app(app);
                    let at_limit = || in_flight = self.mock.calls_in_flight();
                    use_once(code, limit, interruption, at_limit).await
                }
                None => Use::Panicked,
            };
            let took = self.mock.clock().now().duration_since(begin);
            (result, took.unwrap_or_default())
        });
        let used = UsedOnce {
            result: result.map(|result| self.text(result)),
            took,
            calls: self.mock.calls().len(),
            in_flight,
            tasks: 0,
            state: CognitoState::default(),
        };
        (result, used)
    }

    fn text(&self, result: &Result<T, E>) -> Result<String, String> {
        match result {
            Ok(answer) => Ok(in_words(&self.mock, &self.code.answer_text(answer))),
            Err(error) => Err(in_words(&self.mock, &format!("{error:?}"))),
        }
    }

    /// Looks at what a use has left, after a moment.
    fn settle(&self, life: &Life, used: &mut UsedOnce) {
        life.pass(SETTLING);
        used.tasks = life.runtime.metrics().num_alive_tasks();
        let calls = self.mock.calls().into_iter();
        let regions: BTreeSet<String> = calls.map(|call| call.region).collect();
        used.state = life.enter(|| CognitoState::of(&self.mock, &regions));
    }

    fn failed_checks(
        &self,
        first: Option<&Result<T, E>>,
        second: Option<&Result<T, E>>,
        app: &A,
    ) -> Vec<String> {
        let calls = self.mock.calls();
        let failed = self.code.checks.iter().filter_map(|check| {
            let check = || check(first, second, app, &self.mock, &calls);
            catch_unwind(AssertUnwindSafe(check)).ok()?.err()
        });
        failed.map(|text| in_words(&self.mock, &text)).collect()
    }
}

/// The life of a process: its runtime, on which its tasks live.
struct Life {
    runtime: Runtime,
}

impl Life {
    fn begin(panics: &Panics) -> Self {
        let panics = panics.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .on_thread_start(move || panics.watch_thread())
            .build()
            .expect("a runtime without threads needs only memory and a file descriptor");
        Self { runtime }
    }

    /// Runs a closure in the runtime's context, where its time is the present time.
    fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        let _entered = self.runtime.enter();
        run()
    }

    /// Lets time pass, in which background tasks run.
    fn pass(&self, time: Duration) {
        self.runtime
            .block_on(async { tokio::time::sleep(time).await });
    }

    /// Kills the tasks without waiting for those that block.
    fn end(self) {
        self.runtime.shutdown_background();
    }

    /// The next life, in which the mock's clock goes on from where it stands.
    fn end_and_begin(self, panics: &Panics, mock: &MockCognitoIdentity) -> Self {
        let now = self.enter(|| mock.clock().now());
        self.end();
        let next = Self::begin(panics);
        next.enter(|| mock.clock().set(now));
        next
    }
}

/// Drop guard: the SDK's random waits between retries are the same in every run.
struct SeededDraws {
    seed: u64,
}

impl SeededDraws {
    fn begin() -> Self {
        let seed = fastrand::get_seed();
        fastrand::seed(SEED);
        Self { seed }
    }
}

impl Drop for SeededDraws {
    fn drop(&mut self) {
        fastrand::seed(self.seed);
    }
}

/// What differs from run to run in answers, beside what the words of transcripts replace: secrets,
/// and the fractions of the seconds in times.
static SECRETS: Lazy<Regex> = Lazy::new(|| {
    let parts = [
        r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+",
        r"[A-Za-z0-9+/]{40,}={0,2}",
        r"(?:tv_nsec|subsecond_nanos): [0-9]+",
    ];
    Regex::new(&parts.join("|")).expect("the pattern is constant")
});

/// The panics of a run. The same mistake panics with other ids in other runs.
fn panics_in_words(mock: &MockCognitoIdentity, panics: &Panics) -> Vec<Panic> {
    let panics = panics.so_far().into_iter();
    let in_words = panics.map(|panic| Panic {
        message: in_words(mock, &panic.message),
        ..panic
    });
    in_words.collect()
}

/// A text of the code in the words of the transcript.
fn in_words(mock: &MockCognitoIdentity, text: &str) -> String {
    let text = SECRETS.replace_all(text, "<secret>");
    mock.transcript().in_its_words(&text)
}
