//! How a report reaches the user: as a panic at a line of the test, or on standard error.
//!
//! Nothing else in this crate looks at the terminal or the environment, and this file does so only
//! to decide on colour.

use std::borrow::Cow;
use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use super::layout::MARK;

/// Fails the test at the caller's line.
#[track_caller]
pub(crate) fn fail(report: &str) -> ! {
    panic!("{}", for_terminal(report))
}

/// Fails the test from inside a `Drop`. If the thread is panicking already, the report goes to
/// standard error instead, because it may explain the panic, and a second panic would abort the
/// whole test binary.
pub(crate) fn fail_in_drop(report: &str) {
    if thread::panicking() {
        #[expect(
            clippy::print_stderr,
            reason = "during a panic there is no other way to tell the user"
        )]
        {
            eprintln!("{}", for_terminal(report));
        }
    } else {
        fail(report);
    }
}

/// Prints on standard error what the test is waiting for: a test that hangs shows no other message.
pub(crate) fn tell(message: &str) {
    #[expect(
        clippy::print_stderr,
        reason = "a function that is blocked cannot return the message"
    )]
    {
        eprintln!("{}", for_terminal(message));
    }
}

/// Whether this thread is panicking, so that what is dropped is dropped by a test that fails.
pub(crate) fn is_panicking() -> bool {
    thread::panicking()
}

/// Whether a report made in a `Drop` becomes a panic, which may hide an error that the test has
/// returned. If the thread is panicking already, there is no such error.
pub(crate) fn may_hide_an_error() -> bool {
    !thread::panicking()
}

/// Turns a future that fails with a report into one that panics with it. The panic points at the
/// user's `.await` and not at a line of this crate. If another crate polls the future, such as the
/// one with `timeout`, the panic points there; the report then names `place`, where the user has
/// made the future.
pub(crate) fn at_await<'a, T>(
    place: &'static Location<'static>,
    future: impl Future<Output = Result<T, String>> + Send + 'a,
) -> AtAwait<'a, T> {
    AtAwait {
        place,
        future: Box::pin(future),
    }
}

/// The future that [`at_await`] returns.
pub(crate) struct AtAwait<'a, T> {
    place: &'static Location<'static>,
    future: Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>,
}

impl<T> Future for AtAwait<'_, T> {
    type Output = T;

    // The caller of `poll` is the `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match ready!(self.future.as_mut().poll(context)) {
            Ok(value) => Poll::Ready(value),
            Err(report) if self.place.file() == Location::caller().file() => fail(&report),
            Err(report) => fail(&placed(&report, self.place)),
        }
    }
}

/// Adds the place that a report is about, below its first line.
fn placed(report: &str, place: &Location<'_>) -> String {
    let (sentence, rest) = report.split_at(report.find('\n').unwrap_or(report.len()));
    format!("{sentence}\nwaited at {place}{rest}")
}

fn for_terminal(report: &str) -> Cow<'_, str> {
    // https://no-color.org: any value that is not empty.
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if !is_unwanted && io::stderr().is_terminal() {
        Cow::Owned(coloured(report))
    } else {
        Cow::Borrowed(report)
    }
}

/// Colours the first line, the fields that differ, and the notes. The text itself stays the same.
fn coloured(report: &str) -> String {
    const BOLD: &str = "\u{1b}[1m";
    const RED: &str = "\u{1b}[31m";
    const CYAN: &str = "\u{1b}[36m";
    const PLAIN: &str = "\u{1b}[0m";

    let mut text = String::with_capacity(report.len() + 64);
    let mut differs = false;
    for (index, line) in report.lines().enumerate() {
        differs = line.starts_with(MARK) || differs && line.trim_start().starts_with("received ");
        let colour = if index == 0 {
            Some(BOLD)
        } else if differs {
            Some(RED)
        } else if line.starts_with("help: ") || line.starts_with("note: ") {
            Some(CYAN)
        } else {
            None
        };
        let separator = if index == 0 { "" } else { "\n" };
        let _ = match colour {
            Some(colour) => write!(text, "{separator}{colour}{line}{PLAIN}"),
            None => write!(text, "{separator}{line}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn colouring_adds_only_escapes() {
        let report = "sentence\n\n    A   1\n  ✗ B   expected 1\n        received 2\nhelp: do";

        let coloured = coloured(report);

        assert_eq!(coloured.matches("\u{1b}[31m").count(), 2);
        let mut plain = coloured;
        for escape in ["\u{1b}[1m", "\u{1b}[31m", "\u{1b}[36m", "\u{1b}[0m"] {
            plain = plain.replace(escape, "");
        }
        assert_eq!(plain, report);
    }

    const LINE_OF_THE_AWAIT: u32 = line!() + 6;

    #[tokio::test]
    #[ignore = "fails on purpose"]
    async fn a_wait_that_fails() {
        let failing = async { Err::<(), _>("the report".to_owned()) };
        at_await(Location::caller(), failing).await;
    }

    #[test]
    fn a_failed_wait_panics_at_the_line_of_the_await() {
        // Runs in a separate process, because only the panic hook learns the location.
        let output = Command::new(env::current_exe().unwrap())
            .args([
                "report::output::tests::a_wait_that_fails",
                "--exact",
                "--ignored",
            ])
            .arg("--nocapture")
            .output()
            .unwrap();

        let stderr = String::from_utf8_lossy(&output.stderr);
        let place = format!("{}:{LINE_OF_THE_AWAIT}:", file!());
        assert!(!output.status.success());
        assert!(
            stderr.contains(&place) && stderr.contains("the report"),
            "{stderr}"
        );
    }
}
