//! What becomes of identities as their users come and go: developer users, and what lies beyond
//! one pool as it was made. The table begins in `identity_lifecycle`.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{self, BehaviorVersion, Region};
use aws_sdk_cognitoidentity::operation::update_identity_pool::builders::UpdateIdentityPoolFluentBuilder;
use mock_cognito_identity::{LoginToken, PoolSeed};

use crate::support::app::{
    App, CONFLICT, DEVELOPER, FACEBOOK, Flow, GOOGLE, LOGINS_DO_NOT_MATCH, NO_GUESTS,
    NOT_AUTHORIZED, NOT_FOUND, UNSUPPORTED_PROVIDER, forbidden, identity_not_found, no_providers,
    not_authorized, pool_not_found, set,
};
use crate::support::{assert_service_error, both, service_error};

both! {
    /// Row 20.
    async fn a_known_developer_user_gets_its_identity_every_time(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;

        let again = app.register("dora").await;

        assert_eq!(again, id);
        assert_eq!(app.ids().await, set([&id]));
    }

    /// Row 21.
    async fn a_new_developer_user_gets_a_new_identity(mock) {
        let app = App::new(mock);
        let dora = app.register("dora").await;

        let drew = app.register("drew").await;

        assert_ne!(drew, dora);
        assert_eq!(app.linked(&drew).await, set([DEVELOPER]));
        assert_eq!(app.users(&drew).await, set(["drew"]));
    }

    /// Row 22.
    async fn a_developer_user_is_linked_to_a_guest_that_the_call_names(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let linked = app.developer("dora").identity_id(&guest).send().await.unwrap();

        assert_eq!(linked.identity_id, Some(guest.clone()));
        assert_eq!(app.register("dora").await, guest);
        assert_eq!(app.linked(&guest).await, set([DEVELOPER]));
        let as_guest = app.enter(Flow::Enhanced, &guest, &[]).await;
        assert_eq!(as_guest, Err(not_authorized(forbidden(&guest))));
    }

    /// Row 23.
    async fn a_developer_user_is_linked_to_an_identity_by_the_token_of_its_public_login(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let link = || {
            let call = app.developer("dora").identity_id(&id);
            call.logins(GOOGLE, app.token(GOOGLE, "alice")).send()
        };

        let first = link().await.unwrap();
        let second = link().await.unwrap();

        assert_eq!(first.identity_id, Some(id.clone()));
        assert_eq!(second.identity_id, Some(id.clone()));
        assert_eq!(app.linked(&id).await, set([GOOGLE, DEVELOPER]));
        assert_eq!(app.users(&id).await, set(["dora"]));
        assert_eq!(app.register("dora").await, id, "later, without the token");
    }

    /// Row 24.
    async fn a_developer_user_alone_is_not_linked_to_an_identity_of_a_public_login(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let rejected = app.developer("dora").identity_id(&id).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, LOGINS_DO_NOT_MATCH);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
        let dora = app.look_up().developer_user_identifier("dora").send().await;
        assert_eq!(service_error(dora).0, NOT_FOUND, "the user was not registered");
    }

    /// Row 25.
    async fn a_developer_user_of_another_identity_is_not_linked_again(mock) {
        let app = App::new(mock);
        let owner = app.register("dora").await;
        let guest = app.sign_in(&[]).await;
        let before = app.identities().await;

        let rejected = app.developer("dora").identity_id(&guest).send().await;

        assert_service_error(
            rejected,
            "DeveloperUserAlreadyRegisteredException",
            "This developer user identifier is already registered with Cognito.",
        );
        assert_eq!(app.identities().await, before);
        assert_eq!(app.register("dora").await, owner);
    }

    /// Row 26.
    async fn one_identity_may_have_several_developer_users(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;

        let linked = app.developer("drew").identity_id(&id).send().await.unwrap();

        assert_eq!(linked.identity_id, Some(id.clone()));
        assert_eq!(app.users(&id).await, set(["dora", "drew"]));
        assert_eq!(app.register("dora").await, id);
        assert_eq!(app.register("drew").await, id);
    }

    /// Row 27; more of it in `developer_merge`.
    async fn merged_developer_users_share_the_identity_of_the_destination(mock) {
        let app = App::new(mock);
        let source = app.register("dora").await;
        let destination = app.register("drew").await;

        let merged = app.merge("dora", "drew").send().await.unwrap();

        assert_eq!(merged.identity_id, Some(destination.clone()));
        assert_eq!(app.register("dora").await, destination);
        assert_eq!(app.register("drew").await, destination);
        assert!(app.is_disabled(&source).await);
        let rejected = app.enter(Flow::Enhanced, &source, &[]).await;
        assert_eq!(rejected, Err(not_authorized(forbidden(&source))));
    }

    /// Row 28. An unsigned call names no other Region than that of its id.
    async fn pools_and_identities_of_one_region_are_not_found_in_another(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        let abroad = App {
            client: Client::from_conf(mock.config().region(Region::new("eu-west-1")).build()),
            pool: app.pool.clone(),
            ..app
        };

        let describe = abroad.client.describe_identity().identity_id(&id).send().await;
        let delete = abroad.delete([id.as_str()]).send().await.unwrap();

        let no_pool = pool_not_found(&app.pool);
        assert_service_error(describe, NOT_FOUND, &identity_not_found(&id));
        assert_service_error(abroad.list(60).send().await, NOT_FOUND, &no_pool);
        assert_service_error(abroad.developer("dora").send().await, NOT_FOUND, &no_pool);
        let look_up = abroad.look_up().developer_user_identifier("dora").send().await;
        assert_service_error(look_up, NOT_FOUND, &no_pool);
        assert_service_error(abroad.merge("dora", "drew").send().await, NOT_FOUND, &no_pool);
        assert_service_error(abroad.unlink_user(&id, "dora").send().await, NOT_FOUND, &no_pool);
        assert_eq!(delete.unprocessed_identity_ids().len(), 1);
        assert_eq!(app.ids().await, set([&id]), "it is where it was");
    }

    /// Row 29. Of accounts there is one here; others are those without its keys.
    /// A UUID has other spellings, which the pattern of the model lets through.
    async fn an_identity_goes_by_one_spelling_of_its_id(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[]).await;
        let (region, uuid) = id.split_once(':').unwrap();
        let bare = format!("{region}:{}", uuid.replace('-', ""));

        let rejected = app.client.describe_identity().identity_id(&bare).send().await;

        assert_service_error(rejected, NOT_FOUND, &identity_not_found(&bare));
    }

    async fn whoever_knows_the_ids_may_call_the_public_operations(mock) {
        let app = App::new(mock);
        let stranger = App {
            client: Client::from_conf(
                config::Builder::new()
                    .behavior_version(BehaviorVersion::latest())
                    .region(Region::new("us-east-1"))
                    .endpoint_url(mock.endpoint_url())
                    .http_client(mock.http_client())
                    .build(),
            ),
            pool: app.pool.clone(),
            ..app
        };

        let guest = stranger.sign_in(&[]).await;
        let alice = stranger.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;
        let unlinked = stranger.unlink(&alice, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await;

        for flow in Flow::BOTH {
            let as_guest = stranger.enter(flow, &guest, &[]).await;
            let as_alice = stranger.enter(flow, &alice, &[(GOOGLE, "alice")]).await;
            assert_eq!(as_guest, Ok(guest.clone()), "{flow:?}");
            assert_eq!(as_alice, Ok(alice.clone()), "{flow:?}");
        }
        unlinked.unwrap();
        assert_eq!(app.linked(&alice).await, set([GOOGLE]));
    }

    /// Row 30.
    async fn an_identity_has_twenty_logins_at_most(mock) {
        let app = App::new(mock);
        let id = app.register("dora 1").await;
        for number in 2..=20 {
            app.link(&id, &format!("dora {number}")).await;
        }

        let one_more_user = app.developer("dora 21").identity_id(&id).send().await;
        let a_public_login = app
            .developer("dora 1")
            .logins(GOOGLE, app.token(GOOGLE, "dora"))
            .send()
            .await;

        assert_eq!(service_error(one_more_user).0, CONFLICT);
        assert_eq!(service_error(a_public_login).0, CONFLICT);
        assert_eq!(app.users(&id).await.len(), 20);
        assert_eq!(app.linked(&id).await, set([DEVELOPER]));
    }

    /// Row 31.
    async fn another_app_id_shuts_out_the_users_of_the_old_one_and_keeps_identities(mock) {
        let app = App::of(mock, PoolSeed::named("app").login_provider(GOOGLE, "old-app"));
        let of_app = |app_id: &str| {
            let login = LoginToken::new(GOOGLE, "alice").audience(app_id);
            HashMap::from([(GOOGLE.to_owned(), mock.issue_login(login))])
        };
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        update(&app).supported_login_providers(GOOGLE, "new-app").send().await.unwrap();

        let old_app = app.get_id(&[]).set_logins(Some(of_app("old-app"))).send().await;
        assert_service_error(old_app, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        for flow in Flow::BOTH {
            let old_app = app.enter_with(flow, &id, Some(of_app("old-app"))).await;
            assert_eq!(old_app, Err(not_authorized(UNSUPPORTED_PROVIDER)), "{flow:?}");
            let new_app = app.enter_with(flow, &id, Some(of_app("new-app"))).await;
            assert_eq!(new_app, Ok(id.clone()), "{flow:?}");
        }
        assert_eq!(app.ids().await, set([&id]));
    }

    /// Row 32.
    async fn the_logins_of_a_removed_provider_stay_listed_and_are_rejected(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "a").login_provider(FACEBOOK, "f");
        let app = App::of(mock, seed);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let token = app.token(GOOGLE, "alice");
        let with_google = || app.get_id(&[]).logins(GOOGLE, &token).send();

        update(&app).supported_login_providers(FACEBOOK, "f").send().await.unwrap();
        let one_left = with_google().await;
        update(&app).send().await.unwrap();
        let none_left = with_google().await;

        assert_service_error(one_left, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        let text = no_providers(&app.pool);
        assert_service_error(none_left, NOT_AUTHORIZED, &text);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }

    /// Row 33.
    async fn guests_that_were_let_in_are_rejected_once_guests_are(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        update(&app).allow_unauthenticated_identities(false).send().await.unwrap();

        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &guest, &[]).await;
            assert_eq!(rejected, Err(not_authorized(NO_GUESTS)), "{flow:?}");
        }
        assert_eq!(app.ids().await, set([&guest]));
    }
}

/// Replaces the settings of the pool, and with them all its public providers.
fn update(app: &App<'_>) -> UpdateIdentityPoolFluentBuilder {
    app.client
        .update_identity_pool()
        .identity_pool_id(&app.pool)
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true)
}
