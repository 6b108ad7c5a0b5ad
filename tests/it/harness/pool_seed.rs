//! What a pool can be seeded with: roles, role mappings, principal tags, tags and the classic flow.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
    RulesConfigurationType,
};
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};

use crate::support::app::{
    CLASSIC_FLOW_DISABLED, GOOGLE, OIDC, OIDC_ARN, PROVIDERS, SAML, USER_POOL, USER_POOL_MAPPING,
    user_pool_only,
};
use crate::support::pools::{described, map, user_pool};
use crate::support::roles::{ADMIN, GUESTS, READER, USERS, asking, by_token, role_of};
use crate::support::{assert_service_error, both, mock, over_both, panic_of, place_of_panic};

const FOREIGN_ROLE: &str = "arn:aws:iam::999999999999:role/admin";

/// The roles and role mappings of a pool, by way of the API.
async fn roles(
    mock: &MockCognitoIdentity,
    pool_id: &str,
) -> (HashMap<String, String>, HashMap<String, RoleMapping>) {
    let roles = mock
        .client()
        .get_identity_pool_roles()
        .identity_pool_id(pool_id);
    let roles = roles.send().await.unwrap();
    (
        roles.roles.unwrap_or_default(),
        roles.role_mappings.unwrap_or_default(),
    )
}

/// The rules for groups of users, which fall back to the authenticated role.
fn by_groups(groups: &[(&str, &str)]) -> RoleMapping {
    let rules = groups.iter().map(|(group, role)| {
        MappingRule::builder()
            .claim("cognito:groups")
            .match_type(MappingRuleMatchType::Contains)
            .value(*group)
            .role_arn(*role)
            .build()
            .unwrap()
    });
    let rules = RulesConfigurationType::builder().set_rules(Some(rules.collect()));
    RoleMapping::builder()
        .r#type(RoleMappingType::Rules)
        .ambiguous_role_resolution(AmbiguousRoleResolutionType::AuthenticatedRole)
        .rules_configuration(rules.build().unwrap())
        .build()
        .unwrap()
}

/// The name, the value and the provider of an attribute map, by way of the API.
async fn principal_tags(
    mock: &MockCognitoIdentity,
    pool_id: &str,
    provider: &str,
) -> (Option<bool>, Option<HashMap<String, String>>) {
    let get = mock.client().get_principal_tag_attribute_map();
    let get = get
        .identity_pool_id(pool_id)
        .identity_provider_name(provider);
    let shown = get.send().await.unwrap();
    (shown.use_defaults, shown.principal_tags)
}

