//! A call between its reply and its end: what a transport tells of performing a reply.

use std::time::Duration;

use crate::recorder::{Completion, Ticket};
use crate::service::Service;

/// A reply that is being performed. However it ends, this notes when: it is dropped then, also if
/// the caller went away meanwhile.
#[derive(Debug)]
pub(crate) struct Underway<'a> {
    service: &'a Service,
    /// None for what is not recorded.
    ticket: Option<Ticket>,
    completion: Completion,
}

impl<'a> Underway<'a> {
    pub(crate) fn new(service: &'a Service, ticket: Option<Ticket>) -> Self {
        let completion = Completion {
            waited: Duration::ZERO,
            aborted: true,
        };
        Self {
            service,
            ticket,
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

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.service.ended(ticket, self.completion);
        }
    }
}
