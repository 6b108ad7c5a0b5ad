//! Recording a request and its outcome, and preparing its event for a subscriber.

use std::time::SystemTime;

use super::state::State;
use crate::call::Outcome;
use crate::faults::FaultName;
use crate::recorder::{Arrival, Origin, Received, Ticket};
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
    pub(super) fn finish(
        &mut self,
        call: Begun,
        outcome: Outcome,
        fault: Option<FaultName>,
    ) -> Option<LoggedCall> {
        let event = call.subject.map(|subject| LoggedCall {
            number: call.ticket.number(),
            subject,
            attempt: call.attempt,
            outcome: Some(outcome.clone()),
            fault: fault.clone(),
            contents: None,
        });
        self.recorder.record_outcome(call.ticket, outcome, fault);
        event
    }
}

pub(super) fn arrival<'a>(
    received: Received,
    origin: Origin<'a>,
    meta: &'a Meta,
    time: SystemTime,
) -> Arrival<'a> {
    Arrival {
        received,
        origin,
        attempt: meta.attempt,
        invocation_id: meta.invocation_id.as_deref(),
        time,
    }
}
