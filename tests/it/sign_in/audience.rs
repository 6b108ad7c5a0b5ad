//! The audience of login tokens of `issue_login`: a token is valid for any app unless the test
//! names one.

use aws_sdk_cognitoidentity::types::AmbiguousRoleResolutionType::Deny;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use aws_sdk_cognitoidentity::types::MappingRuleMatchType::Equals;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use crate::support::app::{
    AMAZON, APPLE, BAD_SIGNATURE, FACEBOOK, GOOGLE, NOT_AUTHORIZED, OIDC, OIDC_ARN, TWITTER,
    UNSUPPORTED_PROVIDER, USER_POOL, pool_of_all,
};
use crate::support::roles::{ADMIN, READER, asking, by_rules, by_token, map_roles, role_of};
use crate::support::tokens::{KID, knowing, login, part_of, sign_in, signed_as, try_sign_in};
use crate::support::{assert_service_error, both, mock, over_both};

/// The providers for which a pool lists an app id.
const WITH_APPS: [&str; 4] = [USER_POOL, GOOGLE, APPLE, FACEBOOK];

/// A pool that lists this app id for each of [`WITH_APPS`].
fn pool_of(app: &str) -> PoolSeed {
    let seed = PoolSeed::named("app");
    WITH_APPS
        .iter()
        .fold(seed, |seed, provider| seed.login_provider(*provider, app))
}

fn claims(token: &str) -> Value {
    serde_json::from_str(&part_of(token, 1)).unwrap()
}

/// Mocks of several seeds. Pool ids are random, so the order of pools by id differs among them.
fn of_several_seeds() -> impl Iterator<Item = MockCognitoIdentity> {
    let over_tcp = (0..8).map(|seed| mock().seed(seed).start());
    over_tcp.chain((0..8).map(|seed| mock().seed(seed).in_memory()))
}

#[tokio::test]
async fn a_token_is_accepted_by_every_pool_that_lists_its_provider() {
    for mock in of_several_seeds() {
        let client = mock.client();
        let pools = ["app_1", "app_2", "app_3"].map(|app| mock.seed_pool(pool_of(app)));

        for provider in WITH_APPS {
            let token = login(&mock, provider, "alice");
            for pool in &pools {
                let id = sign_in(&client, pool.id(), provider, &token).await;
                assert_eq!(id, pool.seed_identity_with_login(provider, "alice"));
            }
        }
    }
}

#[tokio::test]
async fn the_audience_shown_is_the_app_of_the_oldest_pool() {
    for mock in of_several_seeds() {
        mock.seed_pool("without providers");
        let pools = ["app_1", "app_2", "app_3"].map(|app| mock.seed_pool(pool_of(app)));
        let shown = || claims(&login(&mock, GOOGLE, "alice"))["aud"].clone();
        let delete = |id: &str| mock.client().delete_identity_pool().identity_pool_id(id);

        assert_eq!(shown(), "app_1");
        delete(pools[0].id()).send().await.unwrap();
        assert_eq!(shown(), "app_2");
        // An update does not change the age of a pool.
        let update = mock
            .client()
            .update_identity_pool()
            .identity_pool_id(pools[1].id());
        let update = update
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true);
        update
            .supported_login_providers(GOOGLE, "app_4")
            .send()
            .await
            .unwrap();
        assert_eq!(shown(), "app_4");
    }
}

