//! Collects the constraints that an input breaks, and words them as the service does.
//!
//! Owns the grammar of `N validation errors detected: …` and the order of its items. Knows
//! nothing of JSON: it is shown values as they are decoded. As long as a value complies, nothing
//! is allocated and no path is written out.

pub(crate) mod constraints;
pub(in crate::wire) mod deserializer;
pub(in crate::wire) mod shape;
mod type_error;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Write as _};

use self::shape::{Bounds, List, Map, Rule, Shape, Text};
use crate::error::ServiceError;

/// Where in the input a value stands: a list that lives on the stack of the decoder.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) enum Path<'a> {
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

/// How many bytes the items of one message may have together.
///
/// Every item writes out the path to its value, so that without a limit a message is as long as
/// the number of items times the length of a key.
/// Approximation: the limit of AWS is not known.
const LONGEST: usize = 64 * 1024;

/// Stands between two items.
const SEPARATOR: &str = "; ";

/// Marks where a message was cut off.
const CUT: char = '…';

/// What was found wrong with one input.
#[derive(Debug, Default)]
pub(in crate::wire) struct Violations {
    items: Vec<Item>,
    /// The bytes of all items, with what stands between them.
    length: usize,
    /// How many further violations there are whose items found no room. As long as it is not
    /// zero, violations are counted and not written out, which makes each of them cheap.
    untold: usize,
}

#[derive(Debug)]
struct Item {
    /// The member, of the container being read, that the item belongs to.
    member: usize,
    text: String,
}

impl Item {
    /// The bytes that it takes of the message.
    fn length(&self) -> usize {
        self.text.len() + SEPARATOR.len()
    }
}

/// The keys of a map to structures, with the number of the entry that each stands for.
pub(in crate::wire) type Keys = BTreeMap<String, usize>;

/// Where in [`Violations`] those of one value begin.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) struct Mark {
    told: usize,
    untold: usize,
}

/// Tells the violations of one container apart by the member or entry that they came from.
#[derive(Debug)]
pub(in crate::wire) struct Group {
    first: usize,
    /// Only of the members that broke something, so that nothing is allocated for a good input.
    tallies: BTreeMap<usize, Tally>,
}

/// How many violations a member has.
#[derive(Debug)]
struct Tally {
    told: usize,
    untold: usize,
}

impl Violations {
    /// Begins the group of a structure or a map, whose members are read from now on.
    pub(in crate::wire) fn group(&self) -> Group {
        Group {
            first: self.items.len(),
            tallies: BTreeMap::new(),
        }
    }

    /// Begins the value of a member, for [`assign`](Self::assign).
    pub(in crate::wire) fn mark(&self) -> Mark {
        Mark {
            told: self.items.len(),
            untold: self.untold,
        }
    }

    /// Says that the violations since `mark` came from this member of the container being read.
    pub(in crate::wire) fn assign(&mut self, group: &mut Group, mark: Mark, member: usize) {
        let tally = Tally {
            told: self.items.len() - mark.told,
            untold: self.untold - mark.untold,
        };
        if tally.told + tally.untold > 0 {
            for item in &mut self.items[mark.told..] {
                item.member = member;
            }
            group.tallies.insert(member, tally);
        }
    }

    /// Takes back what a member broke, because it is about to be read again.
    pub(in crate::wire) fn withdraw(&mut self, group: &mut Group, member: usize) {
        let Some(tally) = group.tallies.remove(&member) else {
            return;
        };
        self.untold -= tally.untold;
        // Only where there is something to remove, so that its cost is that of having added it.
        if tally.told > 0 {
            let removed = self
                .items
                .extract_if(group.first.., |item| item.member == member);
            self.length -= removed.map(|item| item.length()).sum::<usize>();
        }
    }

    /// Puts the items of a structure in the order of its members.
    ///
    /// Approximation: the reverse of the model's order. In the one sample, `logins` comes before
    /// `identityId` (2019-03).
    pub(in crate::wire) fn sort(&mut self, group: &Group) {
        self.items[group.first..].sort_by_key(|item| Reverse(item.member));
    }

    /// AWS: the one rule whose value has no quotes around it.
    pub(in crate::wire) fn missing(&mut self, path: Path<'_>, group: &mut Group, member: usize) {
        let mark = self.mark();
        self.push(format_args!("null"), path, Rule::NotNull);
        self.assign(group, mark, member);
    }

    pub(in crate::wire) fn text(&mut self, path: Path<'_>, text: &Text, value: &str) {
        for rule in text.broken_by(value) {
            self.push(format_args!("'{value}'"), path, rule);
        }
    }

    pub(in crate::wire) fn number(&mut self, path: Path<'_>, bounds: Bounds, value: i64) {
        if let Some(rule) = bounds.broken_by_value(value) {
            self.push(format_args!("'{value}'"), path, rule);
        }
    }

