//! The handle to a pool: its ARN, logins of its users, and how to get one.

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed, SeededPool};

use crate::support::app::{DEVELOPER, GOOGLE, OIDC, PROVIDERS, USER_POOL};
use crate::support::tokens::{claims, sign_in};
use crate::support::{both, mock, over_both, panic_of, place_of_panic};

both! {
    async fn the_arn_names_the_pool_in_tag_operations(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();
        assert_eq!(
            pool.arn(),
            format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{}", pool.id())
        );

        let tag = client.tag_resource().resource_arn(pool.arn()).tags("team", "shop");
        tag.send().await.unwrap();

        let shown = client.describe_identity_pool().identity_pool_id(pool.id()).send().await;
        let tags = shown.unwrap().identity_pool_tags.unwrap();
        assert_eq!(tags["team"], "shop");
    }

    async fn a_login_is_of_the_provider_that_was_added_first(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(GOOGLE, "web")
            .login_provider(USER_POOL, "phone")
            .developer_provider(DEVELOPER);
        let pool = mock.seed_pool(seed);

        let (provider, token) = pool.login("alice");

        assert_eq!(provider, GOOGLE);
        assert_eq!(claims(&token)["sub"], "alice");
        let alice = sign_in(&mock.client(), pool.id(), GOOGLE, &token).await;
        assert_eq!(pool.seed_identity_with_login(GOOGLE, "alice"), alice);
    }

    async fn a_login_is_accepted_whatever_kind_of_provider_comes_first(mock) {
        for (provider, app_id) in PROVIDERS {
            let pool = mock.seed_pool(PoolSeed::named("app").login_provider(provider, app_id));

            let token = pool.issue_login("alice");

            let alice = sign_in(&mock.client(), pool.id(), provider, &token).await;
            assert_eq!(pool.seed_identity_with_login(provider, "alice"), alice, "{provider}");
        }
    }

    async fn a_login_has_the_app_id_of_its_own_pool(mock) {
        let apps = ["first", "second"];
        let pools = apps.map(|app| {
            mock.seed_pool(PoolSeed::named("app").login_provider(USER_POOL, app))
        });

        for (pool, app) in pools.iter().zip(apps) {
            assert_eq!(claims(&pool.issue_login("alice"))["aud"], app);
        }
        // The pool does not store this one.
        let seed = PoolSeed::named("app").login_provider(OIDC, "third");
        assert_eq!(claims(&mock.seed_pool(seed).issue_login("alice"))["aud"], "third");
    }

    async fn a_login_is_of_a_provider_that_the_pool_has_now(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "old");
        let pool = mock.seed_pool(seed);
        let update = |google: Option<&str>| {
            let update = mock.client().update_identity_pool();
            let update = update.identity_pool_id(pool.id()).identity_pool_name("app");
            let update = update.allow_unauthenticated_identities(true);
            let update = update.supported_login_providers("graph.facebook.com", "facebook");
            match google {
                Some(app_id) => update.supported_login_providers(GOOGLE, app_id),
                None => update,
            }
        };

        update(Some("new")).send().await.unwrap();
        let (provider, token) = pool.login("alice");
        assert_eq!((provider.as_str(), claims(&token)["aud"].as_str()), (GOOGLE, Some("new")));

        update(None).send().await.unwrap();
        let (provider, token) = pool.login("alice");
        assert_eq!(provider, "graph.facebook.com");
        assert_eq!(claims(&token)["aud"], "facebook");
    }

    async fn a_login_is_issued_at_the_time_of_the_mock(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "web"));
        let expiry = |token: &str| claims(token)["exp"].as_i64().unwrap();
        let before = expiry(&pool.issue_login("alice"));

        mock.clock().advance(std::time::Duration::from_secs(60));

        assert_eq!(expiry(&pool.issue_login("alice")), before + 60);
    }

    async fn an_existing_pool_is_found_by_its_id(mock) {
        let seed = PoolSeed::named("app")
            .id("eu-west-1:11111111-2222-4333-8444-555555555555")
            .login_provider(USER_POOL, "web")
            .login_provider(GOOGLE, "google");
        let id = mock.seed_pool(seed).id().to_owned();

        let pool = mock.pool(&id);

        assert_eq!(pool.id(), id);
        assert!(pool.arn().starts_with("arn:aws:cognito-identity:eu-west-1:"), "{}", pool.arn());
        assert_eq!(pool.login("alice").0, USER_POOL);
        assert!(pool.seed_identity().starts_with("eu-west-1:"));
    }

    async fn a_pool_that_a_client_has_created_is_found_by_its_id(mock) {
        let create = mock.client().create_identity_pool().identity_pool_name("app");
        let create = create.allow_unauthenticated_identities(false);
        let created = create.supported_login_providers(GOOGLE, "web").send().await.unwrap();

        let pool = mock.pool(created.identity_pool_id());

        let (provider, token) = pool.login("alice");
        let alice = sign_in(&mock.client(), pool.id(), &provider, &token).await;
        assert_eq!(pool.seed_identity_with_login(GOOGLE, "alice"), alice);
    }

    async fn a_pool_that_does_not_exist_is_not_found(mock) {
        let id = mock.seed_pool("app").id().to_owned();

        let panic = panic_of(|| drop(mock.pool("us-east-1:0")));
        assert_eq!(
            panic,
            format!("no pool has the id \"us-east-1:0\"; the pools of the mock are {id:?}")
        );
        mock.reset();
        let panic = panic_of(|| drop(mock.pool(id.clone())));
        assert_eq!(panic, format!("no pool has the id {id:?}; the mock has no pools"));
    }

    async fn an_identity_has_logins_of_providers_that_the_pool_trusts(mock) {
        let seed = PROVIDERS.iter().fold(
            PoolSeed::named("app").developer_provider(DEVELOPER),
            |seed, (provider, app_id)| seed.login_provider(*provider, *app_id),
        );
        let pool = mock.seed_pool(seed);

        for provider in PROVIDERS.map(|(name, _)| name).into_iter().chain([DEVELOPER]) {
            let id = pool.seed_identity_with_login(provider, "alice");
            assert!(id.starts_with("us-east-1:"), "{provider}: {id}");
        }
    }

    async fn an_identity_has_no_login_of_a_provider_that_the_pool_does_not_trust(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "web");
        let pool = mock.seed_pool(seed.login_provider(USER_POOL, "web").login_provider(USER_POOL, "phone"));

        let panic = panic_of(|| drop(pool.seed_identity_with_login("accounts.googel.com", "alice")));

        let first_line = format!(
            "the pool {} does not trust the provider \"accounts.googel.com\"; its providers are \
             \"{GOOGLE}\", \"{USER_POOL}\"\nhelp: ",
            pool.id()
        );
        assert!(panic.starts_with(&first_line), "{panic}\ninstead of\n{first_line}");
        let list = mock.client().list_identities().identity_pool_id(pool.id()).max_results(60);
        assert_eq!(list.send().await.unwrap().identities().len(), 0);
    }

    async fn a_login_of_a_pool_without_login_provider_is_an_error(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").developer_provider(DEVELOPER));

        for panic in [
            panic_of(|| drop(pool.issue_login("alice"))),
            panic_of(|| drop(pool.login("alice"))),
        ] {
            assert!(panic.contains("first login provider, but the pool us-east-1:"), "{panic}");
            assert!(panic.contains("has none\nhelp: "), "{panic}");
        }
    }
}

