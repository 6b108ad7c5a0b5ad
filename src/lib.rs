#![doc = include_str!("../README.md")]

mod call;
mod clock;
#[cfg(feature = "server")]
mod command;
#[cfg(feature = "server")]
mod control;
mod document;
mod engine;
mod error;
mod explain;
#[cfg(feature = "exploration")]
mod exploration;
mod faults;
mod fields;
mod login_token;
mod operation;
mod recorder;
mod redact;
mod report;
mod server;
mod service;
mod sliding_window;
mod state_document;
mod summary;
mod times;
mod token;
mod transport;
mod wire;
mod xml;

// The public API.

// The mock.
pub use server::{Builder, MockCognitoIdentity};

// What the code under test will find.
pub use engine::{Engine, IssuedCredentials};
pub use login_token::LoginToken;
pub use server::{PoolSeed, SeededPool};

// What goes wrong.
pub use error::ServiceError;
pub use faults::Fault;
pub use server::FaultGuard;

// What was called.
pub use call::{Call, Outcome};
pub use operation::{Operation, Request, SdkOperation};
pub use report::{Timeline, Transcript};
pub use times::{IntoTimes, Times};

// Time.
pub use clock::Clock;

// Every fault at every call.
#[cfg(feature = "exploration")]
pub use exploration::{
    Cancel, Crash, Exploration, Finding, FindingKind, Leftover, Report, Run, Strike,
};
// The command `mock-cognito-identity`, whose binary only calls this function.
#[cfg(feature = "server")]
#[doc(hidden)]
pub use command::run as run_command;

/// Guides to common tasks. This module contains documentation only.
#[cfg(any(doc, doctest))]
pub mod guides {
    #[doc = include_str!("docs/faults.md")]
    pub mod faults_and_retries {}
    #[cfg(feature = "exploration")]
    #[doc = include_str!("docs/exploring.md")]
    pub mod exploring {}
    #[doc = include_str!("docs/errors.md")]
    pub mod errors {}
    #[doc = include_str!("docs/time.md")]
    pub mod time {}
    #[doc = include_str!("docs/sharing.md")]
    pub mod sharing {}
    #[doc = include_str!("docs/injecting.md")]
    pub mod injecting {}
    #[doc = include_str!("docs/tokens.md")]
    pub mod tokens {}
    #[doc = include_str!("docs/state.md")]
    pub mod state {}
    #[doc = include_str!("docs/tracing.md")]
    pub mod tracing {}
    // The blocks of these two need crates that are no dev-dependencies; `tests/services` compiles
    // them, and runs those that are not `no_run`.
    #[cfg(not(doctest))]
    #[doc = include_str!("docs/cookbook.md")]
    pub mod cookbook {}
    #[cfg(not(doctest))]
    #[doc = include_str!("docs/migrating.md")]
    pub mod migrating {}
    #[doc = include_str!("docs/other_languages.md")]
    pub mod other_languages {}
}
