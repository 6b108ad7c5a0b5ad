//! One entry of the log, made small.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::call::{Call, Outcome};
use crate::error::ServiceError;
use crate::faults::FaultName;
use crate::operation::{Operation, Request};
use crate::report::{ForeignRequest, LoggedCall, Subject, TimedCall, TimedEnd};

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

/// One request. Kept small, because a load test makes many.
#[derive(Debug)]
pub(super) struct Record {
    received: Received,
    attempt: u32,
    invocation_id: InvocationId,
    time: SystemTime,
    /// On the axis of the timeline, as is the end.
    began: Duration,
    ended: Option<TimedEnd>,
    /// None until it is known.
    outcome: Option<Answered>,
    fault: Option<FaultName>,
}

/// An [`Outcome`], with the rare case made small.
#[derive(Debug)]
enum Answered {
    Success,
    Error(Box<ServiceError>),
    Dropped,
}

/// The SDK sends a UUID; its bytes are a third of its text.
#[derive(Debug)]
enum InvocationId {
    None,
    Uuid(Uuid),
    Other(Box<str>),
}

impl Record {
    pub(super) fn new(arrival: Arrival<'_>, began: Duration) -> Self {
        Self {
            received: arrival.received,
            attempt: arrival.attempt,
            invocation_id: InvocationId::of(arrival.invocation_id),
            time: arrival.time,
            began,
            ended: None,
            outcome: None,
            fault: None,
        }
    }

    pub(super) fn finish(&mut self, outcome: Outcome, fault: Option<FaultName>) {
        self.outcome = Some(match outcome {
            Outcome::Success => Answered::Success,
            Outcome::Error(error) => Answered::Error(Box::new(error)),
            Outcome::Dropped => Answered::Dropped,
        });
        self.fault = fault;
    }

    pub(super) fn began(&self) -> Duration {
        self.began
    }

    /// A call ends once: when the transport is done with its reply. If its caller went away before
    /// the answer was sent, it was not answered, whatever was decided.
    pub(super) fn end(&mut self, end: TimedEnd) {
        if end.cut_off {
            self.outcome = Some(Answered::Dropped);
        }
        self.ended = Some(end);
    }

    pub(super) fn received(&self) -> &Received {
        &self.received
    }

    pub(super) fn request(&self) -> Option<&Request> {
        match &self.received {
            Received::Call(request) => Some(request),
            Received::Undecodable(_) | Received::TooLarge(_) | Received::Foreign(_) => None,
        }
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        match &self.received {
            Received::Call(request) => Some(request.operation()),
            Received::Undecodable(operation) | Received::TooLarge(operation) => Some(*operation),
            Received::Foreign(_) => None,
        }
    }

    /// No SDK sends such a request, so a test that made one is wrong.
    pub(super) fn fails_verification(&self) -> bool {
        match self.received {
            Received::Foreign(_) | Received::Undecodable(_) => true,
            Received::Call(_) | Received::TooLarge(_) => false,
        }
    }

    /// Whether it is one of the calls that faults are for.
    pub(super) fn meets_faults(&self) -> bool {
        match self.received {
            Received::Call(_) | Received::TooLarge(_) => true,
            Received::Undecodable(_) | Received::Foreign(_) => false,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(match self.outcome.as_ref()? {
            Answered::Success => Outcome::Success,
            Answered::Error(error) => Outcome::Error((**error).clone()),
            Answered::Dropped => Outcome::Dropped,
        })
    }

    pub(super) fn call<I>(&self, number: usize, input: I) -> Call<I> {
        Call {
            number,
            input,
            attempt: self.attempt,
            invocation_id: self.invocation_id.text(),
            time: self.time,
            // Of a call that is still under way no response was sent, and if the test ends now
            // none will be.
            outcome: self.outcome().unwrap_or(Outcome::Dropped),
            fault: self.fault.as_ref().map(FaultName::bare),
        }
    }

    pub(super) fn logged(&self, number: usize) -> LoggedCall {
        LoggedCall {
            number,
            subject: self.received.subject(),
            attempt: self.attempt,
            outcome: self.outcome(),
            fault: self.fault.clone(),
        }
    }

    pub(super) fn timed(&self, number: usize) -> TimedCall {
        TimedCall {
            call: self.logged(number),
            invocation_id: self.invocation_id.text(),
            began: self.began,
            ended: self.ended,
        }
    }
}

impl InvocationId {
    fn of(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::None;
        };
        match Uuid::try_parse(text) {
            // Only the form that comes back as the same text.
            Ok(uuid) if uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text => {
                Self::Uuid(uuid)
            }
            _ => Self::Other(text.into()),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Uuid(uuid) => Some(uuid.to_string()),
            Self::Other(text) => Some(text.as_ref().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVOCATION: &str = "0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b";

    #[test]
    fn an_invocation_id_that_is_no_canonical_uuid_keeps_its_text() {
        for text in ["mine", "0193C3A4-4F0E-7A52-8A1B-3C1D5E7F9A0B", ""] {
            assert_eq!(InvocationId::of(Some(text)).text().as_deref(), Some(text));
        }
        assert_eq!(InvocationId::of(None).text(), None);
        assert!(matches!(
            InvocationId::of(Some(INVOCATION)),
            InvocationId::Uuid(_)
        ));
    }

    #[test]
    fn a_record_stays_small() {
        // With the vector's spare room, the request and the pool id on the heap, a call of GetId
        // takes less than 700 bytes.
        let id = size_of::<[u8; 55]>();
        let shared = size_of::<Request>() + 2 * size_of::<usize>();

        assert!(2 * size_of::<Record>() + shared + id <= 700 - 3 * 16);
    }
}
