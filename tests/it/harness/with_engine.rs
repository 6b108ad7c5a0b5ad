//! `with_engine`: which methods its closure may call, and what other threads do while it runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityInput;
use mock_cognito_identity::{Fault, LoginToken, MockCognitoIdentity};

use crate::support::app::GOOGLE;
use crate::support::sdk_view::block_on;
use crate::support::{both, guest, mock, over_both, runtime};

/// A timeout that no step of these tests needs. It turns a deadlock into a failed test.
const LIMIT: Duration = Duration::from_secs(20);

/// A call of a method of the mock inside `with_engine`, with the method's name.
type Reentry = (&'static str, fn(&MockCognitoIdentity));

/// Calls a method inside `with_engine`, on a thread of its own. Returns the message of its panic.
#[track_caller]
fn inside(mock: &Arc<MockCognitoIdentity>, (name, reenter): Reentry) -> Result<(), String> {
    let (done, outcome) = mpsc::channel();
    let mock = Arc::clone(mock);
    std::thread::spawn(move || {
        let run = || mock.with_engine(|_| reenter(&mock));
        let panic = catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
            let text = panic.downcast_ref::<String>();
            text.expect("the message is formatted").clone()
        });
        // Dropped before the test continues, so that the test holds the last handle.
        drop(mock);
        let _ = done.send(panic);
    });
    match outcome.recv_timeout(LIMIT) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => panic!("`{name}` hangs inside `with_engine`"),
        Err(RecvTimeoutError::Disconnected) => panic!("`{name}` ended without a word"),
    }
}

fn mocks() -> [Arc<MockCognitoIdentity>; 2] {
    over_both(mock).map(Arc::new)
}

#[test]
fn methods_without_the_engine_work_inside_the_closure() {
    let reentries: &[Reentry] = &[
        ("calls", |mock| assert!(mock.calls().is_empty())),
        ("operations", |mock| assert!(mock.operations().is_empty())),
        ("timeline", |mock| drop(mock.timeline())),
        ("assert_called", |mock| {
            mock.assert_called(Client::get_id, 0);
        }),
        ("assert_no_calls", MockCognitoIdentity::assert_no_calls),
        ("inject", |mock| mock.inject(Fault::throttle().expect(..))),
        ("inject_scoped", |mock| {
            drop(mock.inject_scoped(Fault::throttle().expect(..)));
        }),
        ("clear_faults", MockCognitoIdentity::clear_faults),
        ("verify", MockCognitoIdentity::verify),
        ("clock", |mock| mock.clock().advance(Duration::from_secs(1))),
        ("client", |mock| drop(mock.client())),
        ("Debug", |mock| drop(format!("{mock:?}"))),
    ];

    for mock in mocks() {
        for reentry in reentries {
            assert_eq!(inside(&mock, *reentry), Ok(()), "{}", reentry.0);
        }
    }
}

#[test]
fn methods_that_need_the_engine_panic_inside_the_closure() {
    let reentries: &[Reentry] = &[
        ("seed_pool", |mock| drop(mock.seed_pool("app"))),
        ("issue_login", |mock| {
            drop(mock.issue_login(LoginToken::new(GOOGLE, "alice")));
        }),
        ("sign_out_user", |mock| mock.sign_out_user("p", "alice")),
        ("issued_credentials", |mock| {
            drop(mock.issued_credentials("ASIA"));
        }),
        ("jwks", |mock| drop(mock.jwks())),
        ("with_engine", |mock| mock.with_engine(|_| ())),
        ("reset", MockCognitoIdentity::reset),
    ];

    for mock in mocks() {
        for reentry in reentries {
            let name = reentry.0;
            let panic = inside(&mock, *reentry).expect_err(name);

            let start = format!("`{name}` needs the engine, but the `with_engine` closure at ");
            assert!(panic.starts_with(&start), "{panic}");
            assert!(panic.contains("with_engine.rs:"), "{panic}");
        }
        // The engine is usable again.
        let pool = mock.seed_pool("app");
        assert!(!pool.seed_identity().is_empty());
    }
}

#[test]
fn the_panic_points_at_the_line_of_the_method() {
    for mock in mocks() {
        let place = crate::support::place_of_panic(|| {
            mock.with_engine(|_| drop(mock.seed_pool("app")));
        });

        assert_eq!(place, (file!().to_owned(), line!() - 3));
    }
}

#[test]
fn a_call_in_memory_panics_inside_the_closure() {
    let mock = Arc::new(mock().in_memory());

    let panic = inside(
        &mock,
        ("a call", |mock| {
            let answer = mock.client().list_identity_pools().max_results(1).send();
            drop(runtime().block_on(answer));
        }),
    );

    let panic = panic.unwrap_err();
    assert!(panic.starts_with("a call needs the engine, but"), "{panic}");
}

both! {
    async fn calls_of_other_threads_wait_for_the_closure(mock) {
        let pool = mock.seed_pool("app").id().to_owned();
        let (entered, is_entered) = mpsc::channel();
        let (leave, may_leave) = mpsc::channel::<()>();

        let id = std::thread::scope(|scope| {
            scope.spawn(move || mock.with_engine(|_| {
                entered.send(()).unwrap();
                may_leave.recv_timeout(LIMIT).unwrap();
            }));
            is_entered.recv_timeout(LIMIT).unwrap();
            let (client, pool) = (mock.client(), &pool);
            let call = scope.spawn(move || {
                runtime().block_on(guest(&client, pool))
            });
            // Methods that do not need the engine do not wait.
            mock.assert_not_called(Client::get_credentials_for_identity);
            leave.send(()).unwrap();
            call.join().unwrap()
        });

        assert!(id.starts_with("us-east-1:"));
        mock.assert_called(Client::get_id, 1);
    }

    async fn the_engine_is_usable_after_a_panic_inside_the_closure(mock) {
        let panic = catch_unwind(AssertUnwindSafe(|| mock.with_engine(|_| panic!("oops"))));

        assert!(panic.is_err());
        let pool = mock.seed_pool("app");
        guest(&mock.client(), pool.id()).await;
    }
}

#[test]
fn with_engine_needs_no_runtime() {
    for mock in mocks() {
        let waited = block_on(async { mock.with_engine(|_| mock.calls().len()) });

        assert_eq!(waited, 0);
    }
}

both! {
    async fn the_caller_inside_the_closure_is_not_that_of_the_last_call(mock) {
        let id = guest(&mock.client(), mock.seed_pool("app").id()).await;
        let answer = mock.client().get_credentials_for_identity().identity_id(id).send().await;
        let issued = answer.unwrap().credentials.unwrap();
        let issued = Credentials::new(
            issued.access_key_id.unwrap(),
            issued.secret_key.unwrap(),
            issued.session_token,
            None,
            "test",
        );
        let config = mock.sdk_config().into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(issued)).build();
        let who = || GetCallerIdentityInput::builder().build().unwrap();

        let outside = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap();
        let inside = mock.with_engine(|engine| engine.get_caller_identity(who())).unwrap();

        assert!(outside.arn().unwrap().contains(":assumed-role/"), "{outside:?}");
        assert_eq!(inside.arn(), Some("arn:aws:iam::123456789012:user/mock"));
    }
}
