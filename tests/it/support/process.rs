//! Tests that run in a process of their own: because of its environment, or because they fail on
//! purpose.

use std::process::Command;

/// A command that runs one ignored test of this binary, given by its full path.
pub(crate) fn child(test: &str) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0");
    child
}
