//! The text of `docs/coverage.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use regex::Regex;

use super::sources::Sources;
use crate::conformance::{self, Transcript};
use crate::support::coverage::Seen;
use crate::support::evidence::{self, Row};
use crate::support::model::Model;

const INTRODUCTION: &str = "\
# Coverage

This document is generated: the tests record what they send and how it is answered, and
`UPDATE_COVERAGE=1 cargo test --test it coverage` writes this. A test checks that it is up to date.

A *behaviour* test is one of `tests/it`, through the public API and over both transports. A
*conformance* scenario is one of `tests/conformance`, whose transcript is compared with its file, that
is, with every member of every answer. Numbers of behaviour tests are rounded down. *Unit* means tests in
`src`. *Interop* suites use the published clients of each language in another process. *Model* means the
random operations that compare the engine with a second implementation. *Terraform* means a scenario with
the calls that Terraform makes. *Snapshot* means that a file holds the answers. What certainties mean is
in [aws-behaviour.md](aws-behaviour.md).
";

/// Where the tests of scenarios are.
const SCENARIOS: &str = "conformance::scenarios::";

const STS: [&str; 2] = ["AssumeRoleWithWebIdentity", "GetCallerIdentity"];

pub(super) fn text(model: &Model, seen: &BTreeSet<Seen>) -> String {
    let transcripts = conformance::transcripts();
    let rows = evidence::rows();
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n## Operations\n\n");
    text.push_str(&overview(model, seen, &transcripts));
    text.push_str("\n## Errors and what is known about their texts\n\n");
    text.push_str(&errors_without_scenario(&rows));
    text.push_str("\n## Other emulators\n\n");
    text.push_str(&emulators());
    for operation in model.operations() {
        text.push_str(&format!("\n## {operation}\n\n"));
        text.push_str(&details(model, seen, &transcripts, &rows, operation));
    }
    text
}

/// The members of the input that no test of behaviour sets in a call that succeeds.
pub(super) fn members_never_set(
    model: &Model,
    seen: &BTreeSet<Seen>,
    operation: &str,
) -> Vec<String> {
    let set: BTreeSet<&String> = seen
        .iter()
        .filter(|seen| seen.operation == operation && seen.status == 200 && is_behaviour(seen))
        .flat_map(|seen| &seen.members)
        .collect();
    let members = model.input_members(operation).into_iter();
    members.filter(|member| !set.contains(member)).collect()
}

fn is_behaviour(seen: &Seen) -> bool {
    !is_conformance(seen)
}

fn is_conformance(seen: &Seen) -> bool {
    seen.test.starts_with(SCENARIOS)
}

