//! `signer_of` and `signer_of_request`: whose credentials signed a request to another service.

use std::time::Duration;

use aws_sdk_cognitoidentity::config::Credentials;
use aws_sdk_sts::Client as Sts;
use mock_cognito_identity::MockCognitoIdentity;

use super::signing::{Request, Signing, as_received, head, to_api, to_s3, vended};
use crate::support::{both, guest, now};

const ROLE: &str = "arn:aws:iam::123456789012:role/app-unauthenticated";

/// Asserts that the head alone names this identity.
#[track_caller]
fn assert_signer(mock: &MockCognitoIdentity, request: Request, id: &str) {
    let signer = mock.signer_of(&head(request)).unwrap();
    assert_eq!(
        (signer.identity_id.as_str(), signer.role_arn.as_str()),
        (id, ROLE)
    );
}

both! {
    async fn a_request_to_s3_names_the_identity_that_signed_it(mock) {
        let (keys, id) = vended(mock).await;
        let request = Signing::of("s3").sign(to_s3(), &keys);

        let signer = mock.signer_of(&head(request.clone())).unwrap();

        assert_eq!(signer.identity_id, id);
        assert_eq!(signer.access_key_id, keys.access_key_id());
        assert_eq!(signer.role_arn, ROLE);
        assert_eq!(signer.session_name, "CognitoIdentityCredentials");
        assert_eq!(signer.amr, ["unauthenticated"]);
        let lifetime = signer.expiration.duration_since(now()).unwrap();
        assert_eq!(lifetime.as_secs(), 3_599); // an hour, in whole seconds
        assert_eq!(Some(signer), mock.issued_credentials(keys.access_key_id()));
        assert_signer(mock, as_received(request), &id);
        // Asking is no call.
        assert_eq!(mock.calls().len(), 2);
    }

    async fn a_request_with_a_body_is_verified_as_a_whole(mock) {
        let (keys, id) = vended(mock).await;
        let request = Signing::of("execute-api").sign(to_api(), &keys);

        assert_eq!(mock.signer_of_request(&request).unwrap().identity_id, id);
        let received = as_received(request);
        assert_eq!(mock.signer_of_request(&received).unwrap().identity_id, id);
    }

    async fn a_presigned_request_names_its_signer(mock) {
        let (keys, id) = vended(mock).await;
        for service in ["s3", "execute-api", "polly"] {
            let request = Signing::of(service).presigned().sign(to_s3(), &keys);

            assert!(!request.headers().contains_key("authorization"));
            assert_signer(mock, request.clone(), &id);
            assert_signer(mock, as_received(request), &id);
        }
    }

    async fn credentials_of_the_classic_flow_are_known_too(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = mock.client().get_open_id_token().identity_id(&id).send().await.unwrap();
        let call = Sts::new(&mock.sdk_config()).assume_role_with_web_identity();
        let call = call.role_arn(ROLE).role_session_name("classic");
        let answer = call.web_identity_token(token.token.unwrap()).send().await.unwrap();
        let keys = answer.credentials.unwrap();
        let keys = Credentials::new(
            keys.access_key_id,
            keys.secret_access_key,
            Some(keys.session_token),
            None,
            "test",
        );

        let request = Signing::of("s3").sign(to_s3(), &keys);

        let signer = mock.signer_of(&head(request)).unwrap();
        assert_eq!((signer.identity_id, signer.session_name.as_str()), (id, "classic"));
        assert_eq!(signer.amr, ["unauthenticated"]);
    }
}