both! {
    async fn roles_are_those_of_the_test(mock) {
        let pool = mock.seed_pool(user_pool_only().roles(ADMIN, READER));

        let (roles, mappings) = roles(mock, pool.id()).await;

        let expected = map([("authenticated", ADMIN), ("unauthenticated", READER)]);
        assert_eq!(Some(roles), expected);
        assert_eq!(mappings, HashMap::new());
    }

    async fn the_last_word_on_roles_counts(mock) {
        let unset = mock.seed_pool(PoolSeed::named("app").roles(ADMIN, READER).without_roles());
        let set = mock.seed_pool(PoolSeed::named("app").without_roles().roles(ADMIN, READER));

        assert_eq!(roles(mock, unset.id()).await.0, HashMap::new());
        assert_eq!(roles(mock, set.id()).await.0.len(), 2);
    }

    async fn a_group_has_a_role_and_everybody_else_the_authenticated_one(mock) {
        let seed = user_pool_only().group_role("admins", ADMIN).group_role("readers", READER);
        let pool = mock.seed_pool(seed);

        for (groups, expected) in [
            (vec!["admins"], ADMIN),
            (vec!["readers"], READER),
            (vec!["readers", "admins"], ADMIN),
            (vec!["others"], USERS),
            (vec![], USERS),
        ] {
            let login = LoginToken::new(USER_POOL, "alice").claim("cognito:groups", groups.clone());
            let token = mock.issue_login(login);
            let call = asking(mock, pool.id(), USER_POOL, &token).await;
            assert_eq!(role_of(mock, call).await, expected, "{groups:?}");
        }
    }

    async fn a_group_role_is_a_rule_of_the_provider_that_was_added_last(mock) {
        for (provider, app_id) in PROVIDERS {
            let seed = PoolSeed::named("app")
                .login_provider("idp.example/first", "")
                .login_provider(provider, app_id)
                .group_role("admins", ADMIN);
            let pool = mock.seed_pool(seed);

            let key = match provider {
                USER_POOL => USER_POOL_MAPPING,
                OIDC => OIDC_ARN,
                other => other,
            };
            let (roles, mappings) = roles(mock, pool.id()).await;
            let expected = HashMap::from([(key.to_owned(), by_groups(&[("admins", ADMIN)]))]);
            assert_eq!(mappings, expected, "{provider}");
            assert_eq!(Some(roles), map([("authenticated", USERS), ("unauthenticated", GUESTS)]));
        }
    }

    async fn a_role_mapping_is_found_under_the_provider_of_logins(mock) {
        let deny = || by_token(AmbiguousRoleResolutionType::Deny);
        for (provider, key) in [
            (USER_POOL, USER_POOL_MAPPING),
            (USER_POOL_MAPPING, USER_POOL_MAPPING),
            (GOOGLE, GOOGLE),
            (OIDC, OIDC_ARN),
            (OIDC_ARN, OIDC_ARN),
            (SAML, SAML),
        ] {
            // The order of the two does not matter.
            let seed = PoolSeed::named("app").without_roles().role_mapping(provider, deny());
            let seed = PROVIDERS.iter().fold(seed, |seed, (provider, app_id)| {
                seed.login_provider(*provider, *app_id)
            });
            let pool = mock.seed_pool(seed);

            let (roles, mappings) = roles(mock, pool.id()).await;
            assert_eq!(mappings, HashMap::from([(key.to_owned(), deny())]), "{provider}");
            assert_eq!(roles, HashMap::new());
        }
    }

    async fn a_role_mapping_of_a_user_pool_is_that_of_all_its_clients(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "web")
            .login_provider(USER_POOL, "phone");
        let deny = by_token(AmbiguousRoleResolutionType::Deny);
        let pool = mock.seed_pool(seed.role_mapping(USER_POOL, deny.clone()));

        let (_, mappings) = roles(mock, pool.id()).await;

        let expected = ["web", "phone"].map(|client| (format!("{USER_POOL}:{client}"), deny.clone()));
        assert_eq!(mappings, HashMap::from(expected));
    }

    async fn a_group_role_is_added_to_the_rules_of_a_role_mapping(mock) {
        let seed = user_pool_only().role_mapping(USER_POOL, by_groups(&[("readers", READER)]));
        let pool = mock.seed_pool(seed.group_role("admins", ADMIN));

        let (_, mappings) = roles(mock, pool.id()).await;

        let rules = by_groups(&[("readers", READER), ("admins", ADMIN)]);
        assert_eq!(mappings, HashMap::from([(USER_POOL_MAPPING.to_owned(), rules)]));
    }

    async fn the_token_check_is_that_of_one_client(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "web")
            .server_side_token_check()
            .login_provider(USER_POOL, "phone");
        let pool = mock.seed_pool(seed);

        let shown = described(&mock.client(), pool.id()).await.cognito_identity_providers.unwrap();

        let checks: Vec<_> = shown.iter().map(|client| client.server_side_token_check()).collect();
        assert_eq!(checks, [Some(true), Some(false)]);
        assert_eq!(shown[1], user_pool(USER_POOL, "phone"));
    }

    async fn the_classic_flow_is_on_off_or_unset(mock) {
        let client = mock.client();
        for setting in [None, Some(true), Some(false)] {
            let seed = PoolSeed::named("app");
            let seed = match setting {
                Some(yes) => seed.allow_classic_flow(yes),
                None => seed,
            };
            let pool = mock.seed_pool(seed);

            assert_eq!(described(&client, pool.id()).await.allow_classic_flow, setting);
            let token = client.get_open_id_token().identity_id(pool.seed_identity()).send().await;
            if setting == Some(false) {
                assert_service_error(token, "InvalidParameterException", CLASSIC_FLOW_DISABLED);
            } else {
                assert!(token.is_ok(), "{setting:?}: {token:?}");
            }
        }
    }

    async fn a_pool_has_its_tags_beside_a_fixed_id(mock) {
        let id = "us-east-1:11111111-2222-4333-8444-555555555555";
        let seed = PoolSeed::named("app").id(id).tag("team", "books").tag("team", "shop");

        let pool = mock.seed_pool(seed.tag("stage", "test"));

        assert_eq!(
            described(&mock.client(), pool.id()).await.identity_pool_tags,
            map([("_custom_id_", id), ("team", "shop"), ("stage", "test")])
        );
    }

    async fn principal_tags_are_those_of_the_provider_that_was_added_last(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "web")
            .principal_tag("team", "custom:team")
            .principal_tag("level", "custom:level")
            .login_provider(OIDC, "")
            .principal_tag("repository", "repository")
            .login_provider(GOOGLE, "google")
            .default_principal_tags();
        let pool = mock.seed_pool(seed);

        let of = async |provider| principal_tags(mock, pool.id(), provider).await;
        assert_eq!(
            of(USER_POOL).await,
            (Some(false), map([("team", "custom:team"), ("level", "custom:level")]))
        );
        assert_eq!(of(OIDC_ARN).await, (Some(false), map([("repository", "repository")])));
        assert_eq!(of(GOOGLE).await, (Some(true), map([])));
    }

    async fn the_clients_of_a_user_pool_share_its_principal_tags(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "web")
            .principal_tag("team", "custom:team")
            .login_provider(USER_POOL, "phone")
            .principal_tag("level", "custom:level");
        let pool = mock.seed_pool(seed.clone());
        let defaults = mock.seed_pool(seed.default_principal_tags());

        assert_eq!(
            principal_tags(mock, pool.id(), USER_POOL).await,
            (Some(false), map([("team", "custom:team"), ("level", "custom:level")]))
        );
        assert_eq!(principal_tags(mock, defaults.id(), USER_POOL).await, (Some(true), map([])));
    }

    async fn own_and_default_principal_tags_replace_each_other(mock) {
        let google = || PoolSeed::named("app").login_provider(GOOGLE, "google");

        let own = google().default_principal_tags().principal_tag("team", "hd");
        let defaults = google().principal_tag("team", "hd").default_principal_tags();

        let (own, defaults) = (mock.seed_pool(own), mock.seed_pool(defaults));
        assert_eq!(
            principal_tags(mock, own.id(), GOOGLE).await,
            (Some(false), map([("team", "hd")]))
        );
        assert_eq!(principal_tags(mock, defaults.id(), GOOGLE).await, (Some(true), map([])));
    }

    async fn settings_that_aws_would_reject_are_rejected_in_its_words(mock) {
        let by_token = by_token(AmbiguousRoleResolutionType::Deny);
        let too_many = (0..26).fold(user_pool_only(), |seed, n| {
            seed.group_role(format!("group {n}"), ADMIN)
        });
        for (seed, reason) in [
            (
                user_pool_only().roles(FOREIGN_ROLE, GUESTS),
                "NotAuthorizedException: Access to Role 'arn:aws:iam::999999999999:role/admin' is \
                 forbidden.",
            ),
            (
                user_pool_only().roles("admin", GUESTS),
                "ValidationException: 1 validation error detected: Value '{authenticated=admin, ",
            ),
            (
                user_pool_only().group_role("admins", FOREIGN_ROLE),
                "NotAuthorizedException: Access to Role 'arn:aws:iam::999999999999:role/admin' is \
                 forbidden.",
            ),
            (
                user_pool_only().group_role("", ADMIN),
                "ValidationException: 1 validation error detected: Value '' at \
                 'roleMappings.",
            ),
            (
                user_pool_only().role_mapping(GOOGLE, by_token.clone()),
                "InvalidParameterException: (accounts.google.com) is not a valid RoleMapping \
                 ProviderName or is not a configured provider.",
            ),
            (
                user_pool_only().role_mapping(USER_POOL, by_token).group_role("admins", ADMIN),
                "InvalidParameterException: The RoleMapping for \
                 (cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:\
                 1h57kf5cpq17m0eml12EXAMPLE) of type Token cannot have RulesConfiguration.",
            ),
            (
                too_many,
                "InvalidParameterException: The number of rules in the request exceeded 25.",
            ),
            (
                PoolSeed::named("app").tag("aws:team", "shop"),
                "InvalidParameterException: ",
            ),
            (
                PoolSeed::named("app").tag("", "shop"),
                "ValidationException: ",
            ),
            (
                user_pool_only().principal_tag("", "custom:team"),
                "ValidationException: ",
            ),
        ] {
            let panic = panic_of(|| drop(mock.seed_pool(seed)));
            let expected = format!("cannot seed the pool: {reason}");
            assert!(panic.starts_with(&expected), "{panic}\ninstead of {expected}");
        }

        let pools = mock.client().list_identity_pools().max_results(60).send().await;
        assert_eq!(pools.unwrap().identity_pools().len(), 0);
    }
}

