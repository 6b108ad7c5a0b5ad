//! `MergeDeveloperIdentities`: what moves to the destination, what becomes of the source, and what
//! is rejected.

use std::time::Duration;

use crate::support::app::{
    App, CONFLICT, DEVELOPER, FACEBOOK, Flow, GOOGLE, INVALID_PARAMETER, NOT_FOUND, USER_POOL,
    forbidden, not_authorized, set,
};
use crate::support::{NOW_MILLIS, both, service_error};

/// Registers a developer user with public logins.
async fn register_with(app: &App<'_>, user: &str, public: &[(&str, &str)]) -> String {
    let call = public
        .iter()
        .fold(app.developer(user), |call, (provider, name)| {
            call.logins(*provider, app.token(provider, name))
        });
    call.send().await.unwrap().identity_id.unwrap()
}

both! {
    async fn everything_of_the_source_moves_to_the_destination(mock) {
        let app = App::new(mock);
        let source = app.register("dora").await;
        app.link(&source, "dora's phone").await;
        register_with(&app, "dora", &[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;
        let destination = register_with(&app, "drew", &[(USER_POOL, "alice")]).await;

        let merged = app.merge("dora", "drew").send().await.unwrap();

        assert_eq!(merged.identity_id, Some(destination.clone()));
        let all = set([GOOGLE, FACEBOOK, USER_POOL, DEVELOPER]);
        assert_eq!(app.linked(&destination).await, all);
        assert_eq!(app.users(&destination).await, set(["dora", "dora's phone", "drew"]));
        for user in [(GOOGLE, "alice"), (FACEBOOK, "alice"), (USER_POOL, "alice")] {
            assert_eq!(app.sign_in(&[user]).await, destination, "{user:?}");
        }
    }

    async fn the_source_is_disabled(mock) {
        let app = App::new(mock);
        let source = app.register("dora").await;
        let destination = app.register("drew").await;

        app.merge("dora", "drew").send().await.unwrap();

        assert!(app.is_disabled(&source).await);
        assert!(!app.is_disabled(&destination).await);
        let shown = Some(vec!["DISABLED".to_owned(), "us-east-1".to_owned()]);
        assert_eq!(app.describe(&source).await.logins, shown);
        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &source, &[]).await;
            assert_eq!(rejected, Err(not_authorized(forbidden(&source))), "{flow:?}");
        }
    }

    async fn a_merge_changes_the_last_modified_date_of_both(mock) {
        let app = App::new(mock);
        let ids = [app.register("dora").await, app.register("drew").await];

        mock.clock().advance(Duration::from_millis(2_500));
        app.merge("dora", "drew").send().await.unwrap();

        for id in ids {
            assert_eq!(app.dates(&id).await, (NOW_MILLIS, NOW_MILLIS + 2_500), "{id}");
        }
    }

    // Approximation [Q42]: what AWS does with users that are merged already is not documented.
    async fn a_repeated_merge_changes_nothing(mock) {
        let app = App::new(mock);
        app.register("dora").await;
        let destination = app.register("drew").await;
        app.merge("dora", "drew").send().await.unwrap();
        let before = app.identities().await;

        mock.clock().advance(Duration::from_secs(60));
        let again = app.merge("dora", "drew").send().await.unwrap();

        assert_eq!(again.identity_id, Some(destination));
        assert_eq!(app.identities().await, before);
    }

    async fn two_users_of_one_public_provider_are_not_merged(mock) {
        let app = App::new(mock);
        register_with(&app, "dora", &[(GOOGLE, "alice")]).await;
        register_with(&app, "drew", &[(GOOGLE, "bob"), (FACEBOOK, "bob")]).await;
        let before = app.identities().await;

        let rejected = app.merge("dora", "drew").send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
        assert_eq!(app.identities().await, before);
    }

    async fn a_merge_may_result_in_twenty_logins(mock) {
        let app = App::new(mock);
        let source = app.register("dora 1").await;
        let destination = app.register("drew 1").await;
        for number in 2..=10 {
            app.link(&source, &format!("dora {number}")).await;
            app.link(&destination, &format!("drew {number}")).await;
        }

        app.merge("dora 1", "drew 1").send().await.unwrap();

        assert_eq!(app.users(&destination).await.len(), 20);
    }

    async fn a_merge_into_more_than_twenty_logins_is_rejected(mock) {
        let app = App::new(mock);
        let source = register_with(&app, "dora 1", &[(GOOGLE, "alice")]).await;
        let destination = app.register("drew 1").await;
        for number in 2..=10 {
            app.link(&destination, &format!("drew {number}")).await;
            let link = app.developer(&format!("dora {number}")).identity_id(&source);
            link.logins(GOOGLE, app.token(GOOGLE, "alice")).send().await.unwrap();
        }
        let before = app.identities().await;

        let rejected = app.merge("dora 1", "drew 1").send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
        assert_eq!(app.identities().await, before);
        assert_eq!(app.users(&source).await.len(), 10);
        assert_eq!(app.users(&destination).await.len(), 10);
    }

    async fn unknown_users_are_not_found(mock) {
        let app = App::new(mock);
        app.register("dora").await;
        let before = app.identities().await;

        for (source, destination) in [("dora", "nobody"), ("nobody", "dora"), ("Dora", "dora")] {
            let rejected = app.merge(source, destination).send().await;

            assert_eq!(service_error(rejected).0, NOT_FOUND, "{source} into {destination}");
        }
        assert_eq!(app.identities().await, before);
    }

    async fn users_of_two_pools_are_not_merged(mock) {
        let (app, other) = (App::new(mock), App::new(mock));
        app.register("dora").await;
        other.register("drew").await;

        let rejected = app.merge("dora", "drew").send().await;

        assert_eq!(service_error(rejected).0, NOT_FOUND);
    }

    /// Which code AWS returns is not known.
    async fn another_developer_provider_is_rejected(mock) {
        let app = App::new(mock);
        let source = app.register("dora").await;
        app.register("drew").await;

        let call = app.merge("dora", "drew").developer_provider_name("login.other.app");
        let rejected = call.send().await;

        assert_eq!(service_error(rejected).0, INVALID_PARAMETER);
        assert!(!app.is_disabled(&source).await);
    }

    async fn both_users_lead_to_the_destination_afterwards(mock) {
        let app = App::new(mock);
        app.register("dora").await;
        let destination = app.register("drew").await;

        app.merge("dora", "drew").send().await.unwrap();

        for user in ["dora", "drew"] {
            let answer = app.look_up().developer_user_identifier(user).send().await.unwrap();
            assert_eq!(answer.identity_id, Some(destination.clone()), "{user}");
            assert_eq!(app.register(user).await, destination, "{user}");
        }
    }
}
