//! The core of the mock: one function without I/O turns a request into a reply.
//!
//! [`Service::handle`] determines what a request is for. `call.rs` handles operations: it
//! authenticates the call, applies faults and quotas, and runs the engine. `rejection.rs` handles
//! requests that name no operation. A [`Reply`] describes as data what must happen on the wire, and
//! the transports perform it.

mod auth;
mod bare;
mod call;
pub(crate) mod dispatch;
mod engine_slot;
mod events;
pub(crate) mod in_flight;
pub(crate) mod limits;
pub(crate) mod liveness;
mod rate_quotas;
mod recording;
mod rejection;
pub(crate) mod reply;
mod signer;
mod state;
mod subscriber;
pub(crate) mod waiting_calls;

use std::time::SystemTime;

use http::request::Parts;

use self::limits::MAX_BODY_BYTES;
use self::rejection::Rejection;
use self::reply::{Action, Reply};
use crate::engine;
use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};
use crate::recorder::Origin;
use crate::wire::other_service::OtherService;
use crate::wire::request::{self, Meta, Route};
use crate::wire::{cors, encode, sigv4, sts};

pub(crate) use state::{Service, State, USER_CLOSURE_TIMEOUT};

impl Service {
    /// Answers a request whose body was read in full.
    pub(crate) fn handle(&self, parts: &Parts, body: &[u8]) -> Reply {
        finished(parts, self.reply(parts, body))
    }

    /// Answers a request whose body is too large to be read.
    pub(crate) fn handle_too_large(&self, parts: &Parts) -> Reply {
        let error = request::too_large(&parts.headers, MAX_BODY_BYTES);
        finished(parts, self.reply_to_too_large(parts, error))
    }

    fn reply(&self, parts: &Parts, body: &[u8]) -> Reply {
        let now = self.clock().now();
        match Route::of(parts) {
            Route::Operation(operation) => self.call(operation, parts, body, now),
            Route::Query => self.query(parts, body, now),
            Route::UnknownOperation { target } => self.unrecognized(parts, now, |parts| {
                Rejection::of_unknown_target(parts, target)
            }),
            Route::NotUnderstood => self.not_understood(parts, now),
            Route::Preflight => cors::preflight(&parts.headers, &self.lock().envelope(now)).into(),
            Route::KeySet => {
                let mut state = self.lock_engine(state::A_CALL);
                let document = state.engine().key_set().to_string();
                encode::key_set(document, &state.envelope(now)).into()
            }
            Route::Configuration => {
                let mut state = self.lock();
                let issuer = engine::issuer(&state.settings.region);
                let host = sigv4::host(parts).unwrap_or_default();
                encode::configuration(&issuer, host, &state.envelope(now)).into()
            }
        }
    }

    fn not_understood(&self, parts: &Parts, now: SystemTime) -> Reply {
        self.unrecognized(parts, now, Rejection::of_no_operation)
    }

    /// Answers a request that names no operation of the mock: as one for another service if it is
    /// one, and else as `otherwise` says.
    fn unrecognized(
        &self,
        parts: &Parts,
        now: SystemTime,
        otherwise: impl FnOnce(&Parts) -> Rejection,
    ) -> Reply {
        let rejection = match OtherService::of(parts) {
            Some(other) => Rejection::of_other_service(parts, other),
            None => otherwise(parts),
        };
        self.reject(rejection, Origin::default(), Meta::of(&parts.headers), now)
    }

    /// Answers a request in the query protocol, whose parameters are in the body or in the query
    /// string. It names an operation of STS or none that the mock knows.
    fn query(&self, parts: &Parts, body: &[u8], now: SystemTime) -> Reply {
        let Some(action) = sts::action(sts::parameters(parts, body)) else {
            return self.not_understood(parts, now);
        };
        match Operation::find(&action, Protocol::Query) {
            Some(operation) => self.call(operation, parts, body, now),
            None => self.unrecognized(parts, now, |parts| {
                Rejection::of_unknown_action(parts, action)
            }),
        }
    }

    fn reply_to_too_large(&self, parts: &Parts, error: ServiceError) -> Reply {
        let (now, meta) = (self.clock().now(), Meta::of(&parts.headers));
        let target = match Route::of(parts) {
            Route::Operation(operation) => {
                return self.call_too_large(operation, parts, error, meta, now);
            }
            Route::UnknownOperation { target } => Some(target),
            Route::Query
            | Route::Preflight
            | Route::NotUnderstood
            | Route::KeySet
            | Route::Configuration => None,
        };
        self.unrecognized(parts, now, |parts| {
            Rejection::of_too_large(parts, target, error)
        })
    }
}

/// Completes every reply: allows web pages to read it, and emits its event to subscribers.
fn finished(parts: &Parts, mut reply: Reply) -> Reply {
    if let Action::Respond(response) | Action::Truncate(response) = &mut reply.action {
        cors::share(response, &parts.headers);
    }
    events::emit(reply.event.take());
    reply
}
