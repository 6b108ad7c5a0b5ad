//! The names in a transcript: what differs from run to run is replaced by what it is.

use std::collections::BTreeMap;

use once_cell::sync::Lazy;
use regex_lite::{Captures, Regex};

use super::names::Names;
use super::vocabulary::{Fingerprint, Vocabulary};
use crate::redact::one_line;

/// What differs from run to run, wherever it occurs in a text.
static RANDOM: Lazy<Regex> = Lazy::new(|| {
    let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let parts = [
        format!("(?<id>[a-z0-9-]+:{uuid})"),
        format!("(?<uuid>{uuid})"),
        "(?<key>ASIA[A-Z0-9]{16})".to_owned(),
        "(?<hash>[0-9a-f]{64})".to_owned(),
        "(?<address>127\\.0\\.0\\.1:[0-9]+)".to_owned(),
        // Seconds since 1970, and both forms of ISO 8601.
        "(?<time>[0-9]{10}|[0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z)".to_owned(),
    ];
    let pattern = format!("\\b(?:{})\\b", parts.join("|"));
    Regex::new(&pattern).expect("the pattern is constant")
});

/// Numbers ids, keys and tokens in the order in which they appear, and leaves times out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placeholders {
    names: Names,
    /// What stands for a pool, by its id.
    pools: BTreeMap<String, String>,
    /// How many pools have the same name, or none that is known.
    same_name: BTreeMap<Option<String>, usize>,
    identities: Numbers<String>,
    access_keys: Numbers<String>,
    tokens: Numbers<Fingerprint>,
    uuids: Numbers<String>,
}

impl Placeholders {
    pub(crate) fn new(names: Names) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }

    /// What stands for a match of [`RANDOM`].
    fn placeholder(&mut self, found: &Captures<'_>) -> String {
        let text = &found[0];
        let is = |group| found.name(group).is_some();
        if is("id") {
            let is_pool = self.pools.contains_key(text) || self.names.pools.contains_key(text);
            if is_pool {
                self.pool(text)
            } else {
                self.identity(text)
            }
        } else if is("uuid") {
            format!("<uuid {}>", self.uuids.of(text.to_owned()))
        } else if is("key") {
            self.access_key(text)
        } else if is("hash") {
            "<hash>".to_owned()
        } else if is("address") {
            "<address>".to_owned()
        } else {
            "<time>".to_owned()
        }
    }

    fn new_pool(&mut self, id: &str) -> String {
        let name = self.names.pools.get(id).cloned();
        let same_name = self.same_name.entry(name.clone()).or_default();
        *same_name += 1;
        match (name, *same_name) {
            (None, n) => format!("<pool {n}>"),
            (Some(name), 1) => format!("<pool \"{}\">", self.text(&name)),
            (Some(name), n) => format!("<pool \"{}\" {n}>", self.text(&name)),
        }
    }
}

impl Vocabulary for Placeholders {
    fn pool(&mut self, id: &str) -> String {
        if let Some(placeholder) = self.pools.get(id) {
            return placeholder.clone();
        }
        if !self.names.pools.contains_key(id) && !is_id(id) {
            return format!("pool \"{}\"", self.text(id));
        }
        let placeholder = self.new_pool(id);
        self.pools.insert(id.to_owned(), placeholder.clone());
        placeholder
    }

    fn identity(&mut self, id: &str) -> String {
        if is_id(id) {
            format!("<identity {}>", self.identities.of(id.to_owned()))
        } else {
            format!("identity \"{}\"", self.text(id))
        }
    }

    fn login(&mut self, provider: &str, subject: &str) -> String {
        let (provider, subject) = (self.text(provider), self.text(subject));
        format!("<login {subject} of {provider}>")
    }

    fn opaque_token(&mut self, token: Fingerprint) -> String {
        format!("<token {}>", self.tokens.of(token))
    }

    fn next_token_given(&mut self, token: Fingerprint) -> String {
        format!("NextToken <token {}>", self.tokens.of(token))
    }

    fn next_token_returned(&mut self, token: Fingerprint) -> String {
        self.next_token_given(token)
    }

    fn access_key(&mut self, id: &str) -> String {
        format!("<key {}>", self.access_keys.of(id.to_owned()))
    }

    fn text(&mut self, text: &str) -> String {
        let line = one_line(&text);
        RANDOM
            .replace_all(&line, |found: &Captures<'_>| self.placeholder(found))
            .into_owned()
    }

    fn names(&self) -> &Names {
        &self.names
    }
}

/// Whether the text is an id as the service issues it.
fn is_id(text: &str) -> bool {
    let found = RANDOM.captures(text);
    found.is_some_and(|found| found.name("id").is_some_and(|id| id.len() == text.len()))
}

/// Numbers values from 1 in the order in which they are met.
#[derive(Clone, Debug)]
struct Numbers<T>(BTreeMap<T, usize>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Ord> Numbers<T> {
    fn of(&mut self, value: T) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(value).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
    const IDENTITY: &str = "us-east-1:00000000-0000-4000-8000-000000000002";

    fn words() -> Placeholders {
        let pools = [(POOL.to_owned(), "app".to_owned())];
        Placeholders::new(Names::default().with_former_pools(pools))
    }

    #[test]
    fn everything_random_in_a_text_is_replaced() {
        let mut words = words();

        for (text, expected) in [
            (
                format!("'{IDENTITY}' in {POOL}, {IDENTITY}."),
                "'<identity 1>' in <pool \"app\">, <identity 1>.",
            ),
            (
                format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{POOL}"),
                "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/<pool \"app\">",
            ),
            (
                "Token expired: 1767323045 >= 1767319445".to_owned(),
                "Token expired: <time> >= <time>",
            ),
            (
                "20260102T030405Z and 2026-01-02T03:04:05.678Z".to_owned(),
                "<time> and <time>",
            ),
            (
                "user-00000000-0000-4000-8000-000000000003".to_owned(),
                "user-<uuid 1>",
            ),
            (
                "ASIAABCDEFGHIJKLMNOP of 127.0.0.1:8080".to_owned(),
                "<key 1> of <address>",
            ),
            ("123456789012 and 2026".to_owned(), "123456789012 and 2026"),
        ] {
            assert_eq!(words.text(&text), expected);
        }
    }

    #[test]
    fn pools_of_one_name_and_pools_without_one_are_numbered() {
        let ids: Vec<String> = (1..=4)
            .map(|n| format!("us-east-1:00000000-0000-4000-8000-00000000000{n}"))
            .collect();
        let named = ids[..2].iter().map(|id| (id.clone(), "app".to_owned()));
        let mut words = Placeholders::new(Names::default().with_former_pools(named));

        let pools: Vec<String> = ids
            .iter()
            .chain(&ids[..1])
            .map(|id| words.pool(id))
            .collect();

        assert_eq!(
            pools,
            [
                "<pool \"app\">",
                "<pool \"app\" 2>",
                "<pool 1>",
                "<pool 2>",
                "<pool \"app\">"
            ]
        );
        assert_eq!(words.pool("mine"), "pool \"mine\"");
        assert_eq!(words.identity("mine"), "identity \"mine\"");
    }
}
