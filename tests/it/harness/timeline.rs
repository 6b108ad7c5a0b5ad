//! `timeline`: the waterfall of calls, with real time over TCP and with the mock's time in memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use expect_test::expect;
use mock_cognito_identity::{Fault, MockCognitoIdentity};

use crate::support::{both, guest, mock};

const SECOND: Duration = Duration::from_secs(1);

/// A client with a timeout of a second.
fn impatient(mock: &MockCognitoIdentity) -> Client {
    let timeouts = TimeoutConfig::builder().operation_timeout(SECOND).build();
    Client::from_conf(mock.config().timeout_config(timeouts).build())
}

both! {
    async fn an_empty_timeline_says_so(mock) {
        assert_eq!(mock.timeline().to_string(), "timeline: no calls\n");
    }

    async fn a_report_about_retries_ends_with_the_timeline(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::throttle().up_to_n_times(1));
        guest(&mock.client(), pool.id()).await;

        let assertion = || mock.assert_called(Client::get_id, 1);
        let panic = catch_unwind(AssertUnwindSafe(assertion)).unwrap_err();

        let report = panic.downcast_ref::<String>().unwrap();
        let (_, timeline) = report.split_once("\n\ntimeline (").unwrap();
        let (timeline, _help) = timeline.split_once("\nhelp: ").unwrap();
        assert_eq!(timeline.lines().count(), 3, "{report}");
    }

    async fn a_report_without_retries_has_no_timeline(mock) {
        let pool = mock.seed_pool("app");
        guest(&mock.client(), pool.id()).await;

        let assertion = || mock.assert_called(Client::get_id, 2);
        let panic = catch_unwind(AssertUnwindSafe(assertion)).unwrap_err();

        assert!(!panic.downcast_ref::<String>().unwrap().contains("timeline"));
    }
}

#[tokio::test(start_paused = true)]
async fn in_memory_injected_delays_are_drawn_although_no_time_passes() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::delay(SECOND).on(Client::get_id).named("slow"));
    mock.inject(Fault::internal_error().up_to_n_times(1).named("down"));
    let id = guest(&mock.client(), pool.id()).await;
    mock.clock().advance(5 * SECOND);
    let credentials = mock.client().get_credentials_for_identity();
    credentials.identity_id(id).send().await.unwrap();

    expect![[r#"
        timeline (mock clock and injected delays, 5.0s in total):
            #1  GetId                      attempt 1  fault "down"      [====                    ]  1.0s
            #2    GetId                    attempt 2  ok, fault "slow"  [    =====               ]  1.0s
            #3  GetCredentialsForIdentity  attempt 1  ok                [                       =]  0ms
    "#]].assert_eq(&mock.timeline().to_string());
}

#[tokio::test(start_paused = true)]
async fn in_memory_a_held_call_lasts_by_the_mocks_clock() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    let get_id = mock.client().get_id().identity_pool_id(pool.id());
    let held = mock.inject_scoped(Fault::hold().named("held"));
    let caller = tokio::spawn(get_id.send());
    held.wait_until_fired(1).await;

    mock.clock().advance(30 * SECOND);
    held.release();
    caller.await.unwrap().unwrap();

    expect![[r#"
        timeline (mock clock and injected delays, 30.0s in total):
            #1  GetId  attempt 1  ok, fault "held"  [============================================]  30.0s
    "#]].assert_eq(&mock.timeline().to_string());
}

#[tokio::test(start_paused = true)]
async fn in_memory_a_cancelled_call_is_cut_off() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    let client = impatient(&mock);
    mock.inject(Fault::hang().named("silence"));

    let answer = client.get_id().identity_pool_id(pool.id()).send().await;

    assert!(answer.is_err());
    expect![[r#"
        timeline (mock clock and injected delays, 0ms in total):
            #1  GetId  attempt 1  fault "silence"  [x                                            ]  0ms+
    "#]].assert_eq(&mock.timeline().to_string());
}

#[tokio::test]
async fn over_tcp_real_time_is_drawn() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    mock.inject(Fault::delay(Duration::from_millis(50)).named("slow"));
    guest(&mock.client(), pool.id()).await;
    mock.clock().advance(3_600 * SECOND);
    guest(&mock.client(), pool.id()).await;

    let timeline = mock.timeline().to_string();

    assert!(timeline.starts_with("timeline (real time, "), "{timeline}");
    let lengths = timeline.lines().skip(1).map(|row| {
        let length = row.rsplit("  ").next().unwrap();
        let millis = length.strip_suffix("ms").and_then(|n| n.parse().ok());
        // A duration in seconds appears only on a very slow machine.
        millis.unwrap_or(1_000)
    });
    let lengths: Vec<u32> = lengths.collect();
    assert!(
        lengths.len() == 2 && lengths.iter().all(|ms| *ms >= 50),
        "{timeline}"
    );
}

#[tokio::test]
async fn over_tcp_a_cancelled_call_is_cut_off() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50));
    let config = mock.config().timeout_config(timeouts.build());
    mock.inject(Fault::hang());

    let get_id = Client::from_conf(config.build()).get_id();
    let answer = get_id.identity_pool_id(pool.id()).send().await;

    assert!(answer.is_err());
    let cut_off = async {
        while !mock.timeline().to_string().contains("x]") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(5 * SECOND, cut_off).await.unwrap();
}

#[tokio::test]
async fn a_reset_starts_a_new_timeline() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    guest(&mock.client(), pool.id()).await;
    mock.clock().advance(60 * SECOND);

    mock.reset();

    let pool = mock.seed_pool("app");
    guest(&mock.client(), pool.id()).await;
    let timeline = mock.timeline().to_string();
    assert!(timeline.contains(", 0ms in total"), "{timeline}");
}
