//! Recorded calls: what the mock records of each call, `wait_for_calls`, and `tracing` events.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use mock_cognito_identity::{Call, Fault, MockCognitoIdentity, Operation, Outcome, Request};

use crate::support::http::{self, Connection};
use crate::support::sdk_view::{
    block_on, client_with_timeouts, client_without_retries, pool_count, sdk_outcome,
    wait_until_dropped,
};
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, both, guest, mock, now, over_both, panic_of, runtime};

/// Code, message and status of the error response that was recorded for a call.
#[track_caller]
fn error<I>(call: &Call<I>) -> (&str, Option<&str>, u16) {
    match &call.outcome {
        Outcome::Error(error) => (error.code(), error.message(), error.status()),
        other => panic!("expected an error, got {other:?}"),
    }
}

fn attempts(mock: &MockCognitoIdentity) -> Vec<u32> {
    mock.calls().iter().map(|call| call.attempt).collect()
}

both! {
    async fn calls_are_recorded_in_order_with_the_sdks_own_inputs(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();

        let id = guest(&client, pool.id()).await;
        client.get_open_id_token().identity_id(&id).send().await.unwrap();

        let calls = mock.calls();
        assert_eq!(calls.iter().map(|call| call.number).collect::<Vec<_>>(), [1, 2]);
        let get_id = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();
        assert!(matches!(&calls[0].input, Request::GetId(input) if *input == get_id));
        let Request::GetOpenIdToken(input) = &calls[1].input else {
            panic!("expected GetOpenIdToken, got {:?}", calls[1].input);
        };
        assert_eq!(input.identity_id(), Some(id.as_str()));
    }

    async fn operations_are_listed_in_order(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();

        let id = guest(&client, pool.id()).await;
        client.get_credentials_for_identity().identity_id(&id).send().await.unwrap();
        guest(&client, pool.id()).await;

        use Operation::{GetCredentialsForIdentity, GetId};
        assert_eq!(mock.operations(), [GetId, GetCredentialsForIdentity, GetId]);
    }

    async fn calls_to_one_operation_keep_their_numbers_and_typed_inputs(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();
        let id = guest(&client, pool.id()).await;
        let describe = client.get_open_id_token().identity_id(&id).send();
        describe.await.unwrap();
        let _ = client.get_id().identity_pool_id(NO_POOL).account_id("1").send().await;

        let calls: Vec<Call<GetIdInput>> = mock.calls_to(Client::get_id);

        assert_eq!(calls.iter().map(|call| call.number).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(calls[1].input.identity_pool_id(), Some(NO_POOL));
        assert_eq!(calls[1].input.account_id(), Some("1"));
        assert_eq!(calls[0].input.logins(), None);
    }

    async fn two_throttles_and_a_success_are_three_calls_of_one_invocation(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::throttle().up_to_n_times(2));

        guest(&mock.client(), pool.id()).await;

        let calls = mock.calls_to(Client::get_id);
        assert_eq!(attempts(mock), [1, 2, 3]);
        let invocation = calls[0].invocation_id.clone();
        assert!(invocation.is_some());
        assert!(calls.iter().all(|call| call.invocation_id == invocation));
        let throttle = ("TooManyRequestsException", Some("Rate exceeded"), 400);
        assert_eq!((error(&calls[0]), error(&calls[1])), (throttle, throttle));
        assert_eq!(calls[2].outcome, Outcome::Success);
    }

    async fn two_sends_are_two_invocations(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();

        guest(&client, pool.id()).await;
        guest(&client, pool.id()).await;

        let calls = mock.calls();
        assert_eq!(attempts(mock), [1, 1]);
        assert_ne!(calls[0].invocation_id, calls[1].invocation_id);
    }

    async fn outcomes_are_recorded(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::empty_response().after_n_calls(2));
        let client = client_without_retries(mock);

        for pool_id in [pool.id(), NO_POOL, pool.id()] {
            let _ = client.get_id().identity_pool_id(pool_id).send().await;
        }

        let calls = mock.calls();
        assert_eq!(calls[0].outcome, Outcome::Success);
        let not_found = format!("IdentityPool '{NO_POOL}' not found.");
        let expected = ("ResourceNotFoundException", Some(not_found.as_str()), 400);
        assert_eq!(error(&calls[1]), expected);
        assert_eq!(calls[2].outcome, Outcome::Dropped);
    }

    async fn calls_name_the_fault_that_decided_their_response(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::throttle().up_to_n_times(1).named("first"));

        guest(&mock.client(), pool.id()).await;

        let calls = mock.calls();
        assert_eq!(calls[0].fault.as_deref(), Some("first"));
        assert_eq!(calls[1].fault, None);
    }

    async fn the_time_of_a_call_is_that_of_the_mocks_clock(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();

        guest(&client, pool.id()).await;
        mock.clock().advance(Duration::from_secs(3_600));
        guest(&client, pool.id()).await;

        let times: Vec<_> = mock.calls().iter().map(|call| call.time).collect();
        assert_eq!(times, [now(), now() + Duration::from_secs(3_600)]);
    }

    async fn fixtures_are_not_recorded(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.seed_identity();
        let input = GetIdInput::builder().identity_pool_id(pool.id()).build().unwrap();

        let answer = mock.with_engine(|engine| engine.get_id(input)).unwrap();

        assert_ne!(answer.identity_id(), Some(id.as_str()));
        assert!(mock.calls().is_empty());
        mock.assert_no_calls();
    }

    async fn a_call_that_violates_a_constraint_is_recorded_with_its_input(mock) {
        let too_long = "x".repeat(16);

        let _ = mock.client().get_id().account_id(&too_long).send().await;

        let calls = mock.calls_to(Client::get_id);
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].input.account_id(), Some(too_long.as_str()));
        assert_eq!(error(&calls[0]).0, "ValidationException");
        mock.verify();
    }

    async fn an_unsigned_call_is_recorded_with_its_input(mock) {
        mock.inject(Fault::throttle().expect(0));
        let call = mock.client().list_identity_pools().max_results(7);

        let result = call.customize().interceptor(Tamper::Unsign).send().await;

        assert_eq!(sdk_outcome(&result), "service: MissingAuthenticationTokenException");
        let calls = mock.calls_to(Client::list_identity_pools);
        assert_eq!(calls[0].input.max_results(), Some(7));
        let missing = "Missing Authentication Token";
        let expected = ("MissingAuthenticationTokenException", Some(missing), 400);
        assert_eq!(error(&calls[0]), expected);
        mock.verify();
    }

    async fn an_unrecognized_request_is_not_recorded_as_a_call(mock) {
        mock.inject(Fault::throttle().expect(0));
        let target = "AWSCognitoIdentityProviderService.InitiateAuth";
        let foreign = Tamper::Header("x-amz-target", target);
        let call = mock.client().get_id().identity_pool_id(NO_POOL);

        let result = call.customize().interceptor(foreign).send().await;

        assert_eq!(sdk_outcome(&result), "service: UnknownOperationException");
        assert!(mock.calls().is_empty());
        assert!(mock.operations().is_empty());
        mock.assert_not_called(Client::get_id);
        mock.reset();
    }

    async fn an_undecodable_request_is_recorded_without_an_input(mock) {
        let nonsense = Tamper::Body(r#"{"IdentityPoolId":["#);
        let call = mock.client().get_id().identity_pool_id(NO_POOL);

        let result = call.customize().interceptor(nonsense).send().await;

        assert_eq!(sdk_outcome(&result), "service: SerializationException");
        assert!(mock.calls().is_empty());
        assert!(mock.calls_to(Client::get_id).is_empty());
        assert_eq!(mock.operations(), [Operation::GetId]);
        mock.assert_called(Client::get_id, 1);
        mock.reset();
    }

    async fn call_numbers_count_every_request(mock) {
        let call = |instead| {
            let call = mock.client().get_id().identity_pool_id(NO_POOL);
            call.customize().interceptor(instead).send()
        };
        let _ = call(Tamper::Header("x-amz-target", "DynamoDB_20120810.PutItem")).await;
        let _ = call(Tamper::Body("[")).await;

        let _ = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        assert_eq!(mock.calls()[0].number, 3);
        mock.reset();
    }

    async fn a_reset_forgets_calls_and_pools_and_keeps_the_clock(mock) {
        let pool = mock.seed_pool("app").id().to_owned();
        let client = mock.client();
        guest(&client, &pool).await;
        mock.clock().advance(Duration::from_secs(1));

        mock.reset();

        mock.assert_no_calls();
        assert_eq!(pool_count(mock), 0);
        assert_eq!(mock.clock().now(), now() + Duration::from_secs(1));
        let result = client.get_id().identity_pool_id(&pool).send().await;
        assert_eq!(sdk_outcome(&result), "service: ResourceNotFoundException");
        assert_eq!(mock.calls()[0].number, 1);
    }

    async fn an_in_flight_call_is_forgotten_by_a_reset_and_answered(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::hold());
        let call = tokio::spawn(mock.client().get_id().identity_pool_id(pool.id()).send());
        mock.wait_for_calls(Client::get_id, 1).await;

        mock.reset();

        assert_eq!(sdk_outcome(&call.await.unwrap()), "ok");
        mock.assert_no_calls();
    }

    async fn waiting_for_calls_of_a_background_task(mock) {
        let pool = mock.seed_pool("app");
        let (client, id) = (mock.client(), pool.id().to_owned());
        let task = tokio::spawn(async move {
            for _ in 0..3 {
                guest(&client, &id).await;
            }
        });

        let calls = mock.wait_for_calls(Client::get_id, 2).await;

        assert!(calls.len() >= 2);
        assert_eq!(calls[1].input.identity_pool_id(), Some(pool.id()));
        task.await.unwrap();
    }

    async fn waiting_for_calls_that_have_arrived_ends_at_once(mock) {
        let pool = mock.seed_pool("app");
        guest(&mock.client(), pool.id()).await;

        // The future is polled only once.
        let calls = tokio::select! {
            biased;
            calls = mock.wait_for_calls(Client::get_id, 1) => Some(calls),
            () = std::future::ready(()) => None,
        };

        assert_eq!(calls.map(|calls| calls.len()), Some(1));
    }

    async fn waiting_counts_every_attempt(mock) {
        mock.inject(Fault::throttle());
        let call = tokio::spawn(mock.client().get_id().identity_pool_id(NO_POOL).send());

        let calls = mock.wait_for_calls(Client::get_id, 3).await;

        assert_eq!(calls.len(), 3);
        assert!(call.await.unwrap().is_err());
    }

    async fn the_only_call_is_returned_with_its_input(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        mock.client().get_open_id_token().identity_id(&id).send().await.unwrap();

        let (first, second) = (mock.only_call(Client::get_id), mock.only_call(Client::get_open_id_token));

        assert_eq!((first.number, second.number), (1, 2));
        assert_eq!(first.input.identity_pool_id(), Some(pool.id()));
        assert_eq!(second.input.identity_id(), Some(id.as_str()));
    }

    async fn there_is_no_only_call_among_none_or_several(mock) {
        let panic = || panic_of(|| drop(mock.only_call(Client::get_id)));

        let none = panic();
        mock.inject(Fault::throttle().up_to_n_times(1));
        guest(&mock.client(), mock.seed_pool("app").id()).await;
        let attempts = panic();

        assert!(none.starts_with("expected 1 call to GetId, but received 0\n"), "{none}");
        let two = "expected 1 call to GetId, but received 2\n2 calls = 1 invocation × 2 attempts";
        assert!(attempts.starts_with(two), "{attempts}");
    }

    async fn a_cancelled_wait_can_be_repeated(mock) {
        let pool = mock.seed_pool("app");
        let given_up = tokio::select! {
            biased;
            _ = mock.wait_for_calls(Client::get_id, 1) => false,
            () = tokio::task::yield_now() => true,
        };
        let call = tokio::spawn(mock.client().get_id().identity_pool_id(pool.id()).send());

        let calls = mock.wait_for_calls(Client::get_id, 1).await;

        assert!(given_up);
        assert_eq!(calls.len(), 1);
        assert!(call.await.unwrap().is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_slow_background_task_while_time_is_paused() {
    let mock = mock().in_memory();
    let pool = mock.seed_pool("app");
    let (client, id) = (mock.client(), pool.id().to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        guest(&client, &id).await;
    });

    // The hour is virtual time and passes at once; the five seconds of the wait are real time.
    let calls = mock.wait_for_calls(Client::get_id, 1).await;

    assert_eq!(calls.len(), 1);
}

#[test]
fn an_only_call_that_cannot_be_read_or_is_not_kept_is_named() {
    let unread = mock().verify_on_drop(false).start();
    Connection::to(&unread).exchange(http::call("GetId", "{"));
    let evicted = mock().keep_calls(0).in_memory();
    runtime().block_on(guest(&evicted.client(), evicted.seed_pool("app").id()));

    for mock in [unread, evicted] {
        let panic = panic_of(|| drop(mock.only_call(Client::get_id)));
        let sentence = "the only call to GetId has no input: it could not be read, or it is no \
                        longer kept\n";
        assert!(panic.starts_with(sentence), "{panic}");
    }
}

#[test]
fn waits_end_when_their_timeout_has_passed() {
    for mock in over_both(|| mock().wait_timeout(Duration::from_millis(1))) {
        let held = mock.inject_scoped(Fault::hold().expect(..));

        let calls = panic_of(|| drop(block_on(mock.wait_for_calls(Client::get_id, 2))));
        let fault = panic_of(|| block_on(held.wait_until_fired(1)));

        let expected = "waited 1ms for 2 calls to GetId, but received 0";
        assert!(calls.starts_with(expected), "{calls}");
        let expected = "waited 1ms for fault #1 to fire 1 time, but it fired 0 times";
        assert!(fault.starts_with(expected), "{fault}");
    }
}

#[test]
fn a_wait_without_time_still_looks_once() {
    let mock = mock().wait_timeout(Duration::ZERO).in_memory();
    runtime().block_on(guest(&mock.client(), mock.seed_pool("app").id()));

    assert_eq!(block_on(mock.wait_for_calls(Client::get_id, 1)).len(), 1);
}

#[test]
fn waiting_needs_no_runtime() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let mut call = Connection::sending(&mock, http::get_id(pool.id()));

    let calls = block_on(mock.wait_for_calls(Client::get_id, 1));

    assert_eq!(calls[0].input.identity_pool_id(), Some(pool.id()));
    assert_eq!(call.answer().unwrap().status(), 200);
}

