//! How text that is not this crate's own is printed within a line.
//!
//! A client sends what it likes, and errors echo it, as AWS's do. Printed as it is, it could move
//! a terminal's cursor or look like a line of a report.

use std::fmt;

use crate::redact::without_tokens;

/// What a value shows of itself, with its tokens cut and what a terminal would obey escaped:
/// control characters, and those that change the direction of text or take no room.
pub(crate) fn one_line(value: &impl fmt::Display) -> String {
    let mut line = String::new();
    for c in without_tokens(&value.to_string()).chars() {
        match c {
            '"' | '\'' | '\\' => line.push(c),
            _ => line.extend(c.escape_debug()),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_shows_as_itself_is_left_alone() {
        for text in [
            "",
            r#"1 validation error: Value '{"a\b"=}' at 'logins' must match [\w\s+=,.@-]+"#,
            "Identität 身份 'us-east-1:0' 🦀",
        ] {
            assert_eq!(one_line(&text), text);
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(
            one_line(&"a\u{1b}[2Jb\r\nc\td\0\u{7f}\u{9b}"),
            r"a\u{1b}[2Jb\r\nc\td\0\u{7f}\u{9b}"
        );
        assert_eq!(
            one_line(&"\u{202e}\u{2028}\u{200b}\u{feff}"),
            r"\u{202e}\u{2028}\u{200b}\u{feff}"
        );
    }
}
