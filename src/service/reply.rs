//! What must happen on the wire, as data: the service says it, the transports perform it.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use crate::faults::Gate;
use crate::recorder::Ticket;
use crate::report::LoggedCall;

/// What must happen to a call.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Which call it is to, if it is recorded.
    pub(crate) ticket: Option<Ticket>,
    /// What a subscriber is told of the call; nothing where nobody listens. It is made apart from
    /// the record, which may be forgotten by now.
    pub(crate) event: Option<LoggedCall>,
    /// All must be open before anything else.
    pub(crate) gates: Vec<Gate>,
    /// Then this passes.
    pub(crate) delay: Duration,
    /// Then this happens.
    pub(crate) action: Action,
}

/// How a call ends.
#[derive(Debug)]
pub(crate) enum Action {
    Respond(Response<Bytes>),
    /// Promises the whole response, sends half of its body and closes.
    Truncate(Response<Bytes>),
    /// Resets the connection before any byte.
    Reset,
    /// Closes the connection before any byte.
    Close,
    /// Keeps the connection and says nothing.
    Hang,
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self {
            ticket: None,
            event: None,
            gates: Vec::new(),
            delay: Duration::ZERO,
            action: Action::Respond(response),
        }
    }
}

impl Reply {
    pub(crate) fn to(mut self, ticket: Ticket, event: Option<LoggedCall>) -> Self {
        self.ticket = Some(ticket);
        self.event = event;
        self
    }
}

impl Action {
    /// Whether it comes to an end by itself.
    pub(crate) fn ends(&self) -> bool {
        !matches!(self, Self::Hang)
    }
}
