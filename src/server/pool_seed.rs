//! Fixtures: pools and identities that exist before the code under test runs.

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::mock::MockCognitoIdentity;
use crate::engine::{is_social_provider, partition};

/// Describes a pool for [`MockCognitoIdentity::seed_pool`] to create.
///
/// ```
/// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
/// let mock = MockCognitoIdentity::start();
/// let pool = mock.seed_pool(
///     PoolSeed::named("app").authenticated_only().login_provider("accounts.google.com", "my-app"),
/// );
/// let alice = pool.seed_identity_with_login("accounts.google.com", "alice");
/// assert!(alice.starts_with("us-east-1:"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a `PoolSeed` does nothing until it is given to `seed_pool`"]
pub struct PoolSeed {
    name: String,
    id: Option<String>,
    guests: bool,
    roles: bool,
    login_providers: Vec<(String, String)>,
    developer_provider: Option<String>,
}

impl PoolSeed {
    /// Describes a pool of this name that allows unauthenticated identities (guests) and has both
    /// roles set.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app"));
    /// let call = mock.client().describe_identity_pool().identity_pool_id(pool.id());
    /// assert_eq!(call.send().await?.identity_pool_name(), "app");
    /// # Ok(())
    /// # }
    /// ```
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            id: None,
            guests: true,
            roles: true,
            login_providers: Vec::new(),
            developer_provider: None,
        }
    }

    /// Makes the pool reject unauthenticated identities.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("members").authenticated_only());
    /// let guest = mock.client().get_id().identity_pool_id(pool.id()).send().await;
    /// assert_eq!(guest.unwrap_err().code(), Some("NotAuthorizedException"));
    /// # }
    /// ```
    pub fn authenticated_only(mut self) -> Self {
        self.guests = false;
        self
    }

    /// Adds a provider that the pool trusts. `name` is the provider's key in `Logins`:
    /// `cognito-idp.<region>.amazonaws.com/<pool>` for a user pool, with an app client id; a name
    /// such as `accounts.google.com` for a social provider, with an app id; the ARN of a SAML
    /// provider; or the host and path of any other OIDC issuer.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(user_pool, "my_client"));
    /// let token = mock.issue_login(LoginToken::new(user_pool, "alice"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(user_pool, token);
    /// let alice = call.send().await?.identity_id;
    /// assert_eq!(alice, Some(pool.seed_identity_with_login(user_pool, "alice")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn login_provider(mut self, name: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.login_providers.push((name.into(), app_id.into()));
        self
    }

    /// Sets the name of the pool's developer provider, under which an application signs in its own
    /// users.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    /// let call = mock.client().get_open_id_token_for_developer_identity();
    /// let call = call.identity_pool_id(pool.id()).logins("login.example", "alice");
    /// assert!(call.send().await?.token.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn developer_provider(mut self, name: impl Into<String>) -> Self {
        self.developer_provider = Some(name.into());
        self
    }

    /// Leaves the roles unset, as they are in a pool that `CreateIdentityPool` has just created.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").without_roles());
    /// let call = mock.client().get_credentials_for_identity().identity_id(pool.seed_identity());
    /// let error = call.send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("InvalidIdentityPoolConfigurationException"));
    /// # }
    /// ```
    pub fn without_roles(mut self) -> Self {
        self.roles = false;
        self
    }

    /// Sets the pool's id, for fixtures that hard-code one. Its form is
    /// `<region>:<hex digits and hyphens>`. The pool is created in that Region, and only clients for
    /// that Region find it.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let id = "eu-west-1:11111111-2222-3333-4444-555555555555";
    /// let pool = mock.seed_pool(PoolSeed::named("app").id(id));
    /// assert_eq!(pool.id(), id);
    /// ```
    pub fn id(mut self, identity_pool_id: impl Into<String>) -> Self {
        self.id = Some(identity_pool_id.into());
        self
    }

    /// The Region at the start of the id, if one was set.
    pub(crate) fn region(&self) -> Option<&str> {
        Some(self.id.as_ref()?.split_once(':')?.0)
    }

    pub(crate) fn create_input(&self, region: &str, account_id: &str) -> CreateIdentityPoolInput {
        let partition = partition(region);
        let mut input = CreateIdentityPoolInput::builder()
            .identity_pool_name(&self.name)
            .allow_unauthenticated_identities(self.guests)
            .set_developer_provider_name(self.developer_provider.clone());
        for (name, app_id) in &self.login_providers {
            input = if name.starts_with("cognito-idp.") {
                let user_pool = CognitoIdentityProvider::builder()
                    .provider_name(name)
                    .client_id(app_id);
                input.cognito_identity_providers(user_pool.build())
            } else if name.starts_with("arn:") {
                input.saml_provider_arns(name)
            } else if is_social_provider(name) {
                input.supported_login_providers(name, app_id)
            } else {
                input.open_id_connect_provider_arns(format!(
                    "arn:{partition}:iam::{account_id}:oidc-provider/{name}"
                ))
            };
        }
        if let Some(id) = &self.id {
            input = input.identity_pool_tags("_custom_id_", id);
        }
        input
            .build()
            .expect("the SDK's builders of this service require no member")
    }

    /// Sets the roles `<pool name>-authenticated` and `<pool name>-unauthenticated`; `None` without
    /// roles.
    pub(crate) fn roles_input(
        &self,
        pool_id: &str,
        region: &str,
        account_id: &str,
    ) -> Option<SetIdentityPoolRolesInput> {
        let (partition, name) = (partition(region), role_name(&self.name));
        let role = |kind: &str| format!("arn:{partition}:iam::{account_id}:role/{name}-{kind}");
        let input = SetIdentityPoolRolesInput::builder()
            .identity_pool_id(pool_id)
            .roles("authenticated", role("authenticated"))
            .roles("unauthenticated", role("unauthenticated"));
        self.roles.then(|| {
            input
                .build()
                .expect("the SDK's builders of this service require no member")
        })
    }
}

/// Pool names allow characters that role names do not.
fn role_name(pool_name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    pool_name
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}

impl From<&str> for PoolSeed {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl From<String> for PoolSeed {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

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
