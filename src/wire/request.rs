//! From the head of an HTTP request to what is meant by it. The body is not looked at.
//!
//! Owns what `X-Amz-Target`, `Authorization` and the SDK's bookkeeping headers mean. Knows
//! nothing of inputs, and verifies no signature.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, Method};

use crate::error::ServiceError;
use crate::operation::Operation;

const TARGET: &str = "x-amz-target";
const ATTEMPT: &str = "amz-sdk-request";
const INVOCATION_ID: &str = "amz-sdk-invocation-id";

/// What a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A call of this service.
    Operation(Operation),
    /// A call of an operation that this service does not have, or of another service.
    UnknownOperation {
        /// The `X-Amz-Target` as sent.
        target: String,
    },
    /// `GET /.well-known/jwks_uri`: the keys that tokens are signed with.
    KeySet,
    /// Anything else.
    NotUnderstood,
}

impl Target {
    pub(crate) fn of(parts: &Parts) -> Self {
        match (&parts.method, parts.uri.path()) {
            (&Method::POST, "/") => Self::of_call(&parts.headers),
            (&Method::GET, "/.well-known/jwks_uri") => Self::KeySet,
            _ => Self::NotUnderstood,
        }
    }

    /// AWS: a call whose headers were stripped or blank is not understood (2017, 2023).
    /// Approximation: nor is one of another content type.
    fn of_call(headers: &HeaderMap) -> Self {
        let target = text(headers, TARGET).map(str::trim).unwrap_or_default();
        if target.is_empty() || !is_json(headers) {
            return Self::NotUnderstood;
        }
        // AWS: samples of the API reference have the long name (2014).
        let operation = match target.rsplit_once('.') {
            Some((
                "AWSCognitoIdentityService"
                | "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService",
                name,
            )) => Operation::from_name(name),
            _ => None,
        };
        match operation {
            Some(operation) => Self::Operation(operation),
            // Approximation: another service's operation is as unknown as one that does not
            // exist.
            None => Self::UnknownOperation {
                target: target.to_owned(),
            },
        }
    }
}

/// AWS: samples of the API reference have `application/json` too (2014).
fn is_json(headers: &HeaderMap) -> bool {
    let content_type = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-amz-json-1.1", "application/json"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

/// The error for [`Target::UnknownOperation`]. AWS: it has no message.
pub(crate) fn unknown_operation() -> ServiceError {
    ServiceError::silent("UnknownOperationException")
}

/// What the SDK says about the attempt that a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meta {
    /// Counts from 1; 1 where nothing can be read.
    pub(crate) attempt: u32,
    /// Groups the attempts of one call.
    pub(crate) invocation_id: Option<String>,
}

impl Meta {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            attempt: text(headers, ATTEMPT).and_then(attempt).unwrap_or(1),
            invocation_id: text(headers, INVOCATION_ID).map(str::to_owned),
        }
    }
}

/// The 2 of `attempt=2; max=3`.
fn attempt(header: &str) -> Option<u32> {
    header
        .split(';')
        .find_map(|field| field.trim().strip_prefix("attempt="))
        .and_then(|count| count.parse().ok())
        .filter(|count| *count > 0)
}

/// The Region that a request is signed for; `None` if it is not signed.
///
/// The signature itself is not verified: every secret is as good as another.
pub(crate) fn signing_region(headers: &HeaderMap) -> Result<Option<&str>, ServiceError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let header = header
        .to_str()
        .map_err(|_| incomplete("Authorization header is not text".to_owned()))?;
    let (mut credential, mut signature, mut signed_headers) = (None, false, false);
    // The first word is the algorithm.
    for field in header.split([' ', ',']).skip(1).filter(|s| !s.is_empty()) {
        match field.split_once('=') {
            Some(("Credential", scope)) => credential = Some(scope),
            Some(("Signature", _)) => signature = true,
            Some(("SignedHeaders", _)) => signed_headers = true,
            Some(_) => {}
            None => {
                return Err(incomplete(format!(
                    "'{field}' not a valid key=value pair (missing equal-sign) in Authorization \
                     header: '{header}'."
                )));
            }
        }
    }
    let parameters = [
        ("Credential", credential.is_some()),
        ("Signature", signature),
        ("SignedHeaders", signed_headers),
    ];
    let missing: String = parameters
        .iter()
        .filter(|(_, present)| !present)
        .map(|(name, _)| format!("Authorization header requires '{name}' parameter. "))
        .collect();
    let Some(scope) = credential.filter(|_| missing.is_empty()) else {
        return Err(incomplete(format!("{missing}Authorization={header}")));
    };
    let elements: Vec<&str> = scope.split('/').collect();
    if let [_key, _date, region, _service, _term] = elements[..]
        && !region.is_empty()
    {
        return Ok(Some(region));
    }
    Err(incomplete(format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
    )))
}

