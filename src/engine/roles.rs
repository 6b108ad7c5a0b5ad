//! The roles and role mappings of a pool: validating, storing and returning them. Which role a
//! caller gets is decided in `role_resolution.rs`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::{
    GetIdentityPoolRolesInput, GetIdentityPoolRolesOutput,
};
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::{
    SetIdentityPoolRolesInput, SetIdentityPoolRolesOutput,
};
use aws_sdk_cognitoidentity::types::{MappingRule, RoleMapping, RoleMappingType};

use super::Engine;
use super::context::Context;
use super::explain::{did_you_mean, pool_name, quoted, quoted_list};
use super::state::Pool;
use crate::error::ServiceError;

// AWS [QUOTA5]: a mapping has at most this many rules, though the API model allows 400.
const MOST_RULES: usize = 25;

impl Engine {
    /// Returns the roles and role mappings of an identity pool.
    ///
    /// API reference: [`GetIdentityPoolRoles`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html).
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    pub fn get_identity_pool_roles(
        &mut self,
        input: GetIdentityPoolRolesInput,
    ) -> Result<GetIdentityPoolRolesOutput, ServiceError> {
        let (pool, _) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        let mappings = &pool.role_mappings;
        Ok(GetIdentityPoolRolesOutput::builder()
            .identity_pool_id(&pool.id)
            // Approximation [Q30]: whether AWS leaves out `Roles` of a pool that has none is
            // unknown.
            .set_roles(Some(HashMap::from_iter(pool.roles.clone())))
            // AWS [ROLE11]: as they were set, and only if there are any (seen 2024).
            .set_role_mappings((!mappings.is_empty()).then(|| HashMap::from_iter(mappings.clone())))
            .build())
    }

    /// Replaces the roles and role mappings of an identity pool. What the request leaves out is
    /// cleared.
    ///
    /// API reference: [`SetIdentityPoolRoles`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::*;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let input = SetIdentityPoolRolesInput::builder()
    ///     .identity_pool_id(pool.id())
    ///     .roles("unauthenticated", "arn:aws:iam::123456789012:role/Guest");
    /// mock.with_engine(|engine| engine.set_identity_pool_roles(input.build().unwrap())).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the pool does not exist.
    /// * `InvalidParameterException`: a role mapping is of a provider that the pool does not have,
    ///   is incomplete, or has more than 25 rules.
    /// * `NotAuthorizedException`: a role is not one of the account.
    pub fn set_identity_pool_roles(
        &mut self,
        input: SetIdentityPoolRolesInput,
    ) -> Result<SetIdentityPoolRolesOutput, ServiceError> {
        let (pool, context) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        // Sorted, so that which of several mistakes is reported does not depend on hashing.
        let roles = BTreeMap::from_iter(input.roles.unwrap_or_default());
        let mappings = BTreeMap::from_iter(input.role_mappings.unwrap_or_default());

        // AWS [ROLE12]: the number of rules is checked before the provider (seen 2026).
        // Approximation [Q31]: the rest of the order, and that each check goes through all mappings
        // before the next.
        for (provider, mapping) in &mappings {
            check_length(provider, mapping)?;
        }
        for provider in mappings.keys() {
            check_provider(provider, pool)?;
        }
        check_roles(&roles, &mappings, context).map_err(|(_, error)| error)?;

        // AWS [ROLE10]: what is left out of `Roles` is cleared, and empty `RoleMappings` clear the
        // mappings; Terraform's acceptance tests rely on both. Approximation [Q32]: `RoleMappings`
        // that are left out altogether do the same.
        pool.roles = roles;
        pool.role_mappings = mappings;
        Ok(SetIdentityPoolRolesOutput::builder().build())
    }
}

/// Where in the roles of a pool something is wrong, with the key of the entry.
#[derive(Debug)]
pub(super) enum RolesPlace {
    Role(String),
    Mapping(String),
}

