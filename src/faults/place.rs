//! Where a fault was injected, as messages name it.

use std::fmt;
use std::panic::Location;

/// The place that injected a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line of the test.
    Line(&'static Location<'static>),
    /// A control route, by its method and path.
    #[cfg(feature = "server")]
    Route(&'static str),
}

impl From<&'static Location<'static>> for Place {
    fn from(line: &'static Location<'static>) -> Self {
        Self::Line(line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => line.fmt(f),
            #[cfg(feature = "server")]
            Self::Route(route) => f.write_str(route),
        }
    }
}
