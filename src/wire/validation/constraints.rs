//! The constraints on the inputs of all operations of Cognito Identity.
//!
//! This table is a transcription of the service model with the model's names, and a test compares
//! it with `tests/model.json`. It has only the shapes that inputs contain.
// AWS [MODEL1]: the service enforces these constraints.
#![allow(non_upper_case_globals, reason = "named as in the model")]

use super::shape::{Bounds, Member, Shape, Structure};

static ARNString: Shape = Shape::text(20..=2048);
static AccountId: Shape = Shape::pattern(1..=15, r"\d+");
static AmbiguousRoleResolutionType: Shape = Shape::one_of(&["AuthenticatedRole", "Deny"]);
static ClaimName: Shape = Shape::pattern(1..=64, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
static ClaimValue: Shape = Shape::text(1..=128);
static CognitoIdentityProviderClientId: Shape = Shape::pattern(1..=128, r"[\w_]+");
static CognitoIdentityProviderName: Shape = Shape::pattern(1..=128, r"[\w._:/-]+");
static DeveloperProviderName: Shape = Shape::pattern(1..=128, r"[\w._-]+");
static DeveloperUserIdentifier: Shape = Shape::text(1..=1024);
static IdentityId: Shape = Shape::pattern(1..=55, r"[\w-]+:[0-9a-f-]+");
static IdentityPoolId: Shape = Shape::pattern(1..=55, r"[\w-]+:[0-9a-f-]+");
static IdentityPoolName: Shape = Shape::pattern(1..=128, r"[\w\s+=,.@-]+");
static IdentityProviderId: Shape = Shape::pattern(1..=128, r"[\w.;_/-]+");
static IdentityProviderName: Shape = Shape::text(1..=128);
static IdentityProviderToken: Shape = Shape::sensitive_text(1..=50_000);
static MappingRuleMatchType: Shape =
    Shape::one_of(&["Equals", "Contains", "StartsWith", "NotEqual"]);
static PaginationKey: Shape = Shape::pattern(1..=65_535, r"[\S]+");
static PrincipalTagID: Shape = Shape::text(1..=128);
static PrincipalTagValue: Shape = Shape::text(1..=256);
static RoleMappingType: Shape = Shape::one_of(&["Token", "Rules"]);
static RoleType: Shape = Shape::pattern(1..=128, r"(un)?authenticated");
static TagKeysType: Shape = Shape::text(1..=128);
static TagValueType: Shape = Shape::text(0..=256);

static QueryLimit: Shape = Shape::Integer(Bounds::within(1..=60));
static TokenDuration: Shape = Shape::Long(Bounds::within(1..=86_400));

static ClassicFlow: Shape = Shape::Boolean;
static CognitoIdentityProviderTokenCheck: Shape = Shape::Boolean;
static HideDisabled: Shape = Shape::Boolean;
static IdentityPoolUnauthenticated: Shape = Shape::Boolean;
static UseDefaults: Shape = Shape::Boolean;

static CognitoIdentityProviderList: Shape = Shape::list(&CognitoIdentityProvider, Bounds::NONE);
static IdentityIdList: Shape = Shape::list(&IdentityId, Bounds::within(1..=60));
static IdentityPoolTagsListType: Shape = Shape::list(&TagKeysType, Bounds::NONE);
static LoginsList: Shape = Shape::list(&IdentityProviderName, Bounds::NONE);
static MappingRulesList: Shape = Shape::list(&MappingRule, Bounds::within(1..=400));
static OIDCProviderList: Shape = Shape::list(&ARNString, Bounds::NONE);
static SAMLProviderList: Shape = Shape::list(&ARNString, Bounds::NONE);

static IdentityPoolTagsType: Shape = Shape::map(&TagKeysType, &TagValueType, Bounds::NONE);
static IdentityProviders: Shape = Shape::map(
    &IdentityProviderName,
    &IdentityProviderId,
    Bounds::at_most(10),
);
static LoginsMap: Shape = Shape::map(
    &IdentityProviderName,
    &IdentityProviderToken,
    Bounds::at_most(10),
);
static PrincipalTags: Shape = Shape::map(&PrincipalTagID, &PrincipalTagValue, Bounds::at_most(50));
static RoleMappingMap: Shape = Shape::map(&IdentityProviderName, &RoleMapping, Bounds::at_most(10));
static RolesMap: Shape = Shape::map(&RoleType, &ARNString, Bounds::at_most(2));

static CognitoIdentityProvider: Shape = Shape::structure(
    "CognitoIdentityProvider",
    &[
        Member::optional("ProviderName", &CognitoIdentityProviderName),
        Member::optional("ClientId", &CognitoIdentityProviderClientId),
        Member::optional("ServerSideTokenCheck", &CognitoIdentityProviderTokenCheck),
    ],
);

static MappingRule: Shape = Shape::structure(
    "MappingRule",
    &[
        Member::required("Claim", &ClaimName),
        Member::required("MatchType", &MappingRuleMatchType),
        Member::required("Value", &ClaimValue),
        Member::required("RoleARN", &ARNString),
    ],
);

static RulesConfigurationType: Shape = Shape::structure(
    "RulesConfigurationType",
    &[Member::required("Rules", &MappingRulesList)],
);

static RoleMapping: Shape = Shape::structure(
    "RoleMapping",
    &[
        Member::required("Type", &RoleMappingType),
        Member::optional("AmbiguousRoleResolution", &AmbiguousRoleResolutionType),
        Member::optional("RulesConfiguration", &RulesConfigurationType),
    ],
);

pub(crate) static CreateIdentityPoolInput: Structure = Structure::new(
    "CreateIdentityPoolInput",
    &[
        Member::required("IdentityPoolName", &IdentityPoolName),
        Member::required(
            "AllowUnauthenticatedIdentities",
            &IdentityPoolUnauthenticated,
        ),
        Member::optional("AllowClassicFlow", &ClassicFlow),
        Member::optional("SupportedLoginProviders", &IdentityProviders),
        Member::optional("DeveloperProviderName", &DeveloperProviderName),
        Member::optional("OpenIdConnectProviderARNs", &OIDCProviderList),
        Member::optional("CognitoIdentityProviders", &CognitoIdentityProviderList),
        Member::optional("SamlProviderARNs", &SAMLProviderList),
        Member::optional("IdentityPoolTags", &IdentityPoolTagsType),
    ],
);

pub(crate) static DeleteIdentitiesInput: Structure = Structure::new(
    "DeleteIdentitiesInput",
    &[Member::required("IdentityIdsToDelete", &IdentityIdList)],
);

pub(crate) static DeleteIdentityPoolInput: Structure = Structure::new(
    "DeleteIdentityPoolInput",
    &[Member::required("IdentityPoolId", &IdentityPoolId)],
);

pub(crate) static DescribeIdentityInput: Structure = Structure::new(
    "DescribeIdentityInput",
    &[Member::required("IdentityId", &IdentityId)],
);

pub(crate) static DescribeIdentityPoolInput: Structure = Structure::new(
    "DescribeIdentityPoolInput",
    &[Member::required("IdentityPoolId", &IdentityPoolId)],
);

pub(crate) static GetCredentialsForIdentityInput: Structure = Structure::new(
    "GetCredentialsForIdentityInput",
    &[
        Member::required("IdentityId", &IdentityId),
        Member::optional("Logins", &LoginsMap),
        Member::optional("CustomRoleArn", &ARNString),
    ],
);

pub(crate) static GetIdInput: Structure = Structure::new(
    "GetIdInput",
    &[
        Member::optional("AccountId", &AccountId),
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::optional("Logins", &LoginsMap),
    ],
);

pub(crate) static GetIdentityPoolRolesInput: Structure = Structure::new(
    "GetIdentityPoolRolesInput",
    &[Member::required("IdentityPoolId", &IdentityPoolId)],
);

pub(crate) static GetOpenIdTokenInput: Structure = Structure::new(
    "GetOpenIdTokenInput",
    &[
        Member::required("IdentityId", &IdentityId),
        Member::optional("Logins", &LoginsMap),
    ],
);

pub(crate) static GetOpenIdTokenForDeveloperIdentityInput: Structure = Structure::new(
    "GetOpenIdTokenForDeveloperIdentityInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::optional("IdentityId", &IdentityId),
        Member::required("Logins", &LoginsMap),
        Member::optional("PrincipalTags", &PrincipalTags),
        Member::optional("TokenDuration", &TokenDuration),
    ],
);

