use std::panic::Location;
use std::sync::Arc;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder as GetId;
use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
use expect_test::expect;

use super::*;
use crate::call::Outcome;
use crate::faults::{Fault, InjectedFaults};
use crate::operation::Request;
use crate::report::{self, EarlierCalls, UnmetFault, UnrecognizedRequest};

const INVOCATION: &str = "0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b";

const ABORTED: Completion = Completion {
    waited: Duration::ZERO,
    aborted: true,
};

fn arrival(received: Received) -> Arrival<'static> {
    Arrival {
        received,
        origin: Origin::default(),
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

/// What verification reports of requests and panics.
fn verify(recorder: &Recorder) -> Option<String> {
    report::verification(
        &recorder.verification(Vec::new(), &LogContext::default()),
        true,
    )
}

fn recorder(received: impl IntoIterator<Item = Received>) -> Recorder {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
    receive(&mut recorder, received);
    recorder
}

fn receive(recorder: &mut Recorder, received: impl IntoIterator<Item = Received>) {
    for received in received {
        let ticket = recorder.record_arrival(arrival(received));
        recorder.record_outcome(ticket, Outcome::Success.into());
    }
}

#[test]
fn the_ticket_of_a_request_from_before_a_reset_changes_no_later_one() {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    recorder.clear();
    let new = recorder.record_arrival(arrival(get_id("q")));

    recorder.record_outcome(old, Outcome::Success.into());
    recorder.record_completion(old, ABORTED, SystemTime::UNIX_EPOCH);
    recorder.record_panic(old, Operation::GetId, panicking());

    assert_eq!((old.number(), new.number()), (1, 1));
    assert!(
        recorder
            .log(&LogContext::default())
            .to_string()
            .contains("pending")
    );
    assert!(recorder.timeline().to_string().ends_with(">]  in flight\n"));
    assert!(
        recorder
            .verification(Vec::new(), &LogContext::default())
            .panics
            .is_empty()
    );
}

#[test]
fn the_ticket_of_an_evicted_request_changes_no_other_one() {
    let mut recorder = Recorder::new("us-east-1", 1, None);
    let old = recorder.record_arrival(arrival(get_id("p")));
    let new = recorder.record_arrival(arrival(get_id("q")));

    recorder.record_outcome(old, Outcome::Success.into());
    recorder.record_completion(old, ABORTED, SystemTime::UNIX_EPOCH);

    assert_eq!((old.number(), new.number()), (1, 2));
    assert!(
        recorder
            .log(&LogContext::default())
            .to_string()
            .contains("pending")
    );
    assert!(recorder.timeline().to_string().ends_with(">]  in flight\n"));
}

#[test]
fn only_unrecognized_and_undecodable_requests_fail_verification() {
    let mut recorder = recorder([get_id("p"), Received::TooLarge(Operation::GetId)]);
    assert_eq!(verify(&recorder), None);
    receive(&mut recorder, [unrecognized()]);
    receive(&mut recorder, [Received::Undecodable(Operation::GetId)]);

    let facts = recorder.verification(Vec::new(), &LogContext::default());

    assert_eq!(facts.unrecognized.len(), 1);
    assert_eq!(facts.unrecognized[0].0, 3);
    let undecodable = facts.undecodable.iter().map(|call| call.number);
    assert_eq!(undecodable.collect::<Vec<_>>(), [4]);
}

#[test]
fn the_requests_that_fail_verification_are_listed_however_many_others_there_are() {
    let mut recorder = recorder((1..=9).map(|_| get_id("p")));
    receive(&mut recorder, [unrecognized()]);
    receive(&mut recorder, (1..=40).map(|_| get_id("p")));

    let facts = recorder.verification(Vec::new(), &LogContext::default());

    let log = facts.log.to_string();
    assert!(log.contains("… 6 more\n    #10  GET /  → ok\n"), "{log}");
}

#[test]
fn a_fault_comes_with_the_last_input_that_its_predicate_did_not_match() {
    let mut recorder = Recorder::new("us-east-1", 2, None);
    let mut faults = InjectedFaults::new(0);
    let fault = Fault::throttle().when(Client::get_id, |_| false);
    faults.inject(fault, Location::caller(), 0);
    for pool in ["p", "q"] {
        let received = get_id(pool);
        let Received::Call(request) = &received else {
            unreachable!("a call of GetId")
        };
        let matches = faults.snapshot().match_call(request);
        let ticket = recorder.record_arrival(arrival(received));
        faults.apply(&matches, ticket.number(), SystemTime::UNIX_EPOCH);
    }
    let last_unmatched = |recorder: &Recorder| {
        let facts = recorder.verification(faults.unmet(), &LogContext::default());
        facts.faults[0].last_unmatched.clone()
    };

    let input = last_unmatched(&recorder).unwrap();
    assert_eq!(input.fields[0].redacted_value(), "\"q\"");
    receive(&mut recorder, [list_identities(), list_identities()]);
    assert_eq!(last_unmatched(&recorder), None);
}

#[test]
fn a_call_in_flight_is_pending_in_the_log() {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
    recorder.record_arrival(arrival(get_id("p")));

    let log = recorder.log(&LogContext::default()).to_string();

    assert!(
        log.contains("#1  GetId  attempt 2  pool \"p\", no logins  → pending"),
        "{log}"
    );
    // If the test ends now, the call never gets a response.
    assert_eq!(recorder.calls()[0].outcome, Outcome::Dropped);
}

#[test]
fn a_log_with_retries_ends_with_the_timeline() {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
    for attempt in 1..=2 {
        let ticket = recorder.record_arrival(Arrival {
            attempt,
            ..arrival(get_id("p"))
        });
        recorder.record_outcome(ticket, Outcome::Success.into());
        let ended = Completion {
            waited: Duration::from_secs(1),
            aborted: false,
        };
        recorder.record_completion(ticket, ended, SystemTime::UNIX_EPOCH);
    }

    expect![[r#"
        calls received (2):
            #1  GetId  attempt 1  pool "p", no logins  → ok
            #2  GetId  attempt 2  pool "p", no logins  → ok

        timeline (mock clock and injected delays, 2.0s in total):
            #1  GetId    attempt 1  ok  [============================                            ]  1.0s
            #2    GetId  attempt 2  ok  [                            ============================]  1.0s
    "#]].assert_eq(&recorder.log(&LogContext::default()).to_string());
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

    let log = recorder
        .log_naming(&[20], &LogContext::default())
        .to_string();

    let (calls, timeline) = log.split_once("\ntimeline ").unwrap();
    let listed: Vec<usize> = [1, 2, 3, 20].into_iter().chain(35..=51).collect();
    assert_eq!(numbers(calls), listed);
    assert_eq!(numbers(timeline), listed);
    recorder.clear();
    assert_eq!(
        numbers(
            &recorder
                .log_naming(&[20], &LogContext::default())
                .to_string()
        ),
        [0; 0]
    );
}

#[tokio::test]
async fn subscribers_are_notified_of_every_change() {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
    let mut changes = recorder.subscribe();

    let ticket = recorder.record_arrival(arrival(get_id("p")));
    changes.changed().await.unwrap();
    recorder.record_outcome(ticket, Outcome::Success.into());

    assert!(changes.has_changed().unwrap());
}

#[test]
fn a_short_log_keeps_the_newest_calls_and_counts_them_all() {
    let mut recorder = Recorder::new("us-east-1", 2, None);
    receive(&mut recorder, [get_id("a"), list_identities()]);
    receive(&mut recorder, [get_id("b"), get_id("c")]);

    let calls = recorder.calls_to::<GetId>();
    let numbers: Vec<usize> = calls.iter().map(|call| call.number).collect();
    assert_eq!(numbers, [3, 4]);
    assert!(calls.iter().all(|call| call.outcome == Outcome::Success));
    assert_eq!(recorder.count(Operation::GetId), 3);
    assert_eq!(recorder.total(), 4);
    let log = recorder.log(&LogContext::default()).to_string();
    assert!(
        log.starts_with(
            "calls received (4):\n    … 2 evicted by `keep_calls`\n    \
             #3  GetId  attempt 2  pool \"b\", no logins  → ok\n    \
             #4  GetId  attempt 2  pool \"c\", no logins  → ok\n"
        ),
        "{log}"
    );
}

#[test]
fn a_log_that_keeps_nothing_still_counts() {
    let mut recorder = Recorder::new("us-east-1", 0, None);
    receive(&mut recorder, [get_id("p"), get_id("q")]);

    assert_eq!(recorder.calls().len(), 0);
    assert_eq!(recorder.count(Operation::GetId), 2);
}

#[test]
fn a_short_log_keeps_the_first_evicted_failures_and_panics() {
    let mut recorder = Recorder::new("us-east-1", 1, None);
    let (fault, name) = (panicking(), Operation::GetId);
    for _ in 0..KEPT_FAILURES {
        let ticket = recorder.record_arrival(arrival(unrecognized()));
        recorder.record_panic(ticket, name, fault.clone());
    }
    let facts = recorder.verification(Vec::new(), &LogContext::default());
    assert_eq!((facts.unrecognized.len(), facts.panics.len()), (20, 20));
    let numbers = facts.unrecognized.iter().map(|(number, _)| *number);
    assert!(numbers.eq(1..=20));

    for _ in 0..KEPT_FAILURES {
        let ticket = recorder.record_arrival(arrival(unrecognized()));
        recorder.record_panic(ticket, name, fault.clone());
    }
    let facts = recorder.verification(Vec::new(), &LogContext::default());
    // The newest request is in the log itself.
    assert_eq!((facts.unrecognized.len(), facts.panics.len()), (21, 20));
    assert_eq!(facts.panics.last().map(|panic| panic.number), Some(20));
}

#[test]
fn a_longer_log_keeps_as_many_panics_as_calls() {
    let mut recorder = Recorder::new("us-east-1", 30, None);
    for _ in 0..40 {
        let ticket = recorder.record_arrival(arrival(get_id("p")));
        recorder.record_panic(ticket, Operation::GetId, panicking());
    }

    assert_eq!(
        recorder
            .verification(Vec::new(), &LogContext::default())
            .panics
            .len(),
        30
    );
}

/// The panic of a predicate.
fn panicking() -> UserPanic {
    let mut faults = InjectedFaults::new(0);
    let fault = Fault::throttle().when(Client::get_id, |_| panic!("on purpose"));
    faults.inject(fault, Location::caller(), 0);
    let request = Arc::new(Request::GetId(GetIdInput::builder().build().unwrap()));
    faults
        .snapshot()
        .match_call(&request)
        .take_panics()
        .remove(0)
}

/// The facts about a fault on `GetId` that was injected after request #`last_request`.
fn facts_of_fault(recorder: &Recorder, last_request: usize) -> UnmetFault {
    let mut faults = InjectedFaults::new(0);
    let fault = Fault::throttle().on(Client::get_id);
    faults.inject(fault, Location::caller(), last_request);
    let facts = recorder.verification_of_faults(faults.unmet(), &LogContext::default());
    facts.faults[0].clone()
}

#[test]
fn only_calls_that_faults_see_count_as_calls_before_the_injection() {
    let earlier = |received: Vec<Received>| {
        let last_request = received.len();
        facts_of_fault(&recorder(received), last_request).earlier
    };

    assert_eq!(earlier(vec![]), None);
    assert_eq!(earlier(vec![Received::Undecodable(Operation::GetId)]), None);
    assert_eq!(earlier(vec![list_identities()]), None);
    let calls = vec![get_id("p"), get_id("p"), list_identities()];
    assert_eq!(earlier(calls), Some(EarlierCalls { count: 2, last: 2 }));
}

#[test]
fn calls_after_the_injection_that_no_fault_sees_are_rejected_at_once() {
    let received = [get_id("p"), Received::Undecodable(Operation::GetId)];
    let recorder = recorder(received);

    assert_eq!(facts_of_fault(&recorder, 1).rejected_at_once, 1);
    assert_eq!(facts_of_fault(&recorder, 2).rejected_at_once, 0);
}

#[test]
fn a_guard_sees_the_requests_after_the_injection() {
    let recorder = recorder([list_identities(), unrecognized()]);

    assert!(!facts_of_fault(&recorder, 1).guard_saw_no_request);
    assert!(facts_of_fault(&recorder, 2).guard_saw_no_request);
}

#[test]
fn only_the_last_request_counts_as_the_last_that_failed() {
    let failed = |received, outcome: Outcome| {
        let mut recorder = recorder([unrecognized()]);
        let ticket = recorder.record_arrival(arrival(received));
        recorder.record_outcome(ticket, outcome.into());
        let facts = recorder.verification(Vec::new(), &LogContext::default());
        facts.last_failed.map(|call| call.number)
    };

    assert_eq!(failed(get_id("p"), Outcome::Success), None);
    assert_eq!(failed(get_id("p"), Outcome::Dropped), Some(2));
}

#[test]
fn a_cleared_log_starts_a_new_time_axis() {
    let mut recorder = Recorder::new("us-east-1", usize::MAX, None);
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
    let mut recorder = Recorder::new("us-east-1", 1, None);
    receive(&mut recorder, [unrecognized(), get_id("p")]);
    let ticket = recorder.record_arrival(arrival(get_id("q")));
    recorder.record_panic(ticket, Operation::GetId, panicking());

    recorder.clear();

    assert_eq!(recorder.total(), 0);
    assert_eq!(recorder.count(Operation::GetId), 0);
    assert_eq!(verify(&recorder), None);
}