#[tokio::test]
async fn roles_and_providers_are_of_the_account_and_the_partition_of_the_mock() {
    let builder = || mock().region("cn-north-1").account_id("210987654321");
    for mock in over_both(builder) {
        let seed = PoolSeed::named("app")
            .login_provider(OIDC, "")
            .principal_tag("ref", "ref");
        let admin = "arn:aws-cn:iam::210987654321:role/admin";
        let pool = mock.seed_pool(seed.group_role("admins", admin));

        let (roles, mappings) = roles(&mock, pool.id()).await;

        let provider = format!("arn:aws-cn:iam::210987654321:oidc-provider/{OIDC}");
        assert_eq!(
            roles["authenticated"],
            "arn:aws-cn:iam::210987654321:role/app-authenticated"
        );
        assert_eq!(
            mappings,
            HashMap::from([(provider.clone(), by_groups(&[("admins", admin)]))])
        );
        assert_eq!(
            principal_tags(&mock, pool.id(), &provider).await.1,
            map([("ref", "ref")])
        );
    }
}

#[test]
fn a_setting_of_a_provider_needs_a_provider() {
    let seed = || PoolSeed::named("app");
    for (method, panic) in [
        (
            "group_role",
            panic_of(|| drop(seed().group_role("admins", ADMIN))),
        ),
        (
            "server_side_token_check",
            panic_of(|| drop(seed().server_side_token_check())),
        ),
        (
            "principal_tag",
            panic_of(|| drop(seed().principal_tag("team", "hd"))),
        ),
        (
            "default_principal_tags",
            panic_of(|| drop(seed().default_principal_tags())),
        ),
    ] {
        assert_eq!(
            panic,
            format!(
                "`{method}` is a setting of the login provider that was added last, but none was \
                 added yet\nhelp: call `login_provider` before `{method}`."
            )
        );
    }
    assert_eq!(
        panic_of(|| drop(seed().login_provider(GOOGLE, "").server_side_token_check())),
        "`server_side_token_check` is a setting of user pools, but the login provider that was \
         added last is \"accounts.google.com\""
    );
}

#[test]
fn panics_of_settings_point_at_the_test() {
    let mock = mock().in_memory();

    let group = place_of_panic(|| drop(PoolSeed::named("app").group_role("admins", ADMIN)));
    let tag = place_of_panic(|| drop(PoolSeed::named("app").principal_tag("team", "hd")));
    let defaults = place_of_panic(|| drop(PoolSeed::named("app").default_principal_tags()));
    let check = place_of_panic(|| drop(PoolSeed::named("app").server_side_token_check()));
    let role = place_of_panic(|| drop(mock.seed_pool(PoolSeed::named("app").roles("x", GUESTS))));

    let line = line!();
    let places = [group, tag, defaults, check, role];
    let expected = [6, 5, 4, 3, 2].map(|above| (file!().to_owned(), line - above));
    assert_eq!(places, expected);
}
