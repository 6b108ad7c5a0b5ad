//! A call from its request to its reply: authentication, decoding, recording, faults, quotas and
//! the engine.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response};

use super::auth::Caller;
use super::bare::bare;
use super::dispatch;
use super::events;
use super::rate_quotas::Rate;
use super::recording::{Begun, arrival};
use super::rejection::Rejection;
use super::reply::{Action, Reply};
use super::state::{A_CALL, Service, State};
use super::waiting_calls::WaitingCall;
use crate::call::Outcome;
use crate::engine::CallContext;
use crate::error::ServiceError;
use crate::faults::{Damage, Ending, FaultName, Matches, Replacement, Snapshot, UserPanic};
use crate::operation::{self, Operation, Protocol, Request};
use crate::recorder::{Answered, Completion, Received};
use crate::summary::Returned;
use crate::wire::decode::Decoded;
use crate::wire::encode::{self, Envelope};
use crate::wire::request::Meta;
use crate::wire::sigv4::{self, Signature};
use crate::wire::sts;

impl Service {
    /// Answers a request that names an operation.
    pub(super) fn call(
        &self,
        operation: Operation,
        parts: &Parts,
        body: &[u8],
        now: SystemTime,
    ) -> Reply {
        let signed = sigv4::headers_from_query(operation, parts);
        let signature = match &signed {
            Ok(signed) => Signature::of(operation, &signed.headers),
            Err(error) => Err(error.clone()),
        };
        let readable = signature.as_ref().ok().and_then(Option::as_ref);
        let caller = Caller::of(operation, parts, readable);
        let signed = signed.as_deref().unwrap_or(parts);
        let authenticated = self.authenticate(operation, signature, signed, body, now);
        // AWS verifies the signature before it reads the body. Here the body is decoded in any
        // case, so that a call that is rejected for its signature is still recorded with its input.
        let input = match operation.protocol() {
            Protocol::Json => body,
            Protocol::Query => sts::parameters(parts, body),
        };
        let request = dispatch::decode(operation, input);
        let meta = Meta::of(&parts.headers);
        let rejection = match (authenticated, request) {
            (Ok(()), Ok(request)) => {
                return self.admit(&caller, Admitted::of(request), meta, now);
            }
            (Err(error), Ok(request)) => {
                let request = Arc::new(request.input);
                let origin = caller.origin(Some(&request));
                let rejection = Rejection::of_call(Arc::clone(&request), error);
                return self.reject(rejection, origin, meta, now);
            }
            (authenticated, Err(error)) => {
                Rejection::of_undecodable(operation, authenticated.err().unwrap_or(error))
            }
        };
        self.reject(rejection, caller.origin(None), meta, now)
    }

    /// Answers a call whose body is too large to be read.
    // Approximation [Q55]: AWS rejects the call before it authenticates the caller.
    pub(super) fn call_too_large(
        &self,
        operation: Operation,
        parts: &Parts,
        error: ServiceError,
        meta: Meta<'_>,
        now: SystemTime,
    ) -> Reply {
        let caller = Caller::of(operation, parts, None);
        self.admit(&caller, Admitted::TooLarge(operation, error), meta, now)
    }

