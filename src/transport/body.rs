//! Request and response bodies, as both transports handle them.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};

pub(super) use crate::service::limits::MAX_BODY_BYTES;

/// A response body, which is sent whole or breaks off after half of the announced length.
pub(super) enum Outgoing {
    Whole(Bytes),
    Half(Bytes),
    /// Hyper has the half, which must reach the socket before the connection breaks.
    Flush,
    Broken,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = HangUp;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HangUp>>> {
        let this = self.get_mut();
        match this {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Half(bytes) => {
                let half = bytes.slice(..bytes.len() / 2);
                *this = Self::Flush;
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            Self::Flush => {
                *this = Self::Broken;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Broken => Poll::Ready(Some(Err(HangUp))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Half(_) | Self::Flush | Self::Broken => SizeHint::new(),
        }
    }
}

/// A body that is too large is read up to this size and discarded, so that its sender receives the
/// error response.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// Reads the whole body of a request, or returns `None` if it has more than `most` bytes.
///
/// # Errors
/// If the body breaks off. Such a request changes nothing and gets no response.
pub(super) async fn read<B>(mut body: B, most: usize) -> Result<Option<Bytes>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut whole = Bytes::new();
    let mut joined = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length += data.len();
        if length > MAX_DRAINED_BYTES {
            return Ok(None);
        }
        if length > most {
            continue;
        }
        // Usually there is one frame, whose bytes are the body and need no copy.
        if whole.is_empty() && joined.is_empty() {
            whole = data;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut whole));
            joined.extend_from_slice(&data);
        }
    }
    Ok(if length > most {
        None
    } else if joined.is_empty() {
        Some(whole)
    } else {
        Some(joined.freeze())
    })
}

/// The error with which the mock hangs up: hyper closes the connection without another byte.
#[derive(Debug)]
pub(super) struct HangUp;

impl std::fmt::Display for HangUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the mock hangs up")
    }
}

impl std::error::Error for HangUp {}
