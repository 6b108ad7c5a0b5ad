//! Collects the constraints that an input breaks and words them as the service does.
//!
//! [`Violations`] owns the grammar of `N validation errors detected: …` and the order of its items.
//! It is shown values as they are decoded and knows nothing of JSON. Nothing is allocated and no
//! path is written out for a value that is valid.

pub(crate) mod constraints;
pub(in crate::wire) mod deserializer;
pub(crate) mod document;
mod explanation;
mod path;
mod pattern;
pub(in crate::wire) mod shape;
pub(in crate::wire) mod type_error;

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Write as _};

pub(in crate::wire) use self::path::Path;
pub(crate) use self::shape::Structure;
use self::shape::{Bounds, List, Map, Rule, Shape, Text};
use crate::error::ServiceError;

/// The maximum length in bytes of all items of one message.
///
/// Every item contains the path to its value. Without a limit, the length of a message would be the
/// number of items times the length of a key.
// Approximation [Q73]: the limit of AWS is not known.
const MAX_LENGTH: usize = 64 * 1024;

/// Stands between two items.
const SEPARATOR: &str = "; ";

/// Marks where a message was cut off.
const ELLIPSIS: char = '…';

/// The violations found in an input, or in one part of it.
#[derive(Debug, Default)]
pub(in crate::wire) struct Violations {
    items: Vec<Item>,
    size: Size,
    /// The size of what was found in the rest of the input so far. All parts of an input share
    /// [`MAX_LENGTH`].
    elsewhere: Size,
}

/// One violation in a message.
#[derive(Debug)]
struct Item {
    /// As AWS words it.
    text: String,
    /// The same with its sensitive values hidden, if it has any.
    printed: Option<String>,
    explanation: String,
}

/// A value as it is in an item.
#[derive(Debug)]
struct Shown {
    text: String,
    /// The same with its sensitive parts hidden, if it has any.
    printed: Option<String>,
}

impl Shown {
    fn whole(text: impl Display) -> Self {
        Self {
            text: format!("'{text}'"),
            printed: None,
        }
    }
}

/// How much a number of violations takes of a message.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    /// Violations with an item.
    listed: usize,
    /// Violations that are only counted, because their items would make the message too long.
    unlisted: usize,
    /// The length in bytes of the items, each with a separator.
    length: usize,
}

impl Size {
    fn count(self) -> usize {
        self.listed + self.unlisted
    }

    fn plus(self, other: Self) -> Self {
        Self {
            listed: self.listed + other.listed,
            unlisted: self.unlisted + other.unlisted,
            length: self.length + other.length,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            listed: self.listed - other.listed,
            unlisted: self.unlisted - other.unlisted,
            length: self.length - other.length,
        }
    }
}

/// The violations of a structure or a map while it is read, separate for each member or entry.
///
/// They are separate because a member that is given twice is read twice, and the second reading
/// replaces the first; and because members are reported in another order than they are read.
#[derive(Debug)]
pub(in crate::wire) struct ViolationsByMember {
    /// Only of the members that broke something, so that nothing is allocated for a valid input.
    violations: BTreeMap<usize, Violations>,
    size: Size,
    elsewhere: Size,
}

impl ViolationsByMember {
    /// No violations, for a member that is about to be read.
    pub(in crate::wire) fn begin(&self) -> Violations {
        Violations {
            items: Vec::new(),
            size: Size::default(),
            elsewhere: self.elsewhere.plus(self.size),
        }
    }

    /// Adds what was found in the member with this number.
    pub(in crate::wire) fn insert(&mut self, member: usize, violations: Violations) {
        if violations.size.count() > 0 {
            self.size = self.size.plus(violations.size);
            self.violations.insert(member, violations);
        }
    }

    /// Removes what was found in a member, because it is about to be read again.
    pub(in crate::wire) fn remove(&mut self, member: usize) {
        if let Some(violations) = self.violations.remove(&member) {
            self.size = self.size.minus(violations.size);
        }
    }

