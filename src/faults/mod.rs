//! Fault injection: what goes wrong on purpose, for which calls, how often.
//!
//! A [`Fault`] is a value that the user makes. [`InjectedFaults`] holds those in force. A call
//! meets them in three steps: a `Snapshot` is taken under the lock, [`Matches`] are found outside
//! it because the user's predicates run there, and the faults are applied under the lock again,
//! which charges their budgets. What comes of it is [`Applied`], data that the service carries out.
//! Nothing in here knows the engine or waits for time to pass.

mod counters;
mod effect;
mod fault;
mod gate;
mod injected;
mod matching;
mod sampling;
mod scope;
mod user_closure;

pub(crate) use counters::Unmet;
pub(crate) use effect::{Damage, Replacement};
pub use fault::Fault;
pub(crate) use fault::FaultName;
pub(crate) use gate::Gate;
pub(crate) use injected::{Ending, InjectedFaults};
pub(crate) use matching::{InjectedFault, Matches, Snapshot, UserPanic};
pub(crate) use user_closure::UserClosure;
