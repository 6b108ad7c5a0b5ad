//! What a fault does, as data, and the names of effects in messages.
//!
//! The service and the transports carry the effects out. They match these types without a
//! wildcard, so that neither can forget a case.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::ServiceError;
use crate::operation::{Operation, Request, Response, SdkOperation};

/// What a fault does to the calls it applies to.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Adds to the other delays of the call.
    Delay(Duration),
    /// Keeps the call waiting until the fault is released. Like a delay, it combines with other
    /// effects, so that a call can be held and then fail.
    Hold,
    /// Throttles the calls that exceed the limit.
    RateLimit {
        n: u32,
        per: Duration,
        retry_after: Option<Duration>,
    },
    /// Refuses connections, so it applies to no call.
    RefuseConnections,
    /// Ends the call without the engine.
    Replace(Replacement),
    /// Ends the call without the engine, with the scripted response of a closure.
    Respond(Responder),
    /// Lets the engine carry out the operation, and damages the response.
    Damage(Damage),
}

/// What happens to a call if the engine does not answer it.
#[derive(Clone, Debug)]
pub(crate) enum Replacement {
    /// The call is answered with this error, as AWS would send it.
    Error {
        /// The constructor of `Fault` that is named after the error; `None` for `Fault::error`,
        /// where messages name the error code.
        constructor: Option<&'static str>,
        error: ServiceError,
        /// Sent as `x-amz-retry-after`, in milliseconds.
        retry_after: Option<Duration>,
    },
    /// The call is answered with a bare status and an empty body.
    Status {
        status: StatusCode,
        /// Sent as `x-amz-retry-after`, in milliseconds.
        retry_after: Option<Duration>,
    },
    /// The call is never answered.
    Hang,
    /// The connection is reset before the first byte of a response.
    Reset,
    /// The connection is closed before the first byte of a response.
    Close,
}

/// What happens to the engine's response.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Damage {
    /// The connection is closed in the middle of the response.
    Truncate,
    /// The response becomes status 200 with a body that is not JSON.
    Malform,
    /// The connection is reset before the first byte of the response.
    Lose,
    /// A success has only the members that the API model demands.
    Bare,
}

impl Effect {
    /// Whether the effect makes a difference to calls of this operation.
    pub(super) fn can_affect(&self, operation: Operation) -> bool {
        match self {
            Self::Damage(Damage::Bare) => operation.has_optional_output(),
            Self::Respond(responder) => responder.operation() == operation,
            Self::Delay(_)
            | Self::Hold
            | Self::RateLimit { .. }
            | Self::Replace(_)
            | Self::Damage(Damage::Truncate | Damage::Malform | Damage::Lose) => true,
            Self::RefuseConnections => false,
        }
    }

    /// The value of `x-amz-retry-after`, if the effect sends a response that can carry the header.
    pub(super) fn retry_after_mut(&mut self) -> Option<&mut Option<Duration>> {
        match self {
            Self::RateLimit { retry_after, .. }
            | Self::Replace(
                Replacement::Error { retry_after, .. } | Replacement::Status { retry_after, .. },
            ) => Some(retry_after),
            Self::Delay(_)
            | Self::Hold
            | Self::RefuseConnections
            | Self::Replace(Replacement::Hang | Replacement::Reset | Replacement::Close)
            | Self::Respond(_)
            | Self::Damage(_) => None,
        }
    }
}

impl Replacement {
    /// The error that AWS sends to callers that exceed the request rate.
    pub(super) fn throttle(retry_after: Option<Duration>) -> Self {
        Self::Error {
            constructor: Some("throttle"),
            error: ServiceError::throttled(),
            retry_after,
        }
    }
}

/// The name that users know: that of the constructor on `Fault`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(by) => write!(f, "delay {by:?}"),
            Self::Hold => f.write_str("hold"),
            Self::RateLimit { n, per, .. } => write!(f, "rate_limit {n} per {per:?}"),
            Self::RefuseConnections => f.write_str("refuse_connections"),
            Self::Replace(replacement) => replacement.fmt(f),
            Self::Respond(_) => f.write_str("respond_with"),
            Self::Damage(damage) => damage.fmt(f),
        }
    }
}

