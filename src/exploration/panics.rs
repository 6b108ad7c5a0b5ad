//! Catches the panics of explored code, with their places and without printing them.
//!
//! Only a panic hook learns where a panic happened, also in background tasks, and the hook is global
//! to the process. So it is installed once and passes on every panic of a thread that is not
//! exploring.

use std::cell::RefCell;
use std::mem;
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Mutex, Once, PoisonError};

use crate::report;

thread_local! {
    /// Where the panics of this thread are recorded while it explores.
    static WATCHED_BY: RefCell<Option<Panics>> = const { RefCell::new(None) };
}

/// The panics of one run, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Panics(Arc<Mutex<Vec<Panic>>>);

/// A panic of the explored code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Panic {
    pub(super) message: String,
    /// `src/app.rs:12:9`.
    pub(super) place: String,
}

impl Panics {
    /// Records the panics of this thread until the guard is dropped.
    pub(super) fn watch(&self) -> Watch {
        install_hook();
        Watch {
            panics: self.clone(),
            before: WATCHED_BY.replace(Some(self.clone())),
        }
    }

    /// Records the panics of this thread as long as it lives. It is for threads that belong to one
    /// run only.
    pub(super) fn watch_thread(&self) {
        WATCHED_BY.set(Some(self.clone()));
    }

    /// The panics so far.
    pub(super) fn so_far(&self) -> Vec<Panic> {
        let panics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        panics.clone()
    }

    fn record(&self, info: &PanicHookInfo<'_>) {
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info.location().map_or_else(String::new, |place| {
            let (file, line, column) = (short_path(place.file()), place.line(), place.column());
            format!("{file}:{line}:{column}")
        });
        let panic = Panic {
            message: message.to_owned(),
            place,
        };
        let mut panics = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        panics.push(panic);
    }
}

/// Drop guard: the panics of this thread are recorded as long as it lives.
#[must_use = "panics are printed again when this guard drops"]
pub(super) struct Watch {
    panics: Panics,
    before: Option<Panics>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHED_BY.set(mem::take(&mut self.before));
        // A panic that nothing has caught is one of this crate, or of a closure that arranges.
        if report::is_panicking()
            && let Some(panic) = self.panics.so_far().last()
        {
            let (message, place) = (&panic.message, &panic.place);
            report::tell(&format!("panicked at {place}:\n{message}"));
        }
    }
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A thread that ends has no thread locals any more.
            let watched_by = WATCHED_BY.try_with(|watched_by| watched_by.borrow().clone());
            match watched_by.ok().flatten() {
                Some(panics) => panics.record(info),
                None => previous(info),
            }
        }));
    });
}

/// The path without what differs from machine to machine: where the registry and the standard
/// library are.
fn short_path(file: &str) -> &str {
    for folder in ["/registry/src/", "/rustc/"] {
        if let Some((_, inside)) = file.split_once(folder) {
            return inside.split_once('/').map_or(inside, |(_, path)| path);
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;
    use std::thread;

    use super::*;

    #[test]
    fn a_panic_is_recorded_with_its_place() {
        let panics = Panics::default();
        let watch = panics.watch();

        let caught = catch_unwind(|| panic!("number {}", 7));
        drop(watch);

        assert!(caught.is_err());
        let recorded = panics.so_far();
        assert_eq!(recorded.len(), 1);
        assert_eq!(recorded[0].message, "number 7");
        assert!(
            recorded[0].place.starts_with(file!()),
            "{}",
            recorded[0].place
        );
    }

    #[test]
    fn panics_of_other_threads_are_not_recorded() {
        let panics = Panics::default();
        let _watch = panics.watch();

        let other = thread::Builder::new().name("a thread that panics on purpose".to_owned());
        let other = other.spawn(|| panic!("on purpose")).unwrap();

        assert!(other.join().is_err());
        assert_eq!(panics.so_far(), []);
    }

    #[test]
    fn paths_do_not_depend_on_the_machine() {
        for (file, short) in [
            ("src/app.rs", "src/app.rs"),
            (
                "/home/me/.cargo/registry/src/index-123/tokio-1.50.0/src/lib.rs",
                "tokio-1.50.0/src/lib.rs",
            ),
            (
                "/rustc/abc/library/core/src/option.rs",
                "library/core/src/option.rs",
            ),
        ] {
            assert_eq!(short_path(file), short);
        }
    }
}
