//! The names in a list of calls: short, and the same as in the test.

use std::collections::{BTreeMap, BTreeSet};

use super::mentioned::Mentioned;
use super::names::{Names, id_parts};
use super::vocabulary::{Fingerprint, Vocabulary};
use crate::engine::{OwnedLogin, Owner};
use crate::redact::{TOKEN_LIMIT, one_line, shortened};

/// The most characters of a text that is no id.
const TEXT: usize = 64;
/// How many characters of an id are shown at least, after its Region.
const TAIL: usize = 4;

/// Names pools and logins as the test does, and shortens ids. By default, without a list around it,
/// ids are whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogWords {
    names: Names,
    /// How many characters at the end of an id tell it from all others of the list.
    tail: Option<usize>,
    /// Names that several of the pools have.
    ambiguous: BTreeSet<String>,
    /// They are numbered if there are several.
    opaque_tokens: Vec<Fingerprint>,
    /// The numbers of the calls that returned a `NextToken`.
    next_tokens: BTreeMap<Fingerprint, usize>,
    unused_next_tokens: BTreeSet<Fingerprint>,
}

impl LogWords {
    /// The words for a list in which this is mentioned.
    pub(crate) fn new(mentioned: &Mentioned, names: Names) -> Self {
        let ids = mentioned.pools.iter().chain(&mentioned.identities);
        let ids: Vec<(&str, &str)> = ids.filter_map(|id| id_parts(id)).collect();
        let mut named = BTreeSet::new();
        let pools = mentioned.pools.iter();
        let ambiguous = pools
            .filter_map(|id| names.pools.get(id))
            .filter(|name| !named.insert((*name).clone()));
        Self {
            tail: Some(distinct_tail(&ids)),
            ambiguous: ambiguous.cloned().collect(),
            opaque_tokens: mentioned.opaque_tokens.clone(),
            names,
            ..Self::default()
        }
    }

    /// Tells which call returned a `NextToken`, and which of those tokens no later call has used.
    pub(crate) fn with_next_tokens(
        mut self,
        returned: impl IntoIterator<Item = (Fingerprint, usize)>,
        unused: BTreeSet<Fingerprint>,
    ) -> Self {
        self.next_tokens = returned.into_iter().collect();
        self.unused_next_tokens = unused;
        self
    }

    /// The owner of an identity by one of its logins.
    fn user(&self, login: &OwnedLogin) -> String {
        let is_name =
            !login.may_be_token || self.names.lenient_logins && login.subject.len() <= TOKEN_LIMIT;
        if is_name {
            shown(&login.subject)
        } else {
            format!("user of {}", shown(&login.provider))
        }
    }

    /// An id, or what was sent in its place.
    fn id(&self, id: &str) -> String {
        match (id_parts(id), self.tail) {
            (Some((region, rest)), Some(tail)) => {
                format!("{region}:…{}", &rest[rest.len() - tail..])
            }
            (Some(_), None) => id.to_owned(),
            (None, _) => format!("\"{}\"", shown(id)),
        }
    }
}

impl Vocabulary for LogWords {
    fn pool(&mut self, id: &str) -> String {
        match self.names.pools.get(id) {
            Some(name) if self.ambiguous.contains(name) => {
                format!("pool \"{}\" ({})", shown(name), self.id(id))
            }
            Some(name) => format!("pool \"{}\"", shown(name)),
            None => format!("pool {}", self.id(id)),
        }
    }

    fn identity(&mut self, id: &str) -> String {
        let owner = match self.names.owners.get(id) {
            None => String::new(),
            Some(Owner::Guest) => " (guest)".to_owned(),
            Some(Owner::Disabled) => " (disabled)".to_owned(),
            Some(Owner::User(logins)) => {
                let first = logins.first().map(|login| self.user(login));
                let first = first.unwrap_or_default();
                match logins.len() {
                    0 | 1 => format!(" ({first})"),
                    n => format!(" ({first} and {} more)", n - 1),
                }
            }
        };
        format!("identity {}{owner}", self.id(id))
    }

    fn login(&mut self, provider: &str, subject: &str) -> String {
        let subject = match id_parts(subject) {
            Some(_) => self.identity(subject),
            None => shown(subject),
        };
        format!("{} ({subject})", shown(provider))
    }

