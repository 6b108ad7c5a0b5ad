//! The messages of failed assertions and of waits that took too long.

use std::fmt::Write as _;
use std::time::Duration;

use super::attempts::{Attempts, RETRIES};
use super::call_log::CallLog;
use super::diff::Mismatch;
use super::similar_operation::{Called, did_you_mean, similar_operation};
use crate::faults::InjectedFault;
use crate::operation::Operation;
use crate::times::{Times, counted};

/// The calls that an assertion has counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct CountedCalls {
    /// How many calls of the operation were received.
    pub(crate) received: usize,
    /// Those of them that were not evicted.
    pub(crate) attempts: Attempts,
    /// All operations that were called.
    pub(crate) called: Vec<Called>,
}

/// `assert_called`, `assert_not_called`: the number of calls is not the expected one.
pub(crate) fn wrong_number_of_calls(
    operation: Operation,
    expected: &Times,
    calls: &CountedCalls,
    log: &CallLog,
) -> String {
    let received = calls.received;
    let expected_calls = expected.of_calls();
    let sentence = format!("expected {expected_calls} to {operation}, but received {received}");
    with_calls(&sentence, operation, calls, *expected != Times::NEVER, log)
}

/// Appends what is known of the calls that were counted: how many are retries, and which operation
/// was called instead. `counts` says that the number of calls matters, and not only that there are
/// any.
fn with_calls(
    sentence: &str,
    operation: Operation,
    calls: &CountedCalls,
    counts: bool,
    log: &CallLog,
) -> String {
    let CountedCalls {
        received,
        attempts,
        called,
    } = calls;
    let mut text = format!("{sentence}\n");
    let are_retried = attempts.has_retries() && attempts.calls() == *received as u64;
    if are_retried {
        let _ = writeln!(text, "{attempts}: {RETRIES}");
    }
    let mut text = with_log(&text, log);
    if are_retried && counts {
        text.push_str(
            "\nhelp: each attempt is a call. To count invocations, count the calls with \
             `attempt == 1`. To have no retries,\n      \
             give the client a `RetryConfig::disabled()`.",
        );
    }
    if *received == 0 {
        text.push_str(&help_for_other_operation(operation, called));
    }
    text
}

/// Asks whether another operation is meant, if a similar one was called.
fn help_for_other_operation(operation: Operation, called: &[Called]) -> String {
    similar_operation(&[operation], called)
        .map(|other| format!("\nhelp: {}", did_you_mean(other)))
        .unwrap_or_default()
}

/// `assert_no_calls`: there were requests.
pub(crate) fn unexpected_calls(received: usize, log: &CallLog) -> String {
    with_log(
        &format!("expected no calls, but received {received}\n"),
        log,
    )
}

/// `assert_called_with`: no call had this input.
pub(crate) fn no_call_with_input(
    operation: Operation,
    mismatch: &Mismatch,
    called: &[Called],
    log: &CallLog,
) -> String {
    let mut text = format!(
        "no call to {operation} had the expected input\n\n\
         expected (only these fields are compared):\n{}\n",
        mismatch.expected()
    );
    let _ = match mismatch.nearest() {
        None => writeln!(text, "no call to {operation} was received"),
        Some((number, comparison)) => {
            let (equal, all) = comparison.score();
            let nearest = match mismatch.compared() {
                1 => format!("the only call to {operation}"),
                calls => format!("the nearest of {calls} calls to {operation}"),
            };
            writeln!(
                text,
                "{nearest} is #{number}, with {equal} of {} equal:\n{}",
                counted(all as u64, "field"),
                comparison.to_string().trim_end()
            )
        }
    };
    let mut text = with_log(&text, log);
    if mismatch.nearest().is_none() {
        text.push_str(&help_for_other_operation(operation, called));
    }
    text
}

/// `only_call`: there was one call, but there is no input to return.
pub(crate) fn call_without_input(operation: Operation, log: &CallLog) -> String {
    let sentence = format!(
        "the only call to {operation} has no input: it could not be read, or it is no longer kept"
    );
    with_log(&format!("{sentence}\n"), log)
}

/// `wait_for_calls`: fewer than `n` calls arrived in time.
pub(crate) fn timed_out(
    operation: Operation,
    n: usize,
    calls: &CountedCalls,
    waited: Duration,
    log: &CallLog,
) -> String {
    let wanted = counted(n as u64, "call");
    let received = calls.received;
    let sentence =
        format!("waited {waited:?} for {wanted} to {operation}, but received {received}");
    with_calls(&sentence, operation, calls, true, log)
}

