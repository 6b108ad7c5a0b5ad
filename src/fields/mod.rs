//! An input of the SDK as a flat list of printable fields.

mod field;
mod flatten;

pub(crate) use field::{Flat, INDENT, Row, Rows, Value, widest};
pub(crate) use flatten::flatten;
