//! The floor under a call: an answer that is always the same, and an HTTP client that has it at hand.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::Response;

pub const ANSWER: &str = r#"{"IdentityId":"us-east-1:d1ca5eed-2222-c333-4444-555555555555"}"#;
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// With the headers that AWS sends.
pub fn answer() -> Response<Bytes> {
    Response::builder()
        .header("date", "Fri, 02 Jan 2026 03:04:05 GMT")
        .header("content-type", CONTENT_TYPE)
        .header("content-length", ANSWER.len())
        .header("x-amzn-requestid", "d4666f1b-0e86-11e9-b307-83bd0d2725bd")
        .body(Bytes::from_static(ANSWER.as_bytes()))
        .expect("these are headers")
}

pub fn http_client() -> SharedHttpClient {
    Canned.into_shared()
}

#[derive(Debug)]
struct Canned;

impl HttpClient for Canned {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Self)
    }
}

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let response = HttpResponse::try_from(answer().map(SdkBody::from));
        HttpConnectorFuture::ready(Ok(response.expect("these are headers")))
    }
}
