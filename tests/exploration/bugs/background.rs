//! Background tasks of the code.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Exploration, FindingKind};

use crate::support::{Error, alice, assert_found_and_mended, patient_client, seed_pool, sign_in};

/// Keeps the session of a user alive in the background.
async fn refresh(client: Client, token: String, survives_errors: bool) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        let refreshed = sign_in(&client, &token).send().await;
        if refreshed.is_err() && !survives_errors {
            return;
        }
    }
}

#[test]
fn a_refresh_task_dies_silently() {
    assert_found_and_mended(FindingKind::BackgroundTaskDied, |mended| {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| {
                let (client, token) = (patient_client(mock), alice(mock));
                tokio::spawn(refresh(client.clone(), token.clone(), mended));
                (client, token)
            })
            .run(async |(client, token)| {
                let answer = sign_in(client, token).send().await?;
                let id = answer.identity_id.ok_or("no identity")?;
                tokio::time::sleep(Duration::from_secs(40)).await;
                Ok::<_, Error>(id)
            })
    });
}
