//! Code that sends requests again which it should not send again.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use mock_cognito_identity::{Exploration, FindingKind};

use crate::support::{
    Error, alice, assert_found_and_mended, client_without_retries, patient_client, seed_pool,
    sign_in,
};

/// An application that retries calls itself.
struct App {
    client: Client,
    token: String,
    attempts: u32,
    retries_rejected_calls: bool,
}

impl App {
    async fn sign_in(&self) -> Result<String, Error> {
        let mut attempt = 1;
        loop {
            match sign_in(&self.client, &self.token).send().await {
                Ok(answer) => return Ok(answer.identity_id.ok_or("no identity")?),
                Err(error) if attempt == self.attempts || !self.may_help(&error) => {
                    return Err(error.into());
                }
                Err(_) => attempt += 1,
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    fn may_help<E: ProvideErrorMetadata, R>(&self, error: &SdkError<E, R>) -> bool {
        self.retries_rejected_calls || error.code() != Some("NotAuthorizedException")
    }
}

#[test]
fn a_rejected_call_is_sent_again() {
    assert_found_and_mended(FindingKind::RejectedCallRepeated, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| App {
                client: client_without_retries(mock),
                token: alice(mock),
                attempts: 3,
                retries_rejected_calls: !mended,
            })
            .run(async |app| app.sign_in().await)
    });
}

#[test]
fn retries_are_multiplied_by_those_of_the_sdk() {
    assert_found_and_mended(FindingKind::RetryStorm, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| App {
                client: if mended {
                    client_without_retries(mock)
                } else {
                    patient_client(mock)
                },
                token: alice(mock),
                attempts: 4,
                retries_rejected_calls: false,
            })
            .run(async |app| app.sign_in().await)
    });
}
