//! What the log tells its readers: the user's assertions, and reports.

use std::collections::BTreeSet;

use super::Recorder;
use super::record::{Received, Record};
use crate::call::{Call, Outcome};
use crate::clock::ClockReading;
use crate::engine::{Engine, Settings};
use crate::faults::Unmet;
use crate::operation::{Operation, Request, SdkOperation};
use crate::report::{
    self, Attempts, CallLog, Called, CountedCalls, EarlierCalls, LoggedCall, Timeline, Transcript,
    UnmetFault, Verification,
};
use crate::summary::{Fingerprint, Names, next_token_given};

/// What a list of calls says besides the calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogContext<'a> {
    /// Where the mock listens; none in memory.
    pub(crate) address: Option<&'a str>,
    /// What the mock's clock shows, if that is not real time.
    pub(crate) clock: Option<ClockReading>,
    /// Knows the names of what calls mention. None while `with_engine` has lent it out.
    pub(crate) engine: Option<&'a Engine>,
    pub(crate) settings: Option<&'a Settings>,
}

impl Recorder {
    /// All calls whose input could be decoded.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let request = record.request()?;
            Some(record.call(number, request.clone(), self.origins.home()))
        });
        calls.collect()
    }

    /// The calls of one operation whose input could be decoded.
    pub(crate) fn calls_to<O: SdkOperation>(&self) -> Vec<Call<O::Input>> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let input = O::input(record.request()?)?;
            Some(record.call(number, input.clone(), self.origins.home()))
        });
        calls.collect()
    }

    /// The operations that were called, in the order of arrival.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.records.iter().filter_map(Record::operation).collect()
    }

    /// How often an operation was called, including evicted calls and those whose input could not
    /// be decoded.
    pub(crate) fn count(&self, operation: Operation) -> usize {
        self.counts.get(&operation).map_or(0, |counts| counts.all)
    }

    /// All operations that were called, and how often, as [`count`](Self::count) counts.
    pub(crate) fn called(&self) -> Vec<Called> {
        let called = self
            .counts
            .iter()
            .map(|(operation, counts)| (*operation, counts.all));
        called.collect()
    }

    /// The facts about a wrong number of calls of an operation.
    pub(crate) fn counted(&self, operation: Operation) -> CountedCalls {
        let calls = self
            .records
            .iter()
            .filter(|record| record.operation() == Some(operation));
        CountedCalls {
            received: self.count(operation),
            attempts: attempts(calls),
            called: self.called(),
        }
    }

    /// The number of requests of any kind, including evicted ones.
    pub(crate) fn total(&self) -> usize {
        self.evicted + self.records.len()
    }

    /// Looks for a call with this input.
    pub(crate) fn find(&self, expected: &Request) -> Result<(), Box<report::Mismatch>> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let request = record.request()?;
            (request.operation() == expected.operation()).then(|| (number, request.fields()))
        });
        report::find(expected.fields(), calls)
    }

    /// The list of calls at the end of a report.
    pub(crate) fn log(&self, context: &LogContext<'_>) -> CallLog {
        self.log_naming(&[], context)
    }

    /// The list of calls at the end of a report that mentions these calls by their numbers.
    pub(crate) fn log_naming(&self, named: &[usize], context: &LogContext<'_>) -> CallLog {
        let listed = CallLog::listed(self.evicted + 1..=self.total(), named);
        let listed = listed.into_iter();
        let records: Vec<(usize, &Record)> = listed
            .filter_map(|number| Some((number, self.record(number)?)))
            .collect();
        let calls = records.iter();
        let calls = calls.map(|(number, record)| record.logged(*number));
        let calls: Vec<LoggedCall> = calls.collect();
        let names = self.names(&calls, context);
        let timed = records.iter().map(|(number, record)| record.timed(*number));
        CallLog::new(self.total(), calls, context.address)
            .with_evicted(self.evicted)
            .with_attempts(attempts(self.records.iter()))
            .with_names(names)
            .with_unused_next_tokens(self.unused_next_tokens())
            .with_clock(context.clock)
            .with_timeline(Timeline::new(self.time_axis.base(), timed))
    }

    /// What is known about the ids that these calls mention.
    fn names(&self, calls: &[LoggedCall], context: &LogContext<'_>) -> Names {
        let names = context.settings.map(Names::of_settings).unwrap_or_default();
        let names = match context.engine {
            Some(engine) => report::mentioned(calls, names).look_up(engine),
            None => names,
        };
        names.with_former_pools(self.records.iter().filter_map(Record::created_pool))
    }

    /// Each `NextToken` that came back and that no request contains.
    fn unused_next_tokens(&self) -> BTreeSet<Fingerprint> {
        let returned = self.records.iter().filter_map(Record::returned);
        let mut unused: BTreeSet<_> = returned
            .filter_map(|returned| returned.next_token())
            .collect();
        if !unused.is_empty() {
            for request in self.records.iter().filter_map(Record::request) {
                if let Some(token) = next_token_given(request) {
                    unused.remove(&token);
                }
            }
        }
        unused
    }

    /// All requests as a text that is the same in every run.
    pub(crate) fn transcript(&self, context: &LogContext<'_>) -> Transcript {
        let calls = self.numbered();
        let calls: Vec<LoggedCall> = calls
            .map(|(number, record)| record.logged(number))
            .collect();
        let names = self.names(&calls, context);
        Transcript::new(self.evicted, calls, names)
    }

    /// The numbers of the calls that wait for their answers.
    #[cfg(feature = "exploration")]
    pub(crate) fn in_flight(&self) -> Vec<usize> {
        let waiting = self.numbered().filter(|(_, record)| record.is_in_flight());
        waiting.map(|(number, _)| number).collect()
    }

    /// All requests as a timeline.
    pub(crate) fn timeline(&self) -> Timeline {
        let timed = |(number, record): (usize, &Record)| record.timed(number);
        Timeline::of_log(self.time_axis.base(), self.numbered(), timed)
    }

    /// The facts that verification reports, given the faults that did not fire as expected.
    pub(crate) fn verification(&self, unmet: Vec<Unmet>, context: &LogContext<'_>) -> Verification {
        if unmet.is_empty() && self.is_clean() {
            // Nothing to report, so nothing to copy.
            return Verification::default();
        }
        let mut facts = self.facts_of_faults(unmet);
        facts.panics.clone_from(&self.panics);
        let evicted = self
            .evicted_failures
            .iter()
            .map(|(number, record)| (*number, record));
        for (number, record) in evicted.chain(self.numbered()) {
            match record.received() {
                Received::Unrecognized(request) => {
                    facts.unrecognized.push((number, (**request).clone()));
                }
                Received::Undecodable(_) => facts.undecodable.push(record.logged(number)),
                Received::Call(_) | Received::TooLarge(_) => {}
            }
        }
        // Comes last, because it depends on which calls the report mentions.
        facts.log = self.log_naming(&facts.named_calls(), context);
        facts
    }

    /// The facts about faults alone, as when a guard drops.
    pub(crate) fn verification_of_faults(
        &self,
        unmet: Vec<Unmet>,
        context: &LogContext<'_>,
    ) -> Verification {
        let mut facts = self.facts_of_faults(unmet);
        for fault in &mut facts.faults {
            let injected_after = fault.unmet.fault.injected_after();
            fault.guard_saw_no_request = self.total() == injected_after;
        }
        Verification {
            log: self.log_naming(&facts.named_calls(), context),
            ..facts
        }
    }

    /// The facts about faults without the list of calls, which depends on all facts.
    fn facts_of_faults(&self, unmet: Vec<Unmet>) -> Verification {
        let last = self.numbered().next_back();
        let last_failed = last.map(|(number, record)| record.logged(number));
        Verification {
            faults: unmet
                .into_iter()
                .map(|unmet| self.unmet_fault(unmet))
                .collect(),
            last_failed: last_failed.filter(|call| call.outcome != Some(Outcome::Success)),
            ..Verification::default()
        }
    }

    fn is_clean(&self) -> bool {
        self.panics.is_empty()
            && self.evicted_failures.is_empty()
            && !self.records.iter().any(Record::fails_verification)
    }

    fn unmet_fault(&self, unmet: Unmet) -> UnmetFault {
        let unmatched = unmet.counters.last_not_matched;
        let unmatched = unmatched.and_then(|number| self.record(number)?.request());
        let operations: Vec<Operation> = unmet.operations().collect();
        let calls = || {
            self.numbered().filter(|(_, record)| {
                let operation = record.operation();
                operation.is_some_and(|on| operations.is_empty() || operations.contains(&on))
            })
        };
        let injected_after = unmet.fault.injected_after();
        let earlier = calls()
            .filter(|(number, record)| *number <= injected_after && record.is_seen_by_faults());
        let later = || calls().filter(|(number, _)| *number > injected_after);
        let (count, last) = earlier.fold((0, 0), |(count, _), (number, _)| (count + 1, number));
        UnmetFault {
            last_unmatched: unmatched.map(Request::fields),
            earlier: (count > 0).then_some(EarlierCalls { count, last }),
            rejected_at_once: (later().count() as u64).saturating_sub(unmet.counters.received()),
            attempts: attempts(later().map(|(_, record)| record)),
            called: self.called(),
            guard_saw_no_request: false,
            unmet,
        }
    }
}

fn attempts<'a>(calls: impl Iterator<Item = &'a Record>) -> Attempts {
    Attempts::of(calls.map(Record::invocation_id))
}
