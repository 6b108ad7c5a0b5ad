//! Texts without the tokens in them.
//!
//! Login tokens may be real ones, and AWS echoes them in the messages of some errors. Whatever is
//! printed goes through here; what is sent or compared does not.

/// A token of more bytes than this is cut.
pub(crate) const LONGEST_TOKEN: usize = 32;
/// So many characters of a token that is cut stay.
pub(crate) const KEPT_OF_TOKEN: usize = 5;
/// What is made of the characters of tokens and is longer than this is taken for one. Ids are
/// shorter, and ARNs have a colon.
const LONGEST_WORD: usize = 200;

/// The same text with the tokens in it cut.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(|c| !may_be_in_token(c)) {
        let word = part.trim_end_matches(|c| !may_be_in_token(c));
        if is_token(word) {
            // All its characters are ASCII.
            let start = &word[..KEPT_OF_TOKEN];
            shown.push_str(&format!("{start}… ({} bytes)", word.len()));
        } else {
            shown.push_str(word);
        }
        shown.push_str(&part[word.len()..]);
    }
    shown
}

/// Base64 of both alphabets, and the dots of a JWT. Not the sign that pads it: in the text of a
/// map that stands between key and value.
fn may_be_in_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/' | '.')
}

fn is_token(word: &str) -> bool {
    word.len() > LONGEST_WORD || word.len() > LONGEST_TOKEN && word.starts_with("eyJ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_wherever_they_stand() {
        let jwt = format!("eyJra.{}_-", "x".repeat(25));
        let saml = "PHNhbWx".repeat(40);

        assert_eq!(jwt.len(), 33);
        assert_eq!(
            without_tokens(&format!("'{{google={jwt}, saml={saml}==}}' at 'ö{jwt}")),
            "'{google=eyJra… (33 bytes), saml=PHNhb… (280 bytes)==}' at 'öeyJra… (33 bytes)"
        );
    }

    #[test]
    fn what_is_too_short_for_a_token_stays() {
        let (jwt, word) = (format!("eyJ{}", "x".repeat(30)), "x".repeat(201));

        assert_eq!(without_tokens(""), "");
        assert_eq!(without_tokens(&jwt[..32]), jwt[..32]);
        assert_eq!(without_tokens(&jwt), "eyJxx… (33 bytes)");
        assert_eq!(without_tokens(&word[..200]), word[..200]);
        assert_eq!(without_tokens(&word), "xxxxx… (201 bytes)");
        let arn = format!("arn:aws:iam::123456789012:role/{}", "x".repeat(195));
        assert_eq!(without_tokens(&arn), arn);
    }
}
