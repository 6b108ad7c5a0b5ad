//! How long the waiting assertions wait.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// In real time.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Ends after [`PATIENCE`] of real time: on no runtime in particular, and also while tokio's time
/// is paused, which may pass faster than what is waited for.
pub(super) async fn patience() {
    let (wake, woken) = tokio::sync::oneshot::channel::<()>();
    let (_waiting, given_up) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        // Nothing is ever sent: the channel breaks when nobody waits any more.
        if given_up.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let _ = wake.send(());
        }
    });
    // A thread that ended without a word has waited long enough, too.
    let _ = woken.await;
}
