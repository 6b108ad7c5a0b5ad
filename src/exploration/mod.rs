//! Runs code again and again, each time with one fault at one call, and reports what the code did.
//!
//! The user describes the code with [`Exploration`]. One run, from a new mock to the facts about
//! what happened, is in `observe.rs`; what each single use of the code does is in `usage.rs`.
//! `plan.rs` decides which runs there are. The rules in `rules/` compare the facts of a run with
//! those of the baseline, the run without a fault. What they find is grouped in `findings.rs` and
//! printed by `report.rs`.
//!
//! This module is made of the public parts of the crate, and no other module knows of it.

mod builder;
mod code;
mod cognito_state;
mod default_faults;
mod findings;
mod misuse;
mod observe;
mod panics;
mod plan;
mod report;
mod rules;
mod run;
mod seen_call;
mod strike;
mod table;
mod usage;

pub use builder::Exploration;
pub use cognito_state::Leftover;
pub use findings::{Finding, FindingKind};
pub use report::Report;
pub use run::Run;
pub use strike::{Cancel, Crash, Strike};
