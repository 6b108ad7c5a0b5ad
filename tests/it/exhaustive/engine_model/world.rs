//! The model: pools, their identities, and who owns which login. Nothing else is in it, and
//! nothing of the engine's.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{COGNITO, Given, Truth};

/// A provider and its user.
pub(super) type Login = (String, String);
/// What an operation answers: an identity, or the code of an error.
pub(super) type Answer = Result<String, &'static str>;

pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(super) const NOT_AUTHORIZED: &str = "NotAuthorizedException";
pub(super) const INVALID: &str = "InvalidParameterException";
pub(super) const CONFLICT: &str = "ResourceConflictException";
pub(super) const REGISTERED: &str = "DeveloperUserAlreadyRegisteredException";
pub(super) const NO_ROLE: &str = "InvalidIdentityPoolConfigurationException";

const MOST_LOGINS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    MergedAway,
    Unlinked,
}

#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) standing: Standing,
    pub(super) logins: BTreeSet<Login>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ambiguous {
    AuthenticatedRole,
    Deny,
}

#[derive(Clone, Debug)]
pub(super) struct Pool {
    pub(super) id: String,
    pub(super) region: String,
    pub(super) name: String,
    pub(super) guests: bool,
    pub(super) classic: Option<bool>,
    pub(super) providers: BTreeSet<&'static str>,
    pub(super) developer: Option<String>,
    pub(super) roles: BTreeMap<String, String>,
    /// Of Google's users, whose tokens name no role.
    pub(super) mapping: Option<Ambiguous>,
    pub(super) principal_tags: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) identities: BTreeMap<String, Identity>,
}

/// Which operation logins are shown to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    GetId,
    Public,
}

/// What all of a call's logins prove, in the order of the providers' names.
#[derive(Debug, Default)]
pub(super) struct Proven {
    pub(super) logins: Vec<Login>,
    pub(super) vouched: Vec<String>,
}

impl Proven {
    fn is_empty(&self) -> bool {
        self.logins.is_empty() && self.vouched.is_empty()
    }
}

impl Pool {
    pub(super) fn owner(&self, login: &Login) -> Option<&String> {
        let owns = |identity: &Identity| identity.logins.contains(login);
        let mut owners = self
            .identities
            .iter()
            .filter(|(_, identity)| owns(identity));
        let owner = owners.next().map(|(id, _)| id);
        assert_eq!(
            owners.next().map(|(id, _)| id),
            None,
            "{login:?} has two owners"
        );
        owner
    }

    pub(super) fn developer_login(&self, user: &str) -> Option<Login> {
        Some((self.developer.clone()?, user.to_owned()))
    }

