//! One mock for many tests: a `static`, with a pool for each test.
//!
//! ```text
//! cargo run --example shared
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity, SeededPool};
use once_cell::sync::Lazy;

/// Started by the first test that needs it. A `static` is never dropped, so it is never verified:
/// use `inject_scoped`, whose guards are.
static MOCK: Lazy<MockCognitoIdentity> = Lazy::new(MockCognitoIdentity::start);

/// A client for each test: a client belongs to the runtime it was first used on.
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

    println!("test of guests   its own pool {} has {id}", pool.id());
}

async fn test_of_throttling() {
    let pool = MOCK.seed_pool("test of throttling");
    // Only this test's pool: others share the mock.
    let own = pool.id().to_owned();
    let throttle = Fault::throttle().when(Client::get_id, move |input| {
        input.identity_pool_id() == Some(&own)
    });

    let throttled = MOCK.inject_scoped(throttle);
    let refused = guest(&pool).await.is_none();

    println!(
        "test of throttling   refused: {refused}, after {} attempts",
        throttled.fired()
    );
    assert!(refused);
}

fn main() {
    // As a test runner would: each on a thread and a runtime of its own.
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
