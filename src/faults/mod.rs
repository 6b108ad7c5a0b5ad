//! Fault injection: what can go wrong on purpose, to which calls, how often.
//!
//! A [`Fault`] is a value the user makes. [`InjectedFaults`] holds those in force and decides, in
//! three steps, which of them a call meets: a `Snapshot` taken under the lock, `Matches`
//! found outside it because the user's predicates run there, and a [`Strike`] that charges
//! budgets under the lock again. What happens is an [`Effect`], data that the service carries
//! out. Nothing in here knows of HTTP, of the engine or of waiting for real time to pass.

mod draw;
mod effect;
mod fault;
mod gate;
mod injected;
mod matching;
mod scope;
mod strike;
mod tally;
mod user_closure;

pub(crate) use effect::Effect;
pub use fault::Fault;
pub(crate) use gate::Gate;
pub(crate) use injected::InjectedFaults;
pub(crate) use matching::{FaultId, FaultName, InjectedFault, UserPanic};
pub(crate) use strike::{Strike, Struck};
pub(crate) use tally::{Tally, Unmet};
pub(crate) use user_closure::UserClosure;
