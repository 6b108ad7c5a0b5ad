//! Malformed HTTP: the server answers with a bare status or closes the connection, runs no
//! operation, and keeps serving others.

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{MockCognitoIdentity, Operation};

use crate::support::http::{self, Connection};

/// A call that succeeds on any mock. Its body has 16 bytes.
fn good() -> Vec<u8> {
    http::call("ListIdentityPools", r#"{"MaxResults":1}"#)
}

/// The same call with another header instead of `content-length`.
fn good_with(header: &str) -> Vec<u8> {
    let good = String::from_utf8(good()).unwrap();
    good.replace("content-length: 16", header).into_bytes()
}

/// The same call with a chunked body.
fn chunked(body: &str) -> Vec<u8> {
    let mut request = good_with("transfer-encoding: chunked");
    request.truncate(request.len() - 16);
    request.extend_from_slice(body.as_bytes());
    request
}

#[track_caller]
fn assert_serves(mock: &MockCognitoIdentity, after: &str) {
    let answer = Connection::to(mock).exchange(good());
    assert_eq!(answer.status(), 200, "after {after}: {answer:?}");
}

#[test]
fn malformed_requests_are_answered_with_a_bare_status() {
    let mock = MockCognitoIdentity::start();
    let long_path = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000));
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    let rows: &[(&str, &[u8], u16)] = &[
        ("words", b"hello\r\n\r\n", 400),
        (
            "a TLS handshake",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            400,
        ),
        ("zeros", &[0; 1024], 400),
        ("HTTP/0.9", b"GET /\r\n\r\n", 400),
        ("HTTP/3.0", b"GET / HTTP/3.0\r\n\r\n", 400),
        (
            "a header without a name",
            b"GET / HTTP/1.1\r\n: x\r\n\r\n",
            400,
        ),
        (
            "a blank in a header's name",
            b"GET / HTTP/1.1\r\na b: x\r\n\r\n",
            400,
        ),
        (
            "a zero in a header",
            b"GET / HTTP/1.1\r\na: x\0\r\n\r\n",
            400,
        ),
        (
            "a length that is no number",
            &good_with("content-length: x"),
            400,
        ),
        ("a negative length", &good_with("content-length: -1"), 400),
        (
            "a length beyond 64 bits",
            &good_with("content-length: 99999999999999999999"),
            400,
        ),
        (
            "two lengths",
            &good_with("content-length: 16\r\ncontent-length: 17"),
            400,
        ),
        (
            "an unknown coding",
            &good_with("transfer-encoding: gzip"),
            400,
        ),
        ("a long path", long_path.as_bytes(), 414),
        ("many headers", many_headers.as_bytes(), 431),
    ];

    for (name, bytes, status) in rows {
        let mut connection = Connection::to(&mock);
        connection.send_in_vain(bytes);
        let answer = connection.answer();

        let answer = answer.unwrap_or_else(|| panic!("{name} was not answered"));
        assert_eq!(
            (answer.status(), answer.body.as_str()),
            (*status, ""),
            "{name}"
        );
        assert!(connection.is_at_its_end(), "{name}");
        assert_serves(&mock, name);
    }
    mock.assert_called(Client::list_identity_pools, rows.len() as u64);
}

#[test]
fn an_endless_header_is_cut_off() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    connection.send("GET / HTTP/1.1\r\na: ");
    connection.send_in_vain("x".repeat(4 << 20));

    // It may have been cut off before it could read why.
    assert!(connection.ends_within(1), "the connection goes on");
    assert_serves(&mock, "a header of 4 MiB");
}

#[test]
fn http_2_is_disconnected() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    assert!(connection.is_at_its_end());
    assert_serves(&mock, "the preface of HTTP/2");
}

#[test]
fn an_incomplete_request_is_not_recorded_as_a_call() {
    let mock = MockCognitoIdentity::start();
    let request = good();

    for length in 0..request.len() {
        let mut connection = Connection::to(&mock);
        connection.send(&request[..length]);
        connection.finish();

        assert!(connection.is_at_its_end(), "{length} bytes were answered");
    }

    mock.assert_no_calls();
    assert_serves(&mock, "half requests");
}

