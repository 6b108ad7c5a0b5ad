//! A request as it arrives, and its record.
//!
//! Records are small because load tests make millions of calls: with everything it refers to, the
//! record of a call with a pool's id takes less than 700 bytes. What came back costs less than 128
//! more for an identity id, an access key id or a token, 40 for a page of a list, and nothing for
//! answers that no report is about.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::origin::{Origin, SharedOrigin, StoredOrigin};
use crate::call::{Call, Outcome};
use crate::error::ServiceError;
use crate::faults::FaultName;
use crate::operation::{Operation, Request};
use crate::report::{
    Contents, LoggedCall, Subject, TimedCall, TimedCompletion, UnrecognizedRequest,
};
use crate::summary::Returned;

/// What is known of a request when it arrives.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) received: Received,
    pub(crate) origin: Origin<'a>,
    /// From the header `amz-sdk-request`; 1 without it.
    pub(crate) attempt: u32,
    /// From the header `amz-sdk-invocation-id`.
    pub(crate) invocation_id: Option<&'a str>,
    /// What the mock's clock shows.
    pub(crate) time: SystemTime,
}

/// What a request turned out to be.
#[derive(Debug)]
pub(crate) enum Received {
    /// A call of an operation with its input, even if the service then rejects the call.
    Call(Arc<Request>),
    /// A call of an operation whose body is not JSON of the right types. No SDK sends such a
    /// body, so the request fails verification.
    Undecodable(Operation),
    /// A call of an operation whose body is too large to be read.
    TooLarge(Operation),
    /// A request that names no operation, which fails verification.
    Unrecognized(Box<UnrecognizedRequest>),
}

impl Received {
    /// The operation or the unrecognized request, as reports print it.
    pub(crate) fn subject(&self) -> Subject {
        match self {
            Self::Call(request) => Subject::Operation(request.operation()),
            Self::Undecodable(operation) | Self::TooLarge(operation) => {
                Subject::Operation(*operation)
            }
            Self::Unrecognized(request) => Subject::Unrecognized((**request).clone()),
        }
    }
}

/// How a request was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) outcome: Outcome,
    /// What came back, if the outcome is success and reports tell it.
    pub(crate) returned: Option<Returned>,
    /// The fault that shaped the outcome.
    pub(crate) fault: Option<FaultName>,
}

impl From<Outcome> for Answered {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            returned: None,
            fault: None,
        }
    }
}

/// A request in the log.
#[derive(Debug)]
pub(super) struct Record {
    received: Received,
    origin: SharedOrigin,
    attempt: u32,
    invocation_id: InvocationId,
    time: SystemTime,
    /// Its position on the time axis.
    start: Duration,
    /// None while it is in flight.
    completion: Option<TimedCompletion>,
    /// None until it is decided.
    outcome: Option<CompactOutcome>,
    fault: Option<FaultName>,
}

/// An [`Outcome`] whose rare cases are boxed.
#[derive(Debug)]
enum CompactOutcome {
    /// With what came back, if reports tell it.
    Success(Option<Box<Returned>>),
    Error(Box<ServiceError>),
    Dropped,
}

/// The SDK sends a UUID, whose bytes take less than half the space of its text.
#[derive(Debug)]
enum InvocationId {
    None,
    Uuid(Uuid),
    Other(Box<str>),
}

impl Record {
    pub(super) fn new(arrival: Arrival<'_>, origin: SharedOrigin, start: Duration) -> Self {
        Self {
            received: arrival.received,
            origin,
            attempt: arrival.attempt,
            invocation_id: InvocationId::of(arrival.invocation_id),
            time: arrival.time,
            start,
            completion: None,
            outcome: None,
            fault: None,
        }
    }

    pub(super) fn decide(&mut self, answered: Answered) {
        self.outcome = Some(match answered.outcome {
            Outcome::Success => CompactOutcome::Success(answered.returned.map(Box::new)),
            Outcome::Error(error) => CompactOutcome::Error(Box::new(error)),
            Outcome::Dropped => CompactOutcome::Dropped,
        });
        self.fault = answered.fault;
    }

    pub(super) fn returned(&self) -> Option<&Returned> {
        match &self.outcome {
            Some(CompactOutcome::Success(returned)) => returned.as_deref(),
            Some(CompactOutcome::Error(_) | CompactOutcome::Dropped) | None => None,
        }
    }

