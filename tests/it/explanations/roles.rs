//! Roles that a pool cannot have, and roles that nobody gets.

use aws_sdk_cognitoidentity::types::AmbiguousRoleResolutionType::Deny;
use aws_sdk_cognitoidentity::types::MappingRuleMatchType::{Contains, Equals, StartsWith};
use aws_sdk_cognitoidentity::types::{RoleMapping, RoleMappingType};
use expect_test::expect;
use mock_cognito_identity::{LoginToken, PoolSeed};

use super::explained;
use crate::support::app::{
    App, DEVELOPER, FACEBOOK, Flow, GOOGLE, GOOGLE_APP, SAML, USER_POOL, USER_POOL_CLIENT,
    USER_POOL_MAPPING,
};
use crate::support::roles::{ADMIN, READER, USERS, asking, by_rules, by_token, map_roles};

#[tokio::test]
async fn a_pool_without_the_role() {
    let told = explained(async |mock| {
        let client = mock.client();
        let app = App::of(
            mock,
            PoolSeed::named("app")
                .login_provider(GOOGLE, GOOGLE_APP)
                .without_roles(),
        );
        let guest = app.sign_in(&[]).await;
        app.enter(Flow::Enhanced, &guest, &[]).await.unwrap_err();
        let call = client.set_identity_pool_roles().identity_pool_id(&app.pool);
        call.roles("unauthenticated", READER).send().await.unwrap();
        let alice = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.enter(Flow::Enhanced, &alice, &[(GOOGLE, "alice")])
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: Invalid identity pool configuration. Check assigned IAM roles for this pool.
            the pool "app" has no role "unauthenticated"; it has no roles at all
        GetCredentialsForIdentity: Invalid identity pool configuration. Check assigned IAM roles for this pool.
            the pool "app" has no role "authenticated"; it has "unauthenticated"
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn roles_that_are_not_of_the_account() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool("app");
        for role in [
            "reader-of-the-reports",
            "arn:aws:iam::123456789021:role/reader",
            "arn:aws:iam::123456789012:user/reader",
            "arn:aws-cn:iam::123456789012:role/reader",
        ] {
            let call = mock
                .client()
                .set_identity_pool_roles()
                .identity_pool_id(pool.id());
            call.roles("authenticated", role).send().await.unwrap_err();
        }
    })
    .await;

    expect![[r#"
        SetIdentityPoolRoles: Access to Role 'reader-of-the-reports' is forbidden.
            "reader-of-the-reports" is no ARN, such as arn:aws:iam::123456789012:role/<name>
        SetIdentityPoolRoles: Access to Role 'arn:aws:iam::123456789021:role/reader' is forbidden.
            arn:aws:iam::123456789021:role/reader is of account "123456789021"; the mock's is 123456789012; did you mean "123456789012"?
        SetIdentityPoolRoles: Access to Role 'arn:aws:iam::123456789012:user/reader' is forbidden.
            arn:aws:iam::123456789012:user/reader is not the ARN of a role with a name
        SetIdentityPoolRoles: Access to Role 'arn:aws-cn:iam::123456789012:role/reader' is forbidden.
            arn:aws-cn:iam::123456789012:role/reader is of partition "aws-cn"; us-east-1 is in aws
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn mappings_that_are_not_accepted() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app")
            .login_provider(USER_POOL, USER_POOL_CLIENT)
            .login_provider(GOOGLE, GOOGLE_APP)
            .developer_provider(DEVELOPER);
        let pool = mock.seed_pool(pool);
        let set = |provider: &str, mapping: RoleMapping| {
            let call = mock
                .client()
                .set_identity_pool_roles()
                .identity_pool_id(pool.id());
            call.roles("authenticated", USERS)
                .role_mappings(provider, mapping)
                .send()
        };
        let rule = ("a", Equals, "b", ADMIN);
        let token_with_rules = by_rules(Deny, std::slice::from_ref(&rule)).rules_configuration;
        let token = RoleMapping::builder().r#type(RoleMappingType::Token);

        for provider in [USER_POOL, "https://accounts.google.com", DEVELOPER, "bogus"] {
            set(provider, by_token(Deny)).await.unwrap_err();
        }
        set(GOOGLE, by_rules(Deny, &vec![rule; 26]))
            .await
            .unwrap_err();
        set(GOOGLE, token.clone().build().unwrap())
            .await
            .unwrap_err();
        let token = token.ambiguous_role_resolution(Deny);
        set(
            GOOGLE,
            token
                .clone()
                .set_rules_configuration(token_with_rules)
                .build()
                .unwrap(),
        )
        .await
        .unwrap_err();
        let rules = RoleMapping::builder().r#type(RoleMappingType::Rules);
        set(
            GOOGLE,
            rules.ambiguous_role_resolution(Deny).build().unwrap(),
        )
        .await
        .unwrap_err();
    })
    .await;

    expect![[r#"
        SetIdentityPoolRoles: (cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI) is not a valid RoleMapping ProviderName or is not a configured provider.
            the pool "app" can have role mappings for "accounts.google.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE", and the request has one for "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"; did you mean "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE", with the app client?
        SetIdentityPoolRoles: (https://accounts.google.com) is not a valid RoleMapping ProviderName or is not a configured provider.
            the pool "app" can have role mappings for "accounts.google.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE", and the request has one for "https://accounts.google.com"; did you mean "accounts.google.com"?
        SetIdentityPoolRoles: (login.mycompany.myapp) is not a valid RoleMapping ProviderName or is not a configured provider.
            the pool "app" can have role mappings for "accounts.google.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE", and the request has one for "login.mycompany.myapp"; the developer provider can have no role mapping
        SetIdentityPoolRoles: (bogus) is not a valid RoleMapping ProviderName or is not a configured provider.
            the pool "app" can have role mappings for "accounts.google.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE", and the request has one for "bogus"
        SetIdentityPoolRoles: The number of rules in the request exceeded 25.
            the mapping for "accounts.google.com" has 26 rules; a mapping has at most 25
        SetIdentityPoolRoles: The RoleMapping for (accounts.google.com) needs AmbiguousRoleResolution.
            `AmbiguousRoleResolution` is missing; it is AuthenticatedRole or Deny, for users without a role of their own
        SetIdentityPoolRoles: The RoleMapping for (accounts.google.com) of type Token cannot have RulesConfiguration.
            `Type` is Token, and the mapping has rules; with rules it is Rules
        SetIdentityPoolRoles: The RoleMapping for (accounts.google.com) of type Rules needs RulesConfiguration.
            `Type` is Rules, and the mapping has no rules
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn no_rule_matches() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app")
            .login_provider(USER_POOL, USER_POOL_CLIENT)
            .login_provider(FACEBOOK, "1234");
        let pool = mock.seed_pool(pool);
        let rules = [
            ("cognito:groups", Contains, "admin", ADMIN),
            ("groups", Equals, "admin", ADMIN),
            ("custom:Role", StartsWith, "a", ADMIN),
        ];
        let client = mock.client();
        let mappings = [
            (USER_POOL_MAPPING, by_rules(Deny, &rules)),
            (FACEBOOK, by_rules(Deny, &[("sub", Equals, "alice", ADMIN)])),
        ];
        map_roles(&client, pool.id(), &mappings).await;
        let login = LoginToken::new(USER_POOL, "alice").claim("cognito:groups", vec!["users"]);
        let token = mock.issue_login(login.claim("custom:role", "reader"));

        let call = asking(mock, pool.id(), USER_POOL, &token).await;
        call.send().await.unwrap_err();
        let call = asking(mock, pool.id(), FACEBOOK, "EAAsecret").await;
        call.send().await.unwrap_err();
    })
    .await;

    assert!(!told.contains("secret"), "{told}");
    expect![[r#"
        GetCredentialsForIdentity: The ambiguous role mapping rules for: cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE denied this request.
            no rule matched: claim "cognito:groups" is ["users"], claim "custom:Role" is missing (did you mean "custom:role"?), claim "groups" is missing (did you mean "cognito:groups"?); the rules want "cognito:groups" Contains "admin", "groups" Equals "admin", "custom:Role" StartsWith "a"
        GetCredentialsForIdentity: The ambiguous role mapping rules for: graph.facebook.com denied this request.
            no rule matched: claim "sub" is the opaque token; the rules want "sub" Equals "alice"
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn the_token_names_no_role() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app").login_provider(USER_POOL, USER_POOL_CLIENT);
        let pool = mock.seed_pool(pool);
        map_roles(
            &mock.client(),
            pool.id(),
            &[(USER_POOL_MAPPING, by_token(Deny))],
        )
        .await;
        let login = LoginToken::new(USER_POOL, "alice");
        let two = login.clone().claim("cognito:roles", vec![ADMIN, READER]);

        for login in [login, two.clone()] {
            let call = asking(mock, pool.id(), USER_POOL, &mock.issue_login(login)).await;
            call.send().await.unwrap_err();
        }
        let call = asking(mock, pool.id(), USER_POOL, &mock.issue_login(two)).await;
        call.custom_role_arn(USERS).send().await.unwrap_err();

        let id = asking(
            mock,
            pool.id(),
            USER_POOL,
            &mock.issue_login(LoginToken::new(USER_POOL, "bob")),
        )
        .await;
        let id = id.get_identity_id().clone().unwrap();
        let call = mock.client().get_open_id_token().identity_id(id);
        call.send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: The ambiguous role mapping rules for: cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE denied this request.
            the token names no role: claim "cognito:roles" is missing, claim "cognito:preferred_role" is missing; AmbiguousRoleResolution is Deny
        GetCredentialsForIdentity: The ambiguous role mapping rules for: cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE denied this request.
            the token names no role: claim "cognito:roles" is ["arn:aws:iam::123456789012:role/admin","arn:aws:iam::123456789012:role/reader"], claim "cognito:preferred_role" is missing; AmbiguousRoleResolution is Deny
        GetCredentialsForIdentity: Access to Role 'arn:aws:iam::123456789012:role/app-authenticated' is forbidden.
            `CustomRoleArn` is "arn:aws:iam::123456789012:role/app-authenticated"; `cognito:roles` of the token has "arn:aws:iam::123456789012:role/admin", "arn:aws:iam::123456789012:role/reader"
        GetOpenIdToken: Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.
            the pool "app" has role mappings for cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI:1h57kf5cpq17m0eml12EXAMPLE; the enhanced flow is GetCredentialsForIdentity
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn roles_of_a_saml_assertion() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(PoolSeed::named("app").login_provider(SAML, ""));
        let role = "https://aws.amazon.com/SAML/Attributes/Role";
        let issue = |roles: Vec<String>| {
            mock.issue_login(LoginToken::new(SAML, "alice").claim(role, roles))
        };
        let [admin, reader] = [ADMIN, READER].map(|role| format!("{role},{SAML}"));
        let two = issue(vec![admin, reader]);

        asking(mock, pool.id(), SAML, &two)
            .await
            .send()
            .await
            .unwrap_err();
        let call = asking(mock, pool.id(), SAML, &two).await;
        call.custom_role_arn(USERS).send().await.unwrap_err();
        let foreign = "arn:aws:iam::999999999999:role/admin,x";
        let foreign = issue(vec![foreign.to_owned()]);
        asking(mock, pool.id(), SAML, &foreign)
            .await
            .send()
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: Invalid identity pool configuration. Check assigned IAM roles for this pool.
            the SAML assertion has 2 roles: "arn:aws:iam::123456789012:role/admin", "arn:aws:iam::123456789012:role/reader"; the request has no `CustomRoleArn` to choose one
        GetCredentialsForIdentity: Access to Role 'arn:aws:iam::123456789012:role/app-authenticated' is forbidden.
            `CustomRoleArn` is "arn:aws:iam::123456789012:role/app-authenticated"; the SAML assertion has "arn:aws:iam::123456789012:role/admin", "arn:aws:iam::123456789012:role/reader"
        GetCredentialsForIdentity: Invalid identity pool configuration. Check assigned IAM roles for this pool.
            arn:aws:iam::999999999999:role/admin is of account "999999999999"; the mock's is 123456789012
    "#]].assert_eq(&told);
}
