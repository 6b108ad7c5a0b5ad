//! Errors that several operations answer with.

use crate::error::ServiceError;

// AWS [N2]: for an identity that is disabled, and for one with logins that is called without any.
pub(super) fn forbidden(identity_id: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Access to Identity '{identity_id}' is forbidden."))
}

// AWS [N3]: for a guest where the pool allows none; the wording since 2015.
pub(super) fn guests_not_allowed() -> ServiceError {
    ServiceError::not_authorized("Unauthenticated access is not supported for this identity pool.")
}

// AWS [N1]: for logins of which none belongs to the identity.
pub(super) fn logins_do_not_match() -> ServiceError {
    ServiceError::not_authorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    )
}
