//! Which faults a call matches. The user's predicates run here, so no lock may be held.
//!
//! Nothing is counted here; [`apply`](super::apply) counts, under the lock.

use std::panic::Location;
use std::sync::Arc;

use tokio::sync::watch;

use super::effect::{Effect, Responder, caught};
use super::fault::{Fault, FaultName, Target};
use super::hold::Gate;
use super::place::Place;
use super::user_closure::{Method, RunningClosures, UserClosure};
use crate::error::ServiceError;
use crate::operation::{Operation, Request, Response};
use crate::times::Times;

/// Identifies an injected fault: its number in the order of injection, counted from 1. A mock never
/// assigns the same id twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FaultId(pub(super) usize);

/// A fault that was injected: its definition, where it was injected, and how often it has fired.
#[derive(Debug)]
pub(crate) struct InjectedFault {
    pub(super) id: FaultId,
    pub(super) name: FaultName,
    pub(super) fault: Fault,
    pub(super) injected_at: Place,
    /// The number of the last request that the mock had received by then, or 0.
    pub(super) injected_after: usize,
    /// Where held calls wait. Only `Fault::hold` uses it.
    pub(super) gate: Gate,
    /// How often it has fired. Written under the lock; guards read and await it without the lock.
    pub(super) fired: watch::Sender<u64>,
    /// The list of running closures, which its own closures join.
    pub(super) running: Arc<RunningClosures>,
}

impl InjectedFault {
    pub(crate) fn id(&self) -> FaultId {
        self.id
    }

    pub(crate) fn name(&self) -> &FaultName {
        &self.name
    }

    /// Where `inject` was called.
    pub(crate) fn injected(&self) -> Place {
        self.injected_at
    }

    /// The number of the last request before `inject` was called. It is 0 if there was none.
    pub(crate) fn injected_after(&self) -> usize {
        self.injected_after
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Whether the fault holds calls, until it is removed.
    pub(crate) fn is_hold(&self) -> bool {
        matches!(self.fault.effect, Effect::Hold)
    }

    /// Whether a call that the fault has made wait for ever would still wait.
    pub(crate) fn keeps_waiting(&self) -> bool {
        !self.is_hold() || !self.gate.is_open()
    }

    /// How often the fault has fired so far.
    pub(crate) fn fired(&self) -> u64 {
        *self.fired.borrow()
    }

    /// Returns once the fault has fired at least `n` times. It is cancel-safe and works on any
    /// runtime.
    pub(crate) async fn fired_at_least(&self, n: u64) {
        let mut fired = self.fired.subscribe();
        // This fails only if the sender was dropped, and `self` owns the sender.
        let _ = fired.wait_for(|fired| *fired >= n).await;
    }

    /// How often the fault must fire: as the user said, or else the default.
    pub(crate) fn expected(&self) -> Times {
        match (&self.fault.expected, self.fault.probability) {
            (Some(times), _) => times.clone(),
            (None, Some(_)) => Times::ANY,
            // Over TCP the mock does not see the attempts that its port refuses.
            (None, None) if self.refuses_connections() => Times::ANY,
            (None, None) => Times::AT_LEAST_ONCE,
        }
    }

    /// Whether the fault refuses connections. Such a fault matches no calls.
    pub(super) fn refuses_connections(&self) -> bool {
        matches!(self.fault.effect, Effect::RefuseConnections)
    }

    /// Runs a closure of the user's, and lists it while it runs. Must not be called under a lock.
    fn run<T>(
        &self,
        method: Method,
        written: &'static Location<'static>,
        run: impl FnOnce() -> T,
    ) -> Result<T, UserPanic> {
        let closure = UserClosure {
            method,
            fault: self.name.clone(),
            injected: self.injected_at,
            written,
        };
        let outcome = self.running.list(closure.clone(), || caught(run));
        outcome.map_err(|text| UserPanic { closure, text })
    }

    /// Whether the fault matches a call whose input was not read. A fault that needs the input does
    /// not.
    fn matches_unread(&self, operation: Operation) -> bool {
        let targets = &self.fault.targets;
        let is_on = |target: &Target| target.operation == operation && target.predicates.is_empty();
        let needs_input = matches!(self.fault.effect, Effect::Respond(_));
        !needs_input
            && self.fault.effect.can_affect(operation)
            && (targets.is_empty() || targets.iter().any(is_on))
    }

    fn matches(&self, request: &Request) -> Verdict {
        let operation = request.operation();
        if !self.fault.effect.can_affect(operation) {
            return Verdict::OtherOperation;
        }
        if self.fault.targets.is_empty() {
            return Verdict::Matched;
        }
        let mut targets = self.fault.targets.iter();
        let Some(target) = targets.find(|target| target.operation == operation) else {
            return Verdict::OtherOperation;
        };
        for predicate in &target.predicates {
            let matches = || (predicate.matches)(request);
            match self.run(Method::When, predicate.written, matches) {
                Ok(true) => {}
                Ok(false) => return Verdict::NotMatched,
                Err(panic) => return Verdict::Panicked(panic),
            }
        }
        Verdict::Matched
    }
}

impl Fault {
    /// Whether the fault would match this call if it was injected. Runs the user's predicates, so
    /// the caller must not hold a lock.
    #[cfg(feature = "exploration")]
    pub(crate) fn would_match(&self, request: &Request) -> bool {
        let operation = request.operation();
        let matches = |target: &Target| {
            let mut predicates = target.predicates.iter();
            target.operation == operation
                && predicates.all(|predicate| (predicate.matches)(request))
        };
        self.effect.can_affect(operation)
            && (self.targets.is_empty() || self.targets.iter().any(matches))
    }
}

/// The result of matching a call against one fault.
enum Verdict {
    /// The fault is limited to other operations.
    OtherOperation,
    /// A predicate did not match the input.
    NotMatched,
    Matched,
    Panicked(UserPanic),
}

/// The closure of `respond_with`, and the request that it is to answer.
#[derive(Clone, Debug)]
pub(crate) struct ScriptedResponse {
    pub(super) fault: Arc<InjectedFault>,
    pub(super) responder: Responder,
    pub(super) request: Arc<Request>,
}

impl ScriptedResponse {
    /// Runs the user's closure, so the caller must not hold a lock.
    pub(crate) fn answer(&self) -> Result<Response, UserPanic> {
        let written = self.responder.written();
        self.fault.run(Method::RespondWith, written, || {
            self.responder.answer(&self.request)
        })
    }
}

/// The faults in force when a call arrived. A fault injected later does not affect the call.
///
/// Taking a snapshot copies one pointer, or nothing if there are no faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot(pub(super) Option<Arc<[Arc<InjectedFault>]>>);

impl Snapshot {
    pub(super) fn of<'a>(faults: impl Iterator<Item = &'a Arc<InjectedFault>>) -> Self {
        let of_calls = faults.filter(|fault| !fault.refuses_connections());
        let faults: Arc<[_]> = of_calls.map(Arc::clone).collect();
        Self((!faults.is_empty()).then_some(faults))
    }