#[tokio::test]
async fn any_service_and_any_region_are_accepted() {
    let mock = crate::support::mock().in_memory();
    let (keys, id) = vended(&mock).await;
    for (service, region, url) in [
        (
            "dynamodb",
            "eu-west-1",
            "https://dynamodb.eu-west-1.amazonaws.com/",
        ),
        (
            "appsync",
            "ap-southeast-2",
            "https://x1.appsync-api.ap-southeast-2.amazonaws.com/graphql",
        ),
        (
            "execute-api",
            "eu-central-1",
            "https://api.example.com/a/../b//c?q=%2F&q=+&empty=",
        ),
        (
            "iotdata",
            "us-west-2",
            "https://data-ats.iot.us-west-2.amazonaws.com/topics/a%2Fb?qos=1",
        ),
        (
            "lambda",
            "us-gov-west-1",
            "http://localhost:3000/2015-03-31/functions/f/invocations",
        ),
        (
            "s3",
            "eu-west-1",
            "http://127.0.0.1:9000/photos/a//b/../c%20d/%E2%82%AC.jpg",
        ),
    ] {
        let request = http::Request::get(url).body(Vec::new()).unwrap();
        for signing in [Signing::of(service), Signing::of(service).presigned()] {
            let request = signing.in_region(region).sign(request.clone(), &keys);
            assert_signer(&mock, request, &id);
        }
    }
}

#[tokio::test]
async fn the_session_token_of_a_presigned_request_to_the_iot_broker_is_not_signed() {
    let mock = crate::support::mock().in_memory();
    let (keys, id) = vended(&mock).await;
    let url = "https://x1-ats.iot.us-east-1.amazonaws.com/mqtt";
    let request = http::Request::get(url).body(Vec::new()).unwrap();
    let request = Signing::of("iotdevicegateway")
        .presigned()
        .sign(request, &keys);
    assert!(request.uri().to_string().contains("X-Amz-Security-Token"));

    assert_signer(&mock, request, &id);
}

#[tokio::test]
async fn the_stated_hash_stands_for_a_body_that_is_not_read() {
    let mock = crate::support::mock().in_memory();
    let (keys, id) = vended(&mock).await;
    let put = |body: &[u8]| {
        let url = "https://photos.s3.us-east-1.amazonaws.com/1.jpg";
        http::Request::put(url).body(body.to_vec()).unwrap()
    };
    let request = Signing::of("s3").sign(put(b"pixels"), &keys);

    assert_signer(&mock, request.clone(), &id);
    assert_eq!(mock.signer_of_request(&request).unwrap().identity_id, id);

    // A presigned request to S3 may have any body.
    let request = Signing::of("s3").presigned().sign(put(b""), &keys);
    let uploaded = request.map(|_| b"other pixels".to_vec());
    assert_eq!(mock.signer_of_request(&uploaded).unwrap().identity_id, id);
}

#[tokio::test]
async fn each_identity_is_told_from_the_others() {
    let mock = crate::support::mock().in_memory();
    let (first_keys, first) = vended(&mock).await;
    let (second_keys, second) = vended(&mock).await;
    assert_ne!(first, second);

    assert_signer(&mock, Signing::of("s3").sign(to_s3(), &first_keys), &first);
    assert_signer(
        &mock,
        Signing::of("s3").sign(to_s3(), &second_keys),
        &second,
    );
}

#[tokio::test]
async fn the_mocks_clock_tells_whether_credentials_are_valid() {
    let mock = crate::support::mock().in_memory();
    let (keys, id) = vended(&mock).await;

    mock.clock().advance(Duration::from_secs(3_599));
    let request = Signing::of("s3")
        .at(mock.clock().now())
        .sign(to_s3(), &keys);
    assert_signer(&mock, request, &id);

    mock.clock().advance(Duration::from_secs(1));
    let request = Signing::of("s3")
        .at(mock.clock().now())
        .sign(to_s3(), &keys);
    let error = mock.signer_of(&head(request)).unwrap_err();
    assert_eq!((error.code(), error.status()), ("ExpiredToken", 400));
    assert!(
        error
            .explanation()
            .unwrap()
            .contains("expired at 2026-01-02T04:04:05Z"),
        "{error:?}"
    );
}

#[test]
fn asking_inside_with_engine_is_a_mistake_that_names_the_method() {
    let mock = crate::support::mock().in_memory();
    let parts = head(Signing::of("s3").sign(to_s3(), &Credentials::for_tests()));

    let panic = crate::support::panic_of(|| {
        mock.with_engine(|_| drop(mock.signer_of(&parts)));
    });

    assert!(panic.contains("`signer_of`"), "{panic}");
}
