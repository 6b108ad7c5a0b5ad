//! Clients of other services that are made from the mock's `SdkConfig` and have no other HTTP client:
//! the error they meet, and what verification says.

use aws_smithy_types::body::SdkBody;
use expect_test::{Expect, expect};
use mock_cognito_identity::MockCognitoIdentity;

use super::signing::{Signing, to_s3};
use crate::support::http::answer;
use crate::support::{mock, over_both, panic_of};

type Request = http::Request<SdkBody>;

/// Asserts how both transports answer a request, and returns what verification says.
async fn answered(request: impl Fn() -> Request, expected: &Expect) -> String {
    let mut verified = String::new();
    for mock in over_both(|| mock().verify_on_drop(false)) {
        let (status, body) = answer(&mock, request()).await;
        expected.assert_eq(&format!("{status}\n{}\n", without_request_id(&body)));
        assert_eq!(mock.calls().len(), 0);
        verified = panic_of(|| mock.verify());
    }
    verified
}

fn without_request_id(body: &str) -> String {
    match body.split_once("<RequestId>") {
        Some((before, rest)) => {
            let (_, after) = rest.split_once("</RequestId>").unwrap();
            format!("{before}{after}")
        }
        None => body.to_owned(),
    }
}

fn to(method: &str, url: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(SdkBody::from("{}")).unwrap()
}

#[tokio::test]
async fn a_client_of_s3() {
    let keys = aws_sdk_cognitoidentity::config::Credentials::for_tests();
    let request = || Signing::of("s3").sign(to_s3(), &keys).map(SdkBody::from);

    let report = answered(request, &expect![[r#"
        501
        <Error><Code>NotServedByMock</Code><Message>the mock serves cognito-identity and sts, not s3 (host photos.s3.us-east-1.amazonaws.com); make the client from `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, where `other` is an HTTP client that answers for it</Message></Error>
    "#]]).await;

    expect![[r#"
        1 request names no operation that the mock answers
            #1  GET /my%20cats/1%2B1.jpg  host: photos.s3.us-east-1.amazonaws.com

        calls received (1):
            clock: frozen at 2026-01-02T03:04:05.678Z
            #1  GET /my%20cats/1%2B1.jpg  host: photos.s3.us-east-1.amazonaws.com  → NotServedByMock: the mock serves cognito-identity and sts, not s3 (host photos.s3.us-east-1.amazonaws.com); make the cl…
                why: "photos.s3.us-east-1.amazonaws.com" is a host of "s3"
        help: the mock serves cognito-identity and sts, not s3 (host photos.s3.us-east-1.amazonaws.com). A client of another service needs an
              HTTP client that answers for it; `other` is one:
              `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`"#]].assert_eq(&report);
}

#[tokio::test]
async fn a_client_of_dynamodb() {
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "DynamoDB_20120810.GetItem"),
    ];
    let request = || {
        to(
            "POST",
            "https://dynamodb.eu-west-1.amazonaws.com/",
            &headers,
        )
    };

    let report = answered(request, &expect![[r#"
        501
        {"__type":"NotServedByMock","message":"the mock serves cognito-identity and sts, not dynamodb (host dynamodb.eu-west-1.amazonaws.com); make the client from `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, where `other` is an HTTP client that answers for it"}
    "#]]).await;

    expect![[r#"
        1 request names no operation that the mock answers
            #1  POST /  x-amz-target: DynamoDB_20120810.GetItem  host: dynamodb.eu-west-1.amazonaws.com

        calls received (1):
            clock: frozen at 2026-01-02T03:04:05.678Z
            #1  POST /  x-amz-target: DynamoDB_20120810.GetItem  host: dynamodb.eu-west-1.amazonaws.com  → NotServedByMock: the mock serves cognito-identity and sts, not dynamodb (host dynamodb.eu-west-1.amazonaws.com); make t…
                why: "dynamodb.eu-west-1.amazonaws.com" is a host of "dynamodb"
        help: the mock serves cognito-identity and sts, not dynamodb (host dynamodb.eu-west-1.amazonaws.com). A client of another service needs an
              HTTP client that answers for it; `other` is one:
              `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`"#]].assert_eq(&report);
}

#[tokio::test]
async fn a_client_of_sns() {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let request = || {
        let request = to("POST", "https://sns.eu-west-1.amazonaws.com/", &headers);
        request.map(|_| SdkBody::from("Action=Publish&Version=2010-03-31"))
    };

    answered(request, &expect![[r#"
        501
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>NotServedByMock</Code><Message>the mock serves cognito-identity and sts, not sns (host sns.eu-west-1.amazonaws.com); make the client from `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, where `other` is an HTTP client that answers for it</Message></Error></ErrorResponse>
    "#]]).await;
}

#[tokio::test]
async fn a_client_of_lambda() {
    let url = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/f/invocations";

    answered(|| to("POST", url, &[]), &expect![[r#"
        501
        {"__type":"NotServedByMock","message":"the mock serves cognito-identity and sts, not lambda (host lambda.eu-west-1.amazonaws.com); make the client from `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, where `other` is an HTTP client that answers for it"}
    "#]]).await;
}

/// The host is not one of AWS, but the signature names the service.
#[tokio::test]
async fn a_client_with_an_endpoint_of_its_own() {
    let keys = aws_sdk_cognitoidentity::config::Credentials::for_tests();
    let request = || {
        let request = http::Request::get("http://minio.test:9000/photos/1.jpg").body(Vec::new());
        Signing::of("s3")
            .sign(request.unwrap(), &keys)
            .map(SdkBody::from)
    };

    let report = answered(request, &expect![[r#"
        501
        <Error><Code>NotServedByMock</Code><Message>the mock serves cognito-identity and sts, not s3 (host minio.test:9000); make the client from `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, where `other` is an HTTP client that answers for it</Message></Error>
    "#]]).await;

    assert!(report.contains("not s3 (host minio.test:9000)"), "{report}");
}

#[tokio::test]
async fn an_upload_that_is_too_large_to_be_read() {
    for mock in over_both(|| mock().verify_on_drop(false)) {
        let request = to("PUT", "https://photos.s3.us-east-1.amazonaws.com/1", &[]);
        let request = request.map(|_| SdkBody::from(vec![0; 3 * 1024 * 1024]));

        let (status, body) = answer(&mock, request).await;

        assert_eq!(status, 501);
        assert!(
            body.contains("not s3 (host photos.s3.us-east-1.amazonaws.com)"),
            "{body}"
        );
    }
}

/// What other languages get that set `AWS_ENDPOINT_URL`: the mock's own address is for no service.
#[tokio::test]
async fn at_the_mocks_own_address_nothing_changes() {
    let mock: MockCognitoIdentity = mock().verify_on_drop(false).start();
    let url = format!("{}/photos/1.jpg", mock.endpoint_url());

    let (status, body) = answer(&mock, to("GET", &url, &[])).await;

    assert_eq!(status, 400);
    assert!(body.contains("BadRequest"), "{body}");
    let report = panic_of(|| mock.verify());
    assert!(
        report.contains("AWS_ENDPOINT_URL_COGNITO_IDENTITY"),
        "{report}"
    );
}
