//! The CORS headers that let a page in a browser call the mock from another origin.
// AWS [CORS1]: `*` for every request with an `Origin`, on errors too, and none of these headers for
// a request without one (2019-01, 2023-08).

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::encode::{self, Envelope};

const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
const EXPOSED: HeaderValue =
    HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
/// Two days, in seconds.
const TWO_DAYS: HeaderValue = HeaderValue::from_static("172800");

/// Whether the request is a preflight request. The path does not matter.
pub(super) fn is_preflight(parts: &Parts) -> bool {
    let headers = &parts.headers;
    parts.method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Allows the page that sent a request to read the response.
pub(crate) fn share(response: &mut Response<Bytes>, request: &HeaderMap) {
    if !request.contains_key(ORIGIN) {
        return;
    }
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// The response to a preflight request, which allows whatever it asks for.
// AWS [CORS2]: with these headers and no others, on this service and on STS, when a page asks for
// POST (2020, 2021). Approximation [Q65]: another method is allowed too, as on `DynamoDB`.
pub(crate) fn preflight(request: &HeaderMap, envelope: &Envelope) -> Response<Bytes> {
    let mut response = encode::bare(StatusCode::OK, envelope);
    let headers = response.headers_mut();
    for (asked, allowed) in [
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
    ] {
        if let Some(value) = request.get(asked) {
            headers.insert(allowed, value.clone());
        }
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, TWO_DAYS);
    response
}
