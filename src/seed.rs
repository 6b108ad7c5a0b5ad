//! Fixtures: pools and identities put there before the code under test runs.

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use crate::engine::partition;
use crate::server::MockCognitoIdentity;

/// What a seeded pool looks like; see [`MockCognitoIdentity::seed_pool`].
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
    /// A pool that allows guests and has both roles set.
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

    /// Refuses guests.
    pub fn authenticated_only(mut self) -> Self {
        self.guests = false;
        self
    }

    /// Trusts a provider, named as the key in `Logins`: `cognito-idp.<region>.amazonaws.com/<pool>`
    /// with an app client id, a social provider such as `accounts.google.com` with an app id, a
    /// SAML provider by its ARN, or any other OIDC issuer by its host and path.
    pub fn login_provider(mut self, name: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.login_providers.push((name.into(), app_id.into()));
        self
    }

    /// Lets an application vouch for its own users under this name.
    pub fn developer_provider(mut self, name: impl Into<String>) -> Self {
        self.developer_provider = Some(name.into());
        self
    }

    /// Leaves the roles unset, as a pool is when it was just created.
    pub fn without_roles(mut self) -> Self {
        self.roles = false;
        self
    }

    /// A fixed id of the form `<region>:<hex and dashes>`, for fixtures that hard-code one.
    pub fn id(mut self, identity_pool_id: impl Into<String>) -> Self {
        self.id = Some(identity_pool_id.into());
        self
    }

    /// The Region in front of a fixed id.
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
            } else if SOCIAL.contains(&name.as_str()) {
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
            .expect("the SDK's builders of this service demand no member")
    }

    /// The roles `<pool name>-authenticated` and `<pool name>-unauthenticated`.
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
                .expect("the SDK's builders of this service demand no member")
        })
    }
}

/// The keys of `SupportedLoginProviders`, as the API reference lists them.
const SOCIAL: [&str; 6] = [
    "accounts.google.com",
    "api.twitter.com",
    "appleid.apple.com",
    "graph.facebook.com",
    "www.amazon.com",
    "www.digits.com",
];

/// A pool may be called what no role may.
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

/// A pool that was seeded; from [`MockCognitoIdentity::seed_pool`].
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
    /// The pool's id, `<region>:<uuid>`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Makes a guest and gives its identity id. The pool's switch for guests is not asked.
    ///
    /// # Panics
    /// If the pool was deleted meanwhile.
    #[must_use = "the id is the only way to the identity"]
    #[track_caller]
    pub fn seed_identity(&self) -> String {
        self.seed(None)
    }

    /// Makes an identity that owns the login of `subject` at `provider`, or finds it, and gives
    /// its id. The provider is not checked; a developer provider's name makes a developer user.
    ///
    /// # Panics
    /// If the pool was deleted meanwhile.
    #[track_caller]
    pub fn seed_identity_with_login(&self, provider: &str, subject: &str) -> String {
        self.seed(Some((provider, subject)))
    }

    #[track_caller]
    fn seed(&self, login: Option<(&str, &str)>) -> String {
        let made = self
            .mock
            .with_engine(|engine| engine.seed_identity(&self.id, login));
        match made {
            Ok(identity_id) => identity_id,
            Err(error) => panic!("cannot seed an identity of {}: {error}", self.id),
        }
    }
}
