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
use aws_smithy_runtime_api::http::HttpError;
use http::Uri;

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
        if let Err(error) = self.reroute(&mut request) {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
        }
        let (answer, liveness) = (self.inner.call(request), Arc::clone(&self.liveness));
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            // A connection that the mock's end has broken says nothing of the mock.
            match (answer, liveness.check()) {
                (Err(_), Err(gone)) => Err(ConnectorError::io(gone.into())),
                (answer, _) => answer,
            }
        })
    }
}

impl RoutedConnector {
    /// Replaces the address in the URI of a request, and keeps the host that the client has signed
    /// in the header `host`.
    fn reroute(&self, request: &mut HttpRequest) -> Result<(), HttpError> {
        let endpoint = request.uri().parse::<Uri>().ok();
        let path = endpoint
            .as_ref()
            .and_then(Uri::path_and_query)
            .map_or("/", |path| path.as_str());
        let uri = format!("http://{}{path}", self.address);
        if let Some(host) = endpoint.as_ref().and_then(signed_host)
            && !request.headers().contains_key("host")
        {
            request.headers_mut().insert("host", host);
        }
        request.set_uri(uri)
    }
}

/// The host of a URI as clients send and sign it: without the default port of the scheme.
fn signed_host(uri: &Uri) -> Option<String> {
    let host = uri.authority()?.as_str();
    let default_port = match uri.scheme_str() {
        Some("https") => ":443",
        _ => ":80",
    };
    Some(host.strip_suffix(default_port).unwrap_or(host).to_owned())
}
