//! The `tracing` events of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tracing::subscriber::{set_default, with_default};
use tracing::{Dispatch, Event, Metadata, Subscriber, span};

use crate::support::{guest, mock, over_both, runtime};

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

/// Calls `GetId` on a thread that has no subscriber.
fn call_on_another_thread(mock: &MockCognitoIdentity, pool_id: &str) {
    std::thread::scope(|scope| {
        let call = || runtime().block_on(guest(&mock.client(), pool_id));
        scope.spawn(call).join().unwrap();
    });
}

#[test]
fn events_reach_the_subscriber_under_which_the_mock_was_started() {
    let answers = Answers::default();
    let _listening = set_default(answers.clone());
    for (number, mock) in (1..).zip(over_both(mock)) {
        let pool = mock.seed_pool("app").id().to_owned();

        runtime().block_on(guest(&mock.client(), &pool));
        call_on_another_thread(&mock, &pool);

        assert_eq!(answers.0.load(Ordering::Relaxed), 2 * number);
    }
}

#[test]
fn a_mock_keeps_the_subscriber_under_which_it_was_started() {
    let answers = Answers::default();
    let mocks = with_default(answers.clone(), || over_both(mock));
    for (number, mock) in (1..).zip(mocks) {
        let pool = mock.seed_pool("app").id().to_owned();

        call_on_another_thread(&mock, &pool);

        assert_eq!(answers.0.load(Ordering::Relaxed), number);
    }
}

#[test]
fn in_memory_the_subscriber_of_the_calling_thread_comes_first() {
    let (of_the_start, of_the_call) = (Answers::default(), Answers::default());
    let mock = with_default(of_the_start.clone(), || mock().in_memory());
    let pool = mock.seed_pool("app").id().to_owned();

    with_default(of_the_call.clone(), || {
        runtime().block_on(guest(&mock.client(), &pool))
    });

    let heard = [of_the_start, of_the_call].map(|answers| answers.0.load(Ordering::Relaxed));
    assert_eq!(heard, [0, 1]);
}

#[test]
fn closures_of_faults_run_under_the_same_subscriber() {
    let answers = Answers::default();
    let mocks = with_default(answers.clone(), || over_both(mock));
    for (number, mock) in (1..).zip(mocks) {
        let pool = mock.seed_pool("app").id().to_owned();
        let fault = Fault::throttle().when(Client::get_id, |_| {
            tracing::info!(target: "mock_cognito_identity::a_predicate", "asked");
            false
        });
        mock.inject(fault.expect(0));

        call_on_another_thread(&mock, &pool);

        assert_eq!(answers.0.load(Ordering::Relaxed), 2 * number);
    }
}
