//! What became of the calls that a fault could have met: the facts behind "fired 0 times".

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::effect::Effect;
use super::matching::InjectedFault;
use crate::operation::Operation;

/// Counts the calls to a fault's operations since it was injected, by what became of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) fired: u64,
    /// A predicate did not accept the input.
    pub(crate) refused: u64,
    /// The number of the last call that a predicate refused.
    pub(crate) last_refused: Option<usize>,
    /// A predicate panicked over it.
    pub(crate) panicked: u64,
    /// Came before `after_n_calls`.
    pub(crate) let_through: u64,
    /// Came after the last of `up_to_n_times`.
    pub(crate) spent: u64,
    /// The draw of `with_probability` was against it.
    pub(crate) undrawn: u64,
    /// The window of `rate_limit` was not full.
    pub(crate) within_limit: u64,
    /// An earlier fault had decided already how the call ends.
    pub(crate) outranked: u64,
}

impl Tally {
    /// How many calls its predicates accepted.
    pub(crate) fn matched(&self) -> u64 {
        self.fired
            + self.let_through
            + self.spent
            + self.undrawn
            + self.within_limit
            + self.outranked
    }

    /// How many calls there were to its operations.
    pub(crate) fn received(&self) -> u64 {
        self.matched() + self.refused + self.panicked
    }
}

/// A fault that has fired less often than it must, or more often than it may.
#[derive(Clone, Debug)]
pub(crate) struct Unmet {
    pub(crate) fault: Arc<InjectedFault>,
    pub(crate) tally: Tally,
    /// Of the mock, for those who want to see the same draws again.
    pub(super) seed: u64,
}

impl Unmet {
    /// What the fault is: `throttle on GetId when <predicate>, up to 2 times`.
    pub(crate) fn description(&self) -> String {
        let fault = &self.fault.fault;
        if self.refuses_connections() {
            return fault.effect.to_string();
        }
        let mut text = format!("{} on ", fault.effect);
        if fault.targets.is_empty() {
            text.push_str("every call");
        }
        for (index, target) in fault.targets.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let condition = if target.predicates.is_empty() {
                ""
            } else {
                " when <predicate>"
            };
            let _ = write!(text, "{comma}{}{condition}", target.operation);
        }
        match fault.limit {
            None => {}
            Some(1) => text.push_str(", up to once"),
            Some(n) => _ = write!(text, ", up to {n} times"),
        }
        match fault.let_through {
            0 => {}
            1 => text.push_str(", after 1 call"),
            n => _ = write!(text, ", after {n} calls"),
        }
        if let Some(p) = fault.probability {
            let _ = write!(text, ", with probability {p} (seed {})", self.seed);
        }
        text
    }

    /// The operations it is on; all, if there is none.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation> {
        self.fault
            .fault
            .targets
            .iter()
            .map(|target| target.operation)
    }

    /// Whether it was never told how often to fire.
    pub(crate) fn by_default(&self) -> bool {
        self.fault.fault.expected.is_none()
    }

    pub(crate) fn fired_too_rarely(&self) -> bool {
        // More firings would help, or the expectation would hold already.
        !self.fault.expected().is_exceeded_by(self.tally.fired)
    }

    /// The limit of a `rate_limit`.
    pub(crate) fn rate_limit(&self) -> Option<(u32, Duration)> {
        match self.fault.fault.effect {
            Effect::RateLimit { n, per, .. } => Some((n, per)),
            Effect::Delay(_)
            | Effect::Hold
            | Effect::RefuseConnections
            | Effect::Replace(_)
            | Effect::Respond(_)
            | Effect::Damage(_) => None,
        }
    }

    /// Whether it is about connections and not about calls.
    pub(crate) fn refuses_connections(&self) -> bool {
        self.fault.refuses_connections()
    }
}
