//! How text that is not this crate's own is printed: on one line, and without the tokens in it.
//!
//! A client sends what it likes, and errors echo it, as AWS's do. Printed as it is, it could move
//! a terminal's cursor or look like a line of a report; and login tokens may be real ones.

use std::fmt::{self, Write as _};

/// A token of more bytes than this is cut.
pub(super) const LONGEST_TOKEN: usize = 32;
/// So many characters of a token that is cut stay.
pub(super) const KEPT_OF_TOKEN: usize = 5;
/// What is made of the characters of tokens and is longer than this is taken for one. Ids are
/// shorter, and ARNs have a colon.
const LONGEST_WORD: usize = 200;

/// A text to be printed within a line: control characters are escaped, and tokens are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (word, separator) in words(self.0) {
            if is_token(word) {
                // All its characters are ASCII.
                write!(f, "{}… ({} bytes)", &word[..KEPT_OF_TOKEN], word.len())?;
            } else {
                f.write_str(word)?;
            }
            escape(f, separator)?;
        }
        Ok(())
    }
}

/// Whatever a value shows of itself, as [`OneLine`].
pub(crate) fn one_line(value: &impl fmt::Display) -> String {
    OneLine(&value.to_string()).to_string()
}

/// The parts of a text that may be tokens, each with what follows it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = |text: &str, of: fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
        let (word, after) = rest.split_at(length(rest, may_be_in_token));
        let (separator, after) = after.split_at(length(after, |c| !may_be_in_token(c)));
        rest = after;
        Some((word, separator))
    })
}

/// Base64 of both alphabets, and the dots of a JWT. Not the sign that pads it: in the text of a
/// map that stands between key and value.
fn may_be_in_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '.')
}

fn is_token(word: &str) -> bool {
    word.len() > LONGEST_WORD || word.len() > LONGEST_TOKEN && word.starts_with("eyJ")
}

/// Escapes what a terminal does not show as itself: control characters, and those that change
/// direction or take no room.
fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => f.write_char(c)?,
            _ => write!(f, "{}", c.escape_debug())?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        OneLine(text).to_string()
    }

    #[test]
    fn what_a_terminal_shows_as_itself_is_left_alone() {
        for text in [
            "",
            r#"1 validation error: Value '{"a\b"=}' at 'logins' must match [\w\s+=,.@-]+"#,
            "Identität 身份 'us-east-1:0' 🦀",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(
            shown("a\u{1b}[2Jb\r\nc\td\0\u{7f}\u{9b}"),
            r"a\u{1b}[2Jb\r\nc\td\0\u{7f}\u{9b}"
        );
        assert_eq!(
            shown("\u{202e}\u{2028}\u{200b}\u{feff}"),
            r"\u{202e}\u{2028}\u{200b}\u{feff}"
        );
    }

    #[test]
    fn tokens_are_cut_wherever_they_stand() {
        let jwt = format!("eyJra.{}_-", "x".repeat(25));
        let saml = "PHNhbWx".repeat(40);

        assert_eq!(jwt.len(), 33);
        assert_eq!(
            shown(&format!("Value '{{google={jwt}, saml={saml}==}}' at")),
            "Value '{google=eyJra… (33 bytes), saml=PHNhb… (280 bytes)==}' at"
        );
        assert_eq!(shown(&jwt[..32]), jwt[..32]);
        assert_eq!(shown(&saml[..200]), saml[..200]);
        assert_eq!(shown(&saml[..201]), "PHNhb… (201 bytes)");
    }
}