    /// Adds the violation that a required member is missing.
    // AWS [V8]: this is the one rule whose value has no quotes around it.
    pub(in crate::wire) fn missing(&mut self, member: usize, path: Path<'_>) {
        let mut violations = self.begin();
        let null = || Shown {
            text: "null".to_owned(),
            printed: None,
        };
        violations.push(path, Rule::NotNull, null, || explanation::missing(path));
        self.insert(member, violations);
    }
}

impl Violations {
    /// Begins a structure or a map in this part of the input.
    pub(in crate::wire) fn by_member(&self) -> ViolationsByMember {
        ViolationsByMember {
            violations: BTreeMap::new(),
            size: Size::default(),
            elsewhere: self.elsewhere.plus(self.size),
        }
    }

    /// Adds the violations of a structure, whose members are numbered as in the model.
    // Approximation [Q74]: the reverse of the model's order. In the one sample, `logins` comes
    // before `identityId` (2019-03).
    pub(in crate::wire) fn add_members(&mut self, members: ViolationsByMember) {
        for violations in members.violations.into_values().rev() {
            self.append(violations);
        }
    }

    /// Adds the violations of the entries of a map, whose entries are numbered as they were read.
    pub(in crate::wire) fn add_entries(&mut self, entries: ViolationsByMember) {
        for violations in entries.violations.into_values() {
            self.append(violations);
        }
    }

    fn append(&mut self, other: Self) {
        self.size = self.size.plus(other.size);
        self.items.extend(other.items);
    }

    pub(in crate::wire) fn text(&mut self, path: Path<'_>, text: &Text, value: &str) {
        let shown = || Shown {
            printed: text.is_sensitive.then(|| format!("'{}'", hidden(value))),
            ..Shown::whole(value)
        };
        for rule in text.broken_by(value) {
            let why = || explanation::text(path, text, rule, value);
            self.push(path, rule, shown, why);
        }
    }

    pub(in crate::wire) fn number(&mut self, path: Path<'_>, bounds: Bounds, value: i64) {
        if let Some(rule) = bounds.broken_by_value(value) {
            let why = || explanation::number(path, bounds, value);
            self.push(path, rule, || Shown::whole(value), why);
        }
    }

    /// Checks a list of strings: its size, then its elements.
    pub(in crate::wire) fn strings(&mut self, path: Path<'_>, list: &List, values: &[String]) {
        let shown = || Shown::whole(listed(values));
        self.size(path, list.size, values.len(), shown);
        let Shape::Text(element) = list.member else {
            return;
        };
        let mut broken = values.iter().enumerate().filter_map(|(index, value)| {
            let rule = element.broken_by(value).next()?;
            Some((index, value, rule))
        });
        if let Some((index, value, rule)) = broken.next() {
            let why = || explanation::text(Path::Element(&path, index + 1), element, rule, value);
            let rules = listed(element.rules());
            let rule = format!("Member must satisfy constraint: {rules}");
            self.push(path, rule, shown, why);
        }
    }

    /// Checks a map from strings to strings: its size, then its keys, then its values.
    pub(in crate::wire) fn string_map(
        &mut self,
        path: Path<'_>,
        map: &Map,
        entries: &HashMap<String, String>,
    ) {
        let texts = || entries.iter().map(|(key, value)| (&**key, &**value));
        let is_sensitive = matches!(map.value, Shape::Text(text) if text.is_sensitive);
        let shown = || Shown {
            printed: is_sensitive.then(|| {
                let hidden = entries.iter().map(|(key, value)| (&**key, hidden(value)));
                format!("'{}'", mapped(hidden))
            }),
            ..Shown::whole(mapped(texts()))
        };
        self.size(path, map.size, entries.len(), shown);
        self.keys(path, map, entries.keys(), shown);
        let Shape::Text(text) = map.value else {
            return;
        };
        let broken = entries.iter().filter_map(|(key, value)| {
            let rule = text.broken_by(value).next()?;
            Some((key, value, rule))
        });
        // The first by its key, so that the explanation is the same every time.
        if let Some((key, value, rule)) = broken.min_by_key(|(key, ..)| *key) {
            let why = || explanation::text(Path::Entry(&path, key), text, rule, value);
            let rules = listed(text.rules());
            let rule = format!("Map value must satisfy constraint: {rules}");
            self.push(path, rule, shown, why);
        }
    }

