//! `UnlinkDeveloperIdentity`: what becomes of the developer user and of the identity.

use crate::support::app::{
    App, CONFLICT, FACEBOOK, Flow, INVALID_PARAMETER, NOT_FOUND, UNSUPPORTED_DEVELOPER_PROVIDER,
    forbidden, not_authorized, set,
};
use crate::support::{assert_service_error, both, service_error};

both! {
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

    async fn an_identity_with_a_public_login_survives_without_developer_users(mock) {
        let app = App::new(mock);
        let call = app.developer("dora").logins(FACEBOOK, app.token(FACEBOOK, "alice"));
        let id = call.send().await.unwrap().identity_id.unwrap();

        app.unlink_user(&id, "dora").send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([FACEBOOK]));
        assert_eq!(app.sign_in(&[(FACEBOOK, "alice")]).await, id);
    }

    /// The codes of AWS are documented, but not which one applies to which case.
    async fn a_developer_user_of_another_identity_is_not_unlinked(mock) {
        let app = App::new(mock);
        let id = app.register("dora").await;
        let other = app.register("drew").await;
        let before = app.identities().await;

        let unknown = app.unlink_user(&id, "nobody").send().await;
        let of_other = app.unlink_user(&id, "drew").send().await;
        let provider = app.unlink_user(&id, "dora").developer_provider_name("login.other.app");

        assert_eq!(service_error(unknown).0, NOT_FOUND);
        assert_eq!(service_error(of_other).0, CONFLICT);
        assert_service_error(provider.send().await, INVALID_PARAMETER, UNSUPPORTED_DEVELOPER_PROVIDER);
        assert_eq!(app.identities().await, before);
        assert_eq!(app.register("drew").await, other);
    }

    async fn an_identity_without_its_last_developer_user_is_disabled(mock) {
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
}
