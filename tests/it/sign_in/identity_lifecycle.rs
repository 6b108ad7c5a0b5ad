//! What becomes of identities as their users come and go: guests and public providers.
//!
//! A test for each situation of the table that this mock was built from; the others, of
//! developer users and of changes to a pool, are in `identity_lifecycle_beyond`.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::support::app::{
    App, CONFLICT, FACEBOOK, Flow, GOOGLE, LOGINS_DO_NOT_MATCH, NO_GUESTS, NOT_AUTHORIZED,
    NOT_FOUND, USER_POOL, forbidden, identity_not_found, ids_of, not_authorized, pool_not_found,
    set,
};
use crate::support::{assert_service_error, both, service_error};
use mock_cognito_identity::PoolSeed;

both! {
    /// Row 1.
    async fn a_guest_gets_a_new_id_on_every_call(mock) {
        let app = App::new(mock);

        let first = app.sign_in(&[]).await;
        let second = app.sign_in(&[]).await;

        assert_ne!(first, second);
        assert_eq!(app.ids().await, set([&first, &second]));
    }

    /// Row 2.
    async fn a_guest_gets_no_id_where_guests_are_rejected(mock) {
        let app = App::of(mock, PoolSeed::named("members").authenticated_only());

        let without_logins = app.get_id(&[]).send().await;
        let with_empty_logins = app.get_id(&[]).set_logins(Some(HashMap::new())).send().await;

        assert_service_error(without_logins, NOT_AUTHORIZED, NO_GUESTS);
        assert_service_error(with_empty_logins, NOT_AUTHORIZED, NO_GUESTS);
        assert_eq!(app.ids().await, BTreeSet::new());
    }

    /// Row 3.
    async fn a_new_login_gets_a_new_identity_that_owns_it(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;

        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        assert_ne!(id, guest);
        assert_eq!(app.linked(&id).await, set([GOOGLE]));
    }

    /// Row 4.
    async fn a_known_login_gets_the_id_of_its_owner_on_any_device_and_day(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let phone = App { client: mock.client(), pool: app.pool.clone(), ..app };

        mock.clock().advance(Duration::from_hours(24));
        let later = phone.sign_in(&[(GOOGLE, "alice")]).await;

        assert_eq!(later, id);
        assert_eq!(phone.ids().await, set([&id]));
    }

    /// Row 5.
    async fn two_new_logins_get_one_identity_that_owns_both(mock) {
        let app = App::new(mock);

        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        assert_eq!(app.linked(&id).await, set([GOOGLE, FACEBOOK]));
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
        assert_eq!(app.sign_in(&[(FACEBOOK, "alice")]).await, id);
    }

    /// Row 6.
    async fn a_new_login_beside_a_known_one_is_linked_to_its_owner(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        let answered = app.sign_in(&[(FACEBOOK, "alice"), (GOOGLE, "alice")]).await;

        assert_eq!(answered, id);
        assert_eq!(app.linked(&id).await, set([FACEBOOK, GOOGLE]));
        assert_eq!(app.sign_in(&[(FACEBOOK, "alice")]).await, id);
    }

    /// Row 7. Which of the two survives is not known of AWS.
    async fn the_owners_of_two_logins_that_come_together_are_merged(mock) {
        let app = App::new(mock);
        let owners = [
            app.sign_in(&[(GOOGLE, "alice")]).await,
            app.sign_in(&[(FACEBOOK, "alice")]).await,
        ];

        let survivor = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        let merged = &owners[usize::from(survivor == owners[0])];
        assert!(owners.contains(&survivor), "{survivor} is not of {owners:?}");
        assert!(app.is_disabled(merged).await);
        assert!(!app.is_disabled(&survivor).await);
        assert_eq!(app.linked(&survivor).await, set([GOOGLE, FACEBOOK]));
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, survivor);
        assert_eq!(app.sign_in(&[(FACEBOOK, "alice")]).await, survivor);
    }

    /// Row 8.
    async fn a_guest_that_brings_a_new_login_becomes_its_owner_and_keeps_its_id(mock) {
        let app = App::new(mock);

        for flow in Flow::BOTH {
            let guest = app.sign_in(&[]).await;
            let user = format!("alice, {flow:?}");

            let answered = app.enter(flow, &guest, &[(GOOGLE, &user)]).await;

            assert_eq!(answered, Ok(guest.clone()), "{flow:?}");
            assert_eq!(app.linked(&guest).await, set([GOOGLE]), "{flow:?}");
            assert_eq!(app.sign_in(&[(GOOGLE, &user)]).await, guest, "{flow:?}");
            let without = app.enter(flow, &guest, &[]).await;
            assert_eq!(without, Err(not_authorized(forbidden(&guest))), "{flow:?}");
        }
    }

    /// Row 9.
    async fn a_guest_that_brings_a_known_login_is_merged_into_its_owner(mock) {
        let app = App::new(mock);
        let owner = app.sign_in(&[(GOOGLE, "alice")]).await;

        for flow in Flow::BOTH {
            let guest = app.sign_in(&[]).await;

            let answered = app.enter(flow, &guest, &[(GOOGLE, "alice")]).await;

            assert_eq!(answered, Ok(owner.clone()), "{flow:?}");
            assert!(app.is_disabled(&guest).await, "{flow:?}");
            let later = app.enter(flow, &guest, &[]).await;
            assert_eq!(later, Err(not_authorized(forbidden(&guest))), "{flow:?}");
        }
    }

    /// Row 10.
    async fn an_identity_with_logins_is_rejected_without_one(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &id, &[]).await;
            let with_empty = app.enter_with(flow, &id, Some(HashMap::new())).await;

            assert_eq!(rejected, Err(not_authorized(forbidden(&id))), "{flow:?}");
            assert_eq!(with_empty, Err(not_authorized(forbidden(&id))), "{flow:?}");
        }
    }

    /// Row 11.
    async fn an_identity_is_rejected_with_nothing_but_the_login_of_another(mock) {
        let app = App::new(mock);
        let alice = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.sign_in(&[(FACEBOOK, "bob")]).await;
        let before = app.identities().await;

        for flow in Flow::BOTH {
            for users in [(FACEBOOK, "bob"), (GOOGLE, "bob"), (FACEBOOK, "nobody yet")] {
                let rejected = app.enter(flow, &alice, &[users]).await;

                let expected = Err(not_authorized(LOGINS_DO_NOT_MATCH));
                assert_eq!(rejected, expected, "{flow:?} with {users:?}");
            }
        }

        assert_eq!(app.identities().await, before, "nothing was linked or merged");
    }

    /// Row 12.
    async fn an_identity_takes_in_the_owner_of_a_login_given_beside_its_own(mock) {
        let app = App::new(mock);

        for flow in Flow::BOTH {
            let user = format!("alice, {flow:?}");
            let called = app.sign_in(&[(GOOGLE, &user)]).await;
            let other = app.sign_in(&[(FACEBOOK, &user)]).await;

            let answered = app.enter(flow, &called, &[(GOOGLE, &user), (FACEBOOK, &user)]).await;

            assert_eq!(answered, Ok(called.clone()), "{flow:?}");
            assert!(app.is_disabled(&other).await, "{flow:?}");
            assert_eq!(app.linked(&called).await, set([GOOGLE, FACEBOOK]), "{flow:?}");
            assert_eq!(app.sign_in(&[(FACEBOOK, &user)]).await, called, "{flow:?}");
        }
    }

    /// Row 13.
    async fn an_identity_cannot_have_two_users_of_one_public_provider(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;
        let before = app.identities().await;

        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &id, &[(GOOGLE, "alice"), (FACEBOOK, "second")]).await;

            assert_eq!(rejected.unwrap_err().0, CONFLICT, "{flow:?}");
        }
        let rejected = app.get_id(&[(GOOGLE, "alice"), (FACEBOOK, "second")]).send().await;

        assert_eq!(service_error(rejected).0, CONFLICT, "GetId");
        assert_eq!(app.identities().await, before, "nothing was linked");
        assert_ne!(app.sign_in(&[(FACEBOOK, "second")]).await, id);
    }

    /// Row 14.
    async fn one_bad_token_among_several_fails_the_whole_call(mock) {
        let app = App::new(mock);
        let guest = app.sign_in(&[]).await;
        let before = app.identities().await;
        let issuer = "Invalid login token. Issuer doesn't match providerName";
        // Once the bad token is the first in any order, once the last.
        let logins = |bad: &str, good: &str| HashMap::from([
            (bad.to_owned(), app.token("elsewhere.example", "mallory")),
            (good.to_owned(), app.token(good, "alice")),
        ]);

        for (bad, good) in [(GOOGLE, USER_POOL), (USER_POOL, GOOGLE)] {
            let rejected = app.get_id(&[]).set_logins(Some(logins(bad, good))).send().await;
            assert_service_error(rejected, NOT_AUTHORIZED, issuer);
            for flow in Flow::BOTH {
                let rejected = app.enter_with(flow, &guest, Some(logins(bad, good))).await;
                assert_eq!(rejected, Err(not_authorized(issuer)), "{flow:?}, {bad} is bad");
            }
        }

        assert_eq!(app.identities().await, before, "nothing was made or linked");
    }

    /// Row 15.
    async fn an_unlinked_login_gets_a_new_identity_and_the_others_stay(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice"), (FACEBOOK, "alice")]).await;

        app.unlink(&id, &[(GOOGLE, "alice")], &[FACEBOOK]).send().await.unwrap();

        assert_eq!(app.linked(&id).await, set([GOOGLE]));
        assert_eq!(app.sign_in(&[(GOOGLE, "alice")]).await, id);
        let fresh = app.sign_in(&[(FACEBOOK, "alice")]).await;
        assert_ne!(fresh, id);
        assert_eq!(app.linked(&fresh).await, set([FACEBOOK]));
    }

    /// Row 16.
    async fn the_last_login_gone_an_identity_is_disabled_and_never_a_guest_again(mock) {
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

    /// Row 17.
    async fn a_disabled_identity_is_rejected_and_listed_unless_hidden(mock) {
        let app = App::new(mock);
        let owner = app.sign_in(&[(GOOGLE, "alice")]).await;
        let merged = app.sign_in(&[]).await;
        app.enter(Flow::Enhanced, &merged, &[(GOOGLE, "alice")]).await.unwrap();
        let unlinked = app.sign_in(&[(GOOGLE, "bob")]).await;
        app.unlink(&unlinked, &[(GOOGLE, "bob")], &[GOOGLE]).send().await.unwrap();

        let all = app.ids().await;
        let hidden = app.list(60).hide_disabled(true).send().await.unwrap();
        let shown = app.list(60).hide_disabled(false).send().await.unwrap();

        assert_eq!(all, set([&owner, &merged, &unlinked]));
        assert_eq!(ids_of(shown.identities.unwrap()), all);
        assert_eq!(ids_of(hidden.identities.unwrap()), set([&owner]));
        for id in [&merged, &unlinked] {
            for flow in Flow::BOTH {
                let rejected = app.enter(flow, id, &[]).await;
                assert_eq!(rejected, Err(not_authorized(forbidden(id))), "{flow:?}");
            }
        }
    }

    /// Row 18.
    async fn a_deleted_identity_is_not_found_and_its_login_gets_a_new_one(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        app.delete([id.as_str()]).send().await.unwrap();

        let not_found = (NOT_FOUND.to_owned(), identity_not_found(&id));
        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &id, &[(GOOGLE, "alice")]).await;
            assert_eq!(rejected, Err(not_found.clone()), "{flow:?}");
        }
        let fresh = app.sign_in(&[(GOOGLE, "alice")]).await;
        assert_ne!(fresh, id);
        assert_eq!(app.ids().await, set([&fresh]));
    }

    /// Row 19.
    async fn with_its_pool_everything_is_gone(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;

        app.client.delete_identity_pool().identity_pool_id(&app.pool).send().await.unwrap();

        let (no_pool, no_identity) = (pool_not_found(&app.pool), identity_not_found(&id));
        assert_service_error(app.get_id(&[]).send().await, NOT_FOUND, &no_pool);
        assert_service_error(app.list(60).send().await, NOT_FOUND, &no_pool);
        assert_service_error(app.developer("dora").send().await, NOT_FOUND, &no_pool);
        let described = app.client.describe_identity().identity_id(&id).send().await;
        assert_service_error(described, NOT_FOUND, &no_identity);
        for flow in Flow::BOTH {
            let rejected = app.enter(flow, &id, &[]).await;
            let expected = (NOT_FOUND.to_owned(), no_identity.clone());
            assert_eq!(rejected, Err(expected), "{flow:?}");
        }
    }
}
