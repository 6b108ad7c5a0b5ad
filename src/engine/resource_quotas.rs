//! The resource quotas that AWS can raise, enforced if the mock is built with `aws_quotas`.
//!
//! The other quotas are fixed and always enforced: lengths, pages and mappings by the API model,
//! rules in `roles.rs`, tags in `tags.rs`, linked logins in `linking.rs`.

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::context::Context;
use super::explain::plain;
use super::state::RegionState;
use crate::error::ServiceError;

// AWS [QUOTA1]: the number of identity pools per account and Region.
// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
pub(super) const MOST_POOLS: usize = 1_000;
// AWS [QUOTA2]: the number of user-pool providers per identity pool.
pub(super) const MOST_USER_POOLS: usize = 50;

impl Context {
    /// Checks that the Region has room for one more pool.
    pub(super) fn check_pools(&self, region: Option<&RegionState>) -> Result<(), ServiceError> {
        let pools = region.map_or(0, |region| region.pools.len());
        if self.settings.aws_quotas && pools >= MOST_POOLS {
            // Approximation [L1, Q3]: the text is unknown.
            let text = format!("The number of identity pools exceeds the limit of {MOST_POOLS}.");
            return Err(exceeded(text).because(format!(
                "{} has {pools} pools; the quota is {MOST_POOLS}, which `aws_quotas` enforces",
                plain(&self.region)
            )));
        }
        Ok(())
    }

    /// Checks that a pool may have this many user pools.
    pub(super) fn check_user_pools(
        &self,
        user_pools: Option<&[CognitoIdentityProvider]>,
    ) -> Result<(), ServiceError> {
        let count = user_pools.map_or(0, <[_]>::len);
        if self.settings.aws_quotas && count > MOST_USER_POOLS {
            // Approximation [Q4]: code and text are unknown. This is the code for quotas that both
            // operations have.
            return Err(exceeded(format!(
                "The number of Cognito Identity Providers exceeds the limit of {MOST_USER_POOLS}."
            ))
            .because(format!(
                "the request has {count} CognitoIdentityProviders; the quota is \
                 {MOST_USER_POOLS}, which `aws_quotas` enforces"
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
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolInput;

    use super::super::{Engine, Settings};
    use super::*;

    fn engine(aws_quotas: bool) -> Engine {
        Engine::new(Settings {
            aws_quotas,
            ..Settings::default()
        })
    }

    /// Creates a pool with this many user pools. The answer is its id or the code of the error.
    fn create(engine: &mut Engine, user_pools: usize) -> Result<String, String> {
        let input = CreateIdentityPoolInput::builder()
            .identity_pool_name("app")
            .set_cognito_identity_providers(Some(named(user_pools)));
        match engine.create_identity_pool(input.build().unwrap()) {
            Ok(pool) => Ok(pool.identity_pool_id),
            Err(error) => Err(error.code().to_owned()),
        }
    }

    fn named(user_pools: usize) -> Vec<CognitoIdentityProvider> {
        let user_pool = |n| {
            CognitoIdentityProvider::builder()
                .provider_name(format!("cognito-idp.us-east-1.amazonaws.com/us-east-1_{n}"))
                .client_id("app")
                .build()
        };
        (0..user_pools).map(user_pool).collect()
    }

    #[test]
    fn a_full_region_leaves_room_in_others_and_a_deleted_pool_makes_some() {
        let mut engine = engine(true);
        let first = create(&mut engine, 0).unwrap();
        for _ in 2..=MOST_POOLS {
            create(&mut engine, 0).unwrap();
        }

        assert!(create(&mut engine, 0).is_err());
        assert!(create(engine.in_region("eu-west-1"), 0).is_ok());

        let delete = DeleteIdentityPoolInput::builder().identity_pool_id(first);
        engine
            .in_region("us-east-1")
            .delete_identity_pool(delete.build().unwrap())
            .unwrap();
        assert!(create(&mut engine, 0).is_ok());
        assert!(create(&mut engine, 0).is_err());
    }

    #[test]
    fn a_pool_trusts_fifty_user_pools_and_more_without_quotas() {
        let mut limited = engine(true);
        let pool = create(&mut limited, MOST_USER_POOLS).unwrap();
        let update = UpdateIdentityPoolInput::builder()
            .identity_pool_id(pool)
            .identity_pool_name("app")
            .set_cognito_identity_providers(Some(named(MOST_USER_POOLS + 1)));
        let updated = limited.update_identity_pool(update.build().unwrap());

        let exceeded = "LimitExceededException";
        assert_eq!(updated.unwrap_err().code(), exceeded);
        assert_eq!(
            create(&mut limited, MOST_USER_POOLS + 1),
            Err(exceeded.to_owned())
        );
        assert!(create(&mut engine(false), MOST_USER_POOLS + 1).is_ok());
    }
}
