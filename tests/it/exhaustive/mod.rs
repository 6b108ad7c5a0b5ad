//! Suites that cover a whole space instead of single cases: the imports of the source, random
//! sequences of operations against a model, random inputs, and load. Those that take long run at
//! length on demand; each says how.

mod architecture;
mod coverage;
mod engine_model;
mod errors_guide;
mod evidence;
mod fuzz;
mod soak;
mod transcripts;