pub(crate) static GetPrincipalTagAttributeMapInput: Structure = Structure::new(
    "GetPrincipalTagAttributeMapInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("IdentityProviderName", &IdentityProviderName),
    ],
);

pub(crate) static ListIdentitiesInput: Structure = Structure::new(
    "ListIdentitiesInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("MaxResults", &QueryLimit),
        Member::optional("NextToken", &PaginationKey),
        Member::optional("HideDisabled", &HideDisabled),
    ],
);

pub(crate) static ListIdentityPoolsInput: Structure = Structure::new(
    "ListIdentityPoolsInput",
    &[
        Member::required("MaxResults", &QueryLimit),
        Member::optional("NextToken", &PaginationKey),
    ],
);

pub(crate) static ListTagsForResourceInput: Structure = Structure::new(
    "ListTagsForResourceInput",
    &[Member::required("ResourceArn", &ARNString)],
);

pub(crate) static LookupDeveloperIdentityInput: Structure = Structure::new(
    "LookupDeveloperIdentityInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::optional("IdentityId", &IdentityId),
        Member::optional("DeveloperUserIdentifier", &DeveloperUserIdentifier),
        Member::optional("MaxResults", &QueryLimit),
        Member::optional("NextToken", &PaginationKey),
    ],
);

