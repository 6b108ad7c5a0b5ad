//! Requests that are answered at the door: they name no operation, or AWS would not let them in.

use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts;

use super::events;
use super::recording::arrival;
use super::reply::Reply;
use super::state::Service;
use crate::call::Outcome;
use crate::error::ServiceError;
use crate::operation::{Operation, Protocol, Request};
use crate::recorder::Received;
use crate::report::{UnrecognizedRequest, UnrecognizedTarget};
use crate::wire::encode;
use crate::wire::request::{self, Meta};

/// A request that is rejected, and how.
#[derive(Debug)]
pub(super) struct Rejection {
    received: Received,
    error: ServiceError,
    form: Form,
}

/// How the rejection is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// As an error of this protocol.
    Error(Protocol),
    /// AWS: what no operation can be made of has a form of its own.
    BadRequest,
}

impl Rejection {
    /// A call whose signature is not good enough.
    pub(super) fn of_call(request: Request, error: ServiceError) -> Self {
        Self {
            form: Form::Error(request.operation().protocol()),
            received: Received::Call(Arc::new(request)),
            error,
        }
    }

    /// A call whose input cannot be decoded.
    pub(super) fn of_undecodable(operation: Operation, error: ServiceError) -> Self {
        Self {
            received: Received::Undecodable(operation),
            error,
            form: Form::Error(operation.protocol()),
        }
    }

    /// A request whose `x-amz-target` names no operation.
    pub(super) fn of_unknown_target(parts: &Parts, target: String) -> Self {
        Self {
            received: unrecognized(parts, Some(UnrecognizedTarget::AmzTarget(target))),
            error: request::unknown_operation(),
            form: Form::Error(Protocol::Json),
        }
    }

    /// A form whose `Action` names no operation. AWS: the common error of this protocol.
    pub(super) fn of_unknown_action(parts: &Parts, action: String) -> Self {
        let text = format!("Could not find operation {action} for version 2011-06-15");
        Self {
            received: unrecognized(parts, Some(UnrecognizedTarget::Action(action))),
            error: ServiceError::known("InvalidAction", text),
            form: Form::Error(Protocol::Query),
        }
    }

    /// A request that no operation can be made of.
    pub(super) fn of_no_operation(parts: &Parts) -> Self {
        Self {
            received: unrecognized(parts, None),
            error: ServiceError::silent("BadRequest"),
            form: Form::BadRequest,
        }
    }

    /// A request that names no operation, and whose body is too large to be read.
    pub(super) fn of_too_large(parts: &Parts, target: Option<String>) -> Self {
        Self {
            received: unrecognized(parts, target.map(UnrecognizedTarget::AmzTarget)),
            error: request::too_large(),
            form: Form::Error(Protocol::Json),
        }
    }
}

fn unrecognized(parts: &Parts, target: Option<UnrecognizedTarget>) -> Received {
    Received::Unrecognized(Box::new(UnrecognizedRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        target,
    }))
}

impl Service {
    /// Records a request and answers it with its rejection.
    pub(super) fn reject(&self, rejection: Rejection, meta: &Meta, now: SystemTime) -> Reply {
        let Rejection {
            received,
            error,
            form,
        } = rejection;
        let is_heard = events::is_heard();
        let mut state = self.lock();
        let begun = state.begin(arrival(received, meta, now), is_heard);
        let envelope = state.envelope(now);
        let response = match form {
            Form::Error(protocol) => encode::error_response(protocol, &error, &envelope),
            Form::BadRequest => encode::bad_request(&envelope),
        };
        let ticket = begun.ticket;
        let event = state.finish(begun, Outcome::Error(error), None);
        Reply::from(response).to(ticket, event)
    }
}