    /// Checks the size of a list of structures, which were checked one by one already.
    pub(in crate::wire) fn structures(&mut self, path: Path<'_>, list: &List, count: usize) {
        // Approximation [Q75]: structures show as their names; what Java's `toString` makes of them
        // is not known.
        let names = || std::iter::repeat_n(name(list.member), count);
        self.size(path, list.size, count, || Shown::whole(listed(names())));
    }

    /// Checks the size and the keys of a map to structures, which were checked one by one already.
    pub(in crate::wire) fn structure_map<'a>(
        &mut self,
        path: Path<'_>,
        map: &Map,
        keys: impl ExactSizeIterator<Item = &'a String> + Clone,
    ) {
        let texts = || keys.clone().map(|key| (&**key, name(map.value)));
        let shown = || Shown::whole(mapped(texts()));
        self.size(path, map.size, keys.len(), shown);
        self.keys(path, map, keys.clone(), shown);
    }

    fn size(
        &mut self,
        path: Path<'_>,
        bounds: Bounds,
        count: usize,
        shown: impl FnOnce() -> Shown,
    ) {
        if let Some(rule) = bounds.broken_by_length(count) {
            let why = || explanation::size(path, bounds, count);
            self.push(path, rule, shown, why);
        }
    }

    fn keys<'a>(
        &mut self,
        path: Path<'_>,
        map: &Map,
        keys: impl Iterator<Item = &'a String>,
        shown: impl FnOnce() -> Shown,
    ) {
        let Shape::Text(text) = map.key else { return };
        let broken = keys.filter_map(|key| Some((key, text.broken_by(key).next()?)));
        if let Some((key, rule)) = broken.min_by_key(|(key, _)| *key) {
            let why = || explanation::key(path, text, rule, key);
            let rules = listed(text.rules());
            let rule = format!("Map keys must satisfy constraint: {rules}");
            self.push(path, rule, shown, why);
        }
    }

    /// Adds an item, or only counts the violation if the message is full.
    ///
    /// The first violation that does not fit makes the message full. Further ones are not written
    /// out, so that each of them is cheap, however long its path and its value are.
    fn push(
        &mut self,
        path: Path<'_>,
        rule: impl Display,
        value: impl FnOnce() -> Shown,
        explanation: impl FnOnce() -> String,
    ) {
        let total = self.elsewhere.plus(self.size);
        if total.unlisted > 0 {
            self.size.unlisted += 1;
            return;
        }
        let room = MAX_LENGTH.saturating_sub(total.length);
        let item = |value: &str| {
            let text =
                format_args!("Value {value} at '{path}' failed to satisfy constraint: {rule}");
            Limited::text(room, text)
        };
        let value = value();
        let (text, is_cut) = item(&value.text);
        // The first item is always listed, cut off if necessary.
        if is_cut && total.listed > 0 {
            self.size.unlisted += 1;
            return;
        }
        self.size.listed += 1;
        self.size.length += text.len() + SEPARATOR.len();
        self.items.push(Item {
            text,
            printed: value.printed.map(|value| item(&value).0),
            explanation: explanation(),
        });
    }

    /// All items as one error, if there are any.
    ///
    /// The message begins with the number of all violations, listed or not.
    pub(in crate::wire) fn into_error(self) -> Option<ServiceError> {
        let count = self.size.count();
        if count == 0 {
            return None;
        }
        let plural = if count == 1 { "" } else { "s" };
        let message = |items: Vec<&str>| {
            let items = items.join(SEPARATOR);
            let mut message = format!("{count} validation error{plural} detected: {items}");
            if self.size.unlisted > 0 && !message.ends_with(ELLIPSIS) {
                message.push_str(SEPARATOR);
                message.push(ELLIPSIS);
            }
            message
        };
        let sent = message(self.items.iter().map(|item| &*item.text).collect());
        let mut error = ServiceError::known("ValidationException", sent);
        if self.items.iter().any(|item| item.printed.is_some()) {
            let printed = self.items.iter().map(Item::printed);
            error = error.printed_as(message(printed.collect()));
        }
        let Some(Item { explanation, .. }) = self.items.into_iter().next() else {
            // What was listed was taken back, because its member was given again.
            return Some(error.because("the violations are too long to be listed"));
        };
        Some(error.because(match count - 1 {
            0 => explanation,
            1 => format!("{explanation} (and 1 more violation)"),
            more => format!("{explanation} (and {more} more violations)"),
        }))
    }
}

