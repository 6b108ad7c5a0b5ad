//! The `tracing` subscriber of the test that started the mock.
//!
//! A test can set a subscriber for its own thread only. The server thread and the threads of a
//! runtime do not inherit it, so the mock keeps it.

use tracing::Dispatch;
use tracing::dispatcher::{get_default, with_default};
use tracing::subscriber::NoSubscriber;

/// The subscriber that was the default where the mock was started.
#[derive(Debug)]
pub(crate) struct Subscriber(Option<Listening>);

#[derive(Debug)]
struct Listening {
    dispatch: Dispatch,
    /// While only one subscriber exists, `tracing` asks nobody but the thread that is the first to
    /// reach an event whether anyone listens to it, and remembers the answer for all threads. With a
    /// second subscriber it asks them both.
    _another: Dispatch,
}

impl Subscriber {
    /// The default subscriber of this thread.
    pub(super) fn current() -> Self {
        let dispatch = get_default(Dispatch::clone);
        Self((!is_none(&dispatch)).then(|| Listening {
            dispatch,
            _another: Dispatch::new(NoSubscriber::new()),
        }))
    }

    /// Runs `f` with this subscriber as the default.
    pub(crate) fn hears<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.0 {
            Some(listening) => with_default(&listening.dispatch, f),
            None => f(),
        }
    }

    /// Runs `f` with this subscriber as the default, unless the thread has one.
    pub(crate) fn hears_unless_another_does<R>(&self, f: impl FnOnce() -> R) -> R {
        if self.0.is_some() && get_default(is_none) {
            self.hears(f)
        } else {
            f()
        }
    }
}

fn is_none(dispatch: &Dispatch) -> bool {
    dispatch.is::<NoSubscriber>()
}
