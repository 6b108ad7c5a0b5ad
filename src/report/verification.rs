//! The message of a failed verification: everything that is wrong at the end of a test.
//!
//! All failures are listed, because the first one is often a consequence of another.

use std::fmt::Write as _;

use super::call_log::CallLog;
use super::layout::INDENT;
use super::logged_call::{LoggedCall, UnrecognizedRequest, UnrecognizedTarget};
use super::unmet_faults::{UnmetFault, unmet_faults};
use crate::call::Outcome;
use crate::faults::UserPanic;
use crate::operation::Operation;
use crate::redact::one_line;
use crate::times::counted;

/// Maximum number of requests or panics in a section; the rest are only counted.
const SHOWN: usize = 10;

/// The facts that verification reports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verification {
    pub(crate) panics: Vec<CallPanic>,
    /// The unrecognized requests and their numbers.
    pub(crate) unrecognized: Vec<(usize, UnrecognizedRequest)>,
    /// The calls whose body could not be decoded.
    pub(crate) undecodable: Vec<LoggedCall>,
    pub(crate) faults: Vec<UnmetFault>,
    pub(crate) log: CallLog,
    /// The last request, if it did not succeed.
    pub(crate) last_failed: Option<LoggedCall>,
}

/// A panic of a closure of the user's, and the call that the closure was run for.
#[derive(Clone, Debug)]
pub(crate) struct CallPanic {
    pub(crate) number: usize,
    pub(crate) operation: Operation,
    pub(crate) panic: UserPanic,
}

impl Verification {
    /// The numbers of the calls that the report names, which the list of calls must show.
    pub(crate) fn named_calls(&self) -> Vec<usize> {
        let panics = distinct(&self.panics).into_iter().take(SHOWN);
        let unrecognized = self.unrecognized.iter().take(SHOWN);
        let undecodable = self.undecodable.iter().take(SHOWN);
        panics
            .map(|(panic, _)| panic.number)
            .chain(unrecognized.map(|(number, _)| *number))
            .chain(undecodable.map(|call| call.number))
            .chain(self.last_failed.iter().map(|call| call.number))
            .collect()
    }
}

/// The report of everything that is wrong at the end of a test, if anything is. With `in_drop`, it
/// mentions the error that the panic may hide.
pub(crate) fn verification(facts: &Verification, in_drop: bool) -> Option<String> {
    let mut sections = Vec::new();
    sections.extend(panics(&facts.panics));
    sections.extend(unrecognized(&facts.unrecognized));
    sections.extend(undecodable(&facts.undecodable));
    sections.extend(unmet_faults(&facts.faults));
    if sections.is_empty() {
        return None;
    }
    let mut text = format!("{}\n{}", sections.join("\n"), facts.log);
    if let Some(last) = facts.last_failed.as_ref().filter(|_| in_drop) {
        note_hidden_error(&mut text, last);
    }
    if let Some(help) = help_for_unrecognized(&facts.unrecognized) {
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

/// The panics without repetitions, which retries cause, and how often each was repeated.
fn distinct(panics: &[CallPanic]) -> Vec<(&CallPanic, usize)> {
    let mut distinct: Vec<(&CallPanic, usize)> = Vec::new();
    for call in panics {
        match distinct
            .iter_mut()
            .find(|(other, _)| other.key() == call.key())
        {
            Some((_, repetitions)) => *repetitions += 1,
            None => distinct.push((call, 0)),
        }
    }
    distinct
}

fn panics(panics: &[CallPanic]) -> Option<String> {
    let mut text = String::new();
    let panics = distinct(panics);
    for (call, repetitions) in panics.iter().take(SHOWN) {
        let CallPanic {
            number,
            operation,
            panic,
        } = call;
        let subject = panic.subject();
        let repeated = match repetitions {
            0 => String::new(),
            1 => ", and 1 more time".to_owned(),
            times => format!(", and {times} more times"),
        };
        let _ = writeln!(
            text,
            "{subject} panicked while handling call #{number} ({operation}){repeated}\n\
             {INDENT}{}, injected at {}\n\
             {INDENT}{}, in the closure at {}",
            panic.fault(),
            panic.injected(),
            indented_lines(panic.text()),
            panic.written()
        );
    }
    write_more(&mut text, panics.len());
    (!text.is_empty()).then_some(text)
}

/// The text of a panic. That of a failed `assert_eq!` has several lines.
fn indented_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| one_line(&line)).collect();
    lines.join(&format!("\n{INDENT}"))
}