/// The table of all operations.
fn overview(model: &Model, seen: &BTreeSet<Seen>, transcripts: &[Transcript]) -> String {
    let mut table = String::from(
        "| operation | implemented | unit | behaviour | conformance | interop | model | Terraform | validated on AWS | snapshot |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let sources = Sources::read();
    let yes = |is: bool| if is { "yes" } else { "no" };
    for operation in model.operations().chain(STS) {
        let of_it = || seen.iter().filter(|seen| seen.operation == operation);
        let implemented = of_it().any(|seen| seen.status == 200);
        let behaviour: BTreeSet<&str> = of_it()
            .filter(|seen| !is_conformance(seen))
            .map(|seen| &*seen.test)
            .collect();
        let with_it: Vec<&Transcript> = transcripts
            .iter()
            .filter(|transcript| transcript.calls(operation))
            .collect();
        let compared = with_it.iter().any(|transcript| {
            let answers = transcript.answers();
            answers.iter().any(|answer| answer.operation == operation)
        });
        let terraform = with_it
            .iter()
            .any(|transcript| transcript.name.starts_with("terraform"));
        let validated = with_it
            .iter()
            .filter_map(|transcript| transcript.validated.as_deref())
            .max();
        let interop = sources.in_interop(operation);
        table.push_str(&format!(
            "| {operation} | {} | {} | {} tests | {} scenarios | {} | {} | {} | {} | {} |\n",
            yes(implemented),
            yes(sources.in_unit_tests(operation)),
            several(behaviour.len()),
            with_it.len(),
            if interop.is_empty() {
                "no".to_owned()
            } else {
                interop.join(", ")
            },
            yes(sources.in_engine_model(operation)),
            yes(terraform),
            validated.unwrap_or("not yet"),
            yes(compared),
        ));
    }
    table
}

/// A number that does not change with every test.
fn several(count: usize) -> String {
    match count {
        0..5 => count.to_string(),
        _ => format!("{}+", count / 5 * 5),
    }
}

fn details(
    model: &Model,
    seen: &BTreeSet<Seen>,
    transcripts: &[Transcript],
    rows: &BTreeMap<String, Row>,
    operation: &str,
) -> String {
    let of_it = || seen.iter().filter(|seen| seen.operation == operation);
    let mut text = String::from("| members sent | answers | tests |\n|---|---|---|\n");
    let mut sets: BTreeMap<String, (BTreeSet<String>, BTreeSet<&str>)> = BTreeMap::new();
    for seen in of_it() {
        let top = seen.members.iter().filter(|member| !member.contains('.'));
        let top: Vec<&str> = top.map(String::as_str).collect();
        let set = if top.is_empty() {
            "none".to_owned()
        } else {
            top.join(", ")
        };
        let (answers, tests) = sets.entry(set).or_default();
        answers.insert(match &*seen.code {
            "" => seen.status.to_string(),
            code => format!("{} {code}", seen.status),
        });
        tests.insert(&seen.test);
    }
    for (set, (answers, tests)) in sets {
        let answers: Vec<String> = answers.into_iter().collect();
        text.push_str(&format!(
            "| {set} | {} | {} |\n",
            answers.join(", "),
            first(&tests)
        ));
    }

    let list = |items: Vec<String>| match items.is_empty() {
        true => "none".to_owned(),
        false => items.join(", "),
    };
    let mut shown = BTreeSet::new();
    for answer in transcripts.iter().flat_map(Transcript::answers) {
        if answer.operation == operation && answer.status == 200 {
            model.set_in_output(operation, &answer.body, &mut shown);
        }
    }
    let hidden = model.output_members(operation).into_iter();
    let hidden: Vec<String> = hidden.filter(|member| !shown.contains(member)).collect();
    text.push_str(&format!(
        "\n* Members of the input that no behaviour test sets: {}\n\
         * Members of the output that no scenario compares: {}\n",
        list(members_never_set(model, seen, operation)),
        list(hidden),
    ));

    let named = Regex::new(&format!("`{operation}`")).unwrap();
    let questions: Vec<String> = rows
        .iter()
        .filter(|(_, row)| row.certainty == "unknown" && named.is_match(&row.statement))
        .map(|(id, _)| id.clone())
        .collect();
    text.push_str(&format!(
        "* Approximations, by open question: {}\n",
        list(questions)
    ));

    let (known_texts, operations) = (known_texts(rows), model.operations().collect::<Vec<_>>());
    let texts: BTreeSet<(&str, String)> = of_it()
        .filter(|seen| seen.status != 200 && !seen.by_fault)
        .map(|seen| (&*seen.code, known(&known_texts, &operations, seen)))
        .collect();
    if !texts.is_empty() {
        text.push_str("\n| error | its text is |\n|---|---|\n");
        for (code, certainty) in texts {
            text.push_str(&format!("| {code} | {certainty} |\n"));
        }
    }
    text
}

/// The first few of a set of tests; behaviour tests come before scenarios.
fn first(tests: &BTreeSet<&str>) -> String {
    let (scenarios, behaviour): (Vec<&str>, Vec<&str>) =
        tests.iter().partition(|test| test.starts_with(SCENARIOS));
    let scenarios = scenarios
        .iter()
        .map(|test| format!("`{}`", test.replacen(SCENARIOS, "conformance::", 1)));
    let all = behaviour
        .iter()
        .map(|test| format!("`{test}`"))
        .chain(scenarios);
    let some: Vec<String> = all.take(3).collect();
    let more = if tests.len() > 3 { ", ..." } else { "" };
    some.join(", ") + more
}

/// A text that a row quotes.
struct Known<'a> {
    id: &'a str,
    row: &'a Row,
    /// Any value may stand in the place of a placeholder.
    pattern: Regex,
}

