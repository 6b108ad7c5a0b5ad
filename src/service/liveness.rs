//! Whether a mock was dropped. Its clients may outlive it and must be told.

use std::io;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared between a mock and its clients.
#[derive(Debug)]
pub(crate) struct Liveness {
    has_ended: AtomicBool,
    /// Where the mock was started.
    started: &'static Location<'static>,
}

impl Liveness {
    pub(crate) fn starting_at(started: &'static Location<'static>) -> Self {
        Self {
            has_ended: AtomicBool::new(false),
            started,
        }
    }

    /// Where the mock was started.
    pub(crate) fn started(&self) -> &'static Location<'static> {
        self.started
    }

    /// Marks the mock as dropped: it answers no call from now on.
    pub(crate) fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
    }

    /// Returns an error if the mock was dropped. Its kind is that of a port on which nothing
    /// listens, and its text says what has happened.
    pub(crate) fn check(&self) -> io::Result<()> {
        if !self.has_ended.load(Ordering::SeqCst) {
            return Ok(());
        }
        let text = format!(
            "this MockCognitoIdentity was dropped; it was started at {}",
            self.started
        );
        Err(io::Error::new(io::ErrorKind::ConnectionRefused, text))
    }
}
