//! The role settings of a pool, as they are stored. Which role a login gets is not decided here.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::{
    GetIdentityPoolRolesInput, GetIdentityPoolRolesOutput,
};
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::{
    SetIdentityPoolRolesInput, SetIdentityPoolRolesOutput,
};
use aws_sdk_cognitoidentity::types::{MappingRule, RoleMapping, RoleMappingType};

use super::Engine;
use super::arn::Arn;
use super::context::Context;
use super::state::Pool;
use crate::error::ServiceError;

/// AWS: a mapping has at most this many rules, though the API model allows 400.
const MOST_RULES: usize = 25;

impl Engine {
    /// The roles and role mappings of a pool.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::*;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let input = GetIdentityPoolRolesInput::builder().identity_pool_id(pool.id());
    /// let input = input.build().unwrap();
    /// let roles = mock.with_engine(|engine| engine.get_identity_pool_roles(input)).unwrap().roles;
    /// let guests = &roles.unwrap()["unauthenticated"];
    /// assert_eq!(guests, "arn:aws:iam::123456789012:role/app-unauthenticated");
    /// ```
    ///
    /// # Errors
    ///
    /// `ResourceNotFoundException` for an unknown pool.
    ///
    /// [API reference](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html)
    pub fn get_identity_pool_roles(
        &mut self,
        input: GetIdentityPoolRolesInput,
    ) -> Result<GetIdentityPoolRolesOutput, ServiceError> {
        let (pool, _) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        let mappings = &pool.role_mappings;
        Ok(GetIdentityPoolRolesOutput::builder()
            .identity_pool_id(&pool.id)
            // Approximation: whether AWS leaves out `Roles` of a pool that has none is unknown.
            .set_roles(Some(HashMap::from_iter(pool.roles.clone())))
            // AWS: as they were set, and only if there are any (seen 2024).
            .set_role_mappings((!mappings.is_empty()).then(|| HashMap::from_iter(mappings.clone())))
            .build())
    }

    /// Replaces the roles and role mappings of a pool; what is left out is cleared.
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
    /// `ResourceNotFoundException` for an unknown pool, `InvalidParameterException` for a mapping
    /// of a provider that the pool does not have or that is incomplete or too long, and
    /// `NotAuthorizedException` for a role that is not one of the pool's account.
    ///
    /// [API reference](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html)
    pub fn set_identity_pool_roles(
        &mut self,
        input: SetIdentityPoolRolesInput,
    ) -> Result<SetIdentityPoolRolesOutput, ServiceError> {
        let (pool, context) = self.pool_mut(&input.identity_pool_id.unwrap_or_default())?;
        // In order, so that which of several mistakes is reported does not depend on chance.
        let roles = BTreeMap::from_iter(input.roles.unwrap_or_default());
        let mappings = BTreeMap::from_iter(input.role_mappings.unwrap_or_default());

        // AWS: the number of rules is looked at before the provider (seen 2026). Approximation:
        // the rest of the order, and that each check passes over all mappings before the next.
        for mapping in mappings.values() {
            check_length(mapping)?;
        }
        for provider in mappings.keys() {
            check_provider(provider, pool)?;
        }
        for (provider, mapping) in &mappings {
            check_completeness(provider, mapping)?;
        }
        let mapped = mappings.values().flat_map(rules).map(|rule| &rule.role_arn);
        for role in roles.values().chain(mapped) {
            check_role(role, context)?;
        }

        // AWS: what is left out of `Roles` is cleared, and empty `RoleMappings` clear the mappings;
        // Terraform's acceptance tests rely on both. Approximation: `RoleMappings` that are left
        // out altogether do the same.
        pool.roles = roles;
        pool.role_mappings = mappings;
        Ok(SetIdentityPoolRolesOutput::builder().build())
    }
}

fn check_length(mapping: &RoleMapping) -> Result<(), ServiceError> {
    if rules(mapping).len() > MOST_RULES {
        return Err(ServiceError::invalid_parameter(format!(
            "The number of rules in the request exceeded {MOST_RULES}."
        )));
    }
    Ok(())
}

/// AWS: the parentheses are part of the text (seen 2022, 2026).
fn check_provider(provider: &str, pool: &Pool) -> Result<(), ServiceError> {
    if !pool.has_role_mapping_key(provider) {
        return Err(ServiceError::invalid_parameter(format!(
            "({provider}) is not a valid RoleMapping ProviderName or is not a configured provider."
        )));
    }
    Ok(())
}

