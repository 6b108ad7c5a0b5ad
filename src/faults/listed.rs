//! What the control routes need of faults: faults of operations that are named at run time, and a
//! list of those in force.

use std::panic::Location;
use std::sync::Arc;

use super::apply::Entry;
use super::fault::{Fault, Predicate, Target};
use super::injected::{InjectedFaults, index};
use super::matching::{FaultId, InjectedFault};
use crate::operation::{Operation, Request};

impl Fault {
    /// Limits the fault to calls of this operation whose input matches, as
    /// [`when`](Self::when) does.
    #[track_caller]
    pub(crate) fn when_called(
        mut self,
        operation: Operation,
        matches: Option<impl Fn(&Request) -> bool + Send + Sync + 'static>,
    ) -> Self {
        let mut target = Target::new(operation);
        let written = Location::caller();
        let predicate = matches.map(|matches| Predicate::new(matches, written));
        target.predicates.extend(predicate);
        self.targets.push(target);
        self
    }

    /// Whether calls of this operation can be affected at all.
    pub(crate) fn can_affect(&self, operation: Operation) -> bool {
        self.effect.can_affect(operation)
    }

    /// Whether its response can carry the header `x-amz-retry-after`.
    pub(crate) fn can_retry_after(&mut self) -> bool {
        self.effect.retry_after_mut().is_some()
    }
}

impl FaultId {
    /// The id of the fault with this number.
    pub(crate) fn of_number(number: usize) -> Self {
        Self(number)
    }
}

impl InjectedFaults {
    /// The faults in force, in the order they were injected.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let entries = self.entries.iter();
        entries.map(|entry| Listed::new(entry, self.seed)).collect()
    }

    /// The fault with this id, if it is in force.
    pub(crate) fn listed(&self, id: FaultId) -> Option<Listed> {
        let index = index(&self.entries, id)?;
        Some(Listed::new(&self.entries[index], self.seed))
    }
}

/// A fault in force, and how often it has fired.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// The fault itself, so that what its closures own is not dropped under the lock.
    fault: Arc<InjectedFault>,
    pub(crate) name: Option<String>,
    /// `throttle on GetId, up to 2 times`
    pub(crate) description: String,
    /// `at least once`
    pub(crate) expected: String,
    pub(crate) fired: u64,
    pub(crate) met: bool,
}

impl Listed {
    pub(super) fn new(entry: &Entry, seed: u64) -> Self {
        let facts = entry.facts(seed);
        let fault = &entry.fault;
        Self {
            fault: Arc::clone(fault),
            name: fault.fault.name.as_deref().map(str::to_owned),
            description: facts.description(),
            expected: fault.expected().to_string(),
            fired: fault.fired(),
            met: entry.unmet(seed).is_none(),
        }
    }

    /// The number of the fault in the order of injection, counted from 1.
    pub(crate) fn number(&self) -> u64 {
        self.fault.id().0 as u64
    }
}
