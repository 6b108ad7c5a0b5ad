//! Shapes of the model with their constraints, and the check of a single value.
//!
//! The table in [`constraints`](super::constraints) is made of [`Shape`]s, and each [`Rule`] has the
//! service's wording. Nothing here knows JSON or the place of a value in the input.

use std::fmt;
use std::ops::RangeInclusive;

use super::pattern::Pattern;

/// A shape of the model, with its constraints.
#[derive(Debug)]
pub(crate) enum Shape {
    Text(Text),
    Integer(Bounds),
    Long(Bounds),
    Boolean,
    List(List),
    Map(Map),
    Structure(Structure),
}

impl Shape {
    pub(in crate::wire) const fn text(length: RangeInclusive<i64>) -> Self {
        Self::Text(Text {
            length: Bounds::within(length),
            pattern: None,
            values: &[],
            is_sensitive: false,
        })
    }

    /// A text that must not be printed.
    pub(in crate::wire) const fn sensitive_text(length: RangeInclusive<i64>) -> Self {
        Self::Text(Text {
            length: Bounds::within(length),
            pattern: None,
            values: &[],
            is_sensitive: true,
        })
    }

    pub(in crate::wire) const fn pattern(
        length: RangeInclusive<i64>,
        source: &'static str,
    ) -> Self {
        Self::Text(Text {
            length: Bounds::within(length),
            pattern: Some(Pattern::new(source)),
            values: &[],
            is_sensitive: false,
        })
    }

    pub(in crate::wire) const fn one_of(values: &'static [&'static str]) -> Self {
        Self::Text(Text {
            length: Bounds::NONE,
            pattern: None,
            values,
            is_sensitive: false,
        })
    }

    pub(in crate::wire) const fn list(member: &'static Self, size: Bounds) -> Self {
        Self::List(List { member, size })
    }

    pub(in crate::wire) const fn map(
        key: &'static Self,
        value: &'static Self,
        size: Bounds,
    ) -> Self {
        Self::Map(Map { key, value, size })
    }

    pub(in crate::wire) const fn structure(name: &'static str, members: &'static [Member]) -> Self {
        Self::Structure(Structure { name, members })
    }
}

/// A string, or an enumeration if there are `values`.
#[derive(Debug)]
pub(crate) struct Text {
    pub(in crate::wire) length: Bounds,
    pub(in crate::wire) pattern: Option<Pattern>,
    pub(in crate::wire) values: &'static [&'static str],
    pub(in crate::wire) is_sensitive: bool,
}

#[derive(Debug)]
pub(crate) struct List {
    pub(in crate::wire) member: &'static Shape,
    pub(in crate::wire) size: Bounds,
}

#[derive(Debug)]
pub(crate) struct Map {
    pub(in crate::wire) key: &'static Shape,
    pub(in crate::wire) value: &'static Shape,
    pub(in crate::wire) size: Bounds,
}

/// A structure. Its members are in the order of the SDK's `member_index()`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Structure {
    pub(in crate::wire) name: &'static str,
    pub(in crate::wire) members: &'static [Member],
}

impl Structure {
    pub(in crate::wire) const fn new(name: &'static str, members: &'static [Member]) -> Self {
        Self { name, members }
    }

    /// Whether a member has this name.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.name == name)
    }

    /// The position in `members` of a member that the SDK knows as `index` and `name`.
    ///
    /// The index is nearly always the position. The name decides, so that constraints stay with
    /// their members if a newer SDK inserts a member.
    pub(in crate::wire) fn position(
        &self,
        index: Option<usize>,
        name: Option<&str>,
    ) -> Option<usize> {
        let (index, name) = (index?, name?);
        match self.members.get(index) {
            Some(member) if member.name == name => Some(index),
            _ => self.members.iter().position(|member| member.name == name),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(in crate::wire) name: &'static str,
    pub(in crate::wire) required: bool,
    pub(in crate::wire) shape: &'static Shape,
}

impl Member {
    pub(in crate::wire) const fn required(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            required: true,
            shape,
        }
    }

    pub(in crate::wire) const fn optional(name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            required: false,
            shape,
        }
    }
}

/// Inclusive limits of a length, a size or a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(in crate::wire) min: Option<i64>,
    pub(in crate::wire) max: Option<i64>,
}

impl Bounds {
    pub(in crate::wire) const NONE: Self = Self {
        min: None,
        max: None,
    };

    pub(in crate::wire) const fn within(range: RangeInclusive<i64>) -> Self {
        Self {
            min: Some(*range.start()),
            max: Some(*range.end()),
        }
    }

    pub(in crate::wire) const fn at_most(max: i64) -> Self {
        Self {
            min: None,
            max: Some(max),
        }
    }

    /// The limit that a number exceeds. No number exceeds both.
    pub(in crate::wire) fn broken_by_value(self, value: i64) -> Option<Rule> {
        let above = self.max.filter(|max| value > *max).map(Rule::MaxValue);
        above.or_else(|| self.min.filter(|min| value < *min).map(Rule::MinValue))
    }

    /// The limit that a length exceeds.
    pub(in crate::wire) fn broken_by_length(self, length: usize) -> Option<Rule> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let above = self.max.filter(|max| length > *max).map(Rule::MaxLength);
        above.or_else(|| self.min.filter(|min| length < *min).map(Rule::MinLength))
    }
}

