//! Lets calls in, one at a time, until the mock is dropped.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where calls of one server thread enter the service.
#[derive(Debug, Default)]
pub(super) struct Entrance {
    state: Mutex<State>,
    /// Notified when a call that was inside has left after the entrance was closed.
    left: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    is_occupied: bool,
}

/// A call inside. Nothing is locked while it is, because closures of the user's run there.
#[derive(Debug)]
pub(super) struct Inside<'a>(&'a Entrance);

impl Entrance {
    /// Lets a call in, unless the entrance was closed.
    pub(super) fn enter(&self) -> Option<Inside<'_>> {
        let mut state = self.lock();
        if state.is_closed {
            return None;
        }
        state.is_occupied = true;
        Some(Inside(self))
    }

    /// Closes the entrance for ever and waits until nobody is inside, but no longer than `limit`.
    /// Returns whether nobody is.
    pub(super) fn close(&self, limit: Duration) -> bool {
        let mut state = self.lock();
        state.is_closed = true;
        let waited = self
            .left
            .wait_timeout_while(state, limit, |state| state.is_occupied);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.is_occupied
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_occupied = false;
        if state.is_closed {
            self.0.left.notify_all();
        }
    }
}
