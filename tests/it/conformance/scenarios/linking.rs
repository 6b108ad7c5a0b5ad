//! Identities that gain, share and lose logins.

use super::*;
use crate::conformance::session::{login, logins};
use crate::conformance::{Session, Stop, declare, recorded};

/// A pool with guests and two social providers.
async fn pool(session: &Session) -> Result<String, Stop> {
    let pool = |pool: aws_sdk_cognitoidentity::operation::create_identity_pool::builders::CreateIdentityPoolFluentBuilder| {
        pool.supported_login_providers(GOOGLE, GOOGLE_APP)
            .supported_login_providers(FACEBOOK, FACEBOOK_APP)
    };
    session.pool(true, pool).await
}

/// The tokens of a user of both providers.
fn tokens(session: &Session, user: &str) -> (String, String) {
    (
        session.token(GOOGLE, GOOGLE_APP, user),
        session.token(FACEBOOK, FACEBOOK_APP, user),
    )
}

declare! {
    /// A guest who signs in keeps the identity.
    #[needs(Logins)]
    async fn a_guest_who_signs_in_keeps_the_identity(session) {
        let pool = pool(session).await?;
        let (google, _) = tokens(session, "alice");
        let guest = session.id(&pool, None).await?;

        session.step("The login is linked to the guest", "row 8, LIFE2");
        recorded(session.client.get_open_id_token().identity_id(&guest).logins(GOOGLE, &google).send().await);
        recorded(session.client.describe_identity().identity_id(&guest).send().await);

        session.step("From now on GetId returns it, and it is no guest any more", "row 4, row 10, N2");
        session.id(&pool, login(GOOGLE, &google)).await?;
        recorded(session.client.get_open_id_token().identity_id(guest).send().await);
    }

    /// A second login is linked to the owner of the first.
    #[needs(Logins)]
    async fn a_second_login_is_linked(session) {
        let pool = pool(session).await?;
        let (google, facebook) = tokens(session, "alice");
        let id = session.id(&pool, login(GOOGLE, &google)).await?;

        session.step("A known login and a new one", "row 6");
        session.id(&pool, logins((GOOGLE, &google), (FACEBOOK, &facebook))).await?;
        session.id(&pool, login(FACEBOOK, &facebook)).await?;

        session.step("The identity has both", "POOL16");
        recorded(session.client.describe_identity().identity_id(id).send().await);
    }

    /// A guest gives way to the owner of the login that it brings.
    #[needs(Logins)]
    async fn a_guest_gives_way_to_the_owner_of_a_login(session) {
        let pool = pool(session).await?;
        let (google, _) = tokens(session, "alice");
        session.step("The owner, and a guest", "row 1, row 3");
        session.id(&pool, login(GOOGLE, &google)).await?;
        let guest = session.id(&pool, None).await?;

        session.step("The answer is for the owner", "row 9, LIFE1, LIFE4");
        recorded(session.client.get_open_id_token().identity_id(&guest).logins(GOOGLE, &google).send().await);
        recorded(session.client.get_open_id_token().identity_id(&guest).logins(GOOGLE, &google).send().await);

        session.step("The guest is disabled, and hidden on request", "row 17, N2, LIFE3, POOL17");
        recorded(session.client.get_open_id_token().identity_id(&guest).send().await);
        let list = || session.client.list_identities().identity_pool_id(&pool).max_results(60);
        recorded(list().send().await);
        recorded(list().hide_disabled(true).send().await);
    }

    /// An identity takes over the owner of another login.
    #[needs(Logins)]
    async fn two_identities_are_merged(session) {
        let pool = pool(session).await?;
        let (google, facebook) = tokens(session, "alice");
        session.step("Two identities", "row 3");
        let first = session.id(&pool, login(GOOGLE, &google)).await?;
        let second = session.id(&pool, login(FACEBOOK, &facebook)).await?;

        session.step("The one that is called survives", "row 12, LIFE1");
        let both = logins((GOOGLE, &google), (FACEBOOK, &facebook));
        recorded(session.client.get_open_id_token().identity_id(&second).set_logins(Some(both)).send().await);
        recorded(session.client.describe_identity().identity_id(&first).send().await);
        recorded(session.client.describe_identity().identity_id(second).send().await);

        session.step("The other answers for it", "LIFE4");
        recorded(session.client.get_open_id_token().identity_id(first).logins(GOOGLE, google).send().await);
    }

    /// `GetId` merges the owners of two logins.
    #[needs(Logins)]
    async fn get_id_merges_the_owners_of_two_logins(session) {
        let pool = pool(session).await?;
        let (google, facebook) = tokens(session, "alice");
        session.id(&pool, login(GOOGLE, &google)).await?;
        session.id(&pool, login(FACEBOOK, &facebook)).await?;

        // Which of them survives is not known, and need not be the same each time.
        session.forget_identities();
        session.step("One survives, for both logins", "row 7, Q5");
        session.id(&pool, logins((GOOGLE, &google), (FACEBOOK, &facebook))).await?;
        session.id(&pool, login(GOOGLE, &google)).await?;
        session.id(&pool, login(FACEBOOK, &facebook)).await?;
    }

    /// Nobody gets another's identity.
    #[needs(Logins)]
    async fn logins_that_do_not_match(session) {
        let pool = pool(session).await?;
        let (alice, _) = tokens(session, "alice");
        let (bob, facebook) = tokens(session, "bob");
        let id = session.id(&pool, login(GOOGLE, &alice)).await?;
        session.id(&pool, login(FACEBOOK, &facebook)).await?;

        session.step("Without logins", "row 10, N2");
        recorded(session.client.get_open_id_token().identity_id(&id).send().await);
        recorded(session.client.get_credentials_for_identity().identity_id(&id).send().await);

        session.step("With the logins of another user", "row 11, N1");
        recorded(session.client.get_open_id_token().identity_id(&id).logins(GOOGLE, &bob).send().await);
        recorded(session.client.get_credentials_for_identity().identity_id(&id).logins(FACEBOOK, &facebook).send().await);
        recorded(session.client.unlink_identity().identity_id(id).logins(GOOGLE, bob)
            .logins_to_remove(GOOGLE).send().await);
    }

    /// An identity has one login of each provider.
    #[needs(Logins)]
    async fn one_login_of_each_provider(session) {
        let pool = pool(session).await?;
        let (alice, facebook) = tokens(session, "alice");
        let (bob, _) = tokens(session, "bob");
        session.step("Alice has both providers, Bob has Google", "row 3, row 5");
        session.id(&pool, logins((GOOGLE, &alice), (FACEBOOK, &facebook))).await?;
        session.id(&pool, login(GOOGLE, &bob)).await?;

        session.step("Alice's Facebook with Bob's Google", "row 13, F1, Q1");
        recorded(session.id(&pool, logins((GOOGLE, &bob), (FACEBOOK, &facebook))).await);
    }

    /// A login that was unlinked is new, and the last one disables the identity.
    #[needs(Logins)]
    async fn unlink_logins(session) {
        let pool = pool(session).await?;
        let (google, facebook) = tokens(session, "alice");
        let id = session.id(&pool, logins((GOOGLE, &google), (FACEBOOK, &facebook))).await?;

        session.step("One of two is unlinked", "row 15, WIRE9");
        recorded(session.client.unlink_identity().identity_id(&id).logins(GOOGLE, &google)
            .logins_to_remove(FACEBOOK).send().await);
        recorded(session.client.describe_identity().identity_id(&id).send().await);
        session.id(&pool, login(FACEBOOK, &facebook)).await?;

        session.step("The last one is unlinked", "row 16, Q48");
        recorded(session.client.unlink_identity().identity_id(&id).logins(GOOGLE, &google)
            .logins_to_remove(GOOGLE).send().await);
        recorded(session.client.get_open_id_token().identity_id(&id).logins(GOOGLE, &google).send().await);
        recorded(session.client.get_open_id_token().identity_id(id).send().await);
    }

    /// A user whose identity was deleted gets a new one.
    #[needs(Logins)]
    async fn a_deleted_user_gets_a_new_identity(session) {
        let pool = pool(session).await?;
        let (google, _) = tokens(session, "alice");
        let id = session.id(&pool, login(GOOGLE, &google)).await?;

        session.step("The identity is deleted", "POOL15");
        recorded(session.client.delete_identities().identity_ids_to_delete(id).send().await);

        session.step("The same login gets another", "row 18");
        session.id(&pool, login(GOOGLE, &google)).await?;
    }
}
