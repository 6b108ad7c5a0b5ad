//! An input of the SDK as a flat list of printable fields, so that one printer and one comparison
//! serve all operations.

mod field;
mod flatten;

pub(crate) use field::{Field, Fields, Value};
pub(crate) use flatten::flatten;
