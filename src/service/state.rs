//! The state of a mock behind its one lock, and who may hold it when.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use tokio::sync::watch;

use super::engine_slot::EngineSlot;
use super::liveness::Liveness;
use super::rate_quotas::Quotas;
use crate::clock::{Clock, Stopwatch};
use crate::engine::{Engine, Settings};
use crate::faults::InjectedFaults;
use crate::recorder::{Completion, Recorder, Ticket};
use crate::report;
use crate::wire::encode::Envelope;

/// The mock without a way to reach it.
pub(crate) struct Service {
    clock: Clock,
    liveness: Arc<Liveness>,
    /// Secrets by access key id. Any signature will do if there are none.
    pub(super) required_credentials: BTreeMap<String, String>,
    /// One lock for all, so that calls have one order, and short: no user code runs and nothing
    /// waits under it. A std mutex, because it is never held across an await.
    state: Mutex<State>,
    /// Told when a closure of `with_engine` has ended.
    engine_is_back: Condvar,
}

/// How long anybody waits for a closure of the user's before standard error says so.
pub(crate) const PATIENCE_WITH_CLOSURES: Duration = Duration::from_secs(3);

// Every client of a mock in memory holds it, and is printed: so not the state, nor the secrets.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

/// Everything that calls change.
pub(crate) struct State {
    engine: EngineSlot,
    pub(crate) faults: InjectedFaults,
    pub(crate) recorder: Recorder,
    pub(super) quotas: Quotas,
    request_ids: Rng,
    pub(super) settings: Settings,
}

impl State {
    fn new(settings: Settings, keep_calls: usize, stopwatch: Option<Stopwatch>) -> Self {
        Self {
            engine: EngineSlot::new(Engine::new(settings.clone())),
            faults: InjectedFaults::new(settings.seed.unwrap_or(0)),
            recorder: Recorder::new(keep_calls, stopwatch),
            quotas: Quotas::new(settings.aws_quotas),
            request_ids: settings.seed.map_or_else(Rng::new, Rng::with_seed),
            settings,
        }
    }

    /// The engine. Asked only of a state that was locked with [`Service::lock_engine`].
    pub(crate) fn engine(&mut self) -> &mut Engine {
        self.engine.get()
    }

    /// Forgets all that the calls did, and the faults; what the mock was built with stays.
    pub(crate) fn reset(&mut self) {
        *self.engine() = Engine::new(self.settings.clone());
        self.faults.clear();
        self.quotas = Quotas::new(self.settings.aws_quotas);
        self.recorder.clear();
    }

    pub(super) fn envelope(&mut self, date: SystemTime) -> Envelope {
        let random = self.request_ids.u128(..).to_be_bytes();
        Envelope {
            request_id: uuid::Builder::from_random_bytes(random).into_uuid(),
            date,
        }
    }
}

impl Service {
    /// `stopwatch` measures the calls, where that makes sense.
    pub(crate) fn new(
        settings: Settings,
        required_credentials: BTreeMap<String, String>,
        keep_calls: usize,
        clock: Clock,
        liveness: Arc<Liveness>,
        stopwatch: Option<Stopwatch>,
    ) -> Self {
        Self {
            clock,
            liveness,
            required_credentials,
            state: Mutex::new(State::new(settings, keep_calls, stopwatch)),
            engine_is_back: Condvar::new(),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The state, for a moment, though perhaps without the engine. Never call user code while
    /// holding it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock would be a bug of this crate; it must not hide the first one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with the engine in it. Waits for a closure of `with_engine` on another thread;
    /// `who` is the method or the call that waits, for messages.
    ///
    /// # Panics
    /// Inside such a closure, where waiting would never end.
    #[track_caller]
    pub(crate) fn lock_engine(&self, who: &str) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        let mut is_told = false;
        while let Some(loan) = state.engine.loan() {
            if loan.is_ours() {
                drop(state);
                report::fail(&report::engine_needed_inside_closure(who, loan.place()));
            }
            let waited = self
                .engine_is_back
                .wait_timeout(state, PATIENCE_WITH_CLOSURES);
            let (woken, wait) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && !is_told {
                is_told = true;
                drop(state);
                report::tell(&report::waits_for_engine(
                    who,
                    PATIENCE_WITH_CLOSURES,
                    loan.place(),
                ));
                state = self.lock();
            }
        }
        state
    }

    /// Runs a closure of the user's on the engine, without holding the lock.
    #[track_caller]
    pub(crate) fn with_engine<R>(&self, run: impl FnOnce(&mut Engine) -> R) -> R {
        let place = Location::caller();
        let mut engine = self.lock_engine("`with_engine`").engine.lend(place);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut engine)));
        self.lock().engine.give_back(engine);
        self.engine_is_back.notify_all();
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub(crate) fn liveness(&self) -> &Arc<Liveness> {
        &self.liveness
    }

    /// Makes a connection in memory, unless a fault refuses it or the mock has ended. The
    /// receiver changes when the connection must be broken.
    pub(crate) fn connect(&self) -> io::Result<watch::Receiver<u64>> {
        // Under the lock, so that a connection is made either before the mock ends, and is broken
        // then, or not at all.
        let mut state = self.lock();
        self.liveness.check()?;
        let connection = state.faults.connect();
        connection.ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }

    /// Says on standard error that somebody has waited long for the server thread, and which closure
    /// of the user's runs there.
    pub(crate) fn tell_of_waiting(&self, who: &str, thread: ThreadId) {
        let running = self.lock().faults.running_on(thread);
        report::tell(&report::waits_for_server(
            who,
            PATIENCE_WITH_CLOSURES,
            running.as_ref(),
        ));
    }

    /// Breaks all connections in memory and makes no new ones. Does nothing twice.
    pub(crate) fn end(&self) {
        let state = self.lock();
        self.liveness.end();
        state.faults.break_connections();
    }

    pub(crate) fn ended(&self, ticket: Ticket, completion: Completion) {
        let now = self.clock.now();
        self.lock()
            .recorder
            .record_completion(ticket, completion, now);
    }
}

/// Who waits for the engine, where that is no method of the user's.
pub(super) const A_CALL: &str = "a call";
