//! Spoiling signed requests, and what `signer_of` says of them.

use aws_sdk_cognitoidentity::config::Credentials;
use expect_test::Expect;
use mock_cognito_identity::{MockCognitoIdentity, ServiceError};

use super::signing::{Request, vended};
use crate::support::mock;

/// A mock, and the credentials that it issued to a guest. The seed is fixed, so they are the same on
/// every run.
pub(super) async fn world() -> (MockCognitoIdentity, Credentials) {
    let mock = mock().in_memory();
    let (keys, _) = vended(&mock).await;
    (mock, keys)
}

/// Everything that a test may learn of an error.
pub(super) fn shown(error: &ServiceError) -> String {
    format!(
        "{} {}\n{}\nbecause {}\n",
        error.status(),
        error.code(),
        error.message().unwrap_or_default(),
        error.explanation().expect("each error is explained")
    )
}

/// Asserts with which error a request is refused.
#[track_caller]
pub(super) fn refuses(mock: &MockCognitoIdentity, request: &Request, expected: &Expect) {
    let error = mock.signer_of_request(request).unwrap_err();
    let shown = shown(&error);
    assert!(
        !shown.contains("IQoJ") && !shown.contains("secret/"),
        "{shown}"
    );
    expected.assert_eq(&shown);
}

/// The request with a part of a header replaced.
#[track_caller]
pub(super) fn with(mut request: Request, header: &'static str, from: &str, to: &str) -> Request {
    let value = request.headers()[header].to_str().unwrap();
    assert!(value.contains(from), "no {from} in {value}");
    let value = value.replacen(from, to, 1).parse().unwrap();
    request.headers_mut().insert(header, value);
    request
}

pub(super) fn without(mut request: Request, header: &str) -> Request {
    assert!(request.headers_mut().remove(header).is_some());
    request
}

/// The request with a part of its URL replaced.
#[track_caller]
pub(super) fn elsewhere(mut request: Request, from: &str, to: &str) -> Request {
    let url = request.uri().to_string();
    assert!(url.contains(from), "no {from} in {url}");
    *request.uri_mut() = url.replacen(from, to, 1).parse().unwrap();
    request
}
