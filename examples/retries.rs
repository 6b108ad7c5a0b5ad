//! Shows retries: code survives throttling, gives up during an outage, and does not retry a
//! rejected call.
//!
//! ```text
//! cargo run --example retries
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use mock_cognito_identity::{Fault, MockCognitoIdentity};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("retries");
    let get_id = |client: Client| client.get_id().identity_pool_id(pool.id()).send();

    println!("two throttled attempts: the SDK's three attempts are enough");
    mock.inject(
        Fault::throttle()
            .on(Client::get_id)
            .up_to_n_times(2)
            .named("two throttles"),
    );
    get_id(mock.client()).await?;
    let attempts: Vec<u32> = mock.calls().iter().map(|call| call.attempt).collect();
    println!("  attempts {attempts:?}, the last one succeeds");

    println!("an outage: the SDK gives up after three attempts");
    {
        let outage = mock.inject_scoped(Fault::http_status(503).named("outage"));
        let error = get_id(mock.client())
            .await
            .expect_err("every call fails during the outage");
        let status = error.raw_response().map(|response| response.status());
        println!(
            "  {} attempts, then a bare HTTP status without an AWS error: {}",
            outage.fired(),
            status.ok_or("the outage answers with a status")?
        );
    }

    println!("four errors: a client with five attempts gets through");
    mock.inject(
        Fault::internal_error()
            .up_to_n_times(4)
            .named("four errors"),
    );
    let patient = mock
        .config()
        .retry_config(RetryConfig::standard().with_max_attempts(5));
    get_id(Client::from_conf(patient.build())).await?;
    println!("  succeeds at the fifth attempt");

    println!("a rejected call is not retried");
    mock.inject(
        Fault::not_authorized("Not for you.")
            .up_to_n_times(1)
            .named("rejection"),
    );
    let before = mock.calls().len();
    let error = get_id(mock.client())
        .await
        .expect_err("the fault answers with an error");
    println!(
        "  {} attempt: {}",
        mock.calls().len() - before,
        error.into_service_error()
    );

    println!("\n{}", mock.timeline());
    mock.shutdown();
    Ok(())
}
