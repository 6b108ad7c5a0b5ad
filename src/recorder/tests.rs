use std::panic::Location;
use std::sync::Arc;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder as GetId;
use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
use expect_test::expect;

use super::*;
use crate::call::Call;
use crate::error::ServiceError;
use crate::faults::{Fault, InjectedFaults};
use crate::operation::Request;
use crate::report::{self, UnrecognizedRequest};

const INVOCATION: &str = "0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b";

fn arrival(received: Received) -> Arrival<'static> {
    Arrival {
        received,
        attempt: 2,
        invocation_id: Some(INVOCATION),
        time: SystemTime::UNIX_EPOCH,
    }
}

fn get_id(pool: &str) -> Received {
    let input = GetIdInput::builder().identity_pool_id(pool).build();
    Received::Call(Arc::new(Request::GetId(input.unwrap())))
}

fn list_identities() -> Received {
    let input = ListIdentitiesInput::builder().build();
    Received::Call(Arc::new(Request::ListIdentities(input.unwrap())))
}

fn unrecognized() -> Received {
    Received::Unrecognized(Box::new(UnrecognizedRequest {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        target: None,
    }))
}

fn recorder(received: impl IntoIterator<Item = Received>) -> Recorder {
    let mut recorder = Recorder::new(usize::MAX, None);
    receive(&mut recorder, received);
    recorder
}

fn receive(recorder: &mut Recorder, received: impl IntoIterator<Item = Received>) {
    for received in received {
        let ticket = recorder.record_arrival(arrival(received));
        recorder.record_outcome(ticket, Outcome::Success, None);
    }
}

#[test]
fn a_call_comes_back_as_it_arrived_and_was_answered() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let error = ServiceError::not_found("gone");

    let ticket = recorder.record_arrival(arrival(get_id("p")));
    let name = FaultName::Named(Arc::from("slow"));
    recorder.record_outcome(ticket, Outcome::Error(error.clone()), Some(name));

    let calls = recorder.calls_to::<GetId>();
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    assert_eq!((call.number, call.attempt), (1, 2));
    assert_eq!(call.input.identity_pool_id(), Some("p"));
    assert_eq!(call.invocation_id.as_deref(), Some(INVOCATION));
    assert_eq!(call.time, SystemTime::UNIX_EPOCH);
    assert_eq!(call.outcome, Outcome::Error(error));
    assert_eq!(call.fault.as_deref(), Some("slow"));
}

#[test]
fn all_requests_share_one_numbering_but_only_readable_calls_are_listed() {
    let recorder = recorder([
        get_id("p"),
        unrecognized(),
        Received::Undecodable(Operation::GetId),
        list_identities(),
        get_id("q"),
    ]);

    let numbers = |calls: Vec<Call<GetIdInput>>| calls.iter().map(|c| c.number).collect();
    let of_get_id: Vec<usize> = numbers(recorder.calls_to::<GetId>());
    assert_eq!(of_get_id, [1, 5]);
    assert_eq!(recorder.calls().len(), 3);
    assert_eq!(recorder.count(Operation::GetId), 3);
    assert_eq!(recorder.total(), 5);
    assert_eq!(
        recorder.operations(),
        [
            Operation::GetId,
            Operation::GetId,
            Operation::ListIdentities,
            Operation::GetId
        ]
    );
}

#[test]
fn a_call_under_way_is_pending_in_the_log() {
    let mut recorder = Recorder::new(usize::MAX, None);
    recorder.record_arrival(arrival(get_id("p")));

    let log = recorder.log(None).to_string();

    assert!(log.contains("#1  GetId  attempt 2  → pending"), "{log}");
    // If the test ends now, it never gets an answer.
    assert_eq!(recorder.calls()[0].outcome, Outcome::Dropped);
}

#[test]
fn a_call_from_before_a_reset_does_not_finish_another_one() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    recorder.clear();
    let new = recorder.record_arrival(arrival(get_id("q")));

    recorder.record_outcome(old, Outcome::Success, None);

    assert_eq!((old.number(), new.number()), (1, 1));
    assert!(recorder.log(None).to_string().contains("pending"));
}

