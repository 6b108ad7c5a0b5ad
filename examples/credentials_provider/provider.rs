//! A credentials provider over an identity pool, written to be copied: this file depends on the SDK and
//! on tokio, and on nothing of the mock.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;
use aws_smithy_async::time::SharedTimeSource;

/// How long before their expiry credentials are refreshed.
const REFRESH_BEFORE_EXPIRY: Duration = Duration::from_secs(300);
/// How long to wait after a refresh that failed, while the credentials in hand are still valid.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

type BoxError = Box<dyn StdError + Send + Sync>;
type LoginsFuture = Pin<Box<dyn Future<Output = Result<HashMap<String, String>, BoxError>> + Send>>;

/// Credentials of one user of an identity pool: of a guest, or of somebody who has signed in.
///
/// It asks for an identity id once, keeps the credentials, refreshes them five minutes before they
/// expire, and makes one request for all callers that wait for it. While the credentials in hand are
/// valid, no caller waits for a refresh, and a refresh that fails is no error.
///
/// Clones share everything. A user who signs in or out needs a new provider.
#[derive(Clone, Debug)]
pub struct IdentityPoolCredentials {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    identity_pool_id: String,
    /// The tokens of the user, asked for before each request because they expire, too.
    logins: Option<Box<dyn Fn() -> LoginsFuture + Send + Sync>>,
    time: SharedTimeSource,
    held: Mutex<Held>,
    /// Locked by the caller that refreshes, so that the others wait instead of asking as well.
    refreshing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    identity_id: Option<String>,
    credentials: Option<Credentials>,
    /// After a refresh that failed: when to try again.
    not_before: Option<SystemTime>,
}

impl IdentityPoolCredentials {
    /// Credentials of a guest.
    pub fn guest(client: Client, identity_pool_id: impl Into<String>) -> Self {
        Self::new(client, identity_pool_id.into(), None)
    }

    /// Credentials of a user who has signed in. `logins` returns what goes into `Logins`: the name of
    /// the identity provider, and a token that has not expired.
    pub fn user<F>(
        client: Client,
        identity_pool_id: impl Into<String>,
        logins: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<HashMap<String, String>, BoxError>> + Send + 'static,
    {
        let logins = move || -> LoginsFuture { Box::pin(logins()) };
        Self::new(client, identity_pool_id.into(), Some(Box::new(logins)))
    }

    fn new(
        client: Client,
        identity_pool_id: String,
        logins: Option<Box<dyn Fn() -> LoginsFuture + Send + Sync>>,
    ) -> Self {
        // The client's clock, so that a test that moves it moves the provider along.
        let time = client.config().time_source().unwrap_or_default();
        let shared = Shared {
            client,
            identity_pool_id,
            logins,
            time,
            held: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Continues with an identity of an earlier run, so that a guest stays the same.
    #[must_use]
    pub fn with_identity_id(self, identity_id: impl Into<String>) -> Self {
        self.shared.held().identity_id = Some(identity_id.into());
        self
    }

    /// The identity, to be kept for a later run. `None` before the first request.
    pub fn identity_id(&self) -> Option<String> {
        self.shared.held().identity_id.clone()
    }
}

impl ProvideCredentials for IdentityPoolCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.shared.credentials())
    }

    /// What the SDK uses if it gives up waiting.
    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        let now = self.shared.time.now();
        self.shared.valid(now)
    }
}

