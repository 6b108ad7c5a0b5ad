//! What is done to a call in a run, and how a run is named.

use std::fmt;
use std::sync::Arc;

use crate::faults::Fault;

/// The process dies while a call is under way: the application, its tasks and all that they hold are
/// dropped, and a new application is started on the same mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a call is carried out or it is not"
)]
pub enum Crash {
    /// The request is lost, and the operation is not carried out.
    Before,
    /// The operation is carried out, and its answer is lost.
    After,
}

/// The caller stops waiting while a call is under way, as `tokio::select!` and timeouts do: only the
/// future of the code is dropped. The operation is carried out, and the same application is used
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "it has nothing to tell")]
pub struct Cancel;

/// What [`Exploration::only`](crate::Exploration::only) does to a call. It is made from a [`Fault`], a
/// [`Crash`] or [`Cancel`].
#[derive(Clone, Debug)]
pub struct Strike(pub(super) StrikeKind);

/// What can be done to calls: a column of the table.
#[derive(Clone, Debug)]
pub(super) enum StrikeKind {
    Fault(Arc<ExploredFault>),
    Crash(Crash),
    Cancel,
}

impl From<Fault> for Strike {
    fn from(fault: Fault) -> Self {
        let explored = ExploredFault::of_user(fault);
        Self(StrikeKind::Fault(Arc::new(explored)))
    }
}

impl From<Crash> for Strike {
    fn from(crash: Crash) -> Self {
        Self(StrikeKind::Crash(crash))
    }
}

impl From<Cancel> for Strike {
    fn from(_: Cancel) -> Self {
        Self(StrikeKind::Cancel)
    }
}

/// A fault as a column of the table.
#[derive(Clone, Debug)]
pub(super) struct ExploredFault {
    pub(super) fault: Fault,
    /// The head of the column.
    pub(super) title: String,
    /// The Rust expression that makes the fault. None for a fault that the user gave.
    pub(super) code: Option<String>,
}

impl ExploredFault {
    /// A fault that the user gave.
    pub(super) fn of_user(fault: Fault) -> Self {
        let name = fault.given_name().map(str::to_owned);
        Self {
            title: name.unwrap_or_else(|| fault.effect_text()),
            code: None,
            fault,
        }
    }
}

/// How often a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Repeat {
    Once,
    FromHereOn,
}

/// What is done to a call.
#[derive(Clone, Debug)]
pub(super) enum Blow {
    Fault(Arc<ExploredFault>, Repeat),
    Crash(Crash),
    Cancel,
}

/// What is done to one call of a run.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The number of the call.
    pub(super) call: usize,
    /// The operation of the call.
    pub(super) subject: String,
    pub(super) blow: Blow,
    /// How many calls before this one the fault would match, too.
    pub(super) skipped: u64,
}

impl Hit {
    /// The fault to inject. A process that dies is one whose call is never answered.
    pub(super) fn fault(&self) -> Fault {
        let (fault, repeat) = match &self.blow {
            Blow::Fault(explored, repeat) => (
                explored.fault.clone().named(explored.title.as_str()),
                *repeat,
            ),
            Blow::Crash(Crash::Before) => (Fault::hang().named("crash"), Repeat::Once),
            Blow::Crash(Crash::After) => (Fault::hold().named("crash"), Repeat::Once),
            Blow::Cancel => (Fault::hold().named("cancel"), Repeat::Once),
        };
        let fault = fault.after_n_calls(self.skipped).expect(..);
        match repeat {
            Repeat::Once => fault.up_to_n_times(1),
            Repeat::FromHereOn => fault,
        }
    }

    /// Whether the code is dropped when it happens.
    pub(super) fn interrupts(&self) -> bool {
        match self.blow {
            Blow::Crash(_) | Blow::Cancel => true,
            Blow::Fault(..) => false,
        }
    }

    pub(super) fn is_crash(&self) -> bool {
        matches!(self.blow, Blow::Crash(_))
    }

    /// Whether something else may happen in the same use of the code.
    pub(super) fn may_be_followed(&self) -> bool {
        matches!(self.blow, Blow::Fault(_, Repeat::Once))
    }

    /// Whether the fault leaves members of answers out, so that answers may differ.
    pub(super) fn is_bare(&self) -> bool {
        match &self.blow {
            Blow::Fault(explored, _) => explored.fault.effect_text() == "bare_response",
            Blow::Crash(_) | Blow::Cancel => false,
        }
    }

    /// The code that repeats it.
    fn reproduction(&self) -> String {
        match &self.blow {
            Blow::Fault(explored, repeat) => {
                let times = match repeat {
                    Repeat::Once => ".up_to_n_times(1)",
                    Repeat::FromHereOn => "",
                };
                let scope = format!("after_n_calls({}){times}", self.skipped);
                match &explored.code {
                    Some(code) => format!("mock.inject({code}.{scope})"),
                    None => format!("mock.inject(fault.{scope}), with your {}", explored.title),
                }
            }
            Blow::Crash(crash) => format!("Exploration::only({}, Crash::{crash:?})", self.call),
            Blow::Cancel => format!("Exploration::only({}, Cancel)", self.call),
        }
    }
}

/// `throttle at #2 GetId`, as the report names it.
impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.blow {
            Blow::Fault(explored, Repeat::Once) => write!(f, "{} once at", explored.title)?,
            Blow::Fault(explored, Repeat::FromHereOn) => write!(f, "{} from", explored.title)?,
            Blow::Crash(Crash::Before) => f.write_str("crash before")?,
            Blow::Crash(Crash::After) => f.write_str("crash after")?,
            Blow::Cancel => f.write_str("cancel at")?,
        }
        write!(f, " #{} {}", self.call, self.subject)?;
        match &self.blow {
            Blow::Fault(_, Repeat::FromHereOn) => f.write_str(" on"),
            Blow::Fault(..) | Blow::Crash(_) | Blow::Cancel => Ok(()),
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
    /// into a mock of your own, or the call of [`Exploration::only`](crate::Exploration::only) for a
    /// crash or a cancellation. A run with several faults has several of them, separated by `; `.
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
