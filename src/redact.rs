//! How text that does not come from this crate is printed: on one line, with tokens cut and
//! control characters escaped.
//!
//! A client sends what it likes, and AWS echoes it in the messages of some errors. Login tokens may
//! be real ones, so they must not end up in a log; other text could move a terminal's cursor or
//! look like a line of a failure message. What is sent or compared is never changed.

use std::fmt;

/// The most bytes of a token that are printed whole.
pub(crate) const TOKEN_LIMIT: usize = 32;
/// How many characters of a longer token are printed.
pub(crate) const TOKEN_PREFIX: usize = 5;
/// A longer word of the characters of tokens is taken for a token. Ids are shorter, and ARNs have
/// a colon.
const WORD_LIMIT: usize = 200;

/// The text of a value on one line. Tokens are cut. Control characters are escaped, and so are
/// those that change the direction of text or take no room.
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

/// The first `most` characters of a text, and an ellipsis if there are more.
pub(crate) fn shortened(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The text with the tokens in it cut.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    for part in text.split_inclusive(|c| !is_token_char(c)) {
        let word = part.trim_end_matches(|c| !is_token_char(c));
        if is_token(word) {
            // All its characters are ASCII.
            let prefix = &word[..TOKEN_PREFIX];
            redacted.push_str(&format!("{prefix}… ({} bytes)", word.len()));
        } else {
            redacted.push_str(word);
        }
        redacted.push_str(&part[word.len()..]);
    }
    redacted
}

/// Whether the character occurs in tokens: Base64 of both alphabets, and the dots of a JWT. The
/// padding `=` is left out, because it separates key and value where a map is printed.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '.')
}

fn is_token(word: &str) -> bool {
    word.len() > WORD_LIMIT || word.len() > TOKEN_LIMIT && word.starts_with("eyJ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_anywhere_in_a_text() {
        let jwt = format!("eyJra.{}_-", "x".repeat(25));
        let saml = "PHNhbWx".repeat(40);

        assert_eq!(jwt.len(), 33);
        assert_eq!(
            without_tokens(&format!("'{{google={jwt}, saml={saml}==}}' at 'ö{jwt}")),
            "'{google=eyJra… (33 bytes), saml=PHNhb… (280 bytes)==}' at 'öeyJra… (33 bytes)"
        );
    }

    #[test]
    fn a_word_that_is_too_short_for_a_token_stays() {
        let (jwt, word) = (format!("eyJ{}", "x".repeat(30)), "x".repeat(201));

        assert_eq!(without_tokens(""), "");
        assert_eq!(without_tokens(&jwt[..32]), jwt[..32]);
        assert_eq!(without_tokens(&jwt), "eyJxx… (33 bytes)");
        assert_eq!(without_tokens(&word[..200]), word[..200]);
        assert_eq!(without_tokens(&word), "xxxxx… (201 bytes)");
        let arn = format!("arn:aws:iam::123456789012:role/{}", "x".repeat(195));
        assert_eq!(without_tokens(&arn), arn);
    }

    #[test]
    fn printable_text_is_not_changed() {
        for text in [
            "",
            r#"1 validation error: Value '{"a\b"=}' at 'logins' must match [\w\s+=,.@-]+"#,
            "Identität 身份 'us-east-1:0' 🦀",
        ] {
            assert_eq!(one_line(&text), text);
        }
    }

    #[test]
    fn control_and_direction_characters_are_escaped() {
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
