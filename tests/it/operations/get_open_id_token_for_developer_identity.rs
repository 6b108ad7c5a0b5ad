//! `GetOpenIdTokenForDeveloperIdentity`: registering developer users, linking them to identities,
//! and the tokens that are issued for them.

use std::collections::BTreeSet;
use std::time::Duration;

use mock_cognito_identity::PoolSeed;
use serde_json::json;

use crate::support::app::{
    App, COGNITO, CONFLICT, DEVELOPER, Flow, GOOGLE, INVALID_PARAMETER, LOGINS_DO_NOT_MATCH,
    NO_IDENTITY, NOT_AUTHORIZED, NOT_FOUND, UNSUPPORTED_DEVELOPER_PROVIDER, UNSUPPORTED_PROVIDER,
    USER_POOL, forbidden, identity_not_found, not_authorized, pool_not_found, pool_of_all, set,
};
use crate::support::tokens::{
    claims, developer_token, login, open_id_token, part_of, same_bytes,
    variants_of_the_last_character,
};
use crate::support::{NO_POOL, NOW_MILLIS, assert_service_error, both, service_error};

both! {
    async fn a_token_names_the_identity_and_is_valid_for_fifteen_minutes(mock) {
        let app = App::new(mock);

        let answer = app.developer("dora").send().await.unwrap();

        let (id, claims) = (answer.identity_id.unwrap(), claims(&answer.token.unwrap()));
        assert_eq!(app.ids().await, set([&id]));
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!(id), &json!(app.pool)));
        let user = format!("{DEVELOPER}:{}:dora", app.pool);
        assert_eq!(claims["amr"], json!(["authenticated", DEVELOPER, user]));
        assert_eq!(claims["iat"], json!(NOW_MILLIS / 1_000));
        assert_eq!(claims["exp"], json!(NOW_MILLIS / 1_000 + 900));
        assert_eq!(claims.get("https://aws.amazon.com/tags"), None);
    }

    // Approximation [Q84]: whether AWS demands the classic flow here is not known.
    async fn a_token_is_issued_although_the_classic_flow_is_disabled(mock) {
        let app = App::new(mock);
        app.client
            .update_identity_pool()
            .identity_pool_id(&app.pool)
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .allow_classic_flow(false)
            .send()
            .await
            .unwrap();

        let answer = app.developer("dora").send().await.unwrap();

        assert_eq!(claims(&answer.token.unwrap())["sub"], json!(answer.identity_id.unwrap()));
    }

    async fn a_developer_user_and_a_public_login_can_be_linked_in_one_call(mock) {
        let app = App::new(mock);

        let call = app.developer("dora").logins(GOOGLE, app.token(GOOGLE, "alice"));
        let id = call.send().await.unwrap().identity_id.unwrap();

        assert_eq!(app.linked(&id).await, set([DEVELOPER, GOOGLE]));
        assert_eq!(app.register("dora").await, id);
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
    }

    async fn another_developer_provider_is_not_supported(mock) {
        let with_one = App::new(mock);
        let with_none = App::of(mock, "app");

        for app in [with_one, with_none] {
            for provider in ["login.other.app", COGNITO] {
                let call = app.client.get_open_id_token_for_developer_identity();
                let call = call.identity_pool_id(&app.pool).logins(provider, "dora");
                let rejected = call.send().await;

                assert_service_error(rejected, INVALID_PARAMETER, UNSUPPORTED_DEVELOPER_PROVIDER);
            }
            assert_eq!(app.ids().await, BTreeSet::new());
        }
    }

    async fn an_invalid_public_login_leaves_no_developer_user_behind(mock) {
        let app = App::of(mock, PoolSeed::named("app").developer_provider(DEVELOPER));

        let call = app.developer("dora").logins(GOOGLE, app.token(GOOGLE, "alice"));
        let rejected = call.send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    async fn a_developer_user_is_not_linked_to_a_disabled_identity(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.unlink(&id, &[(GOOGLE, "alice")], &[GOOGLE]).send().await.unwrap();

        let rejected = app.developer("dora").identity_id(&id).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, &forbidden(&id));
        assert!(app.is_disabled(&id).await);
    }

    async fn no_developer_operation_finds_an_unknown_pool(mock) {
        let app = App { pool: NO_POOL.to_owned(), ..App::new(mock) };
        let text = pool_not_found(NO_POOL);

        assert_service_error(app.developer("dora").send().await, NOT_FOUND, &text);
        let look_up = app.look_up().developer_user_identifier("dora").send().await;
        assert_service_error(look_up, NOT_FOUND, &text);
        assert_service_error(app.merge("dora", "drew").send().await, NOT_FOUND, &text);
        assert_service_error(app.unlink_user(NO_IDENTITY, "dora").send().await, NOT_FOUND, &text);
    }

    async fn no_developer_operation_finds_an_unknown_identity(mock) {
        let app = App::new(mock);
        let text = identity_not_found(NO_IDENTITY);

        let link = app.developer("dora").identity_id(NO_IDENTITY).send().await;
        assert_service_error(link, NOT_FOUND, &text);
        let look_up = app.look_up().identity_id(NO_IDENTITY).send().await;
        assert_service_error(look_up, NOT_FOUND, &text);
        assert_service_error(app.unlink_user(NO_IDENTITY, "dora").send().await, NOT_FOUND, &text);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    /// Which code AWS returns for each of them is not known.
    async fn no_developer_operation_changes_an_identity_of_another_pool(mock) {
        let (app, other) = (App::new(mock), App::new(mock));
        let theirs = other.register("dora").await;
        app.register("dora").await;
        let before = (app.identities().await, other.identities().await);

        service_error(app.developer("drew").identity_id(&theirs).send().await);
        service_error(app.look_up().identity_id(&theirs).send().await);
        service_error(app.unlink_user(&theirs, "dora").send().await);

        assert_eq!((app.identities().await, other.identities().await), before);
    }

    async fn a_new_developer_user_gets_a_new_identity(mock) {
        let app = App::new(mock);
        let dora = app.register("dora").await;

        let drew = app.register("drew").await;

        assert_ne!(drew, dora);
        assert_eq!(app.linked(&drew).await, set([DEVELOPER]));
        assert_eq!(app.users(&drew).await, set(["drew"]));
    }

    async fn a_developer_user_is_linked_to_the_guest_that_the_call_names(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let linked = app.developer("dora").identity_id(&guest).send().await.unwrap();

        assert_eq!(linked.identity_id, Some(guest.clone()));
        assert_eq!(app.register("dora").await, guest);
        assert_eq!(app.linked(&guest).await, set([DEVELOPER]));
        let as_guest = app.enter(Flow::Enhanced, &guest, &[]).await;
        assert_eq!(as_guest, Err(not_authorized(forbidden(&guest))));
    }

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

    async fn a_developer_user_is_not_linked_to_an_identity_with_a_public_login_without_that_login(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let rejected = app.developer("dora").identity_id(&id).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, LOGINS_DO_NOT_MATCH);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
        let dora = app.look_up().developer_user_identifier("dora").send().await;
        assert_eq!(service_error(dora).0, NOT_FOUND, "the user was not registered");
    }

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

    async fn an_identity_can_have_several_developer_users(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;

        let linked = app.developer("drew").identity_id(&id).send().await.unwrap();

        assert_eq!(linked.identity_id, Some(id.clone()));
        assert_eq!(app.users(&id).await, set(["dora", "drew"]));
        assert_eq!(app.register("dora").await, id);
        assert_eq!(app.register("drew").await, id);
    }

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

    async fn a_token_carries_the_requested_principal_tags(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
        let call = call.principal_tags("team", "blue").principal_tags("level", "7");
        let answer = call.send().await.unwrap();

        let (id, pool_id) = (answer.identity_id().unwrap(), pool.id());
        assert_eq!(
            part_of(answer.token().unwrap(), 1),
            format!(
                r#"{{"sub":"{id}","aud":"{pool_id}","amr":["authenticated","{DEVELOPER}","{DEVELOPER}:{pool_id}:user-1"],"https://aws.amazon.com/tags":{{"principal_tags":{{"level":["7"],"team":["blue"]}}}},"iss":"https://cognito-identity.amazonaws.com","https://cognito-identity.amazonaws.com/identity-pool-arn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}","exp":1767323945,"iat":1767323045}}"#
            )
        );
    }

    async fn a_token_names_the_public_logins_of_the_call(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());

        let call = client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins(DEVELOPER, "user-1");
        let call = call.logins(USER_POOL, login(mock, USER_POOL, "alice"));
        let token = call.send().await.unwrap().token.unwrap();

        assert_eq!(
            claims(&token)["amr"],
            json!([
                "authenticated",
                DEVELOPER,
                format!("{DEVELOPER}:{}:user-1", pool.id()),
                USER_POOL,
                format!("{USER_POOL}:CognitoSignIn:alice"),
            ])
        );
    }

    async fn every_bit_of_the_signature_is_verified_and_padding_bits_are_ignored(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, good) = developer_token(&client, pool.id(), "user-1").await;

        for token in variants_of_the_last_character(&good) {
            let call = client.get_credentials_for_identity().identity_id(&id);
            let answer = call.logins(COGNITO, &token).send().await;

            if same_bytes(&token, &good) {
                assert_eq!(answer.unwrap().identity_id(), Some(&*id), "{token}");
            } else {
                let text = "Invalid login token. Not a Cognito token.";
                assert_service_error(answer, NOT_AUTHORIZED, text);
            }
        }
    }

    async fn a_token_is_accepted_until_it_expires(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;
        let credentials = || client.get_credentials_for_identity().identity_id(&id);

        mock.clock().advance(Duration::from_secs(899));
        credentials().logins(COGNITO, &token).send().await.unwrap();
        mock.clock().advance(Duration::from_secs(401));
        let rejected = service_error(credentials().logins(COGNITO, &token).send().await);

        assert_eq!(rejected.0, NOT_AUTHORIZED);
    }

    async fn a_token_is_valid_for_fifteen_minutes_or_for_the_requested_duration(mock) {
        let app = App::new(mock);

        for (asked, given) in [(None, 900), (Some(1), 1), (Some(300), 300), (Some(86_400), 86_400)] {
            let call = app.developer("dora").set_token_duration(asked);
            let claims = claims(&call.send().await.unwrap().token.unwrap());

            let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
            assert_eq!(lifetime, given, "{asked:?}");
        }
    }

    async fn a_token_exchanged_for_a_developer_token_names_the_same_user(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;

        let exchanged = claims(&open_id_token(&client, &id, &[(COGNITO, &token)]).await);

        let user = format!("{DEVELOPER}:{}:user-1", pool.id());
        assert_eq!(exchanged["amr"], json!(["authenticated", DEVELOPER, user]));
    }
}
