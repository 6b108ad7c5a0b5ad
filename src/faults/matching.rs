//! Which faults a call meets: the half of the work that runs the user's predicates, and for that
//! reason without any lock.
//!
//! Counts nothing; see [`injected`](super::injected) for that.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use tokio::sync::watch;

use super::effect::{Effect, Kind, Responder, caught};
use super::user_closure::{Method, RunningClosures, UserClosure};
use super::{Fault, Gate};
use crate::error::ServiceError;
use crate::operation::{self, Operation, Request};
use crate::service::rate_quotas::Rate;
use crate::times::Times;

/// One operation that a fault is on, and what its inputs must be like.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) operation: Operation,
    /// All must accept.
    pub(super) predicates: Vec<Predicate>,
}

impl Target {
    pub(super) fn new(operation: Operation) -> Self {
        Self {
            operation,
            predicates: Vec::new(),
        }
    }
}

/// The closure of `Fault::when`, for whichever operation it was written.
#[derive(Clone)]
pub(super) struct Predicate {
    accepts: Arc<dyn Fn(&Request) -> bool + Send + Sync>,
    written: &'static Location<'static>,
}

impl Predicate {
    pub(super) fn new(
        accepts: impl Fn(&Request) -> bool + Send + Sync + 'static,
        written: &'static Location<'static>,
    ) -> Self {
        Self {
            accepts: Arc::new(accepts),
            written,
        }
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<predicate>")
    }
}

/// Tells faults in force apart; never given twice by one mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FaultId(pub(super) u64);

/// What a fault is called: by the user's name, or by its number in the order of injection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultName {
    Named(Arc<str>),
    Numbered(usize),
    /// Not a fault of the user's: the mock was built with the quotas of AWS.
    Quota(Rate),
}

impl FaultName {
    /// Only the name, for `Call::fault`: `first two` or `#1`.
    pub(crate) fn bare(&self) -> String {
        match self {
            Self::Named(name) => name.as_ref().to_owned(),
            Self::Numbered(number) => format!("#{number}"),
            Self::Quota(rate) => rate.to_string(),
        }
    }
}

/// As messages print it: `fault "first two"` or `fault #1`.
impl fmt::Display for FaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "fault {name:?}"),
            Self::Numbered(number) => write!(f, "fault #{number}"),
            Self::Quota(rate) => rate.fmt(f),
        }
    }
}

