//! The failing programs: ignored tests that stand for the tests of users.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::get_id::{GetIdInput, GetIdOutput};
use mock_cognito_identity::{Builder, Fault, LoginToken, MockCognitoIdentity, PoolSeed};

const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
const OTHER_POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000002";
const GOOGLE: &str = "accounts.google.com";

/// The builder of a mock that behaves the same on every run.
fn mock() -> Builder {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    MockCognitoIdentity::builder().seed(7).frozen_at(now)
}

fn seeded() -> MockCognitoIdentity {
    let mock = mock().start();
    let pool = PoolSeed::named("app")
        .id(POOL)
        .login_provider(GOOGLE, "my-app");
    assert_eq!(mock.seed_pool(pool).id(), POOL);
    mock
}

async fn guest(mock: &MockCognitoIdentity) -> Result<String, Box<dyn Error>> {
    let answer = mock.client().get_id().identity_pool_id(POOL).send().await?;
    Ok(answer.identity_id.unwrap())
}

// Assertions.

#[test]
#[ignore = "fails on purpose"]
fn never_called() {
    let mock = mock().start();

    mock.assert_called(Client::get_id, 1);
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn called_too_often() {
    let mock = seeded();
    mock.inject(Fault::throttle().up_to_n_times(2).named("first two"));
    let id = guest(&mock).await.unwrap();
    let client = mock.client();
    client
        .get_credentials_for_identity()
        .identity_id(&id)
        .send()
        .await
        .unwrap();
    let _ = client
        .describe_identity()
        .identity_id(OTHER_POOL)
        .send()
        .await;

    mock.assert_called(Client::get_id, 1);
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn called_though_it_must_not_be() {
    let mock = seeded();
    guest(&mock).await.unwrap();

    mock.assert_not_called(Client::get_id);
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn calls_where_there_must_be_none() {
    let mock = seeded();
    guest(&mock).await.unwrap();

    mock.assert_no_calls();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn called_with_another_input() {
    let mock = mock().lenient_logins().start();
    mock.seed_pool(PoolSeed::named("app").id(POOL));
    let client = mock.client();
    let call = client.get_id().identity_pool_id(OTHER_POOL);
    let _ = call.logins(GOOGLE, "token-a").account_id("1").send().await;
    let call = client.get_id().identity_pool_id(POOL);
    call.logins(GOOGLE, "token-b").send().await.unwrap();

    mock.assert_called_with(Client::get_id, |input| {
        input.identity_pool_id(POOL).logins(GOOGLE, "token-a")
    });
}

// Verification.

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_never_fires() {
    let mock = seeded();
    mock.inject(
        Fault::throttle()
            .on(Client::get_open_id_token)
            .named("token throttle"),
    );
    let id = guest(&mock).await.unwrap();
    let call = mock.client().get_credentials_for_identity().identity_id(id);
    call.send().await.unwrap();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_never_fires_before_shutdown() {
    let mock = mock().start();
    mock.inject(Fault::hang().expect(2));

    mock.shutdown();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_never_fires_before_verify() {
    let mock = mock().verify_on_drop(false).start();
    mock.inject(Fault::throttle().with_probability(0.5).expect(1..));
    mock.inject(Fault::delay(Duration::from_secs(1)).on(Client::get_id));

    mock.verify();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_never_fires_while_its_guard_lives() {
    let mock = seeded();
    {
        let _outage = mock.inject_scoped(Fault::internal_error().on(Client::list_identities));
        guest(&mock).await.unwrap();
    }
    unreachable!("the guard has panicked");
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_is_injected_too_late() {
    let mock = seeded();
    guest(&mock).await.unwrap();
    mock.inject(Fault::throttle().on(Client::get_id));
    mock.shutdown();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_guard_that_is_dropped_at_once() {
    let mock = seeded();
    let _ = mock.inject_scoped(Fault::throttle().on(Client::get_id));
    guest(&mock).await.unwrap();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_operation_of_sts_that_the_mock_does_not_answer() {
    let mock = mock().start();
    let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
    let call = sts
        .assume_role()
        .role_arn("arn:aws:iam::123456789012:role/reader");
    let _ = call.role_session_name("test").send().await;

    mock.verify();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_that_fires_too_often() {
    let mock = seeded();
    mock.inject(Fault::http_status(503).expect(..=2).named("overload"));
    guest(&mock).await.unwrap_err();
    mock.verify();
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_fault_whose_predicate_never_accepts_and_an_early_return() -> Result<(), Box<dyn Error>> {
    let mock = seeded();
    mock.inject(Fault::throttle().when(Client::get_id, |input| input.logins().is_some()));
    guest(&mock).await?;
    mock.client()
        .get_id()
        .identity_pool_id(OTHER_POOL)
        .send()
        .await?;
    guest(&mock).await?;
    Ok(())
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_early_return_that_nothing_hides() -> Result<(), Box<dyn Error>> {
    let mock = mock().verify_on_drop(false).start();
    mock.inject(Fault::throttle().on(Client::list_identities));
    guest(&mock).await?;
    mock.verify();
    Ok(())
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_panic_of_the_tests_own_while_a_fault_is_unfired() {
    let mock = mock().start();
    mock.inject(Fault::throttle());
    let _outage = mock.inject_scoped(Fault::hang().named("guarded"));

    panic!("the test's own");
}

#[tokio::test]
#[ignore = "succeeds, silently"]
async fn a_fault_that_never_fires_and_is_forgiven() {
    let mock = mock().verify_on_drop(false).start();
    mock.inject(Fault::throttle());
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_predicate_that_panics() {
    let mock = mock().start();
    mock.inject(
        Fault::throttle()
            .when(Client::get_id, |input| {
                input.account_id().unwrap().is_empty()
            })
            .named("only one account"),
    );
    let _ = guest(&mock).await;
}

// Waiting.

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_wait_for_calls_that_never_come() {
    let mock = seeded();
    guest(&mock).await.unwrap();

    mock.wait_for_calls(Client::get_id, 2).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "fails on purpose"]
async fn a_wait_for_calls_that_never_come_while_time_is_paused() {
    let mock = mock().in_memory();

    mock.wait_for_calls(Client::get_id, 1).await;
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_wait_for_a_fault_that_never_fires() {
    let mock = mock().start();
    let outage = mock.inject_scoped(Fault::throttle().named("outage"));

    outage.wait_until_fired(2).await;
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_wait_for_calls_inside_a_timeout() {
    let mock = mock().wait_timeout(Duration::from_millis(1)).start();
    let minute = Duration::from_secs(60);

    let _ = tokio::time::timeout(minute, mock.wait_for_calls(Client::get_id, 1)).await;
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_wait_for_a_fault_inside_a_timeout() {
    let mock = mock().wait_timeout(Duration::from_millis(1)).start();
    let outage = mock.inject_scoped(Fault::throttle().expect(..));
    let minute = Duration::from_secs(60);

    let _ = tokio::time::timeout(minute, outage.wait_until_fired(1)).await;
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn the_only_call_of_two() {
    let mock = seeded();
    guest(&mock).await.unwrap();
    guest(&mock).await.unwrap();

    let _ = mock.only_call(Client::get_id);
}

// Deadlocks.

#[test]
#[ignore = "hangs on purpose"]
fn a_closure_of_with_engine_that_waits_for_a_call() {
    let mock = seeded();

    mock.with_engine(|_| runtime().block_on(guest(&mock)).unwrap());
}

#[test]
#[ignore = "fails on purpose"]
fn a_predicate_that_waits_for_the_test_that_drops_the_mock() {
    // Dropped after the mock, so that the predicate waits until the mock is gone.
    let (_tell, told) = mpsc::channel::<()>();
    let (enter, entered) = mpsc::channel();
    let told = Mutex::new(told);
    let mock = seeded();
    mock.inject(Fault::throttle().when(Client::get_id, move |_| {
        enter.send(()).unwrap();
        told.lock().unwrap().recv().is_ok()
    }));
    let call = mock.client().get_id().identity_pool_id(POOL).send();
    std::thread::spawn(|| runtime().block_on(call).is_ok());
    entered.recv().unwrap();

    mock.assert_not_called(Client::get_id);
    panic!("the test's own");
}

#[test]
#[ignore = "fails on purpose"]
fn a_responder_that_waits_for_the_test_that_refuses_connections() {
    let (tell, told) = mpsc::channel();
    let (enter, entered) = mpsc::channel();
    let told = Mutex::new(told);
    let mock = seeded();
    let responder = move |_: &GetIdInput| {
        enter.send(()).unwrap();
        told.lock().unwrap().recv().unwrap();
        GetIdOutput::builder().build()
    };
    mock.inject(Fault::respond_with(Client::get_id, responder).named("slow"));
    let call = mock.client().get_id().identity_pool_id(POOL).send();
    let caller = std::thread::spawn(|| runtime().block_on(call).is_ok());
    entered.recv().unwrap();

    mock.inject(Fault::refuse_connections());

    tell.send(()).unwrap();
    drop(caller.join());
    panic!("the test goes on");
}

#[test]
#[ignore = "fails on purpose"]
fn a_predicate_that_waits_after_another_has_answered() {
    // Dropped after the mock, so that the predicate waits until the mock is gone.
    let (_tell, told) = mpsc::channel::<()>();
    let (enter, entered) = mpsc::channel();
    let told = Mutex::new(told);
    let mock = seeded();
    let never = Fault::throttle().when(Client::get_id, |_| false);
    mock.inject(never.expect(..));
    let waits = Fault::throttle().when(Client::get_id, move |_| {
        enter.send(()).unwrap();
        told.lock().unwrap().recv().is_ok()
    });
    mock.inject(waits.expect(..));
    let call = mock.client().get_id().identity_pool_id(POOL).send();
    std::thread::spawn(|| runtime().block_on(call).is_ok());
    entered.recv().unwrap();

    panic!("the test's own");
}

#[test]
#[ignore = "succeeds, silently"]
fn closures_of_with_engine_that_wait_for_one_another_shortly() {
    let mock = mock().in_memory();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    mock.with_engine(|_| std::thread::yield_now());
                }
            });
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap()
}

// Panics of their own.

/// The application, which forgets the logins of a user when it asks for credentials.
async fn sign_in(mock: &MockCognitoIdentity, subject: &str) -> Result<(), Box<dyn Error>> {
    let token = mock.issue_login(LoginToken::new(GOOGLE, subject));
    let client = mock.client();
    let get_id = client.get_id().identity_pool_id(POOL).logins(GOOGLE, token);
    let id = get_id.send().await?.identity_id.unwrap();
    let credentials = client.get_credentials_for_identity().identity_id(id);
    credentials.send().await?;
    Ok(())
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_unwrap_of_the_tests_own() {
    let mock = seeded();

    assert!(sign_in(&mock, "alice").await.is_ok());
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_panic_of_a_task() {
    let mock = Arc::new(seeded());
    let client = Arc::clone(&mock);
    let task = tokio::spawn(async move { assert!(sign_in(&client, "alice").await.is_ok()) });

    if task.await.is_err() {
        panic!("the task has panicked");
    }
}

#[test]
#[ignore = "fails on purpose"]
fn a_panic_of_a_thread() {
    let mock = seeded();

    std::thread::scope(|scope| {
        scope.spawn(|| assert!(runtime().block_on(sign_in(&mock, "bob")).is_ok()));
    });
}

#[test]
#[ignore = "fails on purpose"]
fn a_panic_before_any_call() {
    let _first = mock().start();
    let _second = mock().in_memory();

    panic!("the test's own");
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_panic_after_an_assertion_that_was_caught() {
    let mock = seeded();
    guest(&mock).await.unwrap();
    let assertion = AssertUnwindSafe(|| mock.assert_no_calls());
    assert!(std::panic::catch_unwind(assertion).is_err());

    panic!("the test's own");
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_panic_after_a_reset() {
    let mock = seeded();
    let assertion = AssertUnwindSafe(|| mock.assert_called(Client::get_id, 1));
    assert!(std::panic::catch_unwind(assertion).is_err());
    mock.reset();
    guest(&mock).await.unwrap_err();

    panic!("the test's own");
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_panic_without_a_log() {
    let mock = mock().log_on_panic(false).start();

    assert!(guest(&mock).await.is_ok());
}

#[tokio::test]
#[ignore = "succeeds, silently"]
async fn a_test_that_passes() {
    let mock = seeded();
    guest(&mock).await.unwrap();
}