both! {
    async fn a_token_is_accepted_by_a_pool_created_after_it(mock) {
        for provider in WITH_APPS {
            let token = login(mock, provider, "alice");
            assert_eq!(claims(&token)["aud"], "mock-app", "{provider}");

            let pool = mock.seed_pool(PoolSeed::named("app").login_provider(provider, "app_1"));

            sign_in(&mock.client(), pool.id(), provider, &token).await;
        }
    }

    async fn a_token_is_accepted_after_the_pool_changed_its_app(mock) {
        let (pool, client) = (mock.seed_pool(pool_of("app_1")), mock.client());
        let token = login(mock, GOOGLE, "alice");
        let alice = sign_in(&client, pool.id(), GOOGLE, &token).await;

        let update = client.update_identity_pool().identity_pool_id(pool.id());
        let update = update.identity_pool_name("app").allow_unauthenticated_identities(true);
        update.supported_login_providers(GOOGLE, "app_2").send().await.unwrap();

        assert_eq!(sign_in(&client, pool.id(), GOOGLE, &token).await, alice);
    }

    async fn a_token_is_rejected_by_a_pool_that_does_not_list_its_provider(mock) {
        let (pool, client) = (mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "app_1")), mock.client());

        let rejected = try_sign_in(&client, pool.id(), USER_POOL, &login(mock, USER_POOL, "alice")).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
    }

    async fn role_mappings_are_looked_up_by_the_app_that_the_pool_lists(mock) {
        let pools = ["app_1", "app_2"].map(|app| (app, mock.seed_pool(pool_of(app))));
        let token = LoginToken::new(USER_POOL, "alice").claim("cognito:preferred_role", ADMIN);
        let token = mock.issue_login(token);

        for (app, pool) in &pools {
            let (client, key) = (mock.client(), format!("{USER_POOL}:{app}"));

            let by_audience = by_rules(Deny, &[("aud", Equals, app, READER)]);
            map_roles(&client, pool.id(), &[(&key, by_audience)]).await;
            let call = asking(mock, pool.id(), USER_POOL, &token).await;
            assert_eq!(role_of(mock, call).await, READER, "{app}");

            map_roles(&client, pool.id(), &[(&key, by_token(Deny))]).await;
            let call = asking(mock, pool.id(), USER_POOL, &token).await;
            assert_eq!(role_of(mock, call).await, ADMIN, "{app}");
        }
    }

    async fn rules_of_a_social_provider_see_the_app_that_the_pool_lists(mock) {
        let pools = ["app_1", "app_2"].map(|app| (app, mock.seed_pool(pool_of(app))));

        for provider in [GOOGLE, FACEBOOK] {
            let token = login(mock, provider, "alice");
            for (app, pool) in &pools {
                let by_audience = by_rules(Deny, &[("aud", Equals, app, READER)]);
                map_roles(&mock.client(), pool.id(), &[(provider, by_audience)]).await;
                let call = asking(mock, pool.id(), provider, &token).await;

                assert_eq!(role_of(mock, call).await, READER, "{provider} {app}");
            }
        }
    }

    async fn the_session_tag_client_is_the_app_that_the_pool_lists(mock) {
        let pools = ["app_1", "app_2"].map(|app| (app, mock.seed_pool(pool_of(app))));

        for provider in WITH_APPS {
            let token = login(mock, provider, "alice");
            for (app, pool) in &pools {
                let map = mock.client().set_principal_tag_attribute_map();
                let map = map.identity_pool_id(pool.id()).identity_provider_name(provider);
                map.use_defaults(true).send().await.unwrap();
                let call = asking(mock, pool.id(), provider, &token).await;

                let keys = call.send().await.unwrap().credentials.unwrap();
                let issued = mock.issued_credentials(keys.access_key_id().unwrap()).unwrap();
                assert_eq!(issued.principal_tags["client"], *app, "{provider}");
            }
        }
    }

    async fn of_several_clients_of_a_user_pool_the_first_listed_one_is_used(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "web")
            .login_provider(USER_POOL, "phone");
        let pool = mock.seed_pool(seed);
        let keys = [("web", READER), ("phone", ADMIN)].map(|(app, role)| {
            (format!("{USER_POOL}:{app}"), by_rules(Deny, &[("sub", Equals, "alice", role)]))
        });
        let mappings = keys.each_ref().map(|(key, mapping)| (key.as_str(), mapping.clone()));
        map_roles(&mock.client(), pool.id(), &mappings).await;

        let any = login(mock, USER_POOL, "alice");
        let phone = mock.issue_login(LoginToken::new(USER_POOL, "alice").audience("phone"));

        assert_eq!(claims(&any)["aud"], "web");
        let call = asking(mock, pool.id(), USER_POOL, &any).await;
        assert_eq!(role_of(mock, call).await, READER);
        let call = asking(mock, pool.id(), USER_POOL, &phone).await;
        assert_eq!(role_of(mock, call).await, ADMIN);
    }

    async fn an_entry_without_a_client_is_skipped(mock) {
        let entry = |client: Option<&str>| {
            let entry = CognitoIdentityProvider::builder().provider_name(USER_POOL);
            entry.set_client_id(client.map(str::to_owned)).build()
        };
        let create = mock.client().create_identity_pool().identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(false);
        let create = create.cognito_identity_providers(entry(None));
        let pool = create.cognito_identity_providers(entry(Some("web"))).send().await.unwrap();

        let token = login(mock, USER_POOL, "alice");

        assert_eq!(claims(&token)["aud"], "web");
        sign_in(&mock.client(), pool.identity_pool_id(), USER_POOL, &token).await;
    }

    async fn a_token_of_one_provider_is_rejected_for_another(mock) {
        let pool = mock.seed_pool(pool_of_all());
        let google = login(mock, GOOGLE, "alice");

        for provider in [FACEBOOK, AMAZON, TWITTER] {
            let rejected = try_sign_in(&mock.client(), pool.id(), provider, &google).await;

            assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        }
    }

    async fn a_token_for_one_app_is_rejected_for_others(mock) {
        let pools = ["app_1", "app_2"].map(|app| mock.seed_pool(pool_of(app)));

        for provider in WITH_APPS {
            let login = || LoginToken::new(provider, "alice");
            let for_the_second = [
                login().audience("app_2"),
                login().claim("aud", "app_2"),
                login().audience("app_1").claim("aud", "app_2"),
            ];
            for login in for_the_second {
                let token = mock.issue_login(login);
                let rejected = try_sign_in(&mock.client(), pools[0].id(), provider, &token).await;

                assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
                sign_in(&mock.client(), pools[1].id(), provider, &token).await;
            }
        }
    }

    async fn a_token_for_one_authorized_party_is_rejected_for_others(mock) {
        let pools = ["app_1", "app_2"].map(|app| mock.seed_pool(pool_of(app)));
        let token = mock.issue_login(LoginToken::new(GOOGLE, "alice").claim("azp", "app_2"));

        let rejected = try_sign_in(&mock.client(), pools[0].id(), GOOGLE, &token).await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        sign_in(&mock.client(), pools[1].id(), GOOGLE, &token).await;
    }

    async fn rules_see_the_audience_that_an_oidc_token_shows(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").login_provider(OIDC, ""));
        let token = login(mock, OIDC, "alice");

        let by_audience = by_rules(Deny, &[("aud", Equals, "mock-app", READER)]);
        map_roles(&mock.client(), pool.id(), &[(OIDC_ARN, by_audience)]).await;
        let call = asking(mock, pool.id(), OIDC, &token).await;

        assert_eq!(role_of(mock, call).await, READER);
    }

    /// The mock marks a token that is valid for any app in its header. The mark must not count in a
    /// token that was not signed with the mock's key.
    async fn a_forged_header_does_not_make_a_token_valid_for_any_app(mock) {
        let pool = mock.seed_pool(pool_of("app_1"));
        for provider in WITH_APPS {
            let token = login(mock, provider, "alice");
            let parts: Vec<&str> = token.split('.').collect();
            let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let mut header: Value = serde_json::from_str(&part_of(&token, 0)).unwrap();
            let mut claims = claims(&token);
            claims["aud"] = json!("app_2");

            let tampered = format!("{}.{}.{}", parts[0], encode(&claims), parts[2]);
            header["kid"] = json!("another-key");
            let foreign = format!("{}.{}.{}", encode(&header), encode(&claims), parts[2]);
            header.as_object_mut().unwrap().remove("kid");
            let nameless = format!("{}.{}.{}", encode(&header), encode(&claims), parts[2]);

            for (token, text) in
                [(tampered, BAD_SIGNATURE), (foreign, UNSUPPORTED_PROVIDER), (nameless, UNSUPPORTED_PROVIDER)]
            {
                let rejected = try_sign_in(&mock.client(), pool.id(), provider, &token).await;
                assert_service_error(rejected, NOT_AUTHORIZED, text);
            }
        }
    }
}

