//! What the calls met by `Fault::hold` wait at.
//!
//! Waits for an event and never for time, and on no particular runtime: the gate is opened from
//! the test's thread while calls wait on the server's.

use std::sync::Arc;

use tokio::sync::watch;

/// Closed at first, opened once, never closed again. Clones are the same gate.
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

    /// Lets everyone through who waits, and everyone who comes later.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// Returns once the gate is open. Cancel-safe.
    pub(crate) async fn opened(self) {
        let mut open = self.open.subscribe();
        // It fails only when the sender is gone, and `self` holds it.
        let _ = open.wait_for(|open| *open).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_lets_nobody_through_until_it_is_opened() {
        let gate = Gate::closed();
        let mut waiting = tokio_test_future(gate.clone().opened());

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

    /// Polls a future once at a time.
    struct Polled<F>(std::pin::Pin<Box<F>>);

    fn tokio_test_future<F: Future>(future: F) -> Polled<F> {
        Polled(Box::pin(future))
    }

    impl<F: Future> Polled<F> {
        async fn is_done(&mut self) -> bool {
            std::future::poll_fn(|context| std::task::Poll::Ready(self.0.as_mut().poll(context)))
                .await
                .is_ready()
        }
    }
}
