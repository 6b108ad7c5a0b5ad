//! The world of the tests: providers with their app ids, the texts of errors, and [`App`], a pool
//! together with the users who sign in to it.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::delete_identities::builders::DeleteIdentitiesFluentBuilder;
use aws_sdk_cognitoidentity::operation::describe_identity::DescribeIdentityOutput;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder;
use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::builders::GetOpenIdTokenForDeveloperIdentityFluentBuilder;
use aws_sdk_cognitoidentity::operation::list_identities::builders::ListIdentitiesFluentBuilder;
use aws_sdk_cognitoidentity::operation::lookup_developer_identity::builders::LookupDeveloperIdentityFluentBuilder;
use aws_sdk_cognitoidentity::operation::merge_developer_identities::builders::MergeDeveloperIdentitiesFluentBuilder;
use aws_sdk_cognitoidentity::operation::unlink_developer_identity::builders::UnlinkDeveloperIdentityFluentBuilder;
use aws_sdk_cognitoidentity::operation::unlink_identity::builders::UnlinkIdentityFluentBuilder;
use aws_sdk_cognitoidentity::primitives::DateTime;
use aws_sdk_cognitoidentity::types::IdentityDescription;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};

use crate::support::service_error;

pub(crate) const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
pub(crate) const USER_POOL_CLIENT: &str = "1h57kf5cpq17m0eml12EXAMPLE";
/// The key of the user pool and its client in `RoleMappings`.
pub(crate) const USER_POOL_MAPPING: &str =
    "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE";
/// A user pool that the pools below do not trust.
pub(crate) const OTHER_USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Other";
pub(crate) const GOOGLE: &str = "accounts.google.com";
pub(crate) const GOOGLE_APP: &str = "123456789012.apps.googleusercontent.com";
pub(crate) const APPLE: &str = "appleid.apple.com";
pub(crate) const FACEBOOK: &str = "graph.facebook.com";
pub(crate) const FACEBOOK_APP: &str = "7346241598935552";
pub(crate) const AMAZON: &str = "www.amazon.com";
pub(crate) const TWITTER: &str = "api.twitter.com";
pub(crate) const OIDC: &str = "token.actions.githubusercontent.com";
pub(crate) const OIDC_ARN: &str =
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
pub(crate) const SAML: &str = "arn:aws:iam::123456789012:saml-provider/corporate";
/// A SAML provider of another account.
pub(crate) const FOREIGN_SAML: &str = "arn:aws:iam::999999999999:saml-provider/corporate";

/// Every kind of public provider with the app id that a pool lists for it. For OIDC and SAML
/// providers a pool lists no app id.
pub(crate) const PROVIDERS: [(&str, &str); 8] = [
    (USER_POOL, USER_POOL_CLIENT),
    (GOOGLE, GOOGLE_APP),
    (APPLE, "com.example.app"),
    (FACEBOOK, FACEBOOK_APP),
    (AMAZON, "amzn1.application.188a56d827a7d6555a8b67a5d"),
    (TWITTER, "consumer-key;consumer-secret"),
    (OIDC, ""),
    (SAML, ""),
];

pub(crate) const DEVELOPER: &str = "login.mycompany.myapp";
/// The key in `Logins` under which tokens of developer users are given.
pub(crate) const COGNITO: &str = "cognito-identity.amazonaws.com";

pub(crate) const NOT_AUTHORIZED: &str = "NotAuthorizedException";
pub(crate) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(crate) const CONFLICT: &str = "ResourceConflictException";
pub(crate) const INVALID_PARAMETER: &str = "InvalidParameterException";
pub(crate) const VALIDATION: &str = "ValidationException";

pub(crate) const LOGINS_DO_NOT_MATCH: &str = "Logins don't match. Please include at least one valid login for this identity or identity pool.";
pub(crate) const NO_GUESTS: &str =
    "Unauthenticated access is not supported for this identity pool.";
pub(crate) const UNSUPPORTED_PROVIDER: &str =
    "Token is not from a supported provider of this identity pool.";

pub(crate) const UNSUPPORTED_DEVELOPER_PROVIDER: &str =
    "This identity pool does not support the specified developer provider";
pub(crate) const CLASSIC_FLOW_DISABLED: &str =
    "Basic (classic) flow is not enabled, please use enhanced flow.";
pub(crate) const NOT_PUBLIC: &str = "Please provide a valid public provider";
pub(crate) const COGNITO_TOKEN: &str = "Invalid login token. Can't pass in a Cognito token.";
pub(crate) const NOT_OPEN_ID: &str =
    "Invalid login token. Not a valid OpenId Connect identity token.";
pub(crate) const BAD_SIGNATURE: &str = "Invalid login token. Token signature invalid.";

/// A well-formed id of an identity that does not exist.
pub(crate) const NO_IDENTITY: &str = "us-east-1:157d6171-ee1b-c968-98c2-7c97c13d98d2";

