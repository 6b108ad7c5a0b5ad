//! The message of a failed verification: everything that is wrong at the end of a test.
//!
//! All failures are listed and not just the first, because the first is often a consequence.

use std::fmt::{self, Write as _};

use super::call_log::{CallLog, ForeignRequest, LoggedCall};
use super::row::{Flat, INDENT, Rows};
use crate::call::Outcome;
use crate::faults::{Unmet, UserPanic};
use crate::operation::Operation;
use crate::times::{Times, counted};

/// What verification looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verification {
    pub(crate) panics: Vec<CallPanic>,
    /// With their numbers.
    pub(crate) foreign: Vec<(usize, ForeignRequest)>,
    /// Calls whose body could not be read.
    pub(crate) undecodable: Vec<LoggedCall>,
    pub(crate) faults: Vec<UnusedFault>,
    pub(crate) log: CallLog,
    /// How the last call was answered that was no success.
    pub(crate) last_failed: Option<LoggedCall>,
}

/// A closure of the user's that panicked, and for which call.
#[derive(Clone, Debug)]
pub(crate) struct CallPanic {
    pub(crate) number: usize,
    pub(crate) operation: Operation,
    pub(crate) panic: UserPanic,
}

/// A fault outside its expectation, and what the calls have to say about it.
#[derive(Clone, Debug)]
pub(crate) struct UnusedFault {
    pub(crate) unmet: Unmet,
    /// The input of the last call that its predicate refused.
    pub(crate) last_refused: Option<Flat>,
    /// Whether there were calls to its operations before it was injected.
    pub(crate) called_before: bool,
}

/// Everything that is wrong at the end of a test, or nothing. With `in_drop` it warns of the
/// error that the panic may hide.
pub(crate) fn verification(facts: &Verification, in_drop: bool) -> Option<String> {
    let mut sections = Vec::new();
    sections.extend(panics(&facts.panics));
    sections.extend(foreign(&facts.foreign));
    sections.extend(undecodable(&facts.undecodable));
    sections.extend(faults(&facts.faults));
    if sections.is_empty() {
        return None;
    }
    let mut text = format!("{}\n{}", sections.join("\n"), facts.log);
    if let Some(last) = facts.last_failed.as_ref().filter(|_| in_drop) {
        note_hidden_error(&mut text, last);
    }
    if let Some(help) = help_for_foreign(&facts.foreign) {
        let _ = writeln!(text, "help: {help}");
    }
    if facts
        .faults
        .iter()
        .any(|fault| fault.unmet.by_default() && fault.unmet.fired_too_rarely())
    {
        text.push_str("help: if the fault is optional, add `.expect(..)`.\n");
    }
    Some(text.trim_end().to_owned())
}

/// Each panic once, however often its closure was called again by a retry.
fn panics(panics: &[CallPanic]) -> Option<String> {
    let mut text = String::new();
    for (index, call) in panics.iter().enumerate() {
        let is_same = |other: &CallPanic| other.key() == call.key();
        if panics[..index].iter().any(is_same) {
            continue;
        }
        let CallPanic {
            number,
            operation,
            panic,
        } = call;
        let subject = panic.subject();
        let again = match panics[index + 1..].iter().filter(|c| is_same(c)).count() {
            0 => String::new(),
            times => format!(", and {} again", counted(times as u64, "time")),
        };
        let _ = writeln!(
            text,
            "{subject} panicked while handling call #{number} ({operation}){again}\n\
             {INDENT}{}, injected at {}\n\
             {INDENT}{}, in the closure at {}",
            panic.fault(),
            panic.injected(),
            panic.text(),
            panic.written()
        );
    }
    (!text.is_empty()).then_some(text)
}

impl CallPanic {
    fn key(&self) -> impl PartialEq {
        let written = self.panic.written();
        let place = (written.file(), written.line(), written.column());
        (self.operation, place, self.panic.text().to_owned())
    }
}

fn foreign(requests: &[(usize, ForeignRequest)]) -> Option<String> {
    let mut text = match requests.len() {
        0 => return None,
        1 => "1 request was not a Cognito Identity operation\n".to_owned(),
        n => format!("{n} requests were not Cognito Identity operations\n"),
    };
    for (number, request) in requests {
        let _ = writeln!(text, "{INDENT}#{number}  {request}");
    }
    Some(text)
}

