//! Requests whose signature in a header is missing or spoiled: `signer_of` refuses each with the
//! error of the service, and says why.

use std::time::Duration;

use aws_sdk_cognitoidentity::config::Credentials;
use expect_test::expect;
use mock_cognito_identity::MockCognitoIdentity;

use super::signing::{Request, Signing, head, to_api, to_s3, vended};
use super::spoiling::{elsewhere, refuses, shown, with, without, world};
use crate::support::{mock, now};

/// The SHA-256 hash of an empty body.
const HASH_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn requests_without_a_signature() {
    let (mock, _) = world().await;
    let mut bearer = to_api();
    bearer.headers_mut().insert(
        "authorization",
        "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
            .parse()
            .unwrap(),
    );

    refuses(
        &mock,
        &to_s3(),
        &expect![[r#"
        403 AccessDenied
        Access Denied
        because the request must be signed; the request has no `Authorization` header, and its query string is not presigned
    "#]],
    );
    refuses(
        &mock,
        &to_api(),
        &expect![[r#"
        403 MissingAuthenticationTokenException
        Missing Authentication Token
        because the request must be signed; the request has no `Authorization` header, and its query string is not presigned
    "#]],
    );
    refuses(
        &mock,
        &bearer,
        &expect![[r#"
        403 IncompleteSignatureException
        'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'.
        because `Authorization` has the scheme Bearer; a signature has AWS4-HMAC-SHA256
    "#]],
    );
}

#[tokio::test]
async fn credentials_that_do_not_count() {
    let (mock, keys) = world().await;
    let (key, secret) = (keys.access_key_id(), keys.secret_access_key());
    let token = keys.session_token().map(str::to_owned);
    let (others, _) = vended(&mock).await;
    let of_others = others.session_token().map(str::to_owned);
    let signed_with = |key: &str, secret: &str, token: Option<String>| {
        let keys = Credentials::new(key, secret, token, None, "test");
        let api = Signing::of("execute-api").sign(to_api(), &keys);
        [Signing::of("s3").sign(to_s3(), &keys), api]
    };

    let [s3, api] = signed_with("ASIAUNKNOWN", secret, token.clone());
    refuses(
        &mock,
        &s3,
        &expect![[r#"
        403 InvalidAccessKeyId
        The AWS Access Key Id you provided does not exist in our records.
        because the access key id "ASIAUNKNOWN" is not known: this mock did not issue it
    "#]],
    );
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 UnrecognizedClientException
        The security token included in the request is invalid.
        because the access key id "ASIAUNKNOWN" is not known: this mock did not issue it
    "#]],
    );
    let [s3, api] = signed_with(key, secret, None);
    refuses(
        &mock,
        &s3,
        &expect![[r#"
        403 InvalidAccessKeyId
        The AWS Access Key Id you provided does not exist in our records.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with a session token; the request has none
    "#]],
    );
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 UnrecognizedClientException
        The security token included in the request is invalid.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with a session token; the request has none
    "#]],
    );
    let [s3, api] = signed_with(key, secret, of_others);
    refuses(
        &mock,
        &s3,
        &expect![[r#"
        400 InvalidToken
        The provided token is malformed or otherwise invalid.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with another session token than the request has
    "#]],
    );
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 UnrecognizedClientException
        The security token included in the request is invalid.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with another session token than the request has
    "#]],
    );
    let [s3, api] = signed_with(key, "another secret", token.clone());
    refuses(
        &mock,
        &s3,
        &expect![[r#"
        403 SignatureDoesNotMatch
        The request signature we calculated does not match the signature you provided. Check your key and signing method.
        because the request was signed with another secret than that of "ASIAFZCEOTA73PPZNQN5", or was changed after it was signed
    "#]],
    );
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 InvalidSignatureException
        The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.
        because the request was signed with another secret than that of "ASIAFZCEOTA73PPZNQN5", or was changed after it was signed
    "#]],
    );

    // What clients sign with that are made from `sdk_config` and not given credentials.
    let [_, api] = signed_with(
        "AKIAMOCKMOCKMOCKMOCK",
        "mock-cognito-identity/not/a/real/secret",
        None,
    );
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 UnrecognizedClientException
        The security token included in the request is invalid.
        because the access key id "AKIAMOCKMOCKMOCKMOCK" is that of `sdk_config`: give the client a `credentials_provider` with credentials of GetCredentialsForIdentity
    "#]],
    );

    mock.clock().advance(HOUR);
    let later = mock.clock().now();
    let s3 = Signing::of("s3").at(later).sign(to_s3(), &keys);
    refuses(
        &mock,
        &s3,
        &expect![[r#"
        400 ExpiredToken
        The provided token has expired.
        because the credentials expired at 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:04:05Z
    "#]],
    );
    let api = Signing::of("execute-api").at(later).sign(to_api(), &keys);
    refuses(
        &mock,
        &api,
        &expect![[r#"
        403 ExpiredTokenException
        The security token included in the request is expired
        because the credentials expired at 2026-01-02T04:04:05Z; the mock's clock shows 2026-01-02T04:04:05Z
    "#]],
    );
}

#[tokio::test]
async fn keys_that_a_reset_or_another_mock_has_forgotten() {
    let (mock, keys) = world().await;
    let request = Signing::of("s3").sign(to_s3(), &keys);
    let other = MockCognitoIdentity::builder().frozen_at(now()).in_memory();

    assert_eq!(
        other.signer_of(&head(request.clone())).unwrap_err().code(),
        "InvalidAccessKeyId"
    );
    mock.signer_of(&head(request.clone())).unwrap();
    mock.reset();
    assert_eq!(
        mock.signer_of(&head(request)).unwrap_err().code(),
        "InvalidAccessKeyId"
    );
}

#[tokio::test]
async fn long_term_credentials_are_of_no_identity() {
    let (key, secret) = (
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    );
    let mock = mock().require_credentials(key, secret).in_memory();
    let keys = Credentials::new(key, secret, None, None, "test");

    let error = mock
        .signer_of(&head(Signing::of("s3").sign(to_s3(), &keys)))
        .unwrap_err();

    assert_eq!(error.code(), "InvalidAccessKeyId");
}

#[tokio::test]
async fn requests_that_were_changed_after_they_were_signed() {
    let (mock, keys) = world().await;
    let s3 = || Signing::of("s3").sign(to_s3(), &keys);
    let api = || Signing::of("execute-api").sign(to_api(), &keys);
    let method = |mut request: Request, method: http::Method| {
        *request.method_mut() = method;
        request
    };
    let added = |mut request: Request| {
        request
            .headers_mut()
            .append("content-type", "text/plain".parse().unwrap());
        request
    };
    for (what, request) in [
        ("path", elsewhere(s3(), "1%2B1", "1%2B2")),
        ("encoding of the path", elsewhere(s3(), "1%2B1", "1+1")),
        ("query", elsewhere(s3(), "versionId=7", "versionId=8")),
        ("query that is added", elsewhere(s3(), "?", "?acl&")),
        ("host", elsewhere(s3(), "photos.s3", "others.s3")),
        ("method", method(s3(), http::Method::DELETE)),
        ("date", with(s3(), "x-amz-date", "T030405Z", "T030406Z")),
        (
            "Region",
            with(s3(), "authorization", "/us-east-1/", "/eu-west-1/"),
        ),
        (
            "signature",
            with(s3(), "authorization", "Signature=", "Signature=0"),
        ),
        (
            "signed headers",
            with(s3(), "authorization", "host;", "host;accept;"),
        ),
        (
            "stated hash",
            with(
                s3(),
                "x-amz-content-sha256",
                HASH_OF_NOTHING,
                "UNSIGNED-PAYLOAD",
            ),
        ),
        ("path", elsewhere(api(), "/notes", "/keys")),
        ("query", elsewhere(api(), "tag=a%20b", "tag=ab")),
        ("method", method(api(), http::Method::PUT)),
        ("header", with(api(), "content-type", "json", "xml")),
        ("header that is sent twice", added(api())),
        (
            "service",
            with(api(), "authorization", "/execute-api/", "/lambda/"),
        ),
        ("body", api().map(|_| b"{}".to_vec())),
        (
            "end of the body",
            api().map(|mut body| {
                body.push(b' ');
                body
            }),
        ),
    ] {
        let error = mock.signer_of_request(&request).unwrap_err();
        let mismatch = ["SignatureDoesNotMatch", "InvalidSignatureException"];
        assert!(mismatch.contains(&error.code()), "{what}: {error:?}");
        let text = "The request signature we calculated does not match";
        assert!(
            error.message().unwrap().starts_with(text),
            "{what}: {error:?}"
        );
        assert!(
            error.explanation().unwrap().contains(keys.access_key_id()),
            "{what}: {error:?}"
        );
    }

    let put = http::Request::put("https://photos.s3.us-east-1.amazonaws.com/1.jpg");
    let put = Signing::of("s3").sign(put.body(b"pixels".to_vec()).unwrap(), &keys);
    refuses(
        &mock,
        &put.map(|_| b"other pixels".to_vec()),
        &expect![[r#"
            400 XAmzContentSHA256Mismatch
            The provided 'x-amz-content-sha256' header does not match what was computed.
            because the body is another one than that whose hash `X-Amz-Content-Sha256` states
        "#]],
    );
}

#[tokio::test]
async fn a_body_that_must_be_read() {
    let (mock, keys) = world().await;
    let mut request = Signing::of("execute-api").sign(to_api(), &keys);
    request
        .headers_mut()
        .insert("content-length", "16".parse().unwrap());

    let error = mock.signer_of(&head(request)).unwrap_err();

    expect![[r#"
        403 InvalidSignatureException
        The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.
        because the signature covers the body, whose hash the request does not state in `X-Amz-Content-Sha256`: pass the whole request to `signer_of_request`
    "#]].assert_eq(&shown(&error));
}

#[tokio::test]
async fn malformed_parts_of_a_signature() {
    let (mock, keys) = world().await;
    let s3 = || Signing::of("s3").sign(to_s3(), &keys);
    let api = || Signing::of("execute-api").sign(to_api(), &keys);
    let spoiled = |from: &str, to: &str| {
        ["s3", "execute-api"].map(|service| {
            let request = if service == "s3" { s3() } else { api() };
            let error = mock.signer_of_request(&with(request, "authorization", from, to));
            error.unwrap_err()
        })
    };
    let key = keys.access_key_id();
    for (what, from, to, message) in [
        (
            "no scope",
            "Credential=",
            "Kredential=",
            "requires 'Credential' parameter",
        ),
        (
            "no signed headers",
            "SignedHeaders=",
            "Headers=",
            "requires 'SignedHeaders' parameter",
        ),
        (
            "no signature",
            "Signature=",
            "Sign=",
            "requires 'Signature' parameter",
        ),
        (
            "a scope with four elements",
            &*format!("{key}/"),
            key,
            "exactly 5 slash-delimited elements",
        ),
        (
            "another algorithm",
            "SHA256",
            "SHA512",
            "Unsupported AWS 'algorithm'",
        ),
        (
            "the scope of another day",
            "/20260102/",
            "/20260103/",
            "Date in Credential scope does not match",
        ),
        (
            "a scope with another end",
            "/aws4_request",
            "/aws5_request",
            "valid terminator: 'aws4_request'",
        ),
        (
            "no Region",
            "/us-east-1/",
            "/Virginia/",
            "valid region, not 'Virginia'",
        ),
    ] {
        let [of_s3, of_api] = spoiled(from, to);
        assert_eq!(
            (of_s3.code(), of_s3.status()),
            ("AuthorizationHeaderMalformed", 400),
            "{what}"
        );
        let codes = ["IncompleteSignatureException", "InvalidSignatureException"];
        assert!(codes.contains(&of_api.code()), "{what}: {of_api:?}");
        assert_eq!(of_api.status(), 403, "{what}"); // as API Gateway
        for error in [of_s3, of_api] {
            assert!(
                error.message().unwrap().contains(message),
                "{what}: {error:?}"
            );
            assert!(error.explanation().is_some(), "{what}: {error:?}");
        }
    }

    let [_, unsigned_host] = spoiled("host;", "");
    expect![[r#"
        403 InvalidSignatureException
        'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.
        because `SignedHeaders` is "content-type;x-amz-date;x-amz-security-token"; it must have `host`
    "#]].assert_eq(&shown(&unsigned_host));
    refuses(
        &mock,
        &without(s3(), "x-amz-date"),
        &expect![[r#"
        403 AccessDenied
        AWS authentication requires a valid Date or x-amz-date header
        because the request is signed and has no `X-Amz-Date` header
    "#]],
    );
    refuses(
        &mock,
        &without(api(), "x-amz-date"),
        &expect![[r#"
        403 IncompleteSignatureException
        Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.
        because the request is signed and has no `X-Amz-Date` header
    "#]],
    );
    refuses(
        &mock,
        &with(api(), "x-amz-date", "2026", "26"),
        &expect![[r#"
            403 IncompleteSignatureException
            Date must be in ISO-8601 'basic format'. Got '260102T030405Z'. See http://en.wikipedia.org/wiki/ISO_8601
            because `X-Amz-Date` is "260102T030405Z"; it must have the form of 20260102T030405Z
        "#]],
    );
    refuses(
        &mock,
        &without(s3(), "x-amz-content-sha256"),
        &expect![[r#"
            400 InvalidRequest
            Missing required header for this request: x-amz-content-sha256
            because the request has no `X-Amz-Content-Sha256` header, which S3 demands
        "#]],
    );
}
