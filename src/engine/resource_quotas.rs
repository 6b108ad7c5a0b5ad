//! How much of everything an account may have, enforced if the mock was built so.
//!
//! Only the two quotas that can be raised are here. The others are fixed and always enforced:
//! lengths, pages, rules and mappings by the model, tags in [`tags`](super::tags), linked logins
//! in [`linking`](super::linking).

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::context::Context;
use super::state::RegionState;
use crate::error::ServiceError;

/// AWS: identity pools per account and Region.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
pub(super) const MOST_POOLS: usize = 1_000;
/// AWS: user-pool providers per identity pool.
pub(super) const MOST_USER_POOLS: usize = 50;

impl Context {
    /// Whether there is room for one more pool.
    pub(super) fn check_pools(&self, region: Option<&RegionState>) -> Result<(), ServiceError> {
        let pools = region.map_or(0, |region| region.pools.len());
        if self.settings.aws_quotas && pools >= MOST_POOLS {
            // Approximation: the text is unknown.
            return Err(exceeded(format!(
                "The number of identity pools exceeds the limit of {MOST_POOLS}."
            )));
        }
        Ok(())
    }

    /// Whether a pool may have so many user pools.
    pub(super) fn check_user_pools(
        &self,
        user_pools: Option<&[CognitoIdentityProvider]>,
    ) -> Result<(), ServiceError> {
        if self.settings.aws_quotas && user_pools.is_some_and(|all| all.len() > MOST_USER_POOLS) {
            // Approximation: code and text are unknown. The code is the one of both operations
            // that is there for quotas.
            return Err(exceeded(format!(
                "The number of Cognito Identity Providers exceeds the limit of {MOST_USER_POOLS}."
            )));
        }
        Ok(())
    }
}

fn exceeded(message: String) -> ServiceError {
    ServiceError::known("LimitExceededException", message)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolInput;

    use super::super::pools::tests::{engine, named};
    use super::super::{Engine, Settings};
    use super::*;

    fn limited() -> Engine {
        Engine::new(Settings {
            seed: Some(7),
            aws_quotas: true,
            ..Settings::default()
        })
    }

    fn user_pools(n: usize) -> Option<Vec<CognitoIdentityProvider>> {
        let provider = |n| {
            CognitoIdentityProvider::builder()
                .provider_name(format!("cognito-idp.us-east-1.amazonaws.com/us-east-1_{n}"))
                .client_id("app")
                .build()
        };
        Some((0..n).map(provider).collect())
    }

    #[test]
    fn a_region_holds_a_thousand_pools() {
        let mut engine = limited();
        let mut create = |region: &str| {
            let input = named("app").build().unwrap();
            engine.in_region(region).create_identity_pool(input)
        };
        for _ in 1..=MOST_POOLS {
            create("us-east-1").unwrap();
        }

        let refused = create("us-east-1").unwrap_err();
        let elsewhere = create("eu-west-1").unwrap();

        assert_eq!(refused.code(), "LimitExceededException");
        assert!(elsewhere.identity_pool_id.starts_with("eu-west-1:"));
    }

    #[test]
    fn a_deleted_pool_makes_room() {
        let mut engine = limited();
        let input = named("app").build().unwrap();
        let id = engine.create_identity_pool(input.clone()).unwrap();
        for _ in 2..=MOST_POOLS {
            engine.create_identity_pool(input.clone()).unwrap();
        }
        let delete = DeleteIdentityPoolInput::builder().identity_pool_id(id.identity_pool_id);

        engine
            .delete_identity_pool(delete.build().unwrap())
            .unwrap();

        assert!(engine.create_identity_pool(input).is_ok());
    }

    #[test]
    fn a_pool_trusts_fifty_user_pools() {
        let mut engine = limited();
        let input = |n| named("app").set_cognito_identity_providers(user_pools(n));

        let refused = engine.create_identity_pool(input(51).build().unwrap());
        let id = engine.create_identity_pool(input(50).build().unwrap());
        let update = UpdateIdentityPoolInput::builder()
            .identity_pool_id(id.unwrap().identity_pool_id)
            .set_cognito_identity_providers(user_pools(51));
        let updated = engine.update_identity_pool(update.build().unwrap());

        assert_eq!(refused.unwrap_err().code(), "LimitExceededException");
        assert_eq!(updated.unwrap_err().code(), "LimitExceededException");
    }

    #[test]
    fn without_quotas_there_is_room() {
        let mut engine = engine();
        let input = named("app").set_cognito_identity_providers(user_pools(51));

        assert!(engine.create_identity_pool(input.build().unwrap()).is_ok());
    }
}
