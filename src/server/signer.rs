//! Beside other services: who signed a request to one of them.

use http::Request;
use http::request::Parts;

use super::mock::MockCognitoIdentity;
use crate::engine::IssuedCredentials;
use crate::error::ServiceError;
use crate::wire::sigv4::Body;

/// Faking other services.
impl MockCognitoIdentity {
    /// Verifies the signature of a request to another service, and returns the credentials of this
    /// mock that it was signed with: of which identity, with which role, until when.
    ///
    /// With it a test fakes what lies behind the credentials: S3, an API behind API Gateway,
    /// AppSync. The service and the Region may be any. The signature is one of Signature Version 4,
    /// in the `Authorization` header or in the query string of a presigned request. The mock's clock
    /// tells whether it is recent and whether the credentials have expired. Policies of roles are not
    /// evaluated.
    ///
    /// A signature covers the body, too. This method knows only the head, so it takes the hash of the
    /// body from the header `X-Amz-Content-Sha256`, which every request to S3 has. Requests with a
    /// body and without that header need [`signer_of_request`](Self::signer_of_request).
    ///
    /// The request is not recorded as a call.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let request = http::Request::get("https://photos.s3.us-east-1.amazonaws.com/me.jpg");
    /// let (parts, ()) = request.body(()).unwrap().into_parts();
    ///
    /// let error = mock.signer_of(&parts).unwrap_err();
    ///
    /// assert_eq!((error.code(), error.status()), ("AccessDenied", 403)); // as S3
    /// assert!(error.explanation().unwrap().contains("no `Authorization` header"));
    /// ```
    ///
    /// The example `two_services` has a fake of S3, and `signed_api` one of an API behind API
    /// Gateway.
    ///
    /// # Errors
    ///
    /// The error with which AWS would reject the request: the service that it is signed for, or that
    /// its host names, decides about code, text and status. The main ones, for most services and for
    /// S3:
    ///
    /// | | most services | S3 |
    /// |---|---|---|
    /// | no signature | `MissingAuthenticationTokenException` | `AccessDenied` |
    /// | unknown key, no session token | `UnrecognizedClientException` | `InvalidAccessKeyId` |
    /// | another session token | `UnrecognizedClientException` | `InvalidToken` |
    /// | expired credentials | `ExpiredTokenException` | `ExpiredToken` |
    /// | another secret, a changed request | `InvalidSignatureException` | `SignatureDoesNotMatch` |
    /// | signed too long ago | `InvalidSignatureException` | `RequestTimeTooSkewed` |
    /// | lifetime of a presigned request | `InvalidSignatureException` | `AccessDenied` |
    /// | a part that is malformed | `IncompleteSignatureException` | `AuthorizationHeaderMalformed` |
    ///
    /// Its [explanation](ServiceError::explanation) says which values differ. Credentials that this
    /// mock did not issue are unknown, also those given to
    /// [`require_credentials`](crate::Builder::require_credentials).
    ///
    /// # Panics
    ///
    /// Panics inside the closure of [`with_engine`](Self::with_engine).
    #[track_caller]
    pub fn signer_of(&self, parts: &Parts) -> Result<IssuedCredentials, ServiceError> {
        self.signer(parts, Body::Unread, "`signer_of`")
    }

    /// Verifies the signature of a request as [`signer_of`](Self::signer_of) does, and that its body
    /// is the one that was signed.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let request = http::Request::post("https://a1b2.execute-api.us-east-1.amazonaws.com/notes");
    /// let request = request.body(r#"{"title":"milk"}"#).unwrap();
    ///
    /// let error = mock.signer_of_request(&request).unwrap_err();
    ///
    /// assert_eq!(error.code(), "MissingAuthenticationTokenException");
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`signer_of`](Self::signer_of). Another body than the signed one is a changed request;
    /// S3 has the error `XAmzContentSHA256Mismatch` for it.
    ///
    /// # Panics
    ///
    /// Panics inside the closure of [`with_engine`](Self::with_engine).
    #[track_caller]
    pub fn signer_of_request(
        &self,
        request: &Request<impl AsRef<[u8]>>,
    ) -> Result<IssuedCredentials, ServiceError> {
        let (parts, ()) = head(request).into_parts();
        let body = Body::Read(request.body().as_ref());
        self.signer(&parts, body, "`signer_of_request`")
    }

    #[track_caller]
    fn signer(
        &self,
        parts: &Parts,
        body: Body<'_>,
        who: &str,
    ) -> Result<IssuedCredentials, ServiceError> {
        let own_key = &self.client.access_key.access_key_id;
        self.service.signer_of(parts, body, own_key, who)
    }
}

/// The request without its body.
fn head(request: &Request<impl AsRef<[u8]>>) -> Request<()> {
    let mut head = Request::new(());
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.uri().clone();
    *head.version_mut() = request.version();
    *head.headers_mut() = request.headers().clone();
    head
}
