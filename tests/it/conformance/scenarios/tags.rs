//! Tags of pools, and the tags of sessions.

use super::*;
use crate::conformance::session::login;
use crate::conformance::{declare, recorded};

declare! {
    /// The tags of a pool are one set, whichever operation sets them.
    async fn tag_list_and_untag(session) {
        let pool = session.pool(true, |pool| pool.identity_pool_tags("stage", "test")).await?;
        let (client, arn) = (&session.client, pool_arn(session, &pool));

        session.step("A new tag and a new value", "TAG1, TAG2, Q59");
        recorded(client.tag_resource().resource_arn(&arn).tags("owner", "me").tags("stage", "live").send().await);
        recorded(client.list_tags_for_resource().resource_arn(&arn).send().await);

        session.step("The pool shows them", "TAG2");
        recorded(client.describe_identity_pool().identity_pool_id(&pool).send().await);

        session.step("One is removed, and one that is not there", "TAG7, Q59");
        recorded(client.untag_resource().resource_arn(&arn).tag_keys("owner").tag_keys("nothing").send().await);
        recorded(client.list_tags_for_resource().resource_arn(arn).send().await);
    }

    /// What is not the ARN of a pool has no tags.
    async fn tags_of_other_resources(session) {
        let client = &session.client;
        let list = |arn: &str| client.list_tags_for_resource().resource_arn(arn);
        let pool = nobody(session);

        session.step("The id of a pool, which is no ARN", "TAG5, A1, WIRE11");
        recorded(list(&pool).send().await);

        session.step("Another kind of resource", "P11");
        let (region, account) = (session.region(), session.account());
        recorded(list(&format!("arn:aws:cognito-identity:{region}:{account}:pool/x")).send().await);

        session.step("A pool that does not exist", "R3, TAG6");
        let arn = pool_arn(session, &pool);
        recorded(list(&arn).send().await);
        recorded(client.tag_resource().resource_arn(&arn).tags("a", "b").send().await);
        recorded(client.untag_resource().resource_arn(arn).tag_keys("a").send().await);

        session.step("A pool of another account", "TAG6, Q21");
        recorded(list(&format!("arn:aws:cognito-identity:{region}:999999999999:identitypool/{pool}")).send().await);
    }

    /// Some tags are rejected.
    async fn tags_that_are_rejected(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let tag = |key: &str| session.client.tag_resource().resource_arn(pool_arn(session, &pool)).tags(key, "x");

        session.step("A reserved key, and a character that is not allowed", "P10, TAG3, TAG4, Q19");
        recorded(tag("aws:owner").send().await);
        recorded(tag("owner!").send().await);

        session.step("Keys without a character", "V1, V5, MODEL1");
        recorded(tag("").send().await);
    }

    /// Claims become tags of the session.
    #[needs(Logins)]
    async fn principal_tags_of_a_user_pool(session) {
        let provider = user_pool(session);
        let pool = session.pool(false, |pool| {
            pool.cognito_identity_providers(user_pool_provider(session))
        }).await?;
        let get = || session.client.get_principal_tag_attribute_map()
            .identity_pool_id(&pool).identity_provider_name(&provider);
        let set = || session.client.set_principal_tag_attribute_map()
            .identity_pool_id(&pool).identity_provider_name(&provider);

        session.step("There is no map at first", "R4");
        recorded(get().send().await);

        session.step("A map of one's own", "PTAG4, PTAG5");
        recorded(set().principal_tags("team", "custom:team").principal_tags("level", "custom:level").send().await);
        recorded(get().send().await);

        session.step("The tags are in the token, without the claim that is missing", "TOKEN4, PTAG1");
        let login_token = mock_cognito_identity::LoginToken::new(&*provider, "alice")
            .audience(USER_POOL_CLIENT).claim("custom:team", "shop");
        let token = session.token_of(login_token, "<token of alice>");
        let id = session.id(&pool, login(&provider, &token)).await?;
        let open_id = || session.client.get_open_id_token().identity_id(&id).logins(&provider, &token);
        recorded(open_id().send().await);

        session.step("The default map", "PTAG2, PTAG3");
        recorded(set().use_defaults(true).set_principal_tags(Some([].into())).send().await);
        recorded(get().send().await);
        recorded(open_id().send().await);
    }

    /// A map is for a provider of the pool.
    async fn principal_tags_of_other_providers(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(GOOGLE, GOOGLE_APP)).await?;

        session.step("A provider that the pool does not have", "Q27");
        recorded(session.client.set_principal_tag_attribute_map().identity_pool_id(&pool)
            .identity_provider_name(FACEBOOK).use_defaults(true).send().await);

        session.step("More bytes than fit", "PTAG5, Q28");
        let tags = (0..5).map(|n| (format!("{n}{}", "k".repeat(60)), "v".repeat(60)));
        recorded(session.client.set_principal_tag_attribute_map().identity_pool_id(pool)
            .identity_provider_name(GOOGLE).set_principal_tags(Some(tags.collect())).send().await);
    }
}
