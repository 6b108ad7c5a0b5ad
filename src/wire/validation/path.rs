//! Where a value is in an input.

use std::fmt::{self, Display};

use crate::explain::quoted;

/// The place of a value in the input, as a linked list on the stack of the decoder.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) enum Path<'a> {
    Input,
    Member(&'a Self, &'static str),
    /// An element of a list. The first one is 1.
    Element(&'a Self, usize),
    Entry(&'a Self, &'a str),
}

// AWS [V3]: `roleMappings.<key>.member.rulesConfiguration.rules.1.member.matchType` (2026-09).
impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => Ok(()),
            Self::Member(parent, name) => {
                if !matches!(parent, Self::Input) {
                    write!(f, "{parent}.")?;
                }
                let (first, rest) = name.split_at(1);
                write!(f, "{}{rest}", first.to_ascii_lowercase())
            }
            Self::Element(parent, place) => write!(f, "{parent}.{place}.member"),
            Self::Entry(parent, key) => write!(f, "{parent}.{key}.member"),
        }
    }
}

/// A path as call logs write it, such as `Logins["accounts.google.com"]`.
#[derive(Clone, Copy)]
pub(super) struct Place<'a>(pub(super) Path<'a>);

impl Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Path::Input => f.write_str("the body"),
            Path::Member(Path::Input, name) => f.write_str(name),
            Path::Member(parent, name) => write!(f, "{}.{name}", Place(*parent)),
            Path::Element(parent, place) => write!(f, "{}[{}]", Place(*parent), place - 1),
            Path::Entry(parent, key) => write!(f, "{}[{}]", Place(*parent), quoted(key)),
        }
    }
}
