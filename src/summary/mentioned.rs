//! What calls mention, collected before it is named.

use std::collections::BTreeSet;

use super::names::{Names, id_parts};
use super::vocabulary::{Fingerprint, Vocabulary};
use crate::engine::Engine;

/// Collects what is mentioned, instead of naming it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentioned {
    pub(super) pools: BTreeSet<String>,
    pub(super) identities: BTreeSet<String>,
    access_keys: BTreeSet<String>,
    /// In the order in which they are mentioned first.
    pub(super) opaque_tokens: Vec<Fingerprint>,
    names: Names,
}

impl Mentioned {
    /// Collects as names would be given that are known already.
    pub(crate) fn with(names: Names) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }

    /// The names it was given, and what the engine knows about what is mentioned.
    pub(crate) fn look_up(&self, engine: &Engine) -> Names {
        let (identities, access_keys) = (self.identities.iter(), self.access_keys.iter());
        self.names.clone().look_up(engine, identities, access_keys)
    }
}

impl Vocabulary for Mentioned {
    fn pool(&mut self, id: &str) -> String {
        self.pools.insert(id.to_owned());
        String::new()
    }

    fn identity(&mut self, id: &str) -> String {
        self.identities.insert(id.to_owned());
        String::new()
    }

    fn login(&mut self, _: &str, subject: &str) -> String {
        if id_parts(subject).is_some() {
            self.identities.insert(subject.to_owned());
        }
        String::new()
    }

    fn opaque_token(&mut self, token: Fingerprint) -> String {
        if !self.opaque_tokens.contains(&token) {
            self.opaque_tokens.push(token);
        }
        String::new()
    }

    fn next_token_given(&mut self, _: Fingerprint) -> String {
        String::new()
    }

    fn next_token_returned(&mut self, _: Fingerprint) -> String {
        String::new()
    }

    fn access_key(&mut self, id: &str) -> String {
        self.access_keys.insert(id.to_owned());
        String::new()
    }

    fn text(&mut self, _: &str) -> String {
        String::new()
    }

    fn names(&self) -> &Names {
        &self.names
    }
}
