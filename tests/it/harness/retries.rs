//! Retries of the SDK against faults: which errors are retried, how often, and the retry quota.

use std::time::Duration;

use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::{Client, config};
use mock_cognito_identity::{Fault, MockCognitoIdentity};

use crate::support::sdk_view::sdk_outcome;
use crate::support::{NO_POOL, assert_service_error, both, guest, mock};

async fn get_id(client: &Client) -> String {
    sdk_outcome(&client.get_id().identity_pool_id(NO_POOL).send().await)
}

fn patient(mock: &MockCognitoIdentity, attempts: u32) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(Duration::from_millis(1));
    Client::from_conf(mock.config().retry_config(retries).build())
}

both! {
    async fn a_client_recovers_from_throttling(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));

        let id = guest(&mock.client(), pool.id()).await;

        assert!(id.starts_with("us-east-1:"), "{id}");
        mock.assert_called(Client::get_id, 3);
    }

    async fn a_client_gives_up_after_three_attempts(mock) {
        mock.inject(Fault::throttle());

        let result = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        assert_service_error(result, "TooManyRequestsException", "Rate exceeded");
        mock.assert_called(Client::get_id, 3);
    }

    async fn the_number_of_attempts_can_be_configured(mock) {
        mock.inject(Fault::throttle().up_to_n_times(6));

        let result = get_id(&patient(mock, 7)).await;

        assert_eq!(result, "service: ResourceNotFoundException");
        mock.assert_called(Client::get_id, 7);
    }

    async fn a_client_recovers_from_broken_connections(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::reset_connection().up_to_n_times(1));
        mock.inject(Fault::empty_response().up_to_n_times(1));
        mock.inject(Fault::truncate_response().up_to_n_times(1));
        mock.inject(Fault::http_status(503).up_to_n_times(1));

        let result = patient(mock, 5).get_id().identity_pool_id(pool.id()).send().await;

        assert_eq!(sdk_outcome(&result), "ok");
        mock.assert_called(Client::get_id, 5);
    }

    async fn not_authorized_is_not_retried(mock) {
        mock.inject(Fault::not_authorized("Access to Identity is forbidden."));

        let result = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        assert_service_error(result, "NotAuthorizedException", "Access to Identity is forbidden.");
        mock.assert_called(Client::get_id, 1);
    }

    async fn the_retry_quota_of_a_client_never_runs_out(mock) {
        mock.inject(Fault::throttle());
        let client = mock.client();

        for _ in 0..200 {
            get_id(&client).await;
        }

        mock.assert_called(Client::get_id, 600);
    }

    async fn retries_never_run_out_with_the_retry_partition_of_the_mock(mock) {
        mock.inject(Fault::throttle());
        let config = config::Builder::from(&mock.sdk_config());
        let client = Client::from_conf(config.retry_partition(mock.retry_partition()).build());

        for _ in 0..200 {
            get_id(&client).await;
        }

        mock.assert_called(Client::get_id, 600);
    }

    async fn a_client_made_from_sdk_config_retries(mock) {
        mock.inject(Fault::throttle().up_to_n_times(2));
        let client = Client::new(&mock.sdk_config());

        let pools = client.list_identity_pools().max_results(1).send().await.unwrap();

        assert!(pools.identity_pools().is_empty());
        mock.assert_called(Client::list_identity_pools, 3);
    }
}

/// The reason why `client()` has a retry quota of its own. The SDK's quota is shared by all clients
/// of a process and Region, so no other test may use this Region.
#[tokio::test]
async fn the_retry_quota_of_clients_made_from_sdk_config_runs_out() {
    let mock = mock().region("sa-east-1").in_memory();
    mock.inject(Fault::throttle());

    for _ in 0..120 {
        get_id(&Client::new(&mock.sdk_config())).await;
    }

    mock.assert_called(Client::get_id, 120..360);
}
