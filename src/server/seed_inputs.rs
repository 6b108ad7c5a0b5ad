//! The inputs of the operations that create what a [`PoolSeed`] describes.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::SetPrincipalTagAttributeMapInput;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, CognitoIdentityProvider, MappingRule, MappingRuleMatchType,
    RoleMapping, RoleMappingType, RulesConfigurationType,
};

use super::login_provider::{Kind, LoginProvider, Place, PrincipalTags};
use super::pool_seed::{PoolSeed, Roles};

/// Why building an input cannot fail.
pub(super) const NO_REQUIRED_MEMBER: &str = "the SDK's builders of these inputs require no member";
/// Why building a type cannot fail.
const ALL_REQUIRED_MEMBERS: &str = "the required members are set";

impl PoolSeed {
    /// The login provider that was added first, with its app id.
    pub(super) fn first_login(&self) -> Option<(&str, &str)> {
        let LoginProvider { name, app_id, .. } = self.login_providers.first()?;
        Some((name, app_id))
    }

    /// The Region at the start of the id, if one was set.
    pub(super) fn region(&self) -> Option<&str> {
        Some(self.id.as_ref()?.split_once(':')?.0)
    }

    pub(super) fn create_input(&self, place: Place<'_>) -> CreateIdentityPoolInput {
        let mut input = CreateIdentityPoolInput::builder()
            .identity_pool_name(&self.name)
            .allow_unauthenticated_identities(self.guests)
            .set_allow_classic_flow(self.classic_flow)
            .set_developer_provider_name(self.developer_provider.clone());
        for provider in &self.login_providers {
            let (name, app_id) = (&provider.name, &provider.app_id);
            input = match provider.kind() {
                Kind::UserPool => input.cognito_identity_providers(
                    CognitoIdentityProvider::builder()
                        .provider_name(name)
                        .client_id(app_id)
                        .set_server_side_token_check(
                            provider.server_side_token_check.then_some(true),
                        )
                        .build(),
                ),
                Kind::Saml => input.saml_provider_arns(name),
                Kind::Social => input.supported_login_providers(name, app_id),
                Kind::OpenIdConnect => {
                    input.open_id_connect_provider_arns(provider.open_id_connect_arn(place))
                }
            };
        }
        let id = self.id.iter().map(|id| ("_custom_id_", id.as_str()));
        let tags = self.tags.iter();
        let tags = tags.map(|(key, value)| (key.as_str(), value.as_str()));
        for (key, value) in tags.chain(id) {
            input = input.identity_pool_tags(key, value);
        }
        input.build().expect(NO_REQUIRED_MEMBER)
    }

    /// Sets the roles and the role mappings; `None` if there are neither.
    pub(super) fn roles_input(
        &self,
        pool_id: &str,
        place: Place<'_>,
    ) -> Option<SetIdentityPoolRolesInput> {
        let roles = self.role_arns(place);
        let mappings = self.mappings(place);
        if roles.is_empty() && mappings.is_empty() {
            return None;
        }
        let input = SetIdentityPoolRolesInput::builder()
            .identity_pool_id(pool_id)
            .set_roles(Some(roles))
            .set_role_mappings((!mappings.is_empty()).then_some(mappings));
        Some(input.build().expect(NO_REQUIRED_MEMBER))
    }

    fn role_arns(&self, place: Place<'_>) -> HashMap<String, String> {
        let (authenticated, unauthenticated) = match &self.roles {
            Roles::Unset => return HashMap::new(),
            Roles::Arns {
                authenticated,
                unauthenticated,
            } => (authenticated.clone(), unauthenticated.clone()),
            Roles::Named => {
                let name = role_name(&self.name);
                let role = |kind: &str| place.iam_arn(&format!("role/{name}-{kind}"));
                (role("authenticated"), role("unauthenticated"))
            }
        };
        HashMap::from([
            ("authenticated".to_owned(), authenticated),
            ("unauthenticated".to_owned(), unauthenticated),
        ])
    }

    /// The role mappings by their key in `RoleMappings`.
    fn mappings(&self, place: Place<'_>) -> HashMap<String, RoleMapping> {
        let mut mappings = HashMap::new();
        for (provider, mapping) in &self.role_mappings {
            let named = self.login_providers.iter();
            let mut named = named.filter(|named| named.name == *provider).peekable();
            if named.peek().is_none() {
                // It is the key of a mapping already, or AWS rejects it.
                mappings.insert(provider.clone(), mapping.clone());
            }
            for provider in named {
                mappings.insert(provider.role_mapping_key(place), mapping.clone());
            }
        }
        for provider in &self.login_providers {
            for (group, role) in &provider.group_roles {
                let mapping = mappings.entry(provider.role_mapping_key(place));
                add_rule(mapping.or_insert_with(by_rules), rule_of_group(group, role));
            }
        }
        mappings
    }

    /// Sets the attributes for access control, with one input for each provider that has any.
    pub(super) fn principal_tag_inputs(
        &self,
        pool_id: &str,
        place: Place<'_>,
    ) -> Vec<SetPrincipalTagAttributeMapInput> {
        // A pool has one attribute map for all clients of a user pool.
        let mut maps: BTreeMap<String, PrincipalTags> = BTreeMap::new();
        for provider in &self.login_providers {
            let Some(tags) = provider.principal_tags.clone() else {
                continue;
            };
            let map = maps.entry(provider.principal_tags_key(place));
            map.and_modify(|map| map.merge(&tags)).or_insert(tags);
        }
        let input = |(provider, tags): (String, PrincipalTags)| {
            let input = SetPrincipalTagAttributeMapInput::builder()
                .identity_pool_id(pool_id)
                .identity_provider_name(provider);
            let input = match tags {
                PrincipalTags::Defaults => input.use_defaults(true),
                PrincipalTags::Custom(tags) => input
                    .use_defaults(false)
                    .set_principal_tags(Some(HashMap::from_iter(tags))),
            };
            input.build().expect(NO_REQUIRED_MEMBER)
        };
        maps.into_iter().map(input).collect()
    }
}

/// A mapping without rules, which leads to the authenticated role.
fn by_rules() -> RoleMapping {
    RoleMapping::builder()
        .r#type(RoleMappingType::Rules)
        .ambiguous_role_resolution(AmbiguousRoleResolutionType::AuthenticatedRole)
        .build()
        .expect(ALL_REQUIRED_MEMBERS)
}

// AWS [ROLE5]: of all types of rules, `Contains` is known to match a list such as `cognito:groups`
// (seen 2026).
fn rule_of_group(group: &str, role_arn: &str) -> MappingRule {
    MappingRule::builder()
        .claim("cognito:groups")
        .match_type(MappingRuleMatchType::Contains)
        .value(group)
        .role_arn(role_arn)
        .build()
        .expect(ALL_REQUIRED_MEMBERS)
}

fn add_rule(mapping: &mut RoleMapping, rule: MappingRule) {
    let rules = mapping.rules_configuration.take();
    let mut rules = rules.map_or_else(Vec::new, |configuration| configuration.rules);
    rules.push(rule);
    let configuration = RulesConfigurationType::builder().set_rules(Some(rules));
    mapping.rules_configuration = Some(configuration.build().expect(ALL_REQUIRED_MEMBERS));
}

/// Pool names allow characters that role names do not.
fn role_name(pool_name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    pool_name
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}
