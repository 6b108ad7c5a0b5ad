//! The regular expressions of the model, matched as Java does on AWS's side.
//!
//! The model has a handful of patterns, and all but one are sequences of character classes. So they
//! are parsed when the crate is compiled, and a pattern in another form does not compile. A test
//! compares every pattern with the `regex` crate.

/// A regular expression of the model.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(in crate::wire) source: &'static str,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Characters of a class, such as `[\w._-]+`.
    Class(Class),
    /// Two classes with a colon in between, as in an id. Only the first one may contain a colon.
    Pair(Class, Class),
    /// `(un)?authenticated`
    RoleType,
    /// One or more characters that Unicode calls letters, marks, symbols, numbers or punctuation.
    Visible,
}

impl Pattern {
    pub(super) const fn new(source: &'static str) -> Self {
        let bytes = source.as_bytes();
        let form = if equal(bytes, br"(un)?authenticated") {
            Form::RoleType
        } else if equal(bytes, br"[\p{L}\p{M}\p{S}\p{N}\p{P}]+") {
            Form::Visible
        } else {
            let (first, end) = Class::parse(bytes, 0);
            if end == bytes.len() {
                Form::Class(first)
            } else {
                assert!(bytes[end] == b':', "two classes are separated by a colon");
                let (second, end) = Class::parse(bytes, end + 1);
                assert!(end == bytes.len(), "nothing follows the second class");
                assert!(!second.contains(b':'), "the last colon is the separator");
                Form::Pair(first, second)
            }
        };
        Self { source, form }
    }

    // AWS [V6]: a pattern must match the whole value (`ap-northeast` is not a pool id, and neither
    // is `us-east-2:mock`).
    pub(super) fn matches(&self, value: &str) -> bool {
        match &self.form {
            Form::Class(class) => class.matches(value),
            Form::Pair(first, second) => value
                .rsplit_once(':')
                .is_some_and(|(before, after)| first.matches(before) && second.matches(after)),
            Form::RoleType => matches!(value, "authenticated" | "unauthenticated"),
            Form::Visible => !value.is_empty() && value.chars().all(is_visible),
        }
    }

    /// The first character that a value cannot have, if the pattern is one class of characters.
    pub(in crate::wire) fn first_foreign(&self, value: &str) -> Option<char> {
        /// A longer value is not worth the time.
        const SEARCHED: usize = 256;
        if !matches!(self.form, Form::Class(_) | Form::Visible) {
            return None;
        }
        let mut characters = value.chars().take(SEARCHED);
        characters.find(|c| !self.matches(c.encode_utf8(&mut [0; 4])))
    }
}

/// A set of bytes. Java's `\w`, `\d` and `\s` are sets of ASCII characters, so a character outside
/// of ASCII is in a class only if the class is `\S`, and then all its bytes are.
#[derive(Debug)]
struct Class {
    /// A bit for each byte.
    bits: [u64; 4],
    /// Whether the class is repeated with `*` and not with `+`.
    may_be_empty: bool,
}

impl Class {
    fn matches(&self, value: &str) -> bool {
        (self.may_be_empty || !value.is_empty()) && value.bytes().all(|byte| self.contains(byte))
    }

    const fn contains(&self, byte: u8) -> bool {
        self.bits[byte as usize / 64] >> (byte % 64) & 1 == 1
    }

    /// Parses `[..]+`, `[..]*` or `\d+` at `start`. Also returns the position behind it.
    const fn parse(source: &[u8], start: usize) -> (Self, usize) {
        let mut class = Self {
            bits: [0; 4],
            may_be_empty: false,
        };
        let mut at = start;
        if source[at] == b'[' {
            at += 1;
            while source[at] != b']' {
                at = class.add_item(source, at);
            }
            at += 1;
        } else {
            at = class.add_item(source, at);
        }
        match source[at] {
            b'+' => {}
            b'*' => class.may_be_empty = true,
            _ => panic!("a class is repeated"),
        }
        (class, at + 1)
    }

    /// Adds the escape, the range or the character at `at`, and returns the position behind it.
    const fn add_item(&mut self, source: &[u8], at: usize) -> usize {
        let first = source[at];
        assert!(first != b'^', "no class of the model is negated");
        if first == b'\\' {
            self.add_escape(source[at + 1]);
            return at + 2;
        }
        // A hyphen before the closing bracket stands for itself.
        if source[at + 1] == b'-' && source[at + 2] != b']' {
            self.add_range(first, source[at + 2]);
            return at + 3;
        }
        self.add_range(first, first);
        at + 1
    }

    const fn add_escape(&mut self, letter: u8) {
        match letter {
            b'd' => self.add_range(b'0', b'9'),
            b'w' => {
                self.add_range(b'0', b'9');
                self.add_range(b'A', b'Z');
                self.add_range(b'a', b'z');
                self.add_range(b'_', b'_');
            }
            b's' => {
                self.add_range(b'\t', b'\r');
                self.add_range(b' ', b' ');
            }
            b'S' => {
                self.add_range(0, b'\t' - 1);
                self.add_range(b'\r' + 1, b' ' - 1);
                self.add_range(b' ' + 1, u8::MAX);
            }
            _ => panic!("an escape that no pattern of the model has"),
        }
    }