pub(crate) static MergeDeveloperIdentitiesInput: Structure = Structure::new(
    "MergeDeveloperIdentitiesInput",
    &[
        Member::required("SourceUserIdentifier", &DeveloperUserIdentifier),
        Member::required("DestinationUserIdentifier", &DeveloperUserIdentifier),
        Member::required("DeveloperProviderName", &DeveloperProviderName),
        Member::required("IdentityPoolId", &IdentityPoolId),
    ],
);

pub(crate) static SetIdentityPoolRolesInput: Structure = Structure::new(
    "SetIdentityPoolRolesInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("Roles", &RolesMap),
        Member::optional("RoleMappings", &RoleMappingMap),
    ],
);

pub(crate) static SetPrincipalTagAttributeMapInput: Structure = Structure::new(
    "SetPrincipalTagAttributeMapInput",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("IdentityProviderName", &IdentityProviderName),
        Member::optional("UseDefaults", &UseDefaults),
        Member::optional("PrincipalTags", &PrincipalTags),
    ],
);

pub(crate) static TagResourceInput: Structure = Structure::new(
    "TagResourceInput",
    &[
        Member::required("ResourceArn", &ARNString),
        Member::required("Tags", &IdentityPoolTagsType),
    ],
);

pub(crate) static UnlinkDeveloperIdentityInput: Structure = Structure::new(
    "UnlinkDeveloperIdentityInput",
    &[
        Member::required("IdentityId", &IdentityId),
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("DeveloperProviderName", &DeveloperProviderName),
        Member::required("DeveloperUserIdentifier", &DeveloperUserIdentifier),
    ],
);

pub(crate) static UnlinkIdentityInput: Structure = Structure::new(
    "UnlinkIdentityInput",
    &[
        Member::required("IdentityId", &IdentityId),
        Member::required("Logins", &LoginsMap),
        Member::required("LoginsToRemove", &LoginsList),
    ],
);

pub(crate) static UntagResourceInput: Structure = Structure::new(
    "UntagResourceInput",
    &[
        Member::required("ResourceArn", &ARNString),
        Member::required("TagKeys", &IdentityPoolTagsListType),
    ],
);