/// Checks what must hold for the roles and the role mappings of a pool, whichever providers it has.
pub(super) fn check_roles(
    roles: &BTreeMap<String, String>,
    mappings: &BTreeMap<String, RoleMapping>,
    context: &Context,
) -> Result<(), (RolesPlace, ServiceError)> {
    for (provider, mapping) in mappings {
        check_length(provider, mapping)
            .and_then(|()| check_completeness(provider, mapping))
            .map_err(|error| (RolesPlace::Mapping(provider.clone()), error))?;
    }
    for (key, role) in roles {
        check_role(role, context).map_err(|error| (RolesPlace::Role(key.clone()), error))?;
    }
    for (provider, mapping) in mappings {
        for rule in rules(mapping) {
            check_role(&rule.role_arn, context)
                .map_err(|error| (RolesPlace::Mapping(provider.clone()), error))?;
        }
    }
    Ok(())
}

fn check_length(provider: &str, mapping: &RoleMapping) -> Result<(), ServiceError> {
    let count = rules(mapping).len();
    if count > MOST_RULES {
        let text = format!("The number of rules in the request exceeded {MOST_RULES}.");
        return Err(ServiceError::invalid_parameter(text).because(format!(
            "the mapping for {} has {count} rules; a mapping has at most {MOST_RULES}",
            quoted(provider)
        )));
    }
    Ok(())
}

// AWS [P3]: the parentheses are part of the text (seen 2022, 2026).
fn check_provider(provider: &str, pool: &Pool) -> Result<(), ServiceError> {
    let known: BTreeSet<_> = pool.role_mapping_keys().collect();
    if known.contains(provider) {
        return Ok(());
    }
    let text = format!(
        "({provider}) is not a valid RoleMapping ProviderName or is not a configured provider."
    );
    let known = || known.iter().map(|key| &**key);
    let hint = did_you_mean(provider, known());
    let without_client = |key: &&str| {
        let user_pool = key.rsplit_once(':').map(|(user_pool, _)| user_pool);
        hint.is_empty() && user_pool == Some(provider)
    };
    let hint = match known().find(without_client) {
        Some(key) => format!("; did you mean {}, with the app client?", quoted(key)),
        None if pool.developer_provider_name.as_deref() == Some(provider) => {
            "; the developer provider can have no role mapping".to_owned()
        }
        None => hint,
    };
    Err(ServiceError::invalid_parameter(text).because(format!(
        "the {} can have role mappings for {}, and the request has one for {}{hint}",
        pool_name(pool),
        quoted_list(known()),
        quoted(provider)
    )))
}

// Approximation [P7b, Q33]: AWS documents what a mapping needs, but the texts of its errors are
// unknown.
fn check_completeness(provider: &str, mapping: &RoleMapping) -> Result<(), ServiceError> {
    let has_rules = mapping.rules_configuration.is_some();
    let (problem, why) = if mapping.ambiguous_role_resolution.is_none() {
        let why = "`AmbiguousRoleResolution` is missing; it is AuthenticatedRole or Deny, for users \
                   without a role of their own";
        ("needs AmbiguousRoleResolution.", why.to_owned())
    } else if mapping.r#type == RoleMappingType::Rules && rules(mapping).is_empty() {
        let why = "`Type` is Rules, and the mapping has no rules";
        ("of type Rules needs RulesConfiguration.", why.to_owned())
    } else if mapping.r#type == RoleMappingType::Token && has_rules {
        let why = "`Type` is Token, and the mapping has rules; with rules it is Rules";
        (
            "of type Token cannot have RulesConfiguration.",
            why.to_owned(),
        )
    } else {
        return Ok(());
    };
    let text = format!("The RoleMapping for ({provider}) {problem}");
    Err(ServiceError::invalid_parameter(text).because(why))
}

// AWS [N15]: only roles of the account are accepted, as nobody may pass on those of others (seen
// 2015-2017). Approximation [Q34]: whether the role must exist is unknown; the mock has no roles.
fn check_role(role: &str, context: &Context) -> Result<(), ServiceError> {
    match context.why_not_own(role, "role") {
        Some(why) => {
            let text = format!("Access to Role '{role}' is forbidden.");
            Err(ServiceError::not_authorized(text).because(why))
        }
        None => Ok(()),
    }
}

fn rules(mapping: &RoleMapping) -> &[MappingRule] {
    mapping
        .rules_configuration()
        .map_or(&[], |configuration| configuration.rules())
}
