//! The state of a mock behind its one lock, and the ways to hold it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::{
    AssertUnwindSafe, Location, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind,
};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use fastrand::Rng;
use tokio::sync::watch;

use super::engine_slot::EngineSlot;
use super::liveness::Liveness;
use super::rate_quotas::Quotas;
use super::subscriber::Subscriber;
use super::waiting_calls::WaitingCalls;
use crate::clock::{Clock, Stopwatch};
use crate::document::Mistake;
use crate::engine::{Engine, Settings};
use crate::faults::{InjectedFault, InjectedFaults};
use crate::recorder::{Completion, LogContext, Recorder, Ticket};
use crate::report;
use crate::state_document::StateDocument;
use crate::wire::encode::{DateHeader, Envelope};

/// The mock without a transport.
pub(crate) struct Service {
    clock: Clock,
    liveness: Arc<Liveness>,
    subscriber: Subscriber,
    waiting_calls: WaitingCalls,
    /// Secrets by access key id. If there are none, signatures are not verified.
    pub(super) required_credentials: BTreeMap<String, String>,
    /// One lock for everything, so that all calls have one order. It is held briefly: no user code
    /// runs and nothing waits under it. A std mutex suffices, because it is never held across an
    /// await.
    state: Mutex<State>,
    /// Notified when a closure of `with_engine` has returned.
    engine_is_back: Condvar,
    /// How many calls are recorded and not complete.
    in_flight: AtomicIsize,
}

/// How long the mock waits for a closure of the user's before it says so on standard error.
pub(crate) const USER_CLOSURE_TIMEOUT: Duration = Duration::from_secs(3);

// A panic leaves no inconsistent state: no closure of the user's runs under the lock, and
// `with_engine` returns the engine to the mock if its closure panics.
impl UnwindSafe for Service {}
impl RefUnwindSafe for Service {}

// Every client of a mock in memory holds a service and may be printed, so neither the state nor the
// secrets are shown.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

/// Everything that calls can change.
pub(crate) struct State {
    engine: EngineSlot,
    pub(crate) faults: InjectedFaults,
    pub(crate) recorder: Recorder,
    pub(super) quotas: Quotas,
    request_ids: Rng,
    date_header: DateHeader,
    pub(super) settings: Settings,
    /// What the engine starts with, also after a reset, if it is not empty.
    initial: Option<StateDocument>,
}

impl State {
    fn new(settings: Settings, keep_calls: usize, stopwatch: Option<Stopwatch>) -> Self {
        Self {
            engine: EngineSlot::new(Engine::new(settings.clone())),
            faults: InjectedFaults::new(settings.seed.unwrap_or(0)),
            recorder: Recorder::new(&settings.region, keep_calls, stopwatch),
            quotas: Quotas::new(settings.aws_quotas),
            request_ids: settings.seed.map_or_else(Rng::new, Rng::with_seed),
            date_header: DateHeader::default(),
            settings,
            initial: None,
        }
    }

    /// Puts the engine in the state of a document, now and after each reset. What has no id or no
    /// date in the document keeps those that it gets now.
    pub(crate) fn start_with(
        &mut self,
        document: &StateDocument,
        now: SystemTime,
    ) -> Result<(), Mistake> {
        self.replace(document, now)?;
        self.initial = Some(StateDocument::of(self.engine()));
        Ok(())
    }

    /// Replaces pools, identities and all else that the engine holds, or nothing.
    pub(crate) fn replace(
        &mut self,
        document: &StateDocument,
        now: SystemTime,
    ) -> Result<(), Mistake> {
        let millis = DateTime::from(now).to_millis().unwrap_or_default();
        *self.engine() = document.restore(self.settings.clone(), millis)?;
        Ok(())
    }

    /// The engine. The state must have been locked with [`Service::lock_engine`].
    pub(crate) fn engine(&mut self) -> &mut Engine {
        self.engine.get()
    }

    /// What a list of calls says besides the calls. `address` is where the mock listens.
    pub(crate) fn log_context<'a>(
        &'a self,
        address: Option<&'a str>,
        clock: &Clock,
    ) -> LogContext<'a> {
        LogContext {
            address,
            clock: clock.reading(),
            engine: self.engine.unless_lent(),
            settings: Some(&self.settings),
        }
    }

    /// Removes calls, faults and used quotas, and replaces all pools by those that the mock was built
    /// with. Returns the faults to be dropped outside the lock.
    #[must_use]
    pub(crate) fn reset(&mut self) -> Vec<Arc<InjectedFault>> {
        let initial = self.initial.as_ref().map(|initial| {
            let restored = initial.restore(self.settings.clone(), 0);
            restored.expect("it was restored when the mock started, and has all ids and dates")
        });
        *self.engine() = initial.unwrap_or_else(|| Engine::new(self.settings.clone()));
        self.quotas = Quotas::new(self.settings.aws_quotas);
        self.recorder.clear();
        self.faults.clear()
    }

    /// What the response to one request needs besides its content: a new request id and the date.
    pub(super) fn envelope(&mut self, now: SystemTime) -> Envelope {
        let random = self.request_ids.u128(..).to_be_bytes();
        Envelope {
            request_id: uuid::Builder::from_random_bytes(random).into_uuid(),
            date: self.date_header.at(now),
        }
    }
}

