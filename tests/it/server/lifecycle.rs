//! The lifecycle of a mock over TCP: where it can be started, concurrent connections, and what ends
//! with it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::error::SdkError;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::task::JoinSet;

use crate::support::http::{self, Answer, Connection};
use crate::support::runtime;

/// A call that succeeds on any mock.
fn list_pools() -> Vec<u8> {
    http::call("ListIdentityPools", r#"{"MaxResults":1}"#)
}

fn is_success(answer: &Answer) -> bool {
    answer.status() == 200 && answer.body.starts_with(r#"{"IdentityPools":["#)
}

/// The number of pools, by a call of a new client.
async fn pools(mock: &MockCognitoIdentity) -> usize {
    let answer = mock
        .client()
        .list_identity_pools()
        .max_results(60)
        .send()
        .await;
    answer.unwrap().identity_pools().len()
}

fn is_refused(address: SocketAddr) -> bool {
    let refused = TcpStream::connect(address).map_err(|error| error.kind());
    matches!(refused, Err(std::io::ErrorKind::ConnectionRefused))
}

#[test]
fn starts_outside_a_runtime() {
    let mock = MockCognitoIdentity::start();
    mock.seed_pool("app");

    assert_eq!(runtime().block_on(pools(&mock)), 1);
}

#[tokio::test]
async fn starts_inside_a_current_thread_runtime() {
    let mock = MockCognitoIdentity::start();
    mock.seed_pool("app");

    assert_eq!(pools(&mock).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starts_inside_a_multi_thread_runtime() {
    let mock = MockCognitoIdentity::start();
    mock.seed_pool("app");

    assert_eq!(pools(&mock).await, 1);
}

static SHARED: LazyLock<MockCognitoIdentity> = LazyLock::new(MockCognitoIdentity::start);

#[tokio::test]
async fn starts_in_a_static_of_the_first_test() {
    let pool = SHARED.seed_pool("first");

    let answer = SHARED
        .client()
        .get_id()
        .identity_pool_id(pool.id())
        .send()
        .await;

    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn starts_in_a_static_of_the_second_test() {
    let pool = SHARED.seed_pool("second");

    let answer = SHARED
        .client()
        .get_id()
        .identity_pool_id(pool.id())
        .send()
        .await;

    assert!(answer.is_ok(), "{answer:?}");
}

#[test]
fn listens_before_start_returns() {
    for round in 0..100 {
        let mock = MockCognitoIdentity::start();

        let answer = Connection::to(&mock).exchange(list_pools());

        assert!(is_success(&answer), "round {round}: {answer:?}");
    }
}

#[test]
fn listens_on_a_free_port_of_localhost() {
    let one = MockCognitoIdentity::start();
    let other = MockCognitoIdentity::start();

    let (one, other) = (one.address().unwrap(), other.address().unwrap());

    assert!(one.ip().is_loopback() && other.ip().is_loopback());
    assert_ne!(one.port(), 0);
    assert_ne!(one, other);
}

/// A listener on a port outside the range from which the system assigns free ports, so that no
/// other test listens there afterwards.
fn listener_on_a_fixed_port() -> TcpListener {
    // Another process may take the port between the choice and the bind.
    (0..10)
        .find_map(|_| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, portpicker::pick_unused_port()?)).ok()
        })
        .expect("one of ten ports is free")
}

fn mock_on_a_fixed_port() -> MockCognitoIdentity {
    let listener = listener_on_a_fixed_port();
    MockCognitoIdentity::builder().listener(listener).start()
}

#[test]
fn serves_on_a_fixed_port() {
    let listener = listener_on_a_fixed_port();
    let address = listener.local_addr().unwrap();

    let mock = MockCognitoIdentity::builder().listener(listener).start();

    assert_eq!(mock.address(), Some(address));
    assert_eq!(
        mock.endpoint_url(),
        format!("http://127.0.0.1:{}", address.port())
    );
    assert!(is_success(&Connection::to(&mock).exchange(list_pools())));
}

#[test]
fn a_fixed_port_can_be_used_again_at_once() {
    let listener = listener_on_a_fixed_port();
    let address = listener.local_addr().unwrap();
    let first = MockCognitoIdentity::builder().listener(listener).start();
    Connection::to(&first).exchange(list_pools());
    drop(first);

    let listener = TcpListener::bind(address).expect("the port is free again");
    let second = MockCognitoIdentity::builder().listener(listener).start();

    assert!(is_success(&Connection::to(&second).exchange(list_pools())));
}

#[test]
fn connections_queued_before_start_are_served() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut early = Connection::at(listener.local_addr().unwrap());
    early.send(list_pools());

    let _mock = MockCognitoIdentity::builder().listener(listener).start();

    assert!(is_success(&early.answer().expect("an answer")));
}

#[test]
fn a_connection_survives_many_requests() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);

    for round in 0..1_000 {
        let answer = connection.exchange(list_pools());

        assert!(is_success(&answer), "request {round}: {answer:?}");
    }
    mock.assert_called(Client::list_identity_pools, 1_000);
}

#[test]
fn a_connection_survives_a_reset_of_the_mock() {
    let mock = MockCognitoIdentity::start();
    let mut connection = Connection::to(&mock);
    connection.exchange(list_pools());

    mock.reset();

    assert!(is_success(&connection.exchange(list_pools())));
    mock.assert_called(Client::list_identity_pools, 1);
}

#[test]
fn many_connections_are_served_concurrently() {
    let mock = MockCognitoIdentity::start();
    let mut connections: Vec<_> = (0..100).map(|_| Connection::to(&mock)).collect();

    for connection in &mut connections {
        connection.send(list_pools());
    }

    for connection in connections.iter_mut().rev() {
        assert!(is_success(&connection.answer().expect("an answer")));
    }
}

