//! Reports calls that a fault keeps waiting for long: a test that hangs shows no other message.
//!
//! A `hold` that nobody releases and a `hang` without a timeout of the client's wait for ever. Real
//! time counts, which tokio's timers do not show while its time is paused. So a thread waits; it
//! runs only while there is a call to report.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::faults::InjectedFault;
use crate::operation::Operation;
use crate::report;

/// How long a call is kept waiting before the mock reports it.
const LIMIT: Duration = Duration::from_secs(10);

/// The calls of one mock that faults keep waiting.
#[derive(Debug)]
pub(crate) struct WaitingCalls {
    shared: Arc<Shared>,
}

/// A call that waits until the test or the client ends the wait.
#[derive(Clone, Debug)]
pub(crate) struct WaitingCall {
    pub(crate) number: usize,
    pub(crate) operation: Operation,
    /// The faults that it waits for, in this order.
    pub(crate) faults: Vec<Arc<InjectedFault>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    limit: Duration,
    tell: Tell,
    /// The calls that are not reported yet, in the order in which they began to wait.
    calls: BTreeMap<u64, (Stopwatch, WaitingCall)>,
    next_key: u64,
    /// Whether the thread runs. It decides under the lock to end.
    is_running: bool,
    thread: Option<JoinHandle<()>>,
    has_ended: bool,
}

type Tell = Arc<dyn Fn(&str) + Send + Sync>;

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("calls", &self.calls.len())
            .field("is_running", &self.is_running)
            .finish_non_exhaustive()
    }
}

impl WaitingCalls {
    pub(crate) fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    limit: LIMIT,
                    tell: Arc::new(report::tell),
                    calls: BTreeMap::new(),
                    next_key: 0,
                    is_running: false,
                    thread: None,
                    has_ended: false,
                }),
                changed: Condvar::new(),
            }),
        }
    }

    /// Adds a call, which waits until the guard is dropped.
    pub(crate) fn add(&self, call: WaitingCall) -> Waiting {
        let mut state = self.shared.lock();
        let key = state.next_key;
        state.next_key += 1;
        if !state.has_ended {
            state.calls.insert(key, (Stopwatch::start(), call));
            self.shared.run(&mut state);
        }
        Waiting {
            shared: Arc::clone(&self.shared),
            key,
        }
    }

    /// Reports nothing from now on, and waits for the thread. Calling it again has no effect.
    pub(crate) fn end(&self) {
        let thread = {
            let mut state = self.shared.lock();
            state.has_ended = true;
            state.calls.clear();
            state.thread.take()
        };
        self.shared.changed.notify_all();
        if let Some(thread) = thread {
            // A panic of the thread is a bug of this crate and was printed when it happened.
            let _ = thread.join();
        }
    }

    /// Replaces the limit and what is done with a report.
    #[cfg(test)]
    pub(crate) fn report_after(
        &self,
        limit: Duration,
        tell: impl Fn(&str) + Send + Sync + 'static,
    ) {
        let mut state = self.shared.lock();
        state.limit = limit;
        state.tell = Arc::new(tell);
    }
}

