//! The numbered list of received calls that follows the facts of every message.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use super::layout::{INDENT, truncated};
use super::logged_call::{LoggedCall, MESSAGE, Subject};
use super::timeline::Timeline;

/// Of more calls than can be listed, so many of the first are.
const FIRST: usize = 3;
/// And so many of the newest, which most messages are about.
const NEWEST: usize = 17;

/// What the mock has received, cut to what a reader can take in.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    listed: Vec<LoggedCall>,
    total: usize,
    /// How many calls came before those that are still known.
    evicted: usize,
    /// Where the mock listens; nowhere in memory.
    address: Option<String>,
    /// Of the calls listed, if some were attempted more than once.
    timeline: Option<Timeline>,
}

impl CallLog {
    /// The numbers of the calls to be listed, of those that are still known: the first, the
    /// newest, and the ones that the message names.
    pub(crate) fn listed(known: RangeInclusive<usize>, named: &[usize]) -> BTreeSet<usize> {
        let (&first, &last) = (known.start(), known.end());
        if last < first + FIRST + NEWEST {
            return known.collect();
        }
        let named = named
            .iter()
            .copied()
            .filter(|number| known.contains(number));
        let newest = last + 1 - NEWEST..=last;
        (first..first + FIRST).chain(newest).chain(named).collect()
    }

    /// Takes the calls that are listed of so many in all, in the order of their arrival.
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

    /// Closes the list with the timeline of the same calls, if that says more than the list.
    pub(crate) fn with_timeline(mut self, timeline: Timeline) -> Self {
        self.timeline = timeline.has_retries().then_some(timeline);
        self
    }

    /// The same, when so many of the first calls are no longer known.
    pub(crate) fn with_evicted(mut self, evicted: usize) -> Self {
        self.evicted = evicted;
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }
}

/// Ends with a line break, so that more may follow.
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
            tell_of_gap(f, last + 1, call.number)?;
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
        tell_of_gap(f, last + 1, self.total + 1)?;
        match &self.timeline {
            None => Ok(()),
            Some(timeline) => write!(f, "\n{timeline}"),
        }
    }
}

/// Says how many calls are left out before the next one that is listed.
fn tell_of_gap(f: &mut fmt::Formatter<'_>, expected: usize, next: usize) -> fmt::Result {
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
    fn columns_are_aligned_and_every_outcome_has_a_word() {
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

    /// What is listed of the calls that are still known.
    fn listed(known: RangeInclusive<usize>, named: &[usize]) -> Vec<usize> {
        CallLog::listed(known, named).into_iter().collect()
    }

    #[test]
    fn up_to_twenty_calls_are_all_listed_and_of_more_the_first_and_the_newest() {
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
    fn what_a_message_names_is_listed_as_long_as_it_is_known() {
        let all = [1, 2, 3, 20].into_iter().chain(35..=51);

        assert_eq!(listed(1..=51, &[51, 20, 2, 20]), all.collect::<Vec<_>>());
        assert_eq!(listed(8..=9, &[7, 10]), [8, 9]);
    }

    #[test]
    fn a_gap_tells_how_many_calls_are_left_out() {
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

    #[test]
    fn an_empty_log_says_where_calls_should_have_gone() {
        let tcp = CallLog::new(0, [], Some("http://127.0.0.1:49152")).to_string();
        let memory = CallLog::new(0, [], None).to_string();

        expect![[r#"
            calls received (0): none. The server listens on http://127.0.0.1:49152.
        "#]]
        .assert_eq(&tcp);
        expect![[r#"
            calls received (0): none. The mock is in memory and has no address.
        "#]]
        .assert_eq(&memory);
    }
}