impl CallPanic {
    fn key(&self) -> impl PartialEq {
        let written = self.panic.written();
        let place = (written.file(), written.line(), written.column());
        (self.operation, place, self.panic.text().to_owned())
    }
}

fn unrecognized(requests: &[(usize, UnrecognizedRequest)]) -> Option<String> {
    let mut text = match requests.len() {
        0 => return None,
        1 => "1 request was not recognized as a Cognito Identity operation\n".to_owned(),
        n => format!("{n} requests were not recognized as Cognito Identity operations\n"),
    };
    for (number, request) in requests.iter().take(SHOWN) {
        let _ = writeln!(text, "{INDENT}#{number}  {request}");
    }
    write_more(&mut text, requests.len());
    Some(text)
}

fn help_for_unrecognized(requests: &[(usize, UnrecognizedRequest)]) -> Option<&'static str> {
    let (_, request) = requests.first()?;
    let target = match &request.target {
        None => {
            return Some(
                "an API call is a POST to `/` with a header such as \
                 `x-amz-target: AWSCognitoIdentityService.GetId`.",
            );
        }
        Some(UnrecognizedTarget::Action(_)) => {
            return Some(
                "the mock implements only AssumeRoleWithWebIdentity and GetCallerIdentity of STS.",
            );
        }
        Some(UnrecognizedTarget::AmzTarget(target)) => target,
    };
    let service = target.rsplit_once('.').map(|(service, _)| service);
    Some(match service {
        Some("AWSCognitoIdentityProviderService") => {
            "that target belongs to Cognito user pools (cognito-idp). \
             Point only the Cognito Identity client at this mock."
        }
        Some(
            "AWSCognitoIdentityService"
            | "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService",
        ) => "version 2014-06-30 of the Cognito Identity API has no such operation.",
        Some(_) | None => {
            "that target belongs to another service. \
             Point only the Cognito Identity client at this mock."
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
    for call in calls.iter().take(SHOWN) {
        let _ = write!(text, "{INDENT}#{}", call.number);
        if let Some(operation) = call.operation() {
            let _ = write!(text, "  {operation}");
        }
        if let Some(Outcome::Error(error)) = &call.outcome {
            let _ = write!(text, "  {}", one_line(error));
        }
        text.push('\n');
    }
    write_more(&mut text, calls.len());
    Some(text)
}

/// Writes how many are left out, if there are more than are shown.
fn write_more(text: &mut String, all: usize) {
    if all > SHOWN {
        let _ = writeln!(text, "{INDENT}… {} more", all - SHOWN);
    }
}

fn note_hidden_error(text: &mut String, last: &LoggedCall) {
    let call = match last.operation() {
        Some(operation) => format!("#{} {operation}", last.number),
        None => format!("#{}", last.number),
    };
    let what = match &last.outcome {
        Some(Outcome::Error(error)) => {
            let name = one_line(&error.name());
            format!("the last response was an error ({call}: {name})")
        }
        Some(Outcome::Dropped) => format!("the last call got no response ({call})"),
        Some(Outcome::Success) | None => return,
    };
    let _ = writeln!(
        text,
        "note: {what}. If the test returned early with `?`, this panic\n      \
         hides that error. To see it, call `verify()` at the end of the test and build with \
         `verify_on_drop(false)`."
    );
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use expect_test::expect;

    use super::super::test_support::Mock;
    use super::*;
    use crate::error::ServiceError;
    use crate::faults::Fault;

    fn get_id(pool: &str) -> GetIdInput {
        let input = GetIdInput::builder().identity_pool_id(pool);
        input.build().unwrap()
    }

    fn amz_target(target: &str) -> Option<UnrecognizedTarget> {
        Some(UnrecognizedTarget::AmzTarget(target.to_owned()))
    }

    #[test]
    fn nothing_is_wrong() {
        let mut mock = Mock::with([Fault::throttle(), Fault::hang().expect(..)]);
        mock.get_ids(&["p"]);

        assert_eq!(mock.report(true), None);
    }

    #[test]
    fn a_drop_may_hide_an_error() {
        let mut mock = Mock::with([Fault::throttle().when(Client::get_id, |_| false)]);
        mock.get_ids(&["us-east-1:1", "us-east-1:2"]);
        let not_found = ServiceError::pool_not_found("us-east-1:3");
        mock.get_id(get_id("us-east-1:3"), Outcome::Error(not_found));

        expect![[r#"
            1 fault did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                3 calls to GetId were received; the predicate matched none of them. The last input was:
                    IdentityPoolId   "us-east-1:3"

            calls received (3):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok
                #3  GetId  attempt 1  → ResourceNotFoundException: IdentityPool 'us-east-1:3' not found.
            note: the last response was an error (#3 GetId: ResourceNotFoundException). If the test returned early with `?`, this panic
                  hides that error. To see it, call `verify()` at the end of the test and build with `verify_on_drop(false)`.
            help: if the fault is optional, add `.expect(..)`."#]].assert_eq(&mock.report(true).unwrap());
        assert!(!mock.report(false).unwrap().contains("note:"));
    }

    #[test]
    fn a_drop_may_hide_that_there_was_no_response() {
        let mut mock = Mock::with([Fault::throttle().on(Client::list_identities)]);
        mock.get_id(get_id("p"), Outcome::Dropped);

        let report = mock.report(true).unwrap();

        assert!(report.contains("note: the last call got no response (#1 GetId). If the test"));
    }

    #[test]
    fn an_unrecognized_request() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        let target = amz_target("AWSCognitoIdentityProviderService.InitiateAuth");
        mock.unrecognized("POST", target);

        mock.check(&expect![[r#"
            1 request was not recognized as a Cognito Identity operation
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  POST /  x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth  → UnknownOperationException
            help: that target belongs to Cognito user pools (cognito-idp). Point only the Cognito Identity client at this mock."#]]);
    }

    #[test]
    fn the_help_for_unrecognized_requests_depends_on_the_target() {
        let help = |target| {
            let mut mock = Mock::with([]);
            mock.unrecognized("POST", target);
            let report = mock.report(false).unwrap();
            report.lines().last().unwrap().to_owned()
        };
        let help_for_target = |target| help(amz_target(target));

        expect!["help: version 2014-06-30 of the Cognito Identity API has no such operation."]
            .assert_eq(&help_for_target("AWSCognitoIdentityService.GetIdd"));
        assert_eq!(
            help_for_target(
                "com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.GetIdd"
            ),
            help_for_target("AWSCognitoIdentityService.GetIdd")
        );
        expect!["help: that target belongs to another service. Point only the Cognito Identity client at this mock."]
            .assert_eq(&help_for_target("DynamoDB_20120810.PutItem"));
        assert_eq!(
            help_for_target("GetId"),
            help_for_target("DynamoDB_20120810.PutItem")
        );
        let action = UnrecognizedTarget::Action("AssumeRole".to_owned());
        expect![
            "help: the mock implements only AssumeRoleWithWebIdentity and GetCallerIdentity of STS."
        ]
        .assert_eq(&help(Some(action)));
        expect!["help: an API call is a POST to `/` with a header such as `x-amz-target: AWSCognitoIdentityService.GetId`."]
            .assert_eq(&help(None));
    }

    #[test]
    fn every_section_names_calls_that_the_list_must_show() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"; 10]);
        mock.unrecognized("GET", None);
        mock.undecodable(Operation::GetOpenIdToken);
        mock.inject(Fault::throttle().when(Client::get_id, |_| panic!("oops")));
        mock.get_ids(&["p"; 20]);
        mock.get_id(get_id("p"), Outcome::Dropped);

        // The panics over #14 to #33 are repetitions of the one over #13.
        assert_eq!(mock.facts().named_calls(), [13, 11, 12, 33]);
    }

    #[test]
    fn only_the_first_of_many_requests_that_fail_verification_are_listed() {
        let mut mock = Mock::with([]);
        for _ in 1..=15 {
            mock.unrecognized("GET", None);
        }
        for _ in 1..=15 {
            mock.undecodable(Operation::GetId);
        }

        let report = mock.report(false).unwrap();

        let (sections, _) = report.split_once("\ncalls received (30):\n").unwrap();
        expect![[r#"
            15 requests were not recognized as Cognito Identity operations
                #1  GET /
                #2  GET /
                #3  GET /
                #4  GET /
                #5  GET /
                #6  GET /
                #7  GET /
                #8  GET /
                #9  GET /
                #10  GET /
                … 5 more

            15 requests to Cognito Identity could not be decoded
                #16  GetId  SerializationException
                #17  GetId  SerializationException
                #18  GetId  SerializationException
                #19  GetId  SerializationException
                #20  GetId  SerializationException
                #21  GetId  SerializationException
                #22  GetId  SerializationException
                #23  GetId  SerializationException
                #24  GetId  SerializationException
                #25  GetId  SerializationException
                … 5 more
        "#]]
        .assert_eq(sections);
        assert_eq!(mock.facts().named_calls().len(), 21);
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
        for _ in 1..=2 {
            mock.get_id(get_id("p"), Outcome::Error(panicked.clone()));
        }
        mock.undecodable(Operation::GetOpenIdToken);
        mock.unrecognized("GET", None);
        mock.unrecognized("PUT", None);

        mock.check(&expect![[r#"
            a predicate panicked while handling call #1 (GetId), and 1 more time
                fault "only the EU pool", injected at tests/login.rs:23:12
                called `Option::unwrap()` on a `None` value, in the closure at tests/login.rs:23:12

            2 requests were not recognized as Cognito Identity operations
                #4  GET /
                #5  PUT /

            1 request to Cognito Identity could not be decoded
                #3  GetOpenIdToken  SerializationException

            1 fault did not fire as expected

            fault #2, injected at tests/login.rs:23:12
                hang on ListIdentities
                expected to fire at least once, fired 0 times
                no call to ListIdentities was received

            calls received (5):
                #1  GetId           attempt 1  → MockPanic: text
                #2  GetId           attempt 1  → MockPanic: text
                #3  GetOpenIdToken  attempt 1  → SerializationException
                #4  GET /  → UnknownOperationException
                #5  PUT /  → UnknownOperationException
            help: an API call is a POST to `/` with a header such as `x-amz-target: AWSCognitoIdentityService.GetId`.
            help: if the fault is optional, add `.expect(..)`."#]]);
    }

    #[test]
    fn a_panic_that_comes_again_and_again_is_listed_once() {
        let message = || panic!("left: 1\nright: 2");
        let mut mock = Mock::with([Fault::throttle().when(Client::get_id, move |_| message())]);
        mock.get_ids(&["p"; 3]);

        mock.check(&expect![[r#"
            a predicate panicked while handling call #1 (GetId), and 2 more times
                fault #1, injected at tests/login.rs:23:12
                left: 1
                right: 2, in the closure at tests/login.rs:23:12

            calls received (3):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok
                #3  GetId  attempt 1  → ok"#]]);
    }
}