#[test]
fn a_call_without_the_headers_of_an_sdk_is_a_first_attempt() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");

    Connection::to(&mock).exchange(http::get_id(pool.id()));

    let call = &mock.calls()[0];
    assert_eq!((call.attempt, call.invocation_id.as_deref()), (1, None));
}

#[test]
fn attempt_and_invocation_id_are_what_the_headers_say() {
    let mock = mock().start();
    for (header, attempt) in [
        ("attempt=2; max=3", 2),
        ("max=3;attempt=3", 3),
        ("attempt=x", 1),
        ("", 1),
    ] {
        let head = format!(
            "{}amz-sdk-request: {header}\r\namz-sdk-invocation-id: Not A Uuid\r\n",
            http::head("GetId")
        );

        Connection::to(&mock).exchange(format!("{head}content-length: 2\r\n\r\n{{}}"));

        let calls = mock.calls();
        let call = calls.last().unwrap();
        assert_eq!(call.attempt, attempt, "{header}");
        assert_eq!(call.invocation_id.as_deref(), Some("Not A Uuid"));
    }
}

#[test]
fn a_hanging_call_is_recorded_while_it_hangs() {
    let mock = mock().start();
    mock.inject(Fault::hang());

    let _call = Connection::sending(&mock, http::get_id(NO_POOL));
    let calls = block_on(mock.wait_for_calls(Client::get_id, 1));

    assert_eq!(calls[0].number, 1);
    assert_eq!(calls[0].outcome, Outcome::Dropped);
}

