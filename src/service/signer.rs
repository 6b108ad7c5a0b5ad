//! Who signed a request to another service.

use http::request::Parts;

use super::state::Service;
use crate::engine::IssuedCredentials;
use crate::error::ServiceError;
use crate::wire::sigv4::{
    Body, Recipient, Signature, headers_from_query, missing_authentication_token,
    unrecognized_client,
};

impl Service {
    /// Verifies the signature of a request to another service, and returns the credentials that it
    /// was signed with. Clients that the test gives no credentials sign with `own_key`. Messages name
    /// `who`, the method that the user called.
    ///
    /// # Errors
    /// The error with which that service would reject the signature, or the lack of one.
    #[track_caller]
    pub(crate) fn signer_of(
        &self,
        parts: &Parts,
        body: Body<'_>,
        own_key: &str,
        who: &str,
    ) -> Result<IssuedCredentials, ServiceError> {
        let now = self.clock().now();
        let recipient = Recipient::other(parts);
        let signed = headers_from_query(recipient, parts)?;
        let signature = Signature::of(recipient, &signed.headers)?;
        let signature = signature.ok_or_else(|| missing_authentication_token(recipient))?;
        let issued = {
            let mut state = self.lock_engine(who);
            let secret = state.secret(signature.access_key_id);
            let issued = state.engine().issued_credentials(signature.access_key_id);
            secret.zip(issued.cloned())
        };
        let secret = issued.as_ref().map(|(secret, _)| secret);
        let unknown = unrecognized_client(recipient);
        let verified = signature.verify(&signed, body, secret, recipient, now);
        match (verified, issued) {
            (Ok(()), Some((_, issued))) => Ok(issued),
            // A signature is not valid without a secret.
            (Ok(()), None) => Err(unknown),
            (Err(error), None) if error == unknown && signature.access_key_id == own_key => {
                Err(error.because(format!(
                    "the access key id {own_key:?} is that of `sdk_config`: give the client a \
                     `credentials_provider` with credentials of GetCredentialsForIdentity"
                )))
            }
            (Err(error), _) => Err(error),
        }
    }
}
