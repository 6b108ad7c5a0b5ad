//! [`PoolSeed`]: the description of a pool that a test creates.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::types::RoleMapping;

use super::login_provider::{LoginProvider, PrincipalTags};

/// Describes a pool for [`MockCognitoIdentity::seed_pool`](crate::MockCognitoIdentity::seed_pool) to
/// create.
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
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) guests: bool,
    pub(super) classic_flow: Option<bool>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) roles: Roles,
    /// By provider, as the test names it.
    pub(super) role_mappings: Vec<(String, RoleMapping)>,
    pub(super) login_providers: Vec<LoginProvider>,
    pub(super) developer_provider: Option<String>,
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
            classic_flow: None,
            tags: BTreeMap::new(),
            roles: Roles::Named,
            role_mappings: Vec::new(),
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
    /// [`group_role`](Self::group_role), [`server_side_token_check`](Self::server_side_token_check),
    /// [`principal_tag`](Self::principal_tag) and
    /// [`default_principal_tags`](Self::default_principal_tags) apply to the provider that was added
    /// last.
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
        self.login_providers.push(LoginProvider {
            name: name.into(),
            app_id: app_id.into(),
            server_side_token_check: false,
            group_roles: Vec::new(),
            principal_tags: None,
        });
        self
    }

    /// Gives the users in a group of the last [`login_provider`](Self::login_provider) this role. A
    /// user is in the group if the claim `cognito:groups` of the login token names it. Of several
    /// groups, the one that was added first decides; users in none of them get the authenticated
    /// role.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// const ADMIN: &str = "arn:aws:iam::123456789012:role/admin";
    ///
    /// let seed = PoolSeed::named("app").login_provider(USER_POOL, "my_client");
    /// let pool = mock.seed_pool(seed.group_role("admins", ADMIN));
    ///
    /// let alice = pool.seed_identity_with_login(USER_POOL, "alice");
    /// let admin = LoginToken::new(USER_POOL, "alice").claim("cognito:groups", vec!["admins"]);
    /// let call = mock.client().get_credentials_for_identity().identity_id(alice);
    /// let answer = call.logins(USER_POOL, mock.issue_login(admin)).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// assert_eq!(mock.issued_credentials(&key).unwrap().role_arn, ADMIN);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// This is short for a role mapping of type `Rules`, which a client sets like this:
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::types::*;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// # const ADMIN: &str = "arn:aws:iam::123456789012:role/admin";
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let seed = PoolSeed::named("app").login_provider(USER_POOL, "my_client");
    /// # let short = mock.seed_pool(seed.clone().group_role("admins", ADMIN));
    /// # let short = short.id().to_owned();
    /// # let pool = mock.seed_pool(seed.without_roles());
    /// let rule = MappingRule::builder()
    ///     .claim("cognito:groups")
    ///     .match_type(MappingRuleMatchType::Contains)
    ///     .value("admins")
    ///     .role_arn(ADMIN)
    ///     .build()?;
    /// let rules = RulesConfigurationType::builder().rules(rule).build()?;
    /// let mapping = RoleMapping::builder()
    ///     .r#type(RoleMappingType::Rules)
    ///     .ambiguous_role_resolution(AmbiguousRoleResolutionType::AuthenticatedRole)
    ///     .rules_configuration(rules)
    ///     .build()?;
    /// let set_roles = mock
    ///     .client()
    ///     .set_identity_pool_roles()
    ///     .identity_pool_id(pool.id())
    ///     .roles("authenticated", "arn:aws:iam::123456789012:role/app-authenticated")
    ///     .roles("unauthenticated", "arn:aws:iam::123456789012:role/app-unauthenticated")
    ///     .role_mappings(format!("{USER_POOL}:my_client"), mapping);
    /// set_roles.send().await?;
    /// # let of = |id: &str| mock.client().get_identity_pool_roles().identity_pool_id(id).send();
    /// # let (long, short) = (of(pool.id()).await?, of(&short).await?);
    /// # assert_eq!((long.roles, long.role_mappings), (short.roles, short.role_mappings));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no login provider was added yet.
    #[track_caller]
    pub fn group_role(mut self, group: impl Into<String>, role_arn: impl Into<String>) -> Self {
        let provider = self.last_login_provider("group_role");
        provider.group_roles.push((group.into(), role_arn.into()));
        self
    }

    /// Makes the pool reject login tokens of users who have signed out since. This is a setting of
    /// the last [`login_provider`](Self::login_provider), which must be a user pool.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// let seed = PoolSeed::named("app").login_provider(user_pool, "my_client");
    /// let pool = mock.seed_pool(seed.server_side_token_check());
    /// let token = pool.issue_login("alice");
    /// mock.sign_out_user(user_pool, "alice");
    /// let get_id = mock.client().get_id().identity_pool_id(pool.id()).logins(user_pool, token);
    /// assert!(get_id.send().await.is_err());
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no login provider was added yet, or if the last one is not a user pool: AWS has
    /// this setting for user pools only.
    #[track_caller]
    pub fn server_side_token_check(mut self) -> Self {
        let provider = self.last_login_provider("server_side_token_check");
        assert!(
            provider.is_user_pool(),
            "`server_side_token_check` is a setting of user pools, but the login provider that was \
             added last is {:?}",
            provider.name
        );
        provider.server_side_token_check = true;
        self
    }

    /// Makes a claim of the last [`login_provider`](Self::login_provider) a principal tag of its
    /// users' sessions. A user whose token lacks the claim gets no tag.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// let seed = PoolSeed::named("app").login_provider(google, "my-app");
    /// let pool = mock.seed_pool(seed.principal_tag("team", "hd"));
    ///
    /// let alice = pool.seed_identity_with_login(google, "alice");
    /// let token = mock.issue_login(LoginToken::new(google, "alice").claim("hd", "shop.example"));
    /// let call = mock.client().get_credentials_for_identity().identity_id(alice);
    /// let answer = call.logins(google, token).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// assert_eq!(issued.principal_tags["team"], "shop.example");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no login provider was added yet.
    #[track_caller]
    pub fn principal_tag(mut self, tag: impl Into<String>, claim: impl Into<String>) -> Self {
        let provider = self.last_login_provider("principal_tag");
        let mut tags = match provider.principal_tags.take() {
            Some(PrincipalTags::Custom(tags)) => tags,
            Some(PrincipalTags::Defaults) | None => BTreeMap::new(),
        };
        tags.insert(tag.into(), claim.into());
        provider.principal_tags = Some(PrincipalTags::Custom(tags));
        self
    }

    /// Gives the users of the last [`login_provider`](Self::login_provider) the default principal
    /// tags, which the API calls `UseDefaults`: for most providers `username` from the claim `sub`
    /// and `client` from the claim `aud`. They replace the tags of
    /// [`principal_tag`](Self::principal_tag), and the other way round.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let google = "accounts.google.com";
    /// let seed = PoolSeed::named("app").login_provider(google, "my-app");
    /// let pool = mock.seed_pool(seed.default_principal_tags());
    ///
    /// let alice = pool.seed_identity_with_login(google, "alice");
    /// let call = mock.client().get_credentials_for_identity().identity_id(alice);
    /// let answer = call.logins(google, pool.issue_login("alice")).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// assert_eq!(issued.principal_tags["username"], "alice");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no login provider was added yet.
    #[track_caller]
    pub fn default_principal_tags(mut self) -> Self {
        let provider = self.last_login_provider("default_principal_tags");
        provider.principal_tags = Some(PrincipalTags::Defaults);
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

    /// Sets the roles of authenticated identities and of guests. By default they are named after the
    /// pool: `app-authenticated` and `app-unauthenticated`.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// const USER: &str = "arn:aws:iam::123456789012:role/user";
    /// const GUEST: &str = "arn:aws:iam::123456789012:role/guest";
    ///
    /// let pool = mock.seed_pool(PoolSeed::named("app").roles(USER, GUEST));
    /// let guest = pool.seed_identity();
    /// let answer = mock.client().get_credentials_for_identity().identity_id(guest).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// assert_eq!(mock.issued_credentials(&key).unwrap().role_arn, GUEST);
    /// # Ok(())
    /// # }
    /// ```
    pub fn roles(
        mut self,
        authenticated_arn: impl Into<String>,
        unauthenticated_arn: impl Into<String>,
    ) -> Self {
        self.roles = Roles::Arns {
            authenticated: authenticated_arn.into(),
            unauthenticated: unauthenticated_arn.into(),
        };
        self
    }

    /// Sets how the role of a provider's users is chosen. `provider` is the provider's key in
    /// `Logins`. For a user pool, the mapping is that of all its clients in the pool; the key in
    /// `RoleMappings`, `<user pool>:<client id>`, names one of them.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::types::{
    /// #     AmbiguousRoleResolutionType, RoleMapping, RoleMappingType,
    /// # };
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// // The role that the token names in `cognito:preferred_role`.
    /// let by_token = RoleMapping::builder()
    ///     .r#type(RoleMappingType::Token)
    ///     .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny)
    ///     .build()?;
    /// let seed = PoolSeed::named("app").login_provider(user_pool, "my_client");
    /// let pool = mock.seed_pool(seed.role_mapping(user_pool, by_token));
    /// # let _ = pool;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`group_role`](Self::group_role) adds a rule to the mapping, and is shorter if the role
    /// depends on nothing but the user's group.
    pub fn role_mapping(mut self, provider: impl Into<String>, mapping: RoleMapping) -> Self {
        self.role_mappings.push((provider.into(), mapping));
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
        self.roles = Roles::Unset;
        self
    }

    /// Switches the classic (basic) flow on or off. By default it is unset, as in a pool of which
    /// nobody has set it; the classic flow works there, as on AWS.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").allow_classic_flow(false));
    /// let call = mock.client().get_open_id_token().identity_id(pool.seed_identity());
    /// assert_eq!(call.send().await.unwrap_err().code(), Some("InvalidParameterException"));
    /// # }
    /// ```
    pub fn allow_classic_flow(mut self, yes: bool) -> Self {
        self.classic_flow = Some(yes);
        self
    }

    /// Adds a tag to the pool, or replaces the value of one.
    ///
    /// ```
    /// # use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let pool = mock.seed_pool(PoolSeed::named("app").tag("team", "shop"));
    /// let call = mock.client().list_tags_for_resource().resource_arn(pool.arn());
    /// assert_eq!(call.send().await?.tags.unwrap()["team"], "shop");
    /// # Ok(())
    /// # }
    /// ```
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
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

    /// The login provider to which the settings of a provider apply that `method` makes.
    #[track_caller]
    fn last_login_provider(&mut self, method: &str) -> &mut LoginProvider {
        let Some(provider) = self.login_providers.last_mut() else {
            panic!(
                "`{method}` is a setting of the login provider that was added last, but none was \
                 added yet\n\
                 help: call `login_provider` before `{method}`."
            )
        };
        provider
    }
}

/// The roles of a pool.
#[derive(Clone, Debug)]
pub(super) enum Roles {
    /// Roles that are named after the pool.
    Named,
    Arns {
        authenticated: String,
        unauthenticated: String,
    },
    Unset,
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
