#![allow(dead_code)]
mod clock;
mod engine;
mod error;
mod token;