#[test]
fn a_log_with_retries_closes_with_the_timeline() {
    let mut recorder = Recorder::new(usize::MAX, None);
    for attempt in 1..=2 {
        let ticket = recorder.record_arrival(Arrival {
            attempt,
            ..arrival(get_id("p"))
        });
        recorder.record_outcome(ticket, Outcome::Success, None);
        let ended = Completion {
            waited: Duration::from_secs(1),
            aborted: false,
        };
        recorder.record_completion(ticket, ended, SystemTime::UNIX_EPOCH);
    }

    expect![[r#"
        calls received (2):
            #1  GetId  attempt 1  → ok
            #2  GetId  attempt 2  → ok

        timeline (mock clock and injected delays, 2.0s in total):
            #1  GetId    attempt 1  ok  [============================                            ]  1.0s
            #2    GetId  attempt 2  ok  [                            ============================]  1.0s
    "#]].assert_eq(&recorder.log(None).to_string());
}

#[test]
fn the_timeline_of_a_log_shows_the_calls_that_are_listed() {
    let mut recorder = recorder((1..=51).map(|_| get_id("p")));
    let numbers = |text: &str| -> Vec<usize> {
        let words = text
            .lines()
            .filter_map(|line| line.trim().split(' ').next());
        let numbers = words.filter_map(|word| word.strip_prefix('#')?.parse().ok());
        numbers.collect()
    };

    let log = recorder.log_naming(&[20], None).to_string();

    let (calls, timeline) = log.split_once("\ntimeline ").unwrap();
    let listed: Vec<usize> = [1, 2, 3, 20].into_iter().chain(35..=51).collect();
    assert_eq!(numbers(calls), listed);
    assert_eq!(numbers(timeline), listed);
    recorder.clear();
    assert_eq!(
        numbers(&recorder.log_naming(&[20], None).to_string()),
        [0; 0]
    );
}

#[test]
fn a_call_from_before_a_reset_does_not_end_another_one() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    recorder.clear();
    recorder.record_arrival(arrival(get_id("q")));

    let ended = Completion {
        waited: Duration::ZERO,
        aborted: false,
    };
    recorder.record_completion(old, ended, SystemTime::UNIX_EPOCH);

    assert!(recorder.timeline().to_string().ends_with(">]  in flight\n"));
}

#[tokio::test]
async fn subscribers_hear_of_every_change() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let mut changes = recorder.subscribe();

    let ticket = recorder.record_arrival(arrival(get_id("p")));
    changes.changed().await.unwrap();
    recorder.record_outcome(ticket, Outcome::Success, None);

    assert!(changes.has_changed().unwrap());
}

#[test]
fn only_unrecognized_and_undecodable_requests_fail_verification() {
    let clean = recorder([get_id("p")]);
    let unclean = recorder([unrecognized(), Received::Undecodable(Operation::GetId)]);

    let clean = report::verification(&clean.verification(Vec::new(), None), true);
    let facts = unclean.verification(Vec::new(), None);

    assert_eq!(clean, None);
    assert_eq!((facts.unrecognized.len(), facts.undecodable.len()), (1, 1));
    assert_eq!(facts.unrecognized[0].0, 1);
}

#[test]
fn a_short_log_keeps_the_newest_calls_and_counts_them_all() {
    let mut recorder = Recorder::new(2, None);
    receive(&mut recorder, [get_id("a"), list_identities()]);
    receive(&mut recorder, [get_id("b"), get_id("c")]);

    let calls = recorder.calls_to::<GetId>();
    let numbers: Vec<usize> = calls.iter().map(|call| call.number).collect();
    assert_eq!(numbers, [3, 4]);
    assert!(calls.iter().all(|call| call.outcome == Outcome::Success));
    assert_eq!(recorder.count(Operation::GetId), 3);
    assert_eq!(recorder.total(), 4);
    let log = recorder.log(None).to_string();
    assert!(
        log.starts_with(
            "calls received (4):\n    … 2 evicted by `keep_calls`\n    \
             #3  GetId  attempt 2  → ok\n    #4  GetId  attempt 2  → ok\n"
        ),
        "{log}"
    );
}

