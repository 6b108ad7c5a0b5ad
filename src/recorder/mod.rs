//! What was received and how it was answered: a log that only grows at its end, and that a load
//! test may cut at its beginning.
//!
//! Lives under the mock's one lock, which gives calls a total order. Waits for nothing itself:
//! those who wait subscribe and look again.

mod queries;
mod record;
#[cfg(test)]
mod tests;
mod time_axis;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::call::Outcome;
use crate::clock::Stopwatch;
use crate::faults::{FaultName, UserPanic};
use crate::operation::Operation;
use crate::report::{CallPanic, TimedEnd};
use record::Record;
use time_axis::TimeAxis;

pub(crate) use record::{Arrival, Received};

/// Of what fails verification, so much is remembered when the log forgets it.
const KEPT_EVIDENCE: usize = 20;

/// The log of one mock, since its start or its last reset.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// The newest, at most `keep` of them.
    records: VecDeque<Record>,
    keep: usize,
    /// How many came before those.
    forgotten: usize,
    /// The first of the forgotten that fail verification, with their numbers: a test must not
    /// pass because the log is short.
    evidence: Vec<(usize, Record)>,
    /// Over all requests, forgotten or not.
    counts: BTreeMap<Operation, Counts>,
    panics: Vec<CallPanic>,
    time_axis: TimeAxis,
    /// How often it was cleared, so that a call which was under way then is not finished as
    /// another one of the same number.
    generation: u32,
    /// Tells of changes of any kind.
    changes: watch::Sender<()>,
}

/// How often an operation was called.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: usize,
    /// Those that faults are for: all whose body is not known to be malformed.
    readable: usize,
}

/// How a request came to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// A wait that is known to have passed, though by no clock of the mock's.
    pub(crate) waited: Duration,
    /// Nobody waited for the answer any more.
    pub(crate) cut_off: bool,
}

/// A call under way, to be finished later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    generation: u32,
    number: usize,
}

impl Ticket {
    /// Counts from 1 over all requests.
    pub(crate) fn number(self) -> usize {
        self.number
    }
}

impl Recorder {
    /// A log of the newest `keep` requests. `stopwatch` measures the calls; without one they are
    /// placed by the mock's clock.
    pub(crate) fn new(keep: usize, stopwatch: Option<Stopwatch>) -> Self {
        Self {
            records: VecDeque::new(),
            keep,
            forgotten: 0,
            evidence: Vec::new(),
            counts: BTreeMap::new(),
            panics: Vec::new(),
            time_axis: TimeAxis::new(stopwatch),
            generation: 0,
            changes: watch::Sender::new(()),
        }
    }

    /// Adds a request whose outcome is not known yet.
    pub(crate) fn begin(&mut self, arrival: Arrival<'_>) -> Ticket {
        let began = self.time_axis.begin(arrival.time);
        let record = Record::new(arrival, began);
        if let Some(operation) = record.operation() {
            let counts = self.counts.entry(operation).or_default();
            counts.all += 1;
            counts.readable += usize::from(record.meets_faults());
        }
        self.records.push_back(record);
        let number = self.total();
        if self.records.len() > self.keep {
            self.forget_first();
        }
        self.changed();
        Ticket {
            generation: self.generation,
            number,
        }
    }

    fn forget_first(&mut self) {
        let Some(record) = self.records.pop_front() else {
            return;
        };
        self.forgotten += 1;
        if record.fails_verification() && self.evidence.len() < KEPT_EVIDENCE {
            self.evidence.push((self.forgotten, record));
        }
    }

    /// Says how a request was answered, and which fault shaped the answer. Does nothing if the
    /// log has forgotten the request since it began.
    pub(crate) fn finish(&mut self, ticket: Ticket, outcome: Outcome, fault: Option<FaultName>) {
        let Some(record) = self.record_mut(ticket) else {
            return;
        };
        record.finish(outcome, fault);
        self.changed();
    }

    /// Says that nothing more will happen to a request.
    pub(crate) fn end(&mut self, ticket: Ticket, ended: Ended, now: SystemTime) {
        let Some(began) = self.record_mut(ticket).map(|record| record.began()) else {
            return;
        };
        let at = self.time_axis.end(began, ended.waited, now);
        if let Some(record) = self.record_mut(ticket) {
            record.end(TimedEnd {
                at,
                cut_off: ended.cut_off,
            });
            self.changed();
        }
    }

    /// Remembers for verification that a closure of the user's panicked over a call, also if the
    /// log has forgotten the call. A call from before the log was cleared fails nothing any more.
    pub(crate) fn panicked(&mut self, ticket: Ticket, operation: Operation, panic: UserPanic) {
        if ticket.generation != self.generation {
            return;
        }
        if self.panics.len() >= self.keep.max(KEPT_EVIDENCE) {
            return;
        }
        self.panics.push(CallPanic {
            number: ticket.number,
            operation,
            panic,
        });
    }

    /// Forgets everything. Numbers start from 1 again.
    pub(crate) fn clear(&mut self) {
        self.records = VecDeque::new();
        self.forgotten = 0;
        self.evidence = Vec::new();
        self.counts = BTreeMap::new();
        self.panics = Vec::new();
        self.time_axis.restart();
        self.generation = self.generation.wrapping_add(1);
        self.changed();
    }

    /// Tells of every change from now on. Look at the log after subscribing and after each
    /// change; the receiver works on any runtime.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        // Telling nobody costs more than looking whether anybody listens, and subscribing happens
        // under the same lock.
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

    /// Where a request of this number is among the records, unless it is forgotten.
    fn index(&self, number: usize) -> Option<usize> {
        number.checked_sub(self.forgotten + 1)
    }

    /// All records that are left, with their numbers.
    fn numbered(&self) -> impl ExactSizeIterator<Item = (usize, &Record)> + DoubleEndedIterator {
        let numbered = self.records.iter().enumerate();
        numbered.map(|(index, record)| (self.forgotten + index + 1, record))
    }
}
