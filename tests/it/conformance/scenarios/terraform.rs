//! The calls that Terraform's provider makes, in its order and with its members.

use std::collections::HashMap;

use super::*;
use crate::conformance::{declare, recorded};

declare! {
    /// Terraform creates, changes, tags and destroys an identity pool.
    async fn terraform_identity_pool(session) {
        let client = &session.client;
        session.step("Apply: create, and read it back with its tags", "POOL1, POOL3, TAG2");
        let pool = session.pool(false, |pool| pool
            .allow_classic_flow(false)
            .developer_provider_name(DEVELOPER)
            .supported_login_providers(GOOGLE, GOOGLE_APP)
            .identity_pool_tags("stage", "test")).await?;
        let read = || client.describe_identity_pool().identity_pool_id(&pool);
        recorded(read().send().await);

        session.step("Change: it sends each container, empty ones too, and neither the developer provider nor tags", "POOL3, POOL7, POOL8, POOL9");
        recorded(client.update_identity_pool().identity_pool_id(&pool)
            .identity_pool_name(session.name("app")).allow_unauthenticated_identities(false)
            .allow_classic_flow(false)
            .set_cognito_identity_providers(Some(Vec::new()))
            .set_supported_login_providers(Some(HashMap::new()))
            .set_open_id_connect_provider_arns(Some(vec![oidc_arn(session)]))
            .set_saml_provider_arns(Some(Vec::new()))
            .send().await);
        recorded(read().send().await);

        session.step("Change of tags, by their own operations", "TAG2, Q59");
        let arn = pool_arn(session, &pool);
        recorded(client.untag_resource().resource_arn(&arn).tag_keys("stage").send().await);
        recorded(client.tag_resource().resource_arn(arn).tags("owner", "me").send().await);
        recorded(read().send().await);

        session.step("Destroy", "WIRE9, R1");
        recorded(client.delete_identity_pool().identity_pool_id(&pool).send().await);
        recorded(read().send().await);
    }

    /// Terraform attaches roles to a pool and detaches them.
    #[needs(Roles)]
    async fn terraform_roles_attachment(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let set = || session.client.set_identity_pool_roles().identity_pool_id(&pool);
        let read = || session.client.get_identity_pool_roles().identity_pool_id(&pool);

        session.step("Apply", "ROLE10");
        recorded(set().roles("authenticated", session.role("authenticated"))
            .set_role_mappings(Some(HashMap::new())).send().await);
        recorded(read().send().await);

        session.step("Destroy: empty roles and empty mappings", "ROLE10");
        recorded(set().set_roles(Some(HashMap::new())).set_role_mappings(Some(HashMap::new())).send().await);
        recorded(read().send().await);
    }

    /// Terraform maps claims to principal tags, and destroys the map by its defaults.
    async fn terraform_principal_tags(session) {
        let pool = session.pool(false, |pool| pool.supported_login_providers(GOOGLE, GOOGLE_APP)).await?;
        let set = || session.client.set_principal_tag_attribute_map()
            .identity_pool_id(&pool).identity_provider_name(GOOGLE);
        let read = || session.client.get_principal_tag_attribute_map()
            .identity_pool_id(&pool).identity_provider_name(GOOGLE);

        session.step("Apply", "PTAG4");
        recorded(set().use_defaults(false).principal_tags("team", "hd").send().await);
        recorded(read().send().await);

        session.step("Destroy", "PTAG3");
        recorded(set().use_defaults(true).set_principal_tags(Some(HashMap::new())).send().await);
        recorded(read().send().await);
    }
}