/// Approximation: the texts are those of other AWS services.
fn incomplete(message: String) -> ServiceError {
    ServiceError::known("IncompleteSignatureException", message)
}

/// The error for a call that must be signed and is not. AWS: as seen from Cognito user pools.
pub(crate) fn missing_signature() -> ServiceError {
    ServiceError::known(
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const JSON: &str = "application/x-amz-json-1.1";
    const GET_ID: &str = "AWSCognitoIdentityService.GetId";

    fn target(method: &str, path: &str, headers: &[(&str, &str)]) -> Target {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Target::of(&request.body(()).unwrap().into_parts().0)
    }

    fn call(content_type: &str, target_header: &str) -> Target {
        let headers = [
            ("Content-Type", content_type),
            ("X-Amz-Target", target_header),
        ];
        target("POST", "/", &headers)
    }

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.try_into().unwrap());
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
        ] {
            for name in [GET_ID, long] {
                assert_eq!(
                    call(content_type, name),
                    Target::Operation(Operation::GetId)
                );
            }
        }
        let on_localhost = [("content-type", JSON), ("x-amz-target", GET_ID)];
        assert_eq!(
            target("POST", "http://127.0.0.1:1", &on_localhost),
            Target::Operation(Operation::GetId)
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
            assert_eq!(call(JSON, name), Target::UnknownOperation { target });
        }
        assert_eq!(
            unknown_operation(),
            ServiceError::silent("UnknownOperationException")
        );
    }

    #[test]
    fn what_is_no_call_is_not_understood() {
        let good = [("content-type", JSON), ("x-amz-target", GET_ID)];

        assert_eq!(target("POST", "/", &good[..1]), Target::NotUnderstood);
        assert_eq!(target("POST", "/", &good[1..]), Target::NotUnderstood);
        assert_eq!(target("POST", "/x", &good), Target::NotUnderstood);
        assert_eq!(target("GET", "/", &good), Target::NotUnderstood);
        assert_eq!(call(JSON, " "), Target::NotUnderstood);
        assert_eq!(call("text/plain", GET_ID), Target::NotUnderstood);
        assert_eq!(
            call("application/x-www-form-urlencoded", GET_ID),
            Target::NotUnderstood
        );
    }

    #[test]
    fn the_key_set_is_a_document_to_get() {
        let path = "/.well-known/jwks_uri";

        assert_eq!(target("GET", path, &[]), Target::KeySet);
        assert_eq!(target("POST", path, &[]), Target::NotUnderstood);
    }

    #[test]
    fn the_attempt_is_read_where_it_can_be() {
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
            let meta = Meta::of(&headers(ATTEMPT, header));
            assert_eq!(meta.attempt, attempt, "{header}");
            assert_eq!(meta.invocation_id, None);
        }
        assert_eq!(Meta::of(&HeaderMap::new()).attempt, 1);
        let id = "3c2a7e5b-6a0f-4f0e-8d57-0c5b1d0a9a11";
        let meta = Meta::of(&headers(INVOCATION_ID, id));
        assert_eq!(meta.invocation_id.as_deref(), Some(id));
    }

    fn region(authorization: &str) -> Result<Option<String>, String> {
        match signing_region(&headers("authorization", authorization)) {
            Ok(region) => Ok(region.map(str::to_owned)),
            Err(error) => {
                assert_eq!(error.code(), "IncompleteSignatureException");
                assert_eq!(error.status(), 400);
                Err(error.message().unwrap().to_owned())
            }
        }
    }

    #[test]
    fn the_region_is_that_of_the_credential_scope() {
        let scope = "AKID/20260101/eu-west-1/cognito-identity/aws4_request";

        for header in [
            format!(
                "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=ab"
            ),
            format!("AWS4-HMAC-SHA256 Signature=ab,SignedHeaders=host,Credential={scope}"),
        ] {
            assert_eq!(region(&header), Ok(Some("eu-west-1".to_owned())));
        }
        assert_eq!(signing_region(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_malformed_authorization_is_an_incomplete_signature() {
        for (header, message) in [
            (
                "eyJ0",
                "Authorization header requires 'Credential' parameter. \
                 Authorization header requires 'Signature' parameter. \
                 Authorization header requires 'SignedHeaders' parameter. Authorization=eyJ0",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKID",
                "Authorization header requires 'Signature' parameter. \
                 Authorization header requires 'SignedHeaders' parameter. \
                 Authorization=AWS4-HMAC-SHA256 Credential=AKID",
            ),
            (
                "Bearer abc",
                "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: \
                 'Bearer abc'.",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKID/us-east-1, SignedHeaders=host, Signature=ab",
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got 'AKID/us-east-1'",
            ),
        ] {
            assert_eq!(region(header), Err(message.to_owned()));
        }
        let opaque = headers("authorization", "\u{e4}");
        assert!(signing_region(&opaque).is_err());
    }
}
