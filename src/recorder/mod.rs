//! What was received and how it was answered: a log that only grows at its end, and that a load
//! test may cut at its beginning.
//!
//! Lives under the mock's one lock, which gives calls a total order. Waits for nothing itself:
//! those who wait subscribe and look again.

mod record;
mod time_axis;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::call::{Call, Outcome};
use crate::clock::Stopwatch;
use crate::faults::{FaultName, Unmet, UserPanic};
use crate::operation::{Operation, Request, SdkOperation};
use crate::report::{
    self, CallLog, CallPanic, ForeignRequest, Subject, TimedEnd, Timeline, UnusedFault,
    Verification,
};
use record::Record;
use time_axis::TimeAxis;

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

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) received: Received,
    /// From `amz-sdk-request`; 1 without it.
    pub(crate) attempt: u32,
    /// From `amz-sdk-invocation-id`.
    pub(crate) invocation_id: Option<&'a str>,
    /// By the mock's clock.
    pub(crate) time: SystemTime,
}

/// What a request turned out to be.
#[derive(Debug)]
pub(crate) enum Received {
    /// One of the operations with its input, also when the service then refuses the call.
    Call(Arc<Request>),
    /// One of the operations, with a body that is no JSON of the right types. No SDK sends that,
    /// so it fails verification.
    Undecodable(Operation),
    /// One of the operations, with a body too large to be read.
    TooLarge(Operation),
    /// Something else altogether; fails verification.
    Foreign(Box<ForeignRequest>),
}

