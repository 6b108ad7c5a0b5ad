//! `GetId`: the form of the ids it gives, whom it gives them to, and what it refuses.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use mock_cognito_identity::{LoginToken, PoolSeed};

use crate::support::app::{
    App, COGNITO, COGNITO_TOKEN, DEVELOPER, FACEBOOK, GOOGLE, INVALID_PARAMETER, NOT_AUTHORIZED,
    NOT_FOUND, NOT_OPEN_ID, NOT_PUBLIC, OIDC, SAML, UNSUPPORTED_PROVIDER, USER_POOL, no_providers,
    pool_not_found, set,
};
use crate::support::{NO_POOL, assert_service_error, both, service_error};

/// What follows the Region, where it has the form of a UUID.
fn uuid_of<'a>(id: &'a str, region: &str) -> &'a str {
    let uuid = id
        .strip_prefix(region)
        .and_then(|rest| rest.strip_prefix(':'));
    let uuid = uuid.unwrap_or_else(|| panic!("{id} does not begin with {region}"));
    let groups: Vec<_> = uuid.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    assert!(uuid.chars().all(|c| c == '-' || is_hex(c)), "{id}");
    uuid
}

/// The first ten hex digits.
fn prefix_of(id: &str) -> &str {
    &uuid_of(id, "us-east-1")[..11]
}

