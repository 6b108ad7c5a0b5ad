//! Tests that need a process of their own: for its environment, or because they fail on purpose.

use std::process::Command;

/// Runs one ignored test of this binary, named in full.
pub(crate) fn child(test: &str) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0");
    child
}
