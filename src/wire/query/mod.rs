//! The awsQuery protocol, as far as the classic flow needs it: two operations of STS.
//!
//! A call is `POST /` with a form that names its `Action`; the answer is XML. The SDK's types of
//! STS do not carry schemas, so what is generic for Cognito Identity is written out here.

pub(crate) mod decode;
pub(crate) mod encode;
mod shape;

pub(crate) use shape::Shape;

/// The media type of calls.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The `Action` that a form names.
pub(crate) fn action(body: &[u8]) -> Option<String> {
    let mut fields = form_urlencoded::parse(body);
    fields.find_map(|(name, value)| (name == "Action").then(|| value.into_owned()))
}
