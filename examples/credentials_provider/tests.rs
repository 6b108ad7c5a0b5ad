//! The tests of the provider. Time is tokio's, and paused: an hour takes no time, and the mock's clock
//! moves along.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, error::CredentialsError};
use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::SharedCredentialsProvider;
use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;
use mock_cognito_identity::Operation::{GetCredentialsForIdentity, GetId};
use mock_cognito_identity::{Fault, LoginToken, MockCognitoIdentity, PoolSeed, SeededPool};
use tokio::time::sleep;

use crate::provider::IdentityPoolCredentials;

const MINUTE: Duration = Duration::from_secs(60);
const USERS: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";

/// What each test starts with: a mock, a pool in it, and a guest.
struct World {
    mock: MockCognitoIdentity,
    pool: SeededPool<'static>,
    guest: IdentityPoolCredentials,
}

impl World {
    fn new() -> Self {
        let mock = MockCognitoIdentity::builder()
            .clock_follows_tokio()
            .in_memory();
        let seed = PoolSeed::named("app").login_provider(USERS, "my_client");
        let pool = mock.seed_pool(seed).into_owned();
        let guest = IdentityPoolCredentials::guest(mock.client(), pool.id());
        Self { mock, pool, guest }
    }

    fn identity_of(&self, credentials: &Credentials) -> String {
        let issued = self.mock.issued_credentials(credentials.access_key_id());
        issued.unwrap().identity_id
    }
}

async fn key(provider: &IdentityPoolCredentials) -> String {
    provider
        .provide_credentials()
        .await
        .unwrap()
        .access_key_id()
        .to_owned()
}

/// Whether the error is one of throttling.
fn is_throttled(error: &CredentialsError) -> bool {
    format!("{error:?}").contains("TooManyRequestsException")
}

// Clock: when requests are made.

#[tokio::test(start_paused = true)]
async fn a_guest_gets_credentials_and_an_identity_to_keep() {
    let world = World::new();
    assert_eq!(world.guest.identity_id(), None);

    let credentials = world.guest.provide_credentials().await.unwrap();

    assert_eq!(
        world.guest.identity_id(),
        Some(world.identity_of(&credentials))
    );
    assert_eq!(world.mock.operations(), [GetId, GetCredentialsForIdentity]);
}

#[tokio::test(start_paused = true)]
async fn credentials_are_kept_until_five_minutes_before_they_expire() {
    let world = World::new();
    let first = key(&world.guest).await;

    sleep(54 * MINUTE).await;
    assert_eq!(key(&world.guest).await, first);
    sleep(2 * MINUTE).await;
    assert_ne!(key(&world.guest).await, first);

    world
        .mock
        .assert_called(Client::get_credentials_for_identity, 2);
}

#[tokio::test(start_paused = true)]
async fn the_identity_id_is_asked_for_once() {
    let world = World::new();
    for _ in 0..5 {
        key(&world.guest).await;
        sleep(60 * MINUTE).await;
    }

    world.mock.assert_called(Client::get_id, 1);
    world
        .mock
        .assert_called(Client::get_credentials_for_identity, 5);
}

#[tokio::test(start_paused = true)]
async fn an_identity_of_an_earlier_run_is_used_again() {
    let world = World::new();
    let kept = world.pool.seed_identity();
    let provider = world.guest.clone().with_identity_id(&kept);

    let credentials = provider.provide_credentials().await.unwrap();

    assert_eq!(world.identity_of(&credentials), kept);
    world.mock.assert_not_called(Client::get_id);
}

// Hold: who waits for whom.

