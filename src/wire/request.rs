//! Routes a request by its head, and reads the headers that the SDK adds to each attempt.
//!
//! Neither the body nor the signature is looked at.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};

use super::{cors, sigv4, sts};
use crate::error::ServiceError;
use crate::explain::{nearest, quoted};
use crate::operation::{Operation, Protocol};

// Statics, because a lookup by text would parse the text as a header name on every request.
static TARGET: HeaderName = HeaderName::from_static("x-amz-target");
static ATTEMPT: HeaderName = HeaderName::from_static("amz-sdk-request");
static INVOCATION_ID: HeaderName = HeaderName::from_static("amz-sdk-invocation-id");

/// The service in the header `X-Amz-Target`.
const SERVICE: &str = "AWSCognitoIdentityService";
const LONG_SERVICE: &str = "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService";
const JSON: &str = "application/x-amz-json-1.1";

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// A call of this service.
    Operation(Operation),
    /// A call of an operation that this service does not have, or of another service's operation.
    UnknownOperation {
        /// The `X-Amz-Target` as sent.
        target: String,
    },
    /// An awsQuery call, as of STS. Its body, or the query string of a `GET`, names the operation.
    Query,
    /// `GET /.well-known/jwks_uri`: the JSON Web Key Set that verifies the tokens.
    KeySet,
    /// `GET /.well-known/openid-configuration`: the discovery document, which locates the keys.
    Configuration,
    /// A CORS preflight request for one of the above.
    Preflight,
    /// Any other request.
    NotUnderstood,
}

impl Route {
    pub(crate) fn of(parts: &Parts) -> Self {
        match (&parts.method, parts.uri.path()) {
            (&Method::POST, "/") => Self::of_call(&parts.headers),
            // AWS [WIRE14]: STS accepts calls by `GET` too. Without an `Action` it is not a call.
            (&Method::GET, "/") if sts::action(sts::parameters(parts, &[])).is_some() => {
                Self::Query
            }
            (&Method::GET, "/.well-known/jwks_uri") => Self::KeySet,
            (&Method::GET, "/.well-known/openid-configuration") => Self::Configuration,
            _ if cors::is_preflight(parts) => Self::Preflight,
            _ => Self::NotUnderstood,
        }
    }

    // AWS [B1]: a call whose headers are missing or blank is not understood (2017, 2023).
    // Approximation [Q66]: a call with another content type is not either.
    fn of_call(headers: &HeaderMap) -> Self {
        let target = target(headers);
        // As the SDKs write it.
        if text(headers, &CONTENT_TYPE) == Some(JSON)
            && let Some(name) = target.strip_prefix(SERVICE)
            && let Some(name) = name.strip_prefix('.')
            && let Some(operation) = Operation::find(name, Protocol::Json)
        {
            return Self::Operation(operation);
        }
        let media_type = media_type(headers);
        if media_type.eq_ignore_ascii_case(sts::FORM) {
            return Self::Query;
        }
        if target.is_empty() || !is_json(media_type) {
            return Self::NotUnderstood;
        }
        // AWS [WIRE2]: samples of the API reference use the long name (2014).
        let operation = match target.rsplit_once('.') {
            Some((SERVICE | LONG_SERVICE, name)) => Operation::find(name, Protocol::Json),
            _ => None,
        };
        match operation {
            Some(operation) => Self::Operation(operation),
            // Approximation [Q67]: an operation of another service gets the same answer as one that
            // does not exist.
            None => Self::UnknownOperation {
                target: target.to_owned(),
            },
        }
    }
}

/// Whether a request is one for the mock, and not for another service that clients of the same HTTP
/// client call. `body` is that of a form, if it is known; `own_host` is where the mock is reached.
///
/// Other services publish the well-known documents, too, so there the host counts.
pub(crate) fn is_for_mock(parts: &Parts, body: Option<&[u8]>, own_host: &str) -> bool {
    match Route::of(parts) {
        Route::Operation(_) => true,
        Route::UnknownOperation { target } => names_mock(&target),
        Route::Query => sts::action(sts::parameters(parts, body.unwrap_or_default()))
            .is_some_and(|action| Operation::find(&action, Protocol::Query).is_some()),
        Route::KeySet | Route::Configuration | Route::Preflight => {
            sigv4::host(parts).is_some_and(|host| {
                host == own_host || sigv4::service_of(host) == Some("cognito-identity")
            })
        }
        Route::NotUnderstood => false,
    }
}

/// Whether an `X-Amz-Target` names the mock's service, with whatever operation.
pub(super) fn names_mock(target: &str) -> bool {
    let service = target.rsplit_once('.').map(|(service, _)| service.trim());
    service.is_some_and(|service| [SERVICE, LONG_SERVICE].contains(&service))
}

