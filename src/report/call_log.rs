//! The numbered list of received calls in a report.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::panic::Location;

use super::attempts::Attempts;
use super::clock_line::clock_line;
use super::layout::{INDENT, truncated, widest};
use super::logged_call::{LoggedCall, MESSAGE, Subject};
use super::timeline::Timeline;
use crate::call::Outcome;
use crate::clock::ClockReading;
use crate::redact::one_line;
use crate::summary::{Fingerprint, LogWords, Mentioned, Names};
use crate::times::counted;

/// How many of the first calls are listed, if not all are.
const FIRST: usize = 3;
/// How many of the newest calls are listed, if not all are. Most reports are about these.
const NEWEST: usize = 17;
/// The most characters of an input.
const INPUT: usize = 120;
/// The width of the widest input that others are aligned with.
const ALIGNED_INPUT: usize = 72;
/// The most characters of what came back.
const RETURNED: usize = 160;
/// The most characters of an explanation.
const EXPLANATION: usize = 400;

/// The calls that the mock has received. Long lists are shortened.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    listed: Vec<LoggedCall>,
    total: usize,
    /// How many of the first calls were evicted.
    evicted: usize,
    /// Where the mock listens. None in memory.
    address: Option<String>,
    /// What is known about the ids in the listed calls.
    names: Names,
    /// Each `NextToken` that came back and that no later call contains.
    unused_next_tokens: BTreeSet<Fingerprint>,
    /// What the mock's clock shows, if that is not real time.
    clock: Option<ClockReading>,
    /// The timeline of the listed calls, if there are retries among them.
    timeline: Option<Timeline>,
    /// How many invocations of a client the calls are.
    attempts: Attempts,
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
            attempts: Attempts::default(),
            listed: listed.into_iter().collect(),
            address: address.map(str::to_owned),
            ..Self::default()
        }
    }

    /// Appends the timeline of the listed calls, if it says more than the list does.
    pub(crate) fn with_timeline(mut self, timeline: Timeline) -> Self {
        self.timeline = timeline.has_retries().then_some(timeline);
        self
    }

    /// Notes how many invocations of a client the calls are.
    pub(crate) fn with_attempts(mut self, attempts: Attempts) -> Self {
        self.attempts = attempts;
        self
    }

    /// Notes how many of the first calls were evicted.
    pub(crate) fn with_evicted(mut self, evicted: usize) -> Self {
        self.evicted = evicted;
        self
    }

    /// Adds what is known about the ids in the listed calls.
    pub(crate) fn with_names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// Marks each `NextToken` that came back and that no later call contains.
    pub(crate) fn with_unused_next_tokens(mut self, unused: BTreeSet<Fingerprint>) -> Self {
        self.unused_next_tokens = unused;
        self
    }

    /// Tells what the mock's clock shows.
    pub(crate) fn with_clock(mut self, clock: Option<ClockReading>) -> Self {
        self.clock = clock;
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn words(&self) -> LogWords {
        let returned = self.listed.iter().filter_map(|call| {
            let returned = call.contents.as_ref()?.returned.as_ref()?;
            Some((returned.next_token()?, call.number))
        });
        let mentioned = mentioned(&self.listed, self.names.clone());
        LogWords::new(&mentioned, self.names.clone())
            .with_next_tokens(returned, self.unused_next_tokens.clone())
    }

    fn write_calls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(clock) = self.clock {
            writeln!(f, "{INDENT}clock: {}", clock_line(clock, &self.listed))?;
        }
        if self.evicted > 0 {
            writeln!(f, "{INDENT}… {} evicted by `keep_calls`", self.evicted)?;
        }
        let mut words = self.words();
        let lines: Vec<Line> = self
            .listed
            .iter()
            .map(|call| Line::of(call, &mut words))
            .collect();
        let numbers = widest(lines.iter().map(|line| line.number.as_str()));
        let subjects = lines.iter().filter(|line| !line.attempt.is_empty());
        let subjects = widest(subjects.map(|line| line.subject.as_str()));
        let inputs = lines.iter().map(|line| line.input.as_str());
        let inputs = widest(inputs.filter(|input| input.chars().count() <= ALIGNED_INPUT));
        let mut explained = Explained::default();
        let mut last = self.evicted;
        for (call, line) in self.listed.iter().zip(&lines) {
            write_gap(f, last + 1, call.number)?;
            last = call.number;
            let Line {
                number,
                subject,
                attempt,
                input,
                outcome,
            } = line;
            write!(f, "{INDENT}{number:numbers$}  ")?;
            if attempt.is_empty() {
                write!(f, "{subject}")?;
            } else {
                write!(f, "{subject:subjects$}  {attempt}")?;
                if inputs > 0 || !input.is_empty() {
                    write!(f, "  {input:inputs$}")?;
                }
            }
            writeln!(f, "  → {outcome}")?;
            if let Some(why) = explained.why(call) {
                writeln!(f, "{INDENT}{INDENT}why: {why}")?;
            }
        }
        write_gap(f, last + 1, self.total + 1)?;
        match &self.timeline {
            None => Ok(()),
            Some(timeline) => write!(f, "\n{timeline}"),
        }
    }
}

