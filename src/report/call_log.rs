//! The numbered list of received calls in a report.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use super::layout::{INDENT, truncated};
use super::logged_call::{LoggedCall, MESSAGE, Subject};
use super::timeline::Timeline;

/// How many of the first calls are listed, if not all are.
const FIRST: usize = 3;
/// How many of the newest calls are listed, if not all are. Most reports are about these.
const NEWEST: usize = 17;

/// The calls that the mock has received. Long lists are shortened.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    listed: Vec<LoggedCall>,
    total: usize,
    /// How many of the first calls were evicted.
    evicted: usize,
    /// Where the mock listens. None in memory.
    address: Option<String>,
    /// The timeline of the listed calls, if there are retries among them.
    timeline: Option<Timeline>,
}

impl CallLog {
    /// Selects the calls to be listed among the recorded ones: the first, the newest, and those
    /// that the report names.
    pub(crate) fn listed(recorded: RangeInclusive<usize>, named: &[usize]) -> BTreeSet<usize> {
        let (&first, &last) = (recorded.start(), recorded.end());
        if last < first + FIRST + NEWEST {
            return recorded.collect();
        }
        let named = named
            .iter()
            .copied()
            .filter(|number| recorded.contains(number));
        let newest = last + 1 - NEWEST..=last;
        (first..first + FIRST).chain(newest).chain(named).collect()
    }

    /// Takes the listed calls in the order of their arrival, and the number of all calls.
    pub(crate) fn new(
        total: usize,
        listed: impl IntoIterator<Item = LoggedCall>,
        address: Option<&str>,
    ) -> Self {
        Self {
            total,
            evicted: 0,
            listed: listed.into_iter().collect(),
            address: address.map(str::to_owned),
            timeline: None,
        }
    }

    /// Appends the timeline of the listed calls, if it says more than the list does.
    pub(crate) fn with_timeline(mut self, timeline: Timeline) -> Self {
        self.timeline = timeline.has_retries().then_some(timeline);
        self
    }

    /// Notes how many of the first calls were evicted.
    pub(crate) fn with_evicted(mut self, evicted: usize) -> Self {
        self.evicted = evicted;
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }
}

/// Ends with a line break, so that more lines can follow.
impl fmt::Display for CallLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calls received ({}):", self.total)?;
        if self.is_empty() {
            return match &self.address {
                Some(address) => writeln!(f, " none. The server listens on {address}."),
                None => writeln!(f, " none. The mock is in memory and has no address."),
            };
        }
        writeln!(f)?;
        if self.evicted > 0 {
            writeln!(f, "{INDENT}… {} evicted by `keep_calls`", self.evicted)?;
        }
        let numbers = self.listed.iter().map(|call| call.number.to_string().len());
        let number_width = numbers.max().unwrap_or_default();
        let names = self.listed.iter().filter_map(LoggedCall::operation);
        let name_width = names
            .map(|name| name.name().len())
            .max()
            .unwrap_or_default();
        let mut last = self.evicted;
        for call in &self.listed {
            write_gap(f, last + 1, call.number)?;
            last = call.number;
            write!(f, "{INDENT}#{:<number_width$}  ", call.number)?;
            match &call.subject {
                Subject::Operation(name) => {
                    write!(f, "{name:name_width$}  attempt {}", call.attempt)?;
                }
                Subject::Unrecognized(request) => request.fmt(f)?,
            }
            writeln!(f, "  → {}", outcome(call))?;
        }
        write_gap(f, last + 1, self.total + 1)?;
        match &self.timeline {
            None => Ok(()),
            Some(timeline) => write!(f, "\n{timeline}"),
        }
    }
}

/// Writes how many calls are left out before the next one that is listed.
fn write_gap(f: &mut fmt::Formatter<'_>, expected: usize, next: usize) -> fmt::Result {
    match next - expected {
        0 => Ok(()),
        more => writeln!(f, "{INDENT}… {more} more"),
    }
}