    /// Checks a list of strings: its size, then its elements.
    pub(in crate::wire) fn strings(&mut self, path: Path<'_>, list: &List, values: &[String]) {
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
    pub(in crate::wire) fn string_map(
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
    pub(in crate::wire) fn structures(&mut self, path: Path<'_>, list: &List, count: usize) {
        // Approximation: structures show as their names; what Java's `toString` makes of them
        // is not known.
        let shown =
            fmt::from_fn(|f| bracketed(f, '[', ']', std::iter::repeat_n(name(list.member), count)));
        self.size(path, list.size, count, &shown);
    }

    /// Checks the size and the keys of a map to structures. Those were checked one by one.
    pub(in crate::wire) fn structure_map(&mut self, path: Path<'_>, map: &Map, keys: &Keys) {
        let shown = Mapped(|| keys.keys().map(|key| (key, name(map.value))).collect());
        self.size(path, map.size, keys.len(), &shown);
        self.keys(path, map, keys.keys(), &shown);
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
        if self.untold > 0 {
            self.untold += 1;
            return;
        }
        let mut limited = Limited {
            text: String::new(),
            room: LONGEST.saturating_sub(self.length),
        };
        let written = write!(
            limited,
            "Value {value} at '{path}' failed to satisfy constraint: {rule}"
        );
        let mut text = limited.text;
        if written.is_err() {
            // One item is always told, as far as it fits.
            if !self.items.is_empty() {
                self.untold = 1;
                return;
            }
            text.push(CUT);
        }
        let item = Item { member: 0, text };
        self.length += item.length();
        self.items.push(item);
    }

    /// All items as one error, if there are any.
    ///
    /// The count at its beginning is that of all violations, whether or not there was room for
    /// their items.
    pub(in crate::wire) fn into_error(self) -> Option<ServiceError> {
        let count = self.items.len() + self.untold;
        if count == 0 {
            return None;
        }
        let plural = if count == 1 { "" } else { "s" };
        let mut message = format!("{count} validation error{plural} detected: ");
        for (index, item) in self.items.iter().enumerate() {
            message.push_str(if index == 0 { "" } else { SEPARATOR });
            message.push_str(&item.text);
        }
        if self.untold > 0 && !message.ends_with(CUT) {
            message.push_str(SEPARATOR);
            message.push(CUT);
        }
        Some(ServiceError::known("ValidationException", message))
    }
}

/// Takes a text as far as there is room for it, and then ends the writing with an error.
struct Limited {
    text: String,
    room: usize,
}

impl fmt::Write for Limited {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let end = piece.floor_char_boundary(self.room);
        self.text.push_str(&piece[..end]);
        self.room -= end;
        if end < piece.len() {
            return Err(fmt::Error);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::shape::Member;
    use super::*;

    static WORD: Shape = Shape::text(1..=3);

    fn text(shape: &Shape) -> &Text {
        let Shape::Text(text) = shape else {
            panic!("{shape:?} is no text")
        };
        text
    }

    /// The message for so many rules without a claim, under a key.
    fn message(rules: usize, key: &str) -> String {
        let mut violations = Violations::default();
        let mut group = violations.group();
        let entry = Path::Entry(&Path::Member(&Path::Input, "Map"), key);
        for place in 1..=rules {
            let rule = Path::Element(&entry, place);
            violations.missing(Path::Member(&rule, "Claim"), &mut group, 0);
        }
        let error = violations.into_error().unwrap();
        error.message().unwrap().to_owned()
    }

    #[test]
    fn the_length_of_a_message_depends_neither_on_paths_nor_on_their_number() {
        for (rules, key) in [(10_000, 10), (40_000, 20_000), (3, 40_000), (2, 1 << 20)] {
            let message = message(rules, &"k".repeat(key));

            let count = format!("{rules} validation errors detected: Value null at 'map.k");
            assert!(message.starts_with(&count), "{message:.80}");
            assert!(message.ends_with(CUT), "{rules} {key}");
            assert_eq!(message.matches(CUT).count(), 1, "{rules} {key}");
            assert!(message.len() < LONGEST + 100, "{rules} {key}");
        }
    }

    #[test]
    fn items_are_told_as_long_as_there_is_room() {
        let item = "Value null at 'map.k.member.1.member.claim' failed to satisfy constraint: Member must not be null";
        let all = LONGEST / (item.len() + SEPARATOR.len());

        // The places grow by digits.
        let whole = message(all - 20, "k");
        let cut = message(all + 1, "k");

        assert!(whole.ends_with("null") && whole.matches(SEPARATOR).count() == all - 21);
        assert!(cut.ends_with("null; …"), "{}", cut.len());
        assert_eq!(
            message(1, "k"),
            format!("1 validation error detected: {item}")
        );
    }

    #[test]
    fn a_text_is_cut_between_two_characters() {
        for padding in ["", "x", "xx", "xxx"] {
            let value = format!("{padding}{}", "😀".repeat(LONGEST));
            let mut violations = Violations::default();
            violations.text(Path::Member(&Path::Input, "Name"), text(&WORD), &value);

            let error = violations.into_error().unwrap();

            let message = error.message().unwrap();
            let start = format!("1 validation error detected: Value '{padding}😀");
            assert!(message.starts_with(&start) && message.ends_with("😀…"));
            assert!(message.len() < LONGEST + 100);
        }
    }

    #[test]
    fn a_list_of_structures_shows_their_name_for_each() {
        static STRUCTURE: Shape = Shape::structure("Thing", &[Member::optional("A", &WORD)]);
        static LIST: Shape = Shape::list(&STRUCTURE, Bounds::at_most(1));
        let Shape::List(list) = &LIST else {
            panic!("it is a list")
        };
        let mut violations = Violations::default();

        violations.structures(Path::Member(&Path::Input, "Things"), list, 2);

        assert_eq!(
            violations.into_error().unwrap().message(),
            Some(
                "1 validation error detected: Value '[Thing, Thing]' at 'things' failed to \
                 satisfy constraint: Member must have length less than or equal to 1"
            )
        );
    }
}