    pub(super) fn prove(&self, logins: &[Given], shown: Shown) -> Result<Proven, &'static str> {
        let mut sorted: Vec<_> = logins.iter().collect();
        sorted.sort_by_key(|given| &given.provider);
        let mut proven = Proven::default();
        for given in sorted {
            let provider = given.provider.as_str();
            if self.developer.as_deref() == Some(provider) {
                return Err(INVALID);
            }
            match &given.truth {
                Truth::User(subject) if self.providers.contains(provider) => {
                    proven.logins.push((provider.to_owned(), subject.clone()));
                }
                Truth::Identity { pool, id }
                    if provider == COGNITO
                        && shown == Shown::Public
                        && *pool == self.id
                        && self.developer.is_some() =>
                {
                    proven.vouched.push(id.clone());
                }
                Truth::User(_) | Truth::Identity { .. } | Truth::Nothing => {
                    return Err(NOT_AUTHORIZED);
                }
            }
        }
        Ok(proven)
    }

    /// Who answers `GetCredentialsForIdentity` and `GetOpenIdToken`, before anything changes.
    pub(super) fn answering(&self, called: &str, proven: &Proven) -> Answer {
        let identity = &self.identities[called];
        if proven.is_empty() {
            let is_guest = identity.standing == Standing::Active && identity.logins.is_empty();
            return if is_guest && self.guests {
                Ok(called.to_owned())
            } else {
                Err(NOT_AUTHORIZED)
            };
        }
        if proven.vouched.iter().any(|id| id != called) {
            return Err(NOT_AUTHORIZED);
        }
        let first_owner = proven.logins.iter().find_map(|login| self.owner(login));
        match identity.standing {
            Standing::Unlinked => Err(NOT_AUTHORIZED),
            Standing::MergedAway => first_owner.cloned().ok_or(NOT_AUTHORIZED),
            Standing::Active if identity.logins.is_empty() => {
                Ok(first_owner.map_or_else(|| called.to_owned(), Clone::clone))
            }
            Standing::Active => {
                let owns = |login: &Login| identity.logins.contains(login);
                let shows_own = proven.logins.iter().any(owns) || !proven.vouched.is_empty();
                shows_own.then(|| called.to_owned()).ok_or(NOT_AUTHORIZED)
            }
        }
    }

    /// Which role the enhanced flow finds, if any.
    pub(super) fn role(&self, proven: &Proven) -> Result<(), &'static str> {
        let of_google = |login: &Login| login.0 == super::tokens::GOOGLE;
        if self.mapping == Some(Ambiguous::Deny) && proven.logins.iter().any(of_google) {
            return Err(NOT_AUTHORIZED);
        }
        let kind = if proven.is_empty() {
            "unauthenticated"
        } else {
            "authenticated"
        };
        self.roles.contains_key(kind).then_some(()).ok_or(NO_ROLE)
    }

    /// The logins that one identity would have, and who would be merged into it: whoever owned one
    /// of them, and the one that gives way.
    pub(super) fn union(
        &self,
        survivor: &str,
        gives_way: Option<&str>,
        logins: &[Login],
    ) -> Result<(BTreeSet<Login>, BTreeSet<String>), &'static str> {
        let mut all = self.identities[survivor].logins.clone();
        let owners = logins.iter().filter_map(|login| self.owner(login).cloned());
        let mut merged: BTreeSet<String> = owners.collect();
        merged.extend(gives_way.map(str::to_owned));
        merged.remove(survivor);
        all.extend(logins.iter().cloned());
        for id in &merged {
            all.extend(self.identities[id].logins.iter().cloned());
        }
        let public = all
            .iter()
            .filter(|(provider, _)| Some(provider) != self.developer.as_ref());
        let public: Vec<_> = public.map(|(provider, _)| provider).collect();
        let distinct: BTreeSet<_> = public.iter().collect();
        if distinct.len() != public.len() || all.len() > MOST_LOGINS {
            return Err(CONFLICT);
        }
        Ok((all, merged))
    }

    /// Gives all logins to one identity.
    pub(super) fn link(
        &mut self,
        survivor: &str,
        gives_way: Option<&str>,
        logins: &[Login],
    ) -> Answer {
        let (all, merged) = self.union(survivor, gives_way, logins)?;
        for id in merged {
            let identity = self.identity_mut(&id);
            identity.logins.clear();
            if identity.standing == Standing::Active {
                identity.standing = Standing::MergedAway;
            }
        }
        self.identity_mut(survivor).logins = all;
        Ok(survivor.to_owned())
    }

    /// A guest that the engine has just made.
    pub(super) fn add(&mut self, id: &str) {
        let identity = Identity {
            standing: Standing::Active,
            logins: BTreeSet::new(),
        };
        let known = self.identities.insert(id.to_owned(), identity);
        assert!(known.is_none(), "{id} is given out twice");
    }

    /// Takes logins away. Without any left the identity is gone for good.
    pub(super) fn unlink(&mut self, id: &str, remove: impl Fn(&Login) -> bool) {
        let identity = self.identity_mut(id);
        let before = identity.logins.len();
        identity.logins.retain(|login| !remove(login));
        if before > 0 && identity.logins.is_empty() {
            identity.standing = Standing::Unlinked;
        }
    }

    pub(super) fn identity_mut(&mut self, id: &str) -> &mut Identity {
        self.identities.get_mut(id).expect("the model knows it")
    }

    /// What `DescribeIdentity` says of the logins of one of them, as a set.
    pub(super) fn described(&self, identity: &Identity) -> BTreeSet<String> {
        match identity.standing {
            Standing::Active => identity
                .logins
                .iter()
                .map(|login| login.0.clone())
                .collect(),
            Standing::MergedAway | Standing::Unlinked => {
                ["DISABLED".to_owned(), self.region.clone()].into()
            }
        }
    }
}
