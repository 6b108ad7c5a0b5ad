//! Authentication: who calls, according to the request's `SigV4` signature.

use std::time::SystemTime;

use http::request::Parts;

use super::state::{A_CALL, Service, State};
use crate::error::ServiceError;
use crate::operation::Operation;
use crate::wire::sigv4::{self, Secret, Signature};

/// The caller according to the signature. An unsigned call has neither.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Caller<'a> {
    /// The Region of the signature's credential scope.
    pub(super) region: Option<&'a str>,
    pub(super) access_key_id: Option<&'a str>,
}

impl Service {
    /// Returns the caller, or the error with which AWS would reject the signature.
    pub(super) fn authenticate<'a>(
        &self,
        operation: Operation,
        parts: &'a Parts,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Caller<'a>, ServiceError> {
        // AWS: a public operation needs no signature.
        // Approximation: a signature that it carries need not be valid.
        if !operation.is_signed() {
            return Ok(Caller::default());
        }
        let signature = Signature::of(operation, &parts.headers)?;
        let signature = signature.ok_or_else(|| sigv4::missing_authentication_token(operation))?;
        let (secret, required) = {
            let mut state = self.lock_engine(A_CALL);
            (
                state.secret(signature.access_key_id),
                !self.required_credentials.is_empty(),
            )
        };
        let own = self.required_credentials.get(signature.access_key_id);
        let own = own.map(|secret| Secret::lasting(secret));
        let secret = own.or(secret);
        if required {
            signature.verify(parts, body, secret.as_ref(), operation, now)?;
        } else {
            signature.check_region(operation)?;
            // This operation answers whose credentials they are, so expired ones are rejected even
            // if signatures are not verified.
            if let Some(secret) = secret.filter(|_| operation == Operation::GetCallerIdentity) {
                secret.check_expiry(operation, now)?;
            }
        }
        Ok(Caller {
            region: Some(signature.region),
            access_key_id: Some(signature.access_key_id),
        })
    }
}

impl State {
    /// The secrets of credentials that the mock has issued.
    fn secret(&mut self, access_key_id: &str) -> Option<Secret> {
        let engine = self.engine();
        let (secret_access_key, session_token) = engine.issued_secrets(access_key_id)?;
        let issued = engine.issued_credentials(access_key_id)?;
        Some(Secret {
            secret_access_key,
            session_token: Some(session_token),
            expires: Some(issued.expiration),
        })
    }
}
