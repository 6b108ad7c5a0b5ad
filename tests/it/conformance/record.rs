//! The file of a scenario: what it rests on, when AWS confirmed it, and its transcript.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use regex::Regex;

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
        let (_, rest) = text.split_once(DATE).unwrap_or_default();
        let (validated, transcript) = rest.split_once("\n\n").unwrap_or((NEVER, ""));
        Self {
            validated: validated.to_owned(),
            transcript: transcript.to_owned(),
            path,
            text,
        }
    }

    /// The date of the last validation on AWS, if there was one.
    pub(crate) fn validated(&self) -> Option<&str> {
        Some(self.validated.as_str()).filter(|date| *date != NEVER)
    }

    /// Compares the file with what the mock answered, or rewrites it.
    pub(super) fn compare(&self, scenario: &Scenario, transcript: &str) {
        // What AWS has confirmed is another text now.
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
