//! A client of S3 that is made from the mock's `SdkConfig`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_cognitoidentity::Client as Cognito;
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sts::Client as Sts;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient, infallible_client_fn};
use aws_smithy_mocks::{RuleMode, mock};
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::Operation::{GetCallerIdentity, GetCredentialsForIdentity, GetId};
use mock_cognito_identity::{IssuedCredentials, MockCognitoIdentity, ServiceError};

/// A mock over TCP and one in memory.
fn over_both() -> [MockCognitoIdentity; 2] {
    [
        MockCognitoIdentity::start(),
        MockCognitoIdentity::in_memory(),
    ]
}

/// The configuration of all clients of an application, with what answers for S3.
fn config_with(mock: &MockCognitoIdentity, s3: impl HttpClient + 'static) -> SdkConfig {
    let config = mock.sdk_config().into_builder();
    config.http_client(mock.http_client_or(s3)).build()
}

/// Signs in as a guest. Returns the identity id, and the configuration with the guest's credentials.
async fn signed_in(config: &SdkConfig, pool_id: &str) -> (String, SdkConfig) {
    let cognito = Cognito::new(config);
    let id = cognito
        .get_id()
        .identity_pool_id(pool_id)
        .send()
        .await
        .unwrap();
    let id = id.identity_id.unwrap();
    let call = cognito.get_credentials_for_identity().identity_id(&id);
    let keys = call.send().await.unwrap().credentials.unwrap();
    let keys = Credentials::new(
        keys.access_key_id.unwrap(),
        keys.secret_key.unwrap(),
        keys.session_token,
        None,
        "guest",
    );
    let config = config.to_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(keys));
    (id, config.build())
}

type Signers = Arc<Mutex<Vec<Result<IssuedCredentials, ServiceError>>>>;

/// Answers every request to S3 with an empty object, and keeps who signed it.
fn asks_who_signed(mock: &Arc<MockCognitoIdentity>) -> (impl HttpClient + 'static, Signers) {
    let signers = Signers::default();
    let (kept, mock) = (Arc::clone(&signers), Arc::clone(mock));
    let client = infallible_client_fn(move |request: http::Request<SdkBody>| {
        let (parts, _) = request.into_parts();
        kept.lock().unwrap().push(mock.signer_of(&parts));
        http::Response::new(SdkBody::empty())
    });
    (client, signers)
}

#[tokio::test]
async fn one_configuration_carries_clients_of_three_services() {
    for mock in over_both() {
        let pool = mock.seed_pool("app");
        let s3 = StaticReplayClient::new(vec![ReplayEvent::new(
            http::Request::get("https://photos.s3.us-east-1.amazonaws.com/me.jpg?x-id=GetObject")
                .body(SdkBody::empty())
                .unwrap(),
            http::Response::new(SdkBody::from("pixels")),
        )]);
        let (id, config) = signed_in(&config_with(&mock, s3.clone()), pool.id()).await;

        let caller = Sts::new(&config)
            .get_caller_identity()
            .send()
            .await
            .unwrap();
        let object = S3::new(&config).get_object().bucket("photos").key("me.jpg");
        let object = object.send().await.unwrap().body.collect().await.unwrap();

        assert_eq!(object.to_vec(), b"pixels");
        assert!(
            caller
                .arn()
                .unwrap()
                .contains("assumed-role/app-unauthenticated/")
        );
        s3.relaxed_requests_match();
        assert_eq!(
            mock.operations(),
            [GetId, GetCredentialsForIdentity, GetCallerIdentity]
        );
        assert_eq!(mock.passed_through(), 1);
        let sent = s3.actual_requests().next().unwrap();
        let key = sent.headers().get("authorization").unwrap().to_owned();
        let key = key
            .split_once("Credential=")
            .unwrap()
            .1
            .split_once('/')
            .unwrap()
            .0
            .to_owned();
        assert_eq!(mock.issued_credentials(&key).unwrap().identity_id, id);
        mock.verify();
    }
}

