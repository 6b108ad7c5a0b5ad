//! What an exploration needs of the code, and what it says if it does not get that.

use super::observe::{Observed, UsedOnce};
use super::usage::Use;
use crate::operation::Operation;

pub(super) const INSIDE_A_RUNTIME: &str = "an exploration blocks its thread, but this is an async test: every run has a runtime of its own\n\
     help: write `#[test] fn` instead of `#[tokio::test] async fn`; the closure of `run` stays async.";

/// What is wrong with the run without a fault, if anything is.
pub(super) fn of_baseline(baseline: &Observed) -> Option<String> {
    let text = if let Some(failure) = failure(baseline, &baseline.first) {
        format!(
            "without any fault, the code {failure}\n\
             help: it must succeed on a mock that `arrange` has prepared.\n"
        )
    } else if let Some(failure) = failure(baseline, &baseline.second) {
        format!(
            "without any fault, the code succeeds once, but its second use {failure}\n\
             note: it is used twice on one application, to see whether it recovers from a fault.\n\
             help: if it cannot be repeated, let the body also undo what it does, or let it begin \
             with what the first use has left.\n"
        )
    } else if let Some(panic) = baseline.panics.first() {
        let (message, place) = (&panic.message, &panic.place);
        format!("without any fault, the code panics in the background: {message}, at {place}\n")
    } else if baseline.transcript.lines().len() > baseline.calls.len() {
        "without any fault, the code sends a request that the mock does not understand\n".to_owned()
    } else if baseline.first.calls == 0 {
        "without any fault, the code makes no call\n\
         help: make its client from the mock that `start` passes in, such as `mock.client()`.\n"
            .to_owned()
    } else {
        let failed = baseline.failed_checks.first()?;
        format!("without any fault, a check fails: {failed}\n")
    };
    Some(format!("{text}\ncalls received:\n{}", log(baseline)))
}

pub(super) fn no_call_of(operations: &[Operation], baseline: &Observed) -> String {
    let names: Vec<&str> = operations
        .iter()
        .map(|operation| operation.name())
        .collect();
    format!(
        "`on` selects {}, but without a fault the code makes no such call\n\ncalls received:\n{}",
        names.join(" and "),
        log(baseline)
    )
}

pub(super) fn no_such_call(number: usize, baseline: &Observed) -> String {
    format!(
        "`only` is about call #{number}, but without a fault the first use makes {} calls\n\n\
         calls received:\n{}",
        baseline.first.calls,
        log(baseline)
    )
}

fn failure(baseline: &Observed, used: &UsedOnce) -> Option<String> {
    Some(match &used.result {
        Use::Returned(Ok(_)) => return None,
        Use::Returned(Err(error)) => format!("fails: {error}"),
        Use::Hung | Use::Interrupted => {
            "does not return: no timer and no answer of the mock makes it go on".to_owned()
        }
        Use::Panicked => match baseline.panics.last() {
            Some(panic) => format!("panics: {}, at {}", panic.message, panic.place),
            None => "panics".to_owned(),
        },
    })
}

/// The calls, indented.
fn log(baseline: &Observed) -> String {
    let transcript = baseline.transcript.to_string();
    transcript
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect()
}
