//! Mistakes with the clock, and with what expires.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::SharedCredentialsProvider;
use expect_test::expect;
use mock_cognito_identity::PoolSeed;

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
fn a_clock_moved_backwards_shows_a_time_before_the_calls() {
    shows(
        "time::a_clock_moved_backwards",
        &[
            "frozen at 2026-01-02T03:00:05Z",
            "the credentials of #2 expire in 3,840 s",
            "240 s before",
        ],
        &expect![[r#"
            thread 'mistakes::time::a_clock_moved_backwards' panicked at ⟨assert_ne!(renewed.access_key_id(), first.access_key_id());⟩:
            assertion `left != right` failed
              left: "ASIAFZCEOTA73PPZNQN5"
             right: "ASIAFZCEOTA73PPZNQN5"
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
            called `Result::unwrap()` on an `Err` value: ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some("ExpiredTokenException"), message: Some("The security token included in the request is expired"), extras: Some({"aws_request_id": "1dd1ac08-f9cb-4d2c-aa60-9fae38dfe509"}) }, meta: ErrorMetadata { code: Some("ExpiredTokenException"), message: Some("The security token included in the request is expired"), extras: Some({"aws_request_id": "1dd1ac08-f9cb-4d2c-aa60-9fae38dfe509"}) } }), raw: Response { status: StatusCode(400), headers: {"x-amzn-requestid": "1dd1ac08-f9cb-4d2c-aa60-9fae38dfe509", "content-type": "application/x-amz-json-1.1", "content-length": "100", "strict-transport-security": "max-age=31536000; includeSubDomains", "date": "Fri, 02 Jan 2026 04:04:05 GMT", "x-amzn-errortype": "ExpiredTokenException:", "x-amzn-errormessage": "The security token included in the request is expired"}, body: SdkBody { inner: Once(Some(b"{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}")), retryable: true }, extensions: Extensions { extensions_1x: {aws_runtime::service_clock_skew::ResponseClockSkew, hyper_util::client::legacy::connect::http::HttpInfo} } } })
        "#]],
    );
}
