//! `Fault::refuse_connections`: the mock refuses connections for a while and accepts them again.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::{DisplayErrorContext, SdkError};
use aws_sdk_cognitoidentity::operation::get_id::{GetIdError, GetIdOutput};
use mock_cognito_identity::{Fault, MockCognitoIdentity};

use crate::support::{both, mock};

type Answer = Result<GetIdOutput, SdkError<GetIdError>>;

async fn get_id(client: &Client, pool: &str) -> Answer {
    client.get_id().identity_pool_id(pool).send().await
}

#[track_caller]
fn assert_not_connected(answer: &Answer) {
    match answer {
        Err(SdkError::DispatchFailure(failure)) => {
            assert!(failure.is_io(), "{failure:?}");
            let text = DisplayErrorContext(failure.as_connector_error().unwrap()).to_string();
            assert!(text.to_lowercase().contains("refused"), "{text}");
        }
        other => panic!("expected a dispatch failure, got {other:?}"),
    }
}

fn is_refused(address: SocketAddr) -> bool {
    match TcpStream::connect(address) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            true
        }
    }
}

both! {
    async fn connections_are_refused_while_the_guard_lives(mock) {
        let (client, pool) = (mock.client(), mock.seed_pool("app"));
        get_id(&client, pool.id()).await.unwrap();
        {
            let _down = mock.inject_scoped(Fault::refuse_connections());
            // This includes the client that was connected before.
            assert_not_connected(&get_id(&client, pool.id()).await);
            assert_not_connected(&get_id(&mock.client(), pool.id()).await);
        }

        get_id(&client, pool.id()).await.unwrap();
        get_id(&mock.client(), pool.id()).await.unwrap();
        mock.assert_called(Client::get_id, 3);
    }

    async fn clear_faults_accepts_connections_again(mock) {
        let (client, pool) = (mock.client(), mock.seed_pool("app"));
        mock.inject(Fault::refuse_connections());
        assert_not_connected(&get_id(&client, pool.id()).await);

        mock.clear_faults();

        get_id(&client, pool.id()).await.unwrap();
    }

    async fn a_reset_accepts_connections_again(mock) {
        mock.inject(Fault::refuse_connections());

        mock.reset();

        let pool = mock.seed_pool("app");
        get_id(&mock.client(), pool.id()).await.unwrap();
    }

    async fn of_two_such_faults_the_last_one_to_be_dropped_counts(mock) {
        let (client, pool) = (mock.client(), mock.seed_pool("app"));
        let first = mock.inject_scoped(Fault::refuse_connections());
        let second = mock.inject_scoped(Fault::refuse_connections());

        drop(first);
        assert_not_connected(&get_id(&client, pool.id()).await);
        drop(second);

        get_id(&client, pool.id()).await.unwrap();
    }

    async fn in_flight_calls_are_cut_off(mock) {
        let (client, pool) = (mock.client(), mock.seed_pool("app"));
        let pool = pool.id().to_owned();
        let held = mock.inject_scoped(Fault::hold());
        let caller = tokio::spawn(async move { get_id(&client, &pool).await });
        held.wait_until_fired(1).await;

        let down = mock.inject_scoped(Fault::refuse_connections());

        assert_not_connected(&caller.await.unwrap());
        drop(down);
    }

    async fn refused_connections_are_not_recorded_and_not_verified(mock) {
        let pool = mock.seed_pool("app");
        let _down = mock.inject_scoped(Fault::refuse_connections());

        assert_not_connected(&get_id(&mock.client(), pool.id()).await);

        mock.assert_no_calls();
        mock.verify();
    }
}

#[tokio::test]
async fn in_memory_every_attempt_is_counted() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    let down = mock.inject_scoped(Fault::refuse_connections().expect(3));

    assert_not_connected(&get_id(&mock.client(), pool.id()).await);

    assert_eq!(down.fired(), 3); // the SDK's three attempts
}

#[tokio::test]
async fn the_sdk_retries_until_connections_are_accepted_again() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app").id().to_owned();
    let client = mock.client();
    let down = mock.inject_scoped(Fault::refuse_connections());
    let caller = tokio::spawn(async move { get_id(&client, &pool).await });
    down.wait_until_fired(1).await;

    drop(down);

    assert!(caller.await.unwrap().is_ok());
}

#[test]
fn the_port_refuses_connections_and_listens_again() {
    let mock = mock().start();
    let address = mock.address().unwrap();
    let jwks = |stream: &mut TcpStream| {
        let request =
            "GET /.well-known/jwks_uri HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };

    for _ in 1..=50 {
        let mut idle = TcpStream::connect(address).unwrap();
        let down = mock.inject_scoped(Fault::refuse_connections());
        assert!(is_refused(address));
        // Open connections are closed.
        idle.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
        drop(down);

        let answer = jwks(&mut TcpStream::connect(address).unwrap());
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    assert_eq!(mock.address(), Some(address));
}

#[test]
fn the_port_stays_reserved() {
    let mock = mock().start();
    let address = mock.address().unwrap();
    let _down = mock.inject_scoped(Fault::refuse_connections());

    let others: Vec<_> = (0..1_000)
        .map_while(|_| TcpListener::bind((address.ip(), 0)).ok())
        .collect();

    let ports = others
        .iter()
        .map(|other| other.local_addr().unwrap().port());
    assert!(!ports.collect::<Vec<_>>().contains(&address.port()));
}

#[test]
fn a_mock_that_refuses_connections_can_be_shut_down() {
    let mock = mock().start();
    let address = mock.address().unwrap();
    mock.inject(Fault::refuse_connections());

    mock.shutdown();

    assert!(is_refused(address));
    assert!(TcpListener::bind(address).is_ok());
}

#[test]
fn many_threads_can_toggle_the_fault_at_once() {
    let mock = mock().start();
    let toggle = || {
        for _ in 1..=20 {
            let _down = mock.inject_scoped(Fault::refuse_connections());
            assert!(is_refused(mock.address().unwrap()));
        }
    };

    std::thread::scope(|scope| {
        for _ in 1..=4 {
            scope.spawn(toggle);
        }
    });

    assert!(!is_refused(mock.address().unwrap()));
}

#[tokio::test]
async fn the_fault_cannot_be_injected_by_a_closure_on_the_servers_thread() {
    static MOCK: OnceLock<MockCognitoIdentity> = OnceLock::new();
    let mock = MOCK.get_or_init(|| mock().verify_on_drop(false).start());
    let down = |_: &_| {
        let mock = MOCK.get().unwrap();
        mock.inject(Fault::refuse_connections());
        true
    };
    let pool = mock.seed_pool("app");
    mock.inject(Fault::throttle().when(Client::get_id, down));

    let answer = get_id(&mock.client(), pool.id()).await;

    let text = DisplayErrorContext(answer.unwrap_err()).to_string();
    assert!(text.contains("cannot open or close the port"), "{text}");
}
