//! Names the difference between two texts that are almost the same, which readers overlook.

/// Texts with fewer characters are read at a glance, so their difference needs no words.
const GLANCE: usize = 4;

/// Says in what `received` differs from `expected` if that is little, such as `differs only in
/// letter case`. The texts are ids, ARNs, names of providers and the like.
pub(super) fn near_miss(expected: &str, received: &str) -> Option<String> {
    if expected == received {
        return None;
    }
    if expected.trim() == received.trim() {
        return Some("differs only in the white space around it".to_owned());
    }
    if expected.to_lowercase() == received.to_lowercase() {
        return Some("differs only in letter case".to_owned());
    }
    in_affix(expected, received)
        .or_else(|| in_words(expected, received))
        .or_else(|| in_one_character(expected, received))
}

/// A URL where its host is expected, or the other way around.
fn in_affix(expected: &str, received: &str) -> Option<String> {
    for affix in ["https://", "http://"] {
        let is_only_difference = |longer: &str, shorter: &str| {
            longer
                .strip_prefix(affix)
                .is_some_and(|rest| rest.trim_end_matches('/') == shorter.trim_end_matches('/'))
        };
        if is_only_difference(expected, received) || is_only_difference(received, expected) {
            return Some(format!("differs only by `{affix}`"));
        }
    }
    let is_same = expected.trim_end_matches('/') == received.trim_end_matches('/');
    is_same.then(|| "differs only by the `/` at its end".to_owned())
}

/// Ids and ARNs that differ only in their Regions or in their account.
fn in_words(expected: &str, received: &str) -> Option<String> {
    let expected: Vec<&str> = expected.split_inclusive(is_separator).collect();
    let received: Vec<&str> = received.split_inclusive(is_separator).collect();
    if expected.len() != received.len() || expected.len() == 1 {
        return None;
    }
    let pairs = expected.into_iter().zip(received);
    let differing: Vec<(&str, &str)> = pairs.filter(|(a, b)| a != b).collect();
    let are_all = |is: fn(&str) -> bool| {
        differing.iter().all(|(a, b)| {
            let words = [a, b].map(|word| word.trim_end_matches(is_separator));
            // The separators behind the words must not differ.
            words.iter().all(|word| is(word)) && a[words[0].len()..] == b[words[1].len()..]
        })
    };
    if are_all(is_region) {
        Some("differs only in the Region".to_owned())
    } else if are_all(is_account) {
        Some("differs only in the account ID".to_owned())
    } else {
        None
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ':' | '/' | '.' | '_')
}

/// `us-east-1`, `us-gov-west-1`.
fn is_region(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return false;
    };
    let is_name = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    first.len() == 2
        && is_name(first)
        && !middle.is_empty()
        && middle.iter().all(is_name)
        && last.len() == 1
        && last.bytes().all(|b| b.is_ascii_digit())
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit())
}

/// A typing error: a character that is wrong, missing or too many, or two that are swapped.
fn in_one_character(expected: &str, received: &str) -> Option<String> {
    let expected: Vec<char> = expected.chars().collect();
    let received: Vec<char> = received.chars().collect();
    if expected.len().max(received.len()) < GLANCE {
        return None;
    }
    let pairs = expected.iter().zip(&received);
    let start = pairs.take_while(|(a, b)| a == b).count();
    let (expected, received) = (&expected[start..], &received[start..]);
    match (expected, received) {
        ([a, b, rest @ ..], [c, d, other @ ..]) if rest == other && (a, b) == (d, c) => {
            Some(format!("two characters are swapped (`{b}{a}`)"))
        }
        ([wanted, rest @ ..], [found, other @ ..]) if rest == other => Some(format!(
            "one character differs (`{found}` instead of `{wanted}`)"
        )),
        ([missing, rest @ ..], _) if rest == received => {
            Some(format!("lacks one character (`{missing}`)"))
        }
        (_, [added, other @ ..]) if expected == other => {
            Some(format!("has one character too many (`{added}`)"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const POOL: &str = "us-east-1:0a1b2c3d-0000-4000-8000-000000000001";
    const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

    fn text(expected: &str, received: &str) -> String {
        near_miss(expected, received).unwrap_or_else(|| "-".to_owned())
    }

    #[test]
    fn white_space_and_letter_case() {
        expect!["differs only in the white space around it"].assert_eq(&text(
            POOL,
            " us-east-1:0a1b2c3d-0000-4000-8000-000000000001\n",
        ));
        expect!["differs only in letter case"].assert_eq(&text(POOL, &POOL.to_uppercase()));
        expect!["differs only in letter case"].assert_eq(&text("admin", "Admin"));
    }

    #[test]
    fn a_url_instead_of_a_host() {
        let (host, url) = ("accounts.google.com", "https://accounts.google.com");

        expect!["differs only by `https://`"].assert_eq(&text(host, url));
        expect!["differs only by `https://`"].assert_eq(&text(url, host));
        expect!["differs only by `https://`"]
            .assert_eq(&text(host, "https://accounts.google.com/"));
        expect!["differs only by `http://`"].assert_eq(&text(host, "http://accounts.google.com"));
        expect!["differs only by the `/` at its end"]
            .assert_eq(&text(host, "accounts.google.com/"));
    }

    #[test]
    fn another_region_or_account() {
        let provider = |region: &str| format!("cognito-idp.{region}.amazonaws.com/{region}_AbC");

        expect!["differs only in the Region"]
            .assert_eq(&text(POOL, &POOL.replace("us-east-1", "eu-central-1")));
        expect!["differs only in the Region"]
            .assert_eq(&text(POOL, &POOL.replace("us-east-1", "us-gov-west-1")));
        expect!["differs only in the Region"]
            .assert_eq(&text(&provider("us-east-1"), &provider("us-east-2")));
        expect!["differs only in the account ID"]
            .assert_eq(&text(ROLE, &ROLE.replace("123456789012", "123456789013")));
        // A single word is not a part of something that can be named.
        expect!["one character differs (`3` instead of `2`)"]
            .assert_eq(&text("123456789012", "123456789013"));
        expect!["-"].assert_eq(&text("us-east-1", "eu-west-1"));
    }

    #[test]
    fn a_typing_error() {
        expect!["one character differs (`2` instead of `1`)"]
            .assert_eq(&text(POOL, &POOL.replace("001", "002")));
        expect!["one character differs (`_` instead of `/`)"]
            .assert_eq(&text(ROLE, &ROLE.replace('/', "_")));
        expect!["lacks one character (`8`)"].assert_eq(&text(ROLE, &ROLE.replace('8', "")));
        expect!["lacks one character (`r`)"]
            .assert_eq(&text(ROLE, "arn:aws:iam::123456789012:role/reade"));
        expect!["has one character too many (`s`)"].assert_eq(&text("token", "tokens"));
        expect!["two characters are swapped (`ne`)"].assert_eq(&text("opened", "opneed"));
    }

    #[test]
    fn texts_that_differ_in_more_than_one_thing() {
        let other_region = POOL.replace("us-east-1", "eu-west-1");

        for (expected, received) in [
            (POOL, POOL),
            ("", POOL),
            ("a", "b"),
            ("role", "user"),
            (POOL, &other_region.replace("001", "002")),
            ("https://a.test", "https://b.example"),
        ] {
            assert_eq!(near_miss(expected, received), None, "{expected} {received}");
        }
    }
}
