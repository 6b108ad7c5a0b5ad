//! Clients that outlive their mock: they get an error that names the dropped mock, and never a
//! response.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::{DisplayErrorContext, SdkError};
use aws_sdk_cognitoidentity::operation::get_id::{GetIdError, GetIdOutput};
use mock_cognito_identity::{Fault, MockCognitoIdentity};

use crate::support::sdk_view::client_without_retries;
use crate::support::{NO_POOL, mock, over_both};

/// A timeout that no step of these tests needs. It turns a call that never ends into a failed test.
const LIMIT: Duration = Duration::from_secs(20);

#[track_caller]
fn mocks() -> [MockCognitoIdentity; 2] {
    over_both(mock)
}

/// Asserts that an error says that the mock was dropped and where it was started.
#[track_caller]
fn assert_says_dropped<E: Error + 'static>(error: SdkError<E>, transport: &str) {
    assert!(
        matches!(error, SdkError::DispatchFailure(_)),
        "{transport}: {error:?}"
    );
    let text = DisplayErrorContext(error).to_string();
    assert!(
        text.contains("this MockCognitoIdentity was dropped; it was started at ")
            && text.contains(concat!(file!(), ":")),
        "{transport}: {text}"
    );
}

#[tokio::test]
async fn later_calls_get_an_error_that_names_the_dropped_mock() {
    for (mock, transport) in mocks().into_iter().zip(["tcp", "memory"]) {
        let client = mock.client();
        let call = client.get_id().identity_pool_id(mock.seed_pool("app").id());
        call.clone().send().await.unwrap();

        mock.shutdown();

        assert_says_dropped(call.send().await.unwrap_err(), transport);
    }
}

#[tokio::test]
async fn every_client_of_the_mock_is_told() {
    for (mock, transport) in mocks().into_iter().zip(["tcp", "memory"]) {
        let sdk_config = mock.sdk_config();
        let sts = aws_sdk_sts::Client::new(&sdk_config).get_caller_identity();
        let own_endpoint = mock.config().endpoint_url(mock.endpoint_url()).build();
        let clients = [
            mock.client(),
            Client::new(&sdk_config),
            Client::from_conf(own_endpoint),
        ];

        drop(mock);

        for client in clients {
            let call = client.get_id().identity_pool_id(NO_POOL).send().await;
            assert_says_dropped(call.unwrap_err(), transport);
        }
        assert_says_dropped(sts.send().await.unwrap_err(), transport);
    }
}

#[tokio::test]
async fn faults_no_longer_fire() {
    for (mock, transport) in mocks().into_iter().zip(["tcp", "memory"]) {
        let call = client_without_retries(&mock)
            .get_id()
            .identity_pool_id(NO_POOL);
        mock.inject(Fault::throttle().expect(..));
        mock.inject(Fault::refuse_connections());

        drop(mock);

        assert_says_dropped(call.send().await.unwrap_err(), transport);
    }
}

/// Starts a call to which `fault` applies, drops the mock, and returns how the call ends.
async fn ended(mock: MockCognitoIdentity, fault: Fault) -> Result<(), SdkError<GetIdError>> {
    let pool = mock.seed_pool("app").id().to_owned();
    let call = client_without_retries(&mock)
        .get_id()
        .identity_pool_id(pool)
        .send();
    let guard = mock.inject_scoped(fault);
    let caller = tokio::spawn(call);
    guard.wait_until_fired(1).await;
    // The guard is not dropped: only the end of the mock may end the call.
    std::mem::forget(guard);
    drop(mock);
    let answer = tokio::time::timeout(LIMIT, caller).await;
    answer.expect("the call never ends").unwrap().map(drop)
}

#[tokio::test]
async fn in_flight_calls_end_with_an_error() {
    for fault in [
        Fault::hold(),
        Fault::hang(),
        Fault::delay(Duration::from_secs(3_600)),
    ] {
        let over_tcp = ended(mock().start(), fault.clone()).await;
        let in_memory = ended(mock().in_memory(), fault).await;

        assert_says_dropped(over_tcp.unwrap_err(), "tcp");
        assert_says_dropped(in_memory.unwrap_err(), "memory");
    }
}

#[tokio::test]
async fn a_client_does_not_reach_another_mock_on_the_same_port() {
    let gone = mock().start();
    let (address, client) = (gone.address().unwrap(), client_without_retries(&gone));
    drop(gone);
    // Another process may have taken the port; then there is nothing to test.
    let Ok(listener) = std::net::TcpListener::bind(address) else {
        return;
    };
    let other = mock().listener(listener).start();

    let answer = client.list_identity_pools().max_results(1).send().await;

    assert_says_dropped(answer.unwrap_err(), "tcp");
    other.assert_not_called(Client::list_identity_pools);
}

/// A value that a user's closure owns.
struct Owned(Arc<()>);

#[tokio::test]
async fn what_the_closures_of_faults_own_is_dropped_with_the_mock() {
    for (mock, transport) in mocks().into_iter().zip(["tcp", "memory"]) {
        let call = mock.client().get_id().identity_pool_id(NO_POOL);
        let value = Arc::new(());
        let owned = Owned(Arc::clone(&value));
        mock.inject(Fault::throttle().expect(0).when(Client::get_id, move |_| {
            let Owned(value) = &owned;
            Arc::strong_count(value) == 0
        }));
        call.clone().send().await.unwrap_err();
        assert_eq!(Arc::strong_count(&value), 2, "{transport}");

        drop(mock);

        // A client is left, and the server's thread may still be closing its connection.
        assert_eq!(Arc::strong_count(&value), 1, "{transport}");
        drop(call);
    }
}

#[tokio::test]
async fn a_closure_can_drop_the_last_handle_of_its_mock() {
    for mock in over_both(|| mock().verify_on_drop(false)) {
        let pool = mock.seed_pool("app").id().to_owned();
        let call = client_without_retries(&mock)
            .get_id()
            .identity_pool_id(pool);
        let handle = Arc::new(Mutex::new(None));
        let last = Arc::clone(&handle);
        mock.inject(Fault::respond_with(Client::get_id, move |_| {
            drop(last.lock().unwrap().take());
            GetIdOutput::builder().build()
        }));
        *handle.lock().unwrap() = Some(mock);

        // Over TCP the connection ends with the server; in memory the response exists already.
        let answer = tokio::time::timeout(LIMIT, call.clone().send()).await;
        assert!(answer.is_ok(), "the call never ends");
        assert_says_dropped(call.send().await.unwrap_err(), "both");
        assert!(handle.lock().unwrap().is_none());
    }
}
