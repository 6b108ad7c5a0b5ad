//! The handle: what a test does with a mock, in the order in which it does it.
//!
//! Every file but the last few is an `impl` block of [`MockCognitoIdentity`] with methods of one
//! purpose. The documentation lists the blocks in the order of these declarations.

// Starting, connecting.
mod builder;
mod connect;

// Arranging.
mod fixtures;

// Injecting faults.
mod inject;

// Observing.
mod calls;

// Asserting.
mod assertions;

// Ending.
mod mock;

// What the methods use.
mod client;
mod fault_guard;
mod pool_seed;
mod wait;

pub use builder::Builder;
pub use fault_guard::FaultGuard;
pub use mock::MockCognitoIdentity;
pub use pool_seed::{PoolSeed, SeededPool};
