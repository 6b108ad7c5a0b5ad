//! Pages of lists, and the opaque `NextToken` of the next page.
//!
//! A token holds the key of the last item that was returned. So the next page is found in an
//! ordered map at once, and no item is skipped or repeated because others were added or removed.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::explain::plain;
use crate::error::ServiceError;

// AWS [QUOTA7]: `MaxResults` is at most 60 in every list of this service.
const LONGEST: usize = 60;

/// Separates the name of the list from the key. No name of a list contains one.
const SEPARATOR: char = '\n';

/// The key after which the page begins that `token` asks for; `None` for the first page.
///
/// `list` names what is listed, and of which Region or pool. Tokens of other lists are rejected.
pub(super) fn after(token: Option<&str>, list: &str) -> Result<Option<String>, ServiceError> {
    let Some(token) = token else { return Ok(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let key = text
        .as_deref()
        .and_then(|text| text.strip_prefix(list)?.strip_prefix(SEPARATOR));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| foreign_token(text.as_deref(), list))
}

/// The first items of those that are left. If others follow, the last item of the page is returned
/// a second time, for the token of the next page.
///
/// Takes one item more than it returns. A missing `MaxResults` counts as 60.
pub(super) fn take<T: Copy>(
    mut items: impl Iterator<Item = T>,
    max_results: Option<i32>,
) -> (Vec<T>, Option<T>) {
    // Lengths other than 1 to 60 come from `with_engine` only. A longer page does no harm, but an
    // empty one would never lead to an end.
    let length = max_results.map_or(LONGEST, |max| usize::try_from(max).unwrap_or(0).max(1));
    let page: Vec<T> = items.by_ref().take(length).collect();
    let last = page.last().copied().filter(|_| items.next().is_some());
    (page, last)
}

/// The token of the page after the item with the key `last`.
pub(super) fn token(list: &str, last: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{list}{SEPARATOR}{last}"))
}

/// The error for a token that was not issued for this list. It is passed in decoded, if that is
/// possible.
// Approximation [Q39]: what AWS answers to a broken token, or to one of another list, is unknown.
pub(super) fn foreign_token(decoded: Option<&str>, list: &str) -> ServiceError {
    let other = decoded
        .and_then(|text| text.split_once(SEPARATOR))
        .filter(|(other, _)| *other != list && is_list(other));
    let list = plain(list);
    let why = match other {
        Some((other, _)) => {
            let other = plain(other);
            format!("the token was issued for the {other}; the request is about the {list}")
        }
        None => format!("no such token was issued for the {list}; was it changed or cut off?"),
    };
    ServiceError::invalid_parameter("NextToken is not one of this list.").because(why)
}

fn is_list(name: &str) -> bool {
    let lists = ["pools of ", "identities of ", "developer users of "];
    lists.iter().any(|list| name.starts_with(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(length: i32, items: &[&str]) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut asked = None;
        loop {
            let after = after(asked.as_deref(), "letters")
                .unwrap()
                .unwrap_or_default();
            let left = items.iter().copied().filter(|item| *item > after.as_str());
            let (page, last) = take(left, Some(length));
            pages.push(page.into_iter().map(str::to_owned).collect());
            let Some(last) = last else { return pages };
            asked = Some(token("letters", last));
        }
    }

    #[test]
    fn the_last_page_carries_no_token_even_when_it_is_full() {
        assert_eq!(pages(2, &["a", "b", "c", "d"]), [["a", "b"], ["c", "d"]]);
    }

    #[test]
    fn the_last_page_may_be_shorter() {
        assert_eq!(pages(2, &["a", "b", "c"]), [vec!["a", "b"], vec!["c"]]);
    }

    #[test]
    fn an_empty_list_is_one_empty_page() {
        assert_eq!(pages(2, &[]), [Vec::<String>::new()]);
    }

    #[test]
    fn a_page_is_sixty_long_when_nobody_says_otherwise() {
        let (page, last) = take(0..61, None);

        assert_eq!((page.len(), last), (60, Some(59)));
    }

    #[test]
    fn senseless_lengths_still_make_progress() {
        assert_eq!(take(0..3, Some(0)), (vec![0], Some(0)));
        assert_eq!(take(0..3, Some(-1)), (vec![0], Some(0)));
    }

    #[test]
    fn keys_of_any_text_come_back() {
        let key = "user\nwith \u{fc}nusual + signs?";

        let token = token("users", key);

        assert!(
            token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        assert_eq!(after(Some(&token), "users").unwrap().as_deref(), Some(key));
    }

    #[test]
    fn tokens_of_other_lists_and_of_none_are_rejected() {
        let foreign = token("users of b", "x");

        for token in [foreign.as_str(), "", "!", "AAAA", "bm90IG91cnM"] {
            assert_eq!(
                after(Some(token), "users"),
                Err(foreign_token(None, "users")),
                "{token}"
            );
        }
    }
}
