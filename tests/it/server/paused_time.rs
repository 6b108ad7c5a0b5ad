//! tokio's paused time (`start_paused`) with a mock in memory: waits are virtual and have their
//! exact duration.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::time::{Instant, timeout};

use crate::support::sdk_view::{client_with_timeouts, client_without_retries, sdk_outcome};
use crate::support::{mock, now, panic_of, place_of_panic};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// What tokio's clock, which has a resolution of a millisecond, may add to this number of waits.
fn rounding(waits: u32) -> Duration {
    Duration::from_millis(1) * waits
}

/// Calls `GetId` for an existing pool; returns the outcome and the duration.
async fn timed(client: &Client, pool_id: &str) -> (String, Duration) {
    let start = Instant::now();
    let result = client.get_id().identity_pool_id(pool_id).send().await;
    (sdk_outcome(&result), start.elapsed())
}

#[track_caller]
fn assert_took(actual: Duration, expected: Duration, waits: u32) {
    let most = expected + rounding(waits);
    assert!(
        (expected..=most).contains(&actual),
        "took {actual:?}, expected {expected:?} to {most:?}"
    );
}

fn app() -> (MockCognitoIdentity, String) {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app").id().to_owned();
    (mock, pool)
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_no_time() {
    let (mock, pool) = app();

    let (result, took) = timed(&mock.client(), &pool).await;

    assert_eq!((result.as_str(), took), ("ok", Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_delay_takes_as_long_as_it_says() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(HOUR));

    let (result, took) = timed(&mock.client(), &pool).await;

    assert_eq!(result, "ok");
    assert_took(took, HOUR, 1);
}

#[tokio::test(start_paused = true)]
async fn delays_add_up() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(2 * SECOND));
    mock.inject(Fault::delay(HOUR).on(Client::list_identities).expect(0));
    mock.inject(Fault::delay(3 * SECOND).on(Client::get_id));

    let (_, took) = timed(&mock.client(), &pool).await;

    assert_took(took, 5 * SECOND, 1);
}

#[tokio::test(start_paused = true)]
async fn a_delay_comes_before_the_error() {
    let (mock, pool) = app();
    mock.inject(Fault::not_authorized("no"));
    mock.inject(Fault::delay(MINUTE));

    let (result, took) = timed(&mock.client(), &pool).await;

    assert_eq!(result, "service: NotAuthorizedException");
    assert_took(took, MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn a_delay_does_not_move_the_mocks_clock() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(HOUR));

    timed(&mock.client(), &pool).await;

    assert_eq!(mock.clock().now(), now());
}

/// A mock whose clock moves with tokio's time.
fn following() -> (MockCognitoIdentity, String) {
    let mock = mock().clock_follows_tokio().in_memory();
    let pool = mock.seed_pool("app").id().to_owned();
    (mock, pool)
}

