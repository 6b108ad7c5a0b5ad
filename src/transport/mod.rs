//! The two transports, TCP and memory: they pass requests to the service and perform its replies.
//!
//! Both pass the same bytes to the same function and can do what a [`Reply`] prescribes: respond,
//! wait, truncate the response or hang up. Neither decides anything. A fault behaves in memory as
//! it does over TCP, as nearly as a client in the same process can see.
//!
//! [`Reply`]: crate::service::reply::Reply

mod body;
mod entrance;
mod memory;
mod pass_through;
mod routed_client;
pub(crate) mod routes;
mod tcp;
mod worker;

use std::net::SocketAddr;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::shared::IntoShared;

use self::memory::MemoryClient;
use self::pass_through::PassThroughClient;
use self::routed_client::RoutedClient;
use crate::service::Service;
use crate::service::liveness::Liveness;

pub(crate) use pass_through::PassedThrough;
pub(crate) use tcp::TcpServer;
#[cfg(feature = "server")]
pub(crate) use tcp::listen;

/// The route from a client to its mock.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Tcp(SocketAddr, Arc<Liveness>),
    Memory(Arc<Service>),
}

impl Transport {
    /// Returns a new HTTP client with connections of its own. The runtime that opens a connection
    /// drives it, and the connection ends with that runtime, so clients of two tests must not share
    /// connections.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        match self {
            Self::Tcp(address, liveness) => {
                RoutedClient::new(*address, Arc::clone(liveness)).into_shared()
            }
            Self::Memory(service) => MemoryClient::new(Arc::clone(service)).into_shared(),
        }
    }

    /// Returns a new HTTP client that passes requests for other services through to `other`. The mock
    /// is reached at `own_host`.
    pub(crate) fn http_client_or(
        &self,
        other: SharedHttpClient,
        own_host: &str,
        passed_through: PassedThrough,
    ) -> SharedHttpClient {
        let client = PassThroughClient {
            own: self.http_client(),
            own_host: own_host.into(),
            other,
            passed_through,
        };
        client.into_shared()
    }
}