    const fn add_range(&mut self, first: u8, last: u8) {
        let mut byte = first as usize;
        while byte <= last as usize {
            self.bits[byte / 64] |= 1 << (byte % 64);
            byte += 1;
        }
    }
}

const fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether Unicode calls a character a letter, mark, symbol, number or punctuation. The other
/// characters are separators, control and format characters, those of private use, and those that
/// are not assigned.
// Approximation [Q85]: characters that Unicode has not assigned match.
fn is_visible(c: char) -> bool {
    !(c.is_control() || c.is_whitespace() || is_format(c) || is_private(c))
}

/// The format characters (Cf) of Unicode 16.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fastrand::Rng;
    use regex::{Regex, RegexBuilder};
    use serde_json::Value;

    use super::*;

    /// Every pattern of the model, and those of STS.
    fn sources() -> BTreeSet<&'static str> {
        static MODEL: once_cell::sync::Lazy<Value> = once_cell::sync::Lazy::new(|| {
            serde_json::from_str(include_str!("../../../tests/model.json")).unwrap()
        });
        let shapes = MODEL["shapes"].as_object().unwrap().values();
        let patterns = shapes.filter_map(|shape| shape["pattern"].as_str());
        patterns.chain([r"[\w+=,.@-]*", r"[\w-]+"]).collect()
    }

    /// The same pattern in the `regex` crate, with Java's meaning of `\w`, `\d` and `\s`.
    fn regex(source: &str) -> Regex {
        let ascii = source
            .replace(r"\w", "0-9A-Za-z_")
            .replace(r"\d", "[0-9]")
            .replace(r"\s", r"\t-\r ")
            .replace(r"[\S]", r"[^\t-\r ]");
        RegexBuilder::new(&format!(r"\A(?:{ascii})\z"))
            .build()
            .unwrap()
    }

    /// The characters of a class, as the `regex` crate has them.
    fn class(class: &str) -> BTreeSet<char> {
        let regex = Regex::new(class).unwrap();
        let all: String = (char::MIN..=char::MAX).collect();
        regex
            .find_iter(&all)
            .flat_map(|found| found.as_str().chars())
            .collect()
    }

    #[test]
    fn visible_characters_are_those_of_unicode() {
        let expected = class(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
        let unassigned = class(r"\p{Cn}+");

        let visible = (char::MIN..=char::MAX).filter(|c| is_visible(*c));
        let visible: BTreeSet<char> = visible.filter(|c| !unassigned.contains(c)).collect();

        assert_eq!(visible.symmetric_difference(&expected).next(), None);
    }

    #[test]
    fn every_character_is_in_the_same_classes_as_in_a_regex() {
        for source in sources() {
            let (pattern, regex) = (Pattern::new(source), regex(source));
            for c in '\0'..='\u{2ff}' {
                // Alone, and in the places that it may have in an id.
                for text in [c.to_string(), format!("a{c}:0"), format!("a:{c}")] {
                    let expected = regex.is_match(&text);
                    assert_eq!(pattern.matches(&text), expected, "{source} {text:?}");
                }
            }
        }
    }

    #[test]
    fn random_texts_match_as_with_a_regex() {
        let mut random = Rng::with_seed(1);
        let pieces = [
            "",
            "a",
            "Z",
            "_",
            "0",
            "f",
            "g",
            ":",
            ":",
            "-",
            ".",
            "/",
            "+",
            "=",
            ",",
            "@",
            ";",
            " ",
            "\t",
            "\n",
            "\u{b}",
            "\u{1f}",
            "\u{7f}",
            "é",
            "漢",
            "\u{301}",
            "€",
            "\u{200b}",
            "un",
            "authenticated",
            "us-east-1:",
        ];
        for source in sources() {
            let (pattern, regex) = (Pattern::new(source), regex(source));
            for _ in 0..2_000 {
                let length = random.usize(0..6);
                let text: String = (0..length)
                    .map(|_| random.choice(pieces).unwrap())
                    .collect();
                assert_eq!(
                    pattern.matches(&text),
                    regex.is_match(&text),
                    "{source} {text:?}"
                );
            }
        }
    }

    #[test]
    fn a_pattern_of_one_class_tells_the_first_character_that_a_value_cannot_have() {
        let first_foreign = |source, value| Pattern::new(source).first_foreign(value);

        assert_eq!(first_foreign(r"[\w._-]+", "a.b c/d"), Some(' '));
        assert_eq!(first_foreign(r"[\w._-]+", "größe"), Some('ö'));
        assert_eq!(first_foreign(r"[\w._-]+", "a.b"), None);
        assert_eq!(first_foreign(r"\d+", "1x"), Some('x'));
        assert_eq!(first_foreign(r"[\w-]+:[0-9a-f-]+", "us-east-1:x"), None);
        assert_eq!(first_foreign(r"(un)?authenticated", "admin"), None);
    }
}