impl Shared {
    async fn credentials(&self) -> provider::Result {
        let now = self.time.now();
        let Some(valid) = self.valid(now) else {
            // Nothing to use: wait for whoever is refreshing, then look again.
            let _refreshing = self.refreshing.lock().await;
            return match self.valid(self.time.now()) {
                Some(credentials) => Ok(credentials),
                None => self.refresh().await,
            };
        };
        if !self.is_due(now) {
            return Ok(valid);
        }
        // One caller refreshes, and the others use what they have.
        let Ok(_refreshing) = self.refreshing.try_lock() else {
            return Ok(valid);
        };
        if !self.is_due(now) {
            // Another caller has refreshed since this one looked.
            return Ok(self.valid(now).unwrap_or(valid));
        }
        match self.refresh().await {
            Ok(credentials) => Ok(credentials),
            Err(error) => {
                let now = self.time.now();
                self.held().not_before = Some(now + PAUSE_AFTER_FAILURE);
                // The request may have taken longer than the credentials were valid.
                self.valid(now).ok_or(error)
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The credentials in hand, unless they have expired.
    fn valid(&self, now: SystemTime) -> Option<Credentials> {
        let held = self.held();
        let credentials = held.credentials.as_ref()?;
        let expires = credentials.expiry()?;
        (now < expires).then(|| credentials.clone())
    }

    /// Whether the credentials in hand are to be refreshed.
    fn is_due(&self, now: SystemTime) -> bool {
        let held = self.held();
        let expires = held.credentials.as_ref().and_then(Credentials::expiry);
        let due = expires.is_none_or(|expires| now + REFRESH_BEFORE_EXPIRY >= expires);
        due && held.not_before.is_none_or(|not_before| now >= not_before)
    }

    /// Asks for new credentials. The caller holds `refreshing`.
    async fn refresh(&self) -> provider::Result {
        let logins = match &self.logins {
            Some(logins) => logins().await.map_err(CredentialsError::provider_error)?,
            None => HashMap::new(),
        };
        let known = self.held().identity_id.clone();
        let is_known = known.is_some();
        let identity_id = match known {
            Some(identity_id) => identity_id,
            None => self.get_id(&logins).await?,
        };
        let answer = match self.get_credentials(&identity_id, &logins).await {
            // The identity was deleted since: begin again, once.
            Err(error) if is_known && is_not_found(&error) => {
                self.held().identity_id = None;
                let identity_id = self.get_id(&logins).await?;
                self.get_credentials(&identity_id, &logins).await?
            }
            answer => answer?,
        };
        let credentials = credentials_of(&answer)?;
        let mut held = self.held();
        // Another identity may answer, if the user's identities were merged.
        held.identity_id = answer.identity_id.or_else(|| held.identity_id.take());
        held.credentials = Some(credentials.clone());
        held.not_before = None;
        Ok(credentials)
    }

    async fn get_id(&self, logins: &HashMap<String, String>) -> Result<String, CredentialsError> {
        let call = self.client.get_id();
        let call = call.identity_pool_id(&self.identity_pool_id);
        let answer = call.set_logins(some(logins)).send().await;
        let answer = answer.map_err(CredentialsError::provider_error)?;
        let identity_id = answer
            .identity_id
            .ok_or_else(|| CredentialsError::invalid_configuration("GetId returned no identity"))?;
        // Kept at once: if the next request fails, a guest must not become yet another one.
        self.held().identity_id = Some(identity_id.clone());
        Ok(identity_id)
    }

    async fn get_credentials(
        &self,
        identity_id: &str,
        logins: &HashMap<String, String>,
    ) -> Result<GetCredentialsForIdentityOutput, CredentialsError> {
        let call = self.client.get_credentials_for_identity();
        let call = call.identity_id(identity_id).set_logins(some(logins));
        call.send().await.map_err(CredentialsError::provider_error)
    }
}

/// Guests send no `Logins` at all.
fn some(logins: &HashMap<String, String>) -> Option<HashMap<String, String>> {
    (!logins.is_empty()).then(|| logins.clone())
}

fn is_not_found(error: &CredentialsError) -> bool {
    use aws_sdk_cognitoidentity::error::SdkError;
    use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityError as Error;

    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<SdkError<Error>>());
    source
        .and_then(SdkError::as_service_error)
        .is_some_and(Error::is_resource_not_found_exception)
}

fn credentials_of(answer: &GetCredentialsForIdentityOutput) -> provider::Result {
    let incomplete = || CredentialsError::provider_error("the answer has no complete credentials");
    let keys = answer.credentials().ok_or_else(incomplete)?;
    let (Some(key), Some(secret), Some(token), Some(expires)) = (
        keys.access_key_id(),
        keys.secret_key(),
        keys.session_token(),
        keys.expiration()
            .and_then(|at| SystemTime::try_from(*at).ok()),
    ) else {
        return Err(incomplete());
    };
    Ok(Credentials::new(
        key,
        secret,
        Some(token.to_owned()),
        Some(expires),
        "IdentityPoolCredentials",
    ))
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityPoolCredentials")
            .field("identity_pool_id", &self.identity_pool_id)
            .finish_non_exhaustive()
    }
}
