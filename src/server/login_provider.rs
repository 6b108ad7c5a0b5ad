//! A login provider of a [`PoolSeed`](super::pool_seed::PoolSeed), and the names it goes by.

use std::collections::BTreeMap;

use crate::engine::{is_social_provider, partition};

/// A provider that the pool trusts, with the settings that a pool has for each provider.
#[derive(Clone, Debug)]
pub(super) struct LoginProvider {
    /// The key in `Logins`.
    pub(super) name: String,
    pub(super) app_id: String,
    pub(super) server_side_token_check: bool,
    /// Groups of users and the ARNs of their roles.
    pub(super) group_roles: Vec<(String, String)>,
    pub(super) principal_tags: Option<PrincipalTags>,
}

impl LoginProvider {
    pub(super) fn is_user_pool(&self) -> bool {
        self.name.starts_with("cognito-idp.")
    }

    pub(super) fn kind(&self) -> Kind {
        if self.is_user_pool() {
            Kind::UserPool
        } else if self.name.starts_with("arn:") {
            Kind::Saml
        } else if is_social_provider(&self.name) {
            Kind::Social
        } else {
            Kind::OpenIdConnect
        }
    }

    pub(super) fn open_id_connect_arn(&self, place: Place<'_>) -> String {
        place.iam_arn(&format!("oidc-provider/{}", self.name))
    }

    pub(super) fn role_mapping_key(&self, place: Place<'_>) -> String {
        match self.kind() {
            Kind::UserPool => format!("{}:{}", self.name, self.app_id),
            Kind::Social | Kind::Saml => self.name.clone(),
            Kind::OpenIdConnect => self.open_id_connect_arn(place),
        }
    }

    pub(super) fn principal_tags_key(&self, place: Place<'_>) -> String {
        match self.kind() {
            Kind::UserPool | Kind::Social | Kind::Saml => self.name.clone(),
            Kind::OpenIdConnect => self.open_id_connect_arn(place),
        }
    }
}

/// The kind of a provider, which its name tells.
pub(super) enum Kind {
    UserPool,
    Social,
    Saml,
    OpenIdConnect,
}

/// The attributes for access control of a provider.
#[derive(Clone, Debug)]
pub(super) enum PrincipalTags {
    Defaults,
    /// Tag keys and claim names.
    Custom(BTreeMap<String, String>),
}

impl PrincipalTags {
    /// Adds the tags that were set later.
    pub(super) fn merge(&mut self, later: &Self) {
        match (self, later) {
            (Self::Custom(tags), Self::Custom(later)) => tags.extend(later.clone()),
            (tags, later) => *tags = later.clone(),
        }
    }
}

/// The place where a pool is seeded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) region: &'a str,
    pub(super) account_id: &'a str,
}

impl Place<'_> {
    pub(super) fn iam_arn(self, resource: &str) -> String {
        let Self { region, account_id } = self;
        let partition = partition(region);
        format!("arn:{partition}:iam::{account_id}:{resource}")
    }
}
