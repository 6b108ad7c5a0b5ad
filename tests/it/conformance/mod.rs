//! Scenarios that run on the mock, on AWS or on another emulator, and must be answered alike.
//!
//! A scenario is a short program that uses the SDK's clients. An interceptor writes down each call
//! and its answer, with ids, times, tokens and keys replaced by what they are. The transcript is
//! compared with the file of the scenario in `tests/conformance`, which says on what evidence it
//! rests and when it was last validated on AWS.
//!
//! `cargo test` runs each scenario on the mock, over TCP and in memory, and all of them on a server
//! that is known only by its URL. Other targets are named by an environment variable:
//!
//! ```text
//! MOCK_COGNITO_CONFORMANCE=aws-plan cargo test --test it conformance::target -- --nocapture
//! MOCK_COGNITO_CONFORMANCE=aws cargo test --test it conformance::target -- --nocapture
//! MOCK_COGNITO_CONFORMANCE=http://127.0.0.1:5000 cargo test --test it conformance::target -- --nocapture
//! ```
//!
//! `docs/validating.md` explains them. `UPDATE_EXPECT=1` rewrites the files from the answers of the
//! mock; with `MOCK_COGNITO_CONFORMANCE=aws` it only writes the date into those that AWS confirms.

mod capture;
mod diff;
mod layout;
mod placeholders;
mod record;
mod report;
mod scenarios;
mod session;
mod target;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use aws_sdk_cognitoidentity::error::{DisplayErrorContext, SdkError};

pub(crate) use record::Transcript;
pub(crate) use scenarios::all;
pub(crate) use session::Session;

/// A scenario, before it runs.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What it shows, in a sentence.
    pub(crate) about: &'static str,
    pub(crate) needs: &'static [Need],
    run: for<'a> fn(&'a Session) -> Pin<Box<dyn Future<Output = Ending> + 'a>>,
}

/// What not every target has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Tokens of identity providers that the target takes for genuine.
    Logins,
    /// Two IAM roles that identity pools may assume.
    Roles,
    /// Any role ARN of the account is taken for a role.
    AnyRole,
    /// No identity pools but those of the scenario.
    EmptyAccount,
    /// A convention of `LocalStack` that AWS does not have.
    CustomIds,
}

/// How a scenario ends: at its end, or where it cannot go on.
pub(crate) type Ending = Result<(), Stop>;

/// How the last line of a transcript begins whose scenario did not come to its end.
const STOPPED: &str = "the scenario cannot go on: ";

/// Why a scenario cannot go on.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl<E, R> From<SdkError<E, R>> for Stop
where
    E: std::error::Error + 'static,
    R: Debug,
{
    fn from(error: SdkError<E, R>) -> Self {
        match error {
            // The answer is in the transcript.
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => {
                Self("the call was not answered as a success".to_owned())
            }
            other => Self(DisplayErrorContext(other).to_string()),
        }
    }
}

/// A member of an answer without which a scenario cannot go on.
fn needed<T>(member: Option<T>, name: &str) -> Result<T, Stop> {
    member.ok_or_else(|| Stop(format!("the answer has no {name}")))
}

/// The answer of a call is in the transcript, whatever it is.
fn recorded<T, E>(_: Result<T, E>) {}

/// The rows of docs/aws-behaviour.md that the files of the scenarios cite.
pub(crate) fn cited() -> std::collections::BTreeSet<String> {
    let files = all().map(record::File::of);
    files
        .flat_map(|file| record::cited(&file.transcript))
        .collect()
}

/// The files of the scenarios.
pub(crate) fn transcripts() -> Vec<Transcript> {
    all()
        .map(|scenario| record::File::of(scenario).into_transcript(scenario.name))
        .collect()
}

/// Declares scenarios: two tests of each, over TCP and in memory, and the list of all.
///
/// The first lines say what a scenario shows. `#[needs(..)]` names what not every target has.
macro_rules! declare {
    ($(
        $(#[doc = $about:literal])+
        $(#[needs($($need:ident),+)])?
        async fn $name:ident($session:ident) $body:block
    )+) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "not every scenario needs all of its file")]
                use super::*;

                async fn run($session: &$crate::conformance::Session) -> $crate::conformance::Ending {
                    $body
                    Ok(())
                }

                pub(super) const SCENARIO: $crate::conformance::Scenario = $crate::conformance::Scenario {
                    name: stringify!($name),
                    about: concat!($($about),+),
                    needs: &[$($($crate::conformance::Need::$need),+)?],
                    run: |session| Box::pin(run(session)),
                };

                #[tokio::test]
                async fn tcp() {
                    $crate::conformance::check_on_mock(&SCENARIO, $crate::support::mock().start()).await;
                }

                #[tokio::test]
                async fn in_memory() {
                    $crate::conformance::check_on_mock(&SCENARIO, $crate::support::mock().in_memory()).await;
                }
            }
        )+

        pub(super) const ALL: &[$crate::conformance::Scenario] = &[$($name::SCENARIO),+];
    };
}
use declare;

/// Runs a scenario on a mock, and compares the transcript with the scenario's file.
async fn check_on_mock(scenario: &Scenario, mock: mock_cognito_identity::MockCognitoIdentity) {
    let target = target::Target::mock(&mock);
    let session = Session::new(&target);
    let steps = session.run(scenario).await;
    assert!(!steps.contains(STOPPED), "{steps}");
    assert!(
        !steps.contains("eyJ"),
        "a token is in the transcript: {steps}"
    );
    record::File::of(scenario).compare(scenario, &steps);
    crate::support::assert_explained(&mock);
    crate::support::coverage::record(&mock);
    let left = crate::support::sdk_view::pool_count(&mock);
    assert_eq!(left, 0, "the pools of a scenario are deleted");
}

#[test]
fn the_scenarios_use_each_operation_and_each_has_a_file() {
    let (transcripts, model) = (transcripts(), crate::support::model::Model::read());

    let sts = ["AssumeRoleWithWebIdentity", "GetCallerIdentity"];
    for operation in model.operations().chain(sts) {
        let answered = transcripts.iter().any(|transcript| {
            let answers = transcript.answers();
            answers.iter().any(|answer| answer.operation == operation)
        });
        assert!(answered, "no scenario shows an answer of {operation}");
    }
    let mut names: Vec<String> = all().map(|it| format!("{}.txt", it.name)).collect();
    names.sort();
    let folder = crate::support::evidence::root().join("tests/conformance");
    let files = crate::support::evidence::files(&folder, "txt").into_iter();
    let files = files.filter(|file| file.parent() == Some(&folder));
    let files: Vec<_> = files
        .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, names);
}
