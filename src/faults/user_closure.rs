//! The user's closures that are running.
//!
//! Nothing waits for them under the lock. But stopping the server thread means waiting for the
//! closure that runs on it, and if that takes too long, this list says which closure it is.

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::fault::FaultName;
use super::place::Place;

/// All running closures, the oldest first, each with the thread that it runs on.
#[derive(Debug, Default)]
pub(crate) struct RunningClosures(Mutex<Vec<(ThreadId, UserClosure)>>);

/// A closure that the user has given to a fault.
#[derive(Clone, Debug)]
pub(crate) struct UserClosure {
    pub(super) method: Method,
    pub(super) fault: FaultName,
    /// Where `inject` was called.
    pub(super) injected: Place,
    /// Where the closure is in the user's code.
    pub(super) written: &'static Location<'static>,
}

/// The methods of `Fault` that take a closure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Method {
    When,
    RespondWith,
}

impl Method {
    /// The words for its closure in messages.
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::When => "a predicate",
            Self::RespondWith => "a `respond_with` closure",
        }
    }
}

/// `a predicate of fault #1 (at tests/a.rs:3:9, injected at tests/a.rs:2:5)`, as messages print it.
impl fmt::Display for UserClosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (closure, fault) = (self.method.subject(), &self.fault);
        let (written, injected) = (self.written, self.injected);
        write!(
            f,
            "{closure} of {fault} (at {written}, injected at {injected})"
        )
    }
}

impl RunningClosures {
    /// Runs a closure of the user's, and lists it while it runs.
    pub(super) fn list<T>(&self, closure: UserClosure, run: impl FnOnce() -> T) -> T {
        struct Listed<'a>(&'a RunningClosures, ThreadId);

        impl Drop for Listed<'_> {
            fn drop(&mut self) {
                let mut running = self.0.lock();
                // Closures on one thread are nested: the last to start is the first to end.
                if let Some(last) = running.iter().rposition(|(thread, _)| *thread == self.1) {
                    running.remove(last);
                }
            }
        }

        let thread = thread::current().id();
        self.lock().push((thread, closure));
        let _listed = Listed(self, thread);
        run()
    }

    /// The closure that runs on a thread; the outermost one if several are nested.
    pub(crate) fn on(&self, thread: ThreadId) -> Option<UserClosure> {
        let running = self.lock();
        let mut running = running.iter().filter(|(on, _)| *on == thread);
        running.next().map(|(_, closure)| closure.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(ThreadId, UserClosure)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
