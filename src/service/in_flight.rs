//! A reply while a transport performs it.

use std::time::Duration;

use super::reply::Reply;
use super::state::Service;
use crate::recorder::{Completion, Ticket};

/// Drop guard for a reply in flight: records when it ended, including when the caller disconnected.
#[derive(Debug)]
pub(crate) struct InFlight<'a> {
    service: &'a Service,
    /// None for what is not recorded.
    ticket: Option<Ticket>,
    completion: Completion,
}

impl<'a> InFlight<'a> {
    pub(crate) fn new(service: &'a Service, reply: &Reply) -> Self {
        let completion = Completion {
            waited: Duration::ZERO,
            aborted: true,
        };
        Self {
            service,
            ticket: reply.ticket,
            completion,
        }
    }

    /// The reply comes to its end, after a prescribed wait.
    pub(crate) fn answered(&mut self, waited: Duration) {
        self.completion = Completion {
            waited,
            aborted: false,
        };
    }

    /// The caller gave up after so long.
    pub(crate) fn given_up(&mut self, waited: Duration) {
        self.completion.waited = waited;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.service.ended(ticket, self.completion);
        }
    }
}
