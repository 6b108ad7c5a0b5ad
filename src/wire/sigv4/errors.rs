//! AWS's errors for signatures that are missing, incomplete or invalid.

// AWS [AUTH12]: the codes and statuses of S3 are documented.
// Approximation [Q86]: its texts are those that users quote in reports, where there are such.

use super::recipient::{Recipient, Wording};
use crate::error::ServiceError;
use crate::explain::quoted;

/// The error for a call without a signature that needs one.
// AWS [AUTH2]: as on Cognito user pools (2017), and in other words on STS.
pub(crate) fn missing_authentication_token(recipient: impl Into<Recipient>) -> ServiceError {
    let recipient = recipient.into();
    let presigned = "has no `Authorization` header, and its query string is not presigned";
    let (error, sought) = match recipient.wording() {
        Wording::Json => {
            let text = "Missing Authentication Token";
            let error = ServiceError::known("MissingAuthenticationTokenException", text);
            let error = error.with_status(recipient.status());
            let sought = if recipient.is_other() {
                presigned
            } else {
                "has no `Authorization` header"
            };
            (error, sought)
        }
        Wording::Query => {
            let text = "Request is missing Authentication Token";
            let error = ServiceError::known("MissingAuthenticationToken", text).with_status(403);
            (error, presigned)
        }
        Wording::S3 => (access_denied("Access Denied"), presigned),
    };
    error.because(format!(
        "{} must be signed; the request {sought}",
        recipient.subject()
    ))
}

/// The error for an unknown access key id, or a session token that does not belong to it.
pub(crate) fn unrecognized_client(recipient: Recipient) -> ServiceError {
    let text = "The security token included in the request is invalid.";
    match recipient.wording() {
        Wording::Json => {
            let error = ServiceError::known("UnrecognizedClientException", text);
            error.with_status(recipient.status())
        }
        // AWS [AUTH3]: STS says the same without the full stop.
        Wording::Query => {
            ServiceError::known("InvalidClientTokenId", text.trim_end_matches('.')).with_status(403)
        }
        Wording::S3 => {
            let text = "The AWS Access Key Id you provided does not exist in our records.";
            ServiceError::known("InvalidAccessKeyId", text).with_status(403)
        }
    }
}

/// The error for a session token that does not belong to the access key id.
pub(super) fn wrong_session_token(recipient: Recipient) -> ServiceError {
    match recipient.wording() {
        Wording::Json | Wording::Query => unrecognized_client(recipient),
        Wording::S3 => {
            let text = "The provided token is malformed or otherwise invalid.";
            ServiceError::known("InvalidToken", text)
        }
    }
}

/// The error for expired temporary credentials.
pub(super) fn expired_token(recipient: Recipient) -> ServiceError {
    let text = "The security token included in the request is expired";
    match recipient.wording() {
        Wording::Json => {
            let error = ServiceError::known("ExpiredTokenException", text);
            error.with_status(recipient.status())
        }
        Wording::Query => ServiceError::known("ExpiredToken", text).with_status(403),
        Wording::S3 => ServiceError::known("ExpiredToken", "The provided token has expired."),
    }
}

/// The error for a signature that another secret or another request has.
pub(super) fn does_not_match(recipient: Recipient) -> ServiceError {
    let text = match recipient.wording() {
        Wording::Json | Wording::Query => {
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service \
             documentation for details."
        }
        Wording::S3 => {
            "The request signature we calculated does not match the signature you provided. \
             Check your key and signing method."
        }
    };
    invalid_signature(recipient, text.to_owned())
}

/// The error for a signature that was made too long ago or lies in the future.
pub(super) fn untimely(recipient: Recipient, text: String) -> ServiceError {
    match recipient.wording() {
        Wording::Json | Wording::Query => invalid_signature(recipient, text),
        Wording::S3 => {
            let text = "The difference between the request time and the current time is too large.";
            ServiceError::known("RequestTimeTooSkewed", text).with_status(403)
        }
    }
}

/// The error for a presigned request whose lifetime is over or has not begun; `text` is that of
/// other services.
pub(super) fn not_in_lifetime(recipient: Recipient, is_over: bool, text: String) -> ServiceError {
    match (recipient.wording(), is_over) {
        (Wording::Json | Wording::Query, _) => invalid_signature(recipient, text),
        (Wording::S3, true) => access_denied("Request has expired"),
        // Approximation [Q86]: the text.
        (Wording::S3, false) => access_denied("Request is not valid yet"),
    }
}

