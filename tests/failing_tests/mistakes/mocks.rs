//! Mistakes with the mock: one that is gone, and one that nobody calls.

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::MockCognitoIdentity;

use super::{mock, shows};
use crate::app::sign_in;

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
        "mocks::a_mock_dropped_too_early",
        &["this MockCognitoIdentity was dropped"],
        &expect![[r#"
            thread 'mistakes::mocks::a_mock_dropped_too_early' panicked at ⟨unwrap();⟩:
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
        "mocks::a_mock_in_memory_dropped_too_early",
        &["this MockCognitoIdentity was dropped"],
        &expect![[r#"
            thread 'mistakes::mocks::a_mock_in_memory_dropped_too_early' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: DispatchFailure(DispatchFailure { source: ConnectorError { kind: Io, source: Custom { kind: ConnectionRefused, error: "this MockCognitoIdentity was dropped; it was started at ⟨in_memory());⟩" }, connection: Unknown } })
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn the_client_of_another_mock() {
    let other = mock().start();
    let shared = other.seed_pool("app");
    let mock = mock().start();

    sign_in(&other.client(), shared.id(), None).await.unwrap();

    assert_eq!(mock.calls_to(Client::get_id)[0].attempt, 1);
}

#[test]
fn the_client_of_another_mock_shows_both_mocks() {
    shows(
        "mocks::the_client_of_another_mock",
        &["received no calls", "received 2 calls"],
        &expect![[r#"
            thread 'mistakes::mocks::the_client_of_another_mock' panicked at ⟨[0].attempt, 1);⟩:
            index out of bounds: the len is 0 but the index is 0
            MockCognitoIdentity started at ⟨start();⟩ received no calls. The server listens on http://127.0.0.1:PORT.
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
        "#]],
    );
}
