//! The numbered list of received calls that follows the facts of every message.

use std::fmt;

use super::Timeline;
use crate::call::Outcome;
use crate::faults::FaultName;
use crate::operation::Operation;

/// So many characters of an error's message are printed.
const MESSAGE: usize = 120;

/// What the mock has received, cut to what a reader can take in.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    listed: Vec<LoggedCall>,
    total: usize,
    /// How many calls came before those that are still known.
    forgotten: usize,
    /// Where the mock listens; nowhere in memory.
    address: Option<String>,
    /// Of the calls listed, if some were attempted more than once.
    timeline: Option<Timeline>,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub(crate) struct LoggedCall {
    pub(crate) number: usize,
    pub(crate) subject: Subject,
    pub(crate) attempt: u32,
    /// None until it is known.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) fault: Option<FaultName>,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Operation(Operation),
    Foreign(ForeignRequest),
}

/// A request that names no operation of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The header `x-amz-target`.
    pub(crate) target: Option<String>,
}

impl fmt::Display for ForeignRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match &self.target {
            Some(target) => write!(f, "  x-amz-target: {target}"),
            None => Ok(()),
        }
    }
}

impl CallLog {
    /// So many calls are listed; of the others the number is told.
    pub(crate) const LISTED: usize = 20;

    /// Takes as many calls as will be printed, in the order of their arrival.
    pub(crate) fn new(
        calls: impl ExactSizeIterator<Item = LoggedCall>,
        address: Option<&str>,
    ) -> Self {
        Self {
            total: calls.len(),
            forgotten: 0,
            listed: calls.take(Self::LISTED).collect(),
            address: address.map(str::to_owned),
            timeline: None,
        }
    }

    /// Closes the list with the timeline of the same calls, if that says more than the list.
    pub(crate) fn with_timeline(mut self, timeline: Timeline) -> Self {
        self.timeline = timeline.has_retries().then_some(timeline);
        self
    }

    /// The same, when so many calls before them are no longer known.
    pub(crate) fn after(mut self, forgotten: usize) -> Self {
        self.total += forgotten;
        self.forgotten = forgotten;
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
        if self.forgotten > 0 {
            writeln!(f, "    … {} forgotten by `keep_calls`", self.forgotten)?;
        }
        let numbers = self.listed.iter().map(|call| call.number.to_string().len());
        let number_width = numbers.max().unwrap_or_default();
        let names = self.listed.iter().filter_map(LoggedCall::operation);
        let name_width = names
            .map(|name| name.name().len())
            .max()
            .unwrap_or_default();
        for call in &self.listed {
            write!(f, "    #{:<number_width$}  ", call.number)?;
            match &call.subject {
                Subject::Operation(name) => {
                    write!(f, "{name:name_width$}  attempt {}", call.attempt)?;
                }
                Subject::Foreign(request) => request.fmt(f)?,
            }
            writeln!(f, "  → {}", Ending(call))?;
        }
        match self.total - self.forgotten - self.listed.len() {
            0 => {}
            more => writeln!(f, "    … {more} more")?,
        }
        match &self.timeline {
            None => Ok(()),
            Some(timeline) => write!(f, "\n{timeline}"),
        }
    }
}

impl LoggedCall {
    pub(super) fn operation(&self) -> Option<Operation> {
        match self.subject {
            Subject::Operation(operation) => Some(operation),
            Subject::Foreign(_) => None,
        }
    }
}

/// How a call was answered, and by which fault.
struct Ending<'a>(&'a LoggedCall);

impl fmt::Display for Ending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(call) = self;
        match &call.outcome {
            None => f.write_str("pending")?,
            Some(Outcome::Success) => f.write_str("ok")?,
            Some(Outcome::Dropped) => f.write_str("dropped")?,
            // The message of an injected error is the test's own and says nothing new.
            Some(Outcome::Error(error)) if call.fault.is_some() => f.write_str(&error.name())?,
            Some(Outcome::Error(error)) => {
                let text = error.to_string();
                match text.char_indices().nth(MESSAGE) {
                    Some((end, _)) => write!(f, "{}…", &text[..end])?,
                    None => f.write_str(&text)?,
                }
            }
        }
        match &call.fault {
            Some(fault) => write!(f, "   ({fault})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;

    use super::*;
    use crate::error::ServiceError;

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
                subject: Subject::Foreign(ForeignRequest {
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
            calls received (8):
                #1   GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2   GetId                      attempt 2  → ok
                #3   GetCredentialsForIdentity  attempt 1  → ResourceNotFoundException: Identity 'us-east-1:1' not found.
                #4   GET /health  → UnknownOperationException
                #5   GetId                      attempt 1  → ValidationException: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors: 9 errors:…
                #9   GetId                      attempt 1  → dropped   (fault #2)
                #10  ListIdentities             attempt 1  → pending
                #11  ListIdentities             attempt 1  → HTTP status 503   (fault #3)
        "#]]
        .assert_eq(&CallLog::new(calls.into_iter(), None).to_string());
    }

    #[test]
    fn at_most_twenty_calls_are_listed() {
        let calls = (1..=51).map(|n| call(n, Operation::GetId, Some(Outcome::Success)));
        let calls: Vec<_> = calls.collect();

        let text = CallLog::new(calls.into_iter(), None).to_string();

        assert!(text.starts_with("calls received (51):\n    #1   GetId  attempt 1  → ok\n"));
        assert!(text.ends_with("    #20  GetId  attempt 1  → ok\n    … 31 more\n"));
    }

    #[test]
    fn an_empty_log_says_where_calls_should_have_gone() {
        let nothing = || {
            std::iter::empty::<LoggedCall>()
                .collect::<Vec<_>>()
                .into_iter()
        };

        let tcp = CallLog::new(nothing(), Some("http://127.0.0.1:49152")).to_string();
        let memory = CallLog::new(nothing(), None).to_string();

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
