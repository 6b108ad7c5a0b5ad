//! Parses a signature from the headers of a request, or from its query string if it is presigned.

use std::borrow::Cow;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Uri};

use super::errors::{
    incomplete_signature, invalid_parameters, malformed_scope, missing_parameters,
};
use super::recipient::Recipient;
use super::{ALGORITHM, DATE, SESSION_TOKEN};
use crate::error::ServiceError;
use crate::explain::quoted;

/// The parsed `Authorization` header of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature<'a> {
    pub(super) algorithm: &'a str,
    pub(crate) access_key_id: &'a str,
    /// The date of the credential scope, without a time.
    pub(super) date: &'a str,
    pub(crate) region: &'a str,
    pub(super) service: &'a str,
    pub(super) terminator: &'a str,
    pub(super) signed_headers: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Signature<'a> {
    /// Parses the `Authorization` header. `None` if the request is not signed.
    ///
    /// # Errors
    /// AWS's error for a header that cannot be parsed.
    pub(crate) fn of(
        recipient: impl Into<Recipient>,
        headers: &'a HeaderMap,
    ) -> Result<Option<Self>, ServiceError> {
        let recipient = recipient.into();
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let header = header.to_str().map_err(|_| {
            incomplete_signature(recipient, "Authorization header is not text".to_owned())
                .because("`Authorization` has characters outside of ASCII")
        })?;
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        let mut words = header.split([' ', ',']);
        let algorithm = words.next().unwrap_or_default();
        for field in words.filter(|word| !word.is_empty()) {
            match field.split_once('=') {
                Some(("Credential", scope)) => credential = Some(scope),
                Some(("Signature", hex)) => signature = Some(hex),
                Some(("SignedHeaders", names)) => signed_headers = Some(names),
                Some(_) => {}
                None => {
                    let text = |field: &str, header: &str| {
                        format!(
                            "'{field}' not a valid key=value pair (missing equal-sign) in \
                             Authorization header: '{header}'."
                        )
                    };
                    return Err(incomplete_signature(recipient, text(field, header))
                        .printed_as(text(
                            &printed(field, algorithm),
                            &printed(header, algorithm),
                        ))
                        .because(not_a_signature(algorithm, "a part without `=`")));
                }
            }
        }
        let (Some(scope), Some(signature), Some(signed_headers)) =
            (credential, signature, signed_headers)
        else {
            let parameters = [
                ("Credential", credential),
                ("Signature", signature),
                ("SignedHeaders", signed_headers),
            ];
            let missing = parameters.iter().filter(|(_, value)| value.is_none());
            let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
            let text: String = missing
                .iter()
                .map(|name| format!("Authorization header requires '{name}' parameter. "))
                .collect();
            let problem = format!("no {}", missing.join(", "));
            return Err(
                incomplete_signature(recipient, format!("{text}Authorization={header}"))
                    .printed_as(format!(
                        "{text}Authorization={}",
                        printed(header, algorithm)
                    ))
                    .because(not_a_signature(algorithm, &problem)),
            );
        };
        let elements: Vec<&str> = scope.split('/').collect();
        let [access_key_id, date, region, service, terminator] = elements[..] else {
            return Err(malformed_scope(recipient, scope));
        };
        Ok(Some(Self {
            algorithm,
            access_key_id,
            date,
            region,
            service,
            terminator,
            signed_headers,
            signature,
        }))
    }
}

/// A part of an `Authorization` header as it is printed. If it is no signature, it may be a token.
fn printed(part: &str, algorithm: &str) -> String {
    if algorithm.starts_with("AWS4-") {
        part.to_owned()
    } else {
        format!("<hidden> ({} bytes)", part.len())
    }
}

/// Why an `Authorization` header is no signature.
fn not_a_signature(algorithm: &str, problem: &str) -> String {
    match algorithm {
        "Bearer" | "Basic" | "Digest" => {
            format!("`Authorization` has the scheme {algorithm}; a signature has {ALGORITHM}")
        }
        _ => format!("`Authorization` has {problem}, so it is not a signature of {ALGORITHM}"),
    }
}

/// The query parameters of a presigned request.
// AWS [AUTH11]: a request without one of the first five is rejected with the names of those that
// are missing, in this order.
const PRESIGNED: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
];

/// An extension of a request whose signature was in its query string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presigned {
    /// The lifetime of the signature according to the request, which is signed too.
    pub(super) lifetime: Duration,
}