#[test]
fn a_forgotten_call_is_not_finished_as_another_one() {
    let mut recorder = Recorder::new(1, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    let new = recorder.record_arrival(arrival(get_id("q")));

    recorder.record_outcome(old, Outcome::Success, None);

    assert_eq!((old.number(), new.number()), (1, 2));
    assert!(recorder.log(None).to_string().contains("pending"));
}

#[test]
fn a_log_of_nothing_still_counts() {
    let mut recorder = Recorder::new(0, None);
    receive(&mut recorder, [get_id("p"), get_id("q")]);

    assert_eq!(recorder.calls().len(), 0);
    assert_eq!(recorder.count(Operation::GetId), 2);
}

#[test]
fn a_forgotten_call_ends_as_no_other_one() {
    let mut recorder = Recorder::new(1, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    recorder.record_arrival(arrival(get_id("q")));

    let ended = Completion {
        waited: Duration::ZERO,
        aborted: true,
    };
    recorder.record_completion(old, ended, SystemTime::UNIX_EPOCH);

    assert!(recorder.timeline().to_string().ends_with(">]  in flight\n"));
}

#[test]
fn of_a_short_log_a_bounded_number_of_failures_is_remembered() {
    let mut recorder = Recorder::new(1, None);
    let (fault, name) = (panicking(), Operation::GetId);
    for _ in 0..KEPT_FAILURES {
        let ticket = recorder.record_arrival(arrival(unrecognized()));
        recorder.record_panic(ticket, name, fault.clone());
    }
    let facts = recorder.verification(Vec::new(), None);
    assert_eq!((facts.unrecognized.len(), facts.panics.len()), (20, 20));

    for _ in 0..KEPT_FAILURES {
        let ticket = recorder.record_arrival(arrival(unrecognized()));
        recorder.record_panic(ticket, name, fault.clone());
    }
    let facts = recorder.verification(Vec::new(), None);
    // The newest request is in the log itself.
    assert_eq!((facts.unrecognized.len(), facts.panics.len()), (21, 20));
    assert_eq!(facts.panics.last().map(|panic| panic.number), Some(20));
}

#[test]
fn a_longer_log_remembers_as_many_panics_as_calls() {
    let mut recorder = Recorder::new(30, None);
    for _ in 0..40 {
        let ticket = recorder.record_arrival(arrival(get_id("p")));
        recorder.record_panic(ticket, Operation::GetId, panicking());
    }

    assert_eq!(recorder.verification(Vec::new(), None).panics.len(), 30);
}

#[test]
fn a_panic_over_a_call_from_before_a_reset_is_forgotten() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    recorder.clear();

    recorder.record_panic(old, Operation::GetId, panicking());

    assert!(recorder.verification(Vec::new(), None).panics.is_empty());
}

/// What a fault says of its predicate that panicked.
fn panicking() -> UserPanic {
    let mut faults = InjectedFaults::new(0);
    let fault = Fault::throttle().when(Client::get_id, |_| panic!("on purpose"));
    faults.inject(fault, Location::caller());
    let request = Request::GetId(GetIdInput::builder().build().unwrap());
    faults.snapshot().meet(&request).take_panics().remove(0)
}

#[test]
fn calls_that_no_fault_could_read_do_not_count_as_calls_before_its_injection() {
    let mut faults = InjectedFaults::new(0);
    let fault = Fault::throttle().on(Client::get_id);
    faults.inject(fault, Location::caller());
    let called_before = |received| {
        let facts = recorder(received).verification(faults.unmet(), None);
        facts.faults[0].called_before
    };

    assert!(!called_before(vec![]));
    assert!(!called_before(vec![Received::Undecodable(
        Operation::GetId
    )]));
    assert!(!called_before(vec![list_identities()]));
    assert!(called_before(vec![get_id("p")]));
}

#[test]
fn the_last_request_is_the_one_that_may_have_failed() {
    let failed = |received, outcome: Outcome| {
        let mut recorder = recorder([unrecognized()]);
        let ticket = recorder.record_arrival(arrival(received));
        recorder.record_outcome(ticket, outcome, None);
        let facts = recorder.verification(Vec::new(), None);
        facts.last_failed.map(|call| call.number)
    };

    assert_eq!(failed(get_id("p"), Outcome::Success), None);
    assert_eq!(failed(get_id("p"), Outcome::Dropped), Some(2));
}

#[test]
fn a_cleared_log_begins_a_time_of_its_own() {
    let mut recorder = Recorder::new(usize::MAX, None);
    let at = |seconds| Arrival {
        time: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        ..arrival(get_id("p"))
    };
    recorder.record_arrival(at(0));
    recorder.record_arrival(at(100));

    recorder.clear();
    // The clock was set back.
    recorder.record_arrival(at(20));
    recorder.record_arrival(at(30));

    let timeline = recorder.timeline().to_string();
    assert!(timeline.contains("10.0s in total"), "{timeline}");
}

#[test]
fn what_is_cleared_no_longer_counts_or_fails() {
    let mut recorder = Recorder::new(1, None);
    receive(&mut recorder, [unrecognized(), get_id("p")]);
    let ticket = recorder.record_arrival(arrival(get_id("q")));
    recorder.record_panic(ticket, Operation::GetId, panicking());

    recorder.clear();

    assert_eq!(recorder.total(), 0);
    assert_eq!(recorder.count(Operation::GetId), 0);
    let facts = recorder.verification(Vec::new(), None);
    assert_eq!(report::verification(&facts, true), None);
}

#[test]
fn forgotten_requests_still_fail_verification() {
    let mut recorder = Recorder::new(1, None);
    receive(&mut recorder, [get_id("p"), unrecognized(), get_id("q")]);

    let facts = recorder.verification(Vec::new(), None);

    assert_eq!(facts.unrecognized.len(), 1);
    assert_eq!(facts.unrecognized[0].0, 2);
}
