//! Rows P1 to P11.

use aws_sdk_cognitoidentity::types::AmbiguousRoleResolutionType::Deny;
use aws_sdk_cognitoidentity::types::MappingRuleMatchType::Equals;
use aws_sdk_cognitoidentity::types::{CognitoIdentityProvider, RoleMapping, RoleMappingType};
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

use super::Case;
use crate::support::app::{
    COGNITO, DEVELOPER, FACEBOOK, GOOGLE, USER_POOL, pool_of_all, user_pool_only,
};
use crate::support::roles::{READER, by_rules, by_token, map_roles};
use crate::support::tokens::try_sign_in;

const CODE: &str = "InvalidParameterException";

/// Settings of a pool.
pub(super) async fn of_pools(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const P2: &str = "Invalid Cognito Identity Provider";
    const P7C: &str = "Identity provider arn:aws:iam::999999999999:saml-provider/s is not valid for account 123456789012";
    const P11: &str = "Invalid Cognito Identity resource ARN.";
    let client = mock.client();
    let pool = mock.seed_pool(PoolSeed::named("app").developer_provider(DEVELOPER));
    let arn = format!(
        "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{}",
        pool.id()
    );

    let create = || {
        let call = client.create_identity_pool().identity_pool_name("new");
        call.allow_unauthenticated_identities(false)
    };
    let update = || {
        let call = client.update_identity_pool().identity_pool_id(pool.id());
        call.identity_pool_name("app")
            .allow_unauthenticated_identities(true)
    };
    let nameless = CognitoIdentityProvider::builder()
        .client_id("client")
        .build();
    let named = |name| {
        CognitoIdentityProvider::builder()
            .provider_name(name)
            .build()
    };
    let with_scheme = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let saml = "arn:aws:iam::999999999999:saml-provider/s";
    let tag = |key: &str, value: &str| {
        let call = client.tag_resource().resource_arn(&arn);
        call.tags(key, value).send()
    };
    let many = (0..51).fold(client.tag_resource().resource_arn(&arn), |call, n| {
        call.tags(format!("key-{n}"), "")
    });
    let tags_of = |arn: &str| client.list_tags_for_resource().resource_arn(arn).send();
    vec![
        Case::new(
            "P2: no name",
            CODE,
            P2,
            create().cognito_identity_providers(nameless).send(),
        ),
        Case::new(
            "P2: bare pool id",
            CODE,
            P2,
            create()
                .cognito_identity_providers(named("us-east-1_AbCdEfGhI"))
                .send(),
        ),
        Case::new(
            "P2: scheme in an update",
            CODE,
            P2,
            update()
                .cognito_identity_providers(named(with_scheme))
                .send(),
        ),
        Case::new(
            "P7c: create",
            CODE,
            P7C,
            create().saml_provider_arns(saml).send(),
        ),
        Case::new(
            "P7c: update",
            CODE,
            P7C,
            update().saml_provider_arns(saml).send(),
        ),
        Case::by_code(
            "P8",
            CODE,
            update().developer_provider_name("login.other").send(),
        ),
        Case::by_code("P10: reserved", CODE, tag("aws:team", "blue")),
        Case::by_code("P10: characters", CODE, tag("team", "blue*")),
        Case::by_code("P10: too many", CODE, many.send()),
        Case::by_code(
            "P10: create",
            CODE,
            create().identity_pool_tags("aws:team", "blue").send(),
        ),
        Case::new(
            "P11: other service",
            CODE,
            P11,
            tags_of("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"),
        ),
        Case::new(
            "P11: other resource",
            CODE,
            P11,
            tags_of("arn:aws:cognito-identity:us-east-1:123456789012:identity/a"),
        ),
        Case::new(
            "P11: no id",
            CODE,
            P11,
            tags_of("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/"),
        ),
    ]
}

