//! `http_client_or`: one HTTP client for the mock and for other services. The tests with a client of S3
//! are in `tests/services`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_sts::Client as Sts;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::{Fault, MockCognitoIdentity, Operation};

use super::signing::{Signing, head, to_s3, vended};
use crate::support::http::answer_through;
use crate::support::{both, mock, over_both};

/// An HTTP client that keeps the requests it gets and answers each with its name.
#[derive(Clone, Debug, Default)]
struct Other {
    name: &'static str,
    received: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Other {
    fn named(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    /// Method and URI of the requests so far.
    fn received(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        let lines = received
            .iter()
            .map(|request| format!("{} {}", request.method(), request.uri()));
        lines.collect()
    }
}

impl HttpConnector for Other {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.received.lock().unwrap().push(request);
        let response = http::Response::new(SdkBody::from(self.name));
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}

fn request(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> http::Request<SdkBody> {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(SdkBody::from(body)).unwrap()
}

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.1");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const COGNITO: &str = "https://cognito-identity.us-east-1.amazonaws.com/";

both! {
    async fn clients_of_the_mock_meet_the_mock(mock) {
        let pool = mock.seed_pool("app");
        let other = Other::named("other");
        let http_client = mock.http_client_or(other.http_client());
        let config = mock.sdk_config().into_builder().http_client(http_client).build();

        Client::new(&config).get_id().identity_pool_id(pool.id()).send().await.unwrap();
        Sts::new(&config).get_caller_identity().send().await.unwrap();

        assert_eq!(mock.operations(), [Operation::GetId, Operation::GetCallerIdentity]);
        assert_eq!((other.received(), mock.passed_through()), (vec![], 0));
    }

    async fn all_other_requests_are_passed_through(mock) {
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());
        let target = |target: &'static str| ("x-amz-target", target);

        for (what, request) in [
            ("an object in S3", request("PUT", "https://photos.s3.us-east-1.amazonaws.com/1?x=1", &[], "pixels")),
            ("a call of DynamoDB", request("POST", "https://dynamodb.us-east-1.amazonaws.com/", &[JSON, target("DynamoDB_20120810.GetItem")], "{}")),
            ("a call of user pools", request("POST", "https://cognito-idp.us-east-1.amazonaws.com/", &[JSON, target("AWSCognitoIdentityProviderService.InitiateAuth")], "{}")),
            ("a call of SNS", request("POST", "https://sns.us-east-1.amazonaws.com/", &[FORM], "Action=Publish&Version=2010-03-31")),
            ("an operation of STS that the mock does not have", request("POST", "https://sts.us-east-1.amazonaws.com/", &[FORM], "Action=AssumeRole&Version=2011-06-15")),
            ("the keys of another provider", request("GET", "https://accounts.google.com/.well-known/openid-configuration", &[], "")),
            ("a web page", request("GET", "http://127.0.0.1:1/", &[], "")),
            ("a preflight request", request("OPTIONS", "https://api.example.com/", &[("origin", "http://a.test"), ("access-control-request-method", "PUT")], "")),
        ] {
            let (before, url) = (mock.passed_through(), request.uri().to_string());

            assert_eq!(answer_through(&client, request).await, (200, "other".to_owned()), "{what}");

            assert_eq!(mock.passed_through(), before + 1, "{what}");
            assert!(other.received().pop().unwrap().ends_with(&url), "{what}");
        }
        mock.assert_no_calls();
        mock.verify();
        mock.reset();
        assert_eq!(mock.passed_through(), 0);
    }

    async fn a_request_is_passed_through_untouched(mock) {
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());
        let (keys, id) = vended(mock).await;
        let sent = Signing::of("s3").sign(to_s3(), &keys);

        answer_through(&client, sent.clone().map(SdkBody::from)).await;

        let received = other.received.lock().unwrap().pop().unwrap().try_into_http1x().unwrap();
        assert_eq!((received.method(), received.uri()), (sent.method(), sent.uri()));
        assert_eq!(received.headers(), sent.headers());
        assert_eq!(received.body().bytes(), Some(sent.body().as_slice()));
        let signer = mock.signer_of(&head(received.map(|_| Vec::new()))).unwrap();
        assert_eq!(signer.identity_id, id);
    }

    async fn requests_that_name_the_mock_are_answered_by_it(mock) {
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());
        let keys = format!("{COGNITO}.well-known/jwks_uri");
        let own_keys = mock.jwks_url();

        for url in [keys, own_keys] {
            let (status, body) = answer_through(&client, request("GET", &url, &[], "")).await;
            assert_eq!((status, body), (200, mock.jwks()));
        }
        let url = "https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
        let (status, _) = answer_through(&client, request("GET", url, &[], "")).await;
        assert_eq!(status, 403); // it is not signed
        assert_eq!((other.received(), mock.passed_through()), (vec![], 0));
    }

