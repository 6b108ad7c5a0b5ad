//! The wording that explanations of errors share: texts of others, times and names that are close.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::redact::{one_line, shortened, without_tokens};

/// How many characters of a text are shown.
const LONGEST: usize = 120;

/// A text that somebody else chose, in quotation marks and on one line. Long texts are cut, and so
/// is what looks like a token.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(without_tokens(text), LONGEST))
}

/// The same without quotation marks, for names that are known and for JSON.
pub(crate) fn plain(text: &str) -> String {
    shortened(one_line(&text), LONGEST)
}

/// A time as `2026-01-02T03:04:05Z`.
pub(crate) fn time(at: SystemTime) -> String {
    time_of_seconds(DateTime::from(at).secs())
}

/// A time in seconds since 1970, in the same form.
pub(crate) fn time_of_seconds(seconds: i64) -> String {
    let text = DateTime::from_secs(seconds).fmt(Format::DateTime);
    // A mock's clock may be set to years that the format does not have, and tokens may name them.
    text.unwrap_or_else(|_| seconds.to_string())
}

/// The one of the known names that the given one was probably meant to be: it differs in its scheme
/// or in upper and lower case only, or in one or two characters.
pub(crate) fn nearest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let bare = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        let name = name.strip_prefix("https://").unwrap_or(&name);
        name.trim_end_matches('/').to_owned()
    };
    let bare_given = bare(given);
    let others = known.into_iter().filter(|name| *name != given);
    let distances = others.filter_map(|name| {
        let most = 2.min(name.len() / 4);
        // A long text is not compared.
        let is_near = bare_given.len().abs_diff(name.len()) <= most;
        let distance = is_near.then(|| distance(&bare_given, &bare(name)))?;
        (distance <= most).then_some((distance, name))
    });
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, name)| name)
}

/// How many bytes must be replaced, added or removed to turn one text into the other: the
/// Levenshtein distance.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn texts_stay_on_one_line_and_tokens_are_cut() {
        let jwt = format!("eyJhb.{}", "x".repeat(40));

        assert_eq!(quoted("a\n\"b\"\u{202e}"), r#""a\n\"b\"\u{202e}""#);
        assert_eq!(quoted(&jwt), r#""eyJhb… (46 bytes)""#);
        assert_eq!(quoted(&"é".repeat(120)), format!("{:?}", "é".repeat(120)));
        assert_eq!(plain("{\"it's\": \"\\\"}\n"), "{\"it's\": \"\\\"}\\n");
        let cut = format!(r#""{}…""#, "é".repeat(120));
        assert_eq!(quoted(&"é".repeat(121)), cut);
    }

    #[test]
    fn times_beyond_the_calendar_are_numbers() {
        let epoch = SystemTime::UNIX_EPOCH;

        assert_eq!(
            time(epoch + Duration::from_millis(1_767_323_045_678)),
            "2026-01-02T03:04:05Z"
        );
        let far = Duration::from_secs(1 << 40);
        assert_eq!(time(epoch + far), far.as_secs().to_string());
    }

    #[test]
    fn names_are_near_if_they_differ_in_case_or_in_two_characters() {
        let known = ["GetId", "GetOpenIdToken", "ListIdentities"];
        let near = |given: &str| nearest(given, known);

        for (given, name) in [
            ("getid", "GetId"),
            (" GetId ", "GetId"),
            ("GetIdd", "GetId"),
            ("GetIds", "GetId"),
            ("ListIdentites", "ListIdentities"),
            ("GetOpenIDTokens", "GetOpenIdToken"),
            ("etOpenIdTken", "GetOpenIdToken"),
        ] {
            assert_eq!(near(given), Some(name), "{given}");
        }
        for given in [
            "",
            "Get",
            "GetIdentity",
            "GetOpenId",
            "Lists",
            "ListIdentities",
        ] {
            assert_eq!(near(given), None, "{given}");
        }
    }

    #[test]
    fn names_are_near_if_they_differ_in_their_scheme() {
        let known = ["accounts.google.com"];

        for given in [
            "https://accounts.google.com",
            "https://Accounts.Google.com/",
        ] {
            assert_eq!(nearest(given, known), Some(known[0]), "{given}");
        }
        assert_eq!(nearest("appleid.apple.com", known), None);
    }
}
