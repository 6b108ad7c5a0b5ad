//! Creating, describing, updating, listing and deleting pools.

use super::*;
use crate::conformance::{declare, needed, recorded};

declare! {
    /// A pool with the fewest settings is described by them and by its empty tags.
    async fn create_pool_with_the_fewest_settings(session) {
        session.step("Only the name and whether guests are allowed are required", "POOL1, POOL2, POOL3, ID1");
        let pool = session.pool(true, |pool| pool).await?;

        session.step("Describing it gives the same", "POOL1");
        recorded(session.client.describe_identity_pool().identity_pool_id(pool).send().await);
    }

    /// A pool with all settings is described by all of them.
    async fn create_pool_with_all_settings(session) {
        session.step("Providers need not exist", "POOL3, POOL4, POOL5, POOL13, TAG2");
        let pool = session.pool(false, |pool| pool
            .allow_classic_flow(true)
            .supported_login_providers(GOOGLE, GOOGLE_APP)
            .supported_login_providers(FACEBOOK, FACEBOOK_APP)
            .developer_provider_name(DEVELOPER)
            .open_id_connect_provider_arns(oidc_arn(session))
            .cognito_identity_providers(user_pool_provider(session))
            .saml_provider_arns(saml_arn(session))
            .identity_pool_tags("stage", "test")).await?;

        session.step("Describing it gives the same", "POOL3");
        recorded(session.client.describe_identity_pool().identity_pool_id(pool).send().await);
    }

    /// `AllowClassicFlow` has three states, and the answer shows which.
    async fn allow_classic_flow_has_three_states(session) {
        for (name, allow, rows) in [
            ("unset", None, "POOL2"),
            ("true", Some(true), "POOL2"),
            ("false", Some(false), "POOL2, P4"),
        ] {
            session.step(&format!("AllowClassicFlow is {name}"), rows);
            let pool = session.pool(true, |pool| pool.set_allow_classic_flow(allow)).await?;
            let guest = session.id(&pool, None).await?;
            recorded(session.client.get_open_id_token().identity_id(guest).send().await);
        }
    }

    /// `ServerSideTokenCheck` is false where it was not set, and the order of providers does not
    /// matter.
    async fn providers_of_user_pools_are_completed(session) {
        session.step("Of two user pools, one asks for the check", "POOL4, POOL5");
        let region = session.region();
        let other = aws_sdk_cognitoidentity::types::CognitoIdentityProvider::builder()
            .provider_name(format!("cognito-idp.{region}.amazonaws.com/{region}_Other1234"))
            .client_id(USER_POOL_CLIENT)
            .server_side_token_check(true)
            .build();
        session.pool(false, |pool| pool
            .cognito_identity_providers(user_pool_provider(session))
            .cognito_identity_providers(other)).await?;

        session.step("OIDC providers of any account come back, in any order", "POOL5, POOL6");
        session.pool(false, |pool| pool
            .open_id_connect_provider_arns(oidc_arn(session))
            .open_id_connect_provider_arns("arn:aws:iam::999999999999:oidc-provider/login.example.com")).await?;
    }

    /// An update replaces everything but the developer provider and the tags.
    async fn update_replaces_all_settings(session) {
        session.step("A pool with a provider, a developer provider and a tag", "POOL3");
        let pool = session.pool(false, |pool| pool
            .allow_classic_flow(true)
            .supported_login_providers(GOOGLE, GOOGLE_APP)
            .open_id_connect_provider_arns(oidc_arn(session))
            .cognito_identity_providers(user_pool_provider(session))
            .saml_provider_arns(saml_arn(session))
            .developer_provider_name(DEVELOPER)
            .identity_pool_tags("stage", "test")).await?;
        let update = || session.client.update_identity_pool()
            .identity_pool_id(&pool)
            .identity_pool_name(session.name("renamed"))
            .allow_unauthenticated_identities(true);

        session.step("What an update leaves out is gone, except the developer provider and the tags", "POOL7, POOL8, POOL9, POOL10");
        recorded(update().send().await);

        session.step("An update can set everything again", "POOL3, TAG2");
        recorded(update()
            .allow_classic_flow(false)
            .supported_login_providers(FACEBOOK, FACEBOOK_APP)
            .open_id_connect_provider_arns(oidc_arn(session))
            .cognito_identity_providers(user_pool_provider(session))
            .saml_provider_arns(saml_arn(session))
            .developer_provider_name(DEVELOPER)
            .identity_pool_tags("stage", "live")
            .send().await);
        recorded(session.client.describe_identity_pool().identity_pool_id(&pool).send().await);
    }

    /// A developer provider can be added by an update, but never changed.
    async fn a_developer_provider_cannot_be_changed(session) {
        session.step("A pool without a developer provider gets one", "POOL8");
        let pool = session.pool(true, |pool| pool).await?;
        let update = |provider: &str| session.client.update_identity_pool()
            .identity_pool_id(&pool)
            .identity_pool_name(session.name("app"))
            .allow_unauthenticated_identities(true)
            .developer_provider_name(provider);
        recorded(update(DEVELOPER).send().await);

        session.step("Another name is rejected", "P8, Q17");
        recorded(update("login.other").send().await);
    }

    /// A deleted pool is gone, with its identities.
    async fn delete_pool_with_its_identities(session) {
        session.step("A pool with a guest", "row 1");
        let pool = session.pool(true, |pool| pool).await?;
        let guest = session.id(&pool, None).await?;

        session.step("Deleting the pool has no answer but success", "WIRE9");
        recorded(session.client.delete_identity_pool().identity_pool_id(&pool).send().await);

        session.step("The pool and its guest are gone", "row 19, R1, R2");
        recorded(session.client.describe_identity_pool().identity_pool_id(&pool).send().await);
        recorded(session.client.describe_identity().identity_id(guest).send().await);
        recorded(session.client.delete_identity_pool().identity_pool_id(&pool).send().await);
    }

    /// The list of pools has their ids and names and nothing else.
    async fn list_pools_by_id_and_name(session) {
        session.step("Two pools, one with many settings", "POOL3");
        session.pool(true, |pool| pool).await?;
        let other = session.create("other", false).developer_provider_name(DEVELOPER);
        recorded(other.identity_pool_tags("stage", "test").send().await);

        session.step("Both are listed", "POOL12");
        recorded(session.client.list_identity_pools().max_results(60).send().await);
    }

    /// The list of pools is paged.
    #[needs(EmptyAccount)]
    async fn list_pools_page_by_page(session) {
        session.step("Three pools of one name", "POOL3");
        for _ in 0..3 {
            session.pool(true, |pool| pool).await?;
        }

        session.step("A page of two and one of one", "POOL18, QUOTA7");
        let page = session.client.list_identity_pools().max_results(2).send().await?;
        let next = needed(page.next_token, "NextToken")?;
        recorded(session.client.list_identity_pools().max_results(2).next_token(next).send().await);
    }

    /// The tag `_custom_id_` chooses the id of a pool.
    #[needs(CustomIds)]
    async fn custom_ids_of_pools(session) {
        session.step("A tag of LocalStack's convention", "ID1");
        let id = nobody(session);
        recorded(session.pool(true, |pool| pool.identity_pool_tags("_custom_id_", &id)).await);
        recorded(session.client.describe_identity_pool().identity_pool_id(id).send().await);
    }
}
