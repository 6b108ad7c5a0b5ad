//! The closures of the user's that run at this moment.
//!
//! Nobody waits for them under the lock, but stopping the server thread means waiting for the one
//! that runs there. When that takes too long, this tells which closure it is.

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::matching::{Closure, FaultName};

/// All closures that run, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct RunningClosures(Mutex<Vec<Running>>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    thread: ThreadId,
    closure: Closure,
    fault: FaultName,
    /// Where `inject` was called.
    injected: &'static Location<'static>,
    /// Where the closure is in the user's code.
    written: &'static Location<'static>,
}

impl Running {
    pub(super) fn new(
        closure: Closure,
        fault: FaultName,
        injected: &'static Location<'static>,
        written: &'static Location<'static>,
    ) -> Self {
        Self {
            thread: thread::current().id(),
            closure,
            fault,
            injected,
            written,
        }
    }
}

/// As messages print it: `a predicate of fault #1 (at tests/a.rs:3:9, injected at tests/a.rs:2:5)`.
impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (closure, fault) = (self.closure.subject(), &self.fault);
        let (written, injected) = (self.written, self.injected);
        write!(
            f,
            "{closure} of {fault} (at {written}, injected at {injected})"
        )
    }
}

impl RunningClosures {
    /// Runs a closure of the user's, which is listed meanwhile.
    pub(super) fn list<T>(&self, running: Running, run: impl FnOnce() -> T) -> T {
        struct Listed<'a>(&'a RunningClosures, ThreadId);

        impl Drop for Listed<'_> {
            fn drop(&mut self) {
                let mut running = self.0.lock();
                // Closures on one thread end in the reverse order of their beginning.
                if let Some(last) = running.iter().rposition(|r| r.thread == self.1) {
                    running.remove(last);
                }
            }
        }

        let thread = running.thread;
        self.lock().push(running);
        let _listed = Listed(self, thread);
        run()
    }

    /// The closure that runs on a thread; of nested ones the outermost.
    pub(crate) fn on(&self, thread: ThreadId) -> Option<Running> {
        let running = self.lock();
        running.iter().find(|r| r.thread == thread).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