/// Role mappings.
pub(super) async fn of_roles(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let set = |provider: &str, mapping: RoleMapping| {
        let call = client.set_identity_pool_roles().identity_pool_id(pool.id());
        let call = call.roles("authenticated", READER);
        call.role_mappings(provider, mapping).send()
    };
    let not_configured = |name, provider: &str| {
        let message = format!(
            "({provider}) is not a valid RoleMapping ProviderName or is not a configured provider."
        );
        Case::new(name, CODE, message, set(provider, by_token(Deny)))
    };
    let rule = ("sub", Equals, "alice", READER);
    let rules: Vec<_> = std::iter::repeat_n(rule.clone(), 26).collect();
    let of_type = |of_type| RoleMapping::builder().r#type(of_type).build().unwrap();
    let mut no_rules = by_rules(Deny, std::slice::from_ref(&rule));
    no_rules.rules_configuration = None;
    let mut token_with_rules = by_rules(Deny, &[rule]);
    token_with_rules.r#type = RoleMappingType::Token;
    vec![
        not_configured("P3: bare word", "bogus"),
        not_configured("P3: developer provider", DEVELOPER),
        not_configured("P3: no client id", USER_POOL),
        not_configured("P3: scheme", "https://accounts.google.com"),
        not_configured("P3: not on the pool", "www.digits.com"),
        Case::new(
            "P7",
            CODE,
            "The number of rules in the request exceeded 25.",
            set("bogus", by_rules(Deny, &rules)),
        ),
        Case::by_code(
            "P7b: no resolution",
            CODE,
            set(GOOGLE, of_type(RoleMappingType::Token)),
        ),
        Case::by_code("P7b: no rules", CODE, set(GOOGLE, no_rules)),
        Case::by_code("P7b: token with rules", CODE, set(GOOGLE, token_with_rules)),
    ]
}

/// Calls that the pool's settings leave no room for.
pub(super) async fn of_identities(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    const P1: &str = "Please provide a valid public provider";
    const P6: &str = "This identity pool does not support the specified developer provider";
    let client = mock.client();
    let pool = mock.seed_pool(pool_of_all());
    let guest = pool.seed_identity();
    let mapped = mock.seed_pool(PoolSeed::named("mapped").login_provider(FACEBOOK, "1"));
    map_roles(&client, mapped.id(), &[(FACEBOOK, by_token(Deny))]).await;
    let of_mapped = mapped.seed_identity();
    let enhanced = client.create_identity_pool().identity_pool_name("enhanced");
    let enhanced = enhanced
        .allow_unauthenticated_identities(true)
        .allow_classic_flow(false);
    let enhanced = enhanced.send().await.unwrap().identity_pool_id;
    let of_enhanced = crate::support::guest(&client, &enhanced).await;
    let no_developers = mock.seed_pool(user_pool_only());

    let get_id = {
        let (client, pool_id) = (client.clone(), pool.id().to_owned());
        async move { try_sign_in(&client, &pool_id, DEVELOPER, "user-1").await }
    };
    let credentials = client.get_credentials_for_identity().identity_id(guest);
    let developer = |pool_id: &str, provider: &str| {
        let call = client.get_open_id_token_for_developer_identity();
        call.identity_pool_id(pool_id)
            .logins(provider, "user-1")
            .send()
    };
    let token = |id: &str| client.get_open_id_token().identity_id(id).send();
    let neither = client
        .lookup_developer_identity()
        .identity_pool_id(pool.id());
    vec![
        Case::new("P1: GetId", CODE, P1, get_id),
        Case::new(
            "P1: credentials",
            CODE,
            P1,
            credentials.logins(DEVELOPER, "user-1").send(),
        ),
        Case::new(
            "P4",
            CODE,
            "Basic (classic) flow is not enabled, please use enhanced flow.",
            token(&of_enhanced),
        ),
        Case::new(
            "P5",
            CODE,
            "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
            token(&of_mapped),
        ),
        Case::new(
            "P6: other name",
            CODE,
            P6,
            developer(pool.id(), "login.other"),
        ),
        Case::new(
            "P6: none",
            CODE,
            P6,
            developer(no_developers.id(), DEVELOPER),
        ),
        Case::new("P6: Cognito", CODE, P6, developer(pool.id(), COGNITO)),
        Case::by_code("P9", CODE, neither.send()),
    ]
}