#[test]
fn clients_and_runtimes_share_one_mock() {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");

    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                runtime().block_on(async {
                    let client = mock.client();
                    for _ in 0..25 {
                        let call = client.get_id().identity_pool_id(pool.id());
                        call.send().await.unwrap();
                    }
                });
            });
        }
    });

    mock.assert_called(Client::get_id, 100);
}

#[test]
fn clients_share_no_connection() {
    let mock = MockCognitoIdentity::start();
    // The connection of its client stays open, but this runtime no longer drives it.
    let resting = runtime();
    resting.block_on(async {
        pools(&mock).await;
        // Lets the client return the connection to its pool.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    });

    let once = mock.config().retry_config(RetryConfig::disabled());
    let client = Client::from_conf(once.build());
    let answer = runtime().block_on(client.list_identity_pools().max_results(1).send());

    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn a_hanging_call_does_not_block_other_calls() {
    let mock = MockCognitoIdentity::start();
    mock.inject(Fault::hang().on(Client::get_id));
    let mut hanging = Connection::to(&mock);
    hanging.send(http::call("GetId", r#"{"IdentityPoolId":"us-east-1:0"}"#));
    mock.wait_for_calls(Client::get_id, 1).await;

    assert_eq!(pools(&mock).await, 0);
}

#[tokio::test]
async fn dropping_the_mock_ends_a_hanging_call() {
    let mock = MockCognitoIdentity::start();
    mock.inject(Fault::hang().on(Client::get_id));
    let mut hanging = JoinSet::new();
    hanging.spawn(
        mock.client()
            .get_id()
            .identity_pool_id("us-east-1:0")
            .send(),
    );
    mock.wait_for_calls(Client::get_id, 1).await;

    drop(mock);

    let answer = hanging.join_next().await.unwrap().unwrap();
    assert!(
        matches!(answer, Err(SdkError::DispatchFailure(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn dropping_the_mock_ends_a_delayed_call() {
    let mock = MockCognitoIdentity::start();
    mock.inject(Fault::delay(Duration::from_secs(3_600)).on(Client::list_identity_pools));
    let mut delayed = Connection::to(&mock);
    delayed.send(list_pools());
    mock.wait_for_calls(Client::list_identity_pools, 1).await;

    drop(mock);

    assert!(delayed.is_at_its_end());
}

#[test]
fn dropping_the_mock_closes_idle_connections() {
    let mock = MockCognitoIdentity::start();
    let mut unused = Connection::to(&mock);
    let mut used = Connection::to(&mock);
    used.exchange(list_pools());

    drop(mock);

    assert!(unused.is_at_its_end());
    assert!(used.is_at_its_end());
}

#[test]
fn connections_are_refused_after_a_drop() {
    let mock = mock_on_a_fixed_port();
    let address = mock.address().unwrap();

    drop(mock);

    assert!(is_refused(address));
}

#[test]
fn connections_are_refused_after_a_shutdown() {
    let mock = mock_on_a_fixed_port();
    let address = mock.address().unwrap();
    let mut connection = Connection::to(&mock);
    connection.exchange(list_pools());

    mock.shutdown();

    assert!(connection.is_at_its_end());
    assert!(is_refused(address));
}

#[test]
fn a_mock_can_be_dropped_on_another_thread() {
    let mock = mock_on_a_fixed_port();
    let address = mock.address().unwrap();

    std::thread::spawn(move || drop(mock)).join().unwrap();

    assert!(is_refused(address));
}

#[tokio::test]
async fn a_client_that_outlives_the_mock_gets_an_error() {
    let mock = mock_on_a_fixed_port();
    let client = mock.client();
    client
        .list_identity_pools()
        .max_results(1)
        .send()
        .await
        .unwrap();

    drop(mock);

    let answer = client.list_identity_pools().max_results(1).send().await;
    assert!(
        matches!(answer, Err(SdkError::DispatchFailure(_))),
        "{answer:?}"
    );
}

#[test]
fn dropping_one_mock_does_not_affect_another() {
    let one = MockCognitoIdentity::start();
    let other = MockCognitoIdentity::start();
    let mut connection = Connection::to(&other);

    drop(one);

    assert!(is_success(&connection.exchange(list_pools())));
}

#[test]
fn a_burst_of_connections_waits_for_a_busy_server() {
    let (enter, entered) = mpsc::channel();
    let (leave, may_leave) = mpsc::channel::<()>();
    let may_leave = Mutex::new(may_leave);
    let mock = MockCognitoIdentity::start();
    // While a predicate runs, the server accepts no connections.
    mock.inject(Fault::throttle().when(Client::get_id, move |_| {
        enter.send(()).unwrap();
        may_leave.lock().unwrap().recv().is_ok()
    }));
    let mut busy = Connection::to(&mock);
    busy.send(http::unsigned_call(
        "GetId",
        r#"{"IdentityPoolId":"us-east-1:0"}"#,
    ));
    entered.recv().unwrap();

    // A connection that finds the accept queue full is established a second later, when its SYN is
    // retransmitted.
    let address = mock.address().unwrap();
    let limit = Duration::from_millis(900);
    let burst = (1..=400).map(|n| {
        let connection = TcpStream::connect_timeout(&address, limit);
        connection.unwrap_or_else(|error| panic!("connection {n}: {error}"))
    });
    let burst: Vec<_> = burst.collect();

    leave.send(()).unwrap();
    assert_eq!(busy.answer().unwrap().status(), 400);
    drop(burst);
}
