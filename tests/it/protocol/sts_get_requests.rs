//! STS by `GET`: calls with their parameters in the query string, signed in a header or presigned.

use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::config::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::{Fault, MockCognitoIdentity, Operation, Outcome};

use crate::support::http::{AUTHORIZATION, Connection, answer};
use crate::support::{both, guest, mock, now, over_both};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const MINUTE: Duration = Duration::from_secs(60);
const USER: &str = "<Arn>arn:aws:iam::123456789012:user/mock</Arn>";
const GUEST: &str = "<Arn>arn:aws:sts::123456789012:assumed-role/app-unauthenticated/CognitoIdentityCredentials</Arn>";

/// Mocks that require the key, one over each transport.
fn mocks() -> [MockCognitoIdentity; 2] {
    over_both(|| mock().require_credentials(KEY, SECRET))
}

fn own() -> Credentials {
    Credentials::new(KEY, SECRET, None, None, "test")
}

/// Credentials that `GetCredentialsForIdentity` issues for a guest.
async fn given_out(mock: &MockCognitoIdentity) -> Credentials {
    let pool = mock.seed_pool("app");
    let client = mock.client();
    let id = guest(&client, pool.id()).await;
    let call = client.get_credentials_for_identity().identity_id(id);
    let keys = call.send().await.unwrap().credentials.unwrap();
    Credentials::new(
        keys.access_key_id.unwrap(),
        keys.secret_key.unwrap(),
        keys.session_token,
        None,
        "test",
    )
}

type Request = http::Request<SdkBody>;

fn unsigned(mock: &MockCognitoIdentity, query: &str) -> Request {
    let url = format!("{}/?{query}", mock.endpoint_url());
    http::Request::get(url).body(SdkBody::empty()).unwrap()
}

fn signed_in(
    location: SignatureLocation,
    mut request: Request,
    keys: &Credentials,
    at: SystemTime,
) -> Request {
    let mut settings = SigningSettings::default();
    settings.signature_location = location;
    settings.expires_in = (location == SignatureLocation::QueryParams).then_some(MINUTE);
    let identity = keys.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("sts")
        .time(at)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let signable = SignableRequest::new(
        "GET",
        request.uri().to_string(),
        headers,
        SignableBody::Bytes(b""),
    );
    let (instructions, _) = sign(signable.unwrap(), &params).unwrap().into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}

/// Signed in the `Authorization` header.
fn signed(request: Request, keys: &Credentials) -> Request {
    signed_in(SignatureLocation::Headers, request, keys, now())
}

/// Presigned for a minute.
fn presigned(request: Request, keys: &Credentials) -> Request {
    signed_in(SignatureLocation::QueryParams, request, keys, now())
}

/// The same request with a part of its URL replaced.
fn altered(request: Request, from: &str, to: &str) -> Request {
    let (mut parts, body) = request.into_parts();
    let url = parts.uri.to_string();
    assert!(url.contains(from), "{url}");
    parts.uri = url.replacen(from, to, 1).parse().unwrap();
    Request::from_parts(parts, body)
}

#[track_caller]
fn assert_says((status, body): (u16, String), text: &str) {
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(text), "{text} is not in {body}");
}

#[track_caller]
fn assert_error_response((status, body): (u16, String), expected: u16, code: &str, message: &str) {
    assert_eq!(status, expected, "{body}");
    let error = format!("<Code>{code}</Code><Message>{message}</Message>");
    assert!(body.contains(&error), "{error} is not in {body}");
}

const DOES_NOT_MATCH: &str = "The request signature we calculated does not match the signature you provided. \
    Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

