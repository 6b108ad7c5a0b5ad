//! The identity providers of a pool: their kinds, and the names they go by.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::arn::Arn;
use super::state::Pool;

pub(super) const AMAZON: &str = "www.amazon.com";
pub(super) const FACEBOOK: &str = "graph.facebook.com";
/// Social providers whose tokens are JWTs.
const SOCIAL_JWT: [&str; 2] = ["accounts.google.com", "appleid.apple.com"];
/// Social providers whose tokens are opaque, so that AWS checks them online.
const SOCIAL_OPAQUE: [&str; 4] = [AMAZON, FACEBOOK, "api.twitter.com", "www.digits.com"];

/// Whether this is a key of `SupportedLoginProviders`, as the API reference lists them.
pub(crate) fn is_social_provider(name: &str) -> bool {
    SOCIAL_JWT.contains(&name) || SOCIAL_OPAQUE.contains(&name)
}

/// Whether the tokens of a social provider may be opaque.
pub(super) fn has_opaque_tokens(provider: &str) -> bool {
    SOCIAL_OPAQUE.contains(&provider)
}

/// Whether AWS takes a `Logins` key that is not Cognito's own for the name of an OIDC provider: it
/// does unless the key is a user pool's, a SAML provider's or that of a provider whose tokens are
/// checked online.
pub(super) fn names_open_id_provider(key: &str) -> bool {
    let is_saml = Arn::parse(key).is_some_and(|arn| arn.iam_name("saml-provider").is_some());
    !is_saml && !key.starts_with("cognito-idp.") && !is_opaque(key)
}

/// Whether the login tokens of a social provider are opaque, so that the mock takes the token itself
/// for the name of its user.
pub(super) fn is_opaque(provider: &str) -> bool {
    SOCIAL_OPAQUE.contains(&provider)
}

/// A public provider that a pool trusts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Provider<'a> {
    /// One app client of a user pool.
    UserPool(&'a CognitoIdentityProvider),
    /// One of `SupportedLoginProviders` whose tokens are JWTs: Google, Apple.
    SocialJwt { name: &'a str, app_id: &'a str },
    /// One of `SupportedLoginProviders` whose tokens are opaque and checked online.
    SocialOpaque { name: &'a str, app_id: &'a str },
    /// An OIDC provider of IAM.
    OpenIdConnect { arn: &'a str },
    /// A SAML provider of IAM.
    Saml { arn: &'a str },
}

impl<'a> Provider<'a> {
    /// The key of its logins in `Logins`.
    // AWS [LOGIN5]: user pools go by `ProviderName`, OIDC providers by what follows
    // `oidc-provider/` in their ARN, SAML providers by ARN, social ones by their own name.
    fn login_key(self) -> Option<&'a str> {
        match self {
            Self::UserPool(client) => client.provider_name(),
            Self::SocialJwt { name, .. } | Self::SocialOpaque { name, .. } => Some(name),
            Self::OpenIdConnect { arn } => {
                arn.split_once(":oidc-provider/").map(|(_, issuer)| issuer)
            }
            Self::Saml { arn } => Some(arn),
        }
    }

    /// The key of its role mapping in `RoleMappings`.
    // AWS [ROLE6]: the key of a user pool carries its client id; OIDC and SAML providers go by
    // their ARN.
    fn role_mapping_key(self) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::UserPool(client) => Cow::Owned(format!(
                "{}:{}",
                client.provider_name()?,
                client.client_id()?
            )),
            Self::SocialJwt { name, .. } | Self::SocialOpaque { name, .. } => Cow::Borrowed(name),
            Self::OpenIdConnect { arn } | Self::Saml { arn } => Cow::Borrowed(arn),
        })
    }

    /// The name of the attribute map of this provider.
    // AWS [PTAG4]: user pools go without a client id, OIDC and SAML providers by their ARN.
    fn principal_tags_key(self) -> Option<&'a str> {
        match self {
            Self::UserPool(client) => client.provider_name(),
            Self::SocialJwt { name, .. } | Self::SocialOpaque { name, .. } => Some(name),
            Self::OpenIdConnect { arn } | Self::Saml { arn } => Some(arn),
        }
    }

    /// The app that users of this provider sign in to.
    fn app_id(self) -> Option<&'a str> {
        match self {
            Self::UserPool(client) => client.client_id(),
            Self::SocialJwt { app_id, .. } | Self::SocialOpaque { app_id, .. } => Some(app_id),
            Self::OpenIdConnect { .. } | Self::Saml { .. } => None,
        }
    }
}