pub(crate) static UpdateIdentityPoolInput: Structure = Structure::new(
    "IdentityPool",
    &[
        Member::required("IdentityPoolId", &IdentityPoolId),
        Member::required("IdentityPoolName", &IdentityPoolName),
        Member::required(
            "AllowUnauthenticatedIdentities",
            &IdentityPoolUnauthenticated,
        ),
        Member::optional("AllowClassicFlow", &ClassicFlow),
        Member::optional("SupportedLoginProviders", &IdentityProviders),
        Member::optional("DeveloperProviderName", &DeveloperProviderName),
        Member::optional("OpenIdConnectProviderARNs", &OIDCProviderList),
        Member::optional("CognitoIdentityProviders", &CognitoIdentityProviderList),
        Member::optional("SamlProviderARNs", &SAMLProviderList),
        Member::optional("IdentityPoolTags", &IdentityPoolTagsType),
    ],
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aws_sdk_cognitoidentity::operation::*;
    use aws_sdk_cognitoidentity::types;
    use aws_smithy_schema::Schema;
    use serde_json::Value;

    use super::super::shape::Text;
    use super::*;

    /// How many members, and shapes inside them, the inputs in `tests/model.json` have. With this
    /// number the comparison of the table with the model fails if it overlooks a part of the model.
    const SHAPES_IN_MODEL: usize = 195;
    /// How many of these have at least one constraint.
    const CONSTRAINED_SHAPES_IN_MODEL: usize = 148;

    /// Every input of the table with the SDK's schema of it.
    #[rustfmt::skip]
    fn inputs() -> Vec<(&'static Structure, &'static Schema<'static>)> {
        vec![
            (&CreateIdentityPoolInput, create_identity_pool::CreateIdentityPoolInput::SCHEMA),
            (&DeleteIdentitiesInput, delete_identities::DeleteIdentitiesInput::SCHEMA),
            (&DeleteIdentityPoolInput, delete_identity_pool::DeleteIdentityPoolInput::SCHEMA),
            (&DescribeIdentityInput, describe_identity::DescribeIdentityInput::SCHEMA),
            (&DescribeIdentityPoolInput, describe_identity_pool::DescribeIdentityPoolInput::SCHEMA),
            (&GetCredentialsForIdentityInput, get_credentials_for_identity::GetCredentialsForIdentityInput::SCHEMA),
            (&GetIdInput, get_id::GetIdInput::SCHEMA),
            (&GetIdentityPoolRolesInput, get_identity_pool_roles::GetIdentityPoolRolesInput::SCHEMA),
            (&GetOpenIdTokenInput, get_open_id_token::GetOpenIdTokenInput::SCHEMA),
            (&GetOpenIdTokenForDeveloperIdentityInput, get_open_id_token_for_developer_identity::GetOpenIdTokenForDeveloperIdentityInput::SCHEMA),
            (&GetPrincipalTagAttributeMapInput, get_principal_tag_attribute_map::GetPrincipalTagAttributeMapInput::SCHEMA),
            (&ListIdentitiesInput, list_identities::ListIdentitiesInput::SCHEMA),
            (&ListIdentityPoolsInput, list_identity_pools::ListIdentityPoolsInput::SCHEMA),
            (&ListTagsForResourceInput, list_tags_for_resource::ListTagsForResourceInput::SCHEMA),
            (&LookupDeveloperIdentityInput, lookup_developer_identity::LookupDeveloperIdentityInput::SCHEMA),
            (&MergeDeveloperIdentitiesInput, merge_developer_identities::MergeDeveloperIdentitiesInput::SCHEMA),
            (&SetIdentityPoolRolesInput, set_identity_pool_roles::SetIdentityPoolRolesInput::SCHEMA),
            (&SetPrincipalTagAttributeMapInput, set_principal_tag_attribute_map::SetPrincipalTagAttributeMapInput::SCHEMA),
            (&TagResourceInput, tag_resource::TagResourceInput::SCHEMA),
            (&UnlinkDeveloperIdentityInput, unlink_developer_identity::UnlinkDeveloperIdentityInput::SCHEMA),
            (&UnlinkIdentityInput, unlink_identity::UnlinkIdentityInput::SCHEMA),
            (&UntagResourceInput, untag_resource::UntagResourceInput::SCHEMA),
            (&UpdateIdentityPoolInput, update_identity_pool::UpdateIdentityPoolInput::SCHEMA),
        ]
    }

    #[test]
    fn members_are_in_the_order_of_the_sdk() {
        let nested: Vec<_> = [
            (
                &CognitoIdentityProvider,
                types::CognitoIdentityProvider::SCHEMA,
            ),
            (&MappingRule, types::MappingRule::SCHEMA),
            (&RoleMapping, types::RoleMapping::SCHEMA),
            (
                &RulesConfigurationType,
                types::RulesConfigurationType::SCHEMA,
            ),
        ]
        .into_iter()
        .map(|(shape, schema)| {
            let Shape::Structure(structure) = shape else {
                panic!("{shape:?} is not a structure");
            };
            (structure, schema)
        })
        .collect();

        for (structure, schema) in inputs().into_iter().chain(nested) {
            let ours = structure.members.iter().map(|member| Some(member.name));
            let sdks = schema.members().iter().map(|member| member.member_name());
            assert!(ours.eq(sdks), "{}", structure.name);
            let indices = schema.members().iter().map(|member| member.member_index());
            assert!(indices.eq((0..structure.members.len()).map(Some)));
            assert!(
                structure.members.len() <= 64,
                "the deserializer has one bit per member"
            );
        }
    }

    /// Each line that is compared is one member, or one shape inside it, with all its constraints.
    #[test]
    fn the_table_has_the_constraints_of_the_model() {
        let model: Value = serde_json::from_str(include_str!("../../../tests/model.json")).unwrap();
        let operations = model["operations"].as_object().unwrap();
        let mut of_model = BTreeSet::new();
        for operation in operations.values() {
            let name = operation["input_shape"].as_str().unwrap();
            describe_model(&model["shapes"], name, name, &mut of_model);
        }
        let mut of_table = BTreeSet::new();
        for (structure, _) in inputs() {
            describe_structure(structure, structure.name, &mut of_table);
        }

        let differing: Vec<_> = of_model.symmetric_difference(&of_table).collect();
        assert_eq!(differing, Vec::<&String>::new());
        assert_eq!(inputs().len(), operations.len());
        assert_eq!(of_model.len(), SHAPES_IN_MODEL);
        let constrained = of_model.iter().filter(|line| line.contains('='));
        assert_eq!(constrained.count(), CONSTRAINED_SHAPES_IN_MODEL);
    }

    fn describe_model(shapes: &Value, name: &str, path: &str, lines: &mut BTreeSet<String>) {
        let shape = &shapes[name];
        let kind = shape["type"].as_str().unwrap();
        let mut line = format!("{path}: {kind}");
        for constraint in ["min", "max", "pattern", "enum", "sensitive"] {
            if let Some(value) = shape.get(constraint) {
                line.push_str(&format!(" {constraint}={value}"));
            }
        }
        lines.insert(line);
        for part in ["member", "key", "value"] {
            if let Some(name) = shape.get(part) {
                let name = name.as_str().unwrap();
                describe_model(shapes, name, &format!("{path}.{part}"), lines);
            }
        }
        let Some(members) = shape.get("members") else {
            return;
        };
        let required = shape["required"].as_array().unwrap();
        for (name, member) in members.as_object().unwrap() {
            let path = format!("{path}.{name}");
            if required.iter().any(|required| required == name) {
                lines.insert(format!("{path}: required=true"));
            }
            describe_model(shapes, member["shape"].as_str().unwrap(), &path, lines);
        }
    }

    fn describe_structure(structure: &Structure, path: &str, lines: &mut BTreeSet<String>) {
        lines.insert(format!("{path}: structure"));
        for member in structure.members {
            let path = format!("{path}.{}", member.name);
            if member.required {
                lines.insert(format!("{path}: required=true"));
            }
            describe_table(member.shape, &path, lines);
        }
    }

    fn describe_table(shape: &Shape, path: &str, lines: &mut BTreeSet<String>) {
        let line = match shape {
            Shape::Text(text) => format!(
                "string{}{}",
                describe_bounds(text.length),
                describe_text(text)
            ),
            Shape::Integer(bounds) => format!("integer{}", describe_bounds(*bounds)),
            Shape::Long(bounds) => format!("long{}", describe_bounds(*bounds)),
            Shape::Boolean => "boolean".to_owned(),
            Shape::List(list) => {
                describe_table(list.member, &format!("{path}.member"), lines);
                format!("list{}", describe_bounds(list.size))
            }
            Shape::Map(map) => {
                describe_table(map.key, &format!("{path}.key"), lines);
                describe_table(map.value, &format!("{path}.value"), lines);
                format!("map{}", describe_bounds(map.size))
            }
            Shape::Structure(structure) => return describe_structure(structure, path, lines),
        };
        lines.insert(format!("{path}: {line}"));
    }

    fn describe_bounds(bounds: Bounds) -> String {
        let min = bounds.min.map(|min| format!(" min={min}"));
        let max = bounds.max.map(|max| format!(" max={max}"));
        [min, max].into_iter().flatten().collect()
    }

    fn describe_text(text: &Text) -> String {
        let mut line = String::new();
        if let Some(pattern) = &text.pattern {
            line.push_str(&format!(" pattern={}", Value::from(pattern.source)));
        }
        if !text.values.is_empty() {
            line.push_str(&format!(" enum={}", Value::from(text.values)));
        }
        if text.is_sensitive {
            line.push_str(" sensitive=true");
        }
        line
    }
}
