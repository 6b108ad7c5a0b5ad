//! Suites that cover a whole space instead of single cases: random sequences of operations against
//! a model, random inputs, and load. They can run at length on demand; each says how.

mod engine_model;
mod fuzz;
mod soak;
