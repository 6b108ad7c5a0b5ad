//! Why a fault did or did not fire for each call: the facts behind "fired 0 times".

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::effect::Effect;
use super::matching::InjectedFault;
use crate::operation::Operation;

/// Counts the calls to a fault's operations since its injection, by why the fault fired or did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// The fault fired.
    pub(crate) fired: u64,
    /// A predicate did not match the input.
    pub(crate) not_matched: u64,
    /// The number of the last call that a predicate did not match.
    pub(crate) last_not_matched: Option<usize>,
    /// A predicate panicked.
    pub(crate) panicked: u64,
    /// The call was one of the first `n` of `after_n_calls`.
    pub(crate) let_through: u64,
    /// The fault had already fired as often as `up_to_n_times` allows.
    pub(crate) used_up: u64,
    /// The draw of `with_probability` did not select the call.
    pub(crate) not_drawn: u64,
    /// The window of `rate_limit` was not full.
    pub(crate) within_limit: u64,
    /// An earlier fault had already decided how the call ends.
    pub(crate) outranked: u64,
}

impl Counters {
    /// How many calls the fault's predicates matched.
    pub(crate) fn matched(&self) -> u64 {
        self.fired
            + self.let_through
            + self.used_up
            + self.not_drawn
            + self.within_limit
            + self.outranked
    }

    /// How many calls to the fault's operations were received.
    pub(crate) fn received(&self) -> u64 {
        self.matched() + self.not_matched + self.panicked
    }
}

/// A fault that has fired less often than it must, or more often than it may.
#[derive(Clone, Debug)]
pub(crate) struct Unmet {
    pub(crate) fault: Arc<InjectedFault>,
    pub(crate) counters: Counters,
    /// The mock's seed, with which a reader of the report can reproduce the draws.
    pub(super) seed: u64,
}

impl Unmet {
    /// Describes the fault: `throttle on GetId when <predicate>, up to 2 times`.
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

    /// The operations that the fault is limited to. If there is none, it matches all.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation> {
        self.fault
            .fault
            .targets
            .iter()
            .map(|target| target.operation)
    }

    /// Whether the expectation is the default, because the user stated none.
    pub(crate) fn by_default(&self) -> bool {
        self.fault.fault.expected.is_none()
    }

    pub(crate) fn fired_too_rarely(&self) -> bool {
        // The expectation is not met, so it is exceeded unless the fault fired too rarely.
        !self.fault.expected().is_exceeded_by(self.counters.fired)
    }

    /// The limit, if the fault is a `rate_limit`.
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

    /// Whether the fault refuses connections. Such a fault matches no calls.
    pub(crate) fn refuses_connections(&self) -> bool {
        self.fault.refuses_connections()
    }
}
