//! The timeout of `wait_for_calls` and `wait_until_fired`, which works on any runtime.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc::RecvTimeoutError;
use std::task::Poll;
use std::time::Duration;

/// How long these methods wait by default, in real time.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns whether `awaited` completes before `timeout` has passed.
pub(super) async fn completes_within(timeout: Duration, awaited: impl Future<Output = ()>) -> bool {
    first_of(awaited, passed(timeout)).await
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

/// Completes after this much real time. It needs no runtime and no timer of tokio, whose
/// paused time may pass before the awaited event can happen.
async fn passed(timeout: Duration) {
    let (wake, woken) = tokio::sync::oneshot::channel::<()>();
    let (_waiting, abandoned) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // Nothing is ever sent. The channel closes when the waiting future is dropped.
        if abandoned.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
            let _ = wake.send(());
        }
    });
    // An error means that the thread ended without sending, which ends the wait as well.
    let _ = woken.await;
}
