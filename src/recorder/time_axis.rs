//! When calls started and ended, as positions on the axis of the timeline.
//!
//! The axis differs between the transports. Over TCP it is real time, even if the mock's clock is
//! frozen. In memory, real time is often not the time that a test is about: under tokio's paused
//! time, a minute passes in microseconds. There the axis follows what is known: the mock's clock,
//! the injected delays, and the order in which calls start and end.

use std::time::{Duration, SystemTime};

use crate::clock::Stopwatch;
use crate::report::TimeBase;

/// The time axis of one mock.
#[derive(Debug)]
pub(super) struct TimeAxis {
    /// Measures real time over TCP. In memory there is none.
    stopwatch: Option<Stopwatch>,
    /// What the mock's clock showed at the first call.
    origin: Option<SystemTime>,
    /// The latest position in memory. It never moves back, however the clock is set.
    latest: Duration,
}

impl TimeAxis {
    pub(super) fn new(stopwatch: Option<Stopwatch>) -> Self {
        Self {
            stopwatch,
            origin: None,
            latest: Duration::ZERO,
        }
    }

    pub(super) fn base(&self) -> TimeBase {
        match self.stopwatch {
            Some(_) => TimeBase::Real,
            None => TimeBase::Mock,
        }
    }

    /// Forgets the calls so far; the next one is the first.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.stopwatch);
    }

    /// The position of a call that arrives now.
    pub(super) fn start_of_call(&mut self, now: SystemTime) -> Duration {
        self.advance(Duration::ZERO, now)
    }

    /// The position at which a call ends now that began at `start` and was delayed for `waited`.
    pub(super) fn end_of_call(
        &mut self,
        start: Duration,
        waited: Duration,
        now: SystemTime,
    ) -> Duration {
        self.advance(start.saturating_add(waited), now)
    }

    fn advance(&mut self, at_least: Duration, now: SystemTime) -> Duration {
        if let Some(stopwatch) = &self.stopwatch {
            return stopwatch.elapsed();
        }
        let origin = *self.origin.get_or_insert(now);
        let shown = now.duration_since(origin).unwrap_or_default();
        self.latest = self.latest.max(shown).max(at_least);
        self.latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_retry_starts_after_the_delay_of_the_first_attempt() {
        let mut axis = TimeAxis::new(None);

        let first = axis.start_of_call(NOW);
        let end = axis.end_of_call(first, 2 * SECOND, NOW);
        let retry = axis.start_of_call(NOW);

        assert_eq!(
            (first, end, retry),
            (Duration::ZERO, 2 * SECOND, 2 * SECOND)
        );
    }

    #[test]
    fn concurrent_calls_are_delayed_concurrently() {
        let mut axis = TimeAxis::new(None);
        let (slow, quick) = (axis.start_of_call(NOW), axis.start_of_call(NOW));

        let quick = axis.end_of_call(quick, SECOND, NOW);
        let slow = axis.end_of_call(slow, 3 * SECOND, NOW);

        assert_eq!((quick, slow), (SECOND, 3 * SECOND));
    }

    #[test]
    fn the_mocks_clock_moves_the_axis_forward_and_never_back() {
        let mut axis = TimeAxis::new(None);
        let held = axis.start_of_call(NOW);

        let end = axis.end_of_call(held, Duration::ZERO, NOW + 30 * SECOND);
        let next = axis.start_of_call(NOW);

        assert_eq!((end, next), (30 * SECOND, 30 * SECOND));
    }

    #[test]
    fn a_stopwatch_overrides_clock_and_delays() {
        let mut axis = TimeAxis::new(Some(Stopwatch::start()));
        let start = axis.start_of_call(NOW);

        let end = axis.end_of_call(start, 3_600 * SECOND, NOW + 3_600 * SECOND);

        assert!(end >= start && end < 3_600 * SECOND);
        assert_eq!(axis.base(), TimeBase::Real);
    }
}
