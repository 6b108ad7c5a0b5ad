//! Presigned requests that are spoiled or whose lifetime is over.

use std::time::Duration;

use expect_test::expect;

use super::signing::{Request, Signing, head, to_s3};
use super::spoiling::{elsewhere, refuses, world};
use crate::support::now;

const HOUR: Duration = Duration::from_secs(3_600);

/// The request with a parameter of its presigned URL replaced, or removed.
#[track_caller]
fn with_parameter(mut request: Request, name: &str, value: Option<&str>) -> Request {
    let url = request.uri().to_string();
    let (path, query) = url.split_once('?').unwrap();
    let is_it = |pair: &str| pair.starts_with(&format!("{name}="));
    assert!(query.split('&').any(is_it), "no {name} in {query}");
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !is_it(pair))
        .map(str::to_owned)
        .collect();
    pairs.extend(value.map(|value| format!("{name}={value}")));
    *request.uri_mut() = format!("{path}?{}", pairs.join("&")).parse().unwrap();
    request
}

#[tokio::test]
async fn presigned_requests_are_refused_with_what_is_wrong() {
    let (mock, keys) = world().await;
    let s3 = || Signing::of("s3").presigned().sign(to_s3(), &keys);
    let api = || Signing::of("execute-api").presigned().sign(to_s3(), &keys);
    let token = |request: Request| with_parameter(request, "X-Amz-Security-Token", None);
    let expires =
        |request: Request, value: &str| with_parameter(request, "X-Amz-Expires", Some(value));

    refuses(
        &mock,
        &with_parameter(s3(), "X-Amz-Date", None),
        &expect![[r#"
            400 AuthorizationQueryParametersError
            Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.
            because the presigned request has no X-Amz-Date
        "#]],
    );
    refuses(
        &mock,
        &with_parameter(api(), "X-Amz-SignedHeaders", None),
        &expect![[r#"
            403 IncompleteSignatureException
            AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.
            because the presigned request has no X-Amz-SignedHeaders
        "#]],
    );
    refuses(
        &mock,
        &expires(s3(), "soon"),
        &expect![[r#"
        400 AuthorizationQueryParametersError
        X-Amz-Expires should be a number
        because `X-Amz-Expires` is "soon"; it must be a number of seconds, 604800 at most
    "#]],
    );
    refuses(
        &mock,
        &expires(s3(), "-1"),
        &expect![[r#"
        400 AuthorizationQueryParametersError
        X-Amz-Expires must be non-negative
        because `X-Amz-Expires` is "-1"; it must be a number of seconds, 604800 at most
    "#]],
    );
    refuses(
        &mock,
        &expires(s3(), "604801"),
        &expect![[r#"
        400 AuthorizationQueryParametersError
        X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds
        because `X-Amz-Expires` is "604801"; it must be a number of seconds, 604800 at most
    "#]],
    );
    refuses(
        &mock,
        &token(s3()),
        &expect![[r#"
        403 InvalidAccessKeyId
        The AWS Access Key Id you provided does not exist in our records.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with a session token; the request has none
    "#]],
    );
    refuses(
        &mock,
        &token(api()),
        &expect![[r#"
        403 UnrecognizedClientException
        The security token included in the request is invalid.
        because the access key id "ASIAFZCEOTA73PPZNQN5" was issued with a session token; the request has none
    "#]],
    );
    // A longer lifetime than the signed one.
    refuses(
        &mock,
        &expires(s3(), "600"),
        &expect![[r#"
        403 SignatureDoesNotMatch
        The request signature we calculated does not match the signature you provided. Check your key and signing method.
        because the request was signed with another secret than that of "ASIAFZCEOTA73PPZNQN5", or was changed after it was signed
    "#]],
    );
    refuses(
        &mock,
        &elsewhere(s3(), "versionId=7", "versionId=8"),
        &expect![[r#"
            403 SignatureDoesNotMatch
            The request signature we calculated does not match the signature you provided. Check your key and signing method.
            because the request was signed with another secret than that of "ASIAFZCEOTA73PPZNQN5", or was changed after it was signed
        "#]],
    );

    let second = Duration::from_secs(1);
    let (old, new) = (
        s3(),
        Signing::of("s3")
            .presigned()
            .at(now() + HOUR)
            .sign(to_s3(), &keys),
    );
    refuses(
        &mock,
        &new,
        &expect![[r#"
            403 AccessDenied
            Request is not valid yet
            because the request was presigned at 2026-01-02T04:04:05Z for 60 seconds, which have not begun: the mock's clock shows 2026-01-02T03:04:05Z
        "#]],
    );
    mock.clock().advance(60 * second);
    mock.signer_of(&head(old.clone())).unwrap();
    mock.clock().advance(second);
    refuses(
        &mock,
        &old,
        &expect![[r#"
            403 AccessDenied
            Request has expired
            because the request was presigned at 2026-01-02T03:04:05Z for 60 seconds, which are over: the mock's clock shows 2026-01-02T03:05:06Z
        "#]],
    );
    let api = Signing::of("execute-api").presigned().sign(to_s3(), &keys);
    refuses(
        &mock,
        &api,
        &expect![[r#"
            403 InvalidSignatureException
            Signature expired: 20260102T030505Z is now earlier than 20260102T030506Z
            because the request was presigned at 2026-01-02T03:04:05Z for 60 seconds, which are over: the mock's clock shows 2026-01-02T03:05:06Z
        "#]],
    );
}