/// A fixture as a suite of tests has it.
fn fixture() -> (MockCognitoIdentity, SeededPool<'static>) {
    let mock = mock().in_memory();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "web"));
    let pool = pool.into_owned();
    (mock, pool)
}

#[tokio::test]
async fn an_owned_handle_is_returned_together_with_its_mock() {
    let (mock, pool) = fixture();

    let alice = sign_in(
        &mock.client(),
        pool.id(),
        GOOGLE,
        &pool.issue_login("alice"),
    )
    .await;

    assert_eq!(pool.seed_identity_with_login(GOOGLE, "alice"), alice);
    assert_eq!(mock.pool(pool.id()).arn(), pool.arn());
}

#[test]
fn an_owned_handle_notices_that_its_mock_was_dropped() {
    let (mock, pool) = fixture();
    drop(mock);

    let panic = panic_of(|| drop(pool.seed_identity()));

    assert!(
        panic.starts_with(
            "`seed_identity`: this MockCognitoIdentity was dropped; it was started at"
        ) && panic.contains(file!()),
        "{panic}"
    );
}

#[test]
fn with_lenient_logins_an_identity_may_have_a_login_of_any_provider() {
    for mock in over_both(|| mock().lenient_logins()) {
        let pool = mock.seed_pool("app");

        let alice = pool.seed_identity_with_login("anything", "alice");

        assert_eq!(pool.seed_identity_with_login("anything", "alice"), alice);
    }
}

#[test]
fn panics_point_at_the_line_of_the_test() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");

    let unknown = place_of_panic(|| drop(mock.pool("us-east-1:0")));
    let no_provider = place_of_panic(|| drop(pool.issue_login("alice")));
    let no_login = place_of_panic(|| drop(pool.login("alice")));
    let untrusted = place_of_panic(|| drop(pool.seed_identity_with_login(GOOGLE, "alice")));

    let line = line!();
    assert_eq!(unknown, (file!().to_owned(), line - 5));
    assert_eq!(no_provider, (file!().to_owned(), line - 4));
    assert_eq!(no_login, (file!().to_owned(), line - 3));
    assert_eq!(untrusted, (file!().to_owned(), line - 2));
}

#[test]
fn a_handle_prints_its_id() {
    let mock = mock().in_memory();
    let create = CreateIdentityPoolInput::builder().identity_pool_name("app");
    let create = create
        .identity_pool_tags("_custom_id_", "us-east-1:0")
        .build();
    mock.with_engine(|engine| engine.create_identity_pool(create.unwrap()))
        .unwrap();

    assert_eq!(
        format!("{:?}", mock.pool("us-east-1:0")),
        r#"SeededPool { id: "us-east-1:0", .. }"#
    );
}
