//! Mistakes with the roles of a pool.

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
    RulesConfigurationType,
};
use expect_test::expect;
use mock_cognito_identity::{LoginToken, PoolSeed};

use super::{GOOGLE, USER_POOL, mock, shows};
use crate::app::sign_in;

const ADMIN: &str = "arn:aws:iam::123456789012:role/admin";

/// A rule for administrators. Mistake: the claim of a user pool is called `cognito:groups`.
fn admins(otherwise: AmbiguousRoleResolutionType) -> RoleMapping {
    let rule = MappingRule::builder()
        .claim("groups")
        .match_type(MappingRuleMatchType::Contains)
        .value("admins")
        .role_arn(ADMIN);
    let rules = RulesConfigurationType::builder().rules(rule.build().unwrap());
    let mapping = RoleMapping::builder()
        .r#type(RoleMappingType::Rules)
        .ambiguous_role_resolution(otherwise)
        .rules_configuration(rules.build().unwrap());
    mapping.build().unwrap()
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_rule_on_the_wrong_claim() {
    let mock = mock().start();
    let mapping = admins(AmbiguousRoleResolutionType::AuthenticatedRole);
    let seed = PoolSeed::named("app").login_provider(USER_POOL, "my_client");
    let pool = mock.seed_pool(seed.role_mapping(USER_POOL, mapping));
    let token = LoginToken::new(USER_POOL, "alice").claim("cognito:groups", vec!["admins"]);
    let login = (USER_POOL.to_owned(), mock.issue_login(token));

    let session = sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();

    let issued = mock.issued_credentials(session.access_key_id()).unwrap();
    assert_eq!(issued.role_arn, ADMIN);
}

#[test]
fn a_rule_on_the_wrong_claim_leaves_the_default_role() {
    shows(
        "roles::a_rule_on_the_wrong_claim",
        &["role app-authenticated"],
        &expect![[r#"
            thread 'mistakes::roles::a_rule_on_the_wrong_claim' panicked at ⟨assert_eq!(issued.role_arn, ADMIN);⟩:
            assertion `left == right` failed
              left: "arn:aws:iam::123456789012:role/app-authenticated"
             right: "arn:aws:iam::123456789012:role/admin"
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → ok, identity us-east-1:…d1ac (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → ok, key ASIAFZCEOTA73PPZNQN5, role app-authenticated until +3600 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_rule_on_the_wrong_claim_and_no_other_role() {
    let mock = mock().start();
    let mapping = admins(AmbiguousRoleResolutionType::Deny);
    let seed = PoolSeed::named("app").login_provider(USER_POOL, "my_client");
    let pool = mock.seed_pool(seed.role_mapping(USER_POOL, mapping));
    let token = LoginToken::new(USER_POOL, "alice").claim("cognito:groups", vec!["admins"]);
    let login = (USER_POOL.to_owned(), mock.issue_login(token));

    sign_in(&mock.client(), pool.id(), Some(login))
        .await
        .unwrap();
}

#[test]
fn a_rule_on_the_wrong_claim_and_no_other_role_is_told_by_the_claim() {
    shows(
        "roles::a_rule_on_the_wrong_claim_and_no_other_role",
        &["\"groups\"", "\"cognito:groups\""],
        &expect![[r#"
            thread 'mistakes::roles::a_rule_on_the_wrong_claim_and_no_other_role' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: SignedOut("The ambiguous role mapping rules for: cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:my_client denied this request.")
            MockCognitoIdentity started at ⟨start();⟩ received 2 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId                      attempt 1  pool "app", logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → ok, identity us-east-1:…d1ac (alice)
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (alice)  → NotAuthorizedException: The ambiguous role mapping rules for: cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:m…
                    why: no rule matched: claim "groups" is missing (did you mean "cognito:groups"?); the rules want "groups" Contains "admins"
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_pool_without_roles() {
    let mock = mock().start();
    let client = mock.client();
    let create = client
        .create_identity_pool()
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true);
    let pool = create.send().await.unwrap();

    sign_in(&client, pool.identity_pool_id(), None)
        .await
        .unwrap();
}

#[test]
fn a_pool_without_roles_lacks_the_one_that_is_needed() {
    shows(
        "roles::a_pool_without_roles",
        &["no role \"unauthenticated\""],
        &expect![[r#"
            thread 'mistakes::roles::a_pool_without_roles' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 3 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  CreateIdentityPool         attempt 1  IdentityPoolName "app", AllowUnauthenticatedIdentities true  → ok, pool "app"
                #2  GetId                      attempt 1  pool "app", no logins                                        → ok, identity us-east-1:…d1ac (guest)
                #3  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (guest), no logins                  → InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.
                    why: the pool "app" has no role "unauthenticated"; it has no roles at all
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_role_for_guests_only() {
    let mock = mock().start();
    let seed = PoolSeed::named("app").login_provider(GOOGLE, "my-app");
    let pool = mock.seed_pool(seed.without_roles());
    let client = mock.client();
    let set_roles = client
        .set_identity_pool_roles()
        .identity_pool_id(pool.id())
        .roles("unauthenticated", "arn:aws:iam::123456789012:role/guest");
    set_roles.send().await.unwrap();

    sign_in(&client, pool.id(), Some(pool.login("alice")))
        .await
        .unwrap();
}

#[test]
fn a_role_for_guests_only_is_none_for_users() {
    shows(
        "roles::a_role_for_guests_only",
        &["no role \"authenticated\"", "\"unauthenticated\""],
        &expect![[r#"
            thread 'mistakes::roles::a_role_for_guests_only' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.")
            MockCognitoIdentity started at ⟨start();⟩ received 3 calls:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  SetIdentityPoolRoles       attempt 1  pool "app", Roles["unauthenticated"] role guest                       → ok
                #2  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                        → ok, identity us-east-1:…d1ac (alice)
                #3  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac (alice), logins accounts.google.com (alice)  → InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.
                    why: the pool "app" has no role "authenticated"; it has "unauthenticated"
        "#]],
    );
}
