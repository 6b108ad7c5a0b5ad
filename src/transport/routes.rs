//! Requests that are answered beside the API: the seam through which a server gets control routes.

use std::pin::Pin;

use bytes::Bytes;
use http::Response;
use http::request::Parts;

/// Routes of a server beside the API. The transport over TCP asks them before the service.
pub(crate) trait Routes: Send + Sync {
    /// Decides by the head of a request who answers it.
    fn admit(&self, head: &Parts) -> Admission;

    /// Answers a request that was admitted. Its body is `None` if it is larger than the routes take.
    fn answer<'a>(
        &'a self,
        head: &'a Parts,
        body: Option<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Response<Bytes>> + 'a>>;

    /// The size in bytes of the largest body that the routes take.
    fn max_body_bytes(&self) -> usize;
}

/// Who answers a request.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "server"),
    expect(
        dead_code,
        reason = "only the control routes admit and refuse requests"
    )
)]
pub(crate) enum Admission {
    /// The service.
    NoRoute,
    /// A route, once the body is read.
    Admitted,
    /// Nobody: it is refused with this response, and its body is not read.
    Refused(Response<Bytes>),
}
