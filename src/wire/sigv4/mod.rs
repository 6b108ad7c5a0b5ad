//! Signature Version 4 on the verifying side.
//!
//! [`Signature`] is parsed from the `Authorization` header, to which [`headers_from_query`] brings
//! the parameters of a presigned request, and is verified with the [`Secret`] of its access key id.
//! [`Recipient`] tells apart the mock's own operations and the services beside it.

mod body;
mod errors;
mod parse;
mod recipient;
mod region;
mod verify;

use http::header::{AsHeaderName, HOST};
use http::request::Parts;

pub(crate) use body::Body;
pub(crate) use errors::{missing_authentication_token, unrecognized_client};
pub(crate) use parse::{Signature, headers_from_query};
pub(crate) use recipient::{Recipient, signed_for};
pub(crate) use region::{is_region, region_of_endpoint, service_of};
pub(crate) use verify::Secret;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: &str = "x-amz-date";
const SESSION_TOKEN: &str = "x-amz-security-token";
const BODY_HASH: &str = "x-amz-content-sha256";

/// The host that a request was sent to. A request in memory has no `Host` header; its URI names the
/// host.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let authority = || parts.uri.authority().map(|authority| authority.as_str());
    header(parts, HOST).or_else(authority)
}

fn header(parts: &Parts, name: impl AsHeaderName) -> Option<&str> {
    parts.headers.get(name)?.to_str().ok()
}