/// The request with its signature in the headers, where [`Signature::of`] expects it. The signature
/// of a presigned request is moved there from the query string; other requests stay as they are.
///
/// # Errors
/// AWS's error for parameters of the signature that are missing or cannot be parsed.
// Approximation [Q79]: only STS is called with presigned requests, and of a request that is signed
// in both places the header counts.
pub(crate) fn headers_from_query(
    recipient: impl Into<Recipient>,
    parts: &Parts,
) -> Result<Cow<'_, Parts>, ServiceError> {
    let recipient = recipient.into();
    if !recipient.takes_presigned() || parts.headers.contains_key(AUTHORIZATION) {
        return Ok(Cow::Borrowed(parts));
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut values: [Option<Cow<'_, str>>; 7] = Default::default();
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = PRESIGNED.iter().position(|presigned| *presigned == name);
        match place.map(|place| &mut values[place]) {
            Some(first @ None) => *first = Some(value),
            // A parameter that is given again is signed like any other parameter.
            Some(Some(_)) | None => {
                rest.append_pair(&name, &value);
            }
        }
    }
    if values[..5].iter().all(Option::is_none) {
        return Ok(Cow::Borrowed(parts));
    }
    // Approximation [Q80]: AWS does not demand the lifetime, which every SDK sends.
    let is_absent = |value: &Option<Cow<'_, str>>| value.as_ref().is_none_or(|v| v.is_empty());
    let absent = PRESIGNED.iter().zip(&values).take(6);
    let absent: Vec<&str> = absent
        .filter(|(_, value)| is_absent(value))
        .map(|(name, _)| *name)
        .collect();
    if !absent.is_empty() {
        let text: String = absent
            .iter()
            .map(|name| format!("AWS query-string parameters must include '{name}'. "))
            .collect();
        let text = format!("{text}Re-examine the query-string parameters.");
        let explanation = format!("the presigned request has no {}", absent.join(", "));
        return Err(missing_parameters(recipient, text).because(explanation));
    }
    let token = values[6].take();
    let [
        algorithm,
        scope,
        signature,
        signed_headers,
        date,
        lifetime,
        _,
    ] = values.map(Option::unwrap_or_default);
    let lifetime = lifetime_of(recipient, &lifetime)?;
    let authorization = format!(
        "{algorithm} Credential={scope}, SignedHeaders={signed_headers}, Signature={signature}"
    );

    let mut parts = parts.clone();
    let mut insert = |name: &'static str, parameter: &str, value: &str| {
        let value = HeaderValue::from_str(value).map_err(|_| {
            incomplete_signature(recipient, format!("{parameter} is not text"))
                .because(format!("`{parameter}` has control characters"))
        })?;
        parts.headers.insert(name, value);
        Ok::<_, ServiceError>(())
    };
    insert(AUTHORIZATION.as_str(), "X-Amz-Credential", &authorization)?;
    insert(DATE, "X-Amz-Date", &date)?;
    if let Some(token) = token {
        insert(SESSION_TOKEN, "X-Amz-Security-Token", &token)?;
    }
    let mut uri = parts.uri.clone().into_parts();
    let path = format!("{}?{}", parts.uri.path(), rest.finish());
    // The query string may be too long for a URI once it is encoded again. It then keeps the
    // parameters of the signature, so that no signature matches.
    if let Ok(path) = path.parse::<PathAndQuery>() {
        uri.path_and_query = Some(path);
    }
    parts.uri = Uri::from_parts(uri).unwrap_or_default();
    parts.extensions.insert(Presigned { lifetime });
    Ok(Cow::Owned(parts))
}

/// The longest lifetime of a presigned request: a week, in seconds.
const LONGEST_LIFETIME: u32 = 604_800;

// Approximation [Q89]: STS does not say so of a lifetime that is too long, because it ignores it.
fn lifetime_of(recipient: Recipient, text: &str) -> Result<Duration, ServiceError> {
    let flaw = match text.parse::<u32>() {
        Ok(seconds) if seconds > LONGEST_LIFETIME && recipient.is_other() => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires \
             must be less than 604800 seconds"
        }
        Ok(seconds) => return Ok(Duration::from_secs(seconds.into())),
        Err(_) if text.parse::<i64>().is_ok_and(i64::is_negative) && recipient.is_other() => {
            "X-Amz-Expires must be non-negative"
        }
        Err(_) => "X-Amz-Expires should be a number",
    };
    let most = if recipient.is_other() {
        format!(", {LONGEST_LIFETIME} at most")
    } else {
        String::new()
    };
    Err(invalid_parameters(recipient, flaw).because(format!(
        "`X-Amz-Expires` is {}; it must be a number of seconds{most}",
        quoted(text)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;

    fn headers(authorization: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.try_into().unwrap());
        headers
    }

    fn region(authorization: &str) -> Result<Option<String>, String> {
        match Signature::of(Operation::ListIdentityPools, &headers(authorization)) {
            Ok(signature) => Ok(signature.map(|signature| signature.region.to_owned())),
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
        assert_eq!(
            Signature::of(Operation::ListIdentityPools, &HeaderMap::new()),
            Ok(None)
        );
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
        assert!(Signature::of(Operation::ListIdentityPools, &headers("\u{e4}")).is_err());
    }
}
