//! Suites that go through everything: a model of the engine, random inputs, load, and all errors.

mod engine_model;
mod error_catalogue;
mod fuzz;
mod soak;
