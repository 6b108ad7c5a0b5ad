//! The message of a failed verification: everything that is wrong at the end of a test.
//!
//! All failures are listed and not just the first, because the first is often a consequence.

use std::fmt::Write as _;

use super::call_log::{CallLog, ForeignRequest, LoggedCall};
use super::row::INDENT;
use super::unused::{UnusedFault, unused_faults};
use crate::call::Outcome;
use crate::faults::UserPanic;
use crate::operation::Operation;
use crate::times::counted;

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

/// Everything that is wrong at the end of a test, or nothing. With `in_drop` it warns of the
/// error that the panic may hide.
pub(crate) fn verification(facts: &Verification, in_drop: bool) -> Option<String> {
    let mut sections = Vec::new();
    sections.extend(panics(&facts.panics));
    sections.extend(foreign(&facts.foreign));
    sections.extend(undecodable(&facts.undecodable));
    sections.extend(unused_faults(&facts.faults));
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

fn note_hidden_error(text: &mut String, last: &LoggedCall) {
    let number = last.number;
    let what = match &last.outcome {
        Some(Outcome::Error(error)) => {
            format!("the last answer was an error (#{number} {})", error.name())
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
    use std::sync::Arc;

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use expect_test::expect;

    use super::super::rehearsal::Mock;
    use super::*;
    use crate::error::ServiceError;
    use crate::faults::Fault;
    use crate::operation::Request;
    use crate::recorder::Received;

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

            1 fault was not used as expected

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
