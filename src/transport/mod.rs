//! The two drivers that carry requests to the service and perform its replies.
//!
//! Both hand the same bytes to the same function and know how to do what a [`Reply`] says:
//! answer, wait, cut off, hang up. Neither decides anything. Parity means that a fault which
//! works over TCP works in memory, as the nearest thing that a client in the same process sees.
//!
//! [`Reply`]: crate::service::Reply

mod body;
mod memory;
mod tcp;

pub(crate) use memory::MemoryClient;
pub(crate) use tcp::{RoutedClient, TcpServer};

/// What a body may weigh. Ten logins of 50,000 characters, the most that the model allows, fit.
///
/// Approximation: AWS's own limit is not published.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