/// The texts that rows quote.
fn known_texts(rows: &BTreeMap<String, Row>) -> Vec<Known<'_>> {
    let placeholder = &Regex::new("<[a-z ]+>").unwrap();
    let of_row = rows.iter().flat_map(|(id, row)| {
        texts(row).map(move |text| {
            let parts: Vec<String> = placeholder.split(&text).map(regex::escape).collect();
            let pattern = format!("^{}$", parts.join("(?s:.*)"));
            let pattern = Regex::new(&pattern).unwrap();
            Known { id, row, pattern }
        })
    });
    of_row.collect()
}

/// What is known about the text of an error. If a row names operations, it is about these.
fn known(texts: &[Known<'_>], operations: &[&str], seen: &Seen) -> String {
    if seen.code == "ValidationException" {
        return "seen (V1, V2)".to_owned();
    }
    let found = texts
        .iter()
        .find(|text| text.pattern.is_match(&seen.message));
    let Some(Known { id, row, .. }) = found else {
        return format!("approximated: `{}`", shortened(&seen.message));
    };
    let names = |operation: &&str| row.statement.contains(&format!("`{operation}`"));
    if operations.iter().any(names) && !names(&&*seen.operation) {
        return format!("{} for another operation ({id})", row.certainty);
    }
    format!("{} ({id})", row.certainty)
}

/// A text without the ids in it, and not longer than a line.
fn shortened(text: &str) -> String {
    let id =
        Regex::new("[a-z]+(-[a-z]+)+-[0-9]:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let text = id.replace_all(text, "<id>").replace('|', "/");
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The texts of errors that a row quotes.
fn texts(row: &Row) -> impl Iterator<Item = String> {
    let quoted = row.statement.split('`').skip(1).step_by(2);
    let texts = quoted.filter(|text| text.len() > 12 && text.contains(' '));
    texts.map(str::to_owned)
}

/// The rows with a text of an error that no scenario cites.
fn errors_without_scenario(rows: &BTreeMap<String, Row>) -> String {
    let cited = conformance::cited();
    let mut by_certainty: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut missing = Vec::new();
    let is_error = Regex::new("^([NPRCFLMXIAYB]|STS)[0-9]").unwrap();
    for (id, row) in rows
        .iter()
        .filter(|(id, row)| is_error.is_match(id) && texts(row).count() > 0)
    {
        by_certainty.entry(&row.certainty).or_default().push(id);
        if !cited.contains(id) {
            missing.push(format!("* {id}: {}\n", row.statement));
        }
    }
    let mut text = String::from("| the text is | rows |\n|---|---|\n");
    for (certainty, ids) in by_certainty {
        text.push_str(&format!("| {certainty} | {} |\n", ids.join(", ")));
    }
    text.push_str("\nTexts that no scenario provokes:\n\n");
    text.push_str(&missing.concat());
    text
}

/// The tables of other emulators.
fn emulators() -> String {
    let folder = evidence::root().join("tests/conformance/emulators");
    let mut text = String::from(
        "The same scenarios, without what prepares them, on other emulators in their default settings. A\n\
         difference is one in any member of any answer, the text of an error included. The mock differs in\n\
         none, because the transcripts are its own until AWS has confirmed them.\n\n\
         | emulator | result |\n|---|---|\n",
    );
    for file in evidence::files(&folder, "txt") {
        let name = file
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .replacen('-', " ", 1);
        let table = fs::read_to_string(&file).unwrap();
        let sum = table.lines().last().unwrap_or_default();
        text.push_str(&format!("| {name} | {sum} |\n"));
    }
    text.push_str(
        "\nTo repeat it, for example for moto:\n\n\
         ```text\n\
         python3 -m venv venv && venv/bin/pip install 'moto[server]==5.2.5'\n\
         venv/bin/moto_server -H 127.0.0.1 -p 5000\n\
         MOCK_COGNITO_CONFORMANCE=http://127.0.0.1:5000 \\\n    \
             MOCK_COGNITO_CONFORMANCE_REPORT=tests/conformance/emulators/moto-5.2.5.txt \\\n    \
             cargo test --test it conformance::target -- --nocapture\n\
         ```\n\n\
         ministack is started by `GATEWAY_PORT=5000 ministack`, after `pip install ministack==1.5.33`.\n",
    );
    text
}
