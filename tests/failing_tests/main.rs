//! What failing tests print, and how they exit.
//!
//! The failing tests are ignored tests of this binary, in [`failing`] and in [`mistakes`].
//! [`run_test`] executes the binary again for one of them. This is the only way to see the exit code, the location of a panic, and
//! whether a second panic aborts the process. One program for each kind of failure is enough: the
//! variants of the texts are snapshots beside the code that writes them, in `src/report`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "the failing tests spawn tasks as those of users do"
)]
#![allow(missing_docs, reason = "a test is named after what it proves")]

mod app;
mod assertions;
mod failing;
mod hanging;
mod mistakes;
mod misuse;
mod panics;
mod verification;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use expect_test::Expect;
use regex::{Captures, Regex, RegexBuilder};

/// The output of a test and the exit code of its process.
struct Run {
    stderr: String,
    code: Option<i32>,
}

/// The command that runs one of the failing tests of this binary, which is named with its module.
fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg(name)
        .env("RUST_BACKTRACE", "0")
        // Without a terminal there is no colour, even without this variable.
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// Runs a test that hangs, and kills it when it has printed a line that starts with `last`. Returns
/// the output.
fn run_until(name: &str, last: &str) -> String {
    let mut process = command(&format!("failing::{name}"))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut printed = String::new();
    let stderr = BufReader::new(process.stderr.take().unwrap());
    for line in stderr.lines() {
        let line = line.unwrap();
        printed.push_str(&line);
        printed.push('\n');
        if line.starts_with(last) {
            break;
        }
    }
    // The process may have ended by itself.
    let _ = process.kill();
    process.wait().unwrap();
    readable(&printed)
}

/// Runs a test of [`failing`].
fn run(name: &str) -> Run {
    run_test(&format!("failing::{name}"))
}

/// Runs one of the failing tests, which is named with its module.
fn run_test(name: &str) -> Run {
    let output = command(name).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        stdout.contains("running 1 test\n"),
        "no test is called {name}"
    );
    Run {
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

/// Runs a failing test and compares its output. A failing test exits with 101; an aborted process
/// has no exit code.
#[track_caller]
fn check(name: &str, expected: &Expect) {
    let run = run(name);
    expected.assert_eq(&readable(&run.stderr));
    assert_eq!(run.code, Some(101));
}

/// The output without what changes from run to run. A location in the failing tests is replaced by
/// the code at that location, so that snapshots show what a panic points at and stay valid when
/// lines move. In a workspace, a path begins with the folder of this crate.
fn readable(stderr: &str) -> String {
    let place =
        Regex::new(r"[^ \n]*tests[/\\]failing_tests[/\\]([a-z_/\\]+\.rs):(\d+):(\d+)").unwrap();
    let text = place.replace_all(stderr, |found: &Captures<'_>| {
        let [line, column] = [2, 3].map(|group| found[group].parse::<usize>().unwrap());
        let line = source(&found[1]).lines().nth(line - 1).unwrap();
        format!("⟨{}⟩", &line[column - 1..])
    });
    let text = replace(
        &text,
        r"[^ \n]*[/\\](tokio)-[0-9.]+[/\\][a-z_/\\]+\.rs:\d+:\d+",
        "⟨$1⟩",
    );
    let text = replace(
        &text,
        r"[^ \n]*src[/\\][a-z_/\\]+\.rs:\d+:\d+",
        "⟨this crate⟩",
    );
    let text = replace(&text, r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    let text = replace(&text, r"\(real time, [^ ]+ in", "(real time, SPAN in");
    let text = replace(
        &text,
        r"clock: [^ ]+Z, [\d,]+ s behind real time[,;] .*",
        "clock: TIME, SPAN behind real time; FACTS",
    );
    let text = replace(&text, r"\[[ =x>]+\]  [^ \n]+", "[BAR]  SPAN");
    let text = replace(&text, r"(us-east-1:[-0-9a-f]{36}, ){4,}", "MANY IDS, ");
    let text = replace(&text, r"raw: Response \{.*\} \}\)$", "raw: RESPONSE })");
    let text = replace(&text, r"(thread '[^']*') \(\d+\)", "$1");
    let text = replace(&text, r"note: run with `RUST_BACKTRACE=1` .*\n", "");
    text.trim_start().to_owned()
}

/// A file of failing tests as it was compiled. The file itself changes while snapshots are rewritten.
fn source(file: &str) -> &'static str {
    match file.replace('\\', "/").as_str() {
        "app.rs" => include_str!("app.rs"),
        "failing.rs" => include_str!("failing.rs"),
        "mistakes/administration.rs" => include_str!("mistakes/administration.rs"),
        "mistakes/faults.rs" => include_str!("mistakes/faults.rs"),
        "mistakes/mocks.rs" => include_str!("mistakes/mocks.rs"),
        "mistakes/roles.rs" => include_str!("mistakes/roles.rs"),
        "mistakes/sign_in.rs" => include_str!("mistakes/sign_in.rs"),
        "mistakes/time.rs" => include_str!("mistakes/time.rs"),
        other => panic!("no source of {other}"),
    }
}

fn replace(text: &str, pattern: &str, by: &str) -> String {
    let pattern = RegexBuilder::new(pattern).multi_line(true).build();
    pattern.unwrap().replace_all(text, by).into_owned()
}