    /// Answers a call that was not rejected at once: as a fault decides, or else with the violation
    /// of a constraint, or else as the engine answers.
    fn admit(&self, caller: &Caller<'_>, call: Admitted, meta: Meta<'_>, now: SystemTime) -> Reply {
        let operation = call.operation();
        let origin = caller.origin(call.request());
        let snapshot = self.lock().faults.snapshot();
        // The user's predicates run here, outside the lock.
        let mut matches = call.matches(&snapshot);
        let panics = matches.take_panics();

        // Entered before the lock is taken, and left after the lock is released.
        let _span = events::engine_span(operation);
        // The subscriber is foreign code, so it is asked before the lock is taken.
        let has_subscriber = events::have_subscriber();
        let mut state = self.lock_engine(A_CALL);
        let arrival = arrival(call.received(), origin, meta, now);
        let begun = state.begin(arrival, has_subscriber);
        let applied = state.faults.apply(&matches, begun.ticket.number(), now);
        let mut fault = applied.fault_name();
        let explanation = applied.explanation();
        let (gates, kept_waiting_by) = (applied.gates(), applied.kept_waiting_by());
        let envelope = state.envelope(now);
        if !panics.is_empty() {
            return state.mock_panic(operation, begun, panics, &envelope, now);
        }
        let mut returned = None;
        let (outcome, action) = match applied.ending {
            None => {
                let (answer, exceeded) =
                    state.answer(caller, &call, origin.region, begun.ticket.number(), now);
                if let Some(rate) = exceeded {
                    fault = Some(FaultName::Quota(rate.to_string().into()));
                }
                let response = encoded(operation, &answer, &envelope);
                returned = answer.as_ref().ok().and_then(Returned::of);
                (outcome_of(&answer), Action::Respond(response))
            }
            Some(Ending::Replace(replacement)) => {
                let (outcome, action) = replaced(operation, replacement, &envelope);
                (explained(outcome, explanation), action)
            }
            Some(Ending::Damage(damage)) => {
                let (answer, _) =
                    state.answer(caller, &call, origin.region, begun.ticket.number(), now);
                let answer = match damage {
                    Damage::Bare => answer.map(bare),
                    Damage::Truncate | Damage::Malform | Damage::Lose => answer,
                };
                damaged(operation, damage, &answer, &envelope)
            }
            Some(Ending::Respond(script)) => {
                drop(state);
                // The user's closure runs here, outside the lock.
                let scripted = script.answer();
                state = self.lock();
                match scripted {
                    Ok(output) => {
                        returned = Returned::of(&output);
                        let response = dispatch::encode(&output, &envelope);
                        (Outcome::Success, Action::Respond(response))
                    }
                    Err(panic) => {
                        return state.mock_panic(operation, begun, vec![panic], &envelope, now);
                    }
                }
            }
        };
        let ticket = begun.ticket;
        let event = state.finish(
            begun,
            Answered {
                outcome,
                returned,
                fault,
            },
        );
        let waiting = (!kept_waiting_by.is_empty()).then(|| WaitingCall {
            number: ticket.number(),
            operation,
            faults: kept_waiting_by,
        });
        let mut reply = Reply {
            ticket: Some(ticket),
            event,
            gates,
            waiting,
            delay: applied.delay,
            action,
        };
        if reply.is_immediate() {
            // Now, because the lock is held anyway.
            state
                .recorder
                .record_completion(ticket, Completion::AT_ONCE, now);
            reply.ticket = None;
        }
        reply
    }
}

impl State {
    /// Answers a call that no fault answers. Also returns the request rate that the call exceeds.
    /// `region` is the one that answers the call; `None` stands for the mock's own.
    fn answer(
        &mut self,
        caller: &Caller<'_>,
        call: &Admitted,
        region: Option<&str>,
        number: usize,
        now: SystemTime,
    ) -> (Answer, Option<Rate>) {
        let (request, violation) = match call {
            Admitted::Call { request, violation } => (request, violation),
            Admitted::TooLarge(_, error) => return (Err(error.clone()), None),
        };
        let region = region.unwrap_or(&self.settings.region);
        // Approximation [Q56]: AWS counts a call before it checks the input.
        if let Some(rate) = self.quotas.charge(request.operation(), region, now) {
            let explanation = format!("the call exceeds the {rate}, which `aws_quotas` enforces");
            return (
                Err(ServiceError::throttled().because(explanation)),
                Some(rate),
            );
        }
        let answer = match violation {
            Some(violation) => Err(violation.clone()),
            None => self.ask_engine(caller, request, number, now),
        };
        (answer, None)
    }

    fn ask_engine(
        &mut self,
        caller: &Caller<'_>,
        request: &Request,
        number: usize,
        now: SystemTime,
    ) -> Answer {
        let context = CallContext {
            now,
            region: caller.region.as_deref(),
            access_key_id: caller.access_key_id,
            number: Some(number),
        };
        dispatch::run(request.clone(), self.engine().for_call(context))
    }

    /// Answers a call for which closures of the user's have panicked. `verify` reports the panics.
    fn mock_panic(
        &mut self,
        operation: Operation,
        begun: Begun,
        panics: Vec<UserPanic>,
        envelope: &Envelope,
        now: SystemTime,
    ) -> Reply {
        let error = panics[0].error();
        let ticket = begun.ticket;
        for panic in panics {
            self.recorder.record_panic(ticket, operation, panic);
        }
        let response = encode::error_response(operation.protocol(), &error, envelope);
        self.finish_with_error(begun, error, response, now)
    }
}

