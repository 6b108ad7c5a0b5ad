//! `UnlinkIdentity`: who may unlink a login, and what becomes of the login and of the identity.

use std::collections::HashMap;

use mock_cognito_identity::PoolSeed;

use crate::support::app::{
    App, COGNITO, DEVELOPER, FACEBOOK, Flow, GOOGLE, INVALID_PARAMETER, LOGINS_DO_NOT_MATCH,
    NO_IDENTITY, NOT_AUTHORIZED, NOT_FOUND, NOT_PUBLIC, UNSUPPORTED_PROVIDER, USER_POOL, forbidden,
    identity_not_found, not_authorized, set,
};
use crate::support::{assert_service_error, both};

both! {
    async fn an_unlinked_login_gets_a_new_identity_and_the_others_keep_theirs(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([GOOGLE]));
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
        let fresh = app.sign_in(&[(FACEBOOK, "alice")]).await;
        assert_ne!(fresh, id);
        assert_eq!(app.linked(&fresh).await, set([FACEBOOK]));
    }

    async fn several_logins_are_unlinked_in_one_call(mock) {
        let app = App::new(mock);
        let users = [(GOOGLE, "alice"), (FACEBOOK, "alice"), (USER_POOL, "alice")];
        let id = app.sign_in(&users).await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[FACEBOOK, USER_POOL]).send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([GOOGLE]));
        assert!(!app.is_disabled(&id).await);
    }

    async fn an_identity_is_disabled_when_all_its_logins_are_unlinked_in_one_call(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[GOOGLE, FACEBOOK]).send().await.unwrap();

        assert!(app.is_disabled(&id).await);
        let (google, facebook) = (
            app.sign_in(&[(GOOGLE, "alice")]).await,
            app.sign_in(&[(FACEBOOK, "alice")]).await,
        );
        assert_eq!(app.ids().await, set([&id, &google, &facebook]));
    }

    async fn any_login_of_the_identity_authorizes_the_call(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        app.unlink(&id, &[(FACEBOOK, "alice")], &[FACEBOOK]).send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }

    async fn a_developer_token_authorizes_the_call_for_its_identity(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let vouch = app.developer("dora").identity_id(&id);
        let vouched = vouch.logins(GOOGLE, app.token(GOOGLE, "alice")).send().await.unwrap();

        let logins = HashMap::from([(COGNITO.to_owned(), vouched.token.unwrap())]);
        app.unlink(&id, &[], &[GOOGLE]).set_logins(Some(logins)).send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([DEVELOPER]));
    }

    // Approximation [Q47]: what AWS does with such a provider is not documented.
    async fn unlinking_a_provider_that_is_not_linked_is_not_an_error(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let before = app.identities().await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await.unwrap();

        assert_eq!(app.identities().await, before);
    }

    async fn a_call_without_a_login_is_rejected(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let rejected = app.unlink(&id, &[], &[GOOGLE]).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, &forbidden(&id));
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }

    async fn a_call_with_a_login_of_another_identity_is_rejected(mock) {
        let app = App::new(mock);
        let alice = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.sign_in(&[(FACEBOOK, "bob")]).await;
        let before = app.identities().await;

        for users in [(FACEBOOK, "bob"), (GOOGLE, "bob")] {
            let rejected = app.unlink(&alice, &[users], &[GOOGLE]).send().await;

            assert_service_error(rejected, NOT_AUTHORIZED, LOGINS_DO_NOT_MATCH);
        }
        assert_eq!(app.identities().await, before);
    }

    async fn one_invalid_login_among_several_fails_the_call(mock) {
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "g").developer_provider(DEVELOPER);
        let app = App::of(mock, seed);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let foreign = app.unlink(&id, &[(GOOGLE, "alice"), (FACEBOOK, "alice")], &[GOOGLE]);
        let developer = app.unlink(&id, &[(GOOGLE, "alice"), (DEVELOPER, "dora")], &[GOOGLE]);

        assert_service_error(foreign.send().await, NOT_AUTHORIZED, UNSUPPORTED_PROVIDER);
        let text = NOT_PUBLIC;
        assert_service_error(developer.send().await, INVALID_PARAMETER, text);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }

    async fn a_call_for_a_guest_is_rejected(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let rejected = app.unlink(&guest, &[(GOOGLE, "alice")], &[GOOGLE]).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, LOGINS_DO_NOT_MATCH);
        let still = app.enter(Flow::Enhanced, &guest, &[]).await;
        assert_eq!(still, Ok(guest.clone()), "it is a guest as before");
    }

    async fn a_disabled_identity_is_rejected(mock) {
        let app = App::new(mock);
        let unlinked = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.unlink(&unlinked, &[(GOOGLE, "alice")], &[GOOGLE]).send().await.unwrap();
        let fresh = app.sign_in(&[(GOOGLE, "alice")]).await;

        let rejected = app.unlink(&unlinked, &[(GOOGLE, "alice")], &[GOOGLE]).send().await;

        assert_service_error(rejected, NOT_AUTHORIZED, &forbidden(&unlinked));
        assert_eq!(app.linked(&fresh).await, set([GOOGLE]));
    }

    async fn an_unknown_identity_is_not_found(mock) {
        let app = App::new(mock);

        let rejected = app.unlink(NO_IDENTITY, &[(GOOGLE, "alice")], &[GOOGLE]).send().await;

        assert_service_error(rejected, NOT_FOUND, &identity_not_found(NO_IDENTITY));
    }

    async fn an_identity_without_its_last_login_is_disabled_and_does_not_become_a_guest(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[GOOGLE]).send().await.unwrap();

        assert!(app.is_disabled(&id).await);
        for flow in Flow::BOTH {
            for users in [&[][..], &[(GOOGLE, "alice")], &[(FACEBOOK, "anybody")]] {
                let rejected = app.enter(flow, &id, users).await;
                let expected = Err(not_authorized(forbidden(&id)));
                assert_eq!(rejected, expected, "{flow:?} with {users:?}");
            }
        }
        assert_ne!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
        assert!(app.is_disabled(&id).await);
    }
}
