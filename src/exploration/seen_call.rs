//! A call that the mock received in a run, with what the rules ask about it.

use std::time::SystemTime;

use crate::call::Outcome;
use crate::operation::Request;
use crate::server::MockCognitoIdentity;

#[derive(Clone, Debug)]
pub(super) struct SeenCall {
    pub(super) number: usize,
    /// The operation and its input in the words of the transcript: `GetId  <pool "app">, no logins`.
    pub(super) label: String,
    pub(super) input: Request,
    pub(super) time: SystemTime,
    /// The code of the error that the call was answered with.
    pub(super) error: Option<String>,
}

impl SeenCall {
    /// The calls that the mock has received. Requests that it could not read are left out.
    pub(super) fn all_of(mock: &MockCognitoIdentity) -> Vec<Self> {
        let lines = mock.transcript().lines();
        let calls = mock.calls().into_iter().filter_map(|call| {
            let line = lines.iter().find(|line| line.number == call.number)?;
            Some(Self {
                number: call.number,
                label: label(&line.subject, &line.input),
                input: call.input,
                time: call.time,
                error: error_code(&call.outcome),
            })
        });
        calls.collect()
    }

    pub(super) fn subject(&self) -> String {
        self.input.operation().to_string()
    }
}

fn label(subject: &str, input: &str) -> String {
    if input.is_empty() {
        subject.to_owned()
    } else {
        format!("{subject}  {input}")
    }
}

fn error_code(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Error(error) => Some(error.code().to_owned()),
        Outcome::Success | Outcome::Dropped => None,
    }
}