/// Approximation: AWS documents what a mapping needs, but the texts of its refusals are unknown.
fn check_completeness(provider: &str, mapping: &RoleMapping) -> Result<(), ServiceError> {
    let has_rules = mapping.rules_configuration.is_some();
    let problem = if mapping.ambiguous_role_resolution.is_none() {
        "needs AmbiguousRoleResolution."
    } else if mapping.r#type == RoleMappingType::Rules && rules(mapping).is_empty() {
        "of type Rules needs RulesConfiguration."
    } else if mapping.r#type == RoleMappingType::Token && has_rules {
        "of type Token cannot have RulesConfiguration."
    } else {
        return Ok(());
    };
    Err(ServiceError::invalid_parameter(format!(
        "The RoleMapping for ({provider}) {problem}"
    )))
}

/// AWS: the account's own roles only, as nobody may pass on those of others (seen 2015-2017).
/// Approximation: whether the role must exist is unknown; the mock knows no roles.
fn check_role(role: &str, context: &Context) -> Result<(), ServiceError> {
    if !Arn::parse(role)
        .is_some_and(|arn| arn.is_own_iam_resource("role", &context.region, context.account_id()))
    {
        return Err(ServiceError::not_authorized(format!(
            "Access to Role '{role}' is forbidden."
        )));
    }
    Ok(())
}

