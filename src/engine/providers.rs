//! Which identity providers a pool trusts, by the key that stands in `Logins`.

use super::state::Pool;

/// AWS: the key under which tokens of GetOpenIdTokenForDeveloperIdentity are given.
pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";
/// The same in the Chinese partition. Approximation: by analogy with its other hosts.
const COGNITO_CHINA: &str = "cognito-identity.cn-north-1.amazonaws.com.cn";

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

/// Whether a `Logins` key means Cognito itself.
pub(super) fn is_cognito(key: &str) -> bool {
    key == COGNITO || key == COGNITO_CHINA
}

impl Pool {
    /// The provider that a `Logins` key names, if the pool trusts it.
    ///
    /// AWS: user pools go by ProviderName, OIDC providers by what follows `oidc-provider/` in
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