// AWS [WIRE2]: samples of the API reference use `application/json` too (2014).
fn is_json(media_type: &str) -> bool {
    [JSON, "application/json"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

fn target(headers: &HeaderMap) -> &str {
    text(headers, &TARGET).map(str::trim).unwrap_or_default()
}

fn media_type(headers: &HeaderMap) -> &str {
    let content_type = text(headers, &CONTENT_TYPE).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The error for [`Route::UnknownOperation`].
// AWS [B2]: it has no message.
pub(crate) fn unknown_operation(target: &str) -> ServiceError {
    ServiceError::silent("UnknownOperationException").because(why_unknown(target))
}

fn why_unknown(target: &str) -> String {
    let Some((service, name)) = target.rsplit_once('.') else {
        let target = quoted(target);
        return format!("`X-Amz-Target` is {target}; it must be `{SERVICE}.` and an operation");
    };
    if ![SERVICE, LONG_SERVICE].contains(&service) {
        let kind = match service {
            "AWSCognitoIdentityProviderService" => ", which is that of user pools",
            _ => "",
        };
        let service = quoted(service);
        return format!(
            "`X-Amz-Target` names the service {service}{kind}; the mock is `{SERVICE}`"
        );
    }
    if Operation::find(name, Protocol::Query).is_some() {
        return format!("{name} is an operation of STS, whose calls are forms with an `Action`");
    }
    let near = nearest(name, Operation::names(Protocol::Json));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    format!(
        "{} is not an operation of identity pools{hint}",
        quoted(name)
    )
}

/// The error for a form whose `Action` is none of the operations of STS that the mock has.
// AWS [WIRE15]: the common error of this protocol.
pub(crate) fn unknown_action(action: &str) -> ServiceError {
    let text = format!("Could not find operation {action} for version 2011-06-15");
    ServiceError::known("InvalidAction", text).because(why_unknown_action(action))
}

fn why_unknown_action(action: &str) -> String {
    if Operation::find(action, Protocol::Json).is_some() {
        return format!("{action} is not an operation of STS; name it in `X-Amz-Target`");
    }
    let known: Vec<&str> = Operation::names(Protocol::Query).collect();
    // The operations that assume a role differ in the proof that they take.
    let assumes = |name: &str| name.starts_with("AssumeRole");
    let near = nearest(action, known.iter().copied()).or_else(|| {
        known
            .iter()
            .copied()
            .find(|known| assumes(action) && assumes(known))
    });
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    format!("of STS the mock has {} only{hint}", known.join(" and "))
}

/// The error for a request that resembles no operation.
pub(crate) fn not_understood(parts: &Parts) -> ServiceError {
    ServiceError::silent("BadRequest").because(why_not_understood(parts))
}

fn why_not_understood(parts: &Parts) -> String {
    let (method, path) = (&parts.method, parts.uri.path());
    if method != Method::POST || path != "/" {
        let request = quoted(&format!("{method} {path}"));
        return format!("the request is {request}; calls are `POST /`");
    }
    let (media_type, target) = (media_type(&parts.headers), target(&parts.headers));
    if media_type.eq_ignore_ascii_case(sts::FORM) {
        "the form has no `Action`".to_owned()
    } else if target.is_empty() {
        "the request has no `X-Amz-Target`, which names the operation".to_owned()
    } else if media_type.is_empty() {
        format!("the request has no `Content-Type`; that of a call is `{JSON}`")
    } else {
        let media_type = quoted(media_type);
        format!("`Content-Type` is {media_type}; that of a call is `{JSON}`")
    }
}

/// The error for a body of more than `limit` bytes, which is too large to be read.
// Approximation [Q55]: the name and the status are those of other AWS services.
pub(crate) fn too_large(headers: &HeaderMap, limit: usize) -> ServiceError {
    let length = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let explanation = match length {
        Some(length) => format!("the body has {length} bytes; the mock reads {limit} at most"),
        None => format!("the body has more than {limit} bytes, which the mock reads at most"),
    };
    ServiceError::silent("RequestEntityTooLarge")
        .with_status(413)
        .because(explanation)
}

/// What the SDK's headers say about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meta<'a> {
    /// The number of the attempt, from 1. It is 1 if the header is missing or cannot be parsed.
    pub(crate) attempt: u32,
    /// The same for all attempts of one call.
    pub(crate) invocation_id: Option<&'a str>,
}

impl<'a> Meta<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        Self {
            attempt: text(headers, &ATTEMPT).and_then(attempt).unwrap_or(1),
            invocation_id: text(headers, &INVOCATION_ID),
        }
    }
}