impl Text {
    /// All rules of the text.
    // AWS [V5]: listed as maximum, minimum, pattern (2015, 2019, 2026).
    pub(in crate::wire) fn rules(&self) -> impl Iterator<Item = Rule> {
        let rules = [
            self.length.max.map(Rule::MaxLength),
            self.length.min.map(Rule::MinLength),
            self.pattern
                .as_ref()
                .map(|pattern| Rule::Pattern(pattern.source)),
            (!self.values.is_empty()).then_some(Rule::OneOf(self.values)),
        ];
        rules.into_iter().flatten()
    }

    /// The rules that `value` breaks.
    // AWS [V4]: a length before a pattern (2019-03).
    pub(in crate::wire) fn broken_by(&self, value: &str) -> impl Iterator<Item = Rule> {
        let pattern = self.pattern.as_ref();
        let rules = [
            self.length.broken_by_length(length(value)),
            pattern
                .filter(|pattern| !pattern.matches(value))
                .map(|pattern| Rule::Pattern(pattern.source)),
            (!self.values.is_empty() && !self.values.contains(&value))
                .then_some(Rule::OneOf(self.values)),
        ];
        rules.into_iter().flatten()
    }
}

/// The length in UTF-16 code units, as Java counts it.
pub(super) fn length(value: &str) -> usize {
    if value.is_ascii() {
        value.len()
    } else {
        value.encode_utf16().count()
    }
}

/// A single constraint. Its `Display` is the service's wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire) enum Rule {
    NotNull,
    MaxLength(i64),
    MinLength(i64),
    MaxValue(i64),
    MinValue(i64),
    Pattern(&'static str),
    OneOf(&'static [&'static str]),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => f.write_str("Member must not be null"),
            Self::MaxLength(max) => {
                write!(f, "Member must have length less than or equal to {max}")
            }
            Self::MinLength(min) => {
                write!(f, "Member must have length greater than or equal to {min}")
            }
            Self::MaxValue(max) => write!(f, "Member must have value less than or equal to {max}"),
            Self::MinValue(min) => {
                write!(f, "Member must have value greater than or equal to {min}")
            }
            Self::Pattern(source) => {
                write!(
                    f,
                    "Member must satisfy regular expression pattern: {source}"
                )
            }
            Self::OneOf(values) => {
                f.write_str("Member must satisfy enum value set: [")?;
                // AWS [V7]: the order inside the brackets is not stable. The reverse of the model's
                // is one of the two that were seen (2026-09).
                for (index, value) in values.iter().rev().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    f.write_str(value)?;
                }
                f.write_str("]")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shape: &Shape) -> &Text {
        let Shape::Text(text) = shape else {
            panic!("{shape:?} is not a text");
        };
        text
    }

    #[test]
    fn bounds_are_inclusive() {
        let bounds = Bounds::within(2..=4);

        for (value, broken) in [
            (1, Some(Rule::MinValue(2))),
            (2, None),
            (4, None),
            (5, Some(Rule::MaxValue(4))),
        ] {
            assert_eq!(bounds.broken_by_value(value), broken, "{value}");
        }
        for (length, broken) in [
            (1, Some(Rule::MinLength(2))),
            (2, None),
            (4, None),
            (5, Some(Rule::MaxLength(4))),
        ] {
            assert_eq!(bounds.broken_by_length(length), broken, "{length}");
        }
        assert_eq!(Bounds::at_most(1).broken_by_length(0), None);
        assert_eq!(
            Bounds::at_most(1).broken_by_length(2),
            Some(Rule::MaxLength(1))
        );
        assert_eq!(Bounds::NONE.broken_by_length(usize::MAX), None);
        assert_eq!(Bounds::NONE.broken_by_value(i64::MIN), None);
    }

    fn admits(shape: &Shape, value: &str) -> bool {
        text(shape).broken_by(value).next().is_none()
    }

    #[test]
    fn lengths_count_utf_16_units() {
        let shape = Shape::text(1..=2);

        assert!(admits(&shape, "äß"));
        assert!(admits(&shape, "😀"));
        assert!(!admits(&shape, "😀a"));
    }

    #[test]
    fn patterns_match_the_whole_value_and_have_the_ascii_classes_of_java() {
        let word = Shape::pattern(1..=9, r"[\w-]+");
        let blank = Shape::pattern(1..=9, r"[\w\s]+");
        let solid = Shape::pattern(1..=9, r"[\S]+");

        assert!(admits(&word, "a_1-Z"));
        assert!(!admits(&word, "a b"));
        assert!(!admits(&word, "ä"));
        assert!(!admits(&word, "a\n"));
        assert!(!admits(&word, "\u{661}"));
        assert!(admits(&blank, "a\u{b} \t\n"));
        assert!(!admits(&blank, "a\u{a0}"));
        assert!(admits(&solid, "ä\u{a0}"));
        assert!(!admits(&solid, "ä b"));
    }

    #[test]
    fn unicode_classes_match_unicode() {
        let shape = Shape::pattern(1..=64, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");

        assert!(admits(&shape, "cognito:groups"));
        assert!(admits(&shape, "größe€"));
        assert!(!admits(&shape, "two words"));
    }

    #[test]
    fn a_member_is_found_by_name_if_its_index_has_changed() {
        static BOOLEAN: Shape = Shape::Boolean;
        static STRUCTURE: Structure = Structure {
            name: "S",
            members: &[
                Member::optional("A", &BOOLEAN),
                Member::optional("B", &BOOLEAN),
            ],
        };

        assert_eq!(STRUCTURE.position(Some(1), Some("B")), Some(1));
        assert_eq!(STRUCTURE.position(Some(2), Some("B")), Some(1));
        assert_eq!(STRUCTURE.position(Some(1), Some("New")), None);
        assert_eq!(STRUCTURE.position(None, None), None);
    }
}