    /// Id and name of the pool that the call created.
    pub(super) fn created_pool(&self) -> Option<(String, String)> {
        let Some(Returned::Pool(id)) = self.returned() else {
            return None;
        };
        let Some(Request::CreateIdentityPool(input)) = self.request() else {
            return None;
        };
        Some((id.to_string(), input.identity_pool_name()?.to_owned()))
    }

    pub(super) fn start(&self) -> Duration {
        self.start
    }

    /// Completes the request, once the transport is done with its reply. An aborted one got no
    /// response, whatever its outcome was going to be.
    pub(super) fn complete(&mut self, completion: TimedCompletion) {
        if completion.aborted {
            self.outcome = Some(CompactOutcome::Dropped);
        }
        self.completion = Some(completion);
    }

    #[cfg(feature = "exploration")]
    pub(super) fn is_in_flight(&self) -> bool {
        self.completion.is_none()
    }

    pub(super) fn received(&self) -> &Received {
        &self.received
    }

    pub(super) fn request(&self) -> Option<&Request> {
        match &self.received {
            Received::Call(request) => Some(request),
            Received::Undecodable(_) | Received::TooLarge(_) | Received::Unrecognized(_) => None,
        }
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        match &self.received {
            Received::Call(request) => Some(request.operation()),
            Received::Undecodable(operation) | Received::TooLarge(operation) => Some(*operation),
            Received::Unrecognized(_) => None,
        }
    }

    /// Whether no SDK sends such a request, so that a test which caused it is wrong.
    pub(super) fn fails_verification(&self) -> bool {
        match self.received {
            Received::Unrecognized(_) | Received::Undecodable(_) => true,
            Received::Call(_) | Received::TooLarge(_) => false,
        }
    }

    /// Whether faults apply to it.
    pub(super) fn is_seen_by_faults(&self) -> bool {
        match self.received {
            Received::Call(_) | Received::TooLarge(_) => true,
            Received::Undecodable(_) | Received::Unrecognized(_) => false,
        }
    }

    pub(super) fn invocation_id(&self) -> Option<String> {
        self.invocation_id.text()
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(match self.outcome.as_ref()? {
            CompactOutcome::Success(_) => Outcome::Success,
            CompactOutcome::Error(error) => Outcome::Error((**error).clone()),
            CompactOutcome::Dropped => Outcome::Dropped,
        })
    }

    /// The call as the user sees it. `home` is the mock's own Region.
    pub(super) fn call<I>(&self, number: usize, input: I, home: &str) -> Call<I> {
        let origin = self.origin.as_deref();
        let region = origin.and_then(StoredOrigin::region).unwrap_or(home);
        let access_key_id = origin.and_then(StoredOrigin::access_key_id);
        Call {
            number,
            input,
            attempt: self.attempt,
            invocation_id: self.invocation_id.text(),
            region: region.to_owned(),
            access_key_id: access_key_id.map(str::to_owned),
            time: self.time,
            // No response was sent to a call that is in flight, and if the test ends now none
            // will be.
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
            contents: self.contents(),
        }
    }

    fn contents(&self) -> Option<Contents> {
        let Received::Call(request) = &self.received else {
            return None;
        };
        Some(Contents {
            request: Arc::clone(request),
            time: self.time,
            returned: self.returned().cloned(),
        })
    }

    pub(super) fn timed(&self, number: usize) -> TimedCall {
        TimedCall {
            call: self.logged(number),
            invocation_id: self.invocation_id.text(),
            start: self.start,
            completion: self.completion,
        }
    }
}

impl InvocationId {
    fn of(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::None;
        };
        match Uuid::try_parse(text) {
            // Only a UUID that is printed as the same text.
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
    fn an_invocation_id_keeps_its_text_even_if_it_is_not_a_canonical_uuid() {
        for text in [
            INVOCATION,
            "mine",
            "0193C3A4-4F0E-7A52-8A1B-3C1D5E7F9A0B",
            "",
        ] {
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
        // A call with a pool's id takes less than 700 bytes, including the spare capacity of the
        // log and the request and the id on the heap.
        let id = size_of::<[u8; 55]>();
        let shared = size_of::<Request>() + 2 * size_of::<usize>();
        let call = 2 * size_of::<Record>() + shared + id;
        assert!(call <= 700 - 3 * 16);

        // That an identity id came back takes less than 128 more.
        let returned = size_of::<Returned>() + id;
        assert!(returned <= 128 - 2 * 16);
    }
}
