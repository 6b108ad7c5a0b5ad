//! A line on standard error for each call: a subscriber to the `tracing` events of the mock.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber, span};

use super::options::LogFormat;
use super::stderr::say;
use crate::clock::Clock;
use crate::control::time_text;
use crate::document::Json;

/// Prints the events of the mock, one for each call, with the mock's time.
#[derive(Debug)]
pub(super) struct CallLog {
    clock: Clock,
    format: LogFormat,
}

impl CallLog {
    pub(super) fn new(clock: Clock, format: LogFormat) -> Self {
        Self { clock, format }
    }
}

impl Subscriber for CallLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && metadata.target() == "mock_cognito_identity"
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn event(&self, event: &Event<'_>) {
        let mut call = CallLine::default();
        event.record(&mut call);
        if call.operation.is_empty() {
            return;
        }
        let time = time_text(self.clock.now());
        match self.format {
            LogFormat::Text => say(&format!("{time}  {call}")),
            LogFormat::Json => say(&call.json(&time).compact()),
        }
    }

    // `enabled` rejects all spans, so these methods are never called.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// What an event says of a call. The mock has escaped what the client sent, so that each field is one
/// line.
#[derive(Debug, Default)]
struct CallLine {
    number: u64,
    operation: String,
    attempt: u64,
    outcome: String,
    fault: String,
    explanation: String,
}

impl CallLine {
    fn json(&self, time: &str) -> Json {
        let optional = |text: &String| (!text.is_empty()).then(|| Json::text(text));
        Json::object([
            ("time", Some(Json::text(time))),
            ("number", Some(self.number.into())),
            ("operation", Some(Json::text(&self.operation))),
            ("attempt", Some(self.attempt.into())),
            ("outcome", Some(Json::text(&self.outcome))),
            ("fault", optional(&self.fault)),
            ("explanation", optional(&self.explanation)),
        ])
    }
}

impl Visit for CallLine {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "number" => self.number = value,
            "attempt" => self.attempt = value,
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = match field.name() {
            "operation" => &mut self.operation,
            "outcome" => &mut self.outcome,
            "fault" => &mut self.fault,
            "explanation" => &mut self.explanation,
            _ => return,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl fmt::Display for CallLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            attempt,
            outcome,
            explanation,
            ..
        } = self;
        write!(f, "{operation}  attempt {attempt}  → {outcome}")?;
        if !explanation.is_empty() {
            write!(f, "  because {explanation}")?;
        }
        Ok(())
    }
}
