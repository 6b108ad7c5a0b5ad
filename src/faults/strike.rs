//! What one call gets from the faults it meets: budgets, draws and windows are charged here.
//!
//! Asks for no time: it is told what the mock's clock shows.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::draw::draw;
use super::effect::Kind;
use super::matching::{FaultName, InjectedFault};
use super::{Effect, Gate, Tally, Unmet};
use crate::sliding_window::Window;

/// What happens to one call.
#[derive(Debug, Default)]
pub(crate) struct Strike {
    /// All matching delays together.
    pub(crate) delay: Duration,
    /// All must be open before the call is answered.
    pub(crate) gates: Vec<Gate>,
    /// How the call ends; with the engine's answer, if there is none.
    pub(crate) struck: Option<Struck>,
    /// The first that delays or holds the call.
    slowed_by: Option<Arc<InjectedFault>>,
}

/// The fault that decides how a call ends.
#[derive(Clone, Debug)]
pub(crate) struct Struck {
    pub(crate) effect: Effect,
    pub(crate) fault: Arc<InjectedFault>,
}

impl Strike {
    /// What the call's record says shaped the answer: the fault that decided it, or else the
    /// first that slowed it down.
    pub(crate) fn fault_name(&self) -> Option<FaultName> {
        let decisive = self.struck.as_ref().map(|struck| &struck.fault);
        let fault = decisive.or(self.slowed_by.as_ref())?;
        Some(fault.name().clone())
    }
}

/// A fault in force, and what it has counted.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) armed: Arc<InjectedFault>,
    /// Counted in the order of injection, from 1.
    pub(super) number: usize,
    pub(super) tally: Tally,
    /// Of a `rate_limit`.
    window: Window,
}

impl Entry {
    pub(super) fn new(armed: Arc<InjectedFault>, number: usize) -> Self {
        Self {
            armed,
            number,
            tally: Tally::default(),
            window: Window::default(),
        }
    }

    /// Meets one call. Every call is counted exactly once, as fired or as what kept it from it.
    pub(super) fn strike(&mut self, strike: &mut Strike, seed: u64, now: SystemTime) {
        let fault = &self.armed.fault;
        // Counted over all matching calls, whoever answers them: so the draws stay where they
        // are when another fault is added.
        let nth = self.tally.matched() + 1;
        if nth <= fault.let_through {
            self.tally.let_through += 1;
            return;
        }
        if fault.limit.is_some_and(|limit| self.tally.fired >= limit) {
            self.tally.spent += 1;
            return;
        }
        if fault
            .probability
            .is_some_and(|p| draw(seed, self.number, nth) >= p)
        {
            self.tally.undrawn += 1;
            return;
        }
        match fault.kind {
            Kind::Delay(by) => {
                strike.delay = strike.delay.saturating_add(by);
                self.slow(strike);
            }
            Kind::Hold => {
                strike.gates.push(self.armed.gate().clone());
                self.slow(strike);
            }
            Kind::RateLimit { .. } | Kind::Spoil(_) if strike.struck.is_some() => {
                self.tally.outranked += 1;
                return;
            }
            Kind::RateLimit {
                n,
                per,
                retry_after,
            } => {
                if self.window.lets_in(n, per, now) {
                    self.tally.within_limit += 1;
                    return;
                }
                strike.struck = Some(self.struck(Effect::throttle(retry_after)));
            }
            Kind::Refuse => unreachable!("it is in no snapshot, so no call meets it"),
            Kind::Spoil(ref effect) => strike.struck = Some(self.struck(effect.clone())),
        }
        self.tally.fired += 1;
        self.armed.fired.send_replace(self.tally.fired);
    }

    /// Meets a connection that is to be refused.
    pub(super) fn refuse(&mut self) {
        self.tally.fired += 1;
        self.armed.fired.send_replace(self.tally.fired);
    }

    fn slow(&self, strike: &mut Strike) {
        if strike.slowed_by.is_none() {
            strike.slowed_by = Some(Arc::clone(&self.armed));
        }
    }

    fn struck(&self, effect: Effect) -> Struck {
        Struck {
            effect,
            fault: Arc::clone(&self.armed),
        }
    }

    pub(super) fn unmet(&self, seed: u64) -> Option<Unmet> {
        // A fault whose predicate panics is reported for that. How often it fired says nothing.
        let met = self.armed.expected().contains(self.tally.fired) || self.tally.panicked > 0;
        (!met).then(|| Unmet {
            fault: Arc::clone(&self.armed),
            tally: self.tally,
            seed,
        })
    }
}
