//! CORS: the headers by which a browser lets a page of another origin call the mock.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::http::Connection;
use crate::support::{NO_POOL, mock};
use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity};

const ORIGIN: &str = "Origin: http://page.test\r\n";
const SHARED: [&str; 2] = [
    "access-control-allow-origin: *",
    "access-control-expose-headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
];
const GET_ID: &str = "Content-Type: application/x-amz-json-1.1\r\n\
                      X-Amz-Target: AWSCognitoIdentityService.GetId\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// Sends a request and reads until the mock closes the connection. Returns the status, the sorted
/// CORS headers and the body.
fn send(mock: &MockCognitoIdentity, line: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(mock.address().unwrap()).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}",
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut head = head.lines();
    let status = head.next().unwrap().split(' ').nth(1).unwrap().parse();
    let mut cors: Vec<_> = head
        .filter(|line| line.starts_with("access-control-"))
        .map(str::to_owned)
        .collect();
    cors.sort();
    Answer {
        status: status.unwrap(),
        cors,
        body: body.to_owned(),
    }
}

struct Answer {
    status: u16,
    cors: Vec<String>,
    body: String,
}

/// A mock that tolerates unrecognized requests.
fn served() -> MockCognitoIdentity {
    mock().verify_on_drop(false).start()
}

fn get_id(pool: &str) -> String {
    format!(r#"{{"IdentityPoolId":"{pool}"}}"#)
}

/// Asserts that the response has CORS headers if, and only if, the request has an `Origin`.
fn assert_shared(mock: &MockCognitoIdentity, status: u16, line: &str, headers: &str, body: &str) {
    let with = send(mock, line, &format!("{ORIGIN}{headers}"), body);
    let without = send(mock, line, headers, body);

    assert_eq!((with.status, without.status), (status, status), "{line}");
    assert_eq!(with.cors, SHARED, "{line}");
    assert_eq!(without.cors, <[&str; 0]>::default(), "{line}");
}

#[test]
fn every_response_to_a_request_with_an_origin_allows_it() {
    let mock = served();
    let pool = mock.seed_pool("app").id().to_owned();
    let unknown = GET_ID.replace("GetId", "Nope");
    let too_large = get_id(&"x".repeat(4 * 1024 * 1024));

    assert_shared(&mock, 200, "POST /", GET_ID, &get_id(&pool));
    assert_shared(&mock, 400, "POST /", GET_ID, &get_id(NO_POOL));
    assert_shared(&mock, 400, "POST /", GET_ID, &get_id("no id"));
    assert_shared(&mock, 400, "POST /", GET_ID, "[");
    assert_shared(&mock, 400, "POST /", &unknown, "{}");
    assert_shared(&mock, 400, "GET /health", "", "");
    assert_shared(&mock, 413, "POST /", GET_ID, &too_large);
}

#[test]
fn the_key_set_and_responses_of_sts_allow_it_too() {
    let mock = served();
    let assume = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15";

    assert_shared(&mock, 200, "GET /.well-known/jwks_uri", "", "");
    assert_shared(&mock, 200, "GET /.well-known/openid-configuration", "", "");
    assert_shared(&mock, 400, "POST /", FORM, assume);
    assert_shared(&mock, 400, "POST /", FORM, "Action=Nope");
}

#[test]
fn responses_of_faults_allow_it_too() {
    let mock = served();
    let pool = mock.seed_pool("app").id().to_owned();

    mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));
    assert_shared(&mock, 400, "POST /", GET_ID, &get_id(&pool));
    mock.clear_faults();
    mock.inject(Fault::http_status(503).on(Client::get_id).up_to_n_times(2));
    assert_shared(&mock, 503, "POST /", GET_ID, &get_id(&pool));
    mock.clear_faults();
    mock.inject(Fault::malformed_response().on(Client::get_id));
    assert_shared(&mock, 200, "POST /", GET_ID, &get_id(&pool));
    mock.clear_faults();
    mock.inject(Fault::truncate_response().on(Client::get_id));
    assert_shared(&mock, 200, "POST /", GET_ID, &get_id(&pool));
}

#[test]
fn a_preflight_is_allowed_the_method_and_headers_it_asks_for() {
    let mock = mock().start();
    let asked = "Access-Control-Request-Method: POST\r\n\
                 Access-Control-Request-Headers: content-type,x-amz-target\r\n";

    for path in ["/", "/.well-known/jwks_uri", "/anything"] {
        let answer = send(
            &mock,
            &format!("OPTIONS {path}"),
            &format!("{ORIGIN}{asked}"),
            "",
        );

        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        assert_eq!(
            answer.cors,
            [
                "access-control-allow-headers: content-type,x-amz-target",
                "access-control-allow-methods: POST",
                SHARED[0],
                SHARED[1],
                "access-control-max-age: 172800",
            ]
        );
    }
    // A preflight is not a call, and verification on drop does not complain about it.
    mock.assert_no_calls();
}

/// Recorded with curl from this service and from STS (2020, 2021).
#[test]
fn a_preflight_response_has_the_headers_of_aws() {
    let mock = mock().start();
    let asked = "OPTIONS / HTTP/1.1\r\nhost: localhost\r\norigin: https://foo.example\r\n\
                 access-control-request-method: POST\r\n\
                 access-control-request-headers: content-type,x-amz-target,Authorization\r\n\r\n";

    let answer = Connection::to(&mock).exchange(asked);

    let id = answer.header("x-amzn-requestid").expect("an id");
    assert_eq!(answer.status_line(), "HTTP/1.1 200 OK");
    assert_eq!(
        answer.headers(),
        [
            "access-control-allow-headers: content-type,x-amz-target,Authorization",
            "access-control-allow-methods: POST",
            SHARED[0],
            SHARED[1],
            "access-control-max-age: 172800",
            "content-length: 0",
            "date: Fri, 02 Jan 2026 03:04:05 GMT",
            &format!("x-amzn-requestid: {id}"),
        ]
    );
}

#[test]
fn a_preflight_without_headers_is_not_told_of_any() {
    let mock = mock().start();

    let asked = format!("{ORIGIN}Access-Control-Request-Method: GET\r\n");
    let answer = send(&mock, "OPTIONS /", &asked, "");

    assert_eq!(answer.cors[0], "access-control-allow-methods: GET");
    assert_eq!(answer.cors.len(), 4);
}

#[test]
fn an_options_request_that_is_no_preflight_is_not_recognized() {
    let mock = served();

    let no_origin = "Access-Control-Request-Method: POST\r\n";
    assert_eq!(send(&mock, "OPTIONS /", no_origin, "").status, 400);
    assert_shared(&mock, 400, "OPTIONS /", "", "");
}