both! {
    async fn signed_and_presigned_requests_are_answered_and_recorded(mock) {
        let who = || unsigned(mock, WHO);

        assert_says(answer(mock, signed(who(), &own())).await, USER);
        assert_says(answer(mock, presigned(who(), &own())).await, USER);

        assert_eq!(mock.operations(), [Operation::GetCallerIdentity; 2]);
        assert!(mock.calls().iter().all(|call| call.outcome == Outcome::Success));
        mock.verify();
    }

    async fn get_caller_identity_names_the_role_of_issued_credentials(mock) {
        let keys = given_out(mock).await;
        let who = || unsigned(mock, WHO);

        assert_says(answer(mock, signed(who(), &keys)).await, GUEST);
        assert_says(answer(mock, presigned(who(), &keys)).await, GUEST);

        mock.clock().advance(Duration::from_secs(3_600));
        let expired = "The security token included in the request is expired";
        let result = answer(mock, presigned(who(), &keys)).await;
        assert_error_response(result, 403, "ExpiredToken", expired);
    }

    async fn assume_role_with_web_identity_works_by_get(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();
        let id = guest(&client, pool.id()).await;
        let token = client.get_open_id_token().identity_id(&id).send().await.unwrap().token.unwrap();
        let role = "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FGuest";
        let call = |role: &str| format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=a%2Bb&WebIdentityToken={token}"
        );

        let result = answer(mock, unsigned(mock, &call(role))).await;
        let short = answer(mock, unsigned(mock, &call("short"))).await;

        assert_says(result, "<Arn>arn:aws:sts::123456789012:assumed-role/Guest/a+b</Arn>");
        assert_error_response(
            short, 400, "ValidationError",
            "1 validation error detected: Value 'short' at 'roleArn' failed to satisfy constraint: \
             Member must have length greater than or equal to 20",
        );
        let calls = mock.calls_to(aws_sdk_sts::Client::assume_role_with_web_identity);
        assert_eq!(calls[0].input.web_identity_token(), Some(token.as_str()));
    }

    async fn an_unsigned_operation_ignores_signature_parameters(mock) {
        let query = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&X-Amz-Date=20260102T030405Z";

        let (_, body) = answer(mock, unsigned(mock, query)).await;

        assert!(body.contains("<Code>ValidationError</Code>"), "{body}");
    }

    async fn the_header_counts_for_a_call_signed_in_header_and_query(mock) {
        let half = unsigned(mock, &format!("{WHO}&X-Amz-Date=20260102T030405Z"));

        assert_says(answer(mock, signed(half, &own())).await, USER);
    }

    async fn faults_apply_to_get_requests(mock) {
        let call = aws_sdk_sts::Client::get_caller_identity;
        mock.inject(Fault::http_status(503).on(call).up_to_n_times(1));
        let who = || presigned(unsigned(mock, WHO), &own());

        assert_eq!(answer(mock, who()).await.0, 503);
        assert_says(answer(mock, who()).await, USER);
    }

    async fn an_unsigned_request_is_rejected(mock) {
        let result = answer(mock, unsigned(mock, WHO)).await;

        assert_error_response(
            result, 403, "MissingAuthenticationToken", "Request is missing Authentication Token",
        );
    }

    async fn missing_parameters_of_a_presigned_request_are_reported(mock) {
        let scope = "AKID%2F20260102%2Fus-east-1%2Fsts%2Faws4_request";
        let incomplete = "IncompleteSignature";
        let query = |fields: &str| unsigned(mock, &format!("{WHO}&{fields}"));

        let half = answer(mock, query(&format!("X-Amz-Credential={scope}&X-Amz-Signature="))).await;
        let rest = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date=20260102T030405Z\
             &X-Amz-SignedHeaders=host&X-Amz-Signature=ab"
        );
        let endless = answer(mock, query(&format!("{rest}&X-Amz-Expires=soon"))).await;
        let unspeakable = answer(mock, query(&format!("{rest}&X-Amz-Expires=60&X-Amz-Security-Token=%0A"))).await;

        assert_error_response(
            half, 400, incomplete,
            "AWS query-string parameters must include 'X-Amz-Algorithm'. \
             AWS query-string parameters must include 'X-Amz-Signature'. \
             AWS query-string parameters must include 'X-Amz-SignedHeaders'. \
             AWS query-string parameters must include 'X-Amz-Date'. \
             AWS query-string parameters must include 'X-Amz-Expires'. \
             Re-examine the query-string parameters.",
        );
        assert_error_response(endless, 400, incomplete, "X-Amz-Expires should be a number");
        assert_error_response(unspeakable, 400, incomplete, "X-Amz-Security-Token is not text");
        assert!(mock.calls().iter().all(|call| call.input.operation() == Operation::GetCallerIdentity));
    }
}

#[tokio::test]
async fn valid_signatures_are_accepted() {
    for mock in mocks() {
        let who = || {
            // An additional signed header, as in tokens for EKS clusters, and a parameter that has
            // to be percent-encoded.
            let mut request = unsigned(&mock, &format!("{WHO}&Note=a%20b%2Bc"));
            let headers = request.headers_mut();
            headers.insert("x-k8s-aws-id", "cluster".parse().unwrap());
            request
        };
        let keys = given_out(&mock).await;

        assert_says(answer(&mock, signed(who(), &own())).await, "<Arn>");
        assert_says(answer(&mock, presigned(who(), &own())).await, "<Arn>");
        assert_says(answer(&mock, signed(who(), &keys)).await, GUEST);
        assert_says(answer(&mock, presigned(who(), &keys)).await, GUEST);
    }
}

