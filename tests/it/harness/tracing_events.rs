//! The `tracing` events of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::subscriber::with_default;
use tracing::{Dispatch, Event, Metadata, Subscriber, span};

use crate::support::{guest, mock, runtime};

/// Counts the events that say how a call was answered.
#[derive(Clone, Default)]
struct Answers(Arc<AtomicUsize>);

impl Subscriber for Answers {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mock_cognito_identity")
    }

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_subscriber_hears_of_every_call_however_few_are_kept() {
    // While only one subscriber exists, `tracing` lets any other thread that meets an event first
    // switch it off for all of them.
    let _another = Dispatch::new(Answers::default());
    for kept in [0, 10] {
        let mock = mock().keep_calls(kept).in_memory();
        let pool = mock.seed_pool("app");
        let answers = Answers::default();

        with_default(answers.clone(), || {
            let calls = async {
                for _ in 1..=30 {
                    guest(&mock.client(), pool.id()).await;
                }
            };
            runtime().block_on(calls);
        });

        assert_eq!(answers.0.load(Ordering::Relaxed), 30, "{kept} kept");
        assert_eq!(mock.calls().len(), kept);
    }
}
