//! What can be done to a call: a fault, a crash or a cancellation.

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
