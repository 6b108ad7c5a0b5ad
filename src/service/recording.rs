//! Recording a request and its outcome, and preparing its event for a subscriber.

use std::time::SystemTime;

use bytes::Bytes;
use http::Response;

use super::reply::Reply;
use super::state::State;
use crate::call::Outcome;
use crate::error::ServiceError;
use crate::recorder::{Answered, Arrival, Completion, Origin, Received, Ticket};
use crate::report::{LoggedCall, Subject};
use crate::wire::request::Meta;

/// A request that is recorded and not yet answered.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) ticket: Ticket,
    attempt: u32,
    /// The subject of the event; `None` without a subscriber.
    subject: Option<Subject>,
}

impl State {
    /// Records the arrival of a request.
    pub(super) fn begin(&mut self, arrival: Arrival<'_>, has_subscriber: bool) -> Begun {
        let attempt = arrival.attempt;
        let subject = has_subscriber.then(|| arrival.received.subject());
        Begun {
            ticket: self.recorder.record_arrival(arrival),
            attempt,
            subject,
        }
    }

    /// Records how a request was answered. Returns its event if there is a subscriber.
    pub(super) fn finish(&mut self, call: Begun, answered: Answered) -> Option<LoggedCall> {
        let event = call.subject.map(|subject| LoggedCall {
            number: call.ticket.number(),
            subject,
            attempt: call.attempt,
            outcome: Some(answered.outcome.clone()),
            fault: answered.fault.clone(),
            contents: None,
        });
        self.recorder.record_outcome(call.ticket, answered);
        event
    }

    /// Records that a request is answered with an error, and returns the reply.
    pub(super) fn finish_with_error(
        &mut self,
        call: Begun,
        error: ServiceError,
        response: Response<Bytes>,
        now: SystemTime,
    ) -> Reply {
        let ticket = call.ticket;
        let event = self.finish(call, Outcome::Error(error).into());
        self.recorder
            .record_completion(ticket, Completion::AT_ONCE, now);
        Reply {
            event,
            ..Reply::from(response)
        }
    }
}

pub(super) fn arrival<'a>(
    received: Received,
    origin: Origin<'a>,
    meta: Meta<'a>,
    time: SystemTime,
) -> Arrival<'a> {
    Arrival {
        received,
        origin,
        attempt: meta.attempt,
        invocation_id: meta.invocation_id,
        time,
    }
}