fn help_for_foreign(requests: &[(usize, ForeignRequest)]) -> Option<&'static str> {
    let (_, request) = requests.first()?;
    let service = request
        .target
        .as_ref()
        .map(|target| target.split('.').next().unwrap_or_default());
    Some(match service {
        Some("AWSCognitoIdentityProviderService") => {
            "that target belongs to Cognito user pools (cognito-idp). \
             Point only the Cognito Identity client at this mock."
        }
        Some("AWSCognitoIdentityService") => {
            "version 2014-06-30 of the Cognito Identity API has no such operation."
        }
        Some(_) => {
            "that target belongs to another service. \
             Point only the Cognito Identity client at this mock."
        }
        None => {
            "a call of the API is a POST to `/` with a header \
             `x-amz-target: AWSCognitoIdentityService.GetId`."
        }
    })
}

fn undecodable(calls: &[LoggedCall]) -> Option<String> {
    let mut text = match calls.len() {
        0 => return None,
        n => format!(
            "{} to Cognito Identity could not be decoded\n",
            counted(n as u64, "request")
        ),
    };
    for call in calls {
        let _ = write!(text, "{INDENT}#{}", call.number);
        if let Some(operation) = call.operation() {
            let _ = write!(text, "  {operation}");
        }
        if let Some(Outcome::Error(error)) = &call.outcome {
            let _ = write!(text, "  {error}");
        }
        text.push('\n');
    }
    Some(text)
}

fn faults(faults: &[UnusedFault]) -> Option<String> {
    let mut text = match faults.len() {
        0 => return None,
        1 => "1 fault was not used as expected\n".to_owned(),
        n => format!("{n} faults were not used as expected\n"),
    };
    for fault in faults {
        let Unmet { fault: armed, .. } = &fault.unmet;
        let _ = writeln!(
            text,
            "\n{}, injected at {}\n{INDENT}{}\n{INDENT}{}, fired {}",
            armed.name(),
            armed.injected(),
            fault.unmet.description(),
            demand(&armed.expected()),
            counted(fault.unmet.tally.fired, "time")
        );
        text.push_str(&story(fault));
    }
    Some(text)
}

fn demand(expected: &Times) -> String {
    if *expected == Times::NEVER {
        "expected never to fire".to_owned()
    } else {
        format!("expected to fire {expected}")
    }
}

/// Why it fired so rarely or so often: what became of the calls to its operations.
fn story(fault: &UnusedFault) -> String {
    let unmet = &fault.unmet;
    let tally = &unmet.tally;
    let calls = CallsTo {
        n: tally.received(),
        operations: unmet.operations().map(Operation::name).collect(),
    };
    if calls.n == 0 {
        let since = if fault.called_before {
            " after it was injected"
        } else {
            ""
        };
        return format!("{INDENT}no {calls} was received{since}\n");
    }
    if calls.n == tally.refused {
        let (whom, which) = match calls.n {
            1 => ("it", "It was"),
            _ => ("all of them", "The last was"),
        };
        let mut text = format!("{INDENT}{calls} received; the predicate refused {whom}.");
        if let Some(input) = &fault.last_refused {
            let _ = writeln!(text, " {which}:");
            for line in Rows(&input.rows).to_string().lines() {
                let _ = writeln!(text, "{INDENT}{line}");
            }
        } else {
            text.push('\n');
        }
        return text;
    }
    if calls.n == tally.fired {
        return String::new();
    }
    let was = |n: u64, what: &str| format!("{n} {} {what}", if n == 1 { "was" } else { "were" });
    let within = unmet.rate_limit().map(|(n, per)| {
        let within = format!("within the limit of {n} per {per:?}");
        was(tally.within_limit, &within)
    });
    let fates = [
        (tally.fired, format!("{} met it", tally.fired)),
        (
            tally.refused,
            was(tally.refused, "refused by the predicate"),
        ),
        (
            tally.let_through,
            was(tally.let_through, "let through first"),
        ),
        (
            tally.spent,
            format!("{} came after it was used up", tally.spent),
        ),
        (tally.undrawn, was(tally.undrawn, "not drawn")),
        (tally.within_limit, within.unwrap_or_default()),
        (
            tally.outranked,
            was(tally.outranked, "answered by an earlier fault"),
        ),
    ];
    let happened = fates
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(_, fate)| fate);
    let happened = happened.collect::<Vec<_>>().join(", ");
    format!("{INDENT}{calls} received: {happened}\n")
}

