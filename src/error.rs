//! Error responses of the service: a code, an HTTP status and a message.

use std::borrow::Cow;
use std::fmt;

use aws_sdk_cognitoidentity::types::error as exceptions;

use crate::redact::without_tokens;

/// An error as the service sends it.
///
/// It converts from every exception type of the SDK, so that a test names errors as the code under
/// test does. [`ServiceError::new`] makes one from a bare code, for the errors that AWS sends but
/// does not model (`ThrottlingException`, `ExpiredTokenException`, ...).
///
/// ```
/// use aws_sdk_cognitoidentity::types::error::ResourceConflictException;
/// use mock_cognito_identity::ServiceError;
///
/// let error: ServiceError = ResourceConflictException::builder().message("taken").build().into();
/// assert_eq!((error.code(), error.status()), ("ResourceConflictException", 400));
/// ```
///
/// `Display` and `Debug` hide the login tokens that some messages echo; [`message`](Self::message)
/// is as it is sent.
///
/// Two errors are equal if the same response is sent for both: their
/// [explanations](Self::explanation) are not compared.
#[derive(Clone)]
pub struct ServiceError {
    code: Cow<'static, str>,
    message: Option<Cow<'static, str>>,
    status: u16,
    /// The message as it is printed, if it contains something sensitive.
    printed: Option<Box<str>>,
    explanation: Option<Box<str>>,
}

impl PartialEq for ServiceError {
    fn eq(&self, other: &Self) -> bool {
        (&self.code, &self.message, self.status) == (&other.code, &other.message, other.status)
    }
}

impl Eq for ServiceError {}

impl ServiceError {
    /// An error with this code. It is sent with HTTP status 400, like nearly all errors of this
    /// service.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{Fault, MockCognitoIdentity, ServiceError};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let expired = ServiceError::new("ExpiredTokenException", "The security token is expired");
    /// mock.inject(Fault::error(expired));
    /// let error = mock.client().list_identity_pools().max_results(10).send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("ExpiredTokenException"));
    /// # }
    /// ```
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Owned(code.into()),
            message: Some(Cow::Owned(message.into())),
            status: 400,
            printed: None,
            explanation: None,
        }
    }

    /// The error code, as in the `__type` member: `ResourceNotFoundException`.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let input = GetIdInput::builder().identity_pool_id("us-east-1:0").build().unwrap();
    /// let error = mock.with_engine(|engine| engine.get_id(input)).unwrap_err();
    /// assert_eq!(error.code(), "ResourceNotFoundException");
    /// ```
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The text of the `message` member, if there is one.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let input = GetIdInput::builder().identity_pool_id("us-east-1:0").build().unwrap();
    /// let error = mock.with_engine(|engine| engine.get_id(input)).unwrap_err();
    /// assert_eq!(error.message(), Some("IdentityPool 'us-east-1:0' not found."));
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The HTTP status: 400, or 500 for `InternalErrorException`.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::types::error::InternalErrorException;
    /// # use mock_cognito_identity::ServiceError;
    /// let error = ServiceError::from(InternalErrorException::builder().build());
    /// assert_eq!(error.status(), 500);
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Why the mock answered with this error: which values it compared. AWS does not tell, so the
    /// explanation is never sent; call logs and `tracing` events show it.
    ///
    /// It contains no tokens, secret keys or session tokens. Claims of login tokens, names and ids
    /// may be in it. The text is for people and is not covered by semantic versioning.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").authenticated_only());
    /// let input = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();
    /// let error = mock.with_engine(|engine| engine.get_id(input)).unwrap_err();
    /// assert!(error.explanation().unwrap().contains("AllowUnauthenticatedIdentities"));
    /// ```
    #[must_use]
    pub fn explanation(&self) -> Option<&str> {
        self.explanation.as_deref()
    }

    /// Adds an [explanation](Self::explanation). It must not contain tokens or secrets.
    pub(crate) fn because(mut self, explanation: impl Into<String>) -> Self {
        self.explanation = Some(explanation.into().into_boxed_str());
        self
    }

    /// Replaces the message where it is printed, because it echoes something sensitive.
    pub(crate) fn printed_as(mut self, message: String) -> Self {
        self.printed = Some(message.into_boxed_str());
        self
    }

    /// The message as it may be printed: without the tokens that it echoes.
    fn printed_message(&self) -> Option<String> {
        let message = self.printed.as_deref().or(self.message.as_deref());
        message.map(without_tokens)
    }

    /// An error that the mock sends itself.
    // AWS [WIRE12, I1]: every client error of this service is a 400.
    pub(crate) fn known(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            message: Some(message.into()),
            status: 400,
            printed: None,
            explanation: None,
        }
    }

    /// An error that AWS sends without a message member.
    pub(crate) fn silent(code: &'static str) -> Self {
        Self {
            code: Cow::Borrowed(code),
            message: None,
            status: 400,
            printed: None,
            explanation: None,
        }
    }

    pub(crate) fn with_code(mut self, code: &'static str) -> Self {
        self.code = Cow::Borrowed(code);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The name of the error in reports: its code, or the HTTP status of a response without one.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        if self.code.is_empty() {
            Cow::Owned(format!("HTTP status {}", self.status))
        } else {
            Cow::Borrowed(&self.code)
        }
    }

    pub(crate) fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::known("InvalidParameterException", message)
    }

    pub(crate) fn not_authorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::known("NotAuthorizedException", message)
    }

    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::known("ResourceNotFoundException", message)
    }

    pub(crate) fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::known("ResourceConflictException", message)
    }

    /// Sent to callers that exceed the request rate.
    // AWS [L2]: `Rate exceeded` (seen 2024, 2025).
    pub(crate) fn throttled() -> Self {
        Self::known("TooManyRequestsException", "Rate exceeded")
    }

    // AWS [R1]: `IdentityPool '<id>' not found.`, for unknown ids and for ids of another Region.
    pub(crate) fn pool_not_found(id: &str) -> Self {
        Self::not_found(format!("IdentityPool '{id}' not found."))
    }

    // AWS [R2]: `Identity '<id>' not found.`; Amplify compares this exact text.
    pub(crate) fn identity_not_found(id: &str) -> Self {
        Self::not_found(format!("Identity '{id}' not found."))
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ServiceError");
        shown
            .field("code", &self.code)
            .field("message", &self.printed_message())
            .field("status", &self.status);
        if let Some(explanation) = &self.explanation {
            shown.field("explanation", explanation);
        }
        shown.finish()
    }
}

/// `Code: message`, as in failure messages.
impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        match self.printed_message() {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ServiceError {}

macro_rules! from_exceptions {
    ($($name:ident $status:literal;)+) => {$(
        impl From<exceptions::$name> for ServiceError {
            fn from(exception: exceptions::$name) -> Self {
                Self {
                    code: Cow::Borrowed(stringify!($name)),
                    message: exception.message.map(Cow::Owned),
                    status: $status,
                    printed: None,
                    explanation: None,
                }
            }
        }
    )+};
}

from_exceptions! {
    ConcurrentModificationException 400;
    DeveloperUserAlreadyRegisteredException 400;
    ExternalServiceException 400;
    InternalErrorException 500;
    InvalidIdentityPoolConfigurationException 400;
    InvalidParameterException 400;
    LimitExceededException 400;
    NotAuthorizedException 400;
    ResourceConflictException 400;
    ResourceNotFoundException 400;
    TooManyRequestsException 400;
}
