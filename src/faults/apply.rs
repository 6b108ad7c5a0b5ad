//! What an injected fault does to a call that it matches: whether it fires, and how the call ends.
//!
//! Budgets, draws and windows are charged here, under the mock's one lock. No clock is read: callers
//! pass the mock's time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::counters::{Counters, Unmet};
use super::effect::{Damage, Effect, Replacement};
use super::fault::FaultName;
use super::hold::Gate;
use super::matching::{InjectedFault, ScriptedResponse};
use super::sampling::draw;
use crate::operation::Request;
use crate::sliding_window::Window;

/// What the faults do to one call.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// The sum of all delays.
    pub(crate) delay: Duration,
    /// The faults whose gates must all be open before the call is answered.
    pub(crate) held_by: Vec<Arc<InjectedFault>>,
    /// How the call ends. Without an ending, the engine answers it.
    pub(crate) ending: Option<Ending>,
    /// The fault that decides how the call ends.
    decided_by: Option<Arc<InjectedFault>>,
    /// The first fault that delays or holds the call.
    slowed_by: Option<Arc<InjectedFault>>,
}

/// How a call ends if a fault decides.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// The engine does not run.
    Replace(Replacement),
    /// The engine does not run; a closure of the user's answers.
    Respond(ScriptedResponse),
    /// The engine carries out the operation, and its response is damaged.
    Damage(Damage),
}

impl Applied {
    /// The gates that must all be open before the call is answered.
    pub(crate) fn gates(&self) -> Vec<Gate> {
        let held_by = self.held_by.iter();
        held_by.map(|fault| fault.gate().clone()).collect()
    }

    /// The faults that make the call wait until the test or the client ends the wait, in the order
    /// in which it waits for them.
    pub(crate) fn kept_waiting_by(&self) -> Vec<Arc<InjectedFault>> {
        let hangs = matches!(self.ending, Some(Ending::Replace(Replacement::Hang)));
        let hang = self.decided_by.as_ref().filter(|_| hangs);
        self.held_by.iter().chain(hang).map(Arc::clone).collect()
    }

    /// The explanation of the error that a fault answers with, if one decides the call.
    pub(crate) fn explanation(&self) -> Option<String> {
        let fault = self.decided_by.as_ref()?;
        let (name, place) = (fault.name(), fault.injected());
        Some(format!("this error comes from {name}, injected at {place}"))
    }

    /// The fault that the call's record names: the one that decided how the call ends, or else the
    /// first that delayed or held it.
    pub(crate) fn fault_name(&self) -> Option<FaultName> {
        let fault = self.decided_by.as_ref().or(self.slowed_by.as_ref())?;
        Some(fault.name().clone())
    }
}

/// A fault in force, with its counters.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) fault: Arc<InjectedFault>,
    pub(super) counters: Counters,
    /// The window of a `rate_limit`.
    window: Window,
}

impl Entry {
    pub(super) fn new(fault: Arc<InjectedFault>) -> Self {
        Self {
            fault,
            counters: Counters::default(),
            window: Window::default(),
        }
    }

    /// Applies the fault to one call. Each call is counted exactly once: as fired, or by what kept
    /// the fault from firing.
    pub(super) fn apply(
        &mut self,
        applied: &mut Applied,
        request: Option<&Arc<Request>>,
        seed: u64,
        now: SystemTime,
    ) {
        let fault = &self.fault.fault;
        // All matching calls count, whichever fault answers them, so that adding another fault does
        // not shift the draws.
        let nth = self.counters.matched() + 1;
        if nth <= fault.let_through {
            self.counters.let_through += 1;
            return;
        }
        if fault
            .limit
            .is_some_and(|limit| self.counters.fired >= limit)
        {
            self.counters.used_up += 1;
            return;
        }
        if fault
            .probability
            .is_some_and(|p| draw(seed, self.fault.id.0, nth) >= p)
        {
            self.counters.not_drawn += 1;
            return;
        }
        let ending = match &fault.effect {
            Effect::Delay(by) => {
                applied.delay = applied.delay.saturating_add(*by);
                None
            }
            Effect::Hold => {
                applied.held_by.push(Arc::clone(&self.fault));
                None
            }
            Effect::RateLimit { .. }
            | Effect::Replace(_)
            | Effect::Respond(_)
            | Effect::Damage(_)
                if applied.ending.is_some() =>
            {
                self.counters.outranked += 1;
                return;
            }
            Effect::RateLimit {
                n,
                per,
                retry_after,
            } => {
                if self.window.try_accept(*n, *per, now) {
                    self.counters.within_limit += 1;
                    return;
                }
                Some(Ending::Replace(Replacement::throttle(*retry_after)))
            }
            Effect::Replace(replacement) => Some(Ending::Replace(replacement.clone())),
            Effect::Respond(responder) => {
                // A call whose input was not read matches no `respond_with`.
                let Some(request) = request else { return };
                Some(Ending::Respond(ScriptedResponse {
                    fault: Arc::clone(&self.fault),
                    responder: responder.clone(),
                    request: Arc::clone(request),
                }))
            }
            Effect::Damage(damage) => Some(Ending::Damage(*damage)),
            // Such a fault matches no calls.
            Effect::RefuseConnections => return,
        };
        match ending {
            Some(ending) => {
                applied.ending = Some(ending);
                applied.decided_by = Some(Arc::clone(&self.fault));
            }
            None => {
                let slowed_by = &mut applied.slowed_by;
                slowed_by.get_or_insert_with(|| Arc::clone(&self.fault));
            }
        }
        self.fire();
    }

    pub(super) fn fire(&mut self) {
        self.counters.fired += 1;
        self.fault.fired.send_replace(self.counters.fired);
    }

    /// The fault and its counters, whether or not it has fired as expected.
    #[cfg(feature = "server")]
    pub(super) fn facts(&self, seed: u64) -> Unmet {
        Unmet {
            fault: Arc::clone(&self.fault),
            counters: self.counters,
            seed,
        }
    }

    pub(super) fn unmet(&self, seed: u64) -> Option<Unmet> {
        // If a predicate panicked, the panic is reported, and how often the fault fired means
        // nothing.
        let met = self.fault.expected().contains(self.counters.fired) || self.counters.panicked > 0;
        (!met).then(|| Unmet {
            fault: Arc::clone(&self.fault),
            counters: self.counters,
            seed,
        })
    }
}
