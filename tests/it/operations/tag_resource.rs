//! `TagResource`, `UntagResource` and `ListTagsForResource`. A pool has one set of tags, whichever
//! operation reads or writes it.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::app::{INVALID_PARAMETER, NOT_FOUND, VALIDATION};
use crate::support::pools::{described, map};
use crate::support::{NO_POOL, both, service_error};

fn arn(pool_id: &str) -> String {
    format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool_id}")
}

async fn tags(client: &Client, pool_id: &str) -> Option<HashMap<String, String>> {
    let list = client.list_tags_for_resource().resource_arn(arn(pool_id));
    list.send().await.unwrap().tags
}

/// Keys `k0` to `k(count - 1)`.
fn numbered(count: usize) -> HashMap<String, String> {
    (0..count)
        .map(|n| (format!("k{n}"), n.to_string()))
        .collect()
}

/// The code and the message of the error response of each of the three operations.
async fn service_errors(
    mock: &MockCognitoIdentity,
    arn: &str,
) -> [(&'static str, (String, String)); 3] {
    let client = mock.client();
    let tag = client.tag_resource().resource_arn(arn).tags("a", "1");
    let untag = client.untag_resource().resource_arn(arn).tag_keys("a");
    let list = client.list_tags_for_resource().resource_arn(arn);
    [
        ("TagResource", service_error(tag.send().await)),
        ("UntagResource", service_error(untag.send().await)),
        ("ListTagsForResource", service_error(list.send().await)),
    ]
}

both! {
    async fn a_new_pool_has_empty_tags(mock) {
        let pool = mock.seed_pool("app");

        assert_eq!(tags(&mock.client(), pool.id()).await, map([]));
    }

    async fn tags_of_a_new_pool_are_listed(mock) {
        let client = mock.client();

        let created = client
            .create_identity_pool()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .identity_pool_tags("stage", "test")
            .identity_pool_tags("empty", "")
            .send()
            .await
            .unwrap();

        let expected = map([("stage", "test"), ("empty", "")]);
        assert_eq!(created.identity_pool_tags, expected);
        assert_eq!(tags(&client, &created.identity_pool_id).await, expected);
    }

    async fn tagging_adds_and_overwrites(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = |stage: &str, other: &str| {
            let tag = client.tag_resource().resource_arn(arn(pool.id()));
            tag.tags("stage", stage).tags(other, "1").send()
        };

        tag("test", "first").await.unwrap();
        tag("live", "second").await.unwrap();

        let expected = map([("stage", "live"), ("first", "1"), ("second", "1")]);
        assert_eq!(tags(&client, pool.id()).await, expected);
        assert_eq!(
            described(&client, pool.id()).await.identity_pool_tags,
            expected
        );
    }

    async fn untagging_removes_the_named_keys_and_ignores_missing_ones(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = client.tag_resource().resource_arn(arn(pool.id()));
        tag.tags("a", "1")
            .tags("b", "2")
            .tags("c", "3")
            .send()
            .await
            .unwrap();

        let untag = client.untag_resource().resource_arn(arn(pool.id()));
        let untagged = untag
            .tag_keys("a")
            .tag_keys("nosuch")
            .tag_keys("c")
            .send()
            .await;

        assert!(untagged.is_ok(), "{untagged:?}");
        assert_eq!(tags(&client, pool.id()).await, map([("b", "2")]));
        assert_eq!(
            described(&client, pool.id()).await.identity_pool_tags,
            map([("b", "2")])
        );
    }

    async fn update_identity_pool_replaces_the_tags(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = client
            .tag_resource()
            .resource_arn(arn(pool.id()))
            .tags("a", "1");
        tag.send().await.unwrap();

        client
            .update_identity_pool()
            .identity_pool_id(pool.id())
            .identity_pool_name("app")
            .allow_unauthenticated_identities(true)
            .identity_pool_tags("b", "2")
            .send()
            .await
            .unwrap();

        assert_eq!(tags(&client, pool.id()).await, map([("b", "2")]));
    }

    async fn keys_are_case_sensitive(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = client.tag_resource().resource_arn(arn(pool.id()));

        tag.tags("stage", "1")
            .tags("Stage", "2")
            .send()
            .await
            .unwrap();
        client
            .untag_resource()
            .resource_arn(arn(pool.id()))
            .tag_keys("STAGE")
            .send()
            .await
            .unwrap();

        assert_eq!(
            tags(&client, pool.id()).await,
            map([("stage", "1"), ("Stage", "2")])
        );
    }

    async fn all_documented_characters_are_allowed(mock) {
        const ALLOWED: &str = "aZ09 _.:/=+-@";
        let client = mock.client();
        let pool = mock.seed_pool("app");

        let tag = client
            .tag_resource()
            .resource_arn(arn(pool.id()))
            .tags(ALLOWED, ALLOWED);
        tag.send().await.unwrap();

        assert_eq!(tags(&client, pool.id()).await, map([(ALLOWED, ALLOWED)]));
    }

    async fn keys_have_at_most_128_and_values_at_most_256_characters(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = |key: usize, value: usize| {
            let tag = client.tag_resource().resource_arn(arn(pool.id()));
            tag.tags("k".repeat(key), "v".repeat(value)).send()
        };

        let longest = tag(128, 256).await;
        let (long_key, _) = service_error(tag(129, 1).await);
        let (long_value, _) = service_error(tag(1, 257).await);

        assert!(longest.is_ok(), "{longest:?}");
        assert_eq!(
            (long_key.as_str(), long_value.as_str()),
            (VALIDATION, VALIDATION)
        );
        assert_eq!(
            tags(&client, pool.id()).await,
            map([(&"k".repeat(128), &"v".repeat(256))])
        );
    }

    async fn a_pool_carries_at_most_50_tags(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let tag = |tags| {
            client
                .tag_resource()
                .resource_arn(arn(pool.id()))
                .set_tags(Some(tags))
                .send()
        };
        tag(numbered(49)).await.unwrap();

        let fiftieth = tag(numbered(50)).await;
        let overwritten = tag(numbered(50)).await;
        let (code, _) = service_error(tag(HashMap::from([("one".to_owned(), "more".to_owned())])).await);

        assert!(
            fiftieth.is_ok() && overwritten.is_ok(),
            "{fiftieth:?} {overwritten:?}"
        );
        assert_eq!(code, INVALID_PARAMETER);
        assert_eq!(tags(&client, pool.id()).await, Some(numbered(50)));
    }

    async fn no_operation_accepts_invalid_tags(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        let one = |key: &str, value: &str| HashMap::from([(key.to_owned(), value.to_owned())]);

        for (what, bad) in [
            ("a reserved key", one("aws:cloudformation:stack-id", "1")),
            ("a key with other characters", one("caf\u{e9}", "1")),
            ("a value with other characters", one("a", "50 %")),
            ("51 tags", numbered(51)),
        ] {
            let create = client
                .create_identity_pool()
                .identity_pool_name("other")
                .allow_unauthenticated_identities(true)
                .set_identity_pool_tags(Some(bad.clone()));
            let update = client
                .update_identity_pool()
                .identity_pool_id(pool.id())
                .identity_pool_name("app")
                .allow_unauthenticated_identities(true)
                .set_identity_pool_tags(Some(bad.clone()));
            let tag = client
                .tag_resource()
                .resource_arn(arn(pool.id()))
                .set_tags(Some(bad));

            let codes = [
                service_error(create.send().await).0,
                service_error(update.send().await).0,
                service_error(tag.send().await).0,
            ];
            assert_eq!(codes, [INVALID_PARAMETER; 3], "{what}");
        }

        assert_eq!(tags(&client, pool.id()).await, map([]));
        let pools = client
            .list_identity_pools()
            .max_results(60)
            .send()
            .await
            .unwrap();
        assert_eq!(pools.identity_pools().len(), 1);
    }

    async fn a_plain_pool_id_instead_of_an_arn_is_denied(mock) {
        let pool = mock.seed_pool("app");

        for (operation, (code, message)) in service_errors(mock, pool.id()).await {
            assert_eq!(code, "AccessDeniedException", "{operation}");
            let expected = format!(
                "User: arn:aws:iam::123456789012:user/mock is not authorized to perform: \
                 cognito-identity:{operation} on resource: {}",
                pool.id()
            );
            assert_eq!(message, expected);
        }
    }

    async fn an_arn_of_anything_but_a_pool_is_rejected(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.id();

        for arn in [
            format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{id}"),
            format!("arn:aws:cognito-identity:us-east-1:123456789012:{id}"),
            "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/".to_owned(),
        ] {
            for (operation, (code, message)) in service_errors(mock, &arn).await {
                assert_eq!(code, INVALID_PARAMETER, "{operation} {arn}");
                assert_eq!(
                    message, "Invalid Cognito Identity resource ARN.",
                    "{operation} {arn}"
                );
            }
        }
    }

    async fn a_pool_of_another_partition_region_or_account_is_not_found(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.id();

        for arn in [
            arn(NO_POOL),
            format!("arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/{id}"),
            format!("arn:aws:cognito-identity:us-east-1:999999999999:identitypool/{id}"),
            format!("arn:aws-cn:cognito-identity:us-east-1:123456789012:identitypool/{id}"),
        ] {
            for (operation, (code, _)) in service_errors(mock, &arn).await {
                assert_eq!(code, NOT_FOUND, "{operation} {arn}");
            }
        }
    }

    async fn the_tags_of_a_deleted_pool_are_not_found(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        client
            .delete_identity_pool()
            .identity_pool_id(pool.id())
            .send()
            .await
            .unwrap();

        for (operation, (code, _)) in service_errors(mock, &arn(pool.id())).await {
            assert_eq!(code, NOT_FOUND, "{operation}");
        }
    }
}