/// A fault that was injected: what it is, where that happened, and how often it has fired.
#[derive(Debug)]
pub(crate) struct InjectedFault {
    pub(super) id: FaultId,
    pub(super) name: FaultName,
    pub(super) fault: Fault,
    pub(super) injected: &'static Location<'static>,
    /// Where held calls wait. Unused by faults that hold nobody.
    pub(super) gate: Gate,
    /// Written under the lock, read and awaited by guards without it.
    pub(super) fired: watch::Sender<u64>,
    /// Where its closures are listed while they run.
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
    pub(crate) fn injected(&self) -> &'static Location<'static> {
        self.injected
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// How often it has fired so far.
    pub(crate) fn fired(&self) -> u64 {
        *self.fired.borrow()
    }

    /// Returns once it has fired at least `n` times. Cancel-safe, and on no particular runtime.
    pub(crate) async fn fired_at_least(&self, n: u64) {
        let mut fired = self.fired.subscribe();
        // It fails only when the sender is gone, and `self` holds it.
        let _ = fired.wait_for(|fired| *fired >= n).await;
    }

    pub(crate) fn expected(&self) -> Times {
        match (&self.fault.expected, self.fault.probability) {
            (Some(times), _) => times.clone(),
            (None, Some(_)) => Times::ANY,
            // Over TCP the mock does not learn of what its port refuses.
            (None, None) if self.refuses_connections() => Times::ANY,
            (None, None) => Times::AT_LEAST_ONCE,
        }
    }

    /// Whether it is about connections, so that no call meets it.
    pub(super) fn refuses_connections(&self) -> bool {
        matches!(self.fault.kind, Kind::Refuse)
    }

    /// Runs the closure of `respond_with`.
    pub(crate) fn respond(
        &self,
        responder: &Responder,
        request: &Request,
    ) -> Result<operation::Response, UserPanic> {
        self.run(Method::RespondWith, responder.written(), || {
            responder.answer(request)
        })
    }

    /// Runs a closure of the user's, which must not happen under a lock, and lists it meanwhile.
    fn run<T>(
        &self,
        method: Method,
        written: &'static Location<'static>,
        run: impl FnOnce() -> T,
    ) -> Result<T, UserPanic> {
        let closure = UserClosure {
            method,
            fault: self.name.clone(),
            injected: self.injected,
            written,
        };
        let outcome = self.running.list(closure.clone(), || caught(run));
        outcome.map_err(|text| UserPanic { closure, text })
    }

    /// Whether it is for a call whose input was not read: only if it asks for none.
    fn meets_unread(&self, operation: Operation) -> bool {
        let targets = &self.fault.targets;
        let is_on = |target: &Target| target.operation == operation && target.predicates.is_empty();
        let needs_input = matches!(self.fault.kind, Kind::Spoil(Effect::Respond(_)));
        !needs_input && (targets.is_empty() || targets.iter().any(is_on))
    }

    fn meets(&self, request: &Request) -> Verdict {
        if self.fault.targets.is_empty() {
            return Verdict::Met;
        }
        let operation = request.operation();
        let mut targets = self.fault.targets.iter();
        let Some(target) = targets.find(|target| target.operation == operation) else {
            return Verdict::Elsewhere;
        };
        for predicate in &target.predicates {
            let accepts = || (predicate.accepts)(request);
            match self.run(Method::When, predicate.written, accepts) {
                Ok(true) => {}
                Ok(false) => return Verdict::Refused,
                Err(panic) => return Verdict::Panicked(panic),
            }
        }
        Verdict::Met
    }
}

enum Verdict {
    /// The fault is on other operations.
    Elsewhere,
    /// A predicate did not accept the input.
    Refused,
    Met,
    Panicked(UserPanic),
}

/// The faults in force when a call arrived. A fault injected later does not touch the call.
///
/// Taking one copies a pointer, or nothing at all while there are no faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot(pub(super) Option<Arc<[Arc<InjectedFault>]>>);

impl Snapshot {
    /// The same for a call whose input was not read. Runs no closure.
    pub(crate) fn meet_unread(&self, operation: Operation) -> Matches {
        let faults = self.0.iter().flat_map(|faults| faults.iter());
        let met = faults.filter(|fault| fault.meets_unread(operation));
        Matches {
            met: met.map(|fault| fault.id).collect(),
            ..Matches::default()
        }
    }

    /// Asks every fault about a call. Runs the user's predicates: hold no lock here.
    pub(crate) fn meet(&self, request: &Request) -> Matches {
        let mut matches = Matches::default();
        for fault in self.0.iter().flat_map(|faults| faults.iter()) {
            match fault.meets(request) {
                Verdict::Elsewhere => {}
                Verdict::Refused => matches.refused.push(fault.id),
                Verdict::Met => matches.met.push(fault.id),
                Verdict::Panicked(panic) => {
                    matches.panicked.push(fault.id);
                    matches.panics.push(panic);
                }
            }
        }
        matches
    }
}

/// Which faults a call meets, before any budget is looked at.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    pub(super) met: Vec<FaultId>,
    pub(super) refused: Vec<FaultId>,
    pub(super) panicked: Vec<FaultId>,
    panics: Vec<UserPanic>,
}

impl Matches {
    /// Takes out the panics of predicates. If there are any, the call is answered with a
    /// `MockPanic`, and the strike that follows is empty.
    pub(crate) fn take_panics(&mut self) -> Vec<UserPanic> {
        std::mem::take(&mut self.panics)
    }
}

/// A panic inside a closure that the user has given to a fault.
#[derive(Clone, Debug)]
pub(crate) struct UserPanic {
    closure: UserClosure,
    text: String,
}

impl UserPanic {
    /// What the caller is answered: an error no AWS service knows, with HTTP status 500.
    pub(crate) fn error(&self) -> ServiceError {
        let message = format!("{} panicked: {}", self.subject(), self.text);
        ServiceError::known("MockPanic", message).with_status(500)
    }

    /// `a predicate`, for the first line of a report.
    pub(crate) fn subject(&self) -> &'static str {
        self.closure.method.subject()
    }

    pub(crate) fn fault(&self) -> &FaultName {
        &self.closure.fault
    }

    /// Where `inject` was called.
    pub(crate) fn injected(&self) -> &'static Location<'static> {
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
