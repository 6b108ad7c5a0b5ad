//! `DeleteIdentityPool`: what is deleted with a pool, and what is not.

use mock_cognito_identity::PoolSeed;

use crate::support::app::{
    App, FACEBOOK, Flow, GOOGLE, NOT_FOUND, identity_not_found, pool_not_found, set,
};
use crate::support::pools::{ShownPool, described, map};
use crate::support::{NO_POOL, assert_service_error, both};

both! {
    async fn a_pool_is_deleted_with_its_identities(mock) {
        let app = App::new(mock);
        let id = app.sign_in(&[(GOOGLE, "alice")]).await;
        let delete = || app.client.delete_identity_pool().identity_pool_id(&app.pool).send();

        delete().await.unwrap();

        let (no_pool, no_identity) = (pool_not_found(&app.pool), identity_not_found(&id));
        let describe_pool = app.client.describe_identity_pool().identity_pool_id(&app.pool);
        assert_service_error(delete().await, NOT_FOUND, &no_pool);
        assert_service_error(describe_pool.send().await, NOT_FOUND, &no_pool);
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

    async fn other_pools_are_not_affected(mock) {
        let (gone, left) = (App::new(mock), App::new(mock));
        let id = left.sign_in(&[(GOOGLE, "alice")]).await;
        let before = described(&left.client, &left.pool).await;

        gone.client.delete_identity_pool().identity_pool_id(&gone.pool).send().await.unwrap();

        assert_eq!(described(&left.client, &left.pool).await, before);
        assert_eq!(left.ids().await, set([&id]));
        assert_eq!(left.sign_in(&[(GOOGLE, "alice")]).await, id);
    }

    async fn an_unknown_pool_cannot_be_deleted(mock) {
        let delete = mock.client().delete_identity_pool();

        let rejected = delete.identity_pool_id(NO_POOL).send().await;

        assert_service_error(
            rejected,
            NOT_FOUND,
            &pool_not_found(NO_POOL),
        );
    }

    async fn a_new_pool_under_the_id_of_a_deleted_one_inherits_nothing(mock) {
        const ID: &str = "us-east-1:00000000-0000-4000-8000-00000000000a";
        let client = mock.client();
        let seed = PoolSeed::named("old")
            .id(ID)
            .login_provider(FACEBOOK, "1234")
            .developer_provider("login.example");
        let old = mock.seed_pool(seed);
        let alice = old.seed_identity_with_login(FACEBOOK, "alice");
        client
            .set_principal_tag_attribute_map()
            .identity_pool_id(ID)
            .identity_provider_name(FACEBOOK)
            .use_defaults(true)
            .send()
            .await
            .unwrap();
        client
            .delete_identity_pool()
            .identity_pool_id(ID)
            .send()
            .await
            .unwrap();

        let new = mock.seed_pool(PoolSeed::named("new").id(ID).without_roles());

        let expected = ShownPool {
            identity_pool_tags: map([("_custom_id_", ID)]),
            ..ShownPool::bare(ID, "new")
        };
        assert_eq!(described(&client, ID).await, expected);
        let roles = client
            .get_identity_pool_roles()
            .identity_pool_id(ID)
            .send()
            .await
            .unwrap();
        assert_eq!(roles.roles, map([]));
        let identities = client
            .list_identities()
            .identity_pool_id(ID)
            .max_results(60);
        assert_eq!(identities.send().await.unwrap().identities(), []);
        let attributes = client
            .get_principal_tag_attribute_map()
            .identity_pool_id(ID)
            .identity_provider_name(FACEBOOK);
        assert_service_error(
            attributes.send().await,
            NOT_FOUND,
            "No Principal Tags configured for Provider graph.facebook.com",
        );
        client
            .update_identity_pool()
            .identity_pool_id(ID)
            .identity_pool_name("new")
            .allow_unauthenticated_identities(true)
            .supported_login_providers(FACEBOOK, "1234")
            .send()
            .await
            .unwrap();
        assert_ne!(
            new.seed_identity_with_login(FACEBOOK, "alice"),
            alice
        );
    }
}
