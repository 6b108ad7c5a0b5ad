//! What became of identities, logins and pools that are gone, and through which call. Only
//! explanations of errors ask for it.
//!
//! The newest changes of all Regions are kept and older ones are forgotten, so that a long run does not
//! need more and more memory. Keeping a
//! change is an append. Finding one is a search, which only a call pays for that is rejected.

use std::collections::VecDeque;
use std::fmt;

use super::identity_id::IdentityKey;
use super::state::Login;

/// How many changes are kept.
const KEPT: usize = 1_000;

/// The newest changes that took something away, the newest last.
#[derive(Default)]
pub(super) struct History(VecDeque<Change>);

/// Something that was taken away, and by which call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) what: What,
    pub(super) by: ByCall,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    DeletedPool(Box<DeletedPool>),
    DeletedIdentity(IdentityKey),
    /// The first gave its logins to the second.
    Merged(IdentityKey, IdentityKey),
    /// A login was taken from an identity.
    Unlinked(IdentityKey, Login),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeletedPool {
    pub(super) id: String,
    pub(super) name: String,
    /// The prefix of its identities.
    pub(super) identity_prefix: u64,
}

/// A call, as explanations name it: `call #7, DeleteIdentities`. What is asked of the engine
/// directly has no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ByCall {
    pub(super) number: Option<usize>,
    pub(super) operation: &'static str,
}

impl fmt::Display for ByCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation;
        match self.number {
            Some(number) => write!(f, "by call #{number}, {operation}"),
            None => write!(f, "through `with_engine`, by {operation}"),
        }
    }
}

impl History {
    pub(super) fn keep(&mut self, what: What, by: ByCall) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Change { what, by });
    }

    /// The deletion of the pool with this id.
    pub(super) fn deleted_pool(&self, id: &str) -> Option<(&DeletedPool, ByCall)> {
        self.find_pool(|pool| pool.id == id)
    }

    /// The deletion of the pool that an identity was in.
    pub(super) fn deleted_pool_of(&self, identity: IdentityKey) -> Option<(&DeletedPool, ByCall)> {
        self.find_pool(|pool| pool.identity_prefix == identity.prefix())
    }

    fn find_pool(
        &self,
        is_wanted: impl Fn(&DeletedPool) -> bool,
    ) -> Option<(&DeletedPool, ByCall)> {
        self.newest_first().find_map(|change| {
            if let What::DeletedPool(pool) = &change.what
                && is_wanted(pool)
            {
                return Some((&**pool, change.by));
            }
            None
        })
    }

    /// The call that deleted an identity.
    pub(super) fn deleted_identity(&self, identity: IdentityKey) -> Option<ByCall> {
        let wanted = What::DeletedIdentity(identity);
        let mut changes = self.newest_first();
        Some(changes.find(|change| change.what == wanted)?.by)
    }

    /// Which identity this one was merged into.
    pub(super) fn merged(&self, identity: IdentityKey) -> Option<(IdentityKey, ByCall)> {
        self.newest_first().find_map(|change| {
            if let What::Merged(from, into) = change.what
                && from == identity
            {
                return Some((into, change.by));
            }
            None
        })
    }

    /// The login that an identity lost last.
    pub(super) fn last_unlinked(&self, identity: IdentityKey) -> Option<(&Login, ByCall)> {
        self.find_unlinked(|from, _| from == identity)
    }

    /// The call that took a login from an identity of this pool.
    pub(super) fn unlinked(&self, login: &Login, identity_prefix: u64) -> Option<ByCall> {
        let is_wanted =
            |from: IdentityKey, other: &Login| other == login && from.prefix() == identity_prefix;
        Some(self.find_unlinked(is_wanted)?.1)
    }

    fn find_unlinked(
        &self,
        is_wanted: impl Fn(IdentityKey, &Login) -> bool,
    ) -> Option<(&Login, ByCall)> {
        self.newest_first().find_map(|change| {
            if let What::Unlinked(from, login) = &change.what
                && is_wanted(*from, login)
            {
                return Some((login, change.by));
            }
            None
        })
    }

    fn newest_first(&self) -> impl Iterator<Item = &Change> {
        self.0.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY: ByCall = ByCall {
        number: Some(7),
        operation: "DeleteIdentities",
    };

    #[test]
    fn the_newest_changes_are_kept() {
        let mut history = History::default();
        for key in 0..=1_000 {
            history.keep(What::DeletedIdentity(IdentityKey(key)), BY);
        }

        assert_eq!(history.0.len(), 1_000);
        assert_eq!(history.deleted_identity(IdentityKey(0)), None);
        assert_eq!(history.deleted_identity(IdentityKey(1)), Some(BY));
        assert_eq!(history.deleted_identity(IdentityKey(1_000)), Some(BY));
    }

    #[test]
    fn the_newest_of_several_changes_is_found() {
        let mut history = History::default();
        let later = ByCall { number: None, ..BY };
        let [from, first, second] = [1, 2, 3].map(IdentityKey);
        history.keep(What::Merged(from, first), BY);
        history.keep(What::Merged(from, second), later);

        assert_eq!(history.merged(from), Some((second, later)));
        assert_eq!(history.merged(first), None);
    }

    #[test]
    fn a_call_is_named_by_number_and_operation() {
        let direct = ByCall { number: None, ..BY };

        assert_eq!(BY.to_string(), "by call #7, DeleteIdentities");
        assert_eq!(
            direct.to_string(),
            "through `with_engine`, by DeleteIdentities"
        );
    }
}