    /// Matches a call against every fault. Runs the user's predicates, so the caller must not hold
    /// a lock.
    pub(crate) fn match_call(&self, request: &Arc<Request>) -> Matches {
        let mut matches = Matches {
            request: Some(Arc::clone(request)),
            ..Matches::default()
        };
        for fault in self.faults() {
            match fault.matches(request) {
                Verdict::OtherOperation => {}
                Verdict::NotMatched => matches.not_matched.push(fault.id),
                Verdict::Matched => matches.matched.push(fault.id),
                Verdict::Panicked(panic) => {
                    matches.panicked.push(fault.id);
                    matches.panics.push(panic);
                }
            }
        }
        matches
    }

    /// Matches a call whose input was not read against every fault. Runs no closure.
    pub(crate) fn match_unread(&self, operation: Operation) -> Matches {
        let matched = self
            .faults()
            .filter(|fault| fault.matches_unread(operation));
        Matches {
            matched: matched.map(|fault| fault.id).collect(),
            ..Matches::default()
        }
    }

    fn faults(&self) -> impl Iterator<Item = &Arc<InjectedFault>> {
        self.0.iter().flat_map(|faults| faults.iter())
    }
}

/// Which faults a call matches, regardless of their budgets.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// `None` if the input was not read.
    pub(super) request: Option<Arc<Request>>,
    pub(super) matched: Vec<FaultId>,
    pub(super) not_matched: Vec<FaultId>,
    pub(super) panicked: Vec<FaultId>,
    panics: Vec<UserPanic>,
}

impl Matches {
    /// Takes out the panics of predicates. If there are any, the call is answered with the error
    /// `MockPanic`, and no fault is applied to it.
    pub(crate) fn take_panics(&mut self) -> Vec<UserPanic> {
        std::mem::take(&mut self.panics)
    }
}

/// A panic in a closure that the user has given to a fault.
#[derive(Clone, Debug)]
pub(crate) struct UserPanic {
    closure: UserClosure,
    text: String,
}

impl UserPanic {
    /// The error that the caller gets. No AWS service uses its code; its HTTP status is 500.
    pub(crate) fn error(&self) -> ServiceError {
        let message = format!("{} panicked: {}", self.subject(), self.text);
        ServiceError::known("MockPanic", message)
            .with_status(500)
            .because(format!("it reports the panic of {}", self.closure))
    }

    /// The kind of closure, such as `a predicate`, for the first line of a report.
    pub(crate) fn subject(&self) -> &'static str {
        self.closure.method.subject()
    }

    pub(crate) fn fault(&self) -> &FaultName {
        &self.closure.fault
    }

    /// Where `inject` was called.
    pub(crate) fn injected(&self) -> Place {
        self.closure.injected
    }

    /// Where the closure is in the user's code.
    pub(crate) fn written(&self) -> &'static Location<'static> {
        self.closure.written
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}