    async fn faults_do_not_apply_to_requests_that_are_passed_through(mock) {
        mock.inject(Fault::hang().expect(0));
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());

        let url = "https://photos.s3.us-east-1.amazonaws.com/1";
        assert_eq!(answer_through(&client, request("GET", url, &[], "")).await.0, 200);
    }
}

/// The operation may be newer than this crate: the error names it, and `other` cannot know it.
#[tokio::test]
async fn an_unknown_operation_of_cognito_identity_is_answered_by_the_mock() {
    for mock in over_both(|| mock().verify_on_drop(false)) {
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());
        let headers = [JSON, ("x-amz-target", "AWSCognitoIdentityService.Nope")];

        let (status, body) =
            answer_through(&client, request("POST", COGNITO, &headers, "{}")).await;

        assert_eq!(status, 400);
        assert!(body.contains("UnknownOperationException"), "{body}");
        assert_eq!(mock.passed_through(), 0);
    }
}

#[tokio::test]
async fn http_clients_nest() {
    for [outer, inner] in [over_both(mock), [mock().in_memory(), mock().start()]] {
        let other = Other::named("other");
        let client = outer.http_client_or(inner.http_client_or(other.http_client()));
        let config = outer
            .sdk_config()
            .into_builder()
            .http_client(client.clone())
            .build();
        let pool = outer.seed_pool("app");

        let get_id = Client::new(&config).get_id().identity_pool_id(pool.id());
        get_id.send().await.unwrap();
        let url = "https://photos.s3.us-east-1.amazonaws.com/1";
        let (_, answered_by) = answer_through(&client, request("GET", url, &[], "")).await;

        assert_eq!(answered_by, "other");
        assert_eq!(outer.operations(), [Operation::GetId]);
        inner.assert_no_calls();
        assert_eq!((outer.passed_through(), inner.passed_through()), (1, 1));
    }
}

#[tokio::test]
async fn another_mock_answers_what_is_sent_to_its_address() {
    for [mock, second] in [over_both(mock), [mock().in_memory(), mock().start()]] {
        let client = mock.http_client_or(second.http_client());
        let keys = request("GET", &second.jwks_url(), &[], "");
        let (status, body) = answer_through(&client, keys).await;

        // In memory, both have the same address, and the first answers.
        let is_second = mock.jwks_url() != second.jwks_url();
        assert_eq!(
            (status, mock.passed_through()),
            (200, usize::from(is_second))
        );
        assert_eq!(body, second.jwks());
    }
}

#[tokio::test(start_paused = true)]
async fn paused_time_moves_for_both() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    let hour = Duration::from_secs(3_600);
    let slow = http_client_fn(move |_, _| {
        #[derive(Debug)]
        struct Slow(Duration);
        impl HttpConnector for Slow {
            fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
                let delay = self.0;
                HttpConnectorFuture::new(async move {
                    tokio::time::sleep(delay).await;
                    let response = http::Response::new(SdkBody::from("slow"));
                    Ok(HttpResponse::try_from(response).unwrap())
                })
            }
        }
        SharedHttpConnector::new(Slow(hour))
    });
    let client = mock.http_client_or(slow);
    let config = mock
        .sdk_config()
        .into_builder()
        .http_client(client.clone())
        .build();
    mock.inject(Fault::delay(hour).on(Client::get_id));
    let start = tokio::time::Instant::now();

    let get_id = Client::new(&config).get_id().identity_pool_id(pool.id());
    get_id.send().await.unwrap();
    let url = "https://photos.s3.us-east-1.amazonaws.com/1";
    answer_through(&client, request("GET", url, &[], "")).await;

    let took = start.elapsed();
    assert!(
        took >= 2 * hour && took < 2 * hour + Duration::from_millis(5),
        "{took:?}"
    );
}

#[tokio::test]
async fn other_services_are_reached_after_the_mock_was_dropped() {
    for mock in over_both(mock) {
        let other = Other::named("other");
        let client = mock.http_client_or(other.http_client());
        let config = mock
            .sdk_config()
            .into_builder()
            .http_client(client.clone())
            .build();
        drop::<MockCognitoIdentity>(mock);

        let url = "https://photos.s3.us-east-1.amazonaws.com/1";
        assert_eq!(
            answer_through(&client, request("GET", url, &[], ""))
                .await
                .0,
            200
        );
        let error = Client::new(&config)
            .list_identity_pools()
            .max_results(1)
            .send()
            .await;
        assert!(format!("{:?}", error.unwrap_err()).contains("was dropped"));
    }
}
