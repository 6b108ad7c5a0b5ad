//! JSON documents that people write: reading them strictly, and writing them.
//!
//! A mistake in such a document is reported with the JSON path of the member that is wrong and with
//! what is expected there. Unknown members are mistakes, because a misspelt one would do nothing.

mod json;
mod reader;

pub(crate) use json::Json;
pub(crate) use reader::{Members, Mistake, Reader, parse};
