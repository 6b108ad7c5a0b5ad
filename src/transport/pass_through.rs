//! An HTTP client that leads to the mock what is for the mock, and everything else to another HTTP
//! client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;
use http::Request;
use http::request::Parts;

use crate::wire::request::is_for_mock;

/// How many requests were passed through to another HTTP client.
#[derive(Clone, Debug, Default)]
pub(crate) struct PassedThrough(Arc<AtomicUsize>);

impl PassedThrough {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct PassThroughClient {
    pub(super) own: SharedHttpClient,
    /// The host at which the mock is reached, with its port.
    pub(super) own_host: Arc<str>,
    pub(super) other: SharedHttpClient,
    pub(super) passed_through: PassedThrough,
}

impl HttpClient for PassThroughClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(PassThroughConnector {
            own: self.own.http_connector(settings, components),
            own_host: Arc::clone(&self.own_host),
            other: self.other.http_connector(settings, components),
            passed_through: self.passed_through.clone(),
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_base_client_config(&self.own, components, config)?;
        HttpClient::validate_base_client_config(&self.other, components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_final_config(&self.own, components, config)?;
        HttpClient::validate_final_config(&self.other, components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.own.connector_metadata()
    }
}

#[derive(Debug)]
struct PassThroughConnector {
    own: SharedHttpConnector,
    own_host: Arc<str>,
    other: SharedHttpConnector,
    passed_through: PassedThrough,
}

impl HttpConnector for PassThroughConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // The body of a call is in memory. One that is not is that of an upload.
        let body = request.body().bytes();
        let is_own = head(&request).is_some_and(|head| is_for_mock(&head, body, &self.own_host));
        if is_own {
            return self.own.call(request);
        }
        self.passed_through.add_one();
        self.other.call(request)
    }
}

/// A copy of the request's head. `None` for what is no HTTP.
fn head(request: &HttpRequest) -> Option<Parts> {
    let mut head = Request::builder()
        .method(request.method())
        .uri(request.uri());
    for (name, value) in request.headers() {
        head = head.header(name, value);
    }
    let (parts, ()) = head.body(()).ok()?.into_parts();
    Some(parts)
}