#[tokio::test(start_paused = true)]
async fn fifty_callers_share_one_request() {
    let world = World::new();
    let held = world
        .mock
        .inject_scoped(Fault::hold().on(Client::get_credentials_for_identity));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let guest = world.guest.clone();
            tokio::spawn(async move { key(&guest).await })
        })
        .collect();
    held.wait_until_fired(1).await;
    held.release();

    let mut keys = Vec::new();
    for caller in callers {
        keys.push(caller.await.unwrap());
    }
    keys.dedup();
    assert_eq!(keys.len(), 1);
    assert_eq!(world.mock.operations(), [GetId, GetCredentialsForIdentity]);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_refresh_while_the_credentials_are_valid() {
    let world = World::new();
    let first = key(&world.guest).await;
    sleep(56 * MINUTE).await;
    let held = world
        .mock
        .inject_scoped(Fault::hold().on(Client::get_credentials_for_identity));
    let guest = world.guest.clone();
    let refreshing = tokio::spawn(async move { key(&guest).await });
    held.wait_until_fired(1).await;

    assert_eq!(key(&world.guest).await, first);

    held.release();
    let second = refreshing.await.unwrap();
    assert_ne!(second, first);
    assert_eq!(key(&world.guest).await, second);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_does_not_stop_the_others() {
    let world = World::new();
    let held = world.mock.inject_scoped(
        Fault::hold()
            .on(Client::get_credentials_for_identity)
            .up_to_n_times(1),
    );
    let guest = world.guest.clone();
    let first = tokio::spawn(async move { key(&guest).await });
    held.wait_until_fired(1).await;
    let guest = world.guest.clone();
    let second = tokio::spawn(async move { key(&guest).await });
    tokio::task::yield_now().await;

    first.abort();

    second.await.unwrap();
    world.mock.assert_called(Client::get_id, 1);
    world
        .mock
        .assert_called(Client::get_credentials_for_identity, 2);
}

// Throttle: what a failure means.

#[tokio::test(start_paused = true)]
async fn a_throttled_request_is_retried_by_the_sdk() {
    let world = World::new();
    world.mock.inject(Fault::throttle().up_to_n_times(2));

    key(&world.guest).await;

    world.mock.assert_called(Client::get_id, 3);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_is_no_error_while_the_credentials_are_valid() {
    let world = World::new();
    let first = key(&world.guest).await;
    sleep(56 * MINUTE).await;
    let throttled = world.mock.inject_scoped(Fault::throttle());

    assert_eq!(key(&world.guest).await, first);

    // The next attempt is half a minute later, and not with each caller.
    let attempts = throttled.fired();
    assert_eq!(key(&world.guest).await, first);
    assert_eq!(throttled.fired(), attempts);
    sleep(MINUTE).await;
    assert_eq!(key(&world.guest).await, first);
    assert_eq!(throttled.fired(), 2 * attempts);

    // Three minutes later they expire.
    sleep(4 * MINUTE).await;
    let error = world.guest.provide_credentials().await.unwrap_err();
    assert!(is_throttled(&error), "{error:?}");
    drop(throttled);
    assert_ne!(key(&world.guest).await, first);
}

#[tokio::test(start_paused = true)]
async fn a_guest_whose_credentials_are_refused_stays_the_same_guest() {
    let world = World::new();
    let fault = Fault::throttle()
        .on(Client::get_credentials_for_identity)
        .up_to_n_times(3);
    world.mock.inject(fault);

    world.guest.provide_credentials().await.unwrap_err();
    let credentials = world.guest.provide_credentials().await.unwrap();

    assert_eq!(
        world.guest.identity_id(),
        Some(world.identity_of(&credentials))
    );
    world.mock.assert_called(Client::get_id, 1);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_answer_is_an_error_and_nothing_is_kept() {
    let world = World::new();
    let empty = Fault::respond_with(Client::get_credentials_for_identity, |_| {
        GetCredentialsForIdentityOutput::builder().build()
    });
    world.mock.inject(empty.up_to_n_times(1));

    world.guest.provide_credentials().await.unwrap_err();

    key(&world.guest).await;
}

#[tokio::test(start_paused = true)]
async fn an_identity_that_was_deleted_is_replaced() {
    let world = World::new();
    key(&world.guest).await;
    let deleted = world.guest.identity_id().unwrap();
    let input = DeleteIdentitiesInput::builder()
        .identity_ids_to_delete(&deleted)
        .build()
        .unwrap();
    world
        .mock
        .with_engine(|engine| engine.delete_identities(input))
        .unwrap();
    sleep(60 * MINUTE).await;

    key(&world.guest).await;

    assert_ne!(world.guest.identity_id(), Some(deleted));
}

// Logins.

#[tokio::test(start_paused = true)]
async fn a_user_gets_the_role_of_users_with_a_new_token_each_time() {
    let world = World::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let mock = Arc::new(world.mock);
    let logins = {
        let (mock, asked) = (Arc::clone(&mock), Arc::clone(&asked));
        move || {
            asked.fetch_add(1, Ordering::Relaxed);
            // A token is valid for an hour, so the first one does not last.
            let token = mock.issue_login(LoginToken::new(USERS, "alice"));
            async move { Ok(HashMap::from([(USERS.to_owned(), token)])) }
        }
    };
    let user = IdentityPoolCredentials::user(mock.client(), world.pool.id(), logins);

    for _ in 0..3 {
        let issued = mock.issued_credentials(&key(&user).await).unwrap();
        assert!(issued.role_arn.ends_with("-authenticated"), "{issued:?}");
        sleep(70 * MINUTE).await;
    }

    mock.assert_called(Client::get_id, 1);
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_had_is_an_error() {
    let world = World::new();
    let logins = || async { Err("the user is offline".into()) };
    let user = IdentityPoolCredentials::user(world.mock.client(), world.pool.id(), logins);

    let error = user.provide_credentials().await.unwrap_err();

    assert!(
        format!("{error:?}").contains("the user is offline"),
        "{error:?}"
    );
    world.mock.assert_no_calls();
}

// Together with a client.

#[tokio::test(start_paused = true)]
async fn a_client_signs_with_the_credentials() {
    let world = World::new();
    let config = world.mock.sdk_config().into_builder();
    let provider = SharedCredentialsProvider::new(world.guest.clone());
    let sts = aws_sdk_sts::Client::new(&config.credentials_provider(provider).build());

    let caller = sts.get_caller_identity().send().await.unwrap();

    let arn = caller.arn().unwrap();
    assert!(
        arn.ends_with("assumed-role/app-unauthenticated/CognitoIdentityCredentials"),
        "{arn}"
    );
    let call = world
        .mock
        .only_call(aws_sdk_sts::Client::get_caller_identity);
    assert_eq!(call.access_key_id, Some(key(&world.guest).await));
}