/// `3 calls to GetId were`, `1 call was`, and after "no": `call to GetId or GetOpenIdToken`.
struct CallsTo {
    n: u64,
    operations: Vec<&'static str>,
}

impl fmt::Display for CallsTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.n {
            0 => f.write_str("call")?,
            n => f.write_str(&counted(n, "call"))?,
        }
        if !self.operations.is_empty() {
            write!(f, " to {}", self.operations.join(" or "))?;
        }
        match self.n {
            0 => Ok(()),
            1 => f.write_str(" was"),
            _ => f.write_str(" were"),
        }
    }
}

fn note_hidden_error(text: &mut String, last: &LoggedCall) {
    let number = last.number;
    let what = match &last.outcome {
        Some(Outcome::Error(error)) => {
            format!("the last answer was an error (#{number} {})", error.code())
        }
        Some(Outcome::Dropped) => format!("the last call was not answered (#{number})"),
        Some(Outcome::Success) | None => return,
    };
    let _ = writeln!(
        text,
        "note: {what}. If the test returned early with `?`, this panic\n      \
         hides that error. Call `verify()` at the end of the test and build with \
         `verify_on_drop(false)` to see it."
    );
}

#[cfg(test)]
mod tests {
    use std::panic::Location;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use expect_test::{Expect, expect};

    use super::*;
    use crate::error::ServiceError;
    use crate::faults::{ArmedFaults, Fault};
    use crate::operation::Request;
    use crate::recorder::{Arrival, Received, Recorder};

    const SECOND: Duration = Duration::from_secs(1);

    /// What the service does with a call, without the answering.
    struct Mock {
        recorder: Recorder,
        faults: ArmedFaults,
    }

    impl Mock {
        fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
            let mut mock = Self {
                recorder: Recorder::new(),
                faults: ArmedFaults::new(42),
            };
            for fault in faults {
                mock.faults.inject(fault, Location::caller());
            }
            mock
        }

        fn receive(&mut self, received: Received, outcome: Outcome) {
            let request = match &received {
                Received::Call(request) => Some(Arc::clone(request)),
                Received::Invalid(_) | Received::Undecodable(_) | Received::Foreign(_) => None,
            };
            let ticket = self.recorder.begin(Arrival {
                received,
                attempt: 1,
                invocation_id: None,
                time: SystemTime::UNIX_EPOCH,
            });
            let mut fault = None;
            if let Some(request) = request {
                let mut matches = self.faults.snapshot().meet(&request);
                for panic in matches.take_panics() {
                    self.recorder.panicked(ticket, panic);
                }
                let time = SystemTime::UNIX_EPOCH;
                let strike = self.faults.strike(&matches, ticket.number(), time);
                fault = strike.fault_name();
            }
            self.recorder.finish(ticket, outcome, fault);
        }

        fn get_ids(&mut self, pools: &[&str]) {
            for pool in pools {
                let input = GetIdInput::builder().identity_pool_id(*pool).build();
                let request = Request::GetId(input.unwrap());
                self.receive(Received::Call(Arc::new(request)), Outcome::Success);
            }
        }

        fn report(&self, in_drop: bool) -> Option<String> {
            let facts = self.recorder.verification(self.faults.unmet(), None);
            // Where this file injects is of no interest and moves with every edit.
            verification(&facts, in_drop).map(|text| without_places(&text))
        }

