//! Whose an identity is, what became of it, and whose logins a request has, for the explanations of
//! errors.

use super::context::Context;
use super::explain::{list, pool_name, user};
use super::identity_id::{IdentityKey, identity_id};
use super::state::{Login, Pool, RegionState, Standing};
use super::verified_login::{Bearer, VerifiedLogin};

/// A pool that explanations tell of, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) context: &'a Context,
    pub(super) region: &'a RegionState,
    pub(super) pool: &'a Pool,
}

impl Facts<'_> {
    /// The request has no logins, and the pool wants some.
    pub(super) fn guests_not_allowed(self) -> String {
        format!(
            "`Logins` is empty, and the {} has AllowUnauthenticatedIdentities = false",
            pool_name(self.pool)
        )
    }

    /// The identity is not a guest, and the request has no logins.
    pub(super) fn logins_missing(self, identity: IdentityKey) -> String {
        format!("{}; the request has no `Logins`", self.standing(identity))
    }

    /// None of the logins is of the identity.
    pub(super) fn logins_differ(self, identity: IdentityKey, given: &[VerifiedLogin]) -> String {
        let logins = list(given.iter().map(|login| self.given(login)));
        format!("{}; the request has {logins}", self.standing(identity))
    }

    /// Whose the identity is, or what became of it.
    pub(super) fn standing(self, identity: IdentityKey) -> String {
        match self.region.identities[&identity].standing {
            Standing::Active if self.region.identities[&identity].logins.is_empty() => {
                "the identity is a guest".to_owned()
            }
            Standing::Active => format!("the identity belongs to {}", self.owners(identity)),
            Standing::MergedAway => match self.context.history.merged(identity) {
                Some((into, by)) => {
                    format!("the identity was merged into {} {by}", self.id(into))
                }
                None => "the identity was merged into another one".to_owned(),
            },
            Standing::Unlinked => match self.context.history.last_unlinked(identity) {
                Some((login, by)) => format!(
                    "{}, the last login of the identity, was unlinked {by}, which disabled it",
                    self.user(login)
                ),
                None => "the last login of the identity was unlinked, which disabled it".to_owned(),
            },
        }
    }

    /// The users who own an identity.
    pub(super) fn owners(self, identity: IdentityKey) -> String {
        let logins = &self.region.identities[&identity].logins;
        list(logins.iter().map(|login| self.user(login)))
    }

    /// The user of a login that the request has, with the identity that the user owns.
    fn given(self, login: &VerifiedLogin) -> String {
        let login = match &login.bearer {
            Bearer::User(login) => login,
            Bearer::Identity(key) => return format!("a token for {}", self.id(*key)),
        };
        let user = self.user(login);
        if let Some(owner) = self.pool.login_owners.get(login) {
            return format!("{user} (owns {})", self.id(*owner));
        }
        let history = &self.context.history;
        match history.unlinked(login, self.pool.identity_prefix) {
            Some(by) => format!("{user} (unlinked {by})"),
            None => format!("{user} (owns no identity)"),
        }
    }

    pub(super) fn user(self, login: &Login) -> String {
        user(self.context, self.pool, login)
    }

    pub(super) fn id(self, identity: IdentityKey) -> String {
        identity_id(&self.region.name, identity)
    }
}
