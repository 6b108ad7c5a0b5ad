//! Which of two futures ends first, on no runtime in particular.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Whether the first future ends before the second.
pub(crate) async fn in_time(
    awaited: impl Future<Output = ()>,
    limit: impl Future<Output = ()>,
) -> bool {
    let (mut awaited, mut limit) = (pin!(awaited), pin!(limit));
    poll_fn(|context| {
        if awaited.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        limit.as_mut().poll(context).map(|()| false)
    })
    .await
}
