//! The scenarios, by subject.

mod credentials;
mod developers;
mod documents;
mod identities;
mod linking;
mod login_errors;
mod pool_errors;
mod pools;
mod providers;
mod role_mappings;
mod roles;
mod sts;
mod tags;
mod terraform;
mod validation;

use super::{Scenario, Session};

/// All scenarios, in the order of the report.
pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    let lists = [
        pools::ALL,
        pool_errors::ALL,
        identities::ALL,
        providers::ALL,
        login_errors::ALL,
        linking::ALL,
        developers::ALL,
        roles::ALL,
        role_mappings::ALL,
        credentials::ALL,
        tags::ALL,
        terraform::ALL,
        validation::ALL,
        sts::ALL,
        documents::ALL,
    ];
    lists.into_iter().flatten()
}

const USER_POOL_CLIENT: &str = "1h57kf5cpq17m0eml12EXAMPLE";
const GOOGLE: &str = "accounts.google.com";
const GOOGLE_APP: &str = "407408718192.apps.googleusercontent.com";
const FACEBOOK: &str = "graph.facebook.com";
const FACEBOOK_APP: &str = "7346241598935552";
const OIDC: &str = "token.actions.githubusercontent.com";
const DEVELOPER: &str = "login.mycompany.myapp";
/// The key in `Logins` under which tokens of developer users are given.
const COGNITO: &str = "cognito-identity.amazonaws.com";

/// The name of a user pool in the target's Region.
fn user_pool(session: &Session) -> String {
    let region = session.region();
    format!("cognito-idp.{region}.amazonaws.com/{region}_AbCdEfGhI")
}

/// The ARN of an OIDC provider of the account.
fn oidc_arn(session: &Session) -> String {
    format!("arn:aws:iam::{}:oidc-provider/{OIDC}", session.account())
}

/// The ARN of a SAML provider of the account.
fn saml_arn(session: &Session) -> String {
    format!("arn:aws:iam::{}:saml-provider/corporate", session.account())
}

/// The ARN of a pool of the account.
fn pool_arn(session: &Session, pool: &str) -> String {
    let (region, account) = (session.region(), session.account());
    format!("arn:aws:cognito-identity:{region}:{account}:identitypool/{pool}")
}

/// A well-formed id of a pool or an identity that does not exist.
fn nobody(session: &Session) -> String {
    format!("{}:00000000-0000-4000-8000-000000000000", session.region())
}

/// A provider of a user pool, with the app client that the scenarios use.
fn user_pool_provider(
    session: &Session,
) -> aws_sdk_cognitoidentity::types::CognitoIdentityProvider {
    aws_sdk_cognitoidentity::types::CognitoIdentityProvider::builder()
        .provider_name(user_pool(session))
        .client_id(USER_POOL_CLIENT)
        .build()
}
