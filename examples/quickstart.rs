//! The main use case: seeds a pool, signs in, survives throttling, is rejected, and lists the
//! recorded calls.
//!
//! ```text
//! cargo run --example quickstart
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity};

type Error = Box<dyn std::error::Error>;

/// The code under test signs a guest in. It does not know about the mock.
async fn sign_in(client: &Client, identity_pool_id: &str) -> Result<(String, String), Error> {
    let id = client
        .get_id()
        .identity_pool_id(identity_pool_id)
        .send()
        .await?;
    let identity_id = id.identity_id.ok_or("no identity")?;
    let answer = client
        .get_credentials_for_identity()
        .identity_id(&identity_id)
        .send()
        .await?;
    let credentials = answer.credentials.ok_or("no credentials")?;
    Ok((identity_id, credentials.access_key_id.ok_or("no key")?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("quickstart");
    println!("the mock listens on {}\n", mock.endpoint_url());

    println!("1. a guest signs in");
    let (identity_id, access_key_id) = sign_in(&mock.client(), pool.id()).await?;
    println!("   {identity_id} has the key {access_key_id}\n");

    println!("2. AWS throttles two attempts, and the SDK retries");
    mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));
    sign_in(&mock.client(), pool.id()).await?;
    println!("   signed in at the third attempt\n");

    println!("3. AWS rejects the call, which the SDK does not retry");
    let forbidden = Fault::not_authorized("Access to Identity is forbidden.");
    mock.inject(
        forbidden
            .on(Client::get_credentials_for_identity)
            .up_to_n_times(1),
    );
    let error = mock
        .client()
        .get_credentials_for_identity()
        .identity_id(&identity_id)
        .send()
        .await
        .expect_err("the fault answers with an error");
    println!("   {}\n", error.into_service_error());

    println!("recorded calls:");
    println!(
        "   {:>3}  {:<26} {:>7}  outcome",
        "#", "operation", "attempt"
    );
    for call in mock.calls() {
        println!(
            "   {:>3}  {:<26} {:>7}  {}",
            call.number,
            call.input.operation(),
            call.attempt,
            call.outcome
        );
    }

    mock.assert_called(Client::get_id, 4);
    mock.assert_called(Client::get_credentials_for_identity, 3);
    mock.shutdown();
    Ok(())
}