#[track_caller]
fn assert_shows(mock: &MockCognitoIdentity, after: Duration, waits: u32) {
    assert_took(
        mock.clock().now().duration_since(now()).unwrap(),
        after,
        waits,
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_follows_tokio_moves_with_sleeps_and_delays() {
    let (mock, pool) = following();
    assert_eq!(mock.clock().now(), now());

    tokio::time::sleep(HOUR).await;
    assert_shows(&mock, HOUR, 1);
    tokio::time::advance(MINUTE).await;
    assert_shows(&mock, HOUR + MINUTE, 1);
    mock.inject(Fault::delay(MINUTE));
    timed(&mock.client(), &pool).await;
    assert_shows(&mock, HOUR + 2 * MINUTE, 2);

    let arrival = mock.only_call(Client::get_id).time;
    assert_took(arrival.duration_since(now()).unwrap(), HOUR + MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_follows_tokio_can_be_moved_and_follows_from_there() {
    let (mock, _) = following();
    tokio::time::sleep(MINUTE).await;

    mock.clock().advance(HOUR);
    assert_shows(&mock, HOUR + MINUTE, 1);
    tokio::time::sleep(MINUTE).await;
    assert_shows(&mock, HOUR + 2 * MINUTE, 2);

    mock.clock().set(now());
    assert_eq!(mock.clock().now(), now());
    tokio::time::sleep(MINUTE).await;
    assert_shows(&mock, MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_follows_tokio_stops_at_the_last_second() {
    let (mock, _) = following();
    let last = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_214_399);
    mock.clock().set(last - SECOND);

    tokio::time::sleep(MINUTE).await;

    assert_eq!(mock.clock().now(), last);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_follows_tokio_starts_at_the_present() {
    let before = std::time::SystemTime::now();
    let mock = MockCognitoIdentity::builder()
        .clock_follows_tokio()
        .in_memory();
    let start = mock.clock().now();

    tokio::time::sleep(HOUR).await;

    assert!(
        start >= before && start <= std::time::SystemTime::now(),
        "{start:?}"
    );
    assert_took(mock.clock().now().duration_since(start).unwrap(), HOUR, 1);
}

#[test]
fn outside_of_a_runtime_a_clock_that_follows_tokio_moves_with_real_time() {
    let (mock, _) = following();
    let start = mock.clock().now();

    while mock.clock().now() == start {}

    let passed = mock.clock().now().duration_since(start).unwrap();
    assert!(passed < MINUTE, "{passed:?}");
}

#[tokio::test(start_paused = true)]
async fn credentials_are_renewed_in_the_background_before_they_expire() {
    let (mock, _) = following();
    let guest = mock.seed_pool("other").seed_identity();
    let (client, clock) = (mock.client(), mock.clock().clone());
    tokio::spawn(async move {
        loop {
            let ask = client.get_credentials_for_identity().identity_id(&guest);
            let expires = ask
                .send()
                .await
                .unwrap()
                .credentials
                .unwrap()
                .expiration
                .unwrap();
            let lifetime = Duration::from_secs(expires.secs().try_into().unwrap());
            let now = clock
                .now()
                .duration_since(std::time::SystemTime::UNIX_EPOCH);
            tokio::time::sleep(lifetime - now.unwrap() - 5 * MINUTE).await;
        }
    });

    let mut renewed = Vec::new();
    for _ in 0..8 {
        tokio::time::sleep(15 * MINUTE).await;
        renewed.push(mock.calls_to(Client::get_credentials_for_identity).len());
    }

    // At the start, after 55 minutes and after 110 minutes.
    assert_eq!(renewed, [1, 1, 1, 2, 2, 2, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_backoff_outlasts_a_rate_limit_if_the_clock_follows_tokio() {
    let (mock, pool) = following();
    mock.inject(Fault::rate_limit(1, SECOND).retry_after(2 * SECOND));
    let client = mock.client();
    assert_eq!(timed(&client, &pool).await.0, "ok");

    let (result, took) = timed(&client, &pool).await;

    assert_eq!(result, "ok");
    assert_took(took, 2 * SECOND, 1);
    mock.assert_called(Client::get_id, 3);
}

#[test]
fn over_tcp_the_clock_cannot_follow_tokio() {
    let builder = || mock().clock_follows_tokio();

    let panic = panic_of(|| drop(builder().start()));
    let place = place_of_panic(|| drop(builder().start()));

    assert!(
        panic.starts_with("`clock_follows_tokio` is for a mock in memory: ")
            && panic.ends_with("help: start the mock with `in_memory()`."),
        "{panic}"
    );
    assert_eq!(place, (file!().to_owned(), line!() - 7));
}

#[tokio::test(start_paused = true)]
async fn moving_the_mocks_clock_does_not_end_a_delay() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(MINUTE));
    let client = mock.client();
    let call = tokio::spawn(async move { timed(&client, &pool).await });
    mock.wait_for_calls(Client::get_id, 1).await;

    mock.clock().advance(HOUR);

    let (_, took) = call.await.unwrap();
    assert_took(took, MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn two_delayed_calls_wait_at_the_same_time() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(MINUTE));
    let client = mock.client();
    let start = Instant::now();

    tokio::join!(timed(&client, &pool), timed(&client, &pool));

    assert_took(start.elapsed(), MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hanging_call_ends_with_the_timeout_of_the_caller() {
    let (mock, pool) = app();
    mock.inject(Fault::hang().on(Client::get_id));
    let (client, start) = (mock.client(), Instant::now());

    let result = timeout(HOUR, timed(&client, &pool)).await;

    assert!(result.is_err());
    assert_took(start.elapsed(), HOUR, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_changes_the_state_although_the_caller_gave_up() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(HOUR));
    let delete = mock.client().delete_identity_pool().identity_pool_id(&pool);

    let given_up = timeout(SECOND, delete.send()).await;

    assert!(given_up.is_err());
    mock.clear_faults();
    let (result, _) = timed(&mock.client(), &pool).await;
    assert_eq!(result, "service: ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_held_call_takes_no_time_of_its_own() {
    let (mock, pool) = app();
    let held = mock.inject_scoped(Fault::hold());
    let client = mock.client();
    let call = tokio::spawn(async move { timed(&client, &pool).await });
    held.wait_until_fired(1).await;
    tokio::time::advance(MINUTE).await;

    held.release();

    let (result, took) = call.await.unwrap();
    assert_eq!(result, "ok");
    assert_took(took, MINUTE, 1);
}

#[tokio::test(start_paused = true)]
async fn client_timeouts_end_slow_calls_and_no_others() {
    let row = |name, timeouts: TimeoutConfig, seen, took| (name, timeouts, seen, took);
    let of = TimeoutConfig::builder;
    let limit = 30 * SECOND;
    let rows = [
        row(
            "operation",
            of().operation_timeout(limit).build(),
            "timeout",
            limit,
        ),
        row(
            "attempt",
            of().operation_attempt_timeout(limit).build(),
            "timeout",
            3 * limit,
        ),
        row(
            "read",
            of().read_timeout(limit).build(),
            "dispatch: timeout",
            3 * limit,
        ),
        row("connect", of().connect_timeout(limit).build(), "ok", MINUTE),
        row(
            "longer operation",
            of().operation_timeout(HOUR).build(),
            "ok",
            MINUTE,
        ),
        row(
            "longer attempt",
            of().operation_attempt_timeout(HOUR).build(),
            "ok",
            MINUTE,
        ),
        row("longer read", of().read_timeout(HOUR).build(), "ok", MINUTE),
    ];
    for (name, timeouts, seen, expected) in rows {
        let (mock, pool) = app();
        mock.inject(Fault::delay(MINUTE).named(name));

        let (result, took) = timed(&client_with_timeouts(&mock, timeouts), &pool).await;

        assert_eq!(result, seen, "{name} timeout");
        // Between three attempts the client waits at most 1 and 2 milliseconds.
        let slack = Duration::from_millis(3) + rounding(5);
        assert!(
            (expected..=expected + slack).contains(&took),
            "{name} timeout took {took:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_clients_own_retries_wait_milliseconds() {
    let (mock, pool) = app();
    mock.inject(Fault::throttle().up_to_n_times(2));

    let (result, took) = timed(&mock.client(), &pool).await;

    assert_eq!(result, "ok");
    assert!(took <= Duration::from_millis(3) + rounding(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_sdks_default_retries_wait_seconds_of_virtual_time() {
    let (mock, pool) = app();
    mock.inject(Fault::throttle().up_to_n_times(3));
    let retries = RetryConfig::standard().with_max_attempts(4);
    let client = Client::from_conf(mock.config().retry_config(retries).build());

    let (result, took) = timed(&client, &pool).await;

    // Drawn at random, from up to 1, 2 and 4 seconds.
    assert_eq!(result, "ok");
    assert!(took <= 7 * SECOND + rounding(3), "{took:?}");
    mock.assert_called(Client::get_id, 4);
}

#[tokio::test(start_paused = true)]
async fn a_day_of_backoff_passes_at_once() {
    let (mock, pool) = app();
    mock.inject(Fault::throttle().up_to_n_times(20));
    let retries = RetryConfig::standard()
        .with_max_attempts(21)
        .with_initial_backoff(24 * HOUR)
        .with_max_backoff(24 * HOUR);
    let client = Client::from_conf(mock.config().retry_config(retries).build());

    let (result, took) = timed(&client, &pool).await;

    assert_eq!(result, "ok");
    assert!(took <= 20 * 24 * HOUR + rounding(20), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_sdk_waits_as_long_as_retry_after_says() {
    let faults = [
        ("throttle", Fault::throttle()),
        ("rate_limit", Fault::rate_limit(0, SECOND)),
        ("internal_error", Fault::internal_error()),
        ("http_status", Fault::http_status(503)),
    ];
    for (name, fault) in faults {
        let (mock, pool) = app();
        mock.inject(fault.retry_after(7 * SECOND).up_to_n_times(2));

        let (result, took) = timed(&mock.client(), &pool).await;

        assert_eq!(result, "ok", "{name}");
        assert!(
            (14 * SECOND..=14 * SECOND + rounding(2)).contains(&took),
            "{name} took {took:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_expires_only_by_the_mocks_clock() {
    let (mock, pool) = app();
    mock.inject(Fault::rate_limit(1, SECOND));
    let client = client_without_retries(&mock);
    assert_eq!(timed(&client, &pool).await.0, "ok");

    tokio::time::advance(MINUTE).await;
    let after_virtual_time = timed(&client, &pool).await.0;
    mock.clock().advance(SECOND);
    let after_the_mocks_time = timed(&client, &pool).await.0;

    assert_eq!(after_virtual_time, "service: TooManyRequestsException");
    assert_eq!(after_the_mocks_time, "ok");
}

#[tokio::test(start_paused = true)]
async fn a_scripted_response_can_be_delayed() {
    let (mock, pool) = app();
    mock.inject(Fault::delay(MINUTE));
    mock.inject(Fault::respond_with(Client::get_id, |_| {
        GetIdOutput::builder().identity_id("scripted").build()
    }));

    let (result, took) = timed(&mock.client(), &pool).await;

    assert_eq!(result, "ok");
    assert_took(took, MINUTE, 1);
}
