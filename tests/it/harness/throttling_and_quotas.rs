//! `Builder::aws_quotas`: throttling by the request rates of AWS, and the number of pools.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use mock_cognito_identity::{Fault, MockCognitoIdentity, Outcome, PoolSeed};

use crate::support::{assert_service_error, mock, over_both};

/// A client without retries, so that every response is seen.
fn client(mock: &MockCognitoIdentity) -> Client {
    Client::from_conf(mock.config().retry_config(RetryConfig::disabled()).build())
}

/// How many of this number of `ListIdentities` calls are not throttled.
async fn let_in(client: &Client, pool: &str, calls: usize) -> usize {
    let mut let_in = 0;
    for _ in 0..calls {
        let list = client.list_identities().identity_pool_id(pool);
        let_in += usize::from(list.max_results(1).send().await.is_ok());
    }
    let_in
}

async fn a_rate_is_enforced_until_the_clock_moves_on(mock: &MockCognitoIdentity) {
    let (client, pool) = (client(mock), mock.seed_pool("app"));
    let get_id = client.get_id().identity_pool_id(pool.id());
    for _ in 1..=25 {
        get_id.clone().send().await.unwrap();
    }

    let rejected = get_id.clone().send().await;
    mock.clock().advance(Duration::from_secs(1));
    let allowed = get_id.send().await;

    assert_service_error(rejected, "TooManyRequestsException", "Rate exceeded");
    assert!(allowed.is_ok());
    let call = &mock.calls_to(Client::get_id)[25];
    assert_eq!(
        call.fault.as_deref(),
        Some("aws quota: GetId 25 per second")
    );
    assert!(matches!(&call.outcome, Outcome::Error(error) if error.status() == 400));
    mock.verify();
}

#[tokio::test]
async fn a_rate_is_enforced_over_tcp() {
    a_rate_is_enforced_until_the_clock_moves_on(&mock().aws_quotas().start()).await;
}

#[tokio::test]
async fn a_rate_is_enforced_in_memory() {
    a_rate_is_enforced_until_the_clock_moves_on(&mock().aws_quotas().in_memory()).await;
}

#[tokio::test]
async fn no_rate_is_enforced_by_default() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");

    assert_eq!(let_in(&client(&mock), pool.id(), 20).await, 20);
}

#[tokio::test]
async fn every_region_has_its_own_rate() {
    let mock = mock().aws_quotas().in_memory();
    let config = mock.config().retry_config(RetryConfig::disabled());
    let elsewhere = Client::from_conf(config.region(Region::new("eu-west-1")).build());
    let here = mock.seed_pool("here");
    let there = elsewhere
        .create_identity_pool()
        .identity_pool_name("there")
        .allow_unauthenticated_identities(true)
        .send()
        .await
        .unwrap();

    assert_eq!(let_in(&client(&mock), here.id(), 10).await, 5);
    assert_eq!(let_in(&elsewhere, &there.identity_pool_id, 10).await, 5);
}

/// How many of 30 guests are created at the same time.
async fn guests_let_in(client: &Client, pool_id: &str) -> usize {
    let mut let_in = 0;
    for _ in 1..=30 {
        let call = client.get_id().identity_pool_id(pool_id).send();
        let_in += usize::from(call.await.is_ok());
    }
    let_in
}

#[tokio::test]
async fn a_public_operation_counts_in_the_region_that_answers_it() {
    for mock in over_both(|| mock().aws_quotas()) {
        let there = "eu-west-1:11111111-2222-4333-8444-555555555555";
        let (here, there) = (
            mock.seed_pool("here"),
            mock.seed_pool(PoolSeed::named("there").id(there)),
        );
        let config = mock.config().retry_config(RetryConfig::disabled());
        let at_the_mocks_address =
            Client::from_conf(config.endpoint_url(mock.endpoint_url()).build());

        assert_eq!(guests_let_in(&client(&mock), here.id()).await, 25);
        assert_eq!(guests_let_in(&at_the_mocks_address, here.id()).await, 0);
        assert_eq!(guests_let_in(&at_the_mocks_address, there.id()).await, 25);
    }
}

#[tokio::test]
async fn calls_that_a_fault_answers_are_not_counted() {
    let mock = mock().aws_quotas().in_memory();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::internal_error().up_to_n_times(10));

    assert_eq!(let_in(&client(&mock), pool.id(), 20).await, 5);
}

#[tokio::test]
async fn a_throttled_call_whose_response_a_fault_damages_names_the_fault() {
    let mock = mock().aws_quotas().in_memory();
    let (client, pool) = (client(&mock), mock.seed_pool("app"));
    assert_eq!(let_in(&client, pool.id(), 5).await, 5);
    mock.inject(Fault::lose_response().up_to_n_times(1).named("lost"));

    assert_eq!(let_in(&client, pool.id(), 2).await, 0);

    let faults = mock.calls().into_iter().map(|call| call.fault);
    let faults: Vec<_> = faults.skip(5).map(Option::unwrap).collect();
    assert_eq!(faults, ["lost", "aws quota: ListIdentities 5 per second"]);
}

#[tokio::test]
async fn a_reset_restores_the_rates_and_clear_faults_does_not() {
    let mock = mock().aws_quotas().in_memory();
    let pool = mock.seed_pool("app");
    assert_eq!(let_in(&client(&mock), pool.id(), 10).await, 5);

    mock.clear_faults();
    assert_eq!(let_in(&client(&mock), pool.id(), 10).await, 0);

    mock.reset();
    let pool = mock.seed_pool("app");
    assert_eq!(let_in(&client(&mock), pool.id(), 10).await, 5);
}

#[tokio::test]
async fn a_region_has_at_most_a_thousand_pools() {
    let mock = mock().aws_quotas().in_memory();
    for _ in 1..=1_000 {
        mock.seed_pool("app");
    }

    let create = client(&mock).create_identity_pool();
    let create = create.identity_pool_name("one too many");
    let rejected = create.allow_unauthenticated_identities(true).send().await;

    assert_service_error(
        rejected,
        "LimitExceededException",
        "The number of identity pools exceeds the limit of 1000.",
    );
}
