//! Role resolution: which role `GetCredentialsForIdentity` uses, of the pool or of the token.

use aws_sdk_cognitoidentity::types::{AmbiguousRoleResolutionType, MappingRuleMatchType};
use mock_cognito_identity::LoginToken;
use serde_json::json;

use crate::support::app::{
    CONFLICT, FACEBOOK, GOOGLE, NOT_AUTHORIZED, OIDC, OIDC_ARN, PROVIDERS, SAML, USER_POOL,
    USER_POOL_CLIENT, USER_POOL_MAPPING, pool_of_all,
};
use crate::support::roles::{
    ADMIN, GUESTS, READER, USERS, asking, by_rules, by_token, map_roles, role_of,
};
use crate::support::tokens::{login, unsigned};
use crate::support::{assert_service_error, both, guest, mock, over_both, service_error};

const FOREIGN: &str = "arn:aws:iam::999999999999:role/reader";

/// The SAML attribute with pairs of a role and a provider.
const SAML_ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
const NO_ROLE: (&str, &str) = (
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
);

both! {
    async fn a_guest_gets_the_unauthenticated_role(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let call = client.get_credentials_for_identity().identity_id(id);

        assert_eq!(role_of(mock, call).await, GUESTS);
    }

    async fn a_guest_of_a_pool_without_an_unauthenticated_role_gets_no_credentials(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let roles = client.set_identity_pool_roles().identity_pool_id(pool.id());
        roles.roles("authenticated", USERS).send().await.unwrap();
        let id = guest(&client, pool.id()).await;

        let rejected = client.get_credentials_for_identity().identity_id(id).send().await;

        assert_service_error(rejected, NO_ROLE.0, NO_ROLE.1);
    }

    async fn a_user_of_a_provider_without_a_mapping_gets_the_authenticated_role(mock) {
        let pool = mock.seed_pool(pool_of_all());

        for (provider, _) in PROVIDERS {
            let token = login(mock, provider, "alice");
            let call = asking(mock, pool.id(), provider, &token).await;

            assert_eq!(role_of(mock, call).await, USERS, "{provider}");
        }
    }

    async fn a_user_of_a_pool_without_an_authenticated_role_gets_no_credentials(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let roles = client.set_identity_pool_roles().identity_pool_id(pool.id());
        roles.roles("unauthenticated", GUESTS).send().await.unwrap();
        let token = login(mock, GOOGLE, "alice");

        let rejected = asking(mock, pool.id(), GOOGLE, &token).await.send().await;

        assert_service_error(rejected, NO_ROLE.0, NO_ROLE.1);
    }

    async fn a_mapping_of_one_provider_does_not_affect_users_of_others(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = login(mock, GOOGLE, "alice");

        let call = asking(mock, pool.id(), GOOGLE, &token).await;

        assert_eq!(role_of(mock, call).await, USERS);
    }

    async fn a_mapping_of_another_client_is_ignored(mock) {
        let other_client = "2h57kf5cpq17m0eml12EXAMPLE";
        let pool = mock.seed_pool(pool_of_all().login_provider(USER_POOL, other_client));
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = LoginToken::new(USER_POOL, "alice").audience(other_client);
        let token = mock.issue_login(token);

        let call = asking(mock, pool.id(), USER_POOL, &token).await;

        assert_eq!(role_of(mock, call).await, USERS);
    }

    async fn the_preferred_role_of_the_token_is_used(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        for listed in [json!([ADMIN, READER]), json!([ADMIN]), json!(null)] {
            let token = LoginToken::new(USER_POOL, "alice")
                .claim("cognito:roles", listed.clone())
                .claim("cognito:preferred_role", READER);
            let token = mock.issue_login(token);

            let call = asking(mock, pool.id(), USER_POOL, &token).await;

            assert_eq!(role_of(mock, call).await, READER, "{listed}");
        }
    }

    async fn a_custom_role_that_the_token_lists_overrides_the_preferred_role(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = LoginToken::new(USER_POOL, "alice")
            .claim("cognito:roles", vec![ADMIN, READER])
            .claim("cognito:preferred_role", READER);
        let token = mock.issue_login(token);

        let call = asking(mock, pool.id(), USER_POOL, &token).await;

        assert_eq!(role_of(mock, call.custom_role_arn(ADMIN)).await, ADMIN);
    }

    /// This holds also for mappings that resolve ambiguity to the authenticated role. The text of
    /// AWS is not known.
    async fn a_custom_role_that_the_token_does_not_list_is_rejected(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::AuthenticatedRole);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = LoginToken::new(USER_POOL, "alice").claim("cognito:roles", vec![READER]);
        let token = mock.issue_login(token);

        let call = asking(mock, pool.id(), USER_POOL, &token).await;
        let (code, _) = service_error(call.custom_role_arn(ADMIN).send().await);

        assert_eq!(code, NOT_AUTHORIZED);
    }

    async fn the_only_role_of_the_token_is_used(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = LoginToken::new(USER_POOL, "alice").claim("cognito:roles", vec![READER]);
        let token = mock.issue_login(token);

        let call = asking(mock, pool.id(), USER_POOL, &token).await;

        assert_eq!(role_of(mock, call).await, READER);
    }

    async fn an_ambiguous_token_gets_the_authenticated_role_or_is_denied(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let client = mock.client();
        for roles in [json!([ADMIN, READER]), json!([])] {
            let token = LoginToken::new(USER_POOL, "alice").claim("cognito:roles", roles.clone());
            let token = mock.issue_login(token);
            let ask = || asking(mock, pool.id(), USER_POOL, &token);

            let lax = by_token(AmbiguousRoleResolutionType::AuthenticatedRole);
            map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, lax)]).await;
            assert_eq!(role_of(mock, ask().await).await, USERS, "{roles}");

            let strict = by_token(AmbiguousRoleResolutionType::Deny);
            map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, strict)]).await;
            let rejected = ask().await.send().await;
            assert_service_error(
                rejected,
                NOT_AUTHORIZED,
                &format!("The ambiguous role mapping rules for: {USER_POOL_MAPPING} denied this request."),
            );
        }
    }

    async fn a_token_without_roles_gets_the_authenticated_role_or_is_denied(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let token = login(mock, USER_POOL, "alice");
        let ask = || asking(mock, pool.id(), USER_POOL, &token);

        let lax = by_token(AmbiguousRoleResolutionType::AuthenticatedRole);
        map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, lax)]).await;
        assert_eq!(role_of(mock, ask().await).await, USERS);

        let strict = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, strict)]).await;
        let (code, message) = service_error(ask().await.send().await);
        assert_eq!(code, NOT_AUTHORIZED);
        assert!(message.starts_with("The ambiguous role mapping rules for: "), "{message}");
    }

    async fn the_role_of_a_saml_response_needs_no_roles_of_the_pool(mock) {
        let pool = mock.seed_pool(pool_of_all().without_roles());
        for pair in [format!("{READER},{SAML}"), format!("{SAML},{READER}")] {
            let response = LoginToken::new(SAML, "alice").claim(SAML_ROLE, pair.as_str());
            let response = mock.issue_login(response);

            let call = asking(mock, pool.id(), SAML, &response).await;

            assert_eq!(role_of(mock, call).await, READER, "{pair}");
        }
    }

    async fn one_of_several_roles_of_a_saml_response_must_be_named(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let pairs = vec![format!("{ADMIN},{SAML}"), format!("{READER},{SAML}")];
        let response = mock.issue_login(LoginToken::new(SAML, "alice").claim(SAML_ROLE, pairs));
        let ask = || asking(mock, pool.id(), SAML, &response);

        assert_eq!(role_of(mock, ask().await.custom_role_arn(READER)).await, READER);
        assert_eq!(role_of(mock, ask().await.custom_role_arn(ADMIN)).await, ADMIN);
        let (other, _) = service_error(ask().await.custom_role_arn(USERS).send().await);
        assert_eq!(other, NOT_AUTHORIZED);
        let (none, _) = service_error(ask().await.send().await);
        assert_eq!(none, "InvalidIdentityPoolConfigurationException");
    }

    /// The API reference says that `CustomRoleArn` is optional for providers that support no roles;
    /// what AWS does with one is not known.
    async fn a_custom_role_is_ignored_where_nothing_maps_roles(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (token, guest) = (login(mock, GOOGLE, "alice"), guest(&client, pool.id()).await);

        let user = asking(mock, pool.id(), GOOGLE, &token).await.custom_role_arn(ADMIN);
        let guest = client.get_credentials_for_identity().identity_id(guest);

        assert_eq!(role_of(mock, user).await, USERS);
        assert_eq!(role_of(mock, guest.custom_role_arn(ADMIN)).await, GUESTS);
    }

    // Approximation [Q7]: which one AWS uses is not known; the mock must not choose at random.
    async fn of_several_mapped_logins_the_first_provider_by_name_decides(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let rule = |role| {
            let rule = [("sub", MappingRuleMatchType::Equals, "alice", role)];
            by_rules(AmbiguousRoleResolutionType::Deny, &rule)
        };
        let mappings = [(FACEBOOK, rule(READER)), (GOOGLE, rule(ADMIN))];
        map_roles(&client, pool.id(), &mappings).await;
        let (facebook, google) = (login(mock, FACEBOOK, "alice"), login(mock, GOOGLE, "alice"));
        let oidc = login(mock, OIDC, "alice");

        let call = asking(mock, pool.id(), FACEBOOK, &facebook).await;
        let call = call.logins(GOOGLE, google).logins(OIDC, oidc);

        assert_eq!(role_of(mock, call).await, ADMIN);
    }

    async fn a_mapped_login_decides_over_an_unmapped_one(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let rule = [("sub", MappingRuleMatchType::Equals, "repo:a/b", READER)];
        let rule = by_rules(AmbiguousRoleResolutionType::Deny, &rule);
        map_roles(&client, pool.id(), &[(OIDC_ARN, rule)]).await;
        let (google, oidc) = (login(mock, GOOGLE, "alice"), login(mock, OIDC, "repo:a/b"));

        let call = asking(mock, pool.id(), GOOGLE, &google).await.logins(OIDC, oidc);

        assert_eq!(role_of(mock, call).await, READER);
    }

    async fn a_role_of_another_account_is_not_used(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = LoginToken::new(USER_POOL, "a").claim("cognito:preferred_role", FOREIGN);
        let response = LoginToken::new(SAML, "a").claim(SAML_ROLE, format!("{FOREIGN},{SAML}"));

        for (provider, token) in [(USER_POOL, token), (SAML, response)] {
            let token = mock.issue_login(token);
            let rejected = asking(mock, pool.id(), provider, &token).await.send().await;

            assert_service_error(rejected, NO_ROLE.0, NO_ROLE.1);
        }
    }

    async fn anything_but_the_arn_of_a_role_is_not_used(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        map_roles(&client, pool.id(), &[(USER_POOL_MAPPING, by_token(AmbiguousRoleResolutionType::Deny))]).await;

        for role in [
            "reader",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:user/reader",
            "arn:aws:s3::123456789012:role/reader",
        ] {
            let token = LoginToken::new(USER_POOL, "a").claim("cognito:preferred_role", role);
            let token = mock.issue_login(token);
            let rejected = asking(mock, pool.id(), USER_POOL, &token).await.send().await;

            assert_service_error(rejected, NO_ROLE.0, NO_ROLE.1);
        }
    }

    async fn a_call_without_a_role_links_nothing(mock) {
        let seed = pool_of_all().without_roles();
        let (pool, client) = (mock.seed_pool(seed), mock.client());
        let guest = guest(&client, pool.id()).await;

        let call = client.get_credentials_for_identity().identity_id(&guest);
        let rejected = call.logins(FACEBOOK, login(mock, FACEBOOK, "alice")).send().await;

        assert_service_error(rejected, NO_ROLE.0, NO_ROLE.1);
        let shown = client.describe_identity().identity_id(guest).send().await.unwrap();
        assert_eq!(shown.logins, None);
    }

    async fn conflicting_logins_are_rejected_before_the_role_is_resolved(mock) {
        let pool = mock.seed_pool(pool_of_all().without_roles());
        let alice = pool.seed_identity_with_login(GOOGLE, "alice");
        let client = mock.client();
        let bob = client.get_id().identity_pool_id(pool.id());
        let bob = bob.logins(GOOGLE, login(mock, GOOGLE, "bob"));
        let bob = bob.logins(OIDC, login(mock, OIDC, "bob"));
        bob.send().await.unwrap();

        let call = client.get_credentials_for_identity().identity_id(alice);
        let call = call.logins(GOOGLE, login(mock, GOOGLE, "alice"));
        let rejected = call.logins(OIDC, login(mock, OIDC, "bob")).send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
    }
}

