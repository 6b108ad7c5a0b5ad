//! Tests the expiry of credentials without waiting, by moving the mock's clock.
//!
//! ```text
//! cargo run --example clock
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::types::Credentials;
use mock_cognito_identity::{Clock, MockCognitoIdentity};

type Error = Box<dyn std::error::Error>;

/// The code under test: a cache that renews credentials five minutes before they expire.
struct Cache {
    client: Client,
    identity_id: String,
    held: Option<Credentials>,
}

impl Cache {
    async fn credentials(&mut self, now: SystemTime) -> Result<String, Error> {
        let fresh_until = now + Duration::from_secs(300);
        let is_fresh = |held: &Credentials| {
            let expires = held
                .expiration()
                .and_then(|at| SystemTime::try_from(*at).ok());
            expires.is_some_and(|expires| expires > fresh_until)
        };
        if !self.held.as_ref().is_some_and(is_fresh) {
            let call = self
                .client
                .get_credentials_for_identity()
                .identity_id(&self.identity_id);
            self.held = call.send().await?.credentials;
        }
        let key = self.held.as_ref().and_then(Credentials::access_key_id);
        Ok(key.ok_or("no credentials")?.to_owned())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("clock");
    let mut cache = Cache {
        client: mock.client(),
        identity_id: pool.seed_identity(),
        held: None,
    };
    let clock: &Clock = mock.clock();

    let first = cache.credentials(clock.now()).await?;
    println!("at the start       {first}");

    clock.advance(Duration::from_secs(50 * 60));
    let later = cache.credentials(clock.now()).await?;
    println!("50 minutes later   {later}  (valid for ten more minutes)");
    assert_eq!(first, later);

    clock.advance(Duration::from_secs(6 * 60));
    let renewed = cache.credentials(clock.now()).await?;
    println!("56 minutes later   {renewed}  (renewed four minutes before the expiry)");
    assert_ne!(first, renewed);

    mock.assert_called(Client::get_credentials_for_identity, 2);
    Ok(())
}
