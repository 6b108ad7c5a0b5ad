//! Developer users: registering, looking up and unlinking the users that a backend vouches for.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mock_cognito_identity::PoolSeed;
use serde_json::{Value, json};

use crate::support::app::{
    App, COGNITO, CONFLICT, DEVELOPER, FACEBOOK, Flow, GOOGLE, INVALID_PARAMETER, NO_IDENTITY,
    NOT_AUTHORIZED, NOT_FOUND, UNSUPPORTED_PROVIDER, forbidden, identity_not_found, not_authorized,
    pool_not_found, set,
};
use crate::support::{NO_POOL, NOW_MILLIS, assert_service_error, both, service_error};

const UNSUPPORTED: &str = "This identity pool does not support the specified developer provider";

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

both! {
    async fn a_developer_token_tells_the_identity_and_lives_for_fifteen_minutes(mock) {
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

    async fn a_developer_token_lives_as_long_as_asked(mock) {
        let app = App::new(mock);

        for seconds in [1, 86_400] {
            let answer = app.developer("dora").token_duration(seconds).send().await.unwrap();

            let claims = claims(&answer.token.unwrap());
            let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
            assert_eq!(lifetime, seconds);
        }
    }

    async fn a_developer_token_carries_the_principal_tags_that_were_given(mock) {
        let app = App::new(mock);

        let call = app.developer("dora").principal_tags("team", "blue").principal_tags("n", "7");
        let answer = call.send().await.unwrap();

        let tags = &claims(&answer.token.unwrap())["https://aws.amazon.com/tags"];
        assert_eq!(*tags, json!({"principal_tags": {"n": ["7"], "team": ["blue"]}}));
    }

    /// Approximation: whether AWS asks for the classic flow here is not known.
    async fn a_developer_token_is_given_where_the_classic_flow_is_off(mock) {
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

    async fn a_developer_user_and_a_public_login_may_come_together(mock) {
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

                assert_service_error(rejected, INVALID_PARAMETER, UNSUPPORTED);
            }
            assert_eq!(app.ids().await, BTreeSet::new());
        }
    }

    async fn a_bad_public_token_leaves_no_developer_user_behind(mock) {
        let app = App::of(mock, PoolSeed::named("app").developer_provider(DEVELOPER));

        let call = app.developer("dora").logins(GOOGLE, app.token(GOOGLE, "alice"));
        let rejected = call.send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    async fn a_disabled_identity_takes_no_developer_user(mock) {
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

    /// With which code is not known of AWS for each of them.
    async fn no_developer_operation_touches_an_identity_of_another_pool(mock) {
        let (app, other) = (App::new(mock), App::new(mock));
        let theirs = other.register("dora").await;
        app.register("dora").await;
        let before = (app.identities().await, other.identities().await);

        service_error(app.developer("drew").identity_id(&theirs).send().await);
        service_error(app.look_up().identity_id(&theirs).send().await);
        service_error(app.unlink_user(&theirs, "dora").send().await);

        assert_eq!((app.identities().await, other.identities().await), before);
    }

    async fn a_developer_user_is_looked_up_to_its_identity(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.register("drew").await;

        let answer = app.look_up().developer_user_identifier("dora").send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list(), ["dora"]);
        assert_eq!(answer.next_token, None);
    }

    async fn a_developer_user_is_looked_up_with_regard_to_case(mock) {
        let app = App::new(mock);
        let lower = app.register("dora").await;

        let unknown = app.look_up().developer_user_identifier("Dora").send().await;
        assert_eq!(service_error(unknown).0, NOT_FOUND);
        let upper = app.register("Dora").await;

        assert_ne!(upper, lower);
        assert_eq!(app.users(&upper).await, set(["Dora"]));
    }

    async fn an_identity_is_looked_up_to_all_its_developer_users(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.link(&id, "drew").await;
        app.register("dana").await;

        let answer = app.look_up().identity_id(&id).send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        let users = answer.developer_user_identifier_list.unwrap();
        assert_eq!(users.into_iter().collect::<BTreeSet<_>>(), set(["dora", "drew"]));
        assert_eq!(answer.next_token, None);
    }

    async fn an_identity_without_developer_users_has_none_to_look_up(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let answer = app.look_up().identity_id(&id).send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list, Some(Vec::new()));
    }

    async fn developer_users_come_in_pages(mock) {
        let app = App::new(mock);
        let id = app.register("dora 1").await;
        for number in 2..=20 {
            app.link(&id, &format!("dora {number}")).await;
        }

        let mut lengths = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token = None;
        loop {
            let call = app.look_up().identity_id(&id).max_results(7).set_next_token(token);
            let page = call.send().await.unwrap();
            lengths.push(page.developer_user_identifier_list().len());
            seen.extend(page.developer_user_identifier_list.unwrap());
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }

        assert_eq!(lengths, [7, 7, 6]);
        assert_eq!(seen, (1..=20).map(|number| format!("dora {number}")).collect());
    }

    async fn a_page_token_of_another_identity_is_rejected(mock) {
        let app = App::new(mock);
        let (first, second) = (app.register("dora").await, app.register("dana").await);
        app.link(&first, "drew").await;
        app.link(&second, "dean").await;
        let page = app.look_up().identity_id(&first).max_results(1).send().await.unwrap();

        let call = app.look_up().identity_id(&second).set_next_token(page.next_token);
        let rejected = call.send().await;

        assert_eq!(service_error(rejected).0, INVALID_PARAMETER);
    }

    async fn an_identity_and_a_developer_user_that_belong_together_are_echoed(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.link(&id, "drew").await;

        let call = app.look_up().identity_id(&id).developer_user_identifier("drew");
        let answer = call.send().await.unwrap();

        assert_eq!(answer.identity_id, Some(id));
        assert_eq!(answer.developer_user_identifier_list(), ["drew"]);
    }

    async fn an_identity_and_a_developer_user_of_another_are_a_conflict(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.register("drew").await;

        let call = app.look_up().identity_id(&id).developer_user_identifier("drew");
        let rejected = call.send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
    }

    async fn nothing_to_look_up_is_an_invalid_parameter(mock) {
        let app = App::new(mock);

        let rejected = app.look_up().send().await;

        assert_eq!(service_error(rejected).0, INVALID_PARAMETER);
    }

    async fn an_unlinked_developer_user_gets_a_new_identity(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        app.link(&id, "drew").await;

        app.unlink_user(&id, "drew").send().await.unwrap();

        assert_eq!(app.users(&id).await, set(["dora"]));
        assert_eq!(app.register("dora").await, id);
        let fresh = app.register("drew").await;
        assert_ne!(fresh, id);
        assert!(!app.is_disabled(&id).await);
    }

    async fn the_last_developer_user_gone_an_identity_is_disabled(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;

        app.unlink_user(&id, "dora").send().await.unwrap();

        assert!(app.is_disabled(&id).await);
        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &id, &[]).await;
            assert_eq!(rejected, Err(not_authorized(forbidden(&id))), "{flow:?}");
        }
        assert_ne!(app.register("dora").await, id);
    }

    async fn a_public_login_keeps_an_identity_without_developer_users(mock) {
        let app = App::new(mock);
        let call = app.developer("dora").logins(FACEBOOK, app.token(FACEBOOK, "alice"));
        let id = call.send().await.unwrap().identity_id.unwrap();

        app.unlink_user(&id, "dora").send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([FACEBOOK]));
        assert_eq!(app.sign_in(&[(FACEBOOK, "alice")]).await, id);
    }

    /// Of AWS the codes are known, not which of them goes with what.
    async fn a_developer_user_that_is_not_the_identitys_is_not_unlinked(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        let other = app.register("drew").await;
        let before = app.identities().await;

        let unknown = app.unlink_user(&id, "nobody").send().await;
        let of_other = app.unlink_user(&id, "drew").send().await;
        let provider = app.unlink_user(&id, "dora").developer_provider_name("login.other.app");

        assert_eq!(service_error(unknown).0, NOT_FOUND);
        assert_eq!(service_error(of_other).0, CONFLICT);
        assert_service_error(provider.send().await, INVALID_PARAMETER, UNSUPPORTED);
        assert_eq!(app.identities().await, before);
        assert_eq!(app.register("drew").await, other);
    }
}
