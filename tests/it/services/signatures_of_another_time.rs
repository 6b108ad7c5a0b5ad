//! Signatures in a header that were made too long ago, or in the future.

use std::time::Duration;

use expect_test::expect;

use super::signing::{Signing, to_api, to_s3};
use super::spoiling::{refuses, world};
use crate::support::now;

#[tokio::test]
async fn each_service_allows_some_minutes() {
    let (mock, keys) = world().await;
    let second = Duration::from_secs(1);
    let signed_at = |service, at| {
        let request = if service == "s3" { to_s3() } else { to_api() };
        Signing::of(service).at(at).sign(request, &keys)
    };
    for (service, minutes) in [("s3", 15), ("execute-api", 5)] {
        let most = Duration::from_secs(minutes * 60);
        let whole_now = now() - Duration::from_millis(678);
        mock.signer_of_request(&signed_at(service, whole_now - most))
            .unwrap();
        mock.signer_of_request(&signed_at(service, whole_now + most))
            .unwrap();
    }

    let five_minutes = Duration::from_secs(300);
    refuses(
        &mock,
        &signed_at("execute-api", now() - five_minutes - second),
        &expect![[r#"
            403 InvalidSignatureException
            Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)
            because the request was signed at 2026-01-02T02:59:04Z; the mock's clock shows 2026-01-02T03:04:05Z; 5 minutes are allowed
        "#]],
    );
    refuses(
        &mock,
        &signed_at("execute-api", now() + five_minutes + second),
        &expect![[r#"
            403 InvalidSignatureException
            Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)
            because the request was signed at 2026-01-02T03:09:06Z; the mock's clock shows 2026-01-02T03:04:05Z; 5 minutes are allowed
        "#]],
    );
    refuses(
        &mock,
        &signed_at("s3", now() - 3 * five_minutes - second),
        &expect![[r#"
            403 RequestTimeTooSkewed
            The difference between the request time and the current time is too large.
            because the request was signed at 2026-01-02T02:49:04Z; the mock's clock shows 2026-01-02T03:04:05Z; 15 minutes are allowed
        "#]],
    );
    refuses(
        &mock,
        &signed_at("s3", now() + 3 * five_minutes + second),
        &expect![[r#"
            403 RequestTimeTooSkewed
            The difference between the request time and the current time is too large.
            because the request was signed at 2026-01-02T03:19:06Z; the mock's clock shows 2026-01-02T03:04:05Z; 15 minutes are allowed
        "#]],
    );
}
