//! Tests as users of this crate write them, for behaviour of an application that shows only over
//! several calls: an idempotent retry, a cache of credentials, callers that share a request.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::Fault;
use tokio::sync::OnceCell;

use crate::support::both;
use crate::support::sdk_view::client_without_retries;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Creates a pool unless one of this name exists. After an error it looks again before it retries.
async fn create_pool_once(client: &Client, name: &str) -> Result {
    for _ in 0..3 {
        let pools = client.list_identity_pools().max_results(60).send().await?;
        let mut names = pools
            .identity_pools()
            .iter()
            .map(|pool| pool.identity_pool_name());
        if names.any(|known| known == Some(name)) {
            return Ok(());
        }
        let create = client.create_identity_pool().identity_pool_name(name);
        // Whether this has worked is seen by looking.
        let _ = create.allow_unauthenticated_identities(true).send().await;
    }
    Err("no pool".into())
}

/// A cache that keeps credentials until a minute before they expire.
#[derive(Default)]
struct Cache(Option<(String, SystemTime)>);

impl Cache {
    async fn credentials(&mut self, client: &Client, id: &str, now: SystemTime) -> Result<String> {
        let minute = Duration::from_secs(60);
        if let Some((key, expires)) = &self.0
            && now + minute < *expires
        {
            return Ok(key.clone());
        }
        let call = client.get_credentials_for_identity().identity_id(id);
        let credentials = call.send().await?.credentials.ok_or("no credentials")?;
        let key = credentials.access_key_id.ok_or("no key")?;
        let expires = credentials.expiration.ok_or("no end")?;
        self.0 = Some((key.clone(), SystemTime::try_from(expires)?));
        Ok(key)
    }
}

both! {
    async fn a_lost_response_does_not_lead_to_a_second_pool(mock) {
        mock.inject(Fault::lose_response().on(Client::create_identity_pool).up_to_n_times(1));
        // The SDK's own retries would create the second pool.
        let client = client_without_retries(mock);

        create_pool_once(&client, "app").await.unwrap();

        let pools = client.list_identity_pools().max_results(60).send().await.unwrap();
        assert_eq!(pools.identity_pools().len(), 1);
    }

    async fn a_cache_renews_credentials_when_they_expire(mock) {
        let id = mock.seed_pool("app").seed_identity();
        let (client, mut cache) = (mock.client(), Cache::default());
        let now = || mock.clock().now();

        let first = cache.credentials(&client, &id, now()).await.unwrap();
        let kept = cache.credentials(&client, &id, now()).await.unwrap();
        mock.clock().advance(Duration::from_secs(3_600));
        let second = cache.credentials(&client, &id, now()).await.unwrap();

        assert_eq!(first, kept);
        assert_ne!(first, second);
        mock.assert_called(Client::get_credentials_for_identity, 2);
    }

    async fn a_held_call_proves_that_two_callers_share_one_request(mock) {
        let pool = mock.seed_pool("app");
        let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
        let cache = Arc::new(OnceCell::new());
        let caller = || {
            let (cache, client, pool) = (Arc::clone(&cache), mock.client(), pool.id().to_owned());
            tokio::spawn(async move {
                let id = cache.get_or_try_init(async || {
                    let answer = client.get_id().identity_pool_id(pool).send().await?;
                    Ok::<_, aws_sdk_cognitoidentity::Error>(answer.identity_id.unwrap())
                });
                id.await.unwrap().clone()
            })
        };

        let (first, second) = (caller(), caller());
        held.wait_until_fired(1).await;
        held.release();

        assert_eq!(first.await.unwrap(), second.await.unwrap());
        mock.assert_called(Client::get_id, 1);
    }

    async fn a_held_call_shows_that_two_callers_do_not_share_a_request(mock) {
        let pool = mock.seed_pool("app");
        let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
        let caller = || tokio::spawn(mock.client().get_id().identity_pool_id(pool.id()).send());

        let (first, second) = (caller(), caller());
        held.wait_until_fired(2).await;
        held.release();

        assert_ne!(first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
        mock.assert_called(Client::get_id, 2);
    }
}
