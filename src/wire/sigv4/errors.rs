//! AWS's errors for signatures that are missing, incomplete or invalid.

use crate::error::ServiceError;
use crate::explain::quoted;
use crate::operation::{Operation, Protocol};

/// The error for a call without a signature that needs one.
// AWS [AUTH2]: as on Cognito user pools (2017), and in other words on STS.
pub(crate) fn missing_authentication_token(operation: Operation) -> ServiceError {
    let (error, sought) = match operation.protocol() {
        Protocol::Json => {
            let text = "Missing Authentication Token";
            let error = ServiceError::known("MissingAuthenticationTokenException", text);
            (error, "has no `Authorization` header")
        }
        Protocol::Query => {
            let text = "Request is missing Authentication Token";
            let error = ServiceError::known("MissingAuthenticationToken", text).with_status(403);
            let sought = "has no `Authorization` header, and its query string is not presigned";
            (error, sought)
        }
    };
    error.because(format!("{operation} must be signed; the request {sought}"))
}

/// The error for an unknown access key id, or a session token that does not belong to it.
pub(super) fn unrecognized_client(operation: Operation) -> ServiceError {
    let text = "The security token included in the request is invalid.";
    match operation.protocol() {
        Protocol::Json => ServiceError::known("UnrecognizedClientException", text),
        // AWS [AUTH3]: STS says the same without the full stop.
        Protocol::Query => {
            ServiceError::known("InvalidClientTokenId", text.trim_end_matches('.')).with_status(403)
        }
    }
}

/// The error for expired temporary credentials.
pub(super) fn expired_token(operation: Operation) -> ServiceError {
    let text = "The security token included in the request is expired";
    match operation.protocol() {
        Protocol::Json => ServiceError::known("ExpiredTokenException", text),
        Protocol::Query => ServiceError::known("ExpiredToken", text).with_status(403),
    }
}

pub(super) fn invalid_signature(operation: Operation, text: String) -> ServiceError {
    match operation.protocol() {
        Protocol::Json => ServiceError::known("InvalidSignatureException", text),
        Protocol::Query => ServiceError::known("SignatureDoesNotMatch", text).with_status(403),
    }
}

pub(super) fn malformed_scope(operation: Operation, scope: &str) -> ServiceError {
    let text = format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
    );
    let elements = scope.split('/').count();
    incomplete_signature(operation, text).because(format!(
        "`Credential` has {elements} of five elements: access key id, date, Region, service and \
         `aws4_request`"
    ))
}

pub(super) fn missing_date(operation: Operation) -> ServiceError {
    let text =
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    incomplete_signature(operation, text.to_owned())
        .because("the request is signed and has no `X-Amz-Date` header")
}

pub(super) fn malformed_date(operation: Operation, date: &str) -> ServiceError {
    let text = format!(
        "Date must be in ISO-8601 'basic format'. Got '{date}'. See \
         http://en.wikipedia.org/wiki/ISO_8601"
    );
    incomplete_signature(operation, text).because(format!(
        "`X-Amz-Date` is {}; it must have the form of 20260102T030405Z",
        quoted(date)
    ))
}

// Approximation [Q77]: the texts are those of other AWS services.
pub(super) fn incomplete_signature(operation: Operation, message: String) -> ServiceError {
    let code = match operation.protocol() {
        Protocol::Json => "IncompleteSignatureException",
        // AWS [AUTH10]: without the suffix, as all codes of this protocol (2020).
        Protocol::Query => "IncompleteSignature",
    };
    ServiceError::known(code, message)
}