both! {
    async fn an_id_is_the_region_and_a_uuid_whose_third_group_begins_with_c(mock) {
        let app = App::new(mock);

        let guest = app.sign_in(&[]).await;
        let user = app.sign_in(&[(GOOGLE, "alice")]).await;
        let developer = app.register("dora").await;

        for id in [guest, user, developer] {
            let uuid = uuid_of(&id, "us-east-1");
            assert_eq!(uuid.len(), 36, "{id}");
            assert_eq!(&uuid[14..15], "c", "{id}");
        }
    }

    async fn the_ids_of_one_pool_share_ten_digits_and_those_of_two_do_not(mock) {
        let (app, other) = (App::new(mock), App::new(mock));

        let guest = app.sign_in(&[]).await;
        let user = app.sign_in(&[(GOOGLE, "alice")]).await;
        let developer = app.register("dora").await;
        let foreign = other.sign_in(&[]).await;

        assert_eq!(prefix_of(&user), prefix_of(&guest));
        assert_eq!(prefix_of(&developer), prefix_of(&guest));
        assert_ne!(prefix_of(&foreign), prefix_of(&guest));
    }

    async fn an_id_begins_with_the_region_of_its_pool(mock) {
        let tokyo = "ap-northeast-1";
        let client = Client::from_conf(mock.config().region(Region::new(tokyo)).build());
        let create = client.create_identity_pool().identity_pool_name("app");
        let pool = create.allow_unauthenticated_identities(true).send().await.unwrap();

        // The client is of another Region, as unsigned calls go by the id.
        let get_id = mock.client().get_id().identity_pool_id(&pool.identity_pool_id);
        let id = get_id.send().await.unwrap().identity_id.unwrap();

        uuid_of(&id, tokyo);
        assert_eq!(id.len(), 51);
        let described = client.describe_identity().identity_id(&id).send().await.unwrap();
        assert_eq!(described.identity_id, Some(id));
    }

    async fn one_user_name_at_two_providers_or_pools_is_as_many_users(mock) {
        let (app, other) = (App::new(mock), App::new(mock));

        let ids = BTreeSet::from([
            app.sign_in(&[(GOOGLE, "alice")]).await,
            app.sign_in(&[(FACEBOOK, "alice")]).await,
            app.sign_in(&[(USER_POOL, "alice")]).await,
            app.register("alice").await,
            other.sign_in(&[(GOOGLE, "alice")]).await,
        ]);

        assert_eq!(ids.len(), 5);
    }

    async fn every_kind_of_provider_may_own_an_identity(mock) {
        let providers = [GOOGLE, FACEBOOK, "www.amazon.com", USER_POOL, OIDC, SAML];
        let seed = providers.into_iter().fold(PoolSeed::named("app"), |seed, provider| {
            seed.login_provider(provider, "app1")
        });
        let app = App::of(mock, seed);

        for provider in providers {
            let id = app.sign_in(&[(provider, "alice")]).await;

            assert_eq!(app.sign_in(&[(provider, "alice")]).await, id, "{provider}");
            assert_eq!(app.linked(&id).await, set([provider]));
        }
    }

    async fn two_app_clients_of_one_user_pool_lead_to_the_same_identity(mock) {
        let app = App::of(mock, "app");
        let client = |id: &str| {
            CognitoIdentityProvider::builder().provider_name(USER_POOL).client_id(id).build()
        };
        app.client
            .update_identity_pool()
            .identity_pool_id(&app.pool)
            .identity_pool_name("app")
            .allow_unauthenticated_identities(false)
            .cognito_identity_providers(client("web"))
            .cognito_identity_providers(client("phone"))
            .send()
            .await
            .unwrap();
        let sign_in = |audience: &str| {
            let login = LoginToken::new(USER_POOL, "alice").audience(audience);
            app.get_id(&[]).logins(USER_POOL, mock.issue_login(login)).send()
        };

        let web = sign_in("web").await.unwrap().identity_id;
        let phone = sign_in("phone").await.unwrap().identity_id;

        assert_eq!(web, phone);
    }

    async fn a_seeded_identity_is_that_of_its_login(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "g").developer_provider(DEVELOPER);
        let pool = mock.seed_pool(seed);
        let app = App { mock, client: mock.client(), pool: pool.id().to_owned() };

        let guest = pool.seed_identity();
        let alice = pool.seed_identity_with_login(GOOGLE, "alice");
        let dora = pool.seed_identity_with_login(DEVELOPER, "dora");

        assert_eq!(pool.seed_identity_with_login(GOOGLE, "alice"), alice, "seeded again");
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, alice);
        assert_eq!(app.register("dora").await, dora);
        assert_eq!(app.linked(&guest).await, set([]));
        assert_eq!(app.ids().await, set([&guest, &alice, &dora]));
    }

    async fn a_pool_without_roles_gives_ids_all_the_same(mock) {
        let seed = PoolSeed::named("app").without_roles().login_provider(GOOGLE, "google-app");
        let app = App::of(mock, seed);

        let guest = app.sign_in(&[]).await;
        let user = app.sign_in(&[(GOOGLE, "alice")]).await;

        assert_eq!(app.ids().await, set([&guest, &user]));
    }

    /// Approximation: what a wrong account does on AWS is unknown.
    async fn the_account_id_is_not_looked_at(mock) {
        let app = App::new(mock);

        let answer = app.get_id(&[(GOOGLE, "alice")]).account_id("999999999999").send().await;

        let id = answer.unwrap().identity_id.unwrap();
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
    }

    async fn an_unknown_pool_is_not_found(mock) {
        let call = mock.client().get_id().identity_pool_id(NO_POOL);

        let rejected = call.send().await;

        assert_service_error(rejected, NOT_FOUND, &pool_not_found(NO_POOL));
    }

    async fn a_pool_without_providers_says_so(mock) {
        let app = App::of(mock, "guests only");

        let rejected = app.get_id(&[(GOOGLE, "alice")]).send().await;

        let text = no_providers(&app.pool);
        assert_service_error(rejected, NOT_AUTHORIZED, &text);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    async fn a_login_that_fails_its_checks_leaves_no_identity_behind(mock) {
        let app = App::new(mock);
        let developer_token = app.developer("dora").send().await.unwrap().token.unwrap();
        let before = app.identities().await;
        let issue = |login: LoginToken| mock.issue_login(login);
        let user_pool = || LoginToken::new(USER_POOL, "alice");
        let cognito_token = COGNITO_TOKEN;
        let not_openid = NOT_OPEN_ID;
        let rows = [
            ("other provider", OIDC, issue(LoginToken::new(OIDC, "a")), UNSUPPORTED_PROVIDER),
            ("other app", USER_POOL, issue(user_pool().audience("other")), UNSUPPORTED_PROVIDER),
            ("no JWT", USER_POOL, "opaque".to_owned(), not_openid),
            ("no JWT of Google", GOOGLE, "ya29.opaque".to_owned(), not_openid),
            (
                "other issuer",
                USER_POOL,
                issue(LoginToken::new(GOOGLE, "alice")),
                "Invalid login token. Issuer doesn't match providerName",
            ),
            (
                "no audience",
                USER_POOL,
                issue(user_pool().claim("aud", serde_json::Value::Null)),
                "Invalid login token. Missing a required claim: aud",
            ),
            ("developer token", COGNITO, developer_token.clone(), cognito_token),
            ("developer token, other key", GOOGLE, developer_token, cognito_token),
        ];

        for (row, provider, token, text) in rows {
            let rejected = app.get_id(&[]).logins(provider, token).send().await;

            let (code, message) = service_error(rejected);
            assert_eq!((&*code, &*message), (NOT_AUTHORIZED, text), "{row}");
        }
        assert_eq!(app.identities().await, before);
    }

    async fn a_developer_user_cannot_sign_in_without_the_backend(mock) {
        let app = App::new(mock);

        let rejected = app.get_id(&[]).logins(DEVELOPER, "dora").send().await;

        assert_service_error(rejected, INVALID_PARAMETER, NOT_PUBLIC);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    async fn an_expired_login_leaves_no_identity_behind(mock) {
        let app = App::new(mock);
        let logins = HashMap::from([(USER_POOL.to_owned(), app.token(USER_POOL, "alice"))]);
        let hour_and_grace = std::time::Duration::from_secs(3_600 + 300);

        mock.clock().advance(hour_and_grace);
        let rejected = app.get_id(&[]).set_logins(Some(logins)).send().await;

        // Issued at second 1767323045; the printed time is five minutes behind.
        let text = "Invalid login token. Token expired: 1767326645 >= 1767326645";
        assert_service_error(rejected, NOT_AUTHORIZED, text);
        assert_eq!(app.ids().await, BTreeSet::new());
    }
}
