//! Proves that two concurrent callers share one request: the mock holds the request until the
//! second caller has arrived.
//!
//! ```text
//! cargo run --example single_flight
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "an example shows what it does"
)]

use std::sync::{Arc, Mutex};

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::sync::OnceCell;

type Error = Box<dyn std::error::Error>;

/// The code under test: the first caller sends the request, and all others wait for its answer. If
/// it fails, it fails for all of them; those who come later ask again.
struct Identity {
    client: Client,
    identity_pool_id: String,
    /// The request that is under way, or the one that has succeeded.
    flight: Mutex<Arc<OnceCell<Option<String>>>>,
}

impl Identity {
    fn new(client: Client, identity_pool_id: &str) -> Self {
        Self {
            client,
            identity_pool_id: identity_pool_id.to_owned(),
            flight: Mutex::default(),
        }
    }

    async fn id(&self) -> Option<String> {
        let flight = Arc::clone(&self.flight.lock().unwrap());
        let id = flight.get_or_init(|| self.ask()).await.clone();
        if id.is_none() {
            let mut current = self.flight.lock().unwrap();
            if Arc::ptr_eq(&current, &flight) {
                *current = Arc::default();
            }
        }
        id
    }

    async fn ask(&self) -> Option<String> {
        let call = self
            .client
            .get_id()
            .identity_pool_id(&self.identity_pool_id);
        call.send().await.ok()?.identity_id
    }
}

/// Every fault at every call. `cargo test --example single_flight --features exploration` runs it.
#[cfg(all(test, feature = "exploration"))]
mod tests {
    use std::time::Duration;

    use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
    use mock_cognito_identity::{Exploration, Leftover, PoolSeed};

    use super::*;

    const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";

    #[test]
    fn it_survives_any_single_fault() {
        let report = Exploration::new()
            .arrange(|mock| {
                mock.seed_pool(PoolSeed::named("single flight").id(POOL));
                // Without it, the first caller would be done before the second begins.
                mock.inject(Fault::delay(Duration::from_millis(10)));
            })
            .start(|mock| {
                let patience = Duration::from_secs(5);
                let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience);
                let config = mock.config().timeout_config(timeouts.build());
                Identity::new(Client::from_conf(config.build()), POOL)
            })
            // A guest whose answer is lost cannot be found again.
            .may_leave(Leftover::Guest)
            .run(
                async |identity| match tokio::join!(identity.id(), identity.id()) {
                    (Some(first), Some(second)) if first == second => Ok(first),
                    (first, second) => Err(format!("{first:?} and {second:?}")),
                },
            );

        report.assert_clean();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("single flight");
    let identity = Arc::new(Identity::new(mock.client(), pool.id()));

    let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
    let caller = |name: &'static str| {
        let identity = Arc::clone(&identity);
        async move {
            let id = identity.id().await;
            println!("{name} has {}", id.as_deref().unwrap_or("nothing"));
            id
        }
    };
    let first = tokio::spawn(caller("the first caller"));
    held.wait_until_fired(1).await;
    println!("the first request has arrived and is held");

    let second = tokio::spawn(caller("the second caller"));
    tokio::task::yield_now().await;
    println!(
        "the second caller waits too; requests so far: {}",
        mock.calls().len()
    );
    held.release();

    assert_eq!(first.await?, second.await?);
    mock.assert_called(Client::get_id, 1);
    println!("one request served both");
    Ok(())
}
