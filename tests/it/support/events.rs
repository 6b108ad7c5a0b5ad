//! The `tracing` events of the mock, as a subscriber in the test hears them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::{NoSubscriber, with_default};
use tracing::{Dispatch, Metadata, Subscriber, span};

/// The fields of an event, as text.
pub(crate) type Event = BTreeMap<&'static str, String>;

/// While only one subscriber exists, `tracing` lets any other thread that is the first to reach an
/// event switch it off for all threads. A second subscriber prevents that.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Runs a closure and returns the events of mocks in memory that were emitted on this thread.
pub(crate) fn during(run: impl FnOnce()) -> Vec<Event> {
    LazyLock::force(&ANOTHER);
    let events = Arc::default();
    with_default(Listener(Arc::clone(&events)), run);
    std::mem::take(&mut *events.lock().unwrap())
}

struct Listener(Arc<Mutex<Vec<Event>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "mock_cognito_identity"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields(Event::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields(Event);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
