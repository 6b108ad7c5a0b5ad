//! How the values in a summary are named.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroU64;

use super::names::Names;

/// Names what a summary mentions.
pub(crate) trait Vocabulary {
    fn pool(&mut self, id: &str) -> String;

    fn identity(&mut self, id: &str) -> String;

    /// A user of a provider.
    fn login(&mut self, provider: &str, subject: &str) -> String;

    /// A login token that does not say whose it is.
    fn opaque_token(&mut self, token: Fingerprint) -> String;

    /// A `NextToken` in an input.
    fn next_token_given(&mut self, token: Fingerprint) -> String;

    /// A `NextToken` in an answer.
    fn next_token_returned(&mut self, token: Fingerprint) -> String;

    fn access_key(&mut self, id: &str) -> String;

    /// Any other text, on one line. It may contain ids.
    fn text(&mut self, text: &str) -> String;

    /// What the mock knows about the ids.
    fn names(&self) -> &Names;
}

/// Stands for a token that must be compared and must not be kept or printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(NonZeroU64);

impl Fingerprint {
    pub(crate) fn of(token: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        token.hash(&mut hasher);
        Self(NonZeroU64::new(hasher.finish()).unwrap_or(NonZeroU64::MIN))
    }
}