fn rules(mapping: &RoleMapping) -> &[MappingRule] {
    mapping
        .rules_configuration()
        .map_or(&[], |configuration| configuration.rules())
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::types::{
        AmbiguousRoleResolutionType, CognitoIdentityProvider, MappingRuleMatchType,
        RulesConfigurationType,
    };

    use super::super::pools::tests::{create, engine, named};
    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/path/reader";
    const CLIENT: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc:client";

    fn engine_with_pool() -> (Engine, String) {
        let mut engine = engine();
        let user_pool = CognitoIdentityProvider::builder()
            .provider_name("cognito-idp.us-east-1.amazonaws.com/us-east-1_abc")
            .client_id("client");
        let pool = named("p")
            .supported_login_providers("graph.facebook.com", "1")
            .open_id_connect_provider_arns("arn:aws:iam::999999999999:oidc-provider/x.example")
            .saml_provider_arns("arn:aws:iam::123456789012:saml-provider/s")
            .developer_provider_name("login.example")
            .cognito_identity_providers(user_pool.build());
        let id = create(&mut engine, pool).identity_pool_id;
        (engine, id)
    }

    fn by_token() -> RoleMapping {
        RoleMapping::builder()
            .r#type(RoleMappingType::Token)
            .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny)
            .build()
            .unwrap()
    }

    fn by_rules(role: &str, count: usize) -> RoleMapping {
        let rule = MappingRule::builder()
            .claim("sub")
            .match_type(MappingRuleMatchType::Equals)
            .value("x")
            .role_arn(role)
            .build()
            .unwrap();
        let rules = RulesConfigurationType::builder().set_rules(Some(vec![rule; count]));
        RoleMapping::builder()
            .r#type(RoleMappingType::Rules)
            .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny)
            .rules_configuration(rules.build().unwrap())
            .build()
            .unwrap()
    }

    fn set(
        (engine, id): &mut (Engine, String),
        roles: &[(&str, &str)],
        mappings: &[(&str, RoleMapping)],
    ) -> Result<(), ServiceError> {
        let mut input = SetIdentityPoolRolesInput::builder().identity_pool_id(&*id);
        for (key, role) in roles {
            input = input.roles(*key, *role);
        }
        for (provider, mapping) in mappings {
            input = input.role_mappings(*provider, mapping.clone());
        }
        engine
            .set_identity_pool_roles(input.build().unwrap())
            .map(|SetIdentityPoolRolesOutput { .. }| ())
    }

    fn get((engine, id): &mut (Engine, String)) -> GetIdentityPoolRolesOutput {
        let input = GetIdentityPoolRolesInput::builder().identity_pool_id(&*id);
        engine
            .get_identity_pool_roles(input.build().unwrap())
            .unwrap()
    }

    #[test]
    fn a_new_pool_has_empty_roles_and_no_mappings() {
        let mut pool = engine_with_pool();

        let output = get(&mut pool);

        assert_eq!(output.identity_pool_id, Some(pool.1));
        assert_eq!(output.roles, Some(HashMap::new()));
        assert_eq!(output.role_mappings, None);
    }

    #[test]
    fn a_second_call_clears_what_it_leaves_out() {
        let mut pool = engine_with_pool();
        let both = [("authenticated", ROLE), ("unauthenticated", ROLE)];

        set(&mut pool, &both, &[(CLIENT, by_token())]).unwrap();
        assert_eq!(get(&mut pool).roles().unwrap().len(), 2);
        assert_eq!(get(&mut pool).role_mappings().unwrap()[CLIENT], by_token());

        set(&mut pool, &both[..1], &[]).unwrap();
        assert_eq!(get(&mut pool).roles().unwrap().len(), 1);
        assert_eq!(get(&mut pool).role_mappings(), None);
    }

    #[test]
    fn only_configured_providers_have_mappings() {
        let mut pool = engine_with_pool();

        for provider in [
            CLIENT,
            "graph.facebook.com",
            "arn:aws:iam::999999999999:oidc-provider/x.example",
            "arn:aws:iam::123456789012:saml-provider/s",
        ] {
            assert_eq!(set(&mut pool, &[], &[(provider, by_token())]), Ok(()));
        }
        for provider in [
            "bogus",
            "login.example",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc",
            "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc:other",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc:client",
        ] {
            assert_eq!(
                set(&mut pool, &[], &[(provider, by_token())])
                    .unwrap_err()
                    .to_string(),
                format!(
                    "InvalidParameterException: ({provider}) is not a valid RoleMapping \
                     ProviderName or is not a configured provider."
                )
            );
        }
    }

    #[test]
    fn only_roles_of_the_own_account_are_accepted() {
        let mut pool = engine_with_pool();

        for role in [
            "reader",
            "arn:aws:iam::999999999999:role/reader",
            "arn:aws-cn:iam::123456789012:role/reader",
            "arn:aws:iam::123456789012:user/reader",
            "arn:aws:s3::123456789012:role/reader",
            "arn:aws:iam:us-east-1:123456789012:role/reader",
            "arn:aws:iam::123456789012:role-reader",
            "arn:aws:iam::123456789012:role/",
        ] {
            let forbidden =
                ServiceError::not_authorized(format!("Access to Role '{role}' is forbidden."));
            assert_eq!(
                set(&mut pool, &[("authenticated", role)], &[]).as_ref(),
                Err(&forbidden)
            );
            assert_eq!(
                set(&mut pool, &[], &[(CLIENT, by_rules(role, 1))]),
                Err(forbidden)
            );
        }
    }

    #[test]
    fn checks_answer_in_the_order_of_aws() {
        let mut pool = engine_with_pool();
        let mut refusal = |provider: &str, mapping: RoleMapping| {
            let error = set(
                &mut pool,
                &[("authenticated", "none")],
                &[(provider, mapping)],
            );
            error.unwrap_err().message().unwrap().to_owned()
        };
        let mut incomplete = by_token();
        incomplete.ambiguous_role_resolution = None;

        assert_eq!(
            refusal("bogus", by_rules("none", 26)),
            "The number of rules in the request exceeded 25."
        );
        assert!(refusal("bogus", incomplete.clone()).starts_with("(bogus) is not a valid"));
        assert!(refusal(CLIENT, incomplete).ends_with("needs AmbiguousRoleResolution."));
        assert_eq!(
            refusal(CLIENT, by_rules(ROLE, 25)),
            "Access to Role 'none' is forbidden."
        );
    }

    #[test]
    fn mappings_must_fit_their_type() {
        let mut pool = engine_with_pool();
        let mut rules_without = by_rules(ROLE, 1);
        rules_without.rules_configuration = None;
        let mut token_with = by_rules(ROLE, 1);
        token_with.r#type = RoleMappingType::Token;

        for mapping in [rules_without, token_with, by_rules(ROLE, 0)] {
            let error = set(&mut pool, &[], &[(CLIENT, mapping)]).unwrap_err();
            assert_eq!(error.code(), "InvalidParameterException");
            assert!(error.message().unwrap().contains("RulesConfiguration"));
        }
    }
}
