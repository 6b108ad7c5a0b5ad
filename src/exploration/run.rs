//! What was done to the calls of a run, and how the run is named and repeated.

use std::fmt;

use super::strike::{Crash, StrikeKind};
use crate::faults::Fault;

/// How often a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Once,
    FromHereOn,
}

/// What is done to one call of a run.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The number of the call.
    pub(super) call: usize,
    /// The operation of the call.
    pub(super) subject: String,
    pub(super) strike: StrikeKind,
    pub(super) repeat: Repeat,
    /// How many calls before this one the fault would match, too.
    pub(super) skipped: u64,
}

impl Hit {
    /// The fault to inject. A process that dies is one whose call is never answered.
    pub(super) fn fault(&self) -> Fault {
        let fault = match &self.strike {
            StrikeKind::Fault(explored) => explored.fault.clone().named(explored.title.as_str()),
            StrikeKind::Crash(Crash::Before) => Fault::hang().named("crash"),
            StrikeKind::Crash(Crash::After) => Fault::hold().named("crash"),
            StrikeKind::Cancel => Fault::hold().named("cancel"),
        };
        let fault = fault.after_n_calls(self.skipped).expect(..);
        match self.repeat {
            Repeat::Once => fault.up_to_n_times(1),
            Repeat::FromHereOn => fault,
        }
    }

    /// Whether the code is dropped when it happens.
    pub(super) fn interrupts(&self) -> bool {
        match self.strike {
            StrikeKind::Crash(_) | StrikeKind::Cancel => true,
            StrikeKind::Fault(_) => false,
        }
    }

    pub(super) fn is_crash(&self) -> bool {
        matches!(self.strike, StrikeKind::Crash(_))
    }

    /// Whether something else may happen in the same use of the code.
    pub(super) fn may_be_followed(&self) -> bool {
        !self.interrupts() && self.repeat == Repeat::Once
    }

    /// Whether the code gets other answers, so that its own may differ.
    pub(super) fn changes_answers(&self) -> bool {
        match &self.strike {
            StrikeKind::Fault(explored) => explored.fault.changes_answers(),
            StrikeKind::Crash(_) | StrikeKind::Cancel => false,
        }
    }

    /// The code that repeats it.
    fn reproduction(&self) -> String {
        let explored = match &self.strike {
            StrikeKind::Fault(explored) => explored,
            StrikeKind::Crash(crash) => {
                return format!(".only({}, Crash::{crash:?})", self.call);
            }
            StrikeKind::Cancel => return format!(".only({}, Cancel)", self.call),
        };
        let times = match self.repeat {
            Repeat::Once => ".up_to_n_times(1)",
            Repeat::FromHereOn => "",
        };
        let scope = format!("after_n_calls({}){times}", self.skipped);
        match &explored.code {
            Some(code) => format!("mock.inject({code}.{scope})"),
            None => format!("mock.inject(fault.{scope}), with your {}", explored.title),
        }
    }
}

/// `throttle once at #2 GetId`, as the report names it.
impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = format!("#{} {}", self.call, self.subject);
        match (&self.strike, self.repeat) {
            (StrikeKind::Fault(explored), Repeat::Once) => {
                write!(f, "{} once at {call}", explored.title)
            }
            (StrikeKind::Fault(explored), Repeat::FromHereOn) => {
                write!(f, "{} from {call} on", explored.title)
            }
            (StrikeKind::Crash(Crash::Before), _) => write!(f, "crash before {call}"),
            (StrikeKind::Crash(Crash::After), _) => write!(f, "crash after {call}"),
            (StrikeKind::Cancel, _) => write!(f, "cancel at {call}"),
        }
    }
}

/// A run of the explored code: which calls something was done to. `Display` names it, such as
/// `throttle once at #2 GetId`.
#[derive(Clone, Debug)]
pub struct Run {
    pub(super) hits: Vec<Hit>,
}

impl Run {
    /// Whether it ends with a crash.
    pub(super) fn is_crash(&self) -> bool {
        self.hits.iter().any(Hit::is_crash)
    }

    /// Returns the code that repeats what was done in this run: the line that injects the fault
    /// into a mock of your own, or for a crash or a cancellation the call of
    /// [`only`](crate::Exploration::only) to add to the exploration. A run in which several things
    /// happened has several of them, separated by `; `.
    #[must_use]
    pub fn reproduction(&self) -> String {
        let code: Vec<String> = self.hits.iter().map(Hit::reproduction).collect();
        code.join("; ")
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hits: Vec<String> = self.hits.iter().map(Hit::to_string).collect();
        f.write_str(&hits.join(", then "))
    }
}
