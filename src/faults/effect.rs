//! What a fault does, as data, and how it is called in messages.
//!
//! Performs nothing: the service and the transports do. They match [`Effect`] without a
//! wildcard, so that neither can forget one.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::ServiceError;
use crate::operation::{Operation, Request, Response, SdkOperation};

/// What a fault is made for: to slow a call down, or to spoil its answer.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Adds to the other delays that a call meets.
    Delay(Duration),
    /// Keeps the call waiting until the fault is released. Like a delay it goes along with an
    /// effect, so that a call can be held and then fail.
    Hold,
    /// Becomes a throttling error once the window is full.
    RateLimit {
        n: u32,
        per: Duration,
        retry_after: Option<Duration>,
    },
    /// Keeps connections from being made, so that no call meets it.
    Refuse,
    /// The first of these that a call meets decides how it ends.
    Spoil(Effect),
}

/// How a call ends when it does not end with the engine's answer.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// With this error, as AWS would send it.
    Error {
        error: ServiceError,
        /// Sent as `x-amz-retry-after`, in milliseconds.
        retry_after: Option<Duration>,
    },
    /// With a bare status and an empty body.
    Status {
        status: StatusCode,
        /// Sent as `x-amz-retry-after`, in milliseconds.
        retry_after: Option<Duration>,
    },
    /// It does not end.
    Hang,
    /// With a reset connection, before the first byte.
    Reset,
    /// With a closed connection, before the first byte.
    Empty,
    /// With a closed connection in the middle of the engine's answer.
    Truncate,
    /// With status 200 and a body that is not JSON.
    Malform,
    /// With a reset connection, after the engine has done its work.
    Lose,
    /// With an output the test has scripted.
    Respond(Responder),
}

impl Kind {
    /// Where `x-amz-retry-after` is kept, if there is a response to put it on.
    pub(super) fn retry_after_mut(&mut self) -> Option<&mut Option<Duration>> {
        match self {
            Self::RateLimit { retry_after, .. } => Some(retry_after),
            Self::Spoil(effect) => effect.retry_after_mut(),
            Self::Delay(_) | Self::Hold | Self::Refuse => None,
        }
    }
}

impl Effect {
    fn retry_after_mut(&mut self) -> Option<&mut Option<Duration>> {
        match self {
            Self::Error { retry_after, .. } | Self::Status { retry_after, .. } => Some(retry_after),
            Self::Hang
            | Self::Reset
            | Self::Empty
            | Self::Truncate
            | Self::Malform
            | Self::Lose
            | Self::Respond(_) => None,
        }
    }

    /// Whether the call still changes the state of the mock: the answer is damaged on its way
    /// back, after the work was done. All others happen instead of the work.
    pub(crate) fn runs_engine(&self) -> bool {
        match self {
            Self::Truncate | Self::Malform | Self::Lose => true,
            Self::Error { .. }
            | Self::Status { .. }
            | Self::Hang
            | Self::Reset
            | Self::Empty
            | Self::Respond(_) => false,
        }
    }

    /// What the service sends to whom calls too often.
    pub(crate) fn throttle(retry_after: Option<Duration>) -> Self {
        Self::Error {
            error: ServiceError::throttled(),
            retry_after,
        }
    }
}

/// The name a reader knows it by: that of the method on `Fault` which makes it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(by) => write!(f, "delay {by:?}"),
            Self::Hold => f.write_str("hold"),
            Self::RateLimit { n, per, .. } => write!(f, "rate_limit {n} per {per:?}"),
            Self::Refuse => f.write_str("refuse_connections"),
            Self::Spoil(effect) => effect.fmt(f),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { error, .. } => match error.code() {
                "TooManyRequestsException" => f.write_str("throttle"),
                "NotAuthorizedException" => f.write_str("not_authorized"),
                "InternalErrorException" => f.write_str("internal_error"),
                code => write!(f, "error {code}"),
            },
            Self::Status { status, .. } => write!(f, "http_status {}", status.as_u16()),
            Self::Hang => f.write_str("hang"),
            Self::Reset => f.write_str("reset_connection"),
            Self::Empty => f.write_str("empty_response"),
            Self::Truncate => f.write_str("truncate_response"),
            Self::Malform => f.write_str("malformed_response"),
            Self::Lose => f.write_str("lose_response"),
            Self::Respond(_) => f.write_str("respond_with"),
        }
    }
}

/// The closure of `Fault::respond_with`, for whichever operation it was written.
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
            let input = O::input(request).expect("a responder meets calls of its operation only");
            O::response(respond(input))
        };
        Self {
            operation: O::OPERATION,
            answer: Arc::new(answer),
            written,
        }
    }

    /// Asks the user's closure. See [`InjectedFault::respond`](super::InjectedFault::respond).
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

/// Runs a closure of the user's; a panic becomes its text.
///
/// Where it panicked is not known here. Only a panic hook learns that, and the hook is one for
/// the whole process, so it is the test's to set and not this crate's. The standard hook prints
/// the place anyway.
pub(super) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| panic_text(payload.as_ref()))
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a text".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_called_as_the_method_that_makes_it() {
        let error = |code: &str| Effect::Error {
            error: ServiceError::new(code, "text"),
            retry_after: None,
        };
        let status = Effect::Status {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after: None,
        };

        assert_eq!(Effect::throttle(None).to_string(), "throttle");
        assert_eq!(
            error("NotAuthorizedException").to_string(),
            "not_authorized"
        );
        assert_eq!(
            error("ResourceConflictException").to_string(),
            "error ResourceConflictException"
        );
        assert_eq!(status.to_string(), "http_status 503");
        assert_eq!(
            Kind::Delay(Duration::from_millis(1_500)).to_string(),
            "delay 1.5s"
        );
        let limit = Kind::RateLimit {
            n: 5,
            per: Duration::from_secs(1),
            retry_after: None,
        };
        assert_eq!(limit.to_string(), "rate_limit 5 per 1s");
    }

    #[test]
    fn a_panic_of_any_kind_becomes_a_text() {
        let text = |run: fn()| caught(run).unwrap_err();

        assert_eq!(text(|| panic!("plain")), "plain");
        assert_eq!(text(|| panic!("number {}", 7)), "number 7");
        assert_eq!(text(|| std::panic::panic_any(7)), "a panic without a text");
    }
}
