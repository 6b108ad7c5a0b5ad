//! The mock among other services: which requests of clients that share an HTTP client are for it, and
//! who signed a request to another service.

use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use http::Request;
use http::request::Parts;

use super::mock::MockCognitoIdentity;
use crate::engine::IssuedCredentials;
use crate::error::ServiceError;
use crate::wire::sigv4::Body;

/// Working among other services.
impl MockCognitoIdentity {
    /// Returns a new HTTP client that leads requests for this mock to it and passes all others
    /// through to `other`, untouched. Programs make all their clients from one `SdkConfig`; with this
    /// HTTP client it can carry clients of other services, which `other` answers for.
    ///
    /// `other` is any HTTP client of the SDK: that of `aws-smithy-mocks`, a `StaticReplayClient`, a
    /// connector to a server of `wiremock` or to an axum router, another mock's `http_client_or`.
    ///
    /// The mock answers the operations of Cognito Identity, `AssumeRoleWithWebIdentity` and
    /// `GetCallerIdentity` of STS, and, at its own address or a host of Cognito Identity, the
    /// documents under `/.well-known`. Requests that are passed through are neither calls nor do they
    /// fail verification, and no fault applies to them; [`passed_through`](Self::passed_through)
    /// counts them.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use aws_smithy_runtime_api::client::http::SharedHttpClient;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # fn of_s3() -> SharedHttpClient { MockCognitoIdentity::in_memory().http_client() }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let other: SharedHttpClient = of_s3(); // answers for S3
    /// let http_client = mock.http_client_or(other);
    /// let config = mock.sdk_config().into_builder().http_client(http_client).build();
    ///
    /// // aws_sdk_s3::Client::new(&config) meets `other`, and this client the mock:
    /// Client::new(&config).get_id().identity_pool_id(pool.id()).send().await?;
    /// mock.assert_called(Client::get_id, 1);
    /// assert_eq!(mock.passed_through(), 0);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("passthrough", "allow_passthrough", "fallback", "forward"))]
    #[must_use]
    pub fn http_client_or(&self, other: impl HttpClient + 'static) -> SharedHttpClient {
        let own_host = self.endpoint_url.trim_start_matches("http://");
        let other = SharedHttpClient::new(other);
        let passed_through = self.passed_through.clone();
        self.client
            .transport
            .http_client_or(other, own_host, passed_through)
    }

    /// Returns how many requests the clients of [`http_client_or`](Self::http_client_or) have passed
    /// through to another HTTP client. [`reset`](Self::reset) sets it to zero.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::in_memory();
    /// assert_eq!(mock.passed_through(), 0);
    /// ```
    #[must_use]
    pub fn passed_through(&self) -> usize {
        self.passed_through.count()
    }

    /// Verifies the signature of a request to another service, and returns the credentials of this
    /// mock that it was signed with: of which identity, with which role, until when.
    ///
    /// With it a test fakes what lies behind the credentials: S3, an API behind API Gateway,
    /// `AppSync`. The service and the Region may be any. The signature is one of Signature Version 4,
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
