//! `ListIdentityPools`: pages and next tokens.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsOutput;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::app::INVALID_PARAMETER;
use crate::support::{both, service_error};

fn seed(mock: &MockCognitoIdentity, pools: usize) -> BTreeSet<String> {
    let named = |n| mock.seed_pool(format!("pool {n}")).id().to_owned();
    (0..pools).map(named).collect()
}

async fn page(client: &Client, length: i32, token: Option<String>) -> ListIdentityPoolsOutput {
    let list = client.list_identity_pools().max_results(length);
    list.set_next_token(token).send().await.unwrap()
}

fn ids(page: &ListIdentityPoolsOutput) -> Vec<String> {
    let pools = page.identity_pools().iter();
    pools
        .map(|pool| pool.identity_pool_id().unwrap().to_owned())
        .collect()
}

both! {
    async fn an_account_without_pools_has_one_empty_page(mock) {
        let page = page(&mock.client(), 60, None).await;

        assert_eq!(page.identity_pools, Some(Vec::new()));
        assert_eq!(page.next_token, None);
    }

    async fn a_pool_is_listed_by_id_and_name(mock) {
        let pool = mock.seed_pool("app");

        let page = page(&mock.client(), 1, None).await;

        let [listed] = page.identity_pools() else {
            panic!("{page:?}");
        };
        assert_eq!(
            (listed.identity_pool_id(), listed.identity_pool_name()),
            (Some(pool.id()), Some("app"))
        );
        assert_eq!(page.next_token, None);
    }

    async fn pages_show_every_pool_once(mock) {
        let client = mock.client();
        let seeded = seed(mock, 5);

        let first = page(&client, 2, None).await;
        let second = page(&client, 2, first.next_token.clone()).await;
        let third = page(&client, 2, second.next_token.clone()).await;

        let pages = [&first, &second, &third].map(ids);
        assert_eq!([2, 2, 1], [pages[0].len(), pages[1].len(), pages[2].len()]);
        assert_eq!(BTreeSet::from_iter(pages.concat()), seeded);
        assert_eq!(third.next_token, None);
    }

    async fn a_full_last_page_has_no_next_token(mock) {
        let client = mock.client();
        seed(mock, 4);

        let first = page(&client, 2, None).await;
        let last = page(&client, 2, first.next_token).await;

        assert_eq!(last.identity_pools().len(), 2);
        assert_eq!(last.next_token, None);
    }

    async fn the_paginator_of_the_sdk_finds_all_pools(mock) {
        let seeded = seed(mock, 7);
        let list = mock.client().list_identity_pools().max_results(3);

        let pools = list
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await;

        let found = pools
            .unwrap()
            .into_iter()
            .map(|pool| pool.identity_pool_id.unwrap());
        assert_eq!(found.collect::<BTreeSet<_>>(), seeded);
    }

    async fn the_page_length_may_change_from_page_to_page(mock) {
        let client = mock.client();
        let seeded = seed(mock, 4);

        let first = page(&client, 1, None).await;
        let rest = page(&client, 60, first.next_token.clone()).await;

        let all = [ids(&first), ids(&rest)].concat();
        assert_eq!((all.len(), BTreeSet::from_iter(all)), (4, seeded));
    }

    async fn a_next_token_is_opaque_and_has_no_blanks(mock) {
        seed(mock, 2);

        let token = page(&mock.client(), 1, None).await.next_token.unwrap();

        assert!(
            !token.is_empty() && !token.contains(char::is_whitespace),
            "{token:?}"
        );
        assert!(!token.contains("us-east-1"), "{token:?}");
    }

    async fn a_deletion_between_two_pages_skips_no_other_pool(mock) {
        let client = mock.client();
        let mut seeded = seed(mock, 4);
        let first = page(&client, 2, None).await;
        let gone = ids(&first).pop().unwrap();

        client
            .delete_identity_pool()
            .identity_pool_id(&gone)
            .send()
            .await
            .unwrap();
        let second = page(&client, 2, first.next_token.clone()).await;

        let mut listed = BTreeSet::from_iter([ids(&first), ids(&second)].concat());
        assert!(listed.remove(&gone) && seeded.remove(&gone));
        assert_eq!(listed, seeded);
    }

    async fn a_next_token_that_no_page_returned_is_rejected(mock) {
        let client = mock.client();
        seed(mock, 2);
        let token = page(&client, 1, None).await.next_token.unwrap();
        let cut = &token[..token.len() / 2];

        for foreign in ["1", "bm90LW91cnM", "%%%", cut] {
            let list = client
                .list_identity_pools()
                .max_results(1)
                .next_token(foreign);
            let (code, _) = service_error(list.send().await);
            assert_eq!(code, INVALID_PARAMETER, "{foreign}");
        }
    }

    async fn a_next_token_of_another_list_is_rejected(mock) {
        let client = mock.client();
        let pool = mock.seed_pool("app");
        mock.seed_pool("other");
        let (_one, _two) = (pool.seed_identity(), pool.seed_identity());
        let identities = client
            .list_identities()
            .identity_pool_id(pool.id())
            .max_results(1);
        let token = identities.send().await.unwrap().next_token.unwrap();

        let list = client
            .list_identity_pools()
            .max_results(1)
            .next_token(token);
        let (code, _) = service_error(list.send().await);

        assert_eq!(code, INVALID_PARAMETER);
    }

    async fn a_next_token_of_another_region_is_rejected(mock) {
        let europe = mock.config().region(Region::new("eu-west-1")).build();
        seed(mock, 2);
        let token = page(&mock.client(), 1, None).await.next_token.unwrap();

        let list = Client::from_conf(europe)
            .list_identity_pools()
            .max_results(1);
        let (code, _) = service_error(list.next_token(token).send().await);

        assert_eq!(code, INVALID_PARAMETER);
    }

    async fn a_page_has_1_to_60_pools(mock) {
        let client = mock.client();
        seed(mock, 61);

        assert_eq!(page(&client, 1, None).await.identity_pools().len(), 1);
        assert_eq!(page(&client, 60, None).await.identity_pools().len(), 60);
    }
}