impl Pool {
    /// The public providers that the pool trusts. The developer provider is none of them: it has no
    /// claims, and so neither a role mapping nor an attribute map.
    fn public_providers(&self) -> impl Iterator<Item = Provider<'_>> {
        let user_pools = self.cognito_identity_providers.iter();
        let social = self.supported_login_providers.iter();
        let saml = self.saml_provider_arns.iter();
        let open_id_connect = self.open_id_connect_provider_arns.iter();
        user_pools
            .map(Provider::UserPool)
            .chain(social.map(|(name, app_id)| {
                if SOCIAL_JWT.contains(&name.as_str()) {
                    Provider::SocialJwt { name, app_id }
                } else {
                    Provider::SocialOpaque { name, app_id }
                }
            }))
            .chain(saml.map(|arn| Provider::Saml { arn }))
            .chain(open_id_connect.map(|arn| Provider::OpenIdConnect { arn }))
    }

    /// The keys in `Logins` of the public providers that the pool trusts.
    pub(super) fn login_keys(&self) -> impl Iterator<Item = &str> {
        self.public_providers().filter_map(Provider::login_key)
    }

    /// Whether the pool trusts anybody.
    pub(super) fn has_providers(&self) -> bool {
        self.developer_provider_name.is_some() || self.public_providers().next().is_some()
    }

    /// The public provider that a `Logins` key names, if the pool trusts it. Of a user pool with
    /// several app clients it is the first.
    pub(super) fn provider(&self, key: &str) -> Option<Provider<'_>> {
        self.public_providers()
            .find(|provider| provider.login_key() == Some(key))
    }

    /// The keys of the role mappings that the pool can have.
    pub(super) fn role_mapping_keys(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.public_providers()
            .filter_map(Provider::role_mapping_key)
    }

    /// The names of the attribute maps that the pool can have.
    pub(super) fn principal_tags_keys(&self) -> BTreeSet<&str> {
        self.public_providers()
            .filter_map(Provider::principal_tags_key)
            .collect()
    }

    /// The apps whose tokens of a provider the pool takes.
    pub(super) fn app_ids(&self, key: &str) -> impl Iterator<Item = &str> {
        self.public_providers()
            .filter(move |provider| provider.login_key() == Some(key))
            .filter_map(Provider::app_id)
    }

    /// The app that users of a provider sign in to; the first one listed of several clients of
    /// a user pool.
    pub(super) fn app_id(&self, key: &str) -> Option<&str> {
        self.app_ids(key).next()
    }

    /// Whether an app client of a user pool may be used with this pool.
    pub(super) fn lists_client(&self, provider_name: &str, client_id: &str) -> bool {
        self.clients(provider_name, client_id).next().is_some()
    }

    /// Whether tokens of this user pool's client are checked against sign-out.
    pub(super) fn checks_sign_out(&self, provider_name: &str, client_id: &str) -> bool {
        self.clients(provider_name, client_id)
            .any(|client| client.server_side_token_check() == Some(true))
    }

    /// All entries for an app client of a user pool. A request may list one twice.
    fn clients(
        &self,
        provider_name: &str,
        client_id: &str,
    ) -> impl Iterator<Item = &CognitoIdentityProvider> {
        self.cognito_identity_providers
            .iter()
            .filter(move |client| {
                client.provider_name() == Some(provider_name)
                    && client.client_id() == Some(client_id)
            })
    }
}
