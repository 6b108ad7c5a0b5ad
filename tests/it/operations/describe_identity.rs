//! `DescribeIdentity`: which logins and dates it shows, and which calls change the dates.

use std::time::Duration;

use aws_sdk_cognitoidentity::types::IdentityDescription;
use mock_cognito_identity::PoolSeed;

use crate::support::app::{
    App, CONFLICT, DEVELOPER, FACEBOOK, Flow, GOOGLE, NO_IDENTITY, NOT_FOUND, OIDC, SAML,
    USER_POOL, identity_not_found, set,
};
use crate::support::{NOW_MILLIS, assert_service_error, both, service_error};

both! {
    async fn a_guest_has_dates_and_no_logins_member(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let identity = app.describe(&guest).await;

        assert_eq!(identity.identity_id.as_deref(), Some(&*guest));
        assert_eq!(identity.logins, None);
        assert_eq!(app.dates(&guest).await, (NOW_MILLIS, NOW_MILLIS));
    }

    async fn logins_are_shown_by_provider_without_the_user(mock) {
        let seed = PoolSeed::named("app")
            .login_provider(USER_POOL, "client1")
            .login_provider(FACEBOOK, "1234567890")
            .login_provider(OIDC, "unused")
            .login_provider(SAML, "unused")
            .developer_provider(DEVELOPER);
        let app = App::of(mock, seed);
        let public = [USER_POOL, FACEBOOK, OIDC, SAML];
        let id = app.sign_in(&public.map(|provider| (provider, "alice"))).await;
        let vouch = app.developer("dora").identity_id(&id);
        vouch.logins(OIDC, app.token(OIDC, "alice")).send().await.unwrap();

        let logins = app.describe(&id).await.logins.unwrap();

        assert_eq!(logins.len(), 5, "{logins:?}");
        let all = set([USER_POOL, FACEBOOK, OIDC, SAML, DEVELOPER]);
        assert_eq!(logins.into_iter().collect::<std::collections::BTreeSet<_>>(), all);
    }

    async fn list_identities_shows_the_same_as_describe_identity(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;
        let user = app.sign_in(&[(GOOGLE, "alice")]).await;

        let listed = app.identities().await;

        assert_eq!(listed.len(), 2);
        for id in [guest, user] {
            let one = app.describe(&id).await;
            let described = IdentityDescription::builder()
                .set_identity_id(one.identity_id)
                .set_logins(one.logins)
                .set_creation_date(one.creation_date)
                .set_last_modified_date(one.last_modified_date)
                .build();
            assert!(listed.contains(&described), "{described:?} is not of {listed:?}");
        }
    }

    async fn an_unknown_identity_is_not_found(mock) {
        let app = App::new(mock);

        let rejected = app.client.describe_identity().identity_id(NO_IDENTITY).send().await;

        assert_service_error(rejected, NOT_FOUND, &identity_not_found(NO_IDENTITY));
    }

    /// To the service an id is text: a UUID without hyphens is another id.
    async fn an_id_in_another_spelling_is_not_found(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[]).await;
        let plain = format!("us-east-1:{}", id["us-east-1:".len()..].replace('-', ""));

        let rejected = app.client.describe_identity().identity_id(&plain).send().await;

        assert_service_error(rejected, NOT_FOUND, &identity_not_found(&plain));
    }

    async fn dates_are_those_of_the_clock_to_the_millisecond(mock) {
        let app = App::new(mock);
        mock.clock().advance(Duration::from_millis(1_234));
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        mock.clock().advance(Duration::from_millis(77));
        app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        assert_eq!(app.dates(&id).await, (NOW_MILLIS + 1_234, NOW_MILLIS + 1_311));
    }

    async fn a_linked_login_changes_only_the_last_modified_date(mock) {
        let app = App::new(mock);
        let ids = [
            app.sign_in(&[(GOOGLE, "by GetId")]).await,
            app.sign_in(&[]).await,
            app.sign_in(&[]).await,
            app.sign_in(&[]).await,
        ];

        mock.clock().advance(Duration::from_secs(60));
        app.sign_in(&[(GOOGLE, "by GetId"), (FACEBOOK, "by GetId")]).await;
        app.enter(Flow::Classic, &ids[1], &[(GOOGLE, "by token")]).await.unwrap();
        app.enter(Flow::Enhanced, &ids[2], &[(GOOGLE, "by credentials")]).await.unwrap();
        app.link(&ids[3], "dora").await;

        for (id, how) in ids.iter().zip(["GetId", "token", "credentials", "developer"]) {
            assert_eq!(app.dates(id).await, (NOW_MILLIS, NOW_MILLIS + 60_000), "{how}");
        }
    }

    async fn an_unlinked_login_changes_the_last_modified_date(mock) {
        let app = App::new(mock);
        let public = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;
        let developer = app.register("dora").await;

        mock.clock().advance(Duration::from_secs(60));
        app.unlink(&public, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await.unwrap();
        app.unlink_user(&developer, "dora").send().await.unwrap();

        assert_eq!(app.dates(&public).await, (NOW_MILLIS, NOW_MILLIS + 60_000));
        assert_eq!(app.dates(&developer).await, (NOW_MILLIS, NOW_MILLIS + 60_000));
    }

    async fn use_alone_does_not_change_the_last_modified_date(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;
        let alice = app.sign_in(&[(GOOGLE, "alice")]).await;
        let dora = app.register("dora").await;

        mock.clock().advance(Duration::from_secs(60));
        app.sign_in(&[(GOOGLE, "alice")]).await;
        app.register("dora").await;
        app.link(&dora, "dora").await;
        for flow in Flow::BOTH {
            app.enter(flow, &guest, &[]).await.unwrap();
            app.enter(flow, &alice, &[(GOOGLE, "alice")]).await.unwrap();
        }

        for (id, who) in [(guest, "guest"), (alice, "alice"), (dora, "dora")] {
            assert_eq!(app.dates(&id).await, (NOW_MILLIS, NOW_MILLIS), "{who}");
        }
    }

    async fn a_rejected_call_does_not_change_the_last_modified_date(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        mock.clock().advance(Duration::from_secs(60));
        let rejected = app.get_id(&[(GOOGLE, "alice"), (FACEBOOK, "second")]).send().await;

        assert_eq!(service_error(rejected).0, CONFLICT);
        assert_eq!(app.dates(&id).await, (NOW_MILLIS, NOW_MILLIS));
    }
}
