//! The control routes: the harness over HTTP, for tests in other languages.
//!
//! `routes.rs` has the table of routes, and each file beside it answers some of them, with what the
//! service offers to the rest of the crate. Requests of web pages are refused in `hosts.rs`. A request
//! with a mistake changes nothing: each route reads its whole body before it acts.

mod answer;
mod calls;
mod clock;
mod credentials;
mod duration;
mod fault_body;
mod faults;
mod health;
mod hosts;
mod login_tokens;
mod request;
mod routes;
mod state;
mod time;

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::request::Parts;

use self::answer::Answer;
use self::request::Request;
use crate::service::Service;
use crate::transport::routes::{Admission, Routes};

pub(crate) use hosts::Hosts;
pub(crate) use time::parse as parse_time;
pub(crate) use time::text as time_text;

/// The largest body in bytes. A state document of many identities is large.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// The control routes of one mock.
pub(crate) struct ControlRoutes {
    service: Arc<Service>,
    hosts: Hosts,
}

impl ControlRoutes {
    /// The routes answer requests to these hosts and to loopback addresses.
    pub(crate) fn new(service: Arc<Service>, hosts: Hosts) -> Self {
        Self { service, hosts }
    }
}

impl Routes for ControlRoutes {
    fn admit(&self, head: &Parts) -> Admission {
        if !routes::is_control_path(head.uri.path()) {
            return Admission::NoRoute;
        }
        match self.hosts.check(head) {
            Ok(()) => Admission::Admitted,
            Err(problem) => Admission::Refused(Answer::error(403, &problem).into_response()),
        }
    }

    fn answer<'a>(
        &'a self,
        head: &'a Parts,
        body: Option<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Response<Bytes>> + 'a>> {
        Box::pin(async move {
            let Some(body) = body else {
                let text = format!("the body has more than {MAX_BODY_BYTES} bytes");
                return Answer::error(413, &text).into_response();
            };
            let request = Request::new(&self.service, head, &body);
            routes::answer(&request).await.into_response()
        })
    }

    fn max_body_bytes(&self) -> usize {
        MAX_BODY_BYTES
    }
}