impl Service {
    /// `stopwatch` measures how long calls take. A mock in memory has none.
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
            subscriber: Subscriber::current(),
            waiting_calls: WaitingCalls::new(),
            required_credentials,
            state: Mutex::new(State::new(settings, keep_calls, stopwatch)),
            engine_is_back: Condvar::new(),
            in_flight: AtomicIsize::new(0),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Locks the state, which may be without its engine. The lock must be held briefly and never
    /// while user code runs.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock is a bug of this crate. Panicking again here would hide it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state with its engine. Waits until a closure of `with_engine` on another thread
    /// has returned. Messages name `who`, the method or the call that waits.
    ///
    /// # Panics
    ///
    /// Panics inside such a closure, where the wait would never end.
    #[track_caller]
    pub(crate) fn lock_engine(&self, who: &str) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        let mut is_reported = false;
        while let Some(loan) = state.engine.loan() {
            if loan.is_ours() {
                drop(state);
                report::fail(&report::engine_needed_inside_closure(who, loan.place()));
            }
            let waited = self
                .engine_is_back
                .wait_timeout(state, USER_CLOSURE_TIMEOUT);
            let (woken, wait) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && !is_reported {
                is_reported = true;
                drop(state);
                report::tell(&report::waits_for_engine(
                    who,
                    USER_CLOSURE_TIMEOUT,
                    loan.place(),
                ));
                state = self.lock();
            }
        }
        state
    }

    /// Runs a closure of the user's with the engine, without holding the lock.
    #[track_caller]
    pub(crate) fn with_engine<R>(&self, run: impl FnOnce(&mut Engine) -> R) -> R {
        let place = Location::caller();
        let mut engine = self.lock_engine("`with_engine`").engine.lend(place);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut engine)));
        self.lock().engine.give_back(engine);
        self.engine_is_back.notify_all();
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Hears of the calls that arrive on a thread of the mock's own, and of others on threads that
    /// have no subscriber.
    pub(crate) fn subscriber(&self) -> &Subscriber {
        &self.subscriber
    }

    pub(crate) fn waiting_calls(&self) -> &WaitingCalls {
        &self.waiting_calls
    }

    pub(crate) fn liveness(&self) -> &Arc<Liveness> {
        &self.liveness
    }

    /// Opens a connection in memory, unless a fault refuses it or the mock was dropped. The
    /// receiver changes when the connection must be broken.
    pub(crate) fn connect(&self) -> io::Result<watch::Receiver<u64>> {
        // The lock covers both steps: a connection that is opened before the mock ends is broken
        // when it ends, and none is opened afterwards.
        let mut state = self.lock();
        self.liveness.check()?;
        let connection = state.faults.connect();
        connection.ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }

    /// Reports on standard error a long wait for the server thread, with the user's closure that
    /// runs on it.
    pub(crate) fn report_waiting(&self, who: &str, thread: ThreadId) {
        let running = self.lock().faults.running_on(thread);
        report::tell(&report::waits_for_server(
            who,
            USER_CLOSURE_TIMEOUT,
            running.as_ref(),
        ));
    }

    /// Breaks all connections in memory and opens no new ones. Calling it again has no effect.
    pub(crate) fn end(&self) {
        {
            let state = self.lock();
            self.liveness.end();
            state.faults.break_connections();
        }
        self.waiting_calls.end();
    }

    /// Whether a transport is performing a reply that takes a while.
    pub(crate) fn has_calls_in_flight(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) > 0
    }

    pub(super) fn count_in_flight(&self, change: isize) {
        self.in_flight.fetch_add(change, Ordering::SeqCst);
    }

    /// Records how a reply ended.
    pub(crate) fn ended(&self, ticket: Ticket, completion: Completion) {
        let now = self.clock.now();
        self.lock()
            .recorder
            .record_completion(ticket, completion, now);
    }
}

/// What waits for the engine if it is a call and not a method that the user called.
pub(super) const A_CALL: &str = "a call";
