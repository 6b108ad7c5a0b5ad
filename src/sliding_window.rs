//! A sliding window, which limits how many calls are accepted in a period.
//!
//! It reads no clock: callers pass the mock's time.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

/// The times of the accepted calls in the window, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Window {
    accepted: VecDeque<SystemTime>,
}

impl Window {
    /// Accepts a call if fewer than `n` calls were accepted during the last `per`, and returns
    /// whether it did.
    pub(crate) fn try_accept(&mut self, n: u32, per: Duration, now: SystemTime) -> bool {
        // A time in the future is from before the test set the clock back, and no longer counts.
        while self.accepted.back().is_some_and(|then| *then > now) {
            self.accepted.pop_back();
        }
        let is_over = |then: &SystemTime| now.duration_since(*then).is_ok_and(|age| age >= per);
        while self.accepted.front().is_some_and(is_over) {
            self.accepted.pop_front();
        }
        let accepts = self.accepted.len() < n as usize;
        if accepts {
            self.accepted.push_back(now);
        }
        accepts
    }
}
