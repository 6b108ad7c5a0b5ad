//! Inputs that break a constraint of the API model, by way of the SDK's client.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::create_identity_pool::builders::CreateIdentityPoolFluentBuilder;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::builders::SetIdentityPoolRolesFluentBuilder;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
    RulesConfigurationType,
};

use crate::support::app::{NOT_FOUND, VALIDATION};
use crate::support::pools::map;
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, assert_service_error, both, service_error};

const ARN: &str = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:0";
const KEY: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc";
pub(crate) const ROLE: &str = "arn:aws:iam::214794239830:role/pfprobe";

pub(crate) fn create(client: &Client) -> CreateIdentityPoolFluentBuilder {
    client
        .create_identity_pool()
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true)
}

pub(crate) fn set_roles(client: &Client) -> SetIdentityPoolRolesFluentBuilder {
    let set = client.set_identity_pool_roles().identity_pool_id(NO_POOL);
    set.set_roles(map([]))
}

pub(crate) fn rule(
    claim: &str,
    match_type: MappingRuleMatchType,
    value: &str,
    role: &str,
) -> MappingRule {
    MappingRule::builder()
        .claim(claim)
        .match_type(match_type)
        .value(value)
        .role_arn(role)
        .build()
        .unwrap()
}

pub(crate) fn by_rules(rules: Vec<MappingRule>) -> RoleMapping {
    let rules = RulesConfigurationType::builder().set_rules(Some(rules));
    RoleMapping::builder()
        .r#type(RoleMappingType::Rules)
        .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny)
        .rules_configuration(rules.build().unwrap())
        .build()
        .unwrap()
}

/// The message of one broken rule. `value` is quoted unless it is `null`.
pub(crate) fn one(value: &str, path: &str, rule: &str) -> String {
    let value = match value {
        "null" => value.to_owned(),
        _ => format!("'{value}'"),
    };
    format!(
        "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {rule}"
    )
}

/// Asserts that each row was rejected with its message; the first column names it.
#[track_caller]
pub(crate) fn assert_invalid<const N: usize>(rows: [(&str, (String, String), String); N]) {
    for (what, (code, message), expected) in rows {
        assert_eq!((code.as_str(), message), (VALIDATION, expected), "{what}");
    }
}