/// Ends with a line break, so that more lines can follow.
impl fmt::Display for CallLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calls received ({}):", self.total)?;
        if self.is_empty() {
            return writeln!(f, " none. {}", Address(self.address.as_deref()));
        }
        writeln!(f)?;
        self.write_calls(f)
    }
}

/// What a mock prints that is dropped by a test that fails: which mock it is, and its calls.
pub(crate) fn log_in_drop(log: &CallLog, started: &Location<'_>) -> String {
    let text = match log.total {
        0 => format!("received no calls. {}\n", Address(log.address.as_deref())),
        n => format!(
            "received {}{}:\n{}",
            counted(n as u64, "call"),
            log.attempts.in_parentheses(),
            Calls(log)
        ),
    };
    format!(
        "MockCognitoIdentity started at {started} {}",
        text.trim_end()
    )
}

/// The lines of a log without its headline.
struct Calls<'a>(&'a CallLog);

impl fmt::Display for Calls<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_calls(f)
    }
}

/// Where the mock listens.
struct Address<'a>(Option<&'a str>);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => write!(f, "The server listens on {address}."),
            None => f.write_str("The mock is in memory and has no address."),
        }
    }
}

/// Collects the ids that these calls mention, given what is known without the ids.
pub(crate) fn mentioned(calls: &[LoggedCall], names: Names) -> Mentioned {
    let mut mentioned = Mentioned::with(names);
    for call in calls {
        let _ = call.input(&mut mentioned);
        let _ = call.returned(&mut mentioned);
    }
    mentioned
}

/// The columns of a call.
struct Line {
    number: String,
    subject: String,
    /// Empty if the request names no operation.
    attempt: String,
    input: String,
    outcome: String,
}

impl Line {
    fn of(call: &LoggedCall, words: &mut LogWords) -> Self {
        let attempt = match &call.subject {
            Subject::Operation(_) => format!("attempt {}", call.attempt),
            Subject::Unrecognized(_) => String::new(),
        };
        Self {
            number: format!("#{}", call.number),
            subject: call.subject.to_string(),
            attempt,
            input: truncated(&call.input(words), INPUT).into_owned(),
            outcome: outcome(call, words),
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

/// The outcome of a call, what came back, and the fault that shaped it.
fn outcome(call: &LoggedCall, words: &mut LogWords) -> String {
    let mut text = match (&call.outcome, &call.fault) {
        // The test itself has chosen the message of an injected error, so it says nothing new.
        (Some(Outcome::Error(_)), Some(_)) => call.outcome_name(),
        (_, _) => truncated(&call.outcome_text(), MESSAGE).into_owned(),
    };
    if let Some(returned) = call.returned(words) {
        text = format!("{text}, {}", truncated(&returned, RETURNED));
    }
    match &call.fault {
        Some(fault) => format!("{text}   ({fault})"),
        None => text,
    }
}

/// The explanations that have been printed, with the numbers of their calls.
#[derive(Default)]
struct Explained<'a> {
    numbers: BTreeMap<&'a str, usize>,
    /// The one of the line above.
    last: Option<&'a str>,
}

impl<'a> Explained<'a> {
    /// What is printed below a call to explain its error. No explanation is printed twice.
    fn why(&mut self, call: &'a LoggedCall) -> Option<String> {
        let explanation = match &call.outcome {
            Some(Outcome::Error(error)) => error.explanation(),
            Some(Outcome::Success | Outcome::Dropped) | None => None,
        };
        let last = std::mem::replace(&mut self.last, explanation);
        let explanation = explanation?;
        match self.numbers.get(explanation) {
            // The line names the fault, which says the same.
            Some(_) if call.fault.is_some() || last == Some(explanation) => None,
            Some(number) => Some(format!("as for #{number}")),
            None => {
                self.numbers.insert(explanation, call.number);
                Some(truncated(&one_line(&explanation), EXPLANATION).into_owned())
            }
        }
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
            contents: None,
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

    #[test]
    fn an_explanation_is_printed_once() {
        let refused = |number, explanation: &str| {
            let error = ServiceError::not_authorized("no").because(explanation);
            call(number, Operation::GetId, Some(Outcome::Error(error)))
        };
        let calls = [
            refused(1, "the first reason"),
            refused(2, "the first reason"),
            refused(3, "the second\nreason"),
            refused(4, "the first reason"),
            call(5, Operation::GetId, Some(Outcome::Success)),
            refused(6, "the first reason"),
            LoggedCall {
                fault: Some(FaultName::Numbered(1)),
                ..refused(7, "the second\nreason")
            },
        ];

        expect![[r#"
            calls received (7):
                #1  GetId  attempt 1  → NotAuthorizedException: no
                    why: the first reason
                #2  GetId  attempt 1  → NotAuthorizedException: no
                #3  GetId  attempt 1  → NotAuthorizedException: no
                    why: the second\nreason
                #4  GetId  attempt 1  → NotAuthorizedException: no
                    why: as for #1
                #5  GetId  attempt 1  → ok
                #6  GetId  attempt 1  → NotAuthorizedException: no
                    why: as for #1
                #7  GetId  attempt 1  → NotAuthorizedException   (fault #1)
        "#]]
        .assert_eq(&CallLog::new(7, calls, None).to_string());
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
