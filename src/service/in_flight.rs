//! A reply that a transport is performing.

use std::time::Duration;

use super::reply::Reply;
use super::state::Service;
use super::waiting_calls::Waiting;
use crate::recorder::{Completion, Ticket};

/// Drop guard for an in-flight reply: records when it ended, even if the caller disconnected.
#[derive(Debug)]
pub(crate) struct InFlight<'a> {
    service: &'a Service,
    /// `None` if the request is not recorded.
    ticket: Option<Ticket>,
    completion: Completion,
    /// Lists the call among those that wait, if it may wait for ever.
    _waiting: Option<Waiting>,
}

impl<'a> InFlight<'a> {
    pub(crate) fn new(service: &'a Service, reply: &Reply) -> Self {
        let completion = Completion {
            waited: Duration::ZERO,
            aborted: true,
        };
        let waiting = reply.waiting.clone();
        if reply.ticket.is_some() {
            service.count_in_flight(1);
        }
        Self {
            service,
            ticket: reply.ticket,
            completion,
            _waiting: waiting.map(|call| service.waiting_calls().add(call)),
        }
    }

    /// Notes that the reply is sent in full or as its fault prescribes, after a prescribed wait.
    pub(crate) fn answered(&mut self, waited: Duration) {
        self.completion = Completion {
            waited,
            aborted: false,
        };
    }

    /// Notes that the caller's timeout expired after this wait.
    pub(crate) fn given_up(&mut self, waited: Duration) {
        self.completion.waited = waited;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.service.ended(ticket, self.completion);
            self.service.count_in_flight(-1);
        }
    }
}