#[tokio::test]
async fn tampered_requests_are_rejected() {
    for mock in mocks() {
        let keys = given_out(&mock).await;
        let who = || presigned(unsigned(&mock, &format!("{WHO}&Note=a")), &keys);
        let wrong = Credentials::new(KEY, "wrong", None, None, "test");
        let stranger = Credentials::new("AKIAUNKNOWN", SECRET, None, None, "test");
        let invalid = "The security token included in the request is invalid";

        for (from, to) in [
            ("Note=a", "Note=b"),
            ("&Note=a", ""),
            ("X-Amz-Expires=60", "X-Amz-Expires=61"),
            ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=60"),
            ("X-Amz-Date=20260102T030405Z", "X-Amz-Date=20260102T030406Z"),
            ("SignedHeaders=host", "SignedHeaders=host%3Bx-more"),
            ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ] {
            // An additional name in `SignedHeaders` makes a difference only if that header exists.
            let mut request = altered(who(), from, to);
            let headers = request.headers_mut();
            headers.insert("x-more", "more".parse().unwrap());
            let result = answer(&mock, request).await;
            assert_error_response(result, 403, "SignatureDoesNotMatch", DOES_NOT_MATCH);
        }
        let result = answer(&mock, presigned(unsigned(&mock, WHO), &wrong)).await;
        assert_error_response(result, 403, "SignatureDoesNotMatch", DOES_NOT_MATCH);
        let result = answer(&mock, presigned(unsigned(&mock, WHO), &stranger)).await;
        assert_error_response(result, 403, "InvalidClientTokenId", invalid);
        let result = answer(&mock, altered(who(), "X-Amz-Security-Token=", "Token=")).await;
        assert_error_response(result, 403, "InvalidClientTokenId", invalid);
        let result = answer(
            &mock,
            altered(signed(unsigned(&mock, WHO), &own()), "06-15", "06-16"),
        )
        .await;
        assert_error_response(result, 403, "SignatureDoesNotMatch", DOES_NOT_MATCH);
    }
}

#[tokio::test]
async fn a_presigned_request_expires_after_fifteen_minutes_whatever_it_says() {
    for mock in mocks() {
        let who = || presigned(unsigned(&mock, WHO), &own());
        assert!(who().uri().to_string().contains("X-Amz-Expires=60"));
        mock.clock().advance(Duration::from_secs(900));
        assert_says(answer(&mock, who()).await, "<Arn>");

        mock.clock().advance(Duration::from_secs(1));
        let result = answer(&mock, who()).await;
        assert_error_response(
            result,
            403,
            "SignatureDoesNotMatch",
            "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T031906Z - 15 min.)",
        );
    }
}

#[tokio::test]
async fn a_request_presigned_in_the_future_is_rejected() {
    for mock in mocks() {
        let ahead = now() + Duration::from_secs(902);
        let who = unsigned(&mock, WHO);
        let who = signed_in(SignatureLocation::QueryParams, who, &own(), ahead);

        let result = answer(&mock, who).await;

        assert_error_response(
            result,
            403,
            "SignatureDoesNotMatch",
            "Signature not yet current: 20260102T031907Z is still later than 20260102T031905Z \
             (20260102T030405Z + 15 min.)",
        );
    }
}

#[test]
fn signed_and_presigned_requests_are_answered_on_a_socket() {
    let mock = mock().start();
    let mut connection = Connection::to(&mock);
    let url = presigned(unsigned(&mock, WHO), &own()).uri().to_string();
    let path = url.strip_prefix(mock.endpoint_url()).unwrap();

    let in_query = connection.exchange(format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n",
        mock.address().unwrap()
    ));
    let in_header = connection.exchange(format!(
        "GET /?{WHO} HTTP/1.1\r\nhost: localhost\r\nauthorization: {AUTHORIZATION}\r\n\r\n"
    ));

    for answer in [in_query, in_header] {
        assert_eq!(answer.header("content-type"), Some("text/xml"));
        assert_says((answer.status(), answer.body), USER);
    }
}

#[tokio::test]
async fn other_get_requests_are_not_recognized() {
    let mock = mock().verify_on_drop(false).start();

    let unknown = answer(&mock, unsigned(&mock, "Action=GetSessionToken")).await;
    assert_error_response(
        unknown,
        400,
        "InvalidAction",
        "Could not find operation GetSessionToken for version 2011-06-15",
    );
    let mut connection = Connection::to(&mock);
    for target in [
        "/",
        "/?",
        "/?Version=2011-06-15",
        "/x?Action=GetCallerIdentity",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let answer = connection.exchange(request);
        assert_eq!(answer.status(), 400, "{target}");
        assert!(!answer.body.contains("<Error"), "{answer:?}");
    }
    let request = unsigned(&mock, WHO);
    let (mut parts, body) = request.into_parts();
    parts.method = http::Method::PUT;
    let (status, body) = answer(&mock, Request::from_parts(parts, body)).await;
    assert_eq!(status, 400);
    assert!(!body.contains("<Error"), "{body}");
    assert!(mock.calls().is_empty());
}
