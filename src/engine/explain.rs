//! The wording that explanations of the engine's errors share: lists, users and near misses.
//!
//! An explanation shows both of the values that were compared. It may contain names, ids and claims,
//! and never a token: see [`user`].

use serde_json::Value;

use super::context::Context;
use super::providers::is_opaque;
use super::state::{Login, Pool};
pub(super) use crate::explain::{nearest, plain, quoted, time_of_seconds};

/// How many entries of a list are shown.
pub(super) const SHOWN: usize = 5;

/// The value of a claim, as JSON writes it.
pub(super) fn json(claim: &Value) -> String {
    plain(&claim.to_string())
}

/// `a, b and 3 more`; `nothing` if there are none.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let count = items.len();
    list_of(items, count)
}

/// The same for so many items, of which only those that are shown are made.
pub(super) fn list_of(items: impl IntoIterator<Item = String>, count: usize) -> String {
    let shown: Vec<String> = items.into_iter().take(SHOWN).collect();
    let shown = shown.join(", ");
    match count.saturating_sub(SHOWN) {
        0 if count == 0 => "nothing".to_owned(),
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
    match nearest(given, known) {
        Some(known) => format!("; did you mean {}?", quoted(known)),
        None => String::new(),
    }
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
}
