//! The awsQuery protocol, for the two operations of STS that the classic flow needs.
//!
//! A call is `POST /` with a form that names its `Action`, or `GET /` with the same fields in the
//! query string. The answer is XML. The SDK's types of STS have no schemas, so each type is read and
//! written by hand.

pub(crate) mod decode;
pub(crate) mod encode;

use http::Method;
use http::request::Parts;

/// The media type of calls.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The form of a call: the query string of a `GET`, else the body.
pub(crate) fn parameters<'a>(parts: &'a Parts, body: &'a [u8]) -> &'a [u8] {
    match parts.method {
        Method::GET => parts.uri.query().unwrap_or_default().as_bytes(),
        _ => body,
    }
}

/// The `Action` that a form names.
pub(crate) fn action(form: &[u8]) -> Option<String> {
    let mut fields = form_urlencoded::parse(form);
    fields.find_map(|(name, value)| (name == "Action").then(|| value.into_owned()))
}