pub(crate) fn forbidden(id: &str) -> String {
    format!("Access to Identity '{id}' is forbidden.")
}

pub(crate) fn identity_not_found(id: &str) -> String {
    format!("Identity '{id}' not found.")
}

pub(crate) fn pool_not_found(id: &str) -> String {
    format!("IdentityPool '{id}' not found.")
}

/// The message about a login to a pool without any provider.
pub(crate) fn no_providers(pool: &str) -> String {
    format!("Identity pool - {pool} does not have identity providers configured.")
}

/// The error that [`App::enter`] returns where the identity or the logins are rejected.
pub(crate) fn not_authorized(message: impl Into<String>) -> (String, String) {
    (NOT_AUTHORIZED.to_owned(), message.into())
}

/// A pool named `app` that trusts every kind of provider.
pub(crate) fn pool_of_all() -> PoolSeed {
    PROVIDERS.iter().fold(
        PoolSeed::named("app").developer_provider(DEVELOPER),
        |pool, (provider, app_id)| pool.login_provider(*provider, *app_id),
    )
}

/// A pool named `app` that trusts one user pool.
pub(crate) fn user_pool_only() -> PoolSeed {
    PoolSeed::named("app").login_provider(USER_POOL, USER_POOL_CLIENT)
}

/// The two flows by which an identity is used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flow {
    /// `GetOpenIdToken`.
    Classic,
    /// `GetCredentialsForIdentity`.
    Enhanced,
}

impl Flow {
    pub(crate) const BOTH: [Self; 2] = [Self::Classic, Self::Enhanced];
}

/// A pool, and the client that its users and its backend use.
///
/// A user is written as the provider's key in `Logins` and the user's name at that provider, for
/// example `(GOOGLE, "alice")`.
pub(crate) struct App<'a> {
    pub(crate) mock: &'a MockCognitoIdentity,
    pub(crate) client: Client,
    pub(crate) pool: String,
}

impl<'a> App<'a> {
    /// A pool that allows guests and trusts three public providers and a developer provider.
    pub(crate) fn new(mock: &'a MockCognitoIdentity) -> Self {
        Self::of(
            mock,
            PoolSeed::named("app")
                .login_provider(GOOGLE, GOOGLE_APP)
                .login_provider(FACEBOOK, FACEBOOK_APP)
                .login_provider(USER_POOL, USER_POOL_CLIENT)
                .developer_provider(DEVELOPER),
        )
    }

    pub(crate) fn of(mock: &'a MockCognitoIdentity, seed: impl Into<PoolSeed>) -> Self {
        Self {
            mock,
            client: mock.client(),
            pool: mock.seed_pool(seed).id().to_owned(),
        }
    }

    /// A login token that the provider issues for a user.
    pub(crate) fn token(&self, provider: &str, user: &str) -> String {
        self.mock.issue_login(LoginToken::new(provider, user))
    }

    fn logins(&self, users: &[(&str, &str)]) -> Option<HashMap<String, String>> {
        let login = |(provider, user): &(&str, &str)| {
            let (provider, token) = (*provider, self.token(provider, user));
            (provider.to_owned(), token)
        };
        (!users.is_empty()).then(|| users.iter().map(login).collect())
    }

    pub(crate) fn get_id(&self, users: &[(&str, &str)]) -> GetIdFluentBuilder {
        self.client
            .get_id()
            .identity_pool_id(&self.pool)
            .set_logins(self.logins(users))
    }

    /// The identity id that `GetId` returns; without users, that of a new guest.
    pub(crate) async fn sign_in(&self, users: &[(&str, &str)]) -> String {
        self.get_id(users)
            .send()
            .await
            .unwrap()
            .identity_id
            .unwrap()
    }

    /// Uses an identity with the logins of these users: the identity id of the response, or the
    /// code and the message of the error.
    pub(crate) async fn enter(
        &self,
        flow: Flow,
        id: &str,
        users: &[(&str, &str)],
    ) -> Result<String, (String, String)> {
        self.enter_with(flow, id, self.logins(users)).await
    }

    /// The same with any tokens.
    pub(crate) async fn enter_with(
        &self,
        flow: Flow,
        id: &str,
        logins: Option<HashMap<String, String>>,
    ) -> Result<String, (String, String)> {
        match flow {
            Flow::Classic => {
                let call = self.client.get_open_id_token().identity_id(id);
                match call.set_logins(logins).send().await {
                    Ok(output) => Ok(output.identity_id.unwrap()),
                    Err(error) => Err(service_error(Err::<(), _>(error))),
                }
            }
            Flow::Enhanced => {
                let call = self.client.get_credentials_for_identity().identity_id(id);
                match call.set_logins(logins).send().await {
                    Ok(output) => Ok(output.identity_id.unwrap()),
                    Err(error) => Err(service_error(Err::<(), _>(error))),
                }
            }
        }
    }

