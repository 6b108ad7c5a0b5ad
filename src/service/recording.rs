//! Recording a request and how it was answered, and the event that tells a subscriber of it.

use std::time::SystemTime;

use super::state::State;
use crate::call::Outcome;
use crate::faults::FaultName;
use crate::recorder::{Arrival, Received, Ticket};
use crate::report::{LoggedCall, Subject};
use crate::wire::request::Meta;

/// A call that is recorded and not yet answered.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) ticket: Ticket,
    attempt: u32,
    /// None where nobody listens.
    subject: Option<Subject>,
}

impl State {
    pub(super) fn begin(&mut self, arrival: Arrival<'_>, is_heard: bool) -> Begun {
        let attempt = arrival.attempt;
        let subject = is_heard.then(|| arrival.received.subject());
        Begun {
            ticket: self.recorder.record_arrival(arrival),
            attempt,
            subject,
        }
    }

    /// Records how a request was answered. Answers with what a subscriber is told of it.
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
        });
        self.recorder.record_outcome(call.ticket, outcome, fault);
        event
    }
}

pub(super) fn arrival(received: Received, meta: &Meta, time: SystemTime) -> Arrival<'_> {
    Arrival {
        received,
        attempt: meta.attempt,
        invocation_id: meta.invocation_id.as_deref(),
        time,
    }
}
