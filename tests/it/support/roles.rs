//! Roles, role mappings, and the role of the credentials that a user gets.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::builders::GetCredentialsForIdentityFluentBuilder;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
    RulesConfigurationType,
};
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::tokens::sign_in;

pub(crate) const USERS: &str = "arn:aws:iam::123456789012:role/app-authenticated";
pub(crate) const GUESTS: &str = "arn:aws:iam::123456789012:role/app-unauthenticated";
pub(crate) const ADMIN: &str = "arn:aws:iam::123456789012:role/admin";
pub(crate) const READER: &str = "arn:aws:iam::123456789012:role/reader";

pub(crate) fn by_token(ambiguous: AmbiguousRoleResolutionType) -> RoleMapping {
    RoleMapping::builder()
        .r#type(RoleMappingType::Token)
        .ambiguous_role_resolution(ambiguous)
        .build()
        .unwrap()
}

pub(crate) fn by_rules(
    ambiguous: AmbiguousRoleResolutionType,
    rules: &[(&str, MappingRuleMatchType, &str, &str)],
) -> RoleMapping {
    let rules = rules.iter().map(|(claim, match_type, value, role)| {
        MappingRule::builder()
            .claim(*claim)
            .match_type(match_type.clone())
            .value(*value)
            .role_arn(*role)
            .build()
            .unwrap()
    });
    let rules = RulesConfigurationType::builder().set_rules(Some(rules.collect()));
    RoleMapping::builder()
        .r#type(RoleMappingType::Rules)
        .ambiguous_role_resolution(ambiguous)
        .rules_configuration(rules.build().unwrap())
        .build()
        .unwrap()
}

/// Sets the two roles of a pool and these mappings.
pub(crate) async fn map_roles(client: &Client, pool_id: &str, mappings: &[(&str, RoleMapping)]) {
    let mut call = client
        .set_identity_pool_roles()
        .identity_pool_id(pool_id)
        .roles("authenticated", USERS)
        .roles("unauthenticated", GUESTS);
    for (provider, mapping) in mappings {
        call = call.role_mappings(*provider, mapping.clone());
    }
    call.send().await.unwrap();
}

/// A call of `GetCredentialsForIdentity` with a login, for the identity of that login.
pub(crate) async fn asking(
    mock: &MockCognitoIdentity,
    pool_id: &str,
    provider: &str,
    token: &str,
) -> GetCredentialsForIdentityFluentBuilder {
    let client = mock.client();
    let id = sign_in(&client, pool_id, provider, token).await;
    client
        .get_credentials_for_identity()
        .identity_id(id)
        .logins(provider, token)
}

/// The role of the credentials that the call returns.
pub(crate) async fn role_of(
    mock: &MockCognitoIdentity,
    call: GetCredentialsForIdentityFluentBuilder,
) -> String {
    let credentials = call.send().await.unwrap().credentials.unwrap();
    let key = credentials.access_key_id().unwrap();
    mock.issued_credentials(key).unwrap().role_arn
}
