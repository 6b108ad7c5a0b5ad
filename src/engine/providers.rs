//! The identity providers of a pool: what may be configured, and what a key in `Logins` finds.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::arn::Arn;
use super::context::Context;
use super::region::is_cognito;
use super::state::Pool;
use crate::error::ServiceError;

/// A configured provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider<'a> {
    /// Cognito itself, vouching for developer identities.
    Cognito,
    /// A user pool; its app clients are asked of the pool.
    UserPool,
    /// One of `SupportedLoginProviders` whose tokens are JWTs: Google, Apple.
    SocialJwt { app_id: &'a str },
    /// One of `SupportedLoginProviders` whose tokens are opaque and checked online.
    SocialOpaque { app_id: &'a str },
    /// An OIDC provider of IAM.
    OpenIdConnect { arn: &'a str },
    /// A SAML provider of IAM.
    Saml { arn: &'a str },
}

/// Whether AWS takes a `Logins` key that is not Cognito's own for the name of an OIDC provider: it
/// does unless the key is a user pool's, a SAML provider's or that of a provider whose tokens are
/// checked online.
pub(super) fn names_open_id_provider(key: &str) -> bool {
    let is_online = [
        "graph.facebook.com",
        "www.amazon.com",
        "api.twitter.com",
        "www.digits.com",
    ]
    .contains(&key);
    let is_saml = Arn::parse(key)
        .is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("saml-provider/"));
    !is_online && !is_saml && !key.starts_with("cognito-idp.")
}

impl Pool {
    /// The provider that a `Logins` key names, if the pool trusts it.
    ///
    /// AWS: user pools go by `ProviderName`, OIDC providers by what follows `oidc-provider/` in
    /// their ARN, SAML providers by ARN, social ones by their own name.
    pub(super) fn provider(&self, key: &str) -> Option<Provider<'_>> {
        if is_cognito(key) {
            return self
                .developer_provider_name
                .is_some()
                .then_some(Provider::Cognito);
        }
        if self
            .cognito_identity_providers
            .iter()
            .any(|user_pool| user_pool.provider_name() == Some(key))
        {
            return Some(Provider::UserPool);
        }
        if let Some(app_id) = self.supported_login_providers.get(key) {
            return Some(match key {
                "accounts.google.com" | "appleid.apple.com" => Provider::SocialJwt { app_id },
                _ => Provider::SocialOpaque { app_id },
            });
        }
        if let Some(arn) = self.saml_provider_arns.iter().find(|arn| *arn == key) {
            return Some(Provider::Saml { arn });
        }
        self.open_id_connect_provider_arns
            .iter()
            .find(|arn| {
                arn.split_once(":oidc-provider/")
                    .is_some_and(|(_, issuer)| issuer == key)
            })
            .map(|arn| Provider::OpenIdConnect { arn })
    }

    /// The app that users of a provider sign in to; the first one listed of several clients of
    /// a user pool.
    pub(super) fn app_id(&self, key: &str) -> Option<&str> {
        let user_pools = self.cognito_identity_providers.iter();
        user_pools
            .filter(|user_pool| user_pool.provider_name() == Some(key))
            .find_map(|user_pool| user_pool.client_id())
            .or_else(|| self.supported_login_providers.get(key).map(String::as_str))
    }

    /// Whether the pool trusts anybody.
    pub(super) fn has_providers(&self) -> bool {
        self.developer_provider_name.is_some()
            || !self.cognito_identity_providers.is_empty()
            || !self.supported_login_providers.is_empty()
            || !self.open_id_connect_provider_arns.is_empty()
            || !self.saml_provider_arns.is_empty()
    }

    /// Whether an app client of a user pool may be used with this pool.
    pub(super) fn lists_client(&self, provider_name: &str, client_id: &str) -> bool {
        self.cognito_identity_providers.iter().any(|user_pool| {
            user_pool.provider_name() == Some(provider_name)
                && user_pool.client_id() == Some(client_id)
        })
    }

    /// Whether tokens of this user pool's client are checked against sign-out.
    pub(super) fn checks_sign_out(&self, provider_name: &str, client_id: &str) -> bool {
        self.cognito_identity_providers.iter().any(|user_pool| {
            user_pool.provider_name() == Some(provider_name)
                && user_pool.client_id() == Some(client_id)
                && user_pool.server_side_token_check() == Some(true)
        })
    }
}

/// Public providers, as a request gives them.
pub(super) struct Providers {
    pub(super) social: Option<HashMap<String, String>>,
    pub(super) open_id_connect: Option<Vec<String>>,
    pub(super) user_pools: Option<Vec<CognitoIdentityProvider>>,
    pub(super) saml: Option<Vec<String>>,
}

impl Providers {
    /// AWS: only the form of user pools and the account of SAML providers are looked at. Nothing
    /// has to exist, and OIDC providers may be of any account (seen 2026).
    ///
    /// Approximation: the same goes for the keys of social providers, as what AWS says to other
    /// ones than it documents is unknown.
    pub(super) fn checked(mut self, context: &Context) -> Result<Self, ServiceError> {
        context.check_user_pools(self.user_pools.as_deref())?;
        for user_pool in self.user_pools.iter_mut().flatten() {
            if !names_user_pool(user_pool.provider_name().unwrap_or_default()) {
                return Err(ServiceError::invalid_parameter(
                    "Invalid Cognito Identity Provider",
                ));
            }
            // AWS: the answer holds it even if the request did not (seen 2022).
            user_pool.server_side_token_check.get_or_insert(false);
        }
        for saml in self.saml.iter().flatten() {
            // Approximation: a text that is no ARN is refused as if it were a foreign one.
            let arn = Arn::parse(saml);
            if !arn.is_some_and(|arn| {
                arn.is_own_iam_resource("saml-provider", &context.region, context.account_id())
            }) {
                return Err(ServiceError::invalid_parameter(format!(
                    "Identity provider {saml} is not valid for account {}",
                    context.account_id()
                )));
            }
        }
        if let Some(arns) = &mut self.open_id_connect {
            // AWS: they come back in another order than they were sent (seen 2019).
            // Approximation: which order, and whether duplicates survive, is unknown.
            arns.sort();
            arns.dedup();
        }
        Ok(self)
    }

    pub(super) fn replace_in(self, pool: &mut Pool) {
        pool.supported_login_providers = BTreeMap::from_iter(self.social.unwrap_or_default());
        pool.open_id_connect_provider_arns = self.open_id_connect.unwrap_or_default();
        pool.cognito_identity_providers = self.user_pools.unwrap_or_default();
        pool.saml_provider_arns = self.saml.unwrap_or_default();
    }
}

/// Whether this is `cognito-idp.<region>.<suffix>/<user pool id>`.
///
/// Approximation: AWS refuses what lacks a part or has a scheme in front (seen 2019); how closely
/// it looks at each part is unknown. Here a user pool id is what the user pools API takes for one.
fn names_user_pool(name: &str) -> bool {
    let parts = name
        .strip_prefix("cognito-idp.")
        .and_then(|rest| rest.split_once('/'))
        .and_then(|(host, pool)| Some((host.split_once('.')?, pool.rsplit_once('_')?)));
    let Some(((region, suffix), (pool_region, pool))) = parts else {
        return false;
    };
    is_word(region)
        && ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"].contains(&suffix)
        && is_word(pool_region)
        && !pool.is_empty()
        && pool.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `[\w-]+`, as patterns of the API model begin.
pub(super) fn is_word(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}