impl Received {
    /// What was asked for, as messages print it.
    pub(crate) fn subject(&self) -> Subject {
        match self {
            Self::Call(request) => Subject::Operation(request.operation()),
            Self::Undecodable(operation) | Self::TooLarge(operation) => {
                Subject::Operation(*operation)
            }
            Self::Foreign(request) => Subject::Foreign((**request).clone()),
        }
    }
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

/// What the log says to the user.
impl Recorder {
    /// All calls whose input could be read.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let request = record.request()?;
            Some(record.call(number, request.clone()))
        });
        calls.collect()
    }

    /// The calls of one operation whose input could be read.
    pub(crate) fn calls_to<O: SdkOperation>(&self) -> Vec<Call<O::Input>> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let input = O::input(record.request()?)?;
            Some(record.call(number, input.clone()))
        });
        calls.collect()
    }

    /// What was called, in the order of arrival.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.records.iter().filter_map(Record::operation).collect()
    }

    /// How many calls of one operation there were, also those whose input could not be read.
    /// Forgotten ones count, too.
    pub(crate) fn count(&self, operation: Operation) -> usize {
        self.counts.get(&operation).map_or(0, |counts| counts.all)
    }

    /// How many requests there were of any kind, forgotten or not.
    pub(crate) fn total(&self) -> usize {
        self.forgotten + self.records.len()
    }

    /// Looks for a call with this input.
    pub(crate) fn find(&self, expected: &Request) -> Result<(), Box<report::Mismatch>> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let request = record.request()?;
            (request.operation() == expected.operation()).then(|| (number, request.fields()))
        });
        report::find(expected.fields(), calls)
    }

    /// The list at the end of reports; `address` is where the mock listens.
    pub(crate) fn log(&self, address: Option<&str>) -> CallLog {
        self.log_naming(&[], address)
    }

    /// The same for a report that names these calls.
    pub(crate) fn log_naming(&self, named: &[usize], address: Option<&str>) -> CallLog {
        let listed = CallLog::listed(self.forgotten + 1..=self.total(), named);
        let listed = listed.into_iter();
        let records: Vec<(usize, &Record)> = listed
            .filter_map(|number| Some((number, self.record(number)?)))
            .collect();
        let calls = records
            .iter()
            .map(|(number, record)| record.logged(*number));
        CallLog::new(self.total(), calls, address)
            .after(self.forgotten)
            .with_timeline(self.timeline_of(records.iter().copied()))
    }

    /// All requests as a waterfall.
    pub(crate) fn timeline(&self) -> Timeline {
        self.timeline_of(self.numbered())
    }

    fn timeline_of<'a>(&self, records: impl Iterator<Item = (usize, &'a Record)>) -> Timeline {
        let calls = records.map(|(number, record)| record.timed(number));
        Timeline::new(self.time_axis.base(), calls)
    }

    /// What verification looks at, given the faults that were not used as expected.
    pub(crate) fn verification(&self, unmet: Vec<Unmet>, address: Option<&str>) -> Verification {
        if unmet.is_empty() && self.is_clean() {
            // Nothing to report, so nothing to copy.
            return Verification::default();
        }
        let mut facts = self.facts_of_faults(unmet);
        facts.panics.clone_from(&self.panics);
        let forgotten = self
            .evidence
            .iter()
            .map(|(number, record)| (*number, record));
        for (number, record) in forgotten.chain(self.numbered()) {
            match record.received() {
                Received::Foreign(request) => facts.foreign.push((number, (**request).clone())),
                Received::Undecodable(_) => facts.undecodable.push(record.logged(number)),
                Received::Call(_) | Received::TooLarge(_) => {}
            }
        }
        // Only now it is known which calls the report names.
        facts.log = self.log_naming(&facts.named(), address);
        facts
    }

    /// The same for faults alone, as when a guard drops.
    pub(crate) fn verification_of_faults(
        &self,
        unmet: Vec<Unmet>,
        address: Option<&str>,
    ) -> Verification {
        let facts = self.facts_of_faults(unmet);
        Verification {
            log: self.log_naming(&facts.named(), address),
            ..facts
        }
    }

    /// All but the list of calls, which depends on what is named.
    fn facts_of_faults(&self, unmet: Vec<Unmet>) -> Verification {
        let last = self.numbered().next_back();
        let last_failed = last.map(|(number, record)| record.logged(number));
        Verification {
            faults: unmet.into_iter().map(|unmet| self.unused(unmet)).collect(),
            last_failed: last_failed.filter(|call| call.outcome != Some(Outcome::Success)),
            ..Verification::default()
        }
    }

    fn is_clean(&self) -> bool {
        self.panics.is_empty()
            && self.evidence.is_empty()
            && !self.records.iter().any(Record::fails_verification)
    }

    fn unused(&self, unmet: Unmet) -> UnusedFault {
        let refused = unmet.counters.last_not_matched;
        let refused = refused.and_then(|number| self.record(number)?.request());
        let operations: Vec<Operation> = unmet.operations().collect();
        let met = self
            .counts
            .iter()
            .filter(|(operation, _)| operations.is_empty() || operations.contains(operation));
        let met: usize = met.map(|(_, counts)| counts.readable).sum();
        UnusedFault {
            last_refused: refused.map(Request::fields),
            called_before: met as u64 > unmet.counters.received(),
            unmet,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder as GetId;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
    use expect_test::expect;

    use super::*;
    use crate::error::ServiceError;
    use crate::faults::{Fault, InjectedFaults};

    const INVOCATION: &str = "0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b";

    fn arrival(received: Received) -> Arrival<'static> {
        Arrival {
            received,
            attempt: 2,
            invocation_id: Some(INVOCATION),
            time: SystemTime::UNIX_EPOCH,
        }
    }

    fn get_id(pool: &str) -> Received {
        let input = GetIdInput::builder().identity_pool_id(pool).build();
        Received::Call(Arc::new(Request::GetId(input.unwrap())))
    }

    fn list_identities() -> Received {
        let input = ListIdentitiesInput::builder().build();
        Received::Call(Arc::new(Request::ListIdentities(input.unwrap())))
    }

    fn foreign() -> Received {
        Received::Foreign(Box::new(ForeignRequest {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            target: None,
        }))
    }

    fn recorder(received: impl IntoIterator<Item = Received>) -> Recorder {
        let mut recorder = Recorder::new(usize::MAX, None);
        receive(&mut recorder, received);
        recorder
    }

    fn receive(recorder: &mut Recorder, received: impl IntoIterator<Item = Received>) {
        for received in received {
            let ticket = recorder.begin(arrival(received));
            recorder.finish(ticket, Outcome::Success, None);
        }
    }

    #[test]
    fn a_call_comes_back_as_it_arrived_and_was_answered() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let error = ServiceError::not_found("gone");

        let ticket = recorder.begin(arrival(get_id("p")));
        let name = FaultName::Named(Arc::from("slow"));
        recorder.finish(ticket, Outcome::Error(error.clone()), Some(name));

        let calls = recorder.calls_to::<GetId>();
        assert_eq!(calls.len(), 1);
        let call = &calls[0];
        assert_eq!((call.number, call.attempt), (1, 2));
        assert_eq!(call.input.identity_pool_id(), Some("p"));
        assert_eq!(call.invocation_id.as_deref(), Some(INVOCATION));
        assert_eq!(call.time, SystemTime::UNIX_EPOCH);
        assert_eq!(call.outcome, Outcome::Error(error));
        assert_eq!(call.fault.as_deref(), Some("slow"));
    }

    #[test]
    fn all_requests_share_one_numbering_but_only_readable_calls_are_listed() {
        let recorder = recorder([
            get_id("p"),
            foreign(),
            Received::Undecodable(Operation::GetId),
            list_identities(),
            get_id("q"),
        ]);

        let numbers = |calls: Vec<Call<GetIdInput>>| calls.iter().map(|c| c.number).collect();
        let of_get_id: Vec<usize> = numbers(recorder.calls_to::<GetId>());
        assert_eq!(of_get_id, [1, 5]);
        assert_eq!(recorder.calls().len(), 3);
        assert_eq!(recorder.count(Operation::GetId), 3);
        assert_eq!(recorder.total(), 5);
        assert_eq!(
            recorder.operations(),
            [
                Operation::GetId,
                Operation::GetId,
                Operation::ListIdentities,
                Operation::GetId
            ]
        );
    }

    #[test]
    fn a_call_under_way_is_pending_in_the_log() {
        let mut recorder = Recorder::new(usize::MAX, None);
        recorder.begin(arrival(get_id("p")));

        let log = recorder.log(None).to_string();

        assert!(log.contains("#1  GetId  attempt 2  → pending"), "{log}");
        // If the test ends now, it never gets an answer.
        assert_eq!(recorder.calls()[0].outcome, Outcome::Dropped);
    }

    #[test]
    fn a_call_from_before_a_reset_does_not_finish_another_one() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let old = recorder.begin(arrival(get_id("p")));
        recorder.clear();
        let new = recorder.begin(arrival(get_id("q")));

        recorder.finish(old, Outcome::Success, None);

        assert_eq!((old.number(), new.number()), (1, 1));
        assert!(recorder.log(None).to_string().contains("pending"));
    }

    #[test]
    fn a_log_with_retries_closes_with_the_timeline() {
        let mut recorder = Recorder::new(usize::MAX, None);
        for attempt in 1..=2 {
            let ticket = recorder.begin(Arrival {
                attempt,
                ..arrival(get_id("p"))
            });
            recorder.finish(ticket, Outcome::Success, None);
            let ended = Ended {
                waited: Duration::from_secs(1),
                cut_off: false,
            };
            recorder.end(ticket, ended, SystemTime::UNIX_EPOCH);
        }

        expect![[r#"
            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 2  → ok

            timeline (mock clock and prescribed delays, 2.0s from edge to edge):
                #1  GetId    attempt 1  ok  [============================                            ]  1.0s
                #2    GetId  attempt 2  ok  [                            ============================]  1.0s
        "#]].assert_eq(&recorder.log(None).to_string());
    }

    #[test]
    fn the_timeline_of_a_log_shows_the_calls_that_are_listed() {
        let mut recorder = recorder((1..=51).map(|_| get_id("p")));
        let numbers = |text: &str| -> Vec<usize> {
            let words = text
                .lines()
                .filter_map(|line| line.trim().split(' ').next());
            let numbers = words.filter_map(|word| word.strip_prefix('#')?.parse().ok());
            numbers.collect()
        };

        let log = recorder.log_naming(&[20], None).to_string();

        let (calls, timeline) = log.split_once("\ntimeline ").unwrap();
        let listed: Vec<usize> = [1, 2, 3, 20].into_iter().chain(35..=51).collect();
        assert_eq!(numbers(calls), listed);
        assert_eq!(numbers(timeline), listed);
        recorder.clear();
        assert_eq!(
            numbers(&recorder.log_naming(&[20], None).to_string()),
            [0; 0]
        );
    }

    #[test]
    fn a_call_from_before_a_reset_does_not_end_another_one() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let old = recorder.begin(arrival(get_id("p")));
        recorder.clear();
        recorder.begin(arrival(get_id("q")));

        let ended = Ended {
            waited: Duration::ZERO,
            cut_off: false,
        };
        recorder.end(old, ended, SystemTime::UNIX_EPOCH);

        assert!(recorder.timeline().to_string().ends_with(">]  open\n"));
    }

    #[tokio::test]
    async fn subscribers_hear_of_every_change() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let mut changes = recorder.subscribe();

        let ticket = recorder.begin(arrival(get_id("p")));
        changes.changed().await.unwrap();
        recorder.finish(ticket, Outcome::Success, None);

        assert!(changes.has_changed().unwrap());
    }

    #[test]
    fn only_foreign_and_undecodable_requests_fail_verification() {
        let clean = recorder([get_id("p")]);
        let unclean = recorder([foreign(), Received::Undecodable(Operation::GetId)]);

        let clean = report::verification(&clean.verification(Vec::new(), None), true);
        let facts = unclean.verification(Vec::new(), None);

        assert_eq!(clean, None);
        assert_eq!((facts.foreign.len(), facts.undecodable.len()), (1, 1));
        assert_eq!(facts.foreign[0].0, 1);
    }

    #[test]
    fn a_short_log_keeps_the_newest_calls_and_counts_them_all() {
        let mut recorder = Recorder::new(2, None);
        receive(&mut recorder, [get_id("a"), list_identities()]);
        receive(&mut recorder, [get_id("b"), get_id("c")]);

        let calls = recorder.calls_to::<GetId>();
        let numbers: Vec<usize> = calls.iter().map(|call| call.number).collect();
        assert_eq!(numbers, [3, 4]);
        assert!(calls.iter().all(|call| call.outcome == Outcome::Success));
        assert_eq!(recorder.count(Operation::GetId), 3);
        assert_eq!(recorder.total(), 4);
        let log = recorder.log(None).to_string();
        assert!(
            log.starts_with(
                "calls received (4):\n    … 2 forgotten by `keep_calls`\n    \
                 #3  GetId  attempt 2  → ok\n    #4  GetId  attempt 2  → ok\n"
            ),
            "{log}"
        );
    }

    #[test]
    fn a_forgotten_call_is_not_finished_as_another_one() {
        let mut recorder = Recorder::new(1, None);
        let old = recorder.begin(arrival(get_id("p")));
        let new = recorder.begin(arrival(get_id("q")));

        recorder.finish(old, Outcome::Success, None);

        assert_eq!((old.number(), new.number()), (1, 2));
        assert!(recorder.log(None).to_string().contains("pending"));
    }

    #[test]
    fn a_log_of_nothing_still_counts() {
        let mut recorder = Recorder::new(0, None);
        receive(&mut recorder, [get_id("p"), get_id("q")]);

        assert_eq!(recorder.calls().len(), 0);
        assert_eq!(recorder.count(Operation::GetId), 2);
    }

    #[test]
    fn a_forgotten_call_ends_as_no_other_one() {
        let mut recorder = Recorder::new(1, None);
        let old = recorder.begin(arrival(get_id("p")));
        recorder.begin(arrival(get_id("q")));

        let ended = Ended {
            waited: Duration::ZERO,
            cut_off: true,
        };
        recorder.end(old, ended, SystemTime::UNIX_EPOCH);

        assert!(recorder.timeline().to_string().ends_with(">]  open\n"));
    }

    #[test]
    fn of_a_short_log_a_bounded_number_of_failures_is_remembered() {
        let mut recorder = Recorder::new(1, None);
        let (fault, name) = (panicking(), Operation::GetId);
        for _ in 0..KEPT_EVIDENCE {
            let ticket = recorder.begin(arrival(foreign()));
            recorder.panicked(ticket, name, fault.clone());
        }
        let facts = recorder.verification(Vec::new(), None);
        assert_eq!((facts.foreign.len(), facts.panics.len()), (20, 20));

        for _ in 0..KEPT_EVIDENCE {
            let ticket = recorder.begin(arrival(foreign()));
            recorder.panicked(ticket, name, fault.clone());
        }
        let facts = recorder.verification(Vec::new(), None);
        // The newest request is in the log itself.
        assert_eq!((facts.foreign.len(), facts.panics.len()), (21, 20));
        assert_eq!(facts.panics.last().map(|panic| panic.number), Some(20));
    }

    #[test]
    fn a_longer_log_remembers_as_many_panics_as_calls() {
        let mut recorder = Recorder::new(30, None);
        for _ in 0..40 {
            let ticket = recorder.begin(arrival(get_id("p")));
            recorder.panicked(ticket, Operation::GetId, panicking());
        }

        assert_eq!(recorder.verification(Vec::new(), None).panics.len(), 30);
    }

    #[test]
    fn a_panic_over_a_call_from_before_a_reset_is_forgotten() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let old = recorder.begin(arrival(get_id("p")));
        recorder.clear();

        recorder.panicked(old, Operation::GetId, panicking());

        assert!(recorder.verification(Vec::new(), None).panics.is_empty());
    }

    /// What a fault says of its predicate that panicked.
    fn panicking() -> UserPanic {
        let mut faults = InjectedFaults::new(0);
        let fault = Fault::throttle().when(Client::get_id, |_| panic!("on purpose"));
        faults.inject(fault, Location::caller());
        let request = Arc::new(Request::GetId(GetIdInput::builder().build().unwrap()));
        faults
            .snapshot()
            .match_call(&request)
            .take_panics()
            .remove(0)
    }

    #[test]
    fn calls_that_no_fault_could_read_do_not_count_as_calls_before_its_injection() {
        let mut faults = InjectedFaults::new(0);
        let fault = Fault::throttle().on(Client::get_id);
        faults.inject(fault, Location::caller());
        let called_before = |received| {
            let facts = recorder(received).verification(faults.unmet(), None);
            facts.faults[0].called_before
        };

        assert!(!called_before(vec![]));
        assert!(!called_before(vec![Received::Undecodable(
            Operation::GetId
        )]));
        assert!(!called_before(vec![list_identities()]));
        assert!(called_before(vec![get_id("p")]));
    }

    #[test]
    fn the_last_request_is_the_one_that_may_have_failed() {
        let failed = |received, outcome: Outcome| {
            let mut recorder = recorder([foreign()]);
            let ticket = recorder.begin(arrival(received));
            recorder.finish(ticket, outcome, None);
            let facts = recorder.verification(Vec::new(), None);
            facts.last_failed.map(|call| call.number)
        };

        assert_eq!(failed(get_id("p"), Outcome::Success), None);
        assert_eq!(failed(get_id("p"), Outcome::Dropped), Some(2));
    }

    #[test]
    fn a_cleared_log_begins_a_time_of_its_own() {
        let mut recorder = Recorder::new(usize::MAX, None);
        let at = |seconds| Arrival {
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            ..arrival(get_id("p"))
        };
        recorder.begin(at(0));
        recorder.begin(at(100));

        recorder.clear();
        // The clock was set back.
        recorder.begin(at(20));
        recorder.begin(at(30));

        let timeline = recorder.timeline().to_string();
        assert!(timeline.contains("10.0s from edge to edge"), "{timeline}");
    }

    #[test]
    fn what_is_cleared_no_longer_counts_or_fails() {
        let mut recorder = Recorder::new(1, None);
        receive(&mut recorder, [foreign(), get_id("p")]);
        let ticket = recorder.begin(arrival(get_id("q")));
        recorder.panicked(ticket, Operation::GetId, panicking());

        recorder.clear();

        assert_eq!(recorder.total(), 0);
        assert_eq!(recorder.count(Operation::GetId), 0);
        let facts = recorder.verification(Vec::new(), None);
        assert_eq!(report::verification(&facts, true), None);
    }

    #[test]
    fn forgotten_requests_still_fail_verification() {
        let mut recorder = Recorder::new(1, None);
        receive(&mut recorder, [get_id("p"), foreign(), get_id("q")]);

        let facts = recorder.verification(Vec::new(), None);

        assert_eq!(facts.foreign.len(), 1);
        assert_eq!(facts.foreign[0].0, 2);
    }
}
