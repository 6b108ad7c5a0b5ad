//! Suites that go through everything: a model of the engine, random inputs, and load.

mod engine_model;
mod fuzz;
mod soak;
