//! Collects the constraints that an input breaks, and words them as the service does.
//!
//! Owns the grammar of `N validation errors detected: …` and the order of its items. Knows
//! nothing of JSON: it is shown values as they are decoded. As long as a value complies, nothing
//! is allocated and no path is written out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Display, Write as _};

use super::shapes::{Bounds, List, Map, Rule, Shape, Text};
use crate::error::ServiceError;

/// Where in the input a value stands: a list that lives on the stack of the decoder.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    Input,
    Member(&'a Self, &'static str),
    /// The place counts from 1.
    Element(&'a Self, usize),
    Entry(&'a Self, &'a str),
}

/// AWS: `roleMappings.<key>.member.rulesConfiguration.rules.1.member.matchType` (2026-09).
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

/// What was found wrong with one input.
#[derive(Debug, Default)]
pub(super) struct Violations {
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    /// The member, of the structure being read, that the item belongs to.
    member: usize,
    text: String,
}

impl Violations {
    /// A mark for [`assign`](Self::assign) and [`sort`](Self::sort).
    pub(super) fn count(&self) -> usize {
        self.items.len()
    }

    /// Says that the items since `mark` came from this member of the structure being read.
    pub(super) fn assign(&mut self, mark: usize, member: usize) {
        for item in &mut self.items[mark..] {
            item.member = member;
        }
    }

    /// Puts the items since `mark`, those of one structure, in the order of its members.
    ///
    /// Approximation: the reverse of the model's order. In the one sample, `logins` comes before
    /// `identityId` (2019-03).
    pub(super) fn sort(&mut self, mark: usize) {
        self.items[mark..].sort_by_key(|item| Reverse(item.member));
    }

    /// AWS: the one rule whose value has no quotes around it.
    pub(super) fn missing(&mut self, path: Path<'_>, member: usize) {
        let mark = self.count();
        self.push(format_args!("null"), path, Rule::NotNull);
        self.assign(mark, member);
    }

    pub(super) fn text(&mut self, path: Path<'_>, text: &Text, value: &str) {
        for rule in text.broken_by(value) {
            self.push(format_args!("'{value}'"), path, rule);
        }
    }

    pub(super) fn number(&mut self, path: Path<'_>, bounds: Bounds, value: i64) {
        if let Some(rule) = bounds.broken_by_value(value) {
            self.push(format_args!("'{value}'"), path, rule);
        }
    }

    /// Checks a list of strings: its size, then its elements.
    pub(super) fn strings(&mut self, path: Path<'_>, list: &List, values: &[String]) {
        let shown = Listed(values);
        self.size(path, list.size, values.len(), &shown);
        if let Shape::Text(element) = list.member
            && !values.iter().all(|value| element.admits(value))
        {
            let rules = AllOf(element);
            let rule = format_args!("Member must satisfy constraint: {rules}");
            self.push(format_args!("'{shown}'"), path, rule);
        }
    }

    /// Checks a map from strings to strings: its size, then its keys, then its values.
    pub(super) fn string_map(
        &mut self,
        path: Path<'_>,
        map: &Map,
        entries: &HashMap<String, String>,
    ) {
        let shown = Mapped(|| entries.iter().collect());
        self.size(path, map.size, entries.len(), &shown);
        self.keys(path, map, entries.keys(), &shown);
        if let Shape::Text(value) = map.value
            && !entries.values().all(|entry| value.admits(entry))
        {
            let rules = AllOf(value);
            let rule = format_args!("Map value must satisfy constraint: {rules}");
            self.push(format_args!("'{shown}'"), path, rule);
        }
    }

    /// Checks the size of a list of structures. Those were checked one by one.
    pub(super) fn structures(&mut self, path: Path<'_>, list: &List, count: usize) {
        // Approximation: structures show as their names; what Java's `toString` makes of them
        // is not known.
        let shown = fmt::from_fn(|f| write!(f, "{}", Listed(&vec![name(list.member); count])));
        self.size(path, list.size, count, &shown);
    }

    /// Checks the size and the keys of a map to structures. Those were checked one by one.
    pub(super) fn structure_map(&mut self, path: Path<'_>, map: &Map, keys: &BTreeSet<String>) {
        let shown = Mapped(|| keys.iter().map(|key| (key, name(map.value))).collect());
        self.size(path, map.size, keys.len(), &shown);
        self.keys(path, map, keys, &shown);
    }

    fn size(&mut self, path: Path<'_>, bounds: Bounds, count: usize, shown: &impl Display) {
        if let Some(rule) = bounds.broken_by_length(count) {
            self.push(format_args!("'{shown}'"), path, rule);
        }
    }

    fn keys<'a>(
        &mut self,
        path: Path<'_>,
        map: &Map,
        keys: impl IntoIterator<Item = &'a String>,
        shown: &impl Display,
    ) {
        if let Shape::Text(key) = map.key
            && !keys.into_iter().all(|entry| key.admits(entry))
        {
            let rules = AllOf(key);
            let rule = format_args!("Map keys must satisfy constraint: {rules}");
            self.push(format_args!("'{shown}'"), path, rule);
        }
    }

    fn push(&mut self, value: impl Display, path: Path<'_>, rule: impl Display) {
        self.items.push(Item {
            member: 0,
            text: format!("Value {value} at '{path}' failed to satisfy constraint: {rule}"),
        });
    }

    /// All items as one error, if there are any.
    pub(super) fn into_error(self) -> Option<ServiceError> {
        let count = self.items.len();
        if count == 0 {
            return None;
        }
        let plural = if count == 1 { "" } else { "s" };
        let mut message = format!("{count} validation error{plural} detected: ");
        for (index, item) in self.items.iter().enumerate() {
            message.push_str(if index == 0 { "" } else { "; " });
            message.push_str(&item.text);
        }
        Some(ServiceError::known("ValidationException", message))
    }
}

fn name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Structure(structure) => structure.name,
        Shape::Text(_)
        | Shape::Integer(_)
        | Shape::Long(_)
        | Shape::Boolean
        | Shape::List(_)
        | Shape::Map(_) => "",
    }
}

/// `[rule, rule]`
struct AllOf<'a>(&'a Text);

impl Display for AllOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bracketed(f, '[', ']', self.0.rules())
    }
}

/// `[a, b]`
struct Listed<'a, T>(&'a [T]);

impl<T: Display> Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bracketed(f, '[', ']', self.0)
    }
}

/// `{key=value, key2=value2}`, by key, so that a message is the same every time.
struct Mapped<F>(F);

impl<'a, V, F> Display for Mapped<F>
where
    V: Display + 'a,
    F: Fn() -> BTreeMap<&'a String, V>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = (self.0)();
        let entries = entries
            .iter()
            .map(|(key, value)| fmt::from_fn(move |f| write!(f, "{key}={value}")));
        bracketed(f, '{', '}', entries)
    }
}

fn bracketed(
    f: &mut fmt::Formatter<'_>,
    open: char,
    close: char,
    items: impl IntoIterator<Item = impl Display>,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, item) in items.into_iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write!(f, "{item}")?;
    }
    f.write_char(close)
}
