//! `Exploration`, from outside: planted bugs and what is found of them, the text of the report, the
//! settings, and mistakes of users.

mod bugs;
mod misuse;
mod panics;
mod report;
mod settings;
mod support;
