//! Mistakes in the use of `Exploration`, and what it says about them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_sdk_cognitoidentity::Client;
use expect_test::{Expect, expect};
use mock_cognito_identity::{Crash, Exploration, Fault, Report};

use crate::support::{Error, POOL, patient_client, seed_pool};

#[track_caller]
fn assert_panics(explore: impl FnOnce() -> Report, expected: &Expect) {
    let panic = catch_unwind(AssertUnwindSafe(explore)).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    expected.assert_eq(&text.unwrap());
}

async fn describe(client: &Client) -> Result<String, Error> {
    let call = client.describe_identity_pool().identity_pool_id(POOL);
    Ok(call.send().await?.identity_pool_name)
}

#[test]
fn code_that_fails_without_a_fault() {
    assert_panics(
        || {
            Exploration::new()
                .start(patient_client) // and no pool
                .run(async |client| match describe(client).await {
                    Ok(name) => Ok(name),
                    Err(_) => Err("there is no pool"),
                })
        },
        &expect![[r#"
            without any fault, the code fails: "there is no pool"
            help: it must succeed on a mock that `arrange` has prepared.

            calls received:
                #1  DescribeIdentityPool  attempt 1  <pool 1>  → ResourceNotFoundException: IdentityPool '<pool 1>' not found.
                #2  DescribeIdentityPool  attempt 1  <pool 1>  → ResourceNotFoundException: IdentityPool '<pool 1>' not found.
        "#]],
    );
}

#[test]
fn code_that_panics_without_a_fault() {
    let panic = catch_unwind(|| {
        Exploration::new()
            .start(patient_client)
            .run(async |client| Ok::<_, Error>(describe(client).await.unwrap()))
    });

    let text = panic.unwrap_err().downcast_ref::<String>().unwrap().clone();
    assert!(
        text.starts_with("without any fault, the code panics: called `Result::unwrap()`"),
        "{text}"
    );
    assert!(text.contains(&format!("at {}:", file!())), "{text}");
    assert!(text.contains("#1  DescribeIdentityPool"), "{text}");
}

#[test]
fn code_that_waits_for_ever_without_a_fault() {
    assert_panics(
        || {
            Exploration::new()
                .start(patient_client)
                .run(async |_| std::future::pending::<Result<(), Error>>().await)
        },
        &expect![[r#"
            without any fault, the code does not return: no timer and no answer of the mock makes it go on
            help: it must succeed on a mock that `arrange` has prepared.

            calls received:
                no calls
        "#]],
    );
}

#[test]
fn a_second_use_that_must_fail() {
    assert_panics(
        || {
            Exploration::new()
                .arrange(seed_pool)
                .start(patient_client)
                .run(async |client| {
                    let call = client.delete_identity_pool().identity_pool_id(POOL);
                    call.send()
                        .await
                        .map(drop)
                        .map_err(|_| "it cannot be deleted")
                })
        },
        &expect![[r#"
            without any fault, the code succeeds once, but its second use fails: "it cannot be deleted"
            note: it is used twice on one application, to see whether it recovers from a fault.
            help: if it cannot be repeated, let the body also undo what it does, or let it begin with what the first use has left.

            calls received:
                #1  DeleteIdentityPool  attempt 1  <pool 1>  → ok
                #2  DeleteIdentityPool  attempt 1  <pool 1>  → ResourceNotFoundException: IdentityPool '<pool 1>' not found.
        "#]],
    );
}

#[test]
fn code_that_makes_no_call() {
    assert_panics(
        || Exploration::new().run(async |()| Ok::<_, Error>(())),
        &expect![[r#"
            without any fault, the code makes no call
            help: make its client from the mock that `start` passes in, such as `mock.client()`.

            calls received:
                no calls
        "#]],
    );
}

#[test]
fn code_that_calls_something_else() {
    assert_panics(
        || {
            Exploration::new()
                .start(|mock| aws_sdk_sts::Client::new(&mock.sdk_config()))
                .run(async |sts| {
                    let _ = sts.get_session_token().send().await;
                    Ok::<_, Error>(())
                })
        },
        &expect![[r#"
            without any fault, the code sends a request that the mock does not understand

            calls received:
                #1  POST /  Action=GetSessionToken  → InvalidAction: Could not find operation GetSessionToken for version 2011-06-15
                #2  POST /  Action=GetSessionToken  → InvalidAction: Could not find operation GetSessionToken for version 2011-06-15
        "#]],
    );
}

#[test]
fn a_check_that_fails_without_a_fault() {
    assert_panics(
        || {
            Exploration::new()
                .arrange(seed_pool)
                .start(patient_client)
                .check(|_, _, _, _, calls| match calls.len() {
                    1 => Ok(()),
                    n => Err(format!("{n} calls")),
                })
                .run(async |client| describe(client).await)
        },
        &expect![[r#"
            without any fault, a check fails: 2 calls

            calls received:
                #1  DescribeIdentityPool  attempt 1  <pool "app">  → ok
                #2  DescribeIdentityPool  attempt 1  <pool "app">  → ok
        "#]],
    );
}

#[test]
fn an_operation_that_is_not_called() {
    assert_panics(
        || {
            Exploration::new()
                .arrange(seed_pool)
                .start(patient_client)
                .on(Client::get_id)
                .run(async |client| describe(client).await)
        },
        &expect![[r#"
            `on` selects GetId, but without a fault the code makes no such call

            calls received:
                #1  DescribeIdentityPool  attempt 1  <pool "app">  → ok
                #2  DescribeIdentityPool  attempt 1  <pool "app">  → ok
        "#]],
    );
}

#[test]
fn a_call_that_is_not_made() {
    assert_panics(
        || {
            Exploration::new()
                .arrange(seed_pool)
                .start(patient_client)
                .only(7, Crash::After)
                .run(async |client| describe(client).await)
        },
        &expect![[r#"
            `only` is about call #7, but without a fault the first use makes 1 calls

            calls received:
                #1  DescribeIdentityPool  attempt 1  <pool "app">  → ok
                #2  DescribeIdentityPool  attempt 1  <pool "app">  → ok
        "#]],
    );
}

#[test]
fn a_fault_that_strikes_no_call() {
    assert_panics(
        || {
            Exploration::new()
                .faults([Fault::refuse_connections()])
                .run(async |()| Ok::<_, Error>(()))
        },
        &expect![
            "`refuse_connections` refuses all connections and cannot strike one call; explore `reset_connection` instead"
        ],
    );
}

#[tokio::test]
async fn inside_an_async_test() {
    assert_panics(
        || Exploration::new().run(async |()| Ok::<_, Error>(())),
        &expect![[r#"
            an exploration blocks its thread, but this is an async test: every run has a runtime of its own
            help: write `#[test] fn` instead of `#[tokio::test] async fn`; the closure of `run` stays async."#]],
    );
}

#[test]
fn a_panic_of_misuse_points_at_the_call_of_run() {
    thread_local! {
        static PLACE: Cell<Option<String>> = const { Cell::new(None) };
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info
            .payload_as_str()
            .is_some_and(|text| text.contains("makes no call"))
        {
            PLACE.set(info.location().map(|place| place.file().to_owned()));
        } else {
            before(info);
        }
    }));

    let run = || Exploration::new().run(async |()| Ok::<_, Error>(()));

    assert!(catch_unwind(run).is_err());
    assert_eq!(PLACE.take().as_deref(), Some(file!()));
}