impl fmt::Display for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error {
                constructor: Some(name),
                ..
            } => f.write_str(name),
            Self::Error { error, .. } => write!(f, "error {}", error.code()),
            Self::Status { status, .. } => write!(f, "http_status {}", status.as_u16()),
            Self::Hang => f.write_str("hang"),
            Self::Reset => f.write_str("reset_connection"),
            Self::Close => f.write_str("empty_response"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncate => "truncate_response",
            Self::Malform => "malformed_response",
            Self::Lose => "lose_response",
            Self::Bare => "bare_response",
        })
    }
}

/// The closure of `Fault::respond_with`, with its operation's input and output types erased.
#[derive(Clone)]
pub(crate) struct Responder {
    operation: Operation,
    answer: Arc<dyn Fn(&Request) -> Response + Send + Sync>,
    written: &'static Location<'static>,
}

impl Responder {
    pub(super) fn new<O: SdkOperation>(
        respond: impl Fn(&O::Input) -> O::Output + Send + Sync + 'static,
        written: &'static Location<'static>,
    ) -> Self {
        let answer = move |request: &_| {
            let input = O::input(request).expect("`respond_with` matches only its own operation");
            O::response(respond(input))
        };
        Self {
            operation: O::OPERATION,
            answer: Arc::new(answer),
            written,
        }
    }

    /// Runs the user's closure. Only [`ScriptedResponse`](super::matching::ScriptedResponse) calls
    /// this, because it catches panics and lists the closure while it runs.
    pub(super) fn answer(&self, request: &Request) -> Response {
        (self.answer)(request)
    }

    /// Where the closure is in the user's code.
    pub(super) fn written(&self) -> &'static Location<'static> {
        self.written
    }

    pub(super) fn operation(&self) -> Operation {
        self.operation
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<closure for {}>", self.operation)
    }
}

/// Runs a closure of the user's, and turns a panic into its message.
///
/// The location of the panic is not known here. Only a panic hook learns it, and because the hook
/// is global to the process, it belongs to the test and not to this crate. The default hook prints
/// the location anyway.
pub(super) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| panic_text(payload.as_ref()))
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fault;
    use super::*;

    #[test]
    fn an_effect_is_named_after_its_constructor() {
        let made = [
            (Fault::throttle(), "throttle"),
            (Fault::not_authorized("no"), "not_authorized"),
            (Fault::internal_error(), "internal_error"),
            (
                Fault::error(ServiceError::new("TooManyRequestsException", "text")),
                "error TooManyRequestsException",
            ),
            (Fault::http_status(503), "http_status 503"),
            (Fault::delay(Duration::from_millis(1_500)), "delay 1.5s"),
            (
                Fault::rate_limit(5, Duration::from_secs(1)),
                "rate_limit 5 per 1s",
            ),
            (Fault::hang(), "hang"),
            (Fault::hold(), "hold"),
            (Fault::reset_connection(), "reset_connection"),
            (Fault::refuse_connections(), "refuse_connections"),
            (Fault::empty_response(), "empty_response"),
            (Fault::truncate_response(), "truncate_response"),
            (Fault::malformed_response(), "malformed_response"),
            (Fault::lose_response(), "lose_response"),
            (Fault::bare_response(), "bare_response"),
        ];

        for (fault, name) in made {
            assert_eq!(fault.effect.to_string(), name);
        }
    }

    #[test]
    fn a_panic_with_any_payload_becomes_a_message() {
        let text = |run: fn()| caught(run).unwrap_err();

        assert_eq!(text(|| panic!("plain")), "plain");
        assert_eq!(text(|| panic!("number {}", 7)), "number 7");
        assert_eq!(
            text(|| std::panic::panic_any(7)),
            "a panic without a message"
        );
    }
}
