//! What the applications under exploration have in common.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder;
use mock_cognito_identity::{FindingKind, LoginToken, MockCognitoIdentity, PoolSeed, Report};

pub(crate) const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
pub(crate) const GOOGLE: &str = "accounts.google.com";

pub(crate) type Error = Box<dyn std::error::Error>;

/// A pool that guests and users of Google can sign in to.
pub(crate) fn seed_pool(mock: &MockCognitoIdentity) {
    let seed = PoolSeed::named("app").id(POOL);
    mock.seed_pool(seed.login_provider(GOOGLE, "my-app"));
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(30))
        .build()
}

/// A client with the timeouts of production.
pub(crate) fn patient_client(mock: &MockCognitoIdentity) -> Client {
    Client::from_conf(mock.config().timeout_config(timeouts()).build())
}

/// The same client without the SDK's retries.
pub(crate) fn client_without_retries(mock: &MockCognitoIdentity) -> Client {
    let config = mock.config().timeout_config(timeouts());
    Client::from_conf(config.retry_config(RetryConfig::disabled()).build())
}

/// A token of Alice, who has an account at Google.
pub(crate) fn alice(mock: &MockCognitoIdentity) -> String {
    mock.issue_login(LoginToken::new(GOOGLE, "alice"))
}

/// Signs a user in. Unlike the identity of a guest, that of a user is the same each time.
pub(crate) fn sign_in(client: &Client, token: &str) -> GetIdFluentBuilder {
    client.get_id().identity_pool_id(POOL).logins(GOOGLE, token)
}

/// The kinds of the findings, each once.
pub(crate) fn kinds(report: &Report) -> BTreeSet<FindingKind> {
    report
        .findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

/// Explores code with a bug and the mended code. Only findings of this kind are made, and only in
/// the former.
#[track_caller]
pub(crate) fn assert_found_and_mended(kind: FindingKind, explore: impl Fn(bool) -> Report) {
    let (with_bug, mended) = (explore(false), explore(true));

    assert_eq!(kinds(&with_bug), BTreeSet::from([kind]), "{with_bug}");
    mended.assert_clean();
    assert!(with_bug.runs() >= 12, "{with_bug}");
}
