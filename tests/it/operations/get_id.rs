//! `GetId`: the form of identity ids, who gets which id, and which calls create no identity.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use mock_cognito_identity::{LoginToken, PoolSeed};
use serde_json::Value;

use crate::support::app::{
    App, COGNITO, GOOGLE, NO_GUESTS, NOT_AUTHORIZED, NOT_FOUND, OIDC, PROVIDERS, USER_POOL,
    pool_not_found, pool_of_all, set,
};
use crate::support::{NO_POOL, assert_service_error, both, client_in, service_error};

/// The part after the Region, which must have the form of a UUID.
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

/// The first ten hexadecimal digits.
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

    async fn the_ids_of_one_pool_share_their_first_ten_digits(mock) {
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
        let client = client_in(mock, tokyo);
        let create = client.create_identity_pool().identity_pool_name("app");
        let pool = create.allow_unauthenticated_identities(true).send().await.unwrap();

        let get_id = client.get_id().identity_pool_id(&pool.identity_pool_id);
        let id = get_id.send().await.unwrap().identity_id.unwrap();

        uuid_of(&id, tokyo);
        assert_eq!(id.len(), 51);
        let described = client.describe_identity().identity_id(&id).send().await.unwrap();
        assert_eq!(described.identity_id, Some(id));
    }

    async fn the_same_user_name_at_several_providers_or_pools_means_different_users(mock) {
        let (app, other) = (App::of(mock, pool_of_all()), App::new(mock));

        let mut ids = BTreeSet::from([
            app.register("alice").await,
            other.sign_in(&[(GOOGLE, "alice")]).await,
        ]);
        for (provider, _) in PROVIDERS {
            ids.insert(app.sign_in(&[(provider, "alice")]).await);
        }

        assert_eq!(ids.len(), 2 + PROVIDERS.len());
    }

    // Approximation [Q83]: what AWS does with a wrong account id is not known.
    async fn the_account_id_is_ignored(mock) {
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

    async fn a_login_that_fails_its_checks_leaves_no_identity_behind(mock) {
        let app = App::new(mock);
        let developer_token = app.developer("dora").send().await.unwrap().token.unwrap();
        let before = app.identities().await;
        let user_pool = || LoginToken::new(USER_POOL, "alice");
        let issued = |login: LoginToken| mock.issue_login(login);

        for (row, provider, token) in [
            ("provider not configured", OIDC, issued(LoginToken::new(OIDC, "alice"))),
            ("other app", USER_POOL, issued(user_pool().audience("other"))),
            ("not a JWT", USER_POOL, "opaque".to_owned()),
            ("other issuer", USER_POOL, issued(LoginToken::new(GOOGLE, "alice"))),
            ("no audience", USER_POOL, issued(user_pool().claim("aud", Value::Null))),
            ("expired", USER_POOL, issued(user_pool().claim("exp", 1_000))),
            ("developer token", COGNITO, developer_token.clone()),
            ("developer token under another key", GOOGLE, developer_token),
        ] {
            let rejected = app.get_id(&[]).logins(provider, token).send().await;

            assert_eq!(service_error(rejected).0, NOT_AUTHORIZED, "{row}");
        }
        assert_eq!(app.identities().await, before);
    }

    async fn a_guest_gets_a_new_id_on_every_call(mock) {
        let app = App::new(mock);

        let first = app.sign_in(&[]).await;
        let second = app.sign_in(&[]).await;

        assert_ne!(first, second);
        assert_eq!(app.ids().await, set([&first, &second]));
    }

    async fn a_guest_gets_no_id_from_a_pool_without_guests(mock) {
        let app = App::of(mock, PoolSeed::named("members").authenticated_only());

        let without_logins = app.get_id(&[]).send().await;
        let with_empty_logins = app.get_id(&[]).set_logins(Some(HashMap::new())).send().await;

        assert_service_error(without_logins, NOT_AUTHORIZED, NO_GUESTS);
        assert_service_error(with_empty_logins, NOT_AUTHORIZED, NO_GUESTS);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    async fn a_known_login_gets_the_id_of_its_owner_from_any_client_at_any_time(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let phone = App { client: mock.client(), pool: app.pool.clone(), ..app };

        mock.clock().advance(Duration::from_hours(24));
        let later = phone.sign_in(&[(GOOGLE, "alice")]).await;

        assert_eq!(later, id);
        assert_eq!(phone.ids().await, set([&id]));
    }
}
