//! The core: from a request to a reply, as one function without I/O.
//!
//! [`Service::handle`] finds out what a request is for. An operation goes to `call.rs`, which
//! authenticates it, lets faults and quotas have their say and asks the engine; what names no
//! operation goes to `rejection.rs`. What must happen on the wire is data, a
//! [`Reply`](reply::Reply); the transports perform it.

mod auth;
mod call;
mod dispatch;
mod engine_slot;
mod events;
pub(crate) mod in_flight;
pub(crate) mod liveness;
mod rate_quotas;
mod recording;
mod rejection;
pub(crate) mod reply;
mod state;

use std::time::SystemTime;

use http::request::Parts;

use self::rejection::Rejection;
use self::reply::{Action, Reply};
use crate::engine;
use crate::operation::{Operation, Protocol};
use crate::wire::request::{Meta, Route};
use crate::wire::{cors, encode, sigv4, sts};

pub(crate) use state::{PATIENCE_WITH_CLOSURES, Service};

impl Service {
    /// Answers one request whose body was read in full.
    pub(crate) fn handle(&self, parts: &Parts, body: &[u8]) -> Reply {
        finished(parts, self.reply(parts, body))
    }

    /// Answers one request whose body is too large to be read.
    pub(crate) fn handle_too_large(&self, parts: &Parts) -> Reply {
        finished(parts, self.reply_to_too_large(parts))
    }

    fn reply(&self, parts: &Parts, body: &[u8]) -> Reply {
        let now = self.clock().now();
        match Route::of(parts) {
            Route::Operation(operation) => self.call(operation, parts, body, now),
            Route::Query => self.query(parts, body, now),
            Route::UnknownOperation { target } => {
                let rejection = Rejection::of_unknown_target(parts, target);
                self.reject(rejection, &Meta::of(&parts.headers), now)
            }
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
        let meta = Meta::of(&parts.headers);
        self.reject(Rejection::of_no_operation(parts), &meta, now)
    }

    /// Answers a form, of the body or of the query string: an operation of STS, or none that the
    /// mock knows.
    fn query(&self, parts: &Parts, body: &[u8], now: SystemTime) -> Reply {
        let Some(action) = sts::action(sts::parameters(parts, body)) else {
            return self.not_understood(parts, now);
        };
        match Operation::find(&action, Protocol::Query) {
            Some(operation) => self.call(operation, parts, body, now),
            None => {
                let rejection = Rejection::of_unknown_action(parts, action);
                self.reject(rejection, &Meta::of(&parts.headers), now)
            }
        }
    }

    fn reply_to_too_large(&self, parts: &Parts) -> Reply {
        let (now, meta) = (self.clock().now(), Meta::of(&parts.headers));
        let target = match Route::of(parts) {
            Route::Operation(operation) => return self.call_too_large(operation, &meta, now),
            Route::UnknownOperation { target } => Some(target),
            Route::Query
            | Route::Preflight
            | Route::NotUnderstood
            | Route::KeySet
            | Route::Configuration => None,
        };
        self.reject(Rejection::of_too_large(parts, target), &meta, now)
    }
}

/// What every reply goes through: pages may read it, and subscribers hear of it.
fn finished(parts: &Parts, mut reply: Reply) -> Reply {
    if let Action::Respond(response) | Action::Truncate(response) = &mut reply.action {
        cors::share(response, &parts.headers);
    }
    events::answered(reply.event.take());
    reply
}
