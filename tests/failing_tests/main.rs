//! How tests fail: whole failing tests, run in a process of their own, and what they print.
//!
//! The failing tests are ignored ones of this very binary, in [`failing`]; [`run`] executes it
//! again for one of them. Only in this way a test sees the exit code, the place that a panic
//! names, and whether a second panic would have aborted the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test of a user may spawn tasks"
)]
#![allow(missing_docs, reason = "a test is named after what it shows")]

mod assertions;
mod failing;
mod hanging;
mod misuse;
mod panics;
mod verification;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use expect_test::Expect;
use regex::{Captures, Regex};

/// What a test printed and how its process ended.
struct Run {
    stderr: String,
    code: Option<i32>,
}

/// This binary, told to run one of the failing tests.
fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg(format!("failing::{name}"))
        .env("RUST_BACKTRACE", "0")
        // Nobody has to ask for no colour where there is no terminal.
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// Runs a test that hangs until it has printed a line that starts with `last`, and ends it then.
/// Answers with all that it has printed.
fn run_until(name: &str, last: &str) -> String {
    let mut process = command(name)
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
    // It may have ended by itself.
    let _ = process.kill();
    process.wait().unwrap();
    readable(&printed)
}

/// Runs one of the failing tests.
fn run(name: &str) -> Run {
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

/// Runs a failing test and compares what it printed. A test that fails ends with 101; after an
/// abort there is no exit code at all.
#[track_caller]
fn check(name: &str, expected: &Expect) {
    let run = run(name);
    expected.assert_eq(&readable(&run.stderr));
    assert_eq!(run.code, Some(101));
}

/// What does not change from run to run. A place in the failing tests is replaced by the code
/// that is there, from the column on: so the snapshots show what a panic points at, and stay
/// valid when lines move. In a workspace, a path begins with the folder of this crate.
fn readable(stderr: &str) -> String {
    let place = Regex::new(r"[^ \n]*tests[/\\]failing_tests[/\\]failing\.rs:(\d+):(\d+)").unwrap();
    let source: Vec<&str> = include_str!("failing.rs").lines().collect();
    let text = place.replace_all(stderr, |found: &Captures<'_>| {
        let [line, column] = [1, 2].map(|group| found[group].parse::<usize>().unwrap());
        format!("⟨{}⟩", &source[line - 1][column - 1..])
    });
    let text = replace(
        &text,
        r"[^ \n]*src[/\\][a-z_/\\]+\.rs:\d+:\d+",
        "⟨this crate⟩",
    );
    let text = replace(&text, r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    let text = replace(&text, r"\(real time, [^ ]+ in", "(real time, SPAN in");
    let text = replace(&text, r"\[[ =x>]+\]  [^ \n]+", "[BAR]  SPAN");
    let text = replace(&text, r"(thread '[^']*') \(\d+\)", "$1");
    let text = replace(&text, r"note: run with `RUST_BACKTRACE=1` .*\n", "");
    text.trim_start().to_owned()
}

fn replace(text: &str, pattern: &str, by: &str) -> String {
    let pattern = Regex::new(pattern).unwrap();
    pattern.replace_all(text, by).into_owned()
}
