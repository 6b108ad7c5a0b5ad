//! Emits one `tracing` event per call.
//!
//! A subscriber is foreign code, so nothing in this file is called under the mock's lock. Without a
//! subscriber, nothing is copied or formatted.

use tracing::span::EnteredSpan;
use tracing::{Level, debug, debug_span};

use crate::call::Outcome;
use crate::operation::Operation;
use crate::redact::one_line;
use crate::report::LoggedCall;

/// The target of spans and events, which is documented.
const TARGET: &str = "mock_cognito_identity";

/// Enters the span of one call, from the faults to the response.
pub(super) fn engine_span(operation: Operation) -> EnteredSpan {
    debug_span!(target: TARGET, "engine", operation = operation.name()).entered()
}

/// Whether a subscriber listens to these events.
pub(super) fn have_subscriber() -> bool {
    tracing::event_enabled!(target: TARGET, Level::DEBUG)
}

/// Emits the event of a call whose outcome is decided. There is none if nothing listened when the
/// call arrived.
pub(super) fn emit(call: Option<LoggedCall>) {
    let Some(call) = call else { return };
    debug!(
        target: TARGET,
        number = call.number,
        operation = %call.subject,
        attempt = call.attempt,
        outcome = %call.outcome_text(),
        fault = call.fault.as_ref().map(|fault| one_line(&fault.bare())),
        explanation = explanation(&call).map(|text| one_line(&text)),
        "call"
    );
}

