//! One use of the explored code: it returns, panics, takes too long or is interrupted.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

/// How a use of the code ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use<R> {
    Returned(R),
    Panicked,
    /// It took longer than it may.
    Hung,
    /// It was dropped on purpose.
    Interrupted,
}

/// What is known of a use when the run is over: the answer or the error as text.
pub(super) type UseText = Use<Result<String, String>>;

impl<R> Use<R> {
    pub(super) fn returned(&self) -> Option<&R> {
        match self {
            Self::Returned(result) => Some(result),
            Self::Panicked | Self::Hung | Self::Interrupted => None,
        }
    }

    pub(super) fn map<S>(&self, f: impl FnOnce(&R) -> S) -> Use<S> {
        match self {
            Self::Returned(result) => Use::Returned(f(result)),
            Self::Panicked => Use::Panicked,
            Self::Hung => Use::Hung,
            Self::Interrupted => Use::Interrupted,
        }
    }
}

/// Uses the code once, until it ends, `limit` of tokio's time has passed or it is interrupted.
///
/// `at_limit` is called before the code is dropped for taking too long.
pub(super) async fn use_once<R>(
    mut code: Pin<Box<dyn Future<Output = R> + '_>>,
    limit: Duration,
    interruption: impl Future<Output = ()>,
    at_limit: impl FnOnce(),
) -> Use<R> {
    let (mut interruption, mut passed) = (pin!(interruption), pin!(tokio::time::sleep(limit)));
    let used = poll_fn(|context| {
        // The code comes first, so that it is interrupted as soon as it has done what is waited for.
        let polled = catch_unwind(AssertUnwindSafe(|| code.as_mut().poll(context)));
        match polled {
            Err(_) => return Poll::Ready(Use::Panicked),
            Ok(Poll::Ready(result)) => return Poll::Ready(Use::Returned(result)),
            Ok(Poll::Pending) => {}
        }
        if interruption.as_mut().poll(context).is_ready() {
            return Poll::Ready(Use::Interrupted);
        }
        passed.as_mut().poll(context).map(|()| Use::Hung)
    })
    .await;
    if matches!(used, Use::Hung) {
        at_limit();
    }
    // A destructor of the code may panic. The panic is recorded like any other.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(code)));
    used
}