        fn check(&self, expected: &Expect) {
            expected.assert_eq(&self.report(false).unwrap_or_default());
        }
    }

    fn without_places(text: &str) -> String {
        let lines = text.lines().map(|line| match line.split_once(file!()) {
            Some((start, _)) => format!("{start}tests/login.rs:23:12"),
            None => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn foreign(method: &str, target: Option<&str>) -> Received {
        Received::Foreign(Box::new(ForeignRequest {
            method: method.to_owned(),
            path: "/".to_owned(),
            target: target.map(str::to_owned),
        }))
    }

    fn unknown() -> Outcome {
        Outcome::Error(ServiceError::silent("UnknownOperationException"))
    }

    #[test]
    fn all_is_well() {
        let mut mock = Mock::with([Fault::throttle(), Fault::hang().expect(..)]);
        mock.get_ids(&["p"]);

        assert_eq!(mock.report(true), None);
    }

    #[test]
    fn a_fault_whose_operation_was_not_called() {
        let mut mock = Mock::with([Fault::throttle()
            .on(Client::get_open_id_token)
            .named("token throttle")]);
        mock.get_ids(&["p", "q"]);

        mock.check(&expect![[r#"
            1 fault was not used as expected

            fault "token throttle", injected at tests/login.rs:23:12
                throttle on GetOpenIdToken
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok
            help: if the fault is optional, add `.expect(..)`."#]]);
    }

    #[test]
    fn a_fault_whose_predicate_refused_all_calls_before_an_error() {
        let mut mock = Mock::with([Fault::throttle().when(Client::get_id, |_| false)]);
        mock.get_ids(&["us-east-1:1", "us-east-1:2"]);
        let last = GetIdInput::builder()
            .identity_pool_id("us-east-1:3")
            .build();
        mock.receive(
            Received::Call(Arc::new(Request::GetId(last.unwrap()))),
            Outcome::Error(ServiceError::pool_not_found("us-east-1:3")),
        );

        expect![[r#"
            1 fault was not used as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                3 calls to GetId were received; the predicate refused all of them. The last was:
                    IdentityPoolId   "us-east-1:3"

            calls received (3):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok
                #3  GetId  attempt 1  → ResourceNotFoundException: IdentityPool 'us-east-1:3' not found.
            note: the last answer was an error (#3 ResourceNotFoundException). If the test returned early with `?`, this panic
                  hides that error. Call `verify()` at the end of the test and build with `verify_on_drop(false)` to see it.
            help: if the fault is optional, add `.expect(..)`."#]].assert_eq(&mock.report(true).unwrap());
        assert!(!mock.report(false).unwrap().contains("note:"));
    }

    #[test]
    fn a_lost_answer_may_be_hidden_too() {
        let mut mock = Mock::with([
            Fault::reset_connection(),
            Fault::throttle().on(Client::list_identities),
        ]);
        let input = GetIdInput::builder().build().unwrap();
        let call = Received::Call(Arc::new(Request::GetId(input)));
        mock.receive(call, Outcome::Dropped);

        let report = mock.report(true).unwrap();

        assert!(report.contains("note: the last call was not answered (#1). If the test"));
    }

    #[test]
    fn what_became_of_the_calls_that_a_fault_did_not_meet() {
        let mut mock = Mock::with([
            Fault::throttle()
                .on(Client::get_id)
                .after_n_calls(1)
                .up_to_n_times(2)
                .expect(3..=4),
            Fault::hang()
                .on(Client::get_id)
                .on(Client::get_open_id_token)
                .expect(2),
            Fault::rate_limit(9, SECOND).expect(1),
            Fault::internal_error().with_probability(0.0).expect(1..),
            Fault::delay(SECOND)
                .when(Client::get_id, |i| i.identity_pool_id() == Some("p"))
                .expect(0),
            Fault::delay(SECOND).expect(..2),
        ]);
        mock.get_ids(&["p", "q", "r", "s"]);

        mock.check(&expect![[r#"
            5 faults were not used as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId, up to 2 times, after 1 call
                expected to fire between 3 and 4 times, fired 2 times
                4 calls to GetId were received: 2 met it, 1 was let through first, 1 came after it was used up

            fault #3, injected at tests/login.rs:23:12
                rate_limit 9 per 1s on every call
                expected to fire exactly once, fired 0 times
                4 calls were received: 4 were answered by an earlier fault

            fault #4, injected at tests/login.rs:23:12
                internal_error on every call, with probability 0 (seed 42)
                expected to fire at least once, fired 0 times
                4 calls were received: 4 were not drawn

            fault #5, injected at tests/login.rs:23:12
                delay 1s on GetId when <predicate>
                expected never to fire, fired 1 time
                4 calls to GetId were received: 1 met it, 3 were refused by the predicate

            fault #6, injected at tests/login.rs:23:12
                delay 1s on every call
                expected to fire at most once, fired 4 times

            calls received (4):
                #1  GetId  attempt 1  → ok   (fault #2)
                #2  GetId  attempt 1  → ok   (fault #1)
                #3  GetId  attempt 1  → ok   (fault #1)
                #4  GetId  attempt 1  → ok   (fault #2)"#]]);
    }

    #[test]
    fn calls_before_the_injection_are_told_apart() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        mock.faults
            .inject(Fault::throttle().on(Client::get_id), Location::caller());

        let report = mock.report(false).unwrap();

        assert!(report.contains("no call to GetId was received after it was injected\n"));
    }

    #[test]
    fn a_foreign_request() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        let target = "AWSCognitoIdentityProviderService.InitiateAuth";
        mock.receive(foreign("POST", Some(target)), unknown());

        mock.check(&expect![[r#"
            1 request was not a Cognito Identity operation
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth  → UnknownOperationException
            help: that target belongs to Cognito user pools (cognito-idp). Point only the Cognito Identity client at this mock."#]]);
    }

    #[test]
    fn foreign_requests_are_explained_by_their_target() {
        let help = |target| {
            let mut mock = Mock::with([]);
            mock.receive(foreign("POST", target), unknown());
            let report = mock.report(false).unwrap();
            report.lines().last().unwrap().to_owned()
        };

        expect!["help: version 2014-06-30 of the Cognito Identity API has no such operation."]
            .assert_eq(&help(Some("AWSCognitoIdentityService.GetIdd")));
        expect!["help: that target belongs to another service. Point only the Cognito Identity client at this mock."].assert_eq(&help(Some("DynamoDB_20120810.PutItem")));
        expect!["help: a call of the API is a POST to `/` with a header `x-amz-target: AWSCognitoIdentityService.GetId`."].assert_eq(&help(None));
    }

    #[test]
    fn everything_that_is_wrong_is_listed() {
        let is_eu = |input: &GetIdInput| input.logins().unwrap().is_empty();
        let mut mock = Mock::with([
            Fault::throttle()
                .when(Client::get_id, is_eu)
                .named("only the EU pool"),
            Fault::hang().on(Client::list_identities),
        ]);
        let panicked = ServiceError::known("MockPanic", "text").with_status(500);
        for _ in 1..=3 {
            let input = GetIdInput::builder().build().unwrap();
            let call = Received::Call(Arc::new(Request::GetId(input)));
            mock.receive(call, Outcome::Error(panicked.clone()));
        }
        mock.receive(
            Received::Undecodable(Operation::GetOpenIdToken),
            Outcome::Error(ServiceError::silent("SerializationException")),
        );
        mock.receive(foreign("GET", None), unknown());
        mock.receive(foreign("PUT", None), unknown());

        mock.check(&expect![[r#"
            a predicate panicked while handling call #1 (GetId), and 2 times again
                fault "only the EU pool", injected at tests/login.rs:23:12
                called `Option::unwrap()` on a `None` value, in the closure at tests/login.rs:23:12

            2 requests were not Cognito Identity operations
                #5  GET /
                #6  PUT /

            1 request to Cognito Identity could not be decoded
                #4  GetOpenIdToken  SerializationException

            2 faults were not used as expected

            fault "only the EU pool", injected at tests/login.rs:23:12
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                no call to GetId was received after it was injected

            fault #2, injected at tests/login.rs:23:12
                hang on ListIdentities
                expected to fire at least once, fired 0 times
                no call to ListIdentities was received

            calls received (6):
                #1  GetId           attempt 1  → MockPanic: text
                #2  GetId           attempt 1  → MockPanic: text
                #3  GetId           attempt 1  → MockPanic: text
                #4  GetOpenIdToken  attempt 1  → SerializationException
                #5  GET /  → UnknownOperationException
                #6  PUT /  → UnknownOperationException
            help: a call of the API is a POST to `/` with a header `x-amz-target: AWSCognitoIdentityService.GetId`.
            help: if the fault is optional, add `.expect(..)`."#]]);
    }
}
