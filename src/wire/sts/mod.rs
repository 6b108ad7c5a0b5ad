//! The awsQuery protocol, as far as the classic flow needs it: two operations of STS.
//!
//! A call is `POST /` with a form that names its `Action`, or `GET /` with the same fields in the
//! query string; the answer is XML. The SDK's types of
//! STS do not carry schemas, so what is generic for Cognito Identity is written out here.

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