/// Drop guard for a call that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    shared: Arc<Shared>,
    key: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let is_last = {
            let calls = &mut self.shared.lock().calls;
            calls.remove(&self.key).is_some() && calls.is_empty()
        };
        if is_last {
            self.shared.changed.notify_all();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that the thread runs.
    fn run(self: &Arc<Self>, state: &mut State) {
        if state.is_running {
            return;
        }
        let shared = Arc::clone(self);
        let thread = thread::Builder::new()
            .name("mock-cognito-waiting-calls".to_owned())
            .spawn(move || shared.report_all());
        // Without a thread, nothing is reported. That is no reason to fail the call.
        state.is_running = thread.is_ok();
        if let Some(before) = std::mem::replace(&mut state.thread, thread.ok()) {
            // It has decided to end, and needs nothing more to do so.
            let _ = before.join();
        }
    }

    /// Runs on the thread, until no call is left to report.
    fn report_all(&self) {
        let mut state = self.lock();
        while let Some((key, (since, _))) = state.calls.first_key_value() {
            let (key, waited) = (*key, since.elapsed());
            if waited < state.limit {
                let rest = state.limit - waited;
                let woken = self.changed.wait_timeout(state, rest);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let report = state.calls.remove(&key);
            let report = report.and_then(|(_, call)| call.report(state.limit));
            if let Some(report) = report {
                let tell = Arc::clone(&state.tell);
                drop(state);
                tell(&report);
                state = self.lock();
            }
        }
        state.is_running = false;
    }
}

impl WaitingCall {
    /// `None` if nothing keeps the call waiting any more, because all that held it was released.
    fn report(&self, waited: Duration) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.keeps_waiting())?;
        let (number, operation) = (self.number, self.operation);
        Some(report::call_kept_waiting(number, operation, waited, fault))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;
    use std::sync::mpsc::{self, Receiver};

    use super::*;
    use crate::faults::{Fault, InjectedFaults};

    /// Waiting calls that are reported at once, and the reports.
    fn reported_at_once() -> (WaitingCalls, Receiver<String>) {
        let calls = WaitingCalls::new();
        let (sender, reports) = mpsc::channel();
        let sender = Mutex::new(sender);
        calls.report_after(Duration::ZERO, move |report| {
            sender.lock().unwrap().send(report.to_owned()).unwrap();
        });
        (calls, reports)
    }

    fn call(number: usize, faults: &[&Arc<InjectedFault>]) -> WaitingCall {
        WaitingCall {
            number,
            operation: Operation::GetId,
            faults: faults.iter().map(|fault| Arc::clone(fault)).collect(),
        }
    }

    fn inject(faults: &mut InjectedFaults, fault: Fault) -> Arc<InjectedFault> {
        faults.inject(fault, Location::caller(), 0)
    }

    fn thread_runs(calls: &WaitingCalls) -> bool {
        calls.shared.lock().is_running
    }

    #[test]
    fn each_call_is_reported_once_with_the_fault_that_keeps_it_waiting() {
        let (calls, reports) = reported_at_once();
        let mut faults = InjectedFaults::new(0);
        let hold = inject(&mut faults, Fault::hold().named("gate"));
        let hang = inject(&mut faults, Fault::hang().named("stuck"));

        let _held = calls.add(call(1, &[&hold, &hang]));
        let held = reports.recv().unwrap();
        faults.remove(hold.id());
        let _hanging = calls.add(call(2, &[&hold, &hang]));
        let hanging = reports.recv().unwrap();

        assert!(held.starts_with("call #1 GetId has been held for 0ns by fault \"gate\", "));
        assert!(
            hanging
                .starts_with("call #2 GetId has been hanging for 0ns because of fault \"stuck\", ")
        );
        calls.end();
        assert!(reports.try_recv().is_err());
    }

    #[test]
    fn a_call_that_was_released_is_not_reported() {
        let (calls, reports) = reported_at_once();
        let mut faults = InjectedFaults::new(0);
        let (first, second) = (
            inject(&mut faults, Fault::hold()),
            inject(&mut faults, Fault::hold()),
        );
        faults.remove(first.id());

        let _released = calls.add(call(1, &[&first]));
        let _held = calls.add(call(2, &[&second]));

        assert!(
            reports
                .recv()
                .unwrap()
                .starts_with("call #2 GetId has been held")
        );
    }

    #[test]
    fn the_thread_ends_with_the_last_call_and_starts_again_with_the_next() {
        let calls = WaitingCalls::new();
        let hold = inject(&mut InjectedFaults::new(0), Fault::hold());
        assert!(!thread_runs(&calls));

        for _ in 0..3 {
            let first = calls.add(call(1, &[&hold]));
            let second = calls.add(call(2, &[&hold]));
            drop(first);
            assert!(thread_runs(&calls));
            drop(second);
            while thread_runs(&calls) {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn the_end_waits_for_the_thread_and_leaves_nothing_to_report() {
        let calls = WaitingCalls::new();
        let hold = inject(&mut InjectedFaults::new(0), Fault::hold());
        let held = calls.add(call(1, &[&hold]));

        calls.end();

        assert!(!thread_runs(&calls));
        drop(held);
        let _late = calls.add(call(2, &[&hold]));
        assert!(!thread_runs(&calls));
        calls.end();
    }
}
