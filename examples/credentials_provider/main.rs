//! Shows a credentials provider over an identity pool, and its tests: refreshing before the expiry, one
//! request for many callers, what happens when the service throttles.
//!
//! ```text
//! cargo run --example credentials_provider
//! cargo test --example credentials_provider
//! ```
//!
//! `provider.rs` is written to be copied. `tests.rs` and `exploration.rs` show what the mock is for.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "an example shows what it does"
)]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "the provider is meant for another crate"
)]

#[cfg(all(test, feature = "exploration"))]
mod exploration;
mod provider;
#[cfg(test)]
mod tests;

use std::time::Duration;

use aws_sdk_cognitoidentity::config::SharedCredentialsProvider;
use mock_cognito_identity::MockCognitoIdentity;

use crate::provider::IdentityPoolCredentials;

/// A client of STS uses the provider for an hour and a half.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");
    let guest = IdentityPoolCredentials::guest(mock.client(), pool.id());
    let config = mock.sdk_config().into_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(guest.clone()));
    let sts = aws_sdk_sts::Client::new(&config.build());

    for minutes in [0, 50, 6, 34] {
        mock.clock().advance(Duration::from_secs(minutes * 60));
        let caller = sts.get_caller_identity().send().await?;
        println!(
            "{:>2} minutes later: {}",
            minutes,
            caller.arn().unwrap_or_default()
        );
    }

    println!("identity {}", guest.identity_id().unwrap_or_default());
    println!("{}", mock.transcript());
    Ok(())
}
