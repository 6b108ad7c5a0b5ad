//! Code that waits for ever.

use mock_cognito_identity::{Exploration, FindingKind};

use crate::support::{Error, alice, assert_found_and_mended, patient_client, seed_pool, sign_in};

#[test]
fn a_client_without_a_timeout() {
    assert_found_and_mended(FindingKind::Hung, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| {
                let client = if mended {
                    patient_client(mock)
                } else {
                    mock.client()
                };
                (client, alice(mock))
            })
            .run(async |(client, token)| {
                let answer = sign_in(client, token).send().await?;
                answer.identity_id.ok_or(Error::from("no identity"))
            })
    });
}
