//! The log of received requests and their outcomes. It grows at its end; with `keep_calls`, the
//! oldest requests are evicted.
//!
//! The recorder is part of the state behind the mock's one lock, which gives requests a total
//! order. It never waits: whoever waits for a call subscribes, and looks again after each change.

mod origin;
mod queries;
mod record;
#[cfg(test)]
mod tests;
mod time_axis;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::clock::Stopwatch;
use crate::faults::UserPanic;
use crate::operation::Operation;
use crate::report::{CallPanic, TimedCompletion};
use origin::Origins;
use record::Record;
use time_axis::TimeAxis;

pub(crate) use origin::Origin;
pub(crate) use queries::LogContext;
pub(crate) use record::{Answered, Arrival, Received};

/// How many evicted requests that fail verification are kept, and how many panics at least.
const KEPT_FAILURES: usize = 20;

/// The log of one mock, since its start or its last reset.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// The newest requests, at most `keep` of them.
    records: VecDeque<Record>,
    keep: usize,
    /// How many requests were evicted.
    evicted: usize,
    /// The first evicted requests that fail verification, with their numbers: a test must not
    /// pass because the log is short.
    evicted_failures: Vec<(usize, Record)>,
    /// The calls of each operation, including evicted ones.
    counts: BTreeMap<Operation, Counts>,
    panics: Vec<CallPanic>,
    origins: Origins,
    time_axis: TimeAxis,
    /// How often the log was cleared. The ticket of an earlier generation belongs to a request
    /// that is gone, although a later one may have the same number.
    generation: u32,
    /// Notifies subscribers of every change.
    changes: watch::Sender<()>,
}

/// How often an operation was called.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: usize,
    /// Without the calls whose body could not be decoded, which no fault applies to.
    seen_by_faults: usize,
}

/// How a request was completed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completion {
    /// An injected delay that has passed, though the mock's clock may not show it.
    pub(crate) waited: Duration,
    /// The response was not sent, because the caller disconnected or the mock was stopped.
    pub(crate) aborted: bool,
}

impl Completion {
    /// Nothing keeps the request waiting.
    pub(crate) const AT_ONCE: Self = Self {
        waited: Duration::ZERO,
        aborted: false,
    };
}

/// Identifies an in-flight request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    generation: u32,
    number: usize,
}

impl Ticket {
    /// The number of the request, counted from 1 over all requests.
    pub(crate) fn number(self) -> usize {
        self.number
    }
}

impl Recorder {
    /// A log of the newest `keep` requests to a mock whose own Region is `home`. Over TCP, `stopwatch` times the requests; in memory
    /// there is none, and the mock's clock times them.
    pub(crate) fn new(home: &str, keep: usize, stopwatch: Option<Stopwatch>) -> Self {
        Self {
            records: VecDeque::new(),
            keep,
            evicted: 0,
            evicted_failures: Vec::new(),
            counts: BTreeMap::new(),
            panics: Vec::new(),
            origins: Origins::new(home),
            time_axis: TimeAxis::new(stopwatch),
            generation: 0,
            changes: watch::Sender::new(()),
        }
    }

    /// Adds a request whose outcome is not known yet.
    pub(crate) fn record_arrival(&mut self, arrival: Arrival<'_>) -> Ticket {
        let start = self.time_axis.start_of_call(arrival.time);
        let origin = self.origins.share(arrival.origin);
        let record = Record::new(arrival, origin, start);
        if let Some(operation) = record.operation() {
            let counts = self.counts.entry(operation).or_default();
            counts.all += 1;
            counts.seen_by_faults += usize::from(record.is_seen_by_faults());
        }
        self.records.push_back(record);
        let number = self.total();
        if self.records.len() > self.keep {
            self.evict_oldest();
        }
        self.notify();
        Ticket {
            generation: self.generation,
            number,
        }
    }

    fn evict_oldest(&mut self) {
        let Some(record) = self.records.pop_front() else {
            return;
        };
        self.evicted += 1;
        if record.fails_verification() && self.evicted_failures.len() < KEPT_FAILURES {
            self.evicted_failures.push((self.evicted, record));
        }
    }

    /// Records how a request was answered. Does nothing if the request was evicted or the log was
    /// cleared in the meantime.
    pub(crate) fn record_outcome(&mut self, ticket: Ticket, answered: Answered) {
        let Some(record) = self.record_mut(ticket) else {
            return;
        };
        record.decide(answered);
        self.notify();
    }

    /// Marks a request as no longer in flight. Does nothing if the request was evicted or the log
    /// was cleared in the meantime.
    pub(crate) fn record_completion(
        &mut self,
        ticket: Ticket,
        completion: Completion,
        now: SystemTime,
    ) {
        let Some(start) = self.record_mut(ticket).map(|record| record.start()) else {
            return;
        };
        let at = self.time_axis.end_of_call(start, completion.waited, now);
        if let Some(record) = self.record_mut(ticket) {
            record.complete(TimedCompletion {
                at,
                aborted: completion.aborted,
            });
            self.notify();
        }
    }

    /// Records for verification that a closure of the user's panicked while the mock handled a
    /// call. It makes no difference whether the call was evicted, but a panic over a call from
    /// before the log was cleared is ignored.
    pub(crate) fn record_panic(&mut self, ticket: Ticket, operation: Operation, panic: UserPanic) {
        if ticket.generation != self.generation {
            return;
        }
        if self.panics.len() >= self.keep.max(KEPT_FAILURES) {
            return;
        }
        self.panics.push(CallPanic {
            number: ticket.number,
            operation,
            panic,
        });
    }

    /// Removes everything. Numbers start from 1 again.
    pub(crate) fn clear(&mut self) {
        self.records = VecDeque::new();
        self.evicted = 0;
        self.evicted_failures = Vec::new();
        self.counts = BTreeMap::new();
        self.panics = Vec::new();
        self.time_axis.restart();
        self.generation = self.generation.wrapping_add(1);
        self.notify();
    }

    /// Returns a receiver that is notified of every change from now on, on any runtime. Look at
    /// the log after subscribing and after each change.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn notify(&self) {
        // Sending costs more than this check even without a receiver. Nobody can subscribe in
        // between, because that happens under the same lock.
        if self.changes.receiver_count() > 0 {
            self.changes.send_replace(());
        }
    }

    fn record_mut(&mut self, ticket: Ticket) -> Option<&mut Record> {
        if ticket.generation != self.generation {
            return None;
        }
        let index = self.index(ticket.number)?;
        self.records.get_mut(index)
    }

    fn record(&self, number: usize) -> Option<&Record> {
        self.records.get(self.index(number)?)
    }

    /// The index of the request with this number, unless it was evicted.
    fn index(&self, number: usize) -> Option<usize> {
        number.checked_sub(self.evicted + 1)
    }

    /// The records that were not evicted, with their numbers.
    fn numbered(&self) -> impl ExactSizeIterator<Item = (usize, &Record)> + DoubleEndedIterator {
        let numbered = self.records.iter().enumerate();
        numbered.map(|(index, record)| (self.evicted + index + 1, record))
    }
}
