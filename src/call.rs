//! A recorded call, as the user sees it.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use crate::error::ServiceError;
use crate::operation::{Redacted, Request, Shown};
use crate::redact::one_line;
use crate::summary::{self, LogWords};

/// A call that reached the mock. Each attempt is a call of its own: two throttled attempts and a
/// successful one are three calls.
///
/// ```
/// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// mock.inject(Fault::throttle().up_to_n_times(1).named("busy"));
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
///
/// let calls = mock.calls();
/// assert_eq!((calls[0].attempt, calls[0].fault.as_deref()), (1, Some("busy")));
/// assert_eq!((calls[1].attempt, calls[1].fault.as_deref()), (2, None));
/// assert_eq!(calls[0].invocation_id, calls[1].invocation_id); // one `send()`
/// # Ok(())
/// # }
/// ```
///
/// The Region and the signer of a call are recorded too:
///
/// ```
/// # use aws_config::Region;
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// let ireland = mock.config().region(Region::new("eu-west-1"));
/// let client = Client::from_conf(ireland.build());
/// client.list_identity_pools().max_results(10).send().await?;
///
/// let calls = mock.calls();
/// assert_eq!(calls[0].region, "eu-west-1");
/// assert_eq!(calls[0].access_key_id.as_deref(), Some("AKIAMOCKMOCKMOCKMOCK"));
/// # Ok(())
/// # }
/// ```
///
/// The `Debug` output shows the input as failure messages do, without login tokens.
#[non_exhaustive]
#[derive(Clone)]
pub struct Call<I = Request> {
    /// The number of the call, counted from 1 over all requests, as in failure messages.
    pub number: usize,
    /// The input, in the SDK's own type.
    pub input: I,
    /// The number of the attempt within one `send()`, counted from 1. It is taken from the header
    /// `amz-sdk-request`, and is 1 without that header.
    pub attempt: u32,
    /// The same for all attempts of one `send()`; taken from the header `amz-sdk-invocation-id`.
    pub invocation_id: Option<String>,
    /// The Region that the call was for.
    ///
    /// The Region of a signed operation is that of its signature. The Region of a public operation,
    /// such as `GetId`, is that of the host that it was sent to, such as
    /// `cognito-identity.eu-west-1.amazonaws.com`. If it was sent to the mock's own address, it is
    /// the Region in the id that it names, and otherwise the mock's.
    pub region: String,
    /// The access key id that signed the call, or `None` for a call without a signature. The SDK
    /// does not sign public operations. The signature need not be valid.
    pub access_key_id: Option<String>,
    /// When the call arrived, by the mock's clock.
    pub time: SystemTime,
    /// How the call was answered.
    pub outcome: Outcome,
    /// The name of the fault that shaped the response, if there was one.
    pub fault: Option<String>,
}

impl<I: Redacted> fmt::Debug for Call<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("number", &self.number)
            .field("input", &Shown(&self.input))
            .field("attempt", &self.attempt)
            .field("invocation_id", &self.invocation_id)
            .field("region", &self.region)
            .field("access_key_id", &self.access_key_id)
            .field("time", &self.time)
            .field("outcome", &self.outcome)
            .field("fault", &self.fault)
            .finish()
    }
}

/// The call as a line of failure messages: `#3  GetId  attempt 1  pool us-east-1:…  → ok`. A call
/// does not know its mock, so pools are shown by their ids and not by their names.
///
/// ```
/// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let google = "accounts.google.com";
/// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
/// # let token = mock.issue_login(LoginToken::new(google, "alice"));
/// # mock.client().get_id().identity_pool_id(pool.id()).logins(google, token).send().await?;
/// let line = mock.calls()[0].to_string();
/// assert!(line.starts_with("#1  GetId  attempt 1  pool us-east-1:"));
/// assert!(line.ends_with(", logins accounts.google.com (alice)  → ok"));
/// # Ok(())
/// # }
/// ```
impl<I: Redacted> fmt::Display for Call<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, fields) = self.input.summarized();
        write!(f, "#{}  {operation}  attempt {}", self.number, self.attempt)?;
        let input = summary::input(operation, &fields, &mut LogWords::default());
        if !input.is_empty() {
            write!(f, "  {input}")?;
        }
        write!(f, "  → {}", one_line(&self.outcome))?;
        match &self.fault {
            Some(fault) => write!(f, "   (fault {})", one_line(fault)),
            None => Ok(()),
        }
    }
}

/// How a call was answered.
///
/// ```
/// # use mock_cognito_identity::{Fault, MockCognitoIdentity, Outcome};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// mock.inject(Fault::reset_connection().up_to_n_times(1));
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
///
/// let outcomes: Vec<Outcome> = mock.calls().into_iter().map(|call| call.outcome).collect();
/// assert_eq!(outcomes, [Outcome::Dropped, Outcome::Success]);
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A successful response.
    Success,
    /// An error response.
    Error(ServiceError),
    /// No complete response was sent: a fault cut it off, or the caller disconnected before a
    /// delayed or held response was sent.
    Dropped,
}

impl Outcome {
    /// The outcome in a word: `ok`, `dropped`, or the name of the error.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Success => Cow::Borrowed("ok"),
            Self::Error(error) => error.name(),
            Self::Dropped => Cow::Borrowed("dropped"),
        }
    }
}

/// `ok`, `dropped`, or the error with its message, as in the list of calls of failure messages.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Success | Self::Dropped => f.write_str(&self.name()),
        }
    }
}
