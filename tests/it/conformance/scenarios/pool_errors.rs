//! Pools that cannot be created, and pools that do not exist.

use std::collections::HashMap;

use super::*;
use crate::conformance::{declare, recorded};

declare! {
    /// Each operation on a pool that does not exist says so.
    async fn unknown_pools_are_not_found(session) {
        let (client, pool) = (&session.client, nobody(session));

        session.step("Reading it", "R1");
        recorded(client.describe_identity_pool().identity_pool_id(&pool).send().await);
        recorded(client.get_identity_pool_roles().identity_pool_id(&pool).send().await);
        recorded(client.list_identities().identity_pool_id(&pool).max_results(10).send().await);
        recorded(client.get_principal_tag_attribute_map().identity_pool_id(&pool)
            .identity_provider_name(GOOGLE).send().await);
        recorded(client.lookup_developer_identity().identity_pool_id(&pool)
            .developer_user_identifier("user-1").send().await);

        session.step("Changing it", "R1");
        recorded(client.update_identity_pool().identity_pool_id(&pool)
            .identity_pool_name(session.name("app")).allow_unauthenticated_identities(true).send().await);
        recorded(client.set_identity_pool_roles().identity_pool_id(&pool)
            .set_roles(Some(HashMap::new())).send().await);
        recorded(client.set_principal_tag_attribute_map().identity_pool_id(&pool)
            .identity_provider_name(GOOGLE).use_defaults(true).send().await);
        recorded(client.merge_developer_identities().identity_pool_id(&pool)
            .developer_provider_name(DEVELOPER).source_user_identifier("a")
            .destination_user_identifier("b").send().await);
        recorded(client.unlink_developer_identity().identity_pool_id(&pool).identity_id(&pool)
            .developer_provider_name(DEVELOPER).developer_user_identifier("a").send().await);

        session.step("Signing in to it", "R1");
        recorded(client.get_id().identity_pool_id(&pool).send().await);
        recorded(client.get_open_id_token_for_developer_identity().identity_pool_id(&pool)
            .logins(DEVELOPER, "user-1").send().await);
    }

    /// The provider of a user pool needs a name of the right form.
    async fn names_of_user_pools_have_a_form(session) {
        let provider = aws_sdk_cognitoidentity::types::CognitoIdentityProvider::builder()
            .client_id(USER_POOL_CLIENT);

        session.step("No name, only the id of the user pool, and a name with a scheme", "P2");
        for name in [
            None,
            Some(format!("{}_AbCdEfGhI", session.region())),
            Some(format!("https://{}", user_pool(session))),
        ] {
            let provider = provider.clone().set_provider_name(name).build();
            recorded(session.create("app", false).cognito_identity_providers(provider).send().await);
        }
    }

    /// SAML providers must be of the account.
    async fn saml_providers_of_other_accounts_are_rejected(session) {
        session.step("A provider of another account", "P7c");
        let provider = "arn:aws:iam::999999999999:saml-provider/corporate";
        recorded(session.create("app", false).saml_provider_arns(provider).send().await);
    }

    /// The name of a pool has an alphabet and a length.
    async fn names_of_pools_have_an_alphabet(session) {
        session.step("A character that is not allowed", "V1, V2, MODEL1");
        recorded(session.create("pool#name", true).send().await);
        let create = |name: String| session.client.create_identity_pool()
            .identity_pool_name(name).allow_unauthenticated_identities(true);

        session.step("No name, and one of 129 characters", "V1, V4, MODEL1");
        recorded(create(String::new()).send().await);
        recorded(create("x".repeat(129)).send().await);

        session.step("The name of a developer provider", "V1, MODEL1");
        recorded(session.create("app", true).developer_provider_name("my provider").send().await);
    }

    /// A pool has at most ten social providers and fifty tags.
    async fn pools_have_a_limited_number_of_entries(session) {
        session.step("Eleven social providers", "MODEL1");
        let providers = (0..11).map(|n| (format!("provider{n}"), "app".to_owned()));
        recorded(session.create("app", true)
            .set_supported_login_providers(Some(providers.collect())).send().await);

        session.step("Fifty-one tags", "P10, Q19, QUOTA6");
        let tags = (0..51).map(|n| (format!("tag{n:02}"), "x".to_owned()));
        recorded(session.create("app", true).set_identity_pool_tags(Some(tags.collect())).send().await);
    }

    /// A pool is found in its own Region only.
    async fn get_id_region_matches(session) {
        session.step("The id of a pool, and of a guest, begin with the Region", "ID1, ID2");
        let pool = session.pool(true, |pool| pool).await?;
        recorded(session.client.get_id().identity_pool_id(&pool).send().await);

        session.step("Another Region does not know the pool", "row 28, R1");
        let elsewhere = session.client_in(if session.region() == "eu-west-1" { "us-east-1" } else { "eu-west-1" });
        recorded(elsewhere.describe_identity_pool().identity_pool_id(&pool).send().await);
    }
}