both! {
    async fn a_delayed_call_is_recorded_as_dropped_after_the_client_gave_up(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::delay(Duration::from_secs(3_600)).named("slow"));
        let limit = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50));
        let client = client_with_timeouts(mock, limit.build());

        let answer = client.get_id().identity_pool_id(pool.id()).send().await;

        assert_eq!(sdk_outcome(&answer), "timeout");
        wait_until_dropped(mock).await;
        assert_eq!(mock.calls()[0].fault.as_deref(), Some("slow"));
    }

    async fn a_held_call_is_recorded_as_dropped_after_the_client_gave_up(mock) {
        let pool = mock.seed_pool("app");
        let held = mock.inject_scoped(Fault::hold());
        mock.inject(Fault::throttle().named("and throttled"));
        let caller = tokio::spawn(client_without_retries(mock).get_id().identity_pool_id(pool.id()).send());
        held.wait_until_fired(1).await;

        caller.abort();

        wait_until_dropped(mock).await;
        assert_eq!(mock.calls()[0].fault.as_deref(), Some("and throttled"));
        // A later release does not change the outcome.
        held.release();
        assert_eq!(mock.calls()[0].outcome, Outcome::Dropped);
    }

    async fn a_delayed_call_is_recorded_as_a_success_if_the_client_waited(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::delay(Duration::from_millis(1)));

        guest(&mock.client(), pool.id()).await;

        assert_eq!(mock.calls()[0].outcome, Outcome::Success);
    }
}