/// `FaultGuard::wait_until_fired`: the fault fired fewer than `n` times in time.
pub(crate) fn unfired_in_time(
    fault: &InjectedFault,
    n: u64,
    waited: Duration,
    log: &CallLog,
) -> String {
    let wanted = counted(n, "time");
    let fired = counted(fault.fired(), "time");
    let sentence = format!(
        "waited {waited:?} for {} to fire {wanted}, but it fired {fired}",
        fault.name()
    );
    with_log(&format!("{sentence}\n"), log)
}

/// Appends the calls received, and a hint if there are none.
fn with_log(text: &str, log: &CallLog) -> String {
    let mut text = format!("{text}\n{log}");
    if log.is_empty() {
        let _ = writeln!(text, "help: {OTHER_CLIENT}");
    }
    text.trim_end().to_owned()
}

/// The help where the mock has received nothing at all.
pub(super) const OTHER_CLIENT: &str =
    "does the code under test use the client of this mock? See `MockCognitoIdentity::client`.";

#[cfg(test)]
mod tests {
    use crate::fields::flatten;
    use std::panic::Location;
    use std::sync::Arc;

    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use expect_test::expect;

    use super::super::diff::find;
    use super::super::logged_call::{LoggedCall, Subject};
    use super::*;
    use crate::call::Outcome;
    use crate::error::ServiceError;
    use crate::faults::{Fault, FaultName, InjectedFaults};

    const ADDRESS: Option<&str> = Some("http://127.0.0.1:49152");

    fn log() -> CallLog {
        let call = |number, operation, attempt, outcome, fault| LoggedCall {
            number,
            subject: Subject::Operation(operation),
            attempt,
            outcome: Some(outcome),
            fault,
            contents: None,
        };
        let throttled = ServiceError::known("TooManyRequestsException", "Rate exceeded");
        let calls = [
            call(
                1,
                Operation::GetId,
                1,
                Outcome::Error(throttled),
                Some(FaultName::Named(Arc::from("first two"))),
            ),
            call(
                2,
                Operation::GetCredentialsForIdentity,
                1,
                Outcome::Success,
                None,
            ),
            call(3, Operation::GetId, 2, Outcome::Success, None),
        ];
        CallLog::new(calls.len(), calls, ADDRESS)
    }

    fn counted_calls(received: usize) -> CountedCalls {
        let ids = (0..received).map(|_| None);
        CountedCalls {
            received,
            attempts: Attempts::of(ids),
            called: vec![
                (Operation::GetId, received),
                (Operation::GetCredentialsForIdentity, 1),
            ],
        }
    }

    fn no_calls() -> CallLog {
        CallLog::new(0, [], ADDRESS)
    }

    fn input(token: &str) -> GetIdInput {
        GetIdInput::builder()
            .identity_pool_id("us-east-1:00000000-0000-0000-0000-000000000001")
            .logins("accounts.google.com", token)
            .build()
            .unwrap()
    }

    fn mismatch(calls: &[(usize, &GetIdInput)]) -> Box<Mismatch> {
        let calls = calls.iter().map(|(number, call)| (*number, flatten(*call)));
        find(flatten(&input("token-a")), calls).unwrap_err()
    }

