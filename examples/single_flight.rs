//! Proves that two concurrent callers share one request: the mock holds the request until the
//! second caller has arrived.
//!
//! ```text
//! cargo run --example single_flight
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example shows what it does"
)]

use std::sync::Arc;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::sync::OnceCell;

type Error = Box<dyn std::error::Error>;

/// The code under test: the first caller sends the request, and all others wait for its answer.
struct Identity {
    client: Client,
    identity_pool_id: String,
    id: OnceCell<String>,
}

impl Identity {
    async fn id(&self) -> Option<&str> {
        let ask = || async {
            let call = self
                .client
                .get_id()
                .identity_pool_id(&self.identity_pool_id);
            call.send().await.ok()?.identity_id.ok_or(()).ok()
        };
        let id = self
            .id
            .get_or_try_init(|| async { ask().await.ok_or(()) })
            .await;
        id.ok().map(String::as_str)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("single flight");
    let identity = Arc::new(Identity {
        client: mock.client(),
        identity_pool_id: pool.id().to_owned(),
        id: OnceCell::new(),
    });

    let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
    let caller = |name: &'static str| {
        let identity = Arc::clone(&identity);
        async move {
            let id = identity.id().await.map(str::to_owned);
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
