//! The two drivers that carry requests to the service and perform its replies.
//!
//! Both hand the same bytes to the same function and know how to do what a [`Reply`] says:
//! answer, wait, cut off, hang up. Neither decides anything. Parity means that a fault which
//! works over TCP works in memory, as the nearest thing that a client in the same process sees.
//!
//! [`Reply`]: crate::service::reply::Reply

mod body;
mod memory;
mod routed_client;
mod tcp;

use std::net::SocketAddr;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::shared::IntoShared;

use self::memory::MemoryClient;
use self::routed_client::RoutedClient;
use crate::service::Service;
use crate::service::liveness::Liveness;

pub(crate) use tcp::TcpServer;

/// The way from a client to its mock.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Tcp(SocketAddr, Arc<Liveness>),
    Memory(Arc<Service>),
}

impl Transport {
    /// A new HTTP client, with connections of its own: they are driven by the runtime that opened
    /// them and end with it, so clients of two tests must not share any.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        match self {
            Self::Tcp(address, liveness) => {
                RoutedClient::new(*address, Arc::clone(liveness)).into_shared()
            }
            Self::Memory(service) => MemoryClient::new(Arc::clone(service)).into_shared(),
        }
    }
}