    #[test]
    fn a_wrong_number_of_calls() {
        let fewer = wrong_number_of_calls(Operation::GetId, &3.into(), &counted_calls(2), &log());

        expect![[r#"
            expected 3 calls to GetId, but received 2

            calls received (3):
                #1  GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2  GetCredentialsForIdentity  attempt 1  → ok
                #3  GetId                      attempt 2  → ok"#]].assert_eq(&fewer);
    }

    #[test]
    fn the_only_call_has_no_input() {
        let text = call_without_input(Operation::GetCredentialsForIdentity, &log());

        let (sentence, calls) = text.split_once("\n\n").unwrap();
        expect!["the only call to GetCredentialsForIdentity has no input: it could not be read, or it is no longer kept"]
            .assert_eq(sentence);
        assert!(calls.starts_with("calls received (3):\n    #1"), "{calls}");
    }

    #[test]
    fn no_call_was_received() {
        let text = wrong_number_of_calls(
            Operation::GetId,
            &1.into(),
            &CountedCalls::default(),
            &no_calls(),
        );

        expect![[r#"
            expected 1 call to GetId, but received 0

            calls received (0): none. The server listens on http://127.0.0.1:49152.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`."#]].assert_eq(&text);
    }

    #[test]
    fn calls_where_none_was_expected() {
        let of_operation =
            wrong_number_of_calls(Operation::GetId, &Times::NEVER, &counted_calls(2), &log());
        let of_any_kind = unexpected_calls(3, &log());

        let first_line = |text: &str| text.lines().next().unwrap().to_owned();
        expect!["expected no calls to GetId, but received 2"].assert_eq(&first_line(&of_operation));
        expect!["expected no calls, but received 3"].assert_eq(&first_line(&of_any_kind));
        assert!(of_any_kind.contains("\n\ncalls received (3):\n    #1"));
    }

    #[test]
    fn the_retries_of_the_sdk_are_counted() {
        let ids = ["a", "a", "a", "b", "b", "b"].map(|id| Some(id.to_owned()));
        let retried = CountedCalls {
            received: 6,
            attempts: Attempts::of(ids),
            ..CountedCalls::default()
        };
        let evicted = CountedCalls {
            received: 7,
            ..retried.clone()
        };
        let text = |expected: u64, calls| {
            wrong_number_of_calls(Operation::GetId, &expected.into(), calls, &log())
        };

        expect![[r#"
            expected 2 calls to GetId, but received 6
            6 calls = 2 invocations × 3 attempts: the SDK's own retries are on

            calls received (3):
                #1  GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2  GetCredentialsForIdentity  attempt 1  → ok
                #3  GetId                      attempt 2  → ok
            help: each attempt is a call. To count invocations, count the calls with `attempt == 1`. To have no retries,
                  give the client a `RetryConfig::disabled()`."#]]
        .assert_eq(&text(2, &retried));
        let when_never = text(0, &retried);
        assert!(when_never.contains("2 invocations × 3 attempts"));
        assert!(!when_never.contains("help:"), "{when_never}");
        assert!(!text(2, &evicted).contains("invocations"));
    }

    #[test]
    fn another_operation_was_called_instead() {
        let (operation, called) = (Operation::GetOpenIdToken, counted_calls(0).called);
        let of_number = wrong_number_of_calls(operation, &1.into(), &counted_calls(0), &log());
        let of_input = no_call_with_input(operation, &mismatch(&[]), &called, &log());
        let of_wait = timed_out(operation, 1, &counted_calls(0), Duration::ZERO, &log());

        let last_line = |text: &str| text.lines().last().unwrap().to_owned();
        expect!["help: did you mean GetCredentialsForIdentity, which was called once?"]
            .assert_eq(&last_line(&of_number));
        assert_eq!(last_line(&of_input), last_line(&of_number));
        assert_eq!(last_line(&of_wait), last_line(&of_number));
    }

    #[test]
    fn the_nearest_call_field_by_field() {
        let (first, third) = (GetIdInput::builder().build().unwrap(), input("token-b"));
        let mismatch = mismatch(&[(1, &first), (3, &third)]);

        let text = no_call_with_input(Operation::GetId, &mismatch, &[], &log());

        expect![[r#"
            no call to GetId had the expected input

            expected (only these fields are compared):
                IdentityPoolId                  "us-east-1:00000000-0000-0000-0000-000000000001"
                Logins["accounts.google.com"]   "token-a"

            the nearest of 2 calls to GetId is #3, with 1 of 2 fields equal:
                IdentityPoolId                  "us-east-1:00000000-0000-0000-0000-000000000001"
              ✗ Logins["accounts.google.com"]   expected "token-a"
                                                received "token-b", one character differs (`b` instead of `a`)

            calls received (3):
                #1  GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2  GetCredentialsForIdentity  attempt 1  → ok
                #3  GetId                      attempt 2  → ok"#]].assert_eq(&text);
    }

    #[test]
    fn fewer_than_two_calls_to_compare_with() {
        let only = input("token-b");

        let one = no_call_with_input(Operation::GetId, &mismatch(&[(3, &only)]), &[], &log());
        let none = no_call_with_input(Operation::GetId, &mismatch(&[]), &[], &no_calls());

        let third_paragraph = |text: &str| {
            let paragraph = text.split("\n\n").nth(2).unwrap();
            paragraph.lines().next().unwrap().to_owned()
        };
        expect!["the only call to GetId is #3, with 1 of 2 fields equal:"]
            .assert_eq(&third_paragraph(&one));
        expect!["no call to GetId was received"].assert_eq(&third_paragraph(&none));
    }

    #[test]
    fn waits_that_took_too_long() {
        let mut faults = InjectedFaults::new(0);
        let fault = faults.inject(Fault::hold().named("gate"), Location::caller(), 0);
        let five = Duration::from_secs(5);
        let calls = counted_calls(1);

        let calls = timed_out(
            Operation::GetCredentialsForIdentity,
            2,
            &calls,
            five,
            &log(),
        );
        let fired = unfired_in_time(&fault, 2, five, &no_calls());

        expect![[r#"
            waited 5s for 2 calls to GetCredentialsForIdentity, but received 1

            calls received (3):
                #1  GetId                      attempt 1  → TooManyRequestsException   (fault "first two")
                #2  GetCredentialsForIdentity  attempt 1  → ok
                #3  GetId                      attempt 2  → ok"#]].assert_eq(&calls);
        expect![[r#"
            waited 5s for fault "gate" to fire 2 times, but it fired 0 times

            calls received (0): none. The server listens on http://127.0.0.1:49152.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`."#]].assert_eq(&fired);
    }
}