/// The error for a credential scope that does not fit the request.
pub(super) fn wrong_scope(recipient: Recipient, text: String) -> ServiceError {
    match recipient.wording() {
        Wording::Json | Wording::Query => invalid_signature(recipient, text),
        Wording::S3 => malformed_for_s3(&text),
    }
}

pub(super) fn invalid_signature(recipient: Recipient, text: String) -> ServiceError {
    match recipient.wording() {
        Wording::Json => {
            let error = ServiceError::known("InvalidSignatureException", text);
            error.with_status(recipient.status())
        }
        Wording::Query | Wording::S3 => {
            ServiceError::known("SignatureDoesNotMatch", text).with_status(403)
        }
    }
}

pub(super) fn malformed_scope(recipient: Recipient, scope: &str) -> ServiceError {
    let text = format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
    );
    let elements = scope.split('/').count();
    incomplete_signature(recipient, text).because(format!(
        "`Credential` has {elements} of five elements: access key id, date, Region, service and \
         `aws4_request`"
    ))
}

pub(super) fn missing_date(recipient: Recipient) -> ServiceError {
    let error = match recipient.wording() {
        Wording::Json | Wording::Query => {
            let text = "Authorization header requires existence of either a 'X-Amz-Date' or a \
                        'Date' header.";
            incomplete_signature(recipient, text.to_owned())
        }
        Wording::S3 => {
            access_denied("AWS authentication requires a valid Date or x-amz-date header")
        }
    };
    error.because("the request is signed and has no `X-Amz-Date` header")
}

pub(super) fn malformed_date(recipient: Recipient, date: &str) -> ServiceError {
    let error = match recipient.wording() {
        Wording::Json | Wording::Query => {
            let text = format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See \
                 http://en.wikipedia.org/wiki/ISO_8601"
            );
            incomplete_signature(recipient, text)
        }
        Wording::S3 => {
            access_denied("AWS authentication requires a valid Date or x-amz-date header")
        }
    };
    error.because(format!(
        "`X-Amz-Date` is {}; it must have the form of 20260102T030405Z",
        quoted(date)
    ))
}

/// The error for a presigned request without some of its parameters. `text` names them.
pub(super) fn missing_parameters(recipient: Recipient, text: String) -> ServiceError {
    match recipient.wording() {
        Wording::Json | Wording::Query => incomplete_signature(recipient, text),
        Wording::S3 => invalid_parameters(
            recipient,
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ),
    }
}

/// The error for a parameter of a presigned request.
// Approximation [Q80]: the texts are those of S3.
pub(super) fn invalid_parameters(recipient: Recipient, text: &str) -> ServiceError {
    match recipient.wording() {
        Wording::Json | Wording::Query => incomplete_signature(recipient, text.to_owned()),
        Wording::S3 => ServiceError::known("AuthorizationQueryParametersError", text.to_owned()),
    }
}

/// The errors of S3 for the hash of the body that every request to it states.
pub(super) fn missing_body_hash() -> ServiceError {
    let text = "Missing required header for this request: x-amz-content-sha256";
    ServiceError::known("InvalidRequest", text)
        .because("the request has no `X-Amz-Content-Sha256` header, which S3 demands")
}

pub(super) fn wrong_body_hash() -> ServiceError {
    let text = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    ServiceError::known("XAmzContentSHA256Mismatch", text)
        .because("the body is another one than that whose hash `X-Amz-Content-Sha256` states")
}

// Approximation [Q77]: the texts are those of other AWS services.
pub(super) fn incomplete_signature(recipient: Recipient, message: String) -> ServiceError {
    let code = match recipient.wording() {
        Wording::Json => "IncompleteSignatureException",
        // AWS [AUTH10]: without the suffix, as all codes of this protocol (2020).
        Wording::Query => "IncompleteSignature",
        Wording::S3 => return malformed_for_s3(&message),
    };
    ServiceError::known(code, message).with_status(recipient.status())
}

// Approximation [Q86]: S3 words each flaw in its own way; here the texts of other services follow.
fn malformed_for_s3(text: &str) -> ServiceError {
    let text = format!("The authorization header is malformed; {text}");
    ServiceError::known("AuthorizationHeaderMalformed", text)
}

fn access_denied(text: &'static str) -> ServiceError {
    ServiceError::known("AccessDenied", text).with_status(403)
}