impl Item {
    fn printed(&self) -> &str {
        self.printed.as_deref().unwrap_or(&self.text)
    }
}

/// Takes a text up to a length and then fails, which ends the writing.
struct Limited {
    text: String,
    room: usize,
}

impl Limited {
    /// Writes a text into so much room, and says whether it was cut off. Then it ends in an
    /// ellipsis.
    fn text(room: usize, text: fmt::Arguments<'_>) -> (String, bool) {
        let mut limited = Self {
            text: String::new(),
            room,
        };
        let is_cut = limited.write_fmt(text).is_err();
        if is_cut {
            limited.text.push(ELLIPSIS);
        }
        (limited.text, is_cut)
    }
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

/// A sensitive value, as it is printed.
fn hidden(value: &str) -> String {
    match value.len() {
        0 => String::new(),
        length => format!("<hidden> ({length} bytes)"),
    }
}

/// `[a, b]`
fn listed(items: impl IntoIterator<Item = impl ToString>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(", "))
}

/// `{key=value, key2=value2}`, sorted by key, so that a message is the same every time.
fn mapped<'a>(entries: impl Iterator<Item = (&'a str, impl Display + Ord)>) -> String {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable();
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{{{}}}", entries.join(", "))
}

#[cfg(test)]
mod tests {
    use super::shape::Member;
    use super::*;

    static WORD: Shape = Shape::text(1..=3);

    fn text(shape: &Shape) -> &Text {
        let Shape::Text(text) = shape else {
            panic!("{shape:?} is not a text")
        };
        text
    }

    /// The message for a number of rules without a claim, under one key of a map.
    fn message(rules: usize, key: &str) -> String {
        let mut violations = Violations::default();
        let entry = Path::Entry(&Path::Member(&Path::Input, "Map"), key);
        for place in 1..=rules {
            let rule = Path::Element(&entry, place);
            let mut members = violations.by_member();
            members.missing(0, Path::Member(&rule, "Claim"));
            violations.add_members(members);
        }
        let error = violations.into_error().unwrap();
        error.message().unwrap().to_owned()
    }

    #[test]
    fn a_message_has_a_maximum_length_however_long_and_many_its_paths_are() {
        for (rules, key) in [(10_000, 10), (40_000, 20_000), (3, 40_000), (2, 1 << 20)] {
            let message = message(rules, &"k".repeat(key));

            let count = format!("{rules} validation errors detected: Value null at 'map.k");
            assert!(message.starts_with(&count), "{message:.80}");
            assert!(message.ends_with(ELLIPSIS), "{rules} {key}");
            assert_eq!(message.matches(ELLIPSIS).count(), 1, "{rules} {key}");
            assert!(message.len() < MAX_LENGTH + 100, "{rules} {key}");
        }
    }

    #[test]
    fn items_are_listed_until_the_message_is_full() {
        let item = "Value null at 'map.k.member.1.member.claim' failed to satisfy constraint: Member must not be null";
        let all = MAX_LENGTH / (item.len() + SEPARATOR.len());

        // Later items are longer, because their places have more digits.
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
            let value = format!("{padding}{}", "😀".repeat(MAX_LENGTH));
            let mut violations = Violations::default();
            violations.text(Path::Member(&Path::Input, "Name"), text(&WORD), &value);

            let error = violations.into_error().unwrap();

            let message = error.message().unwrap();
            let start = format!("1 validation error detected: Value '{padding}😀");
            assert!(message.starts_with(&start) && message.ends_with("😀…"));
            assert!(message.len() < MAX_LENGTH + 100);
        }
    }

    #[test]
    fn a_list_of_structures_shows_the_name_of_each() {
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
