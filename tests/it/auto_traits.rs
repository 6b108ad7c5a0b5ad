//! What the public types promise by themselves: to cross threads, to be printed, to keep secrets.

use std::fmt::Debug;
use std::hash::Hash;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use mock_cognito_identity::{
    Builder, Call, Clock, Engine, Fault, FaultGuard, IssuedCredentials, LoginToken,
    MockCognitoIdentity, Operation, Outcome, PoolSeed, Request, SeededPool, ServiceError, Times,
};

use crate::support::{guest, mock};

const fn crosses_threads<T: Send + Sync>() {}
const fn is_debug<T: Debug>() {}
const fn is_a_value<T: Clone + Debug + Send + Sync + 'static>() {}
const fn is_a_name<T: Copy + Ord + Hash + Debug + Send + Sync + 'static>() {}

// Checked by the compiler alone.
const _: () = {
    crosses_threads::<MockCognitoIdentity>();
    crosses_threads::<Engine>();
    crosses_threads::<SeededPool<'_>>();
    crosses_threads::<FaultGuard<'_>>();
    crosses_threads::<Builder>();

    is_debug::<MockCognitoIdentity>();
    is_debug::<Engine>();
    is_debug::<SeededPool<'_>>();
    is_debug::<FaultGuard<'_>>();
    is_debug::<Builder>();

    is_a_value::<Fault>();
    is_a_value::<Call>();
    is_a_value::<Call<GetIdInput>>();
    is_a_value::<Request>();
    is_a_value::<Outcome>();
    is_a_value::<ServiceError>();
    is_a_value::<Times>();
    is_a_value::<Clock>();
    is_a_value::<LoginToken>();
    is_a_value::<PoolSeed>();
    is_a_value::<IssuedCredentials>();
    is_a_name::<Operation>();
};

#[test]
fn waits_can_be_moved_to_another_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let mock = mock().in_memory();
    let guard = mock.inject_scoped(Fault::throttle().expect(..));

    // Made and never awaited.
    drop(is_send(mock.wait_for_calls(Client::get_id, 1)));
    drop(is_send(guard.wait_until_fired(1)));
}

#[test]
fn a_mock_can_be_a_static_and_be_shared_by_threads() {
    static SHARED: std::sync::LazyLock<MockCognitoIdentity> =
        std::sync::LazyLock::new(MockCognitoIdentity::in_memory);

    let pools = [1, 2].map(|_| std::thread::spawn(|| SHARED.seed_pool("app").id().to_owned()));

    let [first, second] = pools.map(|thread| thread.join().unwrap());
    assert_ne!(first, second);
}

#[tokio::test]
async fn no_secret_is_printed() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let client = mock.client();
    let id = guest(&client, pool.id()).await;
    let answer = client.get_credentials_for_identity().identity_id(&id);
    let credentials = answer.send().await.unwrap().credentials.unwrap();
    let fault = mock.inject_scoped(Fault::throttle().expect(..));

    let issued = mock.issued_credentials(credentials.access_key_id().unwrap());
    let printed = [
        ("server", format!("{mock:?}")),
        ("engine", mock.with_engine(|engine| format!("{engine:?}"))),
        ("client", format!("{client:?}")),
        ("config", format!("{:?}", mock.config())),
        ("SDK config", format!("{:?}", mock.sdk_config())),
        ("HTTP client", format!("{:?}", mock.http_client())),
        ("pool", format!("{pool:?}")),
        ("calls", format!("{:?}", mock.calls())),
        ("guard", format!("{fault:?}")),
        ("issued credentials", format!("{issued:?}")),
    ];

    let secrets = [
        ("secret key", credentials.secret_key().unwrap()),
        ("session token", credentials.session_token().unwrap()),
        ("client's secret", "mock-cognito-identity/not/a/real/secret"),
    ];
    for (name, text) in printed {
        assert!(!text.is_empty(), "{name}");
        for (secret_name, secret) in secrets {
            assert!(!text.contains(secret), "{name} shows the {secret_name}");
        }
    }
}

#[test]
fn the_server_is_printed_by_its_address_and_region() {
    let mock = mock().region("eu-west-1").start();

    let expected = format!(
        "MockCognitoIdentity {{ endpoint_url: {:?}, region: \"eu-west-1\", .. }}",
        mock.endpoint_url()
    );
    assert_eq!(format!("{mock:?}"), expected);
}
