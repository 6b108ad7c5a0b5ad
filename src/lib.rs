#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod client;
mod clock;
mod engine;
mod error;
mod faults;
mod liveness;
mod loan;
mod login;
mod operation;
mod quotas;
mod race;
mod recorder;
mod redact;
mod reply;
mod report;
mod seed;
mod server;
mod service;
mod times;
mod token;
mod trace;
mod transport;
mod underway;
mod wire;
mod xml;

// The public interface is:

// the server
pub use builder::Builder;
pub use server::MockCognitoIdentity;

// what the code under test will find
pub use engine::{Engine, IssuedCredentials};
pub use login::LoginToken;
pub use seed::{PoolSeed, SeededPool};

// what goes wrong
pub use error::ServiceError;
pub use faults::{Fault, FaultGuard};

// what was called
pub use call::{Call, Outcome};
pub use operation::{Operation, Request, SdkOperation};
pub use report::Timeline;
pub use times::Times;

// time
pub use clock::Clock;

/// Guides: how to do things, with more words than a method has. Nothing to call.
#[cfg(any(doc, doctest))]
pub mod guides {
    #[doc = include_str!("docs/faults.md")]
    pub mod faults_and_retries {}
    #[doc = include_str!("docs/time.md")]
    pub mod time {}
    #[doc = include_str!("docs/sharing.md")]
    pub mod sharing {}
    #[doc = include_str!("docs/injecting.md")]
    pub mod injecting {}
    #[doc = include_str!("docs/tokens.md")]
    pub mod tokens {}
}
