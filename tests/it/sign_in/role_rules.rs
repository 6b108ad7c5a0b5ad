//! Role mappings of type Rules: which rules match which claims, and what happens without a match.

use aws_sdk_cognitoidentity::types::AmbiguousRoleResolutionType::{AuthenticatedRole, Deny};
use aws_sdk_cognitoidentity::types::MappingRuleMatchType::{
    self, Contains, Equals, NotEqual, StartsWith,
};
use mock_cognito_identity::{LoginToken, MockCognitoIdentity};
use serde_json::{Value, json};

use crate::support::app::{
    AMAZON, FACEBOOK, FACEBOOK_APP, GOOGLE, GOOGLE_APP, NOT_AUTHORIZED, OIDC, OIDC_ARN, SAML,
    USER_POOL, USER_POOL_MAPPING, pool_of_all,
};
use crate::support::roles::{ADMIN, READER, USERS, asking, by_rules, map_roles, role_of};
use crate::support::tokens::login;
use crate::support::{assert_service_error, both, service_error};

/// The role of a Google user with the claim `team`: READER if the only rule matches, otherwise
/// USERS.
async fn role_for_team(
    mock: &MockCognitoIdentity,
    pool_id: &str,
    team: Option<&Value>,
    match_type: MappingRuleMatchType,
    value: &str,
) -> String {
    let rule = by_rules(AuthenticatedRole, &[("team", match_type, value, READER)]);
    map_roles(&mock.client(), pool_id, &[(GOOGLE, rule)]).await;
    let mut login = LoginToken::new(GOOGLE, "alice");
    if let Some(team) = team {
        login = login.claim("team", team.clone());
    }
    let token = mock.issue_login(login);
    role_of(mock, asking(mock, pool_id, GOOGLE, &token).await).await
}

