//! The place of the engine in the state, and who has it while it is not there.
//!
//! `with_engine` runs a closure of the user's, which must not happen under the mock's lock. So it
//! takes the engine out of the state, and everybody else who needs the engine waits until it is
//! back.

use std::mem;
use std::panic::Location;
use std::thread::{self, ThreadId};

use crate::engine::Engine;

/// The engine, or who has it while it is lent.
#[derive(Debug)]
pub(crate) struct EngineSlot(Result<Engine, Loan>);

/// Who has the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loan {
    thread: ThreadId,
    /// Where `with_engine` was called.
    place: &'static Location<'static>,
}

impl Loan {
    pub(crate) fn place(self) -> &'static Location<'static> {
        self.place
    }

    /// Whether the closure that has the engine runs on this thread. Waiting would never end then.
    pub(crate) fn is_ours(self) -> bool {
        self.thread == thread::current().id()
    }
}

impl EngineSlot {
    pub(crate) fn new(engine: Engine) -> Self {
        Self(Ok(engine))
    }

    pub(crate) fn loan(&self) -> Option<Loan> {
        self.0.as_ref().err().copied()
    }

    /// The engine, for those who have waited until it is there.
    pub(crate) fn get(&mut self) -> &mut Engine {
        self.0.as_mut().expect(NOT_LENT)
    }

    /// Takes the engine out for a closure on this thread.
    pub(crate) fn lend(&mut self, place: &'static Location<'static>) -> Engine {
        let thread = thread::current().id();
        mem::replace(&mut self.0, Err(Loan { thread, place })).expect(NOT_LENT)
    }

    /// Puts the engine back.
    pub(crate) fn give_back(&mut self, engine: Engine) {
        self.0 = Ok(engine);
    }
}

const NOT_LENT: &str = "the lock was taken with `lock_engine`, which waits for the engine";
