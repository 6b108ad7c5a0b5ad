//! What the mock holds at the end of a run, in words that do not depend on ids.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsInput;
use aws_sdk_cognitoidentity::operation::lookup_developer_identity::LookupDeveloperIdentityInput;
use aws_sdk_cognitoidentity::types::{IdentityDescription, IdentityPoolShortDescription};

use crate::engine::Engine;
use crate::server::MockCognitoIdentity;

/// The most items of a page.
const PAGE: i32 = 60;

/// What code may leave behind in the service.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leftover {
    /// An identity pool.
    Pool,
    /// An identity without logins. `GetId` without logins creates one each time, so that a retry
    /// after a lost answer leaves one behind, and no client can prevent that.
    Guest,
    /// An identity with logins.
    User,
    /// A user of a developer provider.
    DeveloperUser,
    /// A role of a pool.
    Role,
}

/// What a mock holds, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CognitoState(BTreeMap<Item, usize>);

/// Something that the mock holds. Items that only differ in their ids are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub(super) kind: Leftover,
    text: String,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl CognitoState {
    /// What the mock holds in these Regions.
    pub(super) fn of(mock: &MockCognitoIdentity, regions: &BTreeSet<String>) -> Self {
        let mut state = Self::default();
        mock.with_engine(|engine| {
            for region in regions {
                state.add_region(engine.in_region(region.as_str()));
            }
        });
        state
    }

    /// What this has more of than the other, and by how many.
    pub(super) fn beyond(&self, other: &Self) -> Vec<(Item, usize)> {
        let more = self.0.iter().filter_map(|(item, count)| {
            let surplus = count.saturating_sub(other.0.get(item).copied().unwrap_or(0));
            (surplus > 0).then(|| (item.clone(), surplus))
        });
        more.collect()
    }

    fn add_region(&mut self, engine: &mut Engine) {
        for pool in pools(engine) {
            let name = pool.identity_pool_name().unwrap_or_default();
            let in_pool = format!("pool {name:?}");
            self.add(Leftover::Pool, in_pool.clone());
            let pool_id = pool.identity_pool_id().unwrap_or_default();
            for identity in identities(engine, pool_id) {
                self.add_identity(engine, &in_pool, pool_id, &identity);
            }
            for (role, arn) in roles(engine, pool_id) {
                self.add(Leftover::Role, format!("role {role:?} of {in_pool}: {arn}"));
            }
        }
    }

    fn add_identity(
        &mut self,
        engine: &mut Engine,
        in_pool: &str,
        pool_id: &str,
        identity: &IdentityDescription,
    ) {
        let users = identity
            .identity_id()
            .map(|id| developer_users(engine, pool_id, id))
            .unwrap_or_default();
        for user in users {
            self.add(
                Leftover::DeveloperUser,
                format!("developer user {user:?} of {in_pool}"),
            );
        }
        if identity.logins().is_empty() {
            self.add(Leftover::Guest, format!("guest of {in_pool}"));
        } else {
            let mut logins = identity.logins().to_vec();
            logins.sort();
            let logins = logins.join(" and ");
            self.add(
                Leftover::User,
                format!("identity of {in_pool} with a login of {logins}"),
            );
        }
    }

    fn add(&mut self, kind: Leftover, text: String) {
        *self.0.entry(Item { kind, text }).or_default() += 1;
    }
}

// A request that the engine rejects finds nothing: the pool was deleted in between, or it has no
// developer provider.

fn pools(engine: &mut Engine) -> Vec<IdentityPoolShortDescription> {
    all_pages(|next_token| {
        let input = ListIdentityPoolsInput::builder().max_results(PAGE);
        let page = engine
            .list_identity_pools(input.set_next_token(next_token).build().ok()?)
            .ok()?;
        Some((page.identity_pools.unwrap_or_default(), page.next_token))
    })
}

fn identities(engine: &mut Engine, pool_id: &str) -> Vec<IdentityDescription> {
    all_pages(|next_token| {
        let input = ListIdentitiesInput::builder()
            .identity_pool_id(pool_id)
            .max_results(PAGE);
        let page = engine
            .list_identities(input.set_next_token(next_token).build().ok()?)
            .ok()?;
        Some((page.identities.unwrap_or_default(), page.next_token))
    })
}

fn developer_users(engine: &mut Engine, pool_id: &str, identity_id: &str) -> Vec<String> {
    all_pages(|next_token| {
        let input = LookupDeveloperIdentityInput::builder()
            .identity_pool_id(pool_id)
            .identity_id(identity_id)
            .max_results(PAGE);
        let page = engine
            .lookup_developer_identity(input.set_next_token(next_token).build().ok()?)
            .ok()?;
        let users = page.developer_user_identifier_list.unwrap_or_default();
        Some((users, page.next_token))
    })
}

fn roles(engine: &mut Engine, pool_id: &str) -> BTreeMap<String, String> {
    let input = GetIdentityPoolRolesInput::builder().identity_pool_id(pool_id);
    let Ok(input) = input.build() else {
        return BTreeMap::new();
    };
    let output = engine.get_identity_pool_roles(input).ok();
    let roles = output.and_then(|output| output.roles);
    roles.unwrap_or_default().into_iter().collect()
}

/// The items of all pages. `page` returns one page and the token of the next.
fn all_pages<T>(
    mut page: impl FnMut(Option<String>) -> Option<(Vec<T>, Option<String>)>,
) -> Vec<T> {
    let (mut items, mut next_token) = (Vec::new(), None);
    while let Some((page, next)) = page(next_token.take()) {
        items.extend(page);
        if next.is_none() {
            break;
        }
        next_token = next;
    }
    items
}