/// The number in `attempt=2; max=3`.
fn attempt(header: &str) -> Option<u32> {
    header
        .split(';')
        .find_map(|field| field.trim().strip_prefix("attempt="))
        .and_then(|count| count.parse().ok())
        .filter(|count| *count > 0)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const GET_ID: &str = "AWSCognitoIdentityService.GetId";

    fn route(method: &str, path: &str, headers: &[(&str, &str)]) -> Route {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Route::of(&request.body(()).unwrap().into_parts().0)
    }

    fn call(content_type: &str, target_header: &str) -> Route {
        let headers = [
            ("Content-Type", content_type),
            ("X-Amz-Target", target_header),
        ];
        route("POST", "/", &headers)
    }

    fn headers(name: &HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), value.try_into().unwrap());
        headers
    }

    #[test]
    fn the_short_and_the_long_target_name_an_operation() {
        let long = "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.GetId";

        for content_type in [
            JSON,
            "Application/X-Amz-Json-1.1",
            "application/json",
            "application/json; charset=UTF-8",
            " application/json ;charset=UTF-8",
        ] {
            for name in [GET_ID, long] {
                assert_eq!(call(content_type, name), Route::Operation(Operation::GetId));
            }
        }
        let on_localhost = [("content-type", JSON), ("x-amz-target", GET_ID)];
        assert_eq!(
            route("POST", "http://127.0.0.1:1", &on_localhost),
            Route::Operation(Operation::GetId)
        );
    }

    #[test]
    fn other_targets_are_unknown_operations_and_keep_their_text() {
        for name in [
            "AWSCognitoIdentityService.Nope",
            "AWSCognitoIdentityService.getid",
            "AWSCognitoIdentityProviderService.InitiateAuth",
            "DynamoDB_20120810.GetItem",
            "GetId",
        ] {
            let target = name.to_owned();
            assert_eq!(call(JSON, name), Route::UnknownOperation { target });
        }
        assert_eq!(
            unknown_operation("DynamoDB_20120810.GetItem"),
            ServiceError::silent("UnknownOperationException")
        );
    }

    #[test]
    fn a_request_that_is_not_a_call_is_not_understood() {
        let good = [("content-type", JSON), ("x-amz-target", GET_ID)];

        assert_eq!(route("POST", "/", &good[..1]), Route::NotUnderstood);
        assert_eq!(route("POST", "/", &good[1..]), Route::NotUnderstood);
        assert_eq!(route("POST", "/x", &good), Route::NotUnderstood);
        assert_eq!(route("GET", "/", &good), Route::NotUnderstood);
        assert_eq!(call(JSON, " "), Route::NotUnderstood);
        assert_eq!(call("text/plain", GET_ID), Route::NotUnderstood);
    }

    #[test]
    fn a_preflight_request_has_an_origin_and_a_method() {
        let asked = [
            ("origin", "http://page.test"),
            ("access-control-request-method", "POST"),
        ];

        for path in ["/", "/.well-known/jwks_uri", "/x"] {
            assert_eq!(route("OPTIONS", path, &asked), Route::Preflight);
        }
        assert_eq!(route("OPTIONS", "/", &asked[..1]), Route::NotUnderstood);
        assert_eq!(route("OPTIONS", "/", &asked[1..]), Route::NotUnderstood);
        assert_eq!(route("GET", "/", &asked), Route::NotUnderstood);
    }

    #[test]
    fn a_form_may_be_a_call_of_sts() {
        let content_type = "application/x-www-form-urlencoded; charset=utf-8";

        assert_eq!(call(content_type, ""), Route::Query);
    }

    #[test]
    fn a_query_string_with_an_action_may_be_a_call_of_sts() {
        assert_eq!(route("GET", "/?Version=1&Action=A", &[]), Route::Query);
        assert_eq!(route("GET", "http://a.test/?Action=", &[]), Route::Query);
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/?"),
            ("GET", "/?action=A"),
            ("GET", "/x?Action=A"),
            ("HEAD", "/?Action=A"),
            ("POST", "/?Action=A"),
        ] {
            let route = route(method, path, &[]);
            assert_eq!(route, Route::NotUnderstood, "{method} {path}");
        }
    }

    #[test]
    fn the_well_known_documents_are_read_by_get() {
        for (path, document) in [
            ("/.well-known/jwks_uri", Route::KeySet),
            ("/.well-known/openid-configuration", Route::Configuration),
        ] {
            assert_eq!(route("GET", path, &[]), document);
            assert_eq!(route("POST", path, &[]), Route::NotUnderstood);
        }
    }

    #[test]
    fn the_attempt_is_1_unless_the_header_has_a_number() {
        for (header, attempt) in [
            ("attempt=2; max=3", 2),
            ("ttl=20260101T000000Z; attempt=3; max=3", 3),
            ("max=3;attempt=4", 4),
            ("attempt=0; max=3", 1),
            ("attempt=-1", 1),
            ("attempt=two", 1),
            ("attempt=99999999999", 1),
            ("", 1),
        ] {
            let headers = headers(&ATTEMPT, header);
            let meta = Meta::of(&headers);
            assert_eq!(meta.attempt, attempt, "{header}");
            assert_eq!(meta.invocation_id, None);
        }
        assert_eq!(Meta::of(&HeaderMap::new()).attempt, 1);
        let id = "3c2a7e5b-6a0f-4f0e-8d57-0c5b1d0a9a11";
        let headers = headers(&INVOCATION_ID, id);
        let meta = Meta::of(&headers);
        assert_eq!(meta.invocation_id, Some(id));
    }
}
