//! What the log says to the user.

use super::Recorder;
use super::record::{Received, Record};
use crate::call::{Call, Outcome};
use crate::faults::Unmet;
use crate::fields;
use crate::operation::{Operation, SdkOperation};
use crate::report::{self, CallLog, Timeline, UnusedFault, Verification};

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
    pub(crate) fn find<O: SdkOperation>(
        &self,
        expected: &O::Input,
    ) -> Result<(), Box<report::Mismatch>> {
        let calls = self.numbered().filter_map(|(number, record)| {
            let request = record.request()?;
            Some((number, O::with_shape(O::input(request)?, fields::flatten)))
        });
        report::find(O::with_shape(expected, fields::flatten), calls)
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
        let refused = unmet.tally.last_refused;
        let refused = refused.and_then(|number| self.record(number)?.request());
        let operations: Vec<Operation> = unmet.operations().collect();
        let met = self
            .counts
            .iter()
            .filter(|(operation, _)| operations.is_empty() || operations.contains(operation));
        let met: usize = met.map(|(_, counts)| counts.readable).sum();
        UnusedFault {
            last_refused: refused.map(|request| request.with_shape(fields::flatten)),
            called_before: met as u64 > unmet.tally.received(),
            unmet,
        }
    }
}