both! {
    async fn a_pool_name_is_of_the_characters_of_its_pattern(mock) {
        let client = mock.client();

        let created = create(&client).identity_pool_name("pool#name").send().await;
        let updated = client
            .update_identity_pool()
            .identity_pool_id(NO_POOL)
            .identity_pool_name("pool#name")
            .allow_unauthenticated_identities(true)
            .send()
            .await;

        let message = r"1 validation error detected: Value 'pool#name' at 'identityPoolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+";
        assert_service_error(created, VALIDATION, message);
        assert_service_error(updated, VALIDATION, message);
    }

    async fn an_empty_pool_name_breaks_the_length_and_then_the_pattern(mock) {
        let rejected = create(&mock.client()).identity_pool_name("").send().await;

        assert_service_error(
            rejected,
            VALIDATION,
            r"2 validation errors detected: Value '' at 'identityPoolName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityPoolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+",
        );
    }

    async fn every_operation_on_a_pool_checks_the_form_of_the_id(mock) {
        const BAD: &str = "us-east-2:mock";
        let client = mock.client();

        let update = client
            .update_identity_pool()
            .identity_pool_id(BAD)
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true);
        let set_roles = client.set_identity_pool_roles().identity_pool_id(BAD);
        let get_map = client
            .get_principal_tag_attribute_map()
            .identity_pool_id(BAD)
            .identity_provider_name("p");
        let set_map = client
            .set_principal_tag_attribute_map()
            .identity_pool_id(BAD)
            .identity_provider_name("p");
        let errors = [
            (
                "GetId",
                service_error(client.get_id().identity_pool_id(BAD).send().await),
            ),
            (
                "DescribeIdentityPool",
                service_error(
                    client
                        .describe_identity_pool()
                        .identity_pool_id(BAD)
                        .send()
                        .await,
                ),
            ),
            (
                "DeleteIdentityPool",
                service_error(
                    client
                        .delete_identity_pool()
                        .identity_pool_id(BAD)
                        .send()
                        .await,
                ),
            ),
            ("UpdateIdentityPool", service_error(update.send().await)),
            (
                "GetIdentityPoolRoles",
                service_error(
                    client
                        .get_identity_pool_roles()
                        .identity_pool_id(BAD)
                        .send()
                        .await,
                ),
            ),
            (
                "SetIdentityPoolRoles",
                service_error(set_roles.set_roles(map([])).send().await),
            ),
            ("GetPrincipalTagAttributeMap", service_error(get_map.send().await)),
            ("SetPrincipalTagAttributeMap", service_error(set_map.send().await)),
        ];

        let message = r"1 validation error detected: Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+";
        assert_invalid(
            errors.map(|(operation, error)| (operation, error, message.to_owned())),
        );
    }

    async fn a_pool_id_has_at_most_55_characters(mock) {
        let client = mock.client();
        let describe = |id: &str| client.describe_identity_pool().identity_pool_id(id).send();
        let longest = format!("us-east-1:{}", "0".repeat(45));
        let arn = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_y3LHvvlPG";

        let (code, _) = service_error(describe(&longest).await);
        let (_, too_long) = service_error(describe(&format!("{longest}0")).await);
        let (_, far_too_long) = service_error(describe(arn).await);

        assert_eq!(code, NOT_FOUND);
        let rule = "Member must have length less than or equal to 55";
        assert_eq!(
            too_long,
            one(&format!("{longest}0"), "identityPoolId", rule)
        );
        let item = "Value 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_y3LHvvlPG' at 'identityPoolId' failed to satisfy constraint: Member must have length less than or equal to 55";
        assert!(far_too_long.contains(item), "{far_too_long}");
    }

    async fn an_empty_login_shows_the_whole_map(mock) {
        let get_id = mock.client().get_id().identity_pool_id(NO_POOL);

        let rejected = get_id
            .logins(
                "cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS",
                "",
            )
            .send()
            .await;

        assert_service_error(
            rejected,
            VALIDATION,
            "1 validation error detected: Value '{cognito-idp.us-east-1.amazonaws.com/us-east-1_5AO0qbaSS=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
        );
    }

    async fn every_broken_rule_is_an_item_of_its_own(mock) {
        let credentials = mock.client().get_credentials_for_identity().identity_id("");

        let rejected = credentials
            .logins("xx.xx.xx/xx-xx-xx-xx-xx", "")
            .send()
            .await;

        assert_service_error(
            rejected,
            VALIDATION,
            r"3 validation errors detected: Value '{xx.xx.xx/xx-xx-xx-xx-xx=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]; Value '' at 'identityId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
        );
    }

    async fn a_developer_provider_name_is_one_word(mock) {
        let rejected = create(&mock.client())
            .developer_provider_name("my provider")
            .send()
            .await;

        assert_service_error(
            rejected,
            VALIDATION,
            r"1 validation error detected: Value 'my provider' at 'developerProviderName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w._-]+",
        );
    }

    async fn roles_are_those_of_users_and_of_guests(mock) {
        let rejected = set_roles(&mock.client()).roles("admin", ROLE).send().await;

        assert_service_error(
            rejected,
            VALIDATION,
            "1 validation error detected: Value '{admin=arn:aws:iam::214794239830:role/pfprobe}' at 'roles' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]",
        );
    }

    async fn a_match_type_is_one_of_four(mock) {
        let matches = rule("c", MappingRuleMatchType::from("Matches"), "v", ROLE);

        let (code, message) = service_error(
            set_roles(&mock.client())
                .role_mappings(KEY, by_rules(vec![matches]))
                .send()
                .await,
        );

        // The order inside the brackets is not stable on AWS.
        assert_eq!(code, VALIDATION);
        let start = "1 validation error detected: Value 'Matches' at 'roleMappings.cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc.member.rulesConfiguration.rules.1.member.matchType' failed to satisfy constraint: Member must satisfy enum value set: [";
        let values = message
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(']'));
        let mut values: Vec<_> = values
            .unwrap_or_else(|| panic!("{message}"))
            .split(", ")
            .collect();
        values.sort_unstable();
        assert_eq!(values, ["Contains", "Equals", "NotEqual", "StartsWith"]);
    }

    async fn a_required_member_must_be_there(mock) {
        let client = mock.client();
        let tag = client.tag_resource();
        let untag = client.untag_resource();
        let get_map = client.get_principal_tag_attribute_map();
        let set_map = client.set_principal_tag_attribute_map();
        let nameless = client.update_identity_pool().identity_pool_id(NO_POOL);
        let null = |path| one("null", path, "Member must not be null");

        let rows = [
            (
                "Create without AllowUnauthenticatedIdentities",
                service_error(
                    client
                        .create_identity_pool()
                        .identity_pool_name("app")
                        .send()
                        .await,
                ),
                null("allowUnauthenticatedIdentities"),
            ),
            (
                "Create without a name",
                service_error(
                    client
                        .create_identity_pool()
                        .allow_unauthenticated_identities(true)
                        .send()
                        .await,
                ),
                null("identityPoolName"),
            ),
            (
                "Update without a name",
                service_error(nameless.allow_unauthenticated_identities(true).send().await),
                null("identityPoolName"),
            ),
            (
                "Update without AllowUnauthenticatedIdentities",
                service_error(
                    client
                        .update_identity_pool()
                        .identity_pool_id(NO_POOL)
                        .identity_pool_name("app")
                        .send()
                        .await,
                ),
                null("allowUnauthenticatedIdentities"),
            ),
            (
                "Describe without an id",
                service_error(client.describe_identity_pool().send().await),
                null("identityPoolId"),
            ),
            (
                "Delete without an id",
                service_error(client.delete_identity_pool().send().await),
                null("identityPoolId"),
            ),
            (
                "List without a length",
                service_error(client.list_identity_pools().send().await),
                null("maxResults"),
            ),
            (
                "GetRoles without an id",
                service_error(client.get_identity_pool_roles().send().await),
                null("identityPoolId"),
            ),
            (
                "SetRoles without roles",
                service_error(
                    client
                        .set_identity_pool_roles()
                        .identity_pool_id(NO_POOL)
                        .send()
                        .await,
                ),
                null("roles"),
            ),
            (
                "GetMap without a provider",
                service_error(get_map.identity_pool_id(NO_POOL).send().await),
                null("identityProviderName"),
            ),
            (
                "SetMap without a provider",
                service_error(set_map.identity_pool_id(NO_POOL).send().await),
                null("identityProviderName"),
            ),
            (
                "Tag without an ARN",
                service_error(tag.clone().tags("a", "1").send().await),
                null("resourceArn"),
            ),
            (
                "Tag without tags",
                service_error(tag.resource_arn(ARN).send().await),
                null("tags"),
            ),
            (
                "Untag without an ARN",
                service_error(untag.clone().tag_keys("a").send().await),
                null("resourceArn"),
            ),
            (
                "Untag without keys",
                service_error(untag.resource_arn(ARN).send().await),
                null("tagKeys"),
            ),
            (
                "ListTags without an ARN",
                service_error(client.list_tags_for_resource().send().await),
                null("resourceArn"),
            ),
        ];

        assert_invalid(rows);
    }

    async fn a_token_of_the_next_page_has_no_blanks_and_is_not_empty(mock) {
        let client = mock.client();
        let list = |token: &str| {
            client
                .list_identity_pools()
                .max_results(1)
                .next_token(token)
                .send()
        };

        let (_, blank) = service_error(list("a b").await);
        let (code, empty) = service_error(list("").await);

        assert_eq!(
            blank,
            one(
                "a b",
                "nextToken",
                r"Member must satisfy regular expression pattern: [\S]+"
            )
        );
        assert_eq!(code, VALIDATION);
        assert!(
            empty.starts_with("2 validation errors detected: Value '' at 'nextToken'"),
            "{empty}"
        );
    }

    async fn constraints_come_before_the_pool_is_looked_up(mock) {
        let client = mock.client();
        let update = || client.update_identity_pool().identity_pool_id(NO_POOL);
        let update = || update().allow_unauthenticated_identities(true);

        let (malformed, _) = service_error(update().identity_pool_name("a#b").send().await);
        let (well_formed, _) = service_error(update().identity_pool_name("a b").send().await);

        assert_eq!(malformed, VALIDATION);
        assert_eq!(well_formed, NOT_FOUND);
    }

    async fn what_breaks_a_constraint_changes_nothing(mock) {
        let client = mock.client();

        let rejected = create(&client).identity_pool_tags("", "1").send().await;

        let (code, _) = service_error(rejected);
        assert_eq!(code, VALIDATION);
        let pools = client
            .list_identity_pools()
            .max_results(60)
            .send()
            .await
            .unwrap();
        assert_eq!(pools.identity_pools(), []);
    }

    async fn the_message_is_bounded_however_much_is_wrong(mock) {
        let rules = vec!["{}"; 2_000].join(",");
        let key = "k".repeat(5_000);
        let body = format!(
            r#"{{"IdentityPoolId":"{NO_POOL}","Roles":{{}},"RoleMappings":{{"{key}":{{"Type":"Rules","RulesConfiguration":{{"Rules":[{rules}]}}}}}}}}"#
        );

        let call = set_roles(&mock.client()).customize().interceptor(Tamper::Body(body.leak()));
        let (code, message) = service_error(call.send().await);

        // Four members of each rule, the number of rules and the length of the key.
        let start = format!("8002 validation errors detected: Value null at 'roleMappings.{key}.member.");
        assert_eq!(code, VALIDATION);
        assert!(message.starts_with(&start), "{message:.100}");
        assert!(message.ends_with("failed to satisfy constraint: Member must not be null; …"));
        assert!(message.len() < 66_000, "{}", message.len());
    }

    async fn a_value_is_cut_that_would_fill_the_message_alone(mock) {
        let token = "t".repeat(50_001);
        let logins = |count: usize| {
            let logins = (0..count).map(|place| (format!("p{place}"), token.clone()));
            mock.client().get_id().identity_pool_id(NO_POOL).set_logins(Some(logins.collect())).send()
        };

        let (_, whole) = service_error(logins(1).await);
        let (code, cut) = service_error(logins(9).await);

        let rules = "Member must have length less than or equal to 50000, Member must have length greater than or equal to 1";
        let rule = format!("Map value must satisfy constraint: [{rules}]");
        assert_eq!(whole, one(&format!("{{p0={token}}}"), "logins", &rule));
        assert_eq!(code, VALIDATION);
        assert!(cut.starts_with("1 validation error detected: Value '{p0=ttt"), "{cut:.100}");
        assert!(cut.ends_with("ttt…") && cut.len() < 66_000, "{}", cut.len());
    }

    async fn of_a_member_given_twice_the_last_one_counts(mock) {
        let pool = mock.seed_pool("app").id().to_owned();
        let get_id = |first: &str, last: &str| {
            let body = format!(r#"{{"IdentityPoolId":"{first}","IdentityPoolId":"{last}"}}"#);
            let call = mock.client().get_id().identity_pool_id(NO_POOL).customize();
            call.interceptor(Tamper::Body(body.leak())).send()
        };

        let good = get_id("a#b", &pool).await;
        let bad = get_id(&pool, "a#b").await;

        assert!(good.is_ok(), "{good:?}");
        let rule = r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+";
        assert_service_error(bad, VALIDATION, &one("a#b", "identityPoolId", rule));
        assert_eq!(mock.calls_to(Client::get_id)[0].input.identity_pool_id(), Some(pool.as_str()));
    }
}
