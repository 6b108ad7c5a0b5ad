//! The gate at which the calls wait that `Fault::hold` matches.
//!
//! Waiting needs an event and never time, and works on any runtime: the test opens the gate on its
//! own thread while calls wait on the server's thread.

use std::sync::Arc;

use tokio::sync::watch;

/// A gate that starts closed and, once opened, stays open. Clones share the same gate.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    open: Arc<watch::Sender<bool>>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            open: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Lets all calls through: those that wait now, and those that arrive later.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    pub(super) fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Returns once the gate is open. Cancel-safe.
    pub(crate) async fn opened(self) {
        let mut open = self.open.subscribe();
        // This fails only if the sender was dropped, and `self` owns the sender.
        let _ = open.wait_for(|open| *open).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_lets_nothing_through_until_it_is_opened() {
        let gate = Gate::closed();
        let mut waiting = Polled::new(gate.clone().opened());

        assert!(!waiting.is_done().await);
        gate.open();

        assert!(waiting.is_done().await);
        gate.opened().await;
    }

    #[test]
    fn a_gate_works_between_two_runtimes() {
        let gate = Gate::closed();
        let waiting = std::thread::spawn({
            let gate = gate.clone();
            move || runtime().block_on(gate.opened())
        });

        runtime().block_on(async { gate.open() });

        waiting.join().unwrap();
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
    }

    /// A future that the test polls once at a time.
    struct Polled<F>(std::pin::Pin<Box<F>>);

    impl<F: Future> Polled<F> {
        fn new(future: F) -> Self {
            Self(Box::pin(future))
        }

        async fn is_done(&mut self) -> bool {
            std::future::poll_fn(|context| std::task::Poll::Ready(self.0.as_mut().poll(context)))
                .await
                .is_ready()
        }
    }
}
