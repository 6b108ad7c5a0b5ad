//! The text of the report.

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::Exploration;

use crate::support::{Error, POOL, patient_client, seed_pool};

struct App {
    client: Client,
}

impl App {
    async fn sign_in(&self) -> Result<String, Error> {
        let answer = self.client.get_id().identity_pool_id(POOL).send().await?;
        let id = answer.identity_id.unwrap();
        let call = self.client.get_credentials_for_identity();
        let answer = call.identity_id(&id).send().await?;
        let key = answer.credentials.and_then(|keys| keys.access_key_id);
        Ok(key.ok_or("no key")?)
    }
}

#[test]
fn a_report() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(|mock| App {
            client: patient_client(mock),
        })
        .run(async |app| app.sign_in().await);

    expect![[""]].assert_eq(&report.to_string());
}
