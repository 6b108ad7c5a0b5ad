//! The HTTP client of a mock that listens on a port.

use std::net::SocketAddr;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::service::liveness::Liveness;

/// The SDK's own HTTP client without TLS, which sends every request to the mock's address, whatever
/// endpoint the SDK client uses.
#[derive(Debug)]
pub(crate) struct RoutedClient {
    address: SocketAddr,
    liveness: Arc<Liveness>,
    inner: SharedHttpClient,
}

impl RoutedClient {
    pub(crate) fn new(address: SocketAddr, liveness: Arc<Liveness>) -> Self {
        Self {
            address,
            liveness,
            inner: aws_smithy_http_client::Builder::new().build_http(),
        }
    }
}

impl HttpClient for RoutedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(RoutedConnector {
            address: self.address,
            liveness: Arc::clone(&self.liveness),
            inner,
        })
    }
}

#[derive(Debug)]
struct RoutedConnector {
    address: SocketAddr,
    liveness: Arc<Liveness>,
    inner: SharedHttpConnector,
}

impl HttpConnector for RoutedConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        // After the mock was dropped, its port may belong to another process.
        if let Err(gone) = self.liveness.check() {
            return HttpConnectorFuture::ready(Err(ConnectorError::io(gone.into())));
        }
        let endpoint = request.uri().parse::<http::Uri>().ok();
        let path = endpoint
            .as_ref()
            .and_then(http::Uri::path_and_query)
            .map_or("/", |path| path.as_str());
        let uri = format!("http://{}{path}", self.address);
        // The host of the endpoint is part of the signature, so it is sent in the header.
        if let Some(host) = endpoint.as_ref().and_then(http::Uri::authority)
            && !request.headers().contains_key("host")
        {
            let host = host.as_str().to_owned();
            request.headers_mut().insert("host", host);
        }
        match request.set_uri(uri) {
            Ok(()) => self.inner.call(request),
            Err(error) => HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        }
    }
}
