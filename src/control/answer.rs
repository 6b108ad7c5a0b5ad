//! The answer of a control route.

use std::pin::Pin;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use crate::document::{Json, Mistake};

/// An answer that comes later.
pub(super) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Answer>> + 'a>>;

/// A status and a body, which is JSON or text.
#[derive(Debug)]
pub(super) struct Answer {
    status: u16,
    content_type: &'static str,
    body: String,
    /// The methods that a path has, if the request had another one.
    allowed: Option<String>,
}

impl Answer {
    /// A success, with a JSON body.
    pub(super) fn json(body: &Json) -> Self {
        Self::of(200, body)
    }

    /// A success, with a JSON body that is written already.
    pub(super) fn written(body: impl Into<String>) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            body: body.into(),
            allowed: None,
        }
    }

    /// A success, with a text that ends in a line break.
    pub(super) fn text(body: String) -> Self {
        Self {
            status: 200,
            content_type: "text/plain; charset=utf-8",
            body,
            allowed: None,
        }
    }

    /// A failure with a sentence.
    pub(super) fn error(status: u16, message: &str) -> Self {
        Self::of(
            status,
            &Json::object([("message", Some(Json::text(message)))]),
        )
    }

    /// A failure with a sentence, and with more about it.
    pub(super) fn error_with(status: u16, message: &str, more: (&str, Json)) -> Self {
        let (name, value) = more;
        let message = ("message", Some(Json::text(message)));
        Self::of(status, &Json::object([message, (name, Some(value))]))
    }

    /// The failure of a method that the path does not have.
    pub(super) fn other_methods(methods: &[&str]) -> Self {
        let allowed = methods.join(", ");
        Self {
            allowed: Some(allowed.clone()),
            ..Self::error(405, &format!("this path takes {allowed}"))
        }
    }

    fn of(status: u16, body: &Json) -> Self {
        Self {
            status,
            ..Self::written(body.compact())
        }
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let length = HeaderValue::from(response.body().len());
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, length);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allowed) = self.allowed {
            headers.extend(HeaderValue::try_from(allowed).map(|allowed| (ALLOW, allowed)));
        }
        response
    }
}

impl From<Mistake> for Answer {
    fn from(mistake: Mistake) -> Self {
        let path = Json::text(&mistake.path);
        Self::error_with(400, &mistake.to_string(), ("path", path))
    }
}
