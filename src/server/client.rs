//! How the mock configures its clients, and why.

use std::fmt;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cognitoidentity::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_cognitoidentity::config::{self, Credentials, SharedCredentialsProvider};
use aws_smithy_runtime::client::retries::TokenBucket;

use crate::clock::Clock;
use crate::transport::Transport;

/// Dummy credentials that sign requests unless the test provides its own.
const ACCESS_KEY_ID: &str = "AKIAMOCKMOCKMOCKMOCK";
const SECRET_ACCESS_KEY: &str = "mock-cognito-identity/not/a/real/secret";

/// The initial backoff of retries: 1 ms instead of the SDK's 1 s.
const INITIAL_BACKOFF: Duration = Duration::from_millis(1);

/// What all clients of one mock have in common.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    pub(crate) region: String,
    pub(crate) transport: Transport,
    pub(crate) clock: Clock,
    pub(crate) access_key: AccessKey,
}

/// The long-term credentials that sign requests.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

impl Default for AccessKey {
    fn default() -> Self {
        Self {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: SECRET_ACCESS_KEY.to_owned(),
        }
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl ClientSettings {
    pub(crate) fn config(&self) -> config::Builder {
        config::Builder::from(&self.sdk_config()).retry_partition(retry_partition())
    }

    /// It names no endpoint: the HTTP client leads to the mock, and the host that the SDK chooses
    /// tells which Region and which service a request is meant for, as on AWS.
    pub(crate) fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new(
            &self.access_key.access_key_id,
            &self.access_key.secret_access_key,
            None,
            None,
            "mock-cognito-identity",
        );
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.transport.http_client())
            .time_source(self.clock.clone())
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .retry_config(RetryConfig::standard().with_initial_backoff(INITIAL_BACKOFF))
            .build()
    }
}

/// The SDK's own token bucket is shared by the process and is empty after a few dozen retries.
pub(crate) fn retry_partition() -> RetryPartition {
    RetryPartition::custom("mock-cognito-identity")
        .token_bucket(TokenBucket::unlimited())
        .build()
}
