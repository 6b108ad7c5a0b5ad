//! [`SeededPool`]: the handle to a pool that a test has created.

use super::mock::MockCognitoIdentity;

/// A seeded pool, returned by [`MockCognitoIdentity::seed_pool`].
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
#[derive(Debug)]
pub struct SeededPool<'a> {
    mock: &'a MockCognitoIdentity,
    id: String,
}

impl<'a> SeededPool<'a> {
    pub(crate) fn new(mock: &'a MockCognitoIdentity, id: String) -> Self {
        Self { mock, id }
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
        self.seed("`seed_identity`", None)
    }

    /// Returns the id of the identity that has the login of `subject` at `provider`, and creates
    /// the identity if there is none. The pool need not trust the provider. If `provider` is the
    /// name of the developer provider, the identity is that of a developer user.
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let alice = pool.seed_identity_with_login("accounts.google.com", "alice");
    /// let shown = mock.client().describe_identity().identity_id(alice).send().await?;
    /// assert_eq!(shown.logins(), ["accounts.google.com"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the pool has been deleted.
    #[track_caller]
    pub fn seed_identity_with_login(&self, provider: &str, subject: &str) -> String {
        self.seed("`seed_identity_with_login`", Some((provider, subject)))
    }

    #[track_caller]
    fn seed(&self, method: &str, login: Option<(&str, &str)>) -> String {
        let made = self
            .mock
            .engine_for(method, |engine| engine.seed_identity(&self.id, login));
        match made {
            Ok(identity_id) => identity_id,
            Err(error) => panic!("cannot seed an identity of {}: {error}", self.id),
        }
    }
}