    fn opaque_token(&mut self, token: Fingerprint) -> String {
        let mut tokens = self.opaque_tokens.iter();
        match tokens.position(|other| *other == token) {
            Some(index) if self.opaque_tokens.len() > 1 => format!("opaque token {}", index + 1),
            _ => "opaque token".to_owned(),
        }
    }

    fn next_token_given(&mut self, token: Fingerprint) -> String {
        match self.next_tokens.get(&token) {
            Some(number) => format!("NextToken of #{number}"),
            None => "NextToken".to_owned(),
        }
    }

    fn next_token_returned(&mut self, token: Fingerprint) -> String {
        if self.unused_next_tokens.contains(&token) {
            "NextToken never used".to_owned()
        } else {
            "NextToken".to_owned()
        }
    }

    fn access_key(&mut self, id: &str) -> String {
        format!("key {}", shown(id))
    }

    fn text(&mut self, text: &str) -> String {
        shown(text)
    }

    fn names(&self) -> &Names {
        &self.names
    }
}

/// How many characters of the ids must be shown so that no two look the same.
fn distinct_tail(ids: &[(&str, &str)]) -> usize {
    let whole: BTreeSet<_> = ids.iter().collect();
    let is_distinct = |tail: usize| {
        let tails = whole
            .iter()
            .map(|(region, rest)| (region, &rest[rest.len() - tail..]));
        tails.collect::<BTreeSet<_>>().len() == whole.len()
    };
    (TAIL..36).find(|tail| is_distinct(*tail)).unwrap_or(36)
}

/// A text on one line, without tokens, and cut if it is long.
fn shown(text: &str) -> String {
    shortened(one_line(&text), TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "us-east-1:00000000-0000-4000-8000-0000000a0001";
    const TWO: &str = "us-east-1:00000000-0000-4000-8000-0000000b0001";

    fn words(ids: &[&str]) -> LogWords {
        let mut mentioned = Mentioned::default();
        for id in ids {
            let _ = mentioned.identity(id);
        }
        LogWords::new(&mentioned, Names::default())
    }

    #[test]
    fn shortened_ids_stay_different() {
        let (mut one, mut two) = (words(&[ONE]), words(&[ONE, TWO, ONE]));

        assert_eq!(one.identity(ONE), "identity us-east-1:…0001");
        assert_eq!(two.identity(ONE), "identity us-east-1:…a0001");
        assert_eq!(two.identity(TWO), "identity us-east-1:…b0001");
        let other_region = "eu-west-1:00000000-0000-4000-8000-0000000a0001";
        assert_eq!(
            words(&[ONE, other_region]).identity(ONE),
            "identity us-east-1:…0001"
        );
    }

    #[test]
    fn without_a_list_ids_are_whole() {
        assert_eq!(LogWords::default().pool(ONE), format!("pool {ONE}"));
    }

    #[test]
    fn what_is_no_id_is_quoted_and_cut() {
        let mut words = words(&["", "x"]);

        assert_eq!(words.identity("x\n"), r#"identity "x\n""#);
        assert_eq!(
            words.pool(&"ö".repeat(65)),
            format!("pool \"{}…\"", "ö".repeat(64))
        );
        let token = format!("us-east-1:eyJ{}", "x".repeat(60));
        assert_eq!(
            words.identity(&token),
            r#"identity "us-east-1:eyJxx… (63 bytes)""#
        );
    }

    #[test]
    fn opaque_tokens_are_numbered_if_there_are_several() {
        let [a, b] = ["a", "b"].map(Fingerprint::of);
        let mut mentioned = Mentioned::default();
        let _ = mentioned.opaque_token(a);
        let mut one = LogWords::new(&mentioned, Names::default());
        let _ = (mentioned.opaque_token(b), mentioned.opaque_token(a));
        let mut two = LogWords::new(&mentioned, Names::default());

        assert_eq!(one.opaque_token(a), "opaque token");
        assert_eq!(
            [a, b].map(|token| two.opaque_token(token)),
            ["opaque token 1", "opaque token 2"]
        );
    }
}
