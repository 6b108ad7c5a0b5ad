//! The roles of a pool and its role mappings, as settings.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType as Ambiguous, MappingRuleMatchType as Match, RoleMapping,
    RoleMappingType,
};

use super::*;
use crate::conformance::{Session, declare, recorded};
use crate::support::roles::{by_rules, by_token};

type SetRoles = aws_sdk_cognitoidentity::operation::set_identity_pool_roles::builders::SetIdentityPoolRolesFluentBuilder;

/// The key of the user pool in role mappings.
fn mapping_key(session: &Session) -> String {
    format!("{}:{USER_POOL_CLIENT}", user_pool(session))
}

fn set(session: &Session, pool: &str) -> SetRoles {
    let call = session
        .client
        .set_identity_pool_roles()
        .identity_pool_id(pool);
    call.set_roles(Some(HashMap::new()))
}

declare! {
    /// The roles of a pool are set, replaced and cleared.
    #[needs(Roles)]
    async fn cognito_role_attachment(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let get = || session.client.get_identity_pool_roles().identity_pool_id(&pool);
        let (users, guests) = (session.role("authenticated"), session.role("unauthenticated"));

        session.step("A new pool has none", "Q30");
        recorded(get().send().await);

        session.step("Two roles are set", "ROLE10, WIRE9");
        recorded(set(session, &pool).roles("authenticated", &users).roles("unauthenticated", guests).send().await);
        recorded(get().send().await);

        session.step("One of them replaces both", "ROLE10");
        recorded(set(session, &pool).roles("authenticated", users).send().await);
        recorded(get().send().await);

        session.step("No roles clear them, as Terraform does", "ROLE10");
        recorded(set(session, &pool).send().await);
        recorded(get().send().await);
    }

    /// Role mappings are set, replaced and cleared.
    #[needs(AnyRole)]
    async fn role_mappings_are_settings_too(session) {
        let pool = session.pool(true, |pool| pool
            .supported_login_providers(FACEBOOK, FACEBOOK_APP)
            .cognito_identity_providers(user_pool_provider(session))).await?;
        let (key, admin) = (mapping_key(session), session.role("admin"));
        let get = || session.client.get_identity_pool_roles().identity_pool_id(&pool);
        let rules = by_rules(Ambiguous::Deny, &[("cognito:groups", Match::Contains, "admins", &admin)]);

        session.step("A mapping by token and one by rules", "ROLE6, ROLE11");
        recorded(set(session, &pool).role_mappings(FACEBOOK, by_token(Ambiguous::AuthenticatedRole))
            .role_mappings(&key, rules).send().await);
        recorded(get().send().await);

        session.step("Empty mappings clear them", "ROLE10, ROLE11");
        recorded(set(session, &pool).set_role_mappings(Some(HashMap::new())).send().await);
        recorded(get().send().await);

        session.step("And so do none at all", "Q32");
        recorded(set(session, &pool).role_mappings(FACEBOOK, by_token(Ambiguous::Deny)).send().await);
        recorded(set(session, &pool).send().await);
        recorded(get().send().await);
    }

    /// Only roles of the account are taken, under two names.
    async fn roles_that_are_rejected(session) {
        let pool = session.pool(true, |pool| pool).await?;

        session.step("No ARN, and a role of another account", "N15");
        for role in ["just-the-name-of-a-role", "arn:aws:iam::999999999999:role/foreign"] {
            recorded(set(session, &pool).roles("authenticated", role).send().await);
        }

        session.step("Another kind of user", "V5, MODEL1");
        recorded(set(session, &pool).roles("admin", session.role("authenticated")).send().await);
    }

    /// A mapping is for a provider of the pool.
    async fn role_mappings_of_other_providers(session) {
        let pool = session.pool(true, |pool| pool
            .developer_provider_name(DEVELOPER)
            .cognito_identity_providers(user_pool_provider(session))).await?;

        session.step("No provider, the developer's, and a user pool without its client", "P3, ROLE6");
        for key in ["bogus", DEVELOPER, &user_pool(session)] {
            recorded(set(session, &pool).role_mappings(key, by_token(Ambiguous::Deny)).send().await);
        }
    }

    /// A mapping has at most 25 rules.
    async fn role_mappings_with_too_many_rules(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let role = session.role("admin");
        let rules = vec![("claim", Match::Equals, "value", &*role); 26];

        session.step("26 rules, of a provider that the pool does not have", "P7, ROLE12, QUOTA5");
        recorded(set(session, &pool).role_mappings("bogus", by_rules(Ambiguous::Deny, &rules)).send().await);
    }

    /// A mapping must be complete.
    async fn role_mappings_that_are_incomplete(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(FACEBOOK, FACEBOOK_APP)).await?;
        let mapping = |kind| RoleMapping::builder().r#type(kind);

        session.step("Without AmbiguousRoleResolution, and rules without rules", "P7b, Q33");
        for mapping in [
            mapping(RoleMappingType::Token).build(),
            mapping(RoleMappingType::Rules).ambiguous_role_resolution(Ambiguous::Deny).build(),
        ] {
            let Ok(mapping) = mapping else { continue };
            recorded(set(session, &pool).role_mappings(FACEBOOK, mapping).send().await);
        }
    }

    /// With role mappings the classic flow is closed.
    #[needs(AnyRole)]
    async fn the_classic_flow_with_role_mappings(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(FACEBOOK, FACEBOOK_APP)).await?;
        let guest = session.id(&pool, None).await?;
        recorded(set(session, &pool).role_mappings(FACEBOOK, by_token(Ambiguous::Deny)).send().await);

        session.step("A token of a guest", "P5");
        recorded(session.client.get_open_id_token().identity_id(guest).send().await);
    }
}
