//! Mistakes with the lifetime of the mock.

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::MockCognitoIdentity;

use super::{mock, shows};

/// A fixture. Mistake: the mock is dropped when it returns.
fn client_and_pool(mock: MockCognitoIdentity) -> (Client, String) {
    let pool = mock.seed_pool("app").id().to_owned();
    (mock.client(), pool)
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_mock_dropped_too_early() {
    let (client, pool) = client_and_pool(mock().start());

    client.get_id().identity_pool_id(pool).send().await.unwrap();
}

#[test]
fn a_mock_dropped_too_early_is_told_by_the_connection_error() {
    shows(
        "mock_lifetime::a_mock_dropped_too_early",
        &["this MockCognitoIdentity was dropped"],
        &expect![[r#"
            thread 'mistakes::mock_lifetime::a_mock_dropped_too_early' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: DispatchFailure(DispatchFailure { source: ConnectorError { kind: Io, source: Custom { kind: ConnectionRefused, error: "this MockCognitoIdentity was dropped; it was started at ⟨start());⟩" }, connection: Unknown } })
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_mock_in_memory_dropped_too_early() {
    let (client, pool) = client_and_pool(mock().in_memory());

    client.get_id().identity_pool_id(pool).send().await.unwrap();
}

#[test]
fn a_mock_in_memory_dropped_too_early_is_told_by_the_connection_error() {
    shows(
        "mock_lifetime::a_mock_in_memory_dropped_too_early",
        &["this MockCognitoIdentity was dropped"],
        &expect![[r#"
            thread 'mistakes::mock_lifetime::a_mock_in_memory_dropped_too_early' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: DispatchFailure(DispatchFailure { source: ConnectorError { kind: Io, source: Custom { kind: ConnectionRefused, error: "this MockCognitoIdentity was dropped; it was started at ⟨in_memory());⟩" }, connection: Unknown } })
        "#]],
    );
}
