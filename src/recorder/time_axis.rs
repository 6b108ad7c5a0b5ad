//! When calls began and ended, on the one axis that a timeline is drawn on.
//!
//! Two bases, because neither suits both transports. Over TCP real time is the truth, also where
//! the mock's clock stands still. In memory the time that tests care for is often no real time at
//! all: under tokio's paused time a minute passes in microseconds. There the axis is made of what
//! is known for certain: the mock's clock, the waits that faults prescribed, and the order in
//! which calls began and ended.

use std::time::{Duration, SystemTime};

use crate::clock::Stopwatch;
use crate::report::TimeBase;

/// The course of time, as one mock sees it.
#[derive(Debug)]
pub(super) struct TimeAxis {
    /// Runs over TCP; None in memory.
    stopwatch: Option<Stopwatch>,
    /// What the mock's clock showed at the first call.
    origin: Option<SystemTime>,
    /// How far time has come in memory. It never goes back, however the clock is set.
    reached: Duration,
}

impl TimeAxis {
    pub(super) fn new(stopwatch: Option<Stopwatch>) -> Self {
        Self {
            stopwatch,
            origin: None,
            reached: Duration::ZERO,
        }
    }

    pub(super) fn base(&self) -> TimeBase {
        match self.stopwatch {
            Some(_) => TimeBase::Real,
            None => TimeBase::Mock,
        }
    }

    /// Starts over.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.stopwatch);
    }

    /// When a call begins that arrives now.
    pub(super) fn begin(&mut self, now: SystemTime) -> Duration {
        self.reach(Duration::ZERO, now)
    }

    /// When a call ends that began then and has waited so long by prescription.
    pub(super) fn end(&mut self, began: Duration, waited: Duration, now: SystemTime) -> Duration {
        self.reach(began.saturating_add(waited), now)
    }

    fn reach(&mut self, at_least: Duration, now: SystemTime) -> Duration {
        if let Some(stopwatch) = &self.stopwatch {
            return stopwatch.elapsed();
        }
        let origin = *self.origin.get_or_insert(now);
        let shown = now.duration_since(origin).unwrap_or_default();
        self.reached = self.reached.max(shown).max(at_least);
        self.reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_retry_comes_after_what_its_first_attempt_waited_for() {
        let mut course = TimeAxis::new(None);

        let first = course.begin(NOW);
        let end = course.end(first, 2 * SECOND, NOW);
        let retry = course.begin(NOW);

        assert_eq!(
            (first, end, retry),
            (Duration::ZERO, 2 * SECOND, 2 * SECOND)
        );
    }

    #[test]
    fn calls_at_the_same_time_wait_at_the_same_time() {
        let mut course = TimeAxis::new(None);
        let (slow, quick) = (course.begin(NOW), course.begin(NOW));

        let quick = course.end(quick, SECOND, NOW);
        let slow = course.end(slow, 3 * SECOND, NOW);

        assert_eq!((quick, slow), (SECOND, 3 * SECOND));
    }

    #[test]
    fn the_mocks_clock_moves_it_on_and_never_back() {
        let mut course = TimeAxis::new(None);
        let held = course.begin(NOW);

        let end = course.end(held, Duration::ZERO, NOW + 30 * SECOND);
        let next = course.begin(NOW);

        assert_eq!((end, next), (30 * SECOND, 30 * SECOND));
    }

    #[test]
    fn a_stopwatch_is_the_only_truth() {
        let mut course = TimeAxis::new(Some(Stopwatch::start()));
        let began = course.begin(NOW);

        let end = course.end(began, 3_600 * SECOND, NOW + 3_600 * SECOND);

        assert!(end >= began && end < 3_600 * SECOND);
        assert_eq!(course.base(), TimeBase::Real);
    }
}
