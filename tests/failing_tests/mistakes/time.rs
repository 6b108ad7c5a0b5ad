//! Mistakes with the clock, and with what expires.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::SharedCredentialsProvider;
use expect_test::expect;
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

use super::{GOOGLE, mock, shows};
use crate::app::{Device, sign_in};

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_clock_moved_backwards() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let mut device = Device::new(mock.client(), pool.id()).await.unwrap();
    let first = device.credentials(mock.clock().now()).await.unwrap();

    // Four minutes before the expiry, the test means.
    let hour = Duration::from_secs(3_600);
    mock.clock()
        .set(first.expires() - hour - Duration::from_secs(240));
    let renewed = device.credentials(mock.clock().now()).await.unwrap();

    assert_ne!(renewed.access_key_id(), first.access_key_id());
}

#[test]
fn a_clock_moved_backwards_leaves_more_than_the_whole_lifetime() {
    shows(
        "time::a_clock_moved_backwards",
        &[
            "frozen at 2026-01-02T03:00:05Z",
            "the credentials of #2 expire in 3,840 s",
        ],
        &expect![[r#"
            thread 'mistakes::time::a_clock_moved_backwards' panicked at ⟨assert_ne!(renewed.access_key_id(), first.access_key_id());⟩:
            assertion `left != right` failed
              left: "ASIAFZCEOTA73PPZNQN5"
             right: "ASIAFZCEOTA73PPZNQN5"
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:00:05Z, set back to 240 s before #2 was received; the credentials of #2 expire in 3,840 s
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_running_clock_moved_backwards() {
    let mock = MockCognitoIdentity::builder().seed(7).start();
    let pool = mock.seed_pool("app");
    let mut device = Device::new(mock.client(), pool.id()).await.unwrap();
    let first = device.credentials(mock.clock().now()).await.unwrap();

    // Fifty-six minutes later, the test means.
    let now = mock.clock().now();
    mock.clock().set(now - Duration::from_secs(56 * 60));
    let renewed = device.credentials(mock.clock().now()).await.unwrap();

    assert_ne!(renewed.access_key_id(), first.access_key_id());
}

#[test]
fn a_running_clock_moved_backwards_is_behind_real_time() {
    shows(
        "time::a_running_clock_moved_backwards",
        &["behind real time"],
        &expect![[r#"
            thread 'mistakes::time::a_running_clock_moved_backwards' panicked at ⟨assert_ne!(renewed.access_key_id(), first.access_key_id());⟩:
            assertion `left != right` failed
              left: "ASIAFZCEOTA73PPZNQN5"
             right: "ASIAFZCEOTA73PPZNQN5"
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: TIME, SPAN behind real time; FACTS
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_token_issued_in_the_future() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let start = mock.clock().now();
    mock.clock().advance(Duration::from_secs(7_200));
    let login = pool.login("alice");

    // The token has expired, the test means.
    mock.clock().set(start + Duration::from_secs(3_601));

    assert!(
        sign_in(&mock.client(), pool.id(), Some(login))
            .await
            .is_err()
    );
}

#[test]
fn a_token_issued_in_the_future_is_not_yet_issued() {
    shows(
        "time::a_token_issued_in_the_future",
        &["the login token of alice in #1 will be issued in 3,599 s"],
        &expect![[r#"
            thread 'mistakes::time::a_token_issued_in_the_future' panicked at ⟨assert!(⟩:
            assertion failed: sign_in(&mock.client(), pool.id(), Some(login)).await.is_err()
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T04:04:06Z; the login token of alice in #1 will be issued in 3,599 s; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIAFZCEOTA73PPZNQN5, role app-authenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_expired_login() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let login = pool.login("alice");
    sign_in(&mock.client(), pool.id(), Some(login.clone()))
        .await
        .unwrap();

    // A day later, the application still has the token of the first sign-in.
    mock.clock().advance(Duration::from_secs(86_400));
    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn an_expired_login_has_an_expiry_before_the_time_of_the_clock() {
    shows(
        "time::an_expired_login",
        &["2026-01-02T04:04:05Z", "2026-01-03T03:04:05Z"],
        &expect![[r#"
            thread 'mistakes::time::an_expired_login' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("Invalid login token. Token expired: 1767409145 >= 1767326645")
            MockCognitoIdentity started at ⟨start();⟩ received 3 calls:
                clock: frozen at 2026-01-03T03:04:05Z; the login token of alice in #1 expired 82,800 s ago; the credentials of #2 expired 82,800 s ago
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → ok, key ASIAFZCEOTA73PPZNQN5, role app-authenticated until +3600 s
                #3  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → NotAuthorizedException: Invalid login token. Token expired: 1767409145 >= 1767326645
                    why: `exp` is 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-03T03:04:05Z, and the grace period of five minutes is over
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn expired_credentials() {
    let mock = mock().require_credentials("AKIAADMIN", "secret").start();
    let pool = mock.seed_pool("app");
    let guest = sign_in(&mock.client(), pool.id(), None).await.unwrap();
    let config = mock
        .config()
        .credentials_provider(SharedCredentialsProvider::new(guest.credentials));
    let client = Client::from_conf(config.build());

    mock.clock().advance(Duration::from_secs(3_600));
    let describe = client.describe_identity().identity_id(guest.identity_id);
    describe.send().await.unwrap();
}

#[test]
fn expired_credentials_have_an_expiry_before_the_time_of_the_clock() {
    shows(
        "time::expired_credentials",
        &["the credentials of #2 expired 0 s ago"],
        &expect![[r#"
            thread 'mistakes::time::expired_credentials' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some("ExpiredTokenException"), message: Some("The security token included in the request is expired"), extras: Some({"aws_request_id": "1dd1ac08-f9cb-4d2c-aa60-9fae38dfe509"}) }, meta: ErrorMetadata { code: Some("ExpiredTokenException"), message: Some("The security token included in the request is expired"), extras: Some({"aws_request_id": "1dd1ac08-f9cb-4d2c-aa60-9fae38dfe509"}) } }), raw: RESPONSE })
            MockCognitoIdentity started at ⟨start();⟩ received 3 calls:
                clock: frozen at 2026-01-02T04:04:05Z; the credentials of #2 expired 0 s ago
                #1  GetId                      attempt 1  pool "app", no logins                        → ok, identity us-east-1:…d1ac (guest)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins  → ok, key ASIAFZCEOTA73PPZNQN5, role app-unauthenticated until +3600 s
                #3  DescribeIdentity           attempt 1  identity us-east-1:…d1ac (guest)             → ExpiredTokenException: The security token included in the request is expired
                    why: the credentials expired at 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:04:05Z
        "#]],
    );
}
