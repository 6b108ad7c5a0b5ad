//! A sliding window: how many calls were let in lately.
//!
//! Asks for no time: it is told what the mock's clock shows.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

/// When calls were let in, oldest first; none older than the window.
#[derive(Debug, Default)]
pub(crate) struct Window {
    let_in: VecDeque<SystemTime>,
}

impl Window {
    /// Whether fewer than `n` calls were let in during the last `per`; lets this one in then.
    pub(crate) fn lets_in(&mut self, n: u32, per: Duration, now: SystemTime) -> bool {
        // A time in the future is one from before the test set the clock back; it counts no more.
        while self.let_in.back().is_some_and(|then| *then > now) {
            self.let_in.pop_back();
        }
        let is_over = |then: &SystemTime| now.duration_since(*then).is_ok_and(|age| age >= per);
        while self.let_in.front().is_some_and(is_over) {
            self.let_in.pop_front();
        }
        let lets_in = self.let_in.len() < n as usize;
        if lets_in {
            self.let_in.push_back(now);
        }
        lets_in
    }
}
