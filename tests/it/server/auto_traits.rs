//! The auto traits and common traits of the public types: `Send`, `Sync`, `Clone`, `Debug` and
//! others. What `Debug` prints is tested in `harness::debug_output`.

use std::fmt::Debug;
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use mock_cognito_identity::{
    Builder, Call, Clock, Engine, Fault, FaultGuard, IssuedCredentials, LoginToken,
    MockCognitoIdentity, Operation, Outcome, PoolSeed, Request, SeededPool, ServiceError, Times,
    Transcript,
};

use crate::support::mock;

const fn crosses_threads<T: Send + Sync>() {}
const fn survives_panics<T: UnwindSafe + RefUnwindSafe>() {}
const fn is_debug<T: Debug>() {}
const fn is_a_value<T: Clone + Debug + Send + Sync + 'static>() {}
const fn is_a_name<T: Copy + Ord + Hash + Debug + Send + Sync + 'static>() {}

// Checked at compile time.
const _: () = {
    crosses_threads::<MockCognitoIdentity>();
    crosses_threads::<Engine>();
    crosses_threads::<SeededPool<'_>>();
    crosses_threads::<FaultGuard<'_>>();
    crosses_threads::<Builder>();

    survives_panics::<MockCognitoIdentity>();
    survives_panics::<SeededPool<'_>>();

    is_debug::<MockCognitoIdentity>();
    is_debug::<Engine>();
    is_debug::<SeededPool<'_>>();
    is_debug::<FaultGuard<'_>>();
    is_debug::<Builder>();

    is_a_value::<Fault>();
    is_a_value::<Transcript>();
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
fn futures_of_waits_are_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let mock = mock().in_memory();
    let guard = mock.inject_scoped(Fault::throttle().expect(..));

    // The futures are created but not awaited.
    drop(is_send(mock.wait_for_calls(Client::get_id, 1)));
    drop(is_send(guard.wait_until_fired(1)));
}

#[test]
fn a_mock_can_be_a_static_shared_by_threads() {
    static SHARED: std::sync::LazyLock<MockCognitoIdentity> =
        std::sync::LazyLock::new(MockCognitoIdentity::in_memory);

    let pools = [1, 2].map(|_| std::thread::spawn(|| SHARED.seed_pool("app").id().to_owned()));

    let [first, second] = pools.map(|thread| thread.join().unwrap());
    assert_ne!(first, second);
}
