//! The slot in the state that holds the engine, or the loan while a closure uses it.
//!
//! `with_engine` runs a closure of the user's, which must not happen under the mock's lock. So it
//! takes the engine out of the state, and everything else that needs the engine waits until it is
//! returned.

use std::mem;
use std::panic::Location;
use std::thread::{self, ThreadId};

use crate::engine::Engine;

/// The engine, or its loan while a closure of `with_engine` uses it.
#[derive(Debug)]
pub(crate) struct EngineSlot(Result<Engine, Loan>);

/// The closure of `with_engine` that uses the engine.
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

    /// Whether the closure runs on this thread, so that waiting for it would never end.
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

    /// The engine, unless it is lent.
    pub(crate) fn unless_lent(&self) -> Option<&Engine> {
        self.0.as_ref().ok()
    }

    /// The engine, which must not be lent.
    pub(crate) fn get(&mut self) -> &mut Engine {
        self.0.as_mut().expect(NOT_LENT)
    }

    /// Takes the engine out for a closure on this thread. It must not be lent already.
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
