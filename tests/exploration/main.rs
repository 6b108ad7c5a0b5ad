//! `Exploration`, from outside.

mod report;
mod support;