#[tokio::test]
async fn lenient_logins_are_mapped_by_the_claims_of_their_jwt() {
    for mock in over_both(|| mock().lenient_logins()) {
        let pool = mock.seed_pool(pool_of_all());
        let mapping = by_token(AmbiguousRoleResolutionType::Deny);
        map_roles(&mock.client(), pool.id(), &[(USER_POOL_MAPPING, mapping)]).await;
        let token = unsigned(&json!({
            "sub": "alice",
            "aud": USER_POOL_CLIENT,
            "cognito:preferred_role": READER,
        }));

        let call = asking(&mock, pool.id(), USER_POOL, &token).await;

        assert_eq!(role_of(&mock, call).await, READER);
    }
}

#[tokio::test]
async fn lenient_logins_of_an_oidc_provider_are_mapped_by_its_arn() {
    for mock in over_both(|| mock().lenient_logins()) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let rule = by_rules(
            AmbiguousRoleResolutionType::Deny,
            &[("team", MappingRuleMatchType::Equals, "blue", READER)],
        );
        map_roles(&client, pool.id(), &[(OIDC_ARN, rule)]).await;
        let tags = client.set_principal_tag_attribute_map();
        let tags = tags
            .identity_pool_id(pool.id())
            .identity_provider_name(OIDC_ARN);
        tags.principal_tags("team", "team").send().await.unwrap();
        let token = unsigned(&json!({"sub": "alice", "team": "blue"}));

        let call = asking(&mock, pool.id(), OIDC, &token).await;
        let keys = call.send().await.unwrap().credentials.unwrap();

        let issued = mock
            .issued_credentials(keys.access_key_id().unwrap())
            .unwrap();
        assert_eq!(issued.role_arn, READER);
        assert_eq!(issued.principal_tags["team"], "blue");
    }
}
