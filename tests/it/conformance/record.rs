//! The file of a scenario: what it rests on, when AWS confirmed it, and its transcript.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use regex::Regex;
use serde_json::Value;

use super::{Scenario, diff};
use crate::support::evidence;

const NEVER: &str = "never";
const DATE: &str = "validated on AWS: ";

/// The file of a scenario.
pub(super) struct File {
    path: PathBuf,
    /// The date of the last validation on AWS.
    validated: String,
    pub(super) transcript: String,
    /// The whole text.
    text: String,
}

impl File {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let name = format!("{}.txt", scenario.name);
        let path = evidence::root().join("tests/conformance").join(name);
        let text = fs::read_to_string(&path).unwrap_or_default();
        // Git may have checked it out with the line ends of Windows.
        let text = text.replace("\r\n", "\n");
        let (_, rest) = text.split_once(DATE).unwrap_or_default();
        let (validated, transcript) = rest.split_once("\n\n").unwrap_or((NEVER, ""));
        Self {
            validated: validated.to_owned(),
            transcript: transcript.to_owned(),
            path,
            text,
        }
    }

    pub(super) fn into_transcript(self, name: &'static str) -> Transcript {
        Transcript {
            name,
            validated: Some(self.validated).filter(|date| date != NEVER),
            text: self.transcript,
        }
    }

    /// Compares the file with what the mock answered, or rewrites it.
    pub(super) fn compare(&self, scenario: &Scenario, transcript: &str) {
        // A date belongs to the text that AWS has confirmed.
        let date = if self.transcript == transcript {
            &self.validated
        } else {
            NEVER
        };
        let text = text(scenario, date, transcript);
        if text == self.text {
            return;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&self.path, text).unwrap();
        } else {
            panic!(
                "{} differs (UPDATE_EXPECT=1 rewrites it):\n{}",
                self.path.display(),
                diff::lines(&self.text, &text).join("\n")
            );
        }
    }

    /// Writes into the file that AWS has confirmed it today.
    pub(super) fn confirm(&self, scenario: &Scenario, today: &str) {
        fs::write(&self.path, text(scenario, today, &self.transcript)).unwrap();
    }
}

/// The file of a scenario, as other tests read it.
pub(crate) struct Transcript {
    pub(crate) name: &'static str,
    /// The date of the last validation on AWS.
    pub(crate) validated: Option<String>,
    text: String,
}

/// An answer of a transcript.
pub(crate) struct Answer {
    pub(crate) operation: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Transcript {
    /// Whether the scenario calls an operation, in its steps or before them.
    pub(crate) fn calls(&self, operation: &str) -> bool {
        let calls = self.text.lines().filter_map(|line| line.strip_prefix("> "));
        let mut names = calls.map(|call| call.split(' ').next().unwrap_or_default());
        names.any(|name| name == operation)
    }

    pub(crate) fn answers(&self) -> Vec<Answer> {
        let text = format!("\n{}", self.text);
        let calls = text.split("\n> ").skip(1);
        calls
            .filter_map(|call| {
                let (request, answer) = call.split_once("\n< ")?;
                let (status, body) = answer.split_once('\n')?;
                let body = body.split("\n\n").next().unwrap_or_default();
                Some(Answer {
                    operation: request.split([' ', '\n']).next()?.to_owned(),
                    status: status.parse().ok()?,
                    body: serde_json::from_str(body).unwrap_or_default(),
                })
            })
            .collect()
    }
}

/// The whole text of a file.
fn text(scenario: &Scenario, date: &str, transcript: &str) -> String {
    let about = scenario.about.trim();
    let evidence = evidence_of(transcript);
    format!("{about}\n\nevidence: {evidence}\n{DATE}{date}\n\n{transcript}")
}

/// The rows that the steps of a transcript cite, each with its certainty.
fn evidence_of(transcript: &str) -> String {
    let rows = evidence::rows();
    let ids = cited(transcript);
    let ids = ids.iter().map(|id| match rows.get(id) {
        Some(row) => format!("{id} ({})", row.certainty),
        None => panic!("docs/aws-behaviour.md has no row {id}"),
    });
    ids.collect::<Vec<_>>().join(", ")
}

/// The ids in the brackets at the end of the steps.
pub(super) fn cited(transcript: &str) -> BTreeSet<String> {
    let step = Regex::new(r"(?m)^# .* \[(.*)\]$").unwrap();
    let lists = step.captures_iter(transcript);
    lists
        .flat_map(|list| {
            let ids = list[1].split(", ").map(str::to_owned);
            ids.collect::<Vec<_>>()
        })
        .collect()
}
