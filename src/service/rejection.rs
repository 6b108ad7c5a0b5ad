//! Requests that are rejected at once: they name no operation, their signature is not accepted, or
//! they cannot be decoded.

use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts;

use super::events;
use super::recording::arrival;
use super::reply::Reply;
use super::state::Service;
use crate::error::ServiceError;
use crate::operation::{Operation, Protocol, Request};
use crate::recorder::{Origin, Received};
use crate::report::{UnrecognizedRequest, UnrecognizedTarget};
use crate::wire::encode;
use crate::wire::other_service::OtherService;
use crate::wire::request::{self, Meta, Route};

/// A rejected request, with its error.
#[derive(Debug)]
pub(super) struct Rejection {
    received: Received,
    error: ServiceError,
    form: Form,
}

/// The form of the error response.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// An error of this protocol.
    Error(Protocol),
    // AWS [B1]: a request that resembles no operation gets an error response of its own form.
    BadRequest,
    /// An error as a client of S3 reads it.
    S3,
}

impl Rejection {
    /// A call whose signature is not accepted.
    pub(super) fn of_call(request: Arc<Request>, error: ServiceError) -> Self {
        Self {
            form: Form::Error(request.operation().protocol()),
            received: Received::Call(request),
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
            error: request::unknown_operation(&target),
            received: unrecognized(parts, Some(UnrecognizedTarget::AmzTarget(target))),
            form: Form::Error(Protocol::Json),
        }
    }

    /// A request in the query protocol whose `Action` names no operation.
    pub(super) fn of_unknown_action(parts: &Parts, action: String) -> Self {
        Self {
            error: request::unknown_action(&action),
            received: unrecognized(parts, Some(UnrecognizedTarget::Action(action))),
            form: Form::Error(Protocol::Query),
        }
    }

    /// A request that is meant for another service.
    pub(super) fn of_other_service(parts: &Parts, other: OtherService<'_>) -> Self {
        let is_form = Route::of(parts) == Route::Query;
        Self {
            error: other.error(),
            received: unrecognized(
                parts,
                Some(UnrecognizedTarget::OtherService {
                    name: other.name.to_owned(),
                    host: other.host.to_owned(),
                    target: other.target.map(str::to_owned),
                }),
            ),
            form: if is_form {
                Form::Error(Protocol::Query)
            } else if other.name.starts_with("s3") {
                Form::S3
            } else {
                Form::Error(Protocol::Json)
            },
        }
    }

    /// A request that resembles no operation.
    pub(super) fn of_no_operation(parts: &Parts) -> Self {
        Self {
            received: unrecognized(parts, None),
            error: request::not_understood(parts),
            form: Form::BadRequest,
        }
    }

    /// A request that names no operation and whose body is too large to be read.
    pub(super) fn of_too_large(parts: &Parts, target: Option<String>, error: ServiceError) -> Self {
        Self {
            received: unrecognized(parts, target.map(UnrecognizedTarget::AmzTarget)),
            error,
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
    /// Records a request and answers it with an error response.
    pub(super) fn reject(
        &self,
        rejection: Rejection,
        origin: Origin<'_>,
        meta: Meta<'_>,
        now: SystemTime,
    ) -> Reply {
        let Rejection {
            received,
            error,
            form,
        } = rejection;
        let has_subscriber = events::have_subscriber();
        let mut state = self.lock();
        let begun = state.begin(arrival(received, origin, meta, now), has_subscriber);
        let envelope = state.envelope(now);
        let response = match form {
            Form::Error(protocol) => encode::error_response(protocol, &error, &envelope),
            Form::BadRequest => encode::bad_request(&envelope),
            Form::S3 => encode::s3_error(&error, &envelope),
        };
        state.finish_with_error(begun, error, response, now)
    }
}
