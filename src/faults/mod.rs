//! Fault injection: what goes wrong on purpose, for which calls, how often.
//!
//! A [`Fault`] is a value that the user builds, and [`InjectedFaults`] holds the faults in force.
//! The service handles a call in three steps. It takes a [`Snapshot`] of the faults under the lock.
//! It finds the [`Matches`] outside the lock, because the user's predicates run there. It applies
//! the matching faults under the lock again, which charges their budgets. The result is
//! [`Applied`](apply::Applied), data that the service carries out.
//!
//! This module knows nothing of the engine and never waits for time to pass.

mod apply;
mod counters;
mod effect;
mod fault;
mod hold;
mod injected;
#[cfg(feature = "server")]
mod listed;
mod matching;
mod place;
mod sampling;
mod scope;
mod user_closure;

pub(crate) use apply::Ending;
pub(crate) use counters::{Counters, Unmet};
pub(crate) use effect::{Damage, Replacement};
pub use fault::Fault;
pub(crate) use fault::FaultName;
pub(crate) use hold::Gate;
pub(crate) use injected::InjectedFaults;
#[cfg(feature = "server")]
pub(crate) use listed::Listed;
#[cfg(feature = "server")]
pub(crate) use matching::FaultId;
pub(crate) use matching::{InjectedFault, Matches, Snapshot, UserPanic};
#[cfg(feature = "server")]
pub(crate) use place::Place;
pub(crate) use user_closure::UserClosure;
