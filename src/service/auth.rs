//! Who calls and which Region is called, according to the request's host and its `SigV4` signature.

use std::borrow::Cow;
use std::time::SystemTime;

use http::request::Parts;

use super::state::{A_CALL, Service, State};
use crate::error::ServiceError;
use crate::operation::{Operation, Request};
use crate::recorder::Origin;
use crate::wire::sigv4::{self, Body, Secret, Signature};

/// What a request says about its caller. The signature need not be valid.
#[derive(Clone, Debug, Default)]
pub(super) struct Caller<'a> {
    /// The Region that the call is signed for or sent to; `None` if it names none.
    pub(super) region: Option<Cow<'a, str>>,
    /// `None` if the call is not signed.
    pub(super) access_key_id: Option<&'a str>,
}

impl<'a> Caller<'a> {
    /// The scope of a signature names the Region, and so does the host if it is an endpoint of AWS.
    /// For a public operation the host alone counts, because AWS ignores its signature.
    pub(super) fn of(
        operation: Operation,
        parts: &'a Parts,
        signature: Option<&Signature<'a>>,
    ) -> Self {
        let scope = signature.filter(|_| operation.is_signed());
        let region = match scope {
            Some(scope) => Some(Cow::Borrowed(scope.region)),
            None => sigv4::region_of_endpoint(parts, operation),
        };
        Self {
            region,
            access_key_id: signature.map(|signature| signature.access_key_id),
        }
    }

    /// The Region that answers the call. A public operation that names none is answered in the
    /// Region of the id in its input. `None` stands for the mock's own Region.
    pub(super) fn region_for<'b>(&'b self, request: Option<&'b Request>) -> Option<&'b str> {
        let of_id = || region_of_id(request?);
        self.region.as_deref().or_else(of_id)
    }

    /// Where a call with this input comes from, as it is recorded.
    pub(super) fn origin<'b>(&'b self, request: Option<&'b Request>) -> Origin<'b> {
        Origin {
            region: self.region_for(request),
            access_key_id: self.access_key_id,
        }
    }
}

/// The Region at the start of the id in the input of a public operation.
fn region_of_id(request: &Request) -> Option<&str> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only public operations take their Region from an id"
    )]
    let id = match request {
        Request::GetId(input) => input.identity_pool_id(),
        Request::GetCredentialsForIdentity(input) => input.identity_id(),
        Request::GetOpenIdToken(input) => input.identity_id(),
        Request::UnlinkIdentity(input) => input.identity_id(),
        _ => None,
    };
    let (region, _) = id?.split_once(':')?;
    sigv4::is_region(region).then_some(region)
}

impl Service {
    /// Checks the signature of a call.
    ///
    /// # Errors
    /// The error with which AWS would reject the signature, or the lack of one.
    pub(super) fn authenticate(
        &self,
        operation: Operation,
        signature: Result<Option<Signature<'_>>, ServiceError>,
        parts: &Parts,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        // AWS [AUTH1]: a public operation needs no signature. Approximation [Q54]: a signature that
        // it carries need not be valid.
        if !operation.is_signed() {
            return Ok(());
        }
        let signature = signature?;
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
            signature.verify(parts, Body::Read(body), secret.as_ref(), operation, now)?;
        } else {
            signature.check_region(operation)?;
            // This operation answers whose credentials they are, so expired ones are rejected even
            // if signatures are not verified.
            if let Some(secret) = secret.filter(|_| operation == Operation::GetCallerIdentity) {
                secret.check_expiry(operation, now)?;
            }
        }
        Ok(())
    }
}

impl State {
    /// The secrets of credentials that the mock has issued.
    pub(super) fn secret(&mut self, access_key_id: &str) -> Option<Secret> {
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