/// The engine's output, or an error.
type Answer = Result<operation::Response, ServiceError>;

/// A call that was not rejected at once: authenticated and decoded, or too large to be decoded.
#[derive(Debug)]
enum Admitted {
    Call {
        request: Arc<Request>,
        /// The error with which AWS reports the constraints that the input violates, if any.
        violation: Option<ServiceError>,
    },
    /// The body is too large to be read, and the error that says so.
    TooLarge(Operation, ServiceError),
}

impl Admitted {
    fn of(decoded: Decoded<Request>) -> Self {
        Self::Call {
            request: Arc::new(decoded.input),
            violation: decoded.violation,
        }
    }

    fn operation(&self) -> Operation {
        match self {
            Self::Call { request, .. } => request.operation(),
            Self::TooLarge(operation, _) => *operation,
        }
    }

    fn request(&self) -> Option<&Request> {
        match self {
            Self::Call { request, .. } => Some(request),
            Self::TooLarge(..) => None,
        }
    }

    fn received(&self) -> Received {
        match self {
            Self::Call { request, .. } => Received::Call(Arc::clone(request)),
            Self::TooLarge(operation, _) => Received::TooLarge(*operation),
        }
    }

    /// Runs the user's predicates, so the caller must not hold a lock.
    fn matches(&self, snapshot: &Snapshot) -> Matches {
        match self {
            Self::Call { request, .. } => snapshot.match_call(request),
            Self::TooLarge(operation, _) => snapshot.match_unread(*operation),
        }
    }
}

fn outcome_of(answer: &Answer) -> Outcome {
    match answer {
        Ok(_) => Outcome::Success,
        Err(error) => Outcome::Error(error.clone()),
    }
}

fn encoded(operation: Operation, answer: &Answer, envelope: &Envelope) -> Response<Bytes> {
    match answer {
        Ok(output) => dispatch::encode(output, envelope),
        Err(error) => encode::error_response(operation.protocol(), error, envelope),
    }
}

/// The outcome, with its error explained.
fn explained(outcome: Outcome, explanation: Option<String>) -> Outcome {
    match (outcome, explanation) {
        (Outcome::Error(error), Some(explanation)) => Outcome::Error(error.because(explanation)),
        (outcome, _) => outcome,
    }
}

/// How a call ends if a fault replaces the engine's response.
fn replaced(
    operation: Operation,
    replacement: Replacement,
    envelope: &Envelope,
) -> (Outcome, Action) {
    match replacement {
        Replacement::Error {
            constructor: _,
            error,
            retry_after,
        } => {
            let mut response = encode::error_response(operation.protocol(), &error, envelope);
            add_retry_after(&mut response, retry_after);
            (Outcome::Error(error), Action::Respond(response))
        }
        Replacement::Status {
            status,
            retry_after,
        } => {
            let mut response = encode::bare(status, envelope);
            add_retry_after(&mut response, retry_after);
            let error = ServiceError::silent("").with_status(status.as_u16());
            (Outcome::Error(error), Action::Respond(response))
        }
        Replacement::Hang => (Outcome::Dropped, Action::Hang),
        Replacement::Reset => (Outcome::Dropped, Action::Reset),
        Replacement::Close => (Outcome::Dropped, Action::Close),
    }
}

/// How a call ends if a fault damages the engine's response.
fn damaged(
    operation: Operation,
    damage: Damage,
    answer: &Answer,
    envelope: &Envelope,
) -> (Outcome, Action) {
    let whole = || encoded(operation, answer, envelope);
    match damage {
        Damage::Truncate => (Outcome::Dropped, Action::Truncate(whole())),
        Damage::Malform => (
            outcome_of(answer),
            Action::Respond(encode::malformed(whole())),
        ),
        Damage::Lose => (Outcome::Dropped, Action::Reset),
        // What may be missing is no longer in the answer.
        Damage::Bare => (outcome_of(answer), Action::Respond(whole())),
    }
}

// AWS [WIRE13]: the SDKs honour this header, whose value is in milliseconds.
fn add_retry_after(response: &mut Response<Bytes>, by: Option<Duration>) {
    if let Some(by) = by {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        response
            .headers_mut()
            .insert("x-amz-retry-after", HeaderValue::from(millis));
    }
}
