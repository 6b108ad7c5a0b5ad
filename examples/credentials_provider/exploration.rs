//! Every fault at every call of the provider.
//!
//! ```text
//! cargo test --example credentials_provider --features exploration
//! ```

use std::collections::HashMap;
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use mock_cognito_identity::{Exploration, Leftover, LoginToken, MockCognitoIdentity, PoolSeed};
use tokio::time::sleep;

use crate::provider::IdentityPoolCredentials;

const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
const GOOGLE: &str = "accounts.google.com";

/// The client of an application that waits five seconds for an answer.
fn patient_client(mock: &MockCognitoIdentity) -> Client {
    let patience = Duration::from_secs(5);
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience);
    Client::from_conf(mock.config().timeout_config(timeouts.build()).build())
}

/// Signs something now and, after the credentials are due for a refresh, once more. Returns whose
/// credentials they were.
async fn sign_twice(provider: &IdentityPoolCredentials) -> Result<String, CredentialsError> {
    provider.provide_credentials().await?;
    let first = provider.identity_id();
    sleep(Duration::from_secs(56 * 60)).await;
    provider.provide_credentials().await?;
    assert_eq!(provider.identity_id(), first, "the identity stays the same");
    Ok(first.unwrap_or_default())
}

#[test]
fn a_guest_survives_any_single_fault() {
    let report = Exploration::new()
        .arrange(|mock| {
            mock.seed_pool(PoolSeed::named("app").id(POOL));
        })
        .start(|mock| IdentityPoolCredentials::guest(patient_client(mock), POOL))
        // A guest whose answer is lost, or whose process dies, cannot be found again.
        .may_leave(Leftover::Guest)
        .run(async |provider| sign_twice(provider).await);

    report.assert_clean();
}

#[test]
fn a_user_survives_any_two_faults() {
    let report = Exploration::new()
        .arrange(|mock| {
            mock.seed_pool(
                PoolSeed::named("app")
                    .id(POOL)
                    .login_provider(GOOGLE, "web"),
            );
        })
        .start(|mock| {
            let token = mock.issue_login(LoginToken::new(GOOGLE, "alice").expires_in(DAY));
            IdentityPoolCredentials::user(patient_client(mock), POOL, move || {
                let logins = HashMap::from([(GOOGLE.to_owned(), token.clone())]);
                async move { Ok(logins) }
            })
        })
        .faults_per_run(2)
        .run(async |provider| sign_twice(provider).await);

    report.assert_clean();
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
