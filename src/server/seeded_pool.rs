//! [`SeededPool`]: the handle to a pool that a test has created.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::mock::MockCognitoIdentity;
use crate::engine::{CallContext, Engine, FirstLogin, pool_arn};
use crate::error::ServiceError;
use crate::login_token::LoginToken;
use crate::report;
use crate::service::Service;

/// A pool of a mock, returned by [`MockCognitoIdentity::seed_pool`] and
/// [`MockCognitoIdentity::pool`].
///
/// The handle borrows the mock. [`into_owned`](Self::into_owned) makes one that does not.
///
/// ```
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// let pool = mock.seed_pool("app");
/// let guest = pool.seed_identity();
/// let call = mock.client().list_identities().identity_pool_id(pool.id()).max_results(10);
/// assert_eq!(call.send().await?.identities()[0].identity_id(), Some(&*guest));
/// # Ok(())
/// # }
/// ```
pub struct SeededPool<'a> {
    service: Arc<Service>,
    id: String,
    arn: String,
    /// The borrow of the mock, which must not be dropped before the handle.
    mock: PhantomData<&'a MockCognitoIdentity>,
}

impl<'a> SeededPool<'a> {
    /// `id` is the id of a pool of the mock.
    pub(super) fn new(mock: &'a MockCognitoIdentity, id: String) -> Self {
        Self {
            service: Arc::clone(&mock.service),
            arn: pool_arn(region_of(&id), &mock.account_id, &id),
            id,
            mock: PhantomData,
        }
    }

    /// Returns a handle that does not borrow the mock, for a fixture that returns both.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, SeededPool};
    /// fn fixture() -> (MockCognitoIdentity, SeededPool<'static>) {
    ///     let mock = MockCognitoIdentity::start();
    ///     let pool = mock.seed_pool("app").into_owned();
    ///     (mock, pool)
    /// }
    ///
    /// let (mock, pool) = fixture();
    /// let guest = pool.seed_identity();
    /// # let _ = (mock, guest);
    /// ```
    ///
    /// The handle does not keep the mock alive. Once the mock is dropped, the methods of the handle
    /// panic, except `id` and `arn`.
    pub fn into_owned(self) -> SeededPool<'static> {
        SeededPool {
            service: self.service,
            id: self.id,
            arn: self.arn,
            mock: PhantomData,
        }
    }
}

impl SeededPool<'_> {
    /// Returns the pool's id, `<region>:<uuid>`.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool("app");
    /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the pool's ARN, which the tag operations take.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool("app");
    /// mock.client().tag_resource().resource_arn(pool.arn()).tags("team", "shop").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Creates an unauthenticated identity (a guest) and returns its id, even if the pool does not
    /// allow unauthenticated identities.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let guest = mock.seed_pool("app").seed_identity();
    /// let answer = mock.client().get_credentials_for_identity().identity_id(guest).send().await?;
    /// assert!(answer.credentials.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the pool has been deleted.
    #[must_use = "the id is the only way to the identity"]
    #[track_caller]
    pub fn seed_identity(&self) -> String {
        self.seed("seed_identity", None)
    }

    /// Returns the id of the identity that has the login of `subject` at `provider`, and creates
    /// the identity if there is none. If `provider` is the name of the developer provider, the
    /// identity is that of a developer user.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let alice = pool.seed_identity_with_login(google, "alice");
    /// let shown = mock.client().describe_identity().identity_id(alice).send().await?;
    /// assert_eq!(shown.logins(), [google]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the pool does not trust the provider, unless the mock has
    /// [`lenient_logins`](crate::Builder::lenient_logins). Panics if the pool has been deleted.
    #[track_caller]
    pub fn seed_identity_with_login(&self, provider: &str, subject: &str) -> String {
        let trusted = self.with_engine("seed_identity_with_login", |engine| {
            Ok::<_, ServiceError>(if engine.accepts_provider(&self.id, provider)? {
                None
            } else {
                Some(engine.provider_names(&self.id)?)
            })
        });
        if let Ok(Some(trusted)) = trusted {
            report::fail(&report::untrusted_provider(&self.id, provider, &trusted));
        }
        self.seed("seed_identity_with_login", Some((provider, subject)))
    }

    /// Returns a token of the user `subject` that this pool accepts: of its first login provider,
    /// with the app id that the pool lists. The first is the one that was given first to
    /// [`PoolSeed::login_provider`](crate::PoolSeed::login_provider).
    ///
    /// [`MockCognitoIdentity::issue_login`] issues tokens of other providers, and with other claims.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let get_id = mock.client().get_id().identity_pool_id(pool.id());
    /// let alice = get_id.logins(google, pool.issue_login("alice")).send().await?;
    /// assert!(alice.identity_id.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the pool has no login provider, or has been deleted.
    #[must_use]
    #[track_caller]
    pub fn issue_login(&self, subject: impl Into<String>) -> String {
        self.first_login("issue_login", subject.into()).1
    }

    /// Returns the entry of `Logins` for the user `subject`: the key of the pool's first login
    /// provider, and a token as [`issue_login`](Self::issue_login) returns it.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(user_pool, "my_client"));
    /// let (provider, token) = pool.login("alice");
    /// mock.client().get_id().identity_pool_id(pool.id()).logins(provider, token).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the pool has no login provider, or has been deleted.
    #[must_use]
    #[track_caller]
    pub fn login(&self, subject: impl Into<String>) -> (String, String) {
        self.first_login("login", subject.into())
    }

    #[track_caller]
    fn first_login(&self, method: &str, subject: String) -> (String, String) {
        let provider = self.with_engine(method, |engine| engine.first_login(&self.id));
        match provider {
            Ok(Some(FirstLogin { provider, app_id })) => {
                let login = LoginToken::new(&provider, subject);
                let token = login.issue_for(app_id, self.service.clock().now());
                (provider, token)
            }
            Ok(None) => report::fail(&report::no_login_provider(method, &self.id)),
            Err(error) => panic!("`{method}`: {error}"),
        }
    }

    #[track_caller]
    fn seed(&self, method: &str, login: Option<(&str, &str)>) -> String {
        let made = self.with_engine(method, |engine| engine.seed_identity(&self.id, login));
        match made {
            Ok(identity_id) => identity_id,
            Err(error) => panic!("cannot seed an identity of {}: {error}", self.id),
        }
    }

    /// Runs `f` with the engine under the lock, for `method`, which messages name. `f` must not run
    /// user code.
    #[track_caller]
    fn with_engine<R>(&self, method: &str, f: impl FnOnce(&mut Engine) -> R) -> R {
        if let Err(error) = self.service.liveness().check() {
            panic!("`{method}`: {error}");
        }
        let context = CallContext {
            region: Some(region_of(&self.id)),
            ..CallContext::at(self.service.clock().now())
        };
        let mut state = self.service.lock_engine(&format!("`{method}`"));
        f(state.engine().for_call(context))
    }
}

impl fmt::Debug for SeededPool<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededPool")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The Region at the start of the id of a pool.
fn region_of(pool_id: &str) -> &str {
    pool_id.split_once(':').map_or("", |(region, _)| region)
}
