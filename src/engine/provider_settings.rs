//! The identity providers that a request configures for a pool, and which of them AWS accepts.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::context::Context;
use super::explain::quoted;
use super::region::is_region_name;
use super::state::Pool;
use crate::error::ServiceError;

/// The public providers of a pool, as `CreateIdentityPool` and `UpdateIdentityPool` give them.
pub(super) struct ProviderSettings {
    pub(super) social: Option<HashMap<String, String>>,
    pub(super) open_id_connect: Option<Vec<String>>,
    pub(super) user_pools: Option<Vec<CognitoIdentityProvider>>,
    pub(super) saml: Option<Vec<String>>,
}

impl ProviderSettings {
    /// Checks the providers and brings them into the form in which AWS returns them.
    // AWS [POOL5, P2, P7c]: only the form of user pools and the account of SAML providers are
    // checked. Nothing has to exist, and OIDC providers may be of any account (seen 2026).
    // Approximation [POOL13, Q23]: the keys of social providers are not checked either, because
    // what AWS answers to keys that it does not document is unknown.
    pub(super) fn checked(mut self, context: &Context) -> Result<Self, ServiceError> {
        context.check_user_pools(self.user_pools.as_deref())?;
        for user_pool in self.user_pools.iter_mut().flatten() {
            let name = user_pool.provider_name().unwrap_or_default();
            if !names_user_pool(name) {
                let text = "Invalid Cognito Identity Provider";
                return Err(ServiceError::invalid_parameter(text).because(format!(
                    "`ProviderName` is {}; it must have the form \
                     cognito-idp.<Region>.amazonaws.com/<user pool id>",
                    quoted(name)
                )));
            }
            // AWS [POOL4]: the answer holds it even if the request did not (seen 2022).
            user_pool.server_side_token_check.get_or_insert(false);
        }
        for saml in self.saml.iter().flatten() {
            // Approximation [Q24]: a text that is no ARN is rejected like the ARN of another
            // account.
            if let Some(why) = context.why_not_own(saml, "saml-provider") {
                return Err(ServiceError::invalid_parameter(format!(
                    "Identity provider {saml} is not valid for account {}",
                    context.account_id()
                ))
                .because(why));
            }
        }
        if let Some(arns) = &mut self.open_id_connect {
            // AWS [POOL6]: they come back in another order than they were sent (seen 2019).
            // Approximation [Q25]: which order, and whether duplicates survive, is unknown.
            arns.sort();
            arns.dedup();
        }
        Ok(self)
    }

    /// Replaces the public providers of a pool with these.
    pub(super) fn replace_in(self, pool: &mut Pool) {
        pool.supported_login_providers = BTreeMap::from_iter(self.social.unwrap_or_default());
        pool.open_id_connect_provider_arns = self.open_id_connect.unwrap_or_default();
        pool.cognito_identity_providers = self.user_pools.unwrap_or_default();
        pool.saml_provider_arns = self.saml.unwrap_or_default();
    }
}

/// Whether this is `cognito-idp.<region>.<suffix>/<user pool id>`.
// Approximation [P2, Q26]: AWS rejects names that lack a part or begin with a scheme (seen 2019);
// how closely it checks each part is unknown. Here a user pool id is what the user pools API takes
// for one.
fn names_user_pool(name: &str) -> bool {
    let parts = name
        .strip_prefix("cognito-idp.")
        .and_then(|rest| rest.split_once('/'))
        .and_then(|(host, pool)| Some((host.split_once('.')?, pool.rsplit_once('_')?)));
    let Some(((region, suffix), (pool_region, pool))) = parts else {
        return false;
    };
    is_region_name(region)
        && ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"].contains(&suffix)
        && is_region_name(pool_region)
        && !pool.is_empty()
        && pool.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::names_user_pool;

    #[test]
    fn user_pools_go_by_their_full_name() {
        for name in [
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
            "cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a",
            "cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a",
            "cognito-idp.my_region.amazonaws.com/my_region_a",
        ] {
            assert!(names_user_pool(name), "{name}");
        }
        for name in [
            "",
            "us-east-1_abc",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc",
            "cognito-idp.us-east-1.amazonaws.com",
            "cognito-idp.us-east-1.amazonaws.com/",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc/x",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc:client",
            "cognito-idp.us-east-1.example.com/us-east-1_abc",
            "cognito-idp..amazonaws.com/us-east-1_abc",
            "cognito-idp.us east 1.amazonaws.com/us-east-1_abc",
            "cognito-idp.us-east-1.amazonaws.com/_abc",
            "cognito-idp.us-east-1.amazonaws.com/us east 1_abc",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_a-c",
        ] {
            assert!(!names_user_pool(name), "{name}");
        }
    }
}