/// Why the call was answered with its error.
fn explanation(call: &LoggedCall) -> Option<&str> {
    match &call.outcome {
        Some(Outcome::Error(error)) => error.explanation(),
        Some(Outcome::Success | Outcome::Dropped) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt;
    use std::panic::Location;
    use std::sync::{Arc, LazyLock, Mutex};
    use std::time::SystemTime;

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
    use http::request::Parts;
    use tracing::field::{Field, Visit};
    use tracing::subscriber::{NoSubscriber, with_default};
    use tracing::{Dispatch, Event, Id, Metadata, Subscriber, span};

    use super::*;
    use crate::clock::Clock;
    use crate::engine::Settings;
    use crate::faults::Fault;
    use crate::service::Service;
    use crate::service::liveness::Liveness;
    use crate::wire::sts;

    const POOL: &str = r#"{"IdentityPoolId":"us-east-1:00000000-0000-4000-8000-000000000000"}"#;

    /// While only one subscriber exists, another thread that is the first to reach an event can
    /// make `tracing` disable the event for all threads. A second subscriber prevents that.
    static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

    /// Records the spans and events of this crate up to a level.
    struct Listener {
        most: Level,
        heard: Arc<Mutex<Vec<String>>>,
        /// Called on every event that is recorded.
        on_event: Box<dyn Fn() + Send + Sync>,
    }

    impl Listener {
        fn up_to(most: Level) -> (Self, Arc<Mutex<Vec<String>>>) {
            LazyLock::force(&ANOTHER);
            let heard = Arc::default();
            let listener = Self {
                most,
                heard: Arc::clone(&heard),
                on_event: Box::new(|| {}),
            };
            (listener, heard)
        }

        fn hear(&self, line: String) {
            self.heard.lock().unwrap().push(line);
        }
    }

    impl Subscriber for Listener {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == TARGET && *metadata.level() <= self.most
        }

        fn new_span(&self, span: &span::Attributes<'_>) -> Id {
            let mut line = format!("span {}", span.metadata().name());
            span.record(&mut Line(&mut line));
            self.hear(line);
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &span::Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            (self.on_event)();
            let mut line = event.metadata().level().to_string();
            event.record(&mut Line(&mut line));
            self.hear(line);
        }

        fn enter(&self, _: &Id) {
            self.hear("enter".to_owned());
        }

        fn exit(&self, _: &Id) {
            self.hear("exit".to_owned());
        }
    }

    struct Line<'a>(&'a mut String);

    impl Visit for Line<'_> {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            self.0.push_str(&format!(" {field}={value:?}"));
        }
    }

    fn service() -> Service {
        service_keeping(usize::MAX)
    }

    fn service_keeping(calls: usize) -> Service {
        let settings = Settings {
            seed: Some(7),
            ..Settings::default()
        };
        let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH);
        let liveness = Arc::new(Liveness::starting_at(Location::caller()));
        Service::new(settings, BTreeMap::new(), calls, clock, liveness, None)
    }

    fn get_id() -> Parts {
        let request = http::Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AWSCognitoIdentityService.GetId")
            .header("amz-sdk-request", "attempt=2; max=3");
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn every_call_emits_one_event_and_the_engine_is_a_span() {
        let service = service();
        let named = Fault::throttle().up_to_n_times(1).named("busy");
        service.lock().faults.inject(named, Location::caller(), 0);
        let health = http::Request::get("/health").body(()).unwrap();
        let (listener, heard) = Listener::up_to(Level::DEBUG);

        with_default(listener, || {
            service.handle(&get_id(), POOL.as_bytes());
            service.handle(&get_id(), POOL.as_bytes());
            service.handle(&health.into_parts().0, b"");
        });

        let call = r#"DEBUG message=call number=1 operation=GetId attempt=2"#;
        let not_found = "ResourceNotFoundException: IdentityPool \
            'us-east-1:00000000-0000-4000-8000-000000000000' not found.";
        let heard = heard.lock().unwrap();
        let unexplained = heard.iter().map(|line| line.split(" explanation=").next());
        assert_eq!(
            unexplained.map(Option::unwrap).collect::<Vec<_>>(),
            [
                r#"span engine operation="GetId""#,
                "enter",
                "exit",
                &format!("{call} outcome=TooManyRequestsException: Rate exceeded fault=\"busy\""),
                r#"span engine operation="GetId""#,
                "enter",
                "exit",
                &format!("{} outcome={not_found}", call.replace("=1", "=2")),
                "DEBUG message=call number=3 operation=GET /health attempt=1 outcome=BadRequest",
            ]
        );
    }

    #[test]
    fn the_event_of_an_error_explains_it() {
        let service = service();
        let place = Location::caller();
        let fault = Fault::throttle().named("busy");
        service.lock().faults.inject(fault, place, 0);
        let health = http::Request::get("/health").body(()).unwrap();
        let (listener, heard) = Listener::up_to(Level::DEBUG);

        with_default(listener, || {
            service.handle(&get_id(), POOL.as_bytes());
            service.handle(&get_id(), b"{");
            service.handle(&health.into_parts().0, b"");
        });

        let heard = heard.lock().unwrap();
        let explained = heard
            .iter()
            .filter_map(|line| line.split_once(" explanation="));
        let explanations: Vec<_> = explained.map(|(_, explanation)| explanation).collect();
        assert_eq!(
            explanations,
            [
                &format!(r#""this error comes from fault \"busy\", injected at {place}""#),
                r#""the body is not JSON: EOF while parsing an object at line 1 column 1""#,
                r#""the request is \"GET /health\"; calls are `POST /`""#,
            ]
        );
    }

    #[test]
    fn every_call_emits_an_event_however_few_are_kept() {
        for kept in [0, 1] {
            let service = service_keeping(kept);
            let (listener, heard) = Listener::up_to(Level::DEBUG);

            with_default(listener, || {
                for _ in 1..=3 {
                    service.handle(&get_id(), POOL.as_bytes());
                }
            });

            let heard = heard.lock().unwrap();
            let events: Vec<_> = heard.iter().filter(|l| l.starts_with("DEBUG")).collect();
            assert_eq!(events.len(), 3, "{kept} kept: {heard:?}");
            for (event, number) in events.iter().zip(1..) {
                let start = format!("DEBUG message=call number={number} operation=GetId attempt=2");
                assert!(event.starts_with(&start), "{kept} kept: {event}");
                assert!(
                    event.contains("outcome=ResourceNotFoundException: "),
                    "{event}"
                );
            }
        }
    }

    #[test]
    fn a_call_emits_an_event_even_if_a_closure_resets_the_recorder_meanwhile() {
        let service = Arc::new(service());
        let asked = Arc::clone(&service);
        let answered = Fault::respond_with(Client::get_id, move |_| {
            drop(asked.lock().reset());
            GetIdOutput::builder().identity_id("scripted").build()
        });
        service
            .lock()
            .faults
            .inject(answered, Location::caller(), 0);
        let (listener, heard) = Listener::up_to(Level::DEBUG);

        with_default(listener, || service.handle(&get_id(), POOL.as_bytes()));

        let heard = heard.lock().unwrap();
        let event = heard.last().unwrap();
        assert!(
            event.ends_with("attempt=2 outcome=ok fault=\"#1\""),
            "{event}"
        );
    }

    #[test]
    fn input_is_escaped_and_redacted_in_events() {
        let service = service();
        let form = http::Request::post("/").header("content-type", sts::FORM);
        let (form, ()) = form.body(()).unwrap().into_parts();
        let token = format!("eyJ{}", "x".repeat(100));
        let logins = POOL.replace('}', &format!(r#","Logins":{{"a":"{token}","b":""}}}}"#));
        let (listener, heard) = Listener::up_to(Level::DEBUG);

        with_default(listener, || {
            service.handle(&form, b"Action=%1b%0a");
            service.handle(&get_id(), logins.as_bytes());
        });

        let heard = heard.lock().unwrap();
        assert_eq!(
            heard[0],
            "DEBUG message=call number=1 operation=POST /  Action=\\u{1b}\\n attempt=1 \
             outcome=InvalidAction: Could not find operation \\u{1b}\\n for version 2011-06-15 \
             explanation=\"of STS the mock has AssumeRoleWithWebIdentity and GetCallerIdentity only\""
        );
        let rejected = heard.last().unwrap();
        assert!(
            rejected.contains("{a=<hidden> (103 bytes), b=}"),
            "{rejected}"
        );
    }

    #[test]
    fn a_subscriber_may_use_the_mock() {
        let service = Arc::new(service());
        let (mut listener, heard) = Listener::up_to(Level::DEBUG);
        let asked = Arc::clone(&service);
        listener.on_event = Box::new(move || {
            assert_eq!(asked.lock().recorder.total(), 1);
        });

        with_default(listener, || service.handle(&get_id(), POOL.as_bytes()));

        assert_eq!(heard.lock().unwrap().len(), 4);
    }

    #[test]
    fn no_event_is_made_without_a_subscriber() {
        let service = service();
        let handle = || service.handle(&get_id(), POOL.as_bytes());
        let (info, heard) = Listener::up_to(Level::INFO);
        let (debug, _) = Listener::up_to(Level::DEBUG);

        assert!(handle().event.is_none());
        assert!(with_default(info, handle).event.is_none());
        assert!(heard.lock().unwrap().is_empty());

        assert!(with_default(debug, have_subscriber));
    }
}