    pub(crate) fn unlink(
        &self,
        id: &str,
        users: &[(&str, &str)],
        remove: &[&str],
    ) -> UnlinkIdentityFluentBuilder {
        let remove = remove.iter().map(|&provider| provider.to_owned());
        self.client
            .unlink_identity()
            .identity_id(id)
            .set_logins(Some(self.logins(users).unwrap_or_default()))
            .set_logins_to_remove(Some(remove.collect()))
    }

    pub(crate) async fn describe(&self, id: &str) -> DescribeIdentityOutput {
        let call = self.client.describe_identity().identity_id(id);
        call.send().await.unwrap()
    }

    /// The providers that `DescribeIdentity` shows for an identity.
    pub(crate) async fn linked(&self, id: &str) -> BTreeSet<String> {
        let logins = self.describe(id).await.logins;
        logins.unwrap_or_default().into_iter().collect()
    }

    /// An identity's `CreationDate` and `LastModifiedDate`, in milliseconds since 1970.
    pub(crate) async fn dates(&self, id: &str) -> (u64, u64) {
        let identity = self.describe(id).await;
        (
            millis(identity.creation_date.unwrap()),
            millis(identity.last_modified_date.unwrap()),
        )
    }

    pub(crate) fn list(&self, max_results: i32) -> ListIdentitiesFluentBuilder {
        self.client
            .list_identities()
            .identity_pool_id(&self.pool)
            .max_results(max_results)
    }

    /// Everything that `ListIdentities` shows, so that a test can see whether anything changed.
    pub(crate) async fn identities(&self) -> Vec<IdentityDescription> {
        let page = self.list(60).send().await.unwrap();
        assert_eq!(page.next_token, None, "a test of few identities");
        page.identities.unwrap()
    }

    pub(crate) async fn ids(&self) -> BTreeSet<String> {
        ids_of(self.identities().await)
    }

    /// Whether the identity exists and is left out by `HideDisabled`.
    pub(crate) async fn is_disabled(&self, id: &str) -> bool {
        let shown = self.list(60).hide_disabled(true).send().await.unwrap();
        let active = ids_of(shown.identities.unwrap());
        self.ids().await.contains(id) && !active.contains(id)
    }

    pub(crate) fn delete<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i str>,
    ) -> DeleteIdentitiesFluentBuilder {
        let ids = ids.into_iter().map(str::to_owned).collect();
        self.client
            .delete_identities()
            .set_identity_ids_to_delete(Some(ids))
    }

    /// The call by which a backend asks for a token of its own user.
    pub(crate) fn developer(&self, user: &str) -> GetOpenIdTokenForDeveloperIdentityFluentBuilder {
        self.client
            .get_open_id_token_for_developer_identity()
            .identity_pool_id(&self.pool)
            .logins(DEVELOPER, user)
    }

    /// The identity of a developer user, who is registered unless known.
    pub(crate) async fn register(&self, user: &str) -> String {
        let output = self.developer(user).send().await.unwrap();
        output.identity_id.unwrap()
    }

    /// Links another developer user to an identity.
    pub(crate) async fn link(&self, id: &str, user: &str) {
        let call = self.developer(user).identity_id(id);
        call.send().await.unwrap();
    }

    pub(crate) fn look_up(&self) -> LookupDeveloperIdentityFluentBuilder {
        self.client
            .lookup_developer_identity()
            .identity_pool_id(&self.pool)
    }

    /// The developer users of an identity.
    pub(crate) async fn users(&self, id: &str) -> BTreeSet<String> {
        let output = self.look_up().identity_id(id).max_results(60).send().await;
        let users = output.unwrap().developer_user_identifier_list;
        users.unwrap_or_default().into_iter().collect()
    }

    pub(crate) fn merge(
        &self,
        source: &str,
        destination: &str,
    ) -> MergeDeveloperIdentitiesFluentBuilder {
        self.client
            .merge_developer_identities()
            .identity_pool_id(&self.pool)
            .developer_provider_name(DEVELOPER)
            .source_user_identifier(source)
            .destination_user_identifier(destination)
    }

    pub(crate) fn unlink_user(&self, id: &str, user: &str) -> UnlinkDeveloperIdentityFluentBuilder {
        self.client
            .unlink_developer_identity()
            .identity_pool_id(&self.pool)
            .identity_id(id)
            .developer_provider_name(DEVELOPER)
            .developer_user_identifier(user)
    }
}

/// A date in milliseconds. On the wire dates are doubles, which come back a few nanoseconds off.
pub(crate) fn millis(date: DateTime) -> u64 {
    (date.as_secs_f64() * 1_000.0).round() as u64
}

pub(crate) fn ids_of(identities: Vec<IdentityDescription>) -> BTreeSet<String> {
    let ids = identities.into_iter().map(|identity| identity.identity_id);
    ids.map(Option::unwrap).collect()
}

pub(crate) fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}
