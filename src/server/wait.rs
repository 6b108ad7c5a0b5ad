//! The time limit of the waiting assertions, on no runtime in particular.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc::RecvTimeoutError;
use std::task::Poll;
use std::time::Duration;

/// How long the waiting assertions wait, in real time.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Whether `awaited` ends within [`TIME_LIMIT`].
pub(super) async fn within_time_limit(awaited: impl Future<Output = ()>) -> bool {
    first_of(awaited, time_limit()).await
}

/// Whether `awaited` ends before `limit`.
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

/// Ends after [`TIME_LIMIT`] of real time: on no runtime in particular, and also while tokio's time
/// is paused, which may pass faster than what is waited for.
async fn time_limit() {
    let (wake, woken) = tokio::sync::oneshot::channel::<()>();
    let (_waiting, abandoned) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // Nothing is ever sent: the channel breaks when nobody waits any more.
        if abandoned.recv_timeout(TIME_LIMIT) == Err(RecvTimeoutError::Timeout) {
            let _ = wake.send(());
        }
    });
    // A thread that ended without a word has waited long enough, too.
    let _ = woken.await;
}
