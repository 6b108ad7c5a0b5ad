//! Shares one static mock between tests, with a pool for each test.
//!
//! ```text
//! cargo run --example shared
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity, SeededPool};
use once_cell::sync::Lazy;

/// The first test that needs the mock starts it. A `static` is never dropped and therefore never
/// verified, so the tests use `inject_scoped`, whose guards are verified.
static MOCK: Lazy<MockCognitoIdentity> = Lazy::new(MockCognitoIdentity::start);

/// Uses a new client for each test, because a client belongs to the runtime it is first used on.
async fn guest(pool: &SeededPool<'_>) -> Option<String> {
    MOCK.client()
        .get_id()
        .identity_pool_id(pool.id())
        .send()
        .await
        .ok()?
        .identity_id
}

async fn test_of_guests() {
    let pool = MOCK.seed_pool("test of guests");

    let id = guest(&pool).await.expect("guests are allowed");

    println!("test of guests: pool {} has the guest {id}", pool.id());
}

async fn test_of_throttling() {
    let pool = MOCK.seed_pool("test of throttling");
    // The predicate matches this test's pool only, because other tests share the mock.
    let own = pool.id().to_owned();
    let throttle = Fault::throttle().when(Client::get_id, move |input| {
        input.identity_pool_id() == Some(&own)
    });

    let throttled = MOCK.inject_scoped(throttle);
    let failed = guest(&pool).await.is_none();

    println!(
        "test of throttling: failed after {} attempts",
        throttled.fired()
    );
    assert!(failed);
}

fn main() {
    // Like a test runner, this runs each test on its own thread and runtime.
    let run = |test: fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime can be made").block_on(test());
        })
    };
    let tests = [
        run(|| Box::pin(test_of_guests())),
        run(|| Box::pin(test_of_throttling())),
    ];
    for test in tests {
        test.join().expect("both tests pass");
    }
}
