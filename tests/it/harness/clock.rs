//! The clock: its limits, and that the mock works at both of them.

use std::time::{Duration, SystemTime};

use mock_cognito_identity::MockCognitoIdentity;

use crate::support::{both, guest, mock, panic_of, place_of_panic};

/// 0001-01-01T00:00:00Z.
fn first() -> SystemTime {
    SystemTime::UNIX_EPOCH - Duration::from_secs(62_135_596_800)
}

/// 9999-12-30T23:59:59Z.
fn last() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_214_399)
}

async fn works(mock: &MockCognitoIdentity) {
    let pool = mock.seed_pool("app");
    let client = mock.client();
    let id = guest(&client, pool.id()).await;
    client
        .describe_identity()
        .identity_id(&id)
        .send()
        .await
        .unwrap();
    client
        .get_credentials_for_identity()
        .identity_id(&id)
        .send()
        .await
        .unwrap();
    client
        .get_open_id_token()
        .identity_id(&id)
        .send()
        .await
        .unwrap();
    let token = client.get_open_id_token().identity_id(&id).send().await;
    let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
    let session = sts
        .assume_role_with_web_identity()
        .role_arn("arn:aws:iam::123456789012:role/Guest")
        .role_session_name("test")
        .web_identity_token(token.unwrap().token.unwrap())
        .duration_seconds(43_200)
        .send()
        .await
        .unwrap();
    let expires = SystemTime::try_from(*session.credentials().unwrap().expiration()).unwrap();
    let lasts = expires.duration_since(mock.clock().now()).unwrap();
    // Expirations are whole seconds.
    assert_eq!(lasts.as_secs_f64().ceil(), 43_200.0);
}

both! {
    async fn signed_calls_work_at_both_limits(mock) {
        for end in [first(), last()] {
            mock.clock().set(end);
            works(mock).await;
        }
    }
}

/// One mock with a running clock and one with a frozen clock.
fn clocks() -> [MockCognitoIdentity; 2] {
    [MockCognitoIdentity::in_memory(), mock().in_memory()]
}

#[test]
fn a_move_beyond_the_limits_panics_and_changes_nothing() {
    for mock in clocks() {
        let clock = mock.clock();
        let before = clock.now();
        let beyond = [
            panic_of(|| clock.advance(Duration::MAX)),
            panic_of(|| clock.advance(Duration::from_secs(253_402_300_800))),
            panic_of(|| clock.set(last() + Duration::from_secs(1))),
            panic_of(|| clock.set(first() - Duration::from_nanos(1))),
        ];

        for panic in beyond {
            assert_eq!(
                panic,
                "the mock's clock must stay between 0001-01-01T00:00:00Z and 9999-12-30T23:59:59Z, \
                 because the SDK cannot sign requests at other times"
            );
        }
        let passed = clock.now().duration_since(before).unwrap();
        assert!(passed < Duration::from_secs(60), "{passed:?}");
        clock.advance(Duration::from_secs(3_600));
        assert!(clock.now() >= before + Duration::from_secs(3_600));
    }
}

#[test]
fn the_panic_points_at_the_line_of_the_move() {
    for mock in clocks() {
        let clock = mock.clock();

        let advance = place_of_panic(|| clock.advance(Duration::MAX));
        let set = place_of_panic(|| clock.set(last() + Duration::from_secs(1)));
        let frozen = place_of_panic(|| {
            drop(MockCognitoIdentity::builder().frozen_at(last() + Duration::from_secs(1)));
        });

        let line = line!();
        assert_eq!(advance, (file!().to_owned(), line - 6));
        assert_eq!(set, (file!().to_owned(), line - 5));
        assert_eq!(frozen, (file!().to_owned(), line - 3));
    }
}

#[test]
fn a_running_clock_stops_at_the_last_second() {
    let mock = MockCognitoIdentity::in_memory();
    let clock = mock.clock();

    clock.set(last());
    // The clock shows the last second as soon as any real time has passed.
    while clock.now() != last() {}

    assert_eq!(clock.now(), last());
}

#[test]
fn a_running_clock_can_be_set_back_and_runs_on() {
    let mock = MockCognitoIdentity::in_memory();
    let clock = mock.clock();

    clock.set(SystemTime::UNIX_EPOCH);
    let shown = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert!(shown < Duration::from_secs(60), "{shown:?}");
    clock.advance(Duration::from_secs(3_600));
    let later = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();

    assert!(later >= shown + Duration::from_secs(3_600), "{later:?}");
    assert!(later < Duration::from_secs(3_660), "{later:?}");
    let now = clock.now();
    while clock.now() == now {}
}
