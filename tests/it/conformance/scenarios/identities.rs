//! Guests, and the lists of identities.

use super::*;
use crate::conformance::{declare, needed, recorded};

declare! {
    /// Each call of `GetId` without logins creates a guest.
    async fn create_identity_get_id(session) {
        let pool = session.pool(true, |pool| pool).await?;

        session.step("Two calls create two guests", "row 1, ID2");
        let guest = session.id(&pool, None).await?;
        session.id(&pool, None).await?;

        session.step("A guest is described without logins", "POOL16, WIRE8");
        recorded(session.client.describe_identity().identity_id(guest).send().await);
    }

    /// A pool can refuse guests.
    async fn guests_can_be_refused(session) {
        session.step("A pool without guests", "row 2, N3");
        let pool = session.pool(false, |pool| pool).await?;
        recorded(session.id(&pool, None).await);

        session.step("A pool that refuses guests later", "row 33, N3");
        let pool = session.pool(true, |pool| pool).await?;
        let guest = session.id(&pool, None).await?;
        recorded(session.client.update_identity_pool().identity_pool_id(pool)
            .identity_pool_name(session.name("app")).allow_unauthenticated_identities(false).send().await);
        recorded(session.client.get_open_id_token().identity_id(&guest).send().await);
        recorded(session.client.get_credentials_for_identity().identity_id(guest).send().await);
    }

    /// The token of a guest says that nobody has signed in.
    async fn the_token_of_a_guest(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let guest = session.id(&pool, None).await?;

        session.step("Its claims and its lifetime", "TOKEN1, TOKEN2, TOKEN3, TOKEN5, TOKEN6, TOKEN7, TOKEN12");
        recorded(session.client.get_open_id_token().identity_id(guest).send().await);
    }

    /// An identity that does not exist is not found.
    async fn unknown_identities_are_not_found(session) {
        let (client, id) = (&session.client, nobody(session));

        session.step("Describing it and signing in", "R2");
        recorded(client.describe_identity().identity_id(&id).send().await);
        recorded(client.get_open_id_token().identity_id(&id).send().await);
        recorded(client.get_credentials_for_identity().identity_id(&id).send().await);

        session.step("Deleting it is not an error", "POOL15, Q46");
        recorded(client.delete_identities().identity_ids_to_delete(id).send().await);
    }

    /// A deleted identity is gone.
    async fn delete_identities(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let (first, second) = (session.id(&pool, None).await?, session.id(&pool, None).await?);

        session.step("Two guests are deleted", "POOL15, row 18");
        recorded(session.client.delete_identities().identity_ids_to_delete(&first)
            .identity_ids_to_delete(second).send().await);

        session.step("They are not found afterwards, and the list is empty", "row 18, R2");
        recorded(session.client.get_credentials_for_identity().identity_id(first).send().await);
        recorded(session.client.list_identities().identity_pool_id(pool).max_results(10).send().await);
    }

    /// The list of identities is paged.
    async fn list_identities_page_by_page(session) {
        let pool = session.pool(true, |pool| pool).await?;
        for _ in 0..3 {
            session.id(&pool, None).await?;
        }
        let list = || session.client.list_identities().identity_pool_id(&pool);

        session.step("All on one page", "POOL16, POOL18, WIRE8");
        recorded(list().max_results(60).send().await);

        session.step("Which identity is on which page is not defined", "POOL18, Q16, QUOTA7");
        let page = list().max_results(2).send().await?;
        let next = needed(page.next_token, "NextToken")?;
        recorded(list().max_results(2).next_token(next).send().await);
    }

    /// A `NextToken` that the service did not issue is rejected.
    async fn unknown_next_tokens_are_rejected(session) {
        let pool = session.pool(true, |pool| pool.developer_provider_name(DEVELOPER)).await?;

        session.step("In each list", "Q39");
        recorded(session.client.list_identities().identity_pool_id(&pool).max_results(10)
            .next_token("page-2").send().await);
        recorded(session.client.list_identity_pools().max_results(10).next_token("page-2").send().await);
        recorded(session.client.lookup_developer_identity().identity_pool_id(pool)
            .developer_user_identifier("user-1").max_results(10).next_token("page-2").send().await);
    }

    /// Public operations need no signature, and others do.
    async fn signatures_are_needed_by_signed_operations(session) {
        use crate::support::tamper::Tamper;
        let pool = session.pool(true, |pool| pool).await?;

        session.step("A public operation", "AUTH1");
        recorded(session.client.get_id().identity_pool_id(&pool).customize()
            .interceptor(Tamper::Unsign).send().await);

        session.step("A signed operation without a signature", "AUTH2");
        recorded(session.client.describe_identity_pool().identity_pool_id(pool).customize()
            .interceptor(Tamper::Unsign).send().await);
    }
}