/// The provider signs with the same key as the mock, but under another key id.
#[tokio::test]
async fn a_trusted_issuer_cannot_make_a_token_valid_for_any_app() {
    for mock in knowing() {
        let pool = mock.seed_pool(pool_of("app_1"));
        let token = login(&mock, GOOGLE, "alice");
        let mut header: Value = serde_json::from_str(&part_of(&token, 0)).unwrap();
        let mut claims = claims(&token);
        claims["aud"] = json!("app_2");
        header["kid"] = json!(KID);

        let forged = signed_as(&header, &claims);
        let rejected = try_sign_in(&mock.client(), pool.id(), GOOGLE, &forged).await;
        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);

        claims["aud"] = json!("app_1");
        let honest = signed_as(&header, &claims);
        sign_in(&mock.client(), pool.id(), GOOGLE, &honest).await;
    }
}

#[tokio::test]
async fn lenient_logins_are_valid_for_any_app_too() {
    for mock in over_both(|| mock().lenient_logins()) {
        let pools = ["app_1", "app_2"].map(|app| (app, mock.seed_pool(pool_of(app))));
        let token = LoginToken::new(USER_POOL, "alice").claim("cognito:preferred_role", ADMIN);
        let token = mock.issue_login(token);

        for (app, pool) in &pools {
            let key = format!("{USER_POOL}:{app}");
            map_roles(&mock.client(), pool.id(), &[(&key, by_token(Deny))]).await;
            let call = asking(&mock, pool.id(), USER_POOL, &token).await;

            assert_eq!(role_of(&mock, call).await, ADMIN, "{app}");
        }
    }
}
