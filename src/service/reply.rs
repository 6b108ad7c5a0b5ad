//! What must happen on the wire, as data: the service decides it and the transports perform it.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::waiting_calls::WaitingCall;
use crate::faults::Gate;
use crate::recorder::Ticket;
use crate::report::LoggedCall;

/// What must happen in reply to a request: the gates open, then the delay passes, then the action
/// happens.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The record to complete when the reply has been performed. `None` if the request has no record
    /// or the record is complete, as that of an immediate reply.
    pub(crate) ticket: Option<Ticket>,
    /// The event for a subscriber; `None` without a subscriber. It is not made from the record,
    /// because that may already be evicted.
    pub(crate) event: Option<LoggedCall>,
    /// The gates that must all be open before the delay begins.
    pub(crate) gates: Vec<Gate>,
    /// What to report if the reply waits for long, if it can.
    pub(crate) waiting: Option<WaitingCall>,
    pub(crate) delay: Duration,
    pub(crate) action: Action,
}

/// How a reply ends.
#[derive(Debug)]
pub(crate) enum Action {
    /// Sends the response.
    Respond(Response<Bytes>),
    /// Announces the whole response, sends half of its body and closes the connection.
    Truncate(Response<Bytes>),
    /// Resets the connection before the first byte.
    Reset,
    /// Closes the connection before the first byte.
    Close,
    /// Keeps the connection open and sends nothing.
    Hang,
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self {
            ticket: None,
            event: None,
            gates: Vec::new(),
            waiting: None,
            delay: Duration::ZERO,
            action: Action::Respond(response),
        }
    }
}

impl Reply {
    /// Whether nothing keeps the reply waiting.
    pub(crate) fn is_immediate(&self) -> bool {
        self.gates.is_empty() && self.delay.is_zero() && self.action.ends()
    }
}

impl Action {
    /// Whether the reply ends on its own.
    pub(crate) fn ends(&self) -> bool {
        !matches!(self, Self::Hang)
    }
}
