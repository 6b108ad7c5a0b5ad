//! The wording that explanations of errors share: names, lists, times and near misses.
//!
//! An explanation shows both of the values that were compared. It may contain names, ids and claims,
//! and never a token: see [`user`].

use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
use serde_json::Value;

use super::context::Context;
use super::providers::is_opaque;
use super::state::{Login, Pool};
use crate::redact::one_line;

/// How many entries of a list are shown.
pub(super) const SHOWN: usize = 5;
/// How many characters of a text are shown.
const LONGEST: usize = 160;

/// A text that somebody else chose, in quotation marks. It is one line, long texts are cut, and so is
/// what looks like a token.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// The same without quotation marks, for names that the pool knows and for JSON.
pub(super) fn plain(text: &str) -> String {
    let mut line = one_line(&text);
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// The value of a claim, as JSON writes it.
pub(super) fn json(claim: &Value) -> String {
    plain(&claim.to_string())
}

/// `a, b and 3 more`; `nothing` if there are none.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    if items.is_empty() {
        return "nothing".to_owned();
    }
    let shown = items[..items.len().min(SHOWN)].join(", ");
    match items.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `"a", "b" and 3 more`; `nothing` if there are none.
pub(super) fn quoted_list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    list(items.into_iter().map(quoted))
}

/// `pool "app"`.
pub(super) fn pool_name(pool: &Pool) -> String {
    format!("pool {}", quoted(&pool.name))
}

/// A time in seconds since 1970, as `2026-01-02T03:04:05Z`.
pub(super) fn time(seconds: i64) -> String {
    let time = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime);
    // Years that the format does not have occur in tokens that somebody made up.
    time.unwrap_or_else(|_| seconds.to_string())
}

/// `alice of accounts.google.com`.
///
/// The subject of an opaque login is the token itself, and that of a lenient one may be. They are
/// `a user of graph.facebook.com`. Developer users never bring a token.
pub(super) fn user(context: &Context, pool: &Pool, login: &Login) -> String {
    let provider = plain(&login.provider);
    let may_be_token = context.settings.lenient_logins || is_opaque(&login.provider);
    if may_be_token && !pool.is_developer(login) {
        format!("a user of {provider}")
    } else {
        format!("{} of {provider}", plain(&login.subject))
    }
}

/// `; did you mean "x"?` if one of the known names is close to the given one, and nothing otherwise.
pub(super) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match closest(given, known) {
        Some(known) => format!("; did you mean {}?", quoted(known)),
        None => String::new(),
    }
}

/// The first of the known names that is close to the given one.
pub(super) fn closest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known.into_iter().find(|known| is_close(given, known))
}

/// Whether two different names differ in a way that is easily overlooked: in their scheme, in upper
/// and lower case, in spaces around them, or in one letter.
fn is_close(given: &str, known: &str) -> bool {
    let bare = |name: &str| {
        let name = name.trim().to_lowercase();
        let name = name.strip_prefix("https://").unwrap_or(&name);
        name.trim_end_matches('/').to_owned()
    };
    given != known && (bare(given) == bare(known) || is_one_letter_off(given, known))
}

/// Whether one letter is replaced, missing or added, or two neighbours are swapped. Of names of three
/// letters and less each is close to each, so they are not compared.
fn is_one_letter_off(given: &str, known: &str) -> bool {
    let (given, known): (Vec<char>, Vec<char>) = (given.chars().collect(), known.chars().collect());
    let (shorter, longer) = if given.len() <= known.len() {
        (&given, &known)
    } else {
        (&known, &given)
    };
    if shorter.len() < 4 || longer.len() - shorter.len() > 1 {
        return false;
    }
    let same = shorter.iter().zip(longer).take_while(|(a, b)| a == b);
    let at = same.count();
    if shorter.len() < longer.len() {
        return shorter[at..] == longer[at + 1..];
    }
    let is_replaced = shorter.get(at + 1..) == longer.get(at + 1..);
    let is_swapped = shorter.get(at + 2..) == longer.get(at + 2..)
        && shorter.get(at) == longer.get(at + 1)
        && shorter.get(at + 1) == longer.get(at);
    is_replaced || is_swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_after_five_entries() {
        assert_eq!(quoted_list([]), "nothing");
        assert_eq!(quoted_list(["a"]), r#""a""#);
        assert_eq!(
            quoted_list(["a", "b", "c", "d", "e"]),
            r#""a", "b", "c", "d", "e""#
        );
        assert_eq!(
            quoted_list(["a", "b", "c", "d", "e", "f", "g"]),
            r#""a", "b", "c", "d", "e" and 2 more"#
        );
    }

    #[test]
    fn texts_stay_on_one_line_and_tokens_are_cut() {
        let jwt = format!("eyJhb.{}", "x".repeat(40));

        assert_eq!(quoted("a\nb\u{202e}"), r#""a\nb\u{202e}""#);
        assert_eq!(plain(r#"{"it's": "\"}"#), r#"{"it's": "\"}"#);
        assert_eq!(quoted(&jwt), r#""eyJhb… (46 bytes)""#);
        assert_eq!(
            quoted(&"é".repeat(161)),
            format!("\"{}…\"", "é".repeat(160))
        );
    }

    #[test]
    fn times_beyond_the_calendar_are_numbers() {
        assert_eq!(time(1_767_323_045), "2026-01-02T03:04:05Z");
        assert_eq!(time(i64::MAX), i64::MAX.to_string());
    }

    #[test]
    fn names_are_close_if_they_differ_in_scheme_case_spaces_or_one_letter() {
        let known = "accounts.google.com";

        for given in [
            "https://accounts.google.com",
            "accounts.google.com/",
            "Accounts.Google.com",
            " accounts.google.com",
            "account.google.com",
            "accounts.gooogle.com",
            "accounts.googIe.com",
            "accounts.gogole.com",
            "accounts.google.con",
        ] {
            assert!(is_close(given, known), "{given}");
        }
        for given in [
            known,
            "",
            "google.com",
            "appleid.apple.com",
            "acounts.gogle.com",
        ] {
            assert!(!is_close(given, known), "{given}");
        }
        assert!(!is_close("web", "wep"));
        assert!(is_close("web1", "web2"));
    }
}
