//! The timeout of `wait_for_calls` and `wait_until_fired`, which works on any runtime.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc::RecvTimeoutError;
use std::task::Poll;
use std::time::Duration;

/// How long these methods wait, in real time.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Returns whether `awaited` completes within [`TIME_LIMIT`].
pub(super) async fn within_time_limit(awaited: impl Future<Output = ()>) -> bool {
    first_of(awaited, time_limit()).await
}

/// Returns whether `awaited` completes before `limit`.
async fn first_of(awaited: impl Future<Output = ()>, limit: impl Future<Output = ()>) -> bool {
    let (mut awaited, mut limit) = (pin!(awaited), pin!(limit));
    poll_fn(|context| {
        if awaited.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        limit.as_mut().poll(context).map(|()| false)
    })
    .await
}

/// Completes after [`TIME_LIMIT`] of real time. It needs no runtime and no timer of tokio, whose
/// paused time may pass before the awaited event can happen.
async fn time_limit() {
    let (wake, woken) = tokio::sync::oneshot::channel::<()>();
    let (_waiting, abandoned) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // Nothing is ever sent. The channel closes when the waiting future is dropped.
        if abandoned.recv_timeout(TIME_LIMIT) == Err(RecvTimeoutError::Timeout) {
            let _ = wake.send(());
        }
    });
    // An error means that the thread ended without sending, which ends the wait as well.
    let _ = woken.await;
}
