//! `Exploration`, from outside: planted bugs and what is found of them, the text of the report, the
//! settings, and mistakes of users.

mod bugs;
mod report;
mod support;
