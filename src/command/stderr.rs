//! Lines on standard error.

use std::io::{self, Write};

/// Prints a line on standard error.
pub(super) fn say(line: &str) {
    // The mock serves even if nobody reads this.
    let _ = writeln!(io::stderr(), "{line}");
}
