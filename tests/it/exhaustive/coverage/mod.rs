//! `docs/coverage.md`: what the tests have sent, and how it was answered.
//!
//! The document is made of what the tests record, see [`crate::support::coverage`]. The test here
//! runs the behaviour tests and the scenarios once more, in memory and in a process of their own,
//! and compares the document. `UPDATE_COVERAGE=1 cargo test --test it coverage` rewrites it.

mod document;
mod sources;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::support::coverage::{Seen, VARIABLE};
use crate::support::evidence;
use crate::support::model::Model;

/// The suites that show what operations do.
const SUITES: [&str; 4] = [
    "conformance::scenarios::",
    "explanations::",
    "operations::",
    "sign_in::",
];

/// Runs the tests in memory, and returns what they have recorded.
fn recorded() -> BTreeSet<Seen> {
    let folder = std::env::temp_dir().join(format!("coverage-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(SUITES)
        .args(["--skip", "::tcp", "--test-threads", "2"])
        .env(VARIABLE, &folder)
        .env_remove("UPDATE_EXPECT")
        .output()
        .unwrap();
    let mut seen = BTreeSet::new();
    for file in evidence::files(&folder, "json") {
        let calls: BTreeSet<Seen> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        seen.extend(calls);
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(seen.len() > 500, "only {} calls are recorded", seen.len());
    seen
}

#[test]
fn the_document_is_up_to_date_and_has_no_gaps() {
    // The document names the interop suites, which the package does not have.
    if !evidence::root().join("tests/interop").exists() {
        return;
    }
    let path = evidence::root().join("docs/coverage.md");
    let seen = recorded();
    let model = Model::read();

    let text = document::text(&model, &seen);

    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let differing = kept
        .lines()
        .zip(text.lines())
        .find(|(kept, new)| kept != new);
    assert!(
        kept == text,
        "docs/coverage.md is out of date, UPDATE_COVERAGE=1 rewrites it: {differing:?}"
    );
    for operation in model.operations() {
        let unset = document::members_never_set(&model, &seen, operation);
        assert!(
            unset.is_empty(),
            "no test of behaviour sets {unset:?} of {operation}"
        );
        let statuses: BTreeSet<u16> = seen
            .iter()
            .filter(|seen| seen.operation == operation)
            .map(|seen| seen.status)
            .collect();
        for status in [200, 400, 500] {
            assert!(
                statuses.contains(&status),
                "{operation} is never seen with {status}"
            );
        }
    }
}
