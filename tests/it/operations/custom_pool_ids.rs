//! The tag `_custom_id_` of `CreateIdentityPool`, by which a test chooses the id of a pool.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::error::SdkError;
use aws_sdk_cognitoidentity::operation::create_identity_pool::{
    CreateIdentityPoolError, CreateIdentityPoolOutput,
};

use crate::support::app::{INVALID_PARAMETER, NOT_FOUND};
use crate::support::pools::{described, map};
use crate::support::{both, guest, service_error};

const CHOSEN: &str = "us-east-1:11111111-2222-4333-8444-555555555555";

async fn create(
    client: &Client,
    id: &str,
) -> Result<CreateIdentityPoolOutput, SdkError<CreateIdentityPoolError>> {
    let pool = client
        .create_identity_pool()
        .identity_pool_name("app")
        .allow_unauthenticated_identities(true)
        .identity_pool_tags("_custom_id_", id);
    pool.send().await
}

both! {
    async fn a_pool_is_created_under_the_chosen_id(mock) {
        let client = mock.client();

        let created = create(&client, CHOSEN).await.unwrap();

        assert_eq!(created.identity_pool_id(), CHOSEN);
        assert_eq!(described(&client, CHOSEN).await.id, CHOSEN);
        assert!(guest(&client, CHOSEN).await.starts_with("us-east-1:"));
    }

    async fn the_tag_is_kept_as_a_tag(mock) {
        let created = create(&mock.client(), CHOSEN).await.unwrap();

        assert_eq!(created.identity_pool_tags, map([("_custom_id_", CHOSEN)]));
    }

    async fn any_id_that_matches_the_pattern_of_the_model_is_accepted(mock) {
        let client = mock.client();
        let longest = format!("us-east-1:{}", "0".repeat(45));

        for id in ["us-east-1:1", "us-east-1:-", &longest] {
            let created = create(&client, id).await;
            assert_eq!(created.unwrap().identity_pool_id(), id);
        }
    }

    async fn a_malformed_id_is_rejected(mock) {
        let client = mock.client();
        let too_long = format!("us-east-1:{}", "0".repeat(46));

        for id in [
            "",
            "us-east-1",
            "us-east-1:",
            ":11111111-2222-4333-8444-555555555555",
            "us-east-1:mock",
            "us-east-1:AAAAAAAA-2222-4333-8444-555555555555",
            "us-east-1:1:2",
            &too_long,
        ] {
            let (code, message) = service_error(create(&client, id).await);
            assert_eq!(code, INVALID_PARAMETER, "{id:?}");
            assert!(message.contains(&format!("'{id}'")), "{message}");
        }

        let pools = client
            .list_identity_pools()
            .max_results(60)
            .send()
            .await
            .unwrap();
        assert_eq!(pools.identity_pools(), []);
    }

    async fn an_id_of_another_region_than_the_clients_is_rejected(mock) {
        let europe = Client::from_conf(mock.config().region(Region::new("eu-west-1")).build());

        let (code, message) = service_error(create(&europe, CHOSEN).await);

        assert_eq!(code, INVALID_PARAMETER);
        assert!(
            message.contains(CHOSEN) && message.contains("Region"),
            "{message}"
        );
    }

    async fn an_id_that_is_taken_is_rejected(mock) {
        let client = mock.client();
        create(&client, CHOSEN).await.unwrap();

        let (code, message) = service_error(create(&client, CHOSEN).await);

        assert_eq!(code, INVALID_PARAMETER);
        assert!(
            message.contains(CHOSEN) && message.contains("taken"),
            "{message}"
        );
    }

    async fn an_id_is_free_again_after_its_pool_was_deleted(mock) {
        let client = mock.client();
        create(&client, CHOSEN).await.unwrap();
        client
            .delete_identity_pool()
            .identity_pool_id(CHOSEN)
            .send()
            .await
            .unwrap();

        let created = create(&client, CHOSEN).await;

        assert_eq!(created.unwrap().identity_pool_id(), CHOSEN);
    }

    async fn two_regions_may_have_the_same_uuid(mock) {
        let europe = Client::from_conf(mock.config().region(Region::new("eu-west-1")).build());
        let twin = CHOSEN.replace("us-east-1", "eu-west-1");

        let here = create(&mock.client(), CHOSEN).await;
        let there = create(&europe, &twin).await;

        assert_eq!(here.unwrap().identity_pool_id(), CHOSEN);
        assert_eq!(there.unwrap().identity_pool_id(), twin);
    }

    async fn the_tag_does_not_change_the_id_of_an_existing_pool(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");

        let updated = client
            .update_identity_pool()
            .identity_pool_id(pool.id())
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .identity_pool_tags("_custom_id_", CHOSEN)
            .send()
            .await;

        assert_eq!(updated.unwrap().identity_pool_id(), pool.id());
        let (code, _) = service_error(
            client
                .describe_identity_pool()
                .identity_pool_id(CHOSEN)
                .send()
                .await,
        );
        assert_eq!(code, NOT_FOUND);
    }
}
