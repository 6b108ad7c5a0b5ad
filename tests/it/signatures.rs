//! Signed calls that are held to their credentials.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Credentials;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::{assert_refused, guest, mock};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// One mock over each transport that asks for the key.
fn mocks() -> [MockCognitoIdentity; 2] {
    [
        mock().require_credentials(KEY, SECRET).start(),
        mock().require_credentials(KEY, SECRET).in_memory(),
    ]
}

fn client_with(mock: &MockCognitoIdentity, key: &str, secret: &str, token: Option<&str>) -> Client {
    let credentials = Credentials::new(key, secret, token.map(str::to_owned), None, "test");
    Client::from_conf(mock.config().credentials_provider(credentials).build())
}

#[tokio::test]
async fn the_required_key_is_let_in_and_handed_out() {
    for mock in mocks() {
        mock.client()
            .list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();
        let own = client_with(&mock, KEY, SECRET, None);

        own.list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_are_refused() {
    for mock in mocks() {
        let unknown = client_with(&mock, "AKIAUNKNOWN", SECRET, None);
        let wrong = client_with(&mock, KEY, "wrong", None);
        let token = client_with(&mock, KEY, SECRET, Some("token"));
        let invalid = "The security token included in the request is invalid.";

        let result = unknown.list_identity_pools().max_results(1).send().await;
        assert_refused(result, "UnrecognizedClientException", invalid);
        let result = wrong.list_identity_pools().max_results(1).send().await;
        assert_refused(
            result,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details.",
        );
        let result = token.list_identity_pools().max_results(1).send().await;
        assert_refused(result, "UnrecognizedClientException", invalid);
    }
}

#[tokio::test]
async fn public_operations_are_not_asked_for_a_signature() {
    for mock in mocks() {
        let pool = mock.seed_pool("app");
        let client = client_with(&mock, "AKIAUNKNOWN", "wrong", None);

        guest(&client, pool.id()).await;
    }
}

#[tokio::test]
async fn credentials_given_out_are_let_in_until_they_expire() {
    for mock in mocks() {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let answer = mock
            .client()
            .get_credentials_for_identity()
            .identity_id(id)
            .send()
            .await
            .unwrap();
        let keys = answer.credentials.unwrap();
        let (key, secret) = (keys.access_key_id.unwrap(), keys.secret_key.unwrap());
        let client = client_with(&mock, &key, &secret, keys.session_token.as_deref());
        let without_token = client_with(&mock, &key, &secret, None);
        let list = |client: &Client| client.list_identity_pools().max_results(1).send();

        list(&client).await.unwrap();
        let result = list(&without_token).await;
        assert_refused(
            result,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        );
        mock.clock().advance(Duration::from_secs(3_600));
        let result = list(&client).await;
        assert_refused(
            result,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        );
    }
}

#[tokio::test]
async fn a_stale_signature_is_refused() {
    for mock in mocks() {
        // A client with a clock of its own, stuck where the mock's was. The SDK corrects a skew
        // that it can see, so it must not.
        let stuck = aws_smithy_async::time::StaticTimeSource::new(mock.clock().now());
        let config = mock
            .config()
            .time_source(stuck)
            .disable_clock_skew_correction(true);
        let client = Client::from_conf(config.build());
        mock.clock().advance(Duration::from_secs(301));

        let result = client.list_identity_pools().max_results(1).send().await;

        assert_refused(
            result,
            "InvalidSignatureException",
            "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)",
        );
    }
}
