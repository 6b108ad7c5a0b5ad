//! What the applications under exploration have in common.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

pub(crate) const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";

pub(crate) type Error = Box<dyn std::error::Error>;

pub(crate) fn seed_pool(mock: &MockCognitoIdentity) {
    mock.seed_pool(PoolSeed::named("app").id(POOL));
}

/// A client with the timeouts of production.
pub(crate) fn patient_client(mock: &MockCognitoIdentity) -> Client {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(30))
        .build();
    Client::from_conf(mock.config().timeout_config(timeouts).build())
}
