//! Signature Version 4, from the verifier's side: what a request says it is signed with, and
//! whether that is so.

mod errors;
mod parse;
mod region;
mod verify;

use http::header::HOST;
use http::request::Parts;

pub(crate) use errors::missing_authentication_token;
pub(crate) use parse::{Signature, headers_from_query};
pub(crate) use region::is_region;
pub(crate) use verify::Secret;

const DATE: &str = "x-amz-date";
const SESSION_TOKEN: &str = "x-amz-security-token";

/// The host that a request was sent to. In memory it has no `Host` header, but its URI names one.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let authority = || parts.uri.authority().map(|authority| authority.as_str());
    header(parts, HOST.as_str()).or_else(authority)
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}
