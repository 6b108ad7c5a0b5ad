//! Suites that go through everything: the imports of the source, a model of the engine, random
//! inputs, and load.

mod architecture;
mod engine_model;
mod fuzz;
mod soak;
mod transcripts;
