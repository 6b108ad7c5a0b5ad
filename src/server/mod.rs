//! [`MockCognitoIdentity`], the handle with which a test controls its mock.
//!
//! Its methods are grouped by purpose, with one file and one `impl` block for each purpose. The
//! groups are in the order in which a test needs them, and rustdoc lists the blocks in the order of
//! these declarations.

// Starting.
mod builder;
#[cfg(feature = "server")]
mod control_routes;
mod start;

// Connecting.
mod connect;

// Working among other services.
mod other_services;

// Arranging.
mod fixtures;
mod state;

// Injecting faults.
mod inject;

// Observing.
mod calls;

// Asserting.
mod assertions;

// Ending.
mod mock;

// Types and functions that the methods use.
mod client;
mod fault_guard;
mod login_provider;
mod pool_seed;
mod seed_inputs;
mod seeded_pool;
mod wait;

pub use builder::Builder;
pub use fault_guard::FaultGuard;
pub use mock::MockCognitoIdentity;
pub use pool_seed::PoolSeed;
pub use seeded_pool::SeededPool;