#[tokio::test]
async fn signer_of_names_the_identity_behind_each_request_of_the_client() {
    for mock in over_both() {
        let mock = Arc::new(mock);
        let pool_id = mock.seed_pool("app").id().to_owned();
        let (other, signers) = asks_who_signed(&mock);
        let (id, config) = signed_in(&config_with(&mock, other), &pool_id).await;
        let s3 = S3::new(&config);
        let by_path = aws_sdk_s3::config::Builder::from(&config).force_path_style(true);
        let by_path = S3::from_conf(by_path.build());

        for (client, key) in [
            (&s3, "me.jpg"),
            (&by_path, "me.jpg"),
            (&s3, "a//b/../c d/e+f&g=h/ä€😀.jpg"),
            (&by_path, "private/us-east-1:1234/~!*'()%2F.txt"),
        ] {
            let get = client.get_object().bucket("photos").key(key);
            get.send().await.unwrap();
            let put = client.put_object().bucket("photos").key(key);
            put.body(ByteStream::from_static(b"pixels"))
                .send()
                .await
                .unwrap();
        }
        s3.head_object()
            .bucket("photos")
            .key("1")
            .send()
            .await
            .unwrap();
        let list = s3
            .list_objects_v2()
            .bucket("photos")
            .prefix(format!("{id}/"));
        let _ = list.delimiter("/").send().await;
        let copy = s3
            .copy_object()
            .bucket("photos")
            .key("2")
            .copy_source("photos/1");
        let _ = copy.metadata("note", "two  blanks ").send().await;
        let stream =
            SdkBody::from_body_1_x(http_body_util::Full::new(bytes::Bytes::from("chunks")));
        let put = s3.put_object().bucket("photos").key("3").content_length(6);
        put.body(ByteStream::new(stream)).send().await.unwrap();

        let signers = signers.lock().unwrap();
        assert_eq!(signers.len(), 12);
        for signer in signers.iter() {
            assert_eq!(signer.as_ref().unwrap().identity_id, id);
        }
    }
}

#[tokio::test]
async fn presigned_requests_of_the_client_are_verified() {
    let mock = MockCognitoIdentity::in_memory();
    let pool = mock.seed_pool("app");
    let (id, config) = signed_in(&mock.sdk_config(), pool.id()).await;
    let s3 = S3::new(&config);
    let signed = |request: aws_sdk_s3::presigning::PresignedRequest| {
        let request = request.make_http_1x_request("");
        mock.signer_of(&request.into_parts().0)
    };
    let for_ten_minutes = || {
        let builder = PresigningConfig::builder().start_time(mock.clock().now());
        builder
            .expires_in(Duration::from_secs(600))
            .build()
            .unwrap()
    };

    let get = s3.get_object().bucket("photos").key("a b/c+d.jpg");
    let get = get.presigned(for_ten_minutes()).await.unwrap();
    assert_eq!(signed(get.clone()).unwrap().identity_id, id);
    let put = s3
        .put_object()
        .bucket("photos")
        .key("1.jpg")
        .content_type("image/jpeg");
    let put = put.presigned(for_ten_minutes()).await.unwrap();
    assert_eq!(signed(put).unwrap().identity_id, id);

    mock.clock().advance(Duration::from_secs(601));
    let error = signed(get).unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        ("AccessDenied", Some("Request has expired"))
    );
}

#[tokio::test]
async fn without_another_http_client_the_error_tells_the_way_out() {
    for mock in [
        MockCognitoIdentity::builder().verify_on_drop(false).start(),
        MockCognitoIdentity::builder()
            .verify_on_drop(false)
            .in_memory(),
    ] {
        let s3 = S3::new(&mock.sdk_config());

        let error = s3
            .get_object()
            .bucket("photos")
            .key("me.jpg")
            .send()
            .await
            .unwrap_err();

        assert_eq!(error.code(), Some("NotServedByMock"));
        let text = DisplayErrorContext(&error).to_string();
        for part in ["s3", "photos.s3.us-east-1.amazonaws.com", "http_client_or"] {
            assert!(text.contains(part), "no {part} in {text}");
        }
        let verify = std::panic::AssertUnwindSafe(|| mock.verify());
        let panic = std::panic::catch_unwind(verify).unwrap_err();
        let report = panic.downcast::<String>().unwrap();
        for part in [
            "#1  GET /me.jpg",
            "not s3 (host photos.s3",
            "http_client_or",
        ] {
            assert!(report.contains(part), "no {part} in {report}");
        }
    }
}

#[tokio::test]
async fn rules_of_aws_smithy_mocks_answer_for_s3() {
    for mock in over_both() {
        let pool = mock.seed_pool("app");
        let rule = mock!(S3::get_object)
            .match_requests(|input| input.key() == Some("me.jpg"))
            .then_output(|| {
                let output = aws_sdk_s3::operation::get_object::GetObjectOutput::builder();
                output.body(ByteStream::from_static(b"pixels")).build()
            });
        let config = config_with(&mock, aws_smithy_mocks::create_mock_http_client());
        let (_, config) = signed_in(&config, pool.id()).await;
        let rules = aws_smithy_mocks::MockResponseInterceptor::new()
            .rule_mode(RuleMode::MatchAny)
            .with_rule(&rule);
        let s3 = aws_sdk_s3::config::Builder::from(&config).interceptor(rules);

        let object = S3::from_conf(s3.build())
            .get_object()
            .bucket("photos")
            .key("me.jpg");
        let object = object.send().await.unwrap().body.collect().await.unwrap();

        assert_eq!(
            (object.to_vec().as_slice(), rule.num_calls()),
            (&b"pixels"[..], 1)
        );
        mock.assert_called(Cognito::get_id, 1);
    }
}
