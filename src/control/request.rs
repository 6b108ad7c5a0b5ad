//! A request to a control route: what is in its path, its query and its body.

use std::sync::Arc;

use http::request::Parts;

use super::answer::Answer;
use crate::clock::Clock;
use crate::document::{self, Json, Mistake};
use crate::engine::CallContext;
use crate::explain::{nearest, quoted};
use crate::operation::{Operation, Protocol};
use crate::recorder::LogContext;
use crate::service::{Service, State};

/// A request whose body was read.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) service: &'a Arc<Service>,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    query: &'a str,
    body: &'a [u8],
    /// Where the client reaches the mock.
    url: String,
}

impl<'a> Request<'a> {
    pub(super) fn new(service: &'a Arc<Service>, head: &'a Parts, body: &'a [u8]) -> Self {
        let host = head.headers.get(http::header::HOST);
        let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        Self {
            service,
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            body,
            url: format!("http://{host}"),
        }
    }

    pub(super) fn clock(&self) -> &'a Clock {
        self.service.clock()
    }

    /// The body, which must be JSON.
    pub(super) fn json(&self) -> Result<Json, Mistake> {
        document::parse(self.body, "body")
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Refuses a body with anything in it, for routes that take none.
    pub(super) fn no_body(&self) -> Result<(), Mistake> {
        let is_empty = self.body.iter().all(u8::is_ascii_whitespace);
        if is_empty || self.json() == Ok(Json::Object(Vec::new())) {
            return Ok(());
        }
        Err(Mistake {
            path: "$".to_owned(),
            problem: "must be empty: this route takes no body".to_owned(),
        })
    }

    /// The value of a query parameter, which must be the only one.
    pub(super) fn query(&self, known: Option<&str>) -> Result<Option<String>, Answer> {
        let mut value = None;
        for (name, given) in form_urlencoded::parse(self.query.as_bytes()) {
            if known != Some(&name) {
                let hint = match known {
                    Some(known) => format!("there is `{known}`"),
                    None => "this route has none".to_owned(),
                };
                let text = format!("the query parameter {} is not known; {hint}", quoted(&name));
                return Err(Answer::error(400, &text));
            }
            if value.replace(given.into_owned()).is_some() {
                let text = format!("the query parameter {} is given twice", quoted(&name));
                return Err(Answer::error(400, &text));
            }
        }
        Ok(value)
    }

    /// What a list of calls says besides the calls.
    pub(super) fn log_context<'s>(&'s self, state: &'s State) -> LogContext<'s> {
        state.log_context(Some(&self.url), self.clock())
    }

    /// The context of what is asked of the engine for this request.
    pub(super) fn call_context(&self) -> CallContext<'static> {
        CallContext::at(self.clock().now())
    }
}

/// The operation with this name. The error says which name was probably meant.
pub(super) fn operation(name: &str) -> Result<Operation, String> {
    let protocols = [Protocol::Json, Protocol::Query];
    let found = protocols
        .into_iter()
        .find_map(|protocol| Operation::find(name, protocol));
    found.ok_or_else(|| {
        let names = protocols.into_iter().flat_map(Operation::names);
        let hint = match nearest(name, names) {
            Some(near) => format!("; did you mean {near}?"),
            None => ", such as GetId".to_owned(),
        };
        format!(
            "must be the name of an operation{hint}, got {}",
            quoted(name)
        )
    })
}