/// The outcome of a call and the fault that shaped it.
fn outcome(call: &LoggedCall) -> String {
    match &call.fault {
        // The test itself has chosen the message of an injected error, so it says nothing new.
        Some(fault) => format!("{}   ({fault})", call.outcome_name()),
        None => truncated(&call.outcome_text(), MESSAGE).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;

    use super::super::logged_call::UnrecognizedRequest;
    use super::*;
    use crate::call::Outcome;
    use crate::error::ServiceError;
    use crate::faults::FaultName;
    use crate::operation::Operation;

    fn call(number: usize, operation: Operation, outcome: Option<Outcome>) -> LoggedCall {
        LoggedCall {
            number,
            subject: Subject::Operation(operation),
            attempt: 1,
            outcome,
            fault: None,
        }
    }

    #[test]
    fn columns_are_aligned_for_every_outcome() {
        let throttled = ServiceError::known("TooManyRequestsException", "Rate exceeded");
        let not_found = ServiceError::not_found("Identity 'us-east-1:1' not found.");
        let unavailable = Outcome::Error(ServiceError::silent("").with_status(503));
        let long = ServiceError::known("ValidationException", "9 errors: ".repeat(20));
        let calls = [
            LoggedCall {
                fault: Some(FaultName::Named(Arc::from("first two"))),
                ..call(1, Operation::GetId, Some(Outcome::Error(throttled)))
            },
            LoggedCall {
                attempt: 2,
                ..call(2, Operation::GetId, Some(Outcome::Success))
            },
            call(
                3,
                Operation::GetCredentialsForIdentity,
                Some(Outcome::Error(not_found)),
            ),
            LoggedCall {
                subject: Subject::Unrecognized(UnrecognizedRequest {
                    method: "GET".to_owned(),
                    path: "/health".to_owned(),
                    target: None,
                }),
                ..call(
                    4,
                    Operation::GetId,
                    Some(Outcome::Error(ServiceError::silent(
                        "UnknownOperationException",
                    ))),
                )
            },
            call(5, Operation::GetId, Some(Outcome::Error(long))),
            LoggedCall {
                fault: Some(FaultName::Numbered(2)),
                ..call(9, Operation::GetId, Some(Outcome::Dropped))
            },
            call(10, Operation::ListIdentities, None),
            LoggedCall {
                fault: Some(FaultName::Numbered(3)),
                ..call(11, Operation::ListIdentities, Some(unavailable))
            },
        ];

        expect![[r#"
            calls received (11):
                #1   GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2   GetId                      attempt 2  → ok
                #3   GetCredentialsForIdentity  attempt 1  → ResourceNotFoundException: Identity 'us-east-1:1' not found.
                #4   GET /health  → UnknownOperationException
                #5   GetId                      attempt 1  → ValidationException: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors…
                … 3 more
                #9   GetId                      attempt 1  → dropped   (fault #2)
                #10  ListIdentities             attempt 1  → pending
                #11  ListIdentities             attempt 1  → HTTP status 503   (fault #3)
        "#]]
        .assert_eq(&CallLog::new(11, calls, None).to_string());
    }

    fn listed(recorded: RangeInclusive<usize>, named: &[usize]) -> Vec<usize> {
        CallLog::listed(recorded, named).into_iter().collect()
    }

    #[test]
    fn of_more_than_twenty_calls_the_first_and_the_newest_are_listed() {
        assert_eq!(listed(1..=20, &[]), (1..=20).collect::<Vec<_>>());
        assert_eq!(listed(8..=27, &[]), (8..=27).collect::<Vec<_>>());
        let first = |n| n..n + 3;
        assert_eq!(
            listed(1..=21, &[]),
            first(1).chain(5..=21).collect::<Vec<_>>()
        );
        assert_eq!(
            listed(8..=58, &[]),
            first(8).chain(42..=58).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_calls_that_a_report_names_are_listed_unless_they_were_evicted() {
        let all = [1, 2, 3, 20].into_iter().chain(35..=51);

        assert_eq!(listed(1..=51, &[51, 20, 2, 20]), all.collect::<Vec<_>>());
        assert_eq!(listed(8..=9, &[7, 10]), [8, 9]);
    }

    #[test]
    fn a_gap_shows_how_many_calls_are_left_out() {
        let calls = [4, 6, 50].map(|n| call(n, Operation::GetId, Some(Outcome::Success)));

        let text = CallLog::new(51, calls, None).with_evicted(2).to_string();

        expect![[r#"
            calls received (51):
                … 2 evicted by `keep_calls`
                … 1 more
                #4   GetId  attempt 1  → ok
                … 1 more
                #6   GetId  attempt 1  → ok
                … 43 more
                #50  GetId  attempt 1  → ok
                … 1 more
        "#]]
        .assert_eq(&text);
    }

    // The text over TCP is in the tests of `assertions.rs`.
    #[test]
    fn an_empty_log_in_memory() {
        expect![[r#"
            calls received (0): none. The mock is in memory and has no address.
        "#]]
        .assert_eq(&CallLog::new(0, [], None).to_string());
    }
}
