//! A received request as reports see it.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::layout::truncated;
use crate::call::Outcome;
use crate::faults::FaultName;
use crate::operation::{Operation, Request};
use crate::redact::one_line;
use crate::summary::{self, Returned, Vocabulary};

/// The most characters of an error, a path or a target that are printed.
pub(super) const MESSAGE: usize = 120;

/// A request in the list of calls.
#[derive(Clone, Debug)]
pub(crate) struct LoggedCall {
    pub(crate) number: usize,
    pub(crate) subject: Subject,
    pub(crate) attempt: u32,
    /// None until it is decided.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) fault: Option<FaultName>,
    /// None if the input was not read, or if nothing is to be told of it.
    pub(crate) contents: Option<Contents>,
}

/// What a call said, and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(crate) request: Arc<Request>,
    /// When the call arrived, by the mock's clock.
    pub(crate) time: SystemTime,
    pub(crate) returned: Option<Returned>,
}

/// What a request is for.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Operation(Operation),
    Unrecognized(UnrecognizedRequest),
}

/// A request that names no operation of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnrecognizedRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) target: Option<UnrecognizedTarget>,
}

/// The operation or the service that an unrecognized request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnrecognizedTarget {
    /// From the header `x-amz-target`: the version of a service, a dot, and the operation.
    AmzTarget(String),
    /// From the field `Action` of a form, as in a call of STS.
    Action(String),
    /// Another service, from the host or the signature.
    OtherService {
        name: String,
        host: String,
        /// The header `x-amz-target`, if the request has one.
        target: Option<String>,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => operation.fmt(f),
            Self::Unrecognized(request) => request.fmt(f),
        }
    }
}

impl fmt::Display for UnrecognizedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            one_line(&self.method),
            truncated(&one_line(&self.path), MESSAGE)
        )?;
        match &self.target {
            Some(UnrecognizedTarget::AmzTarget(target)) => {
                write!(
                    f,
                    "  x-amz-target: {}",
                    truncated(&one_line(target), MESSAGE)
                )
            }
            Some(UnrecognizedTarget::Action(action)) => {
                write!(f, "  Action={}", truncated(&one_line(action), MESSAGE))
            }
            Some(UnrecognizedTarget::OtherService { host, target, .. }) => {
                if let Some(target) = target {
                    let target = one_line(target);
                    write!(f, "  x-amz-target: {}", truncated(&target, MESSAGE))?;
                }
                write!(f, "  host: {}", truncated(&one_line(host), MESSAGE))
            }
            None => Ok(()),
        }
    }
}

/// The outcome of a call whose outcome is not decided yet.
const PENDING: &str = "pending";

impl LoggedCall {
    /// The outcome in a word: `ok`, `dropped`, `pending`, or the name of the error.
    pub(super) fn outcome_name(&self) -> String {
        match &self.outcome {
            Some(outcome) => one_line(&outcome.name()),
            None => PENDING.to_owned(),
        }
    }

    /// The outcome, with the message of the error if it is one.
    pub(crate) fn outcome_text(&self) -> String {
        match &self.outcome {
            Some(outcome) => one_line(outcome),
            None => PENDING.to_owned(),
        }
    }

    /// The input in words. Empty if there is none.
    pub(super) fn input(&self, words: &mut dyn Vocabulary) -> String {
        match &self.contents {
            Some(Contents { request, .. }) => {
                summary::input(request.operation(), &request.fields(), words)
            }
            None => String::new(),
        }
    }

    /// What came back, in words.
    pub(super) fn returned(&self, words: &mut dyn Vocabulary) -> Option<String> {
        let contents = self.contents.as_ref()?;
        let returned = contents.returned.as_ref()?;
        Some(returned.summary(contents.request.operation(), contents.time, words))
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        match self.subject {
            Subject::Operation(operation) => Some(operation),
            Subject::Unrecognized(_) => None,
        }
    }
}