both! {
    async fn each_match_type_compares_texts(mock) {
        let pool = mock.seed_pool(pool_of_all());
        for (match_type, value, matches) in [
            (Equals, "blue-team", true),
            (Equals, "blue", false),
            (Equals, "Blue-Team", false),
            (NotEqual, "blue", true),
            (NotEqual, "blue-team", false),
            (StartsWith, "blue", true),
            (StartsWith, "blue-team", true),
            (StartsWith, "team", false),
            (Contains, "e-t", true),
            (Contains, "blue-team", true),
            (Contains, "red", false),
        ] {
            let team = json!("blue-team");
            let by = match_type.clone();
            let role = role_for_team(mock, pool.id(), Some(&team), by, value).await;

            let expected = if matches { READER } else { USERS };
            assert_eq!(role, expected, "{match_type} {value}");
        }
    }

    async fn a_missing_claim_matches_no_rule(mock) {
        let pool = mock.seed_pool(pool_of_all());
        for match_type in [Equals, NotEqual, StartsWith, Contains] {
            let role = role_for_team(mock, pool.id(), None, match_type.clone(), "blue").await;
            assert_eq!(role, USERS, "{match_type}");

            let null = Some(&Value::Null);
            let role = role_for_team(mock, pool.id(), null, match_type.clone(), "null").await;
            assert_eq!(role, USERS, "{match_type}");
        }
    }

    // Approximation [Q10]: how AWS compares lists is not known, except that rules on
    // `cognito:groups` with Contains are common and work.
    async fn a_list_matches_by_its_elements(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let teams = json!(["blue", "green-team"]);
        for (match_type, value, matches) in [
            (Contains, "green", true),
            (Contains, "red", false),
            (Equals, "blue", true),
            (Equals, "green", false),
            (StartsWith, "gre", true),
            (NotEqual, "blue", false),
            (NotEqual, "red", true),
        ] {
            let by = match_type.clone();
            let role = role_for_team(mock, pool.id(), Some(&teams), by, value).await;

            let expected = if matches { READER } else { USERS };
            assert_eq!(role, expected, "{match_type} {value}");
        }
    }

    // Approximation [Q10]: how AWS compares them is not known.
    async fn numbers_and_booleans_are_compared_as_text(mock) {
        let pool = mock.seed_pool(pool_of_all());
        for (claim, value) in [(json!(7), "7"), (json!(true), "true")] {
            let role = role_for_team(mock, pool.id(), Some(&claim), Equals, value).await;

            assert_eq!(role, READER, "{claim}");
        }
    }

    async fn the_first_rule_that_matches_wins(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let rules = [
            ("sub", Equals, "bob", USERS),
            ("sub", StartsWith, "a", READER),
            ("sub", Equals, "alice", ADMIN),
        ];
        map_roles(&mock.client(), pool.id(), &[(GOOGLE, by_rules(Deny, &rules))]).await;
        let token = login(mock, GOOGLE, "alice");

        let call = asking(mock, pool.id(), GOOGLE, &token).await;

        assert_eq!(role_of(mock, call).await, READER);
    }

    async fn a_custom_role_selects_among_the_matching_rules(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let rules = [
            ("sub", StartsWith, "a", READER),
            ("sub", Equals, "alice", ADMIN),
            ("sub", Equals, "bob", USERS),
        ];
        let mapping = by_rules(AuthenticatedRole, &rules);
        map_roles(&mock.client(), pool.id(), &[(GOOGLE, mapping)]).await;
        let token = login(mock, GOOGLE, "alice");
        let ask = || asking(mock, pool.id(), GOOGLE, &token);

        assert_eq!(role_of(mock, ask().await.custom_role_arn(ADMIN)).await, ADMIN);
        // The rule with that role matches only bob.
        let (code, _) = service_error(ask().await.custom_role_arn(USERS).send().await);
        assert_eq!(code, NOT_AUTHORIZED);
    }

    async fn without_a_match_the_user_gets_the_authenticated_role_or_is_denied(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let rule = [("sub", Equals, "bob", ADMIN)];
        let token = login(mock, GOOGLE, "alice");
        let ask = || asking(mock, pool.id(), GOOGLE, &token);

        map_roles(&client, pool.id(), &[(GOOGLE, by_rules(AuthenticatedRole, &rule))]).await;
        assert_eq!(role_of(mock, ask().await).await, USERS);

        map_roles(&client, pool.id(), &[(GOOGLE, by_rules(Deny, &rule))]).await;
        assert_service_error(
            ask().await.send().await,
            NOT_AUTHORIZED,
            "The ambiguous role mapping rules for: accounts.google.com denied this request.",
        );
    }

    async fn rules_read_the_claims_of_every_kind_of_provider(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        for (provider, mapping, claim, value) in [
            (USER_POOL, USER_POOL_MAPPING, "custom:team", "blue"),
            (USER_POOL, USER_POOL_MAPPING, "token_use", "id"),
            (GOOGLE, GOOGLE, "aud", GOOGLE_APP),
            (GOOGLE, GOOGLE, "custom:team", "blue"),
            (FACEBOOK, FACEBOOK, "iss", FACEBOOK),
            (FACEBOOK, FACEBOOK, "aud", FACEBOOK_APP),
            (AMAZON, AMAZON, "iss", "www.amazon.com"),
            (AMAZON, AMAZON, "sub", "alice"),
            (OIDC, OIDC_ARN, "custom:team", "blue"),
            (SAML, SAML, "custom:team", "blue"),
        ] {
            let rule = by_rules(Deny, &[(claim, Equals, value, READER)]);
            map_roles(&client, pool.id(), &[(mapping, rule)]).await;
            let token = LoginToken::new(provider, "alice").claim("custom:team", "blue");
            let token = mock.issue_login(token);

            let call = asking(mock, pool.id(), provider, &token).await;

            assert_eq!(role_of(mock, call).await, READER, "{provider}: {claim}");
        }
    }

    async fn rules_see_only_three_claims_of_facebook_and_amazon(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        for provider in [FACEBOOK, AMAZON] {
            let rule = by_rules(AuthenticatedRole, &[("email", Equals, "a@b.example", ADMIN)]);
            map_roles(&client, pool.id(), &[(provider, rule)]).await;
            let token = LoginToken::new(provider, "alice").claim("email", "a@b.example");
            let token = mock.issue_login(token);

            let call = asking(mock, pool.id(), provider, &token).await;

            assert_eq!(role_of(mock, call).await, USERS, "{provider}");
        }
    }

    async fn rules_see_the_issuer_of_an_opaque_token(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let rules = [("iss", Equals, FACEBOOK, READER)];
        map_roles(&client, pool.id(), &[(FACEBOOK, by_rules(Deny, &rules))]).await;

        let call = asking(mock, pool.id(), FACEBOOK, "EAACEdEose0cBA").await;

        assert_eq!(role_of(mock, call).await, READER);
    }
}