#[test]
fn an_incomplete_body_is_not_recorded_as_a_call() {
    let mock = MockCognitoIdentity::start();
    let rows = [
        ("a length too long by one", good_with("content-length: 17")),
        (
            "a length beyond all memory",
            good_with("content-length: 9999999999999999999"),
        ),
        (
            "a body without its last chunk",
            chunked("10\r\n{\"MaxResults\":1}\r\n"),
        ),
        ("a chunk cut short", chunked("10\r\n{\"MaxResults\"")),
    ];

    for (name, bytes) in rows {
        let mut connection = Connection::to(&mock);
        connection.send(bytes);
        connection.finish();

        assert!(connection.is_at_its_end(), "{name} was answered");
    }

    mock.assert_no_calls();
    assert_serves(&mock, "bodies that break off");
}

#[test]
fn malformed_chunks_are_disconnected() {
    let mock = MockCognitoIdentity::start();
    let rows = [
        ("no size", chunked("zz\r\n{}\r\n0\r\n\r\n")),
        (
            "a size beyond 64 bits",
            chunked("fffffffffffffffff\r\n{}\r\n"),
        ),
        (
            "no size after a good chunk",
            chunked("10\r\n{\"MaxResults\":1}\r\nnope"),
        ),
        (
            "more than the size",
            chunked("1\r\n{\"MaxResults\":1}\r\n0\r\n\r\n"),
        ),
    ];

    for (name, bytes) in rows {
        let mut connection = Connection::to(&mock);
        connection.send(bytes);

        assert!(connection.is_at_its_end(), "{name} was answered");
    }

    mock.assert_no_calls();
    assert_serves(&mock, "garbage between chunks");
}

#[test]
fn a_chunked_body_is_accepted() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    for body in [
        "10\r\n{\"MaxResults\":1}\r\n0\r\n\r\n",
        "4\r\n{\"Ma\r\nc\r\nxResults\":1}\r\n0\r\n\r\n",
        "10;name=value\r\n{\"MaxResults\":1}\r\n0\r\ntrailer: x\r\n\r\n",
    ] {
        let answer = connection.exchange(chunked(body));

        assert_eq!(answer.status(), 200, "{body:?}: {answer:?}");
    }
    mock.assert_called(Client::list_identity_pools, 3);
}

#[test]
fn bytes_beyond_the_content_length_are_a_malformed_request() {
    let mock = MockCognitoIdentity::builder().verify_on_drop(false).start();
    let mut connection = Connection::to(&mock);

    let answer = connection.exchange(good_with("content-length: 15"));
    let to_the_rest = connection.answer().expect("an answer to the last byte");

    assert_eq!(answer.status(), 400);
    assert_eq!(
        answer.service_error(),
        ("SerializationException".to_owned(), None)
    );
    assert_eq!((to_the_rest.status(), to_the_rest.body.as_str()), (400, ""));
    assert!(connection.is_at_its_end());
    assert_serves(&mock, "a short length");
}

#[test]
fn a_connection_stays_usable_after_an_oversized_body() {
    let mock = MockCognitoIdentity::start();
    let large = "x".repeat(2 << 20);
    let mut connection = Connection::to(&mock);

    for request in [
        http::call("GetId", &large),
        chunked(&format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len())),
    ] {
        let answer = connection.exchange(request);

        assert_eq!(answer.status(), 413, "{answer:?}");
        assert_eq!(
            answer.service_error(),
            ("RequestEntityTooLarge".to_owned(), None)
        );
        assert_eq!(connection.exchange(good()).status(), 200);
    }
    assert_serves(&mock, "2 MiB");
    let mut expected = [Operation::ListIdentityPools; 5];
    expected[0] = Operation::GetId;
    assert_eq!(mock.operations(), expected);
}

#[test]
fn an_endless_body_is_cut_off() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    connection.send(chunked(""));
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(1 << 20));
    for _ in 0..64 {
        connection.send_in_vain(&chunk);
    }

    // It may have been cut off before it could read why.
    assert!(connection.ends_within(1), "the connection goes on");
    assert_serves(&mock, "64 MiB");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    connection.send([good(), http::call("GetId", "{}"), good()].concat());
    let statuses = [(); 3].map(|()| connection.answer().expect("an answer").status());

    assert_eq!(statuses, [200, 400, 200]);
}

#[test]
fn expect_100_continue_is_answered() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);
    let request = good_with("expect: 100-continue\r\ncontent-length: 16");
    let (head, body) = request.split_at(request.len() - 16);

    let asked = connection.exchange(head);
    let answer = connection.exchange(body);

    assert_eq!(asked.status_line(), "HTTP/1.1 100 Continue");
    assert_eq!(answer.status(), 200);
}

#[test]
fn connection_close_is_honoured() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    let answer = connection.exchange(good_with("connection: close\r\ncontent-length: 16"));

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(connection.is_at_its_end());
}
