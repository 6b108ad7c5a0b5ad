//! AWS's errors for signatures that are missing, incomplete or invalid.

use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};

/// The error for a call without a signature that needs one. AWS: as on Cognito user pools (2017),
/// and in other words on STS.
pub(crate) fn missing_authentication_token(operation: Operation) -> ServiceError {
    match operation.protocol() {
        Protocol::Json => ServiceError::known(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        Protocol::Query => ServiceError::known(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403),
    }
}

/// The error for an unknown access key id, or a session token that does not belong to it.
pub(super) fn unrecognized_client(operation: Operation) -> ServiceError {
    let text = "The security token included in the request is invalid.";
    match operation.protocol() {
        Protocol::Json => ServiceError::known("UnrecognizedClientException", text),
        // AWS: STS says the same without the full stop.
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
    incomplete_signature(
        operation,
        format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
        ),
    )
}

pub(super) fn missing_date(operation: Operation) -> ServiceError {
    incomplete_signature(
        operation,
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            .to_owned(),
    )
}

pub(super) fn malformed_date(operation: Operation, date: &str) -> ServiceError {
    incomplete_signature(
        operation,
        format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See \
         http://en.wikipedia.org/wiki/ISO_8601"
        ),
    )
}

/// Approximation: the texts are those of other AWS services.
pub(super) fn incomplete_signature(operation: Operation, message: String) -> ServiceError {
    let code = match operation.protocol() {
        Protocol::Json => "IncompleteSignatureException",
        // AWS: without the suffix, as all codes of this protocol (2020).
        Protocol::Query => "IncompleteSignature",
    };
    ServiceError::known(code, message)
}
