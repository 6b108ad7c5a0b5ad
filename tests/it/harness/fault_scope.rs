//! Which calls a fault applies to, how often and how long, in which order faults apply, and what
//! verification demands of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Fault, MockCognitoIdentity, Times};

use crate::support::app::GOOGLE;
use crate::support::sdk_view::{client_without_retries, sdk_outcome};
use crate::support::{NO_POOL, both, mock, over_both};

const SECOND: Duration = Duration::from_secs(1);

async fn get_id(client: &Client) -> String {
    sdk_outcome(&client.get_id().identity_pool_id(NO_POOL).send().await)
}

async fn describe(client: &Client) -> String {
    let describe = client.describe_identity_pool().identity_pool_id(NO_POOL);
    sdk_outcome(&describe.send().await)
}

/// Calls `GetId` `n` times, with one attempt each.
async fn get_ids(mock: &MockCognitoIdentity, n: usize) {
    let client = client_without_retries(mock);
    for _ in 0..n {
        get_id(&client).await;
    }
}

/// The name of the fault that applied to each call; `-` for none.
fn met(mock: &MockCognitoIdentity) -> Vec<String> {
    let calls = mock.calls().into_iter();
    calls
        .map(|call| call.fault.unwrap_or_else(|| "-".to_owned()))
        .collect()
}

/// Whether verification succeeds.
fn verifies(mock: &MockCognitoIdentity) -> bool {
    catch_unwind(AssertUnwindSafe(|| mock.verify())).is_ok()
}

both! {
    async fn a_fault_without_operations_applies_to_all_operations(mock) {
        mock.inject(Fault::throttle().named("all"));
        let client = client_without_retries(mock);

        get_id(&client).await;
        describe(&client).await;

        assert_eq!(met(mock), ["all", "all"]);
    }

    async fn a_fault_applies_to_the_operations_it_is_on(mock) {
        mock.inject(Fault::throttle().on(Client::get_id).on(Client::list_identities).named("two"));
        let client = client_without_retries(mock);

        get_id(&client).await;
        describe(&client).await;
        let list = client.list_identities().identity_pool_id(NO_POOL).max_results(1);
        let listed = sdk_outcome(&list.send().await);

        assert_eq!(listed, "service: TooManyRequestsException");
        assert_eq!(met(mock), ["two", "-", "two"]);
    }

    async fn a_fault_applies_to_the_inputs_that_its_predicate_matches(mock) {
        let pool = mock.seed_pool("app");
        let id = pool.id().to_owned();
        mock.inject(Fault::throttle().named("one pool").when(Client::get_id, move |input| {
            input.identity_pool_id() == Some(&id)
        }));
        let client = client_without_retries(mock);

        get_id(&client).await;
        let result = client.get_id().identity_pool_id(pool.id()).send().await;

        assert_eq!(sdk_outcome(&result), "service: TooManyRequestsException");
        assert_eq!(met(mock), ["-", "one pool"]);
    }

    async fn a_predicate_does_not_restrict_other_operations(mock) {
        let fault = Fault::throttle().when(Client::get_id, |_| false);
        mock.inject(fault.on(Client::describe_identity_pool).named("it"));
        let client = client_without_retries(mock);

        get_id(&client).await;
        describe(&client).await;

        assert_eq!(met(mock), ["-", "it"]);
    }

    async fn several_predicates_must_all_match(mock) {
        let fault = Fault::throttle().when(Client::get_id, |input| input.account_id().is_some());
        mock.inject(fault.when(Client::get_id, |input| input.logins().is_some()).named("it"));
        let client = client_without_retries(mock);
        let get_id = || client.get_id().identity_pool_id(NO_POOL);

        let _ = get_id().account_id("123456789012").send().await;
        let _ = get_id().logins(GOOGLE, "token").send().await;
        let _ = get_id()
            .account_id("123456789012")
            .logins(GOOGLE, "token")
            .send()
            .await;

        assert_eq!(met(mock), ["-", "-", "it"]);
    }

    async fn up_to_n_times_limits_a_fault(mock) {
        mock.inject(Fault::throttle().up_to_n_times(2).named("twice"));

        get_ids(mock, 4).await;

        assert_eq!(met(mock), ["twice", "twice", "-", "-"]);
    }

    async fn after_n_calls_delays_a_fault(mock) {
        let fault = Fault::throttle().on(Client::get_id).after_n_calls(2);
        mock.inject(fault.up_to_n_times(1).named("third"));
        let client = client_without_retries(mock);

        describe(&client).await;
        get_ids(mock, 4).await;

        assert_eq!(met(mock), ["-", "-", "-", "third", "-"]);
    }

    async fn every_attempt_of_the_sdk_is_counted_by_a_fault(mock) {
        mock.inject(Fault::throttle().after_n_calls(1).up_to_n_times(1).named("second"));
        mock.inject(Fault::internal_error().up_to_n_times(1).named("first"));

        let result = get_id(&mock.client()).await;

        assert_eq!(result, "service: ResourceNotFoundException");
        assert_eq!(met(mock), ["first", "second", "-"]);
    }

    async fn faults_apply_in_the_order_of_their_injection(mock) {
        mock.inject(Fault::reset_connection().up_to_n_times(1).named("one"));
        mock.inject(Fault::throttle().up_to_n_times(2).named("two"));

        get_ids(mock, 4).await;

        assert_eq!(met(mock), ["one", "two", "two", "-"]);
    }

    async fn of_two_faults_only_the_one_that_answers_is_counted(mock) {
        let first = mock.inject_scoped(Fault::throttle().up_to_n_times(1));
        let second = mock.inject_scoped(Fault::internal_error().up_to_n_times(1));

        get_ids(mock, 1).await;
        assert_eq!((first.fired(), second.fired()), (1, 0));
        get_ids(mock, 1).await;

        assert_eq!((first.fired(), second.fired()), (1, 1));
    }

    async fn a_call_whose_predicate_panics_is_counted_by_no_fault(mock) {
        let throttle = mock.inject_scoped(Fault::throttle().up_to_n_times(1));
        {
            let _bad = mock.inject_scoped(Fault::hang().when(Client::get_id, |_| panic!("bad")));
            assert_eq!(get_id(&client_without_retries(mock)).await, "service: MockPanic");
            assert_eq!(throttle.fired(), 0);
        }

        assert_eq!(get_id(&client_without_retries(mock)).await, "service: TooManyRequestsException");
        assert_eq!(throttle.fired(), 1);
        drop(throttle);
        mock.reset();
    }

    async fn a_delay_and_a_throttle_combine(mock) {
        let slow = mock.inject_scoped(Fault::delay(Duration::from_millis(1)).named("slow"));
        let throttle = mock.inject_scoped(Fault::throttle().up_to_n_times(1).named("throttle"));

        get_ids(mock, 2).await;

        // A call names the fault that decided its outcome.
        assert_eq!(met(mock), ["throttle", "slow"]);
        assert_eq!((slow.fired(), throttle.fired()), (2, 1));
    }

    async fn a_held_call_can_fail_afterwards(mock) {
        let held = mock.inject_scoped(Fault::hold().up_to_n_times(1));
        mock.inject(Fault::not_authorized("no").up_to_n_times(1));
        let client = client_without_retries(mock);
        let call = tokio::spawn(async move { get_id(&client).await });
        held.wait_until_fired(1).await;

        held.release();

        assert_eq!(call.await.unwrap(), "service: NotAuthorizedException");
    }

    async fn faults_without_a_name_are_identified_by_their_number(mock) {
        mock.inject(Fault::throttle().up_to_n_times(1));
        mock.inject(Fault::throttle().up_to_n_times(1).named("with a name"));
        mock.inject(Fault::throttle().up_to_n_times(1));

        get_ids(mock, 3).await;

        assert_eq!(met(mock), ["#1", "with a name", "#3"]);
    }

    async fn clear_faults_does_not_reset_their_numbers(mock) {
        mock.inject(Fault::throttle());
        mock.clear_faults();
        mock.inject(Fault::throttle());

        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["#2"]);
    }

    async fn a_rate_limit_throttles_what_is_above_it(mock) {
        mock.inject(Fault::rate_limit(2, SECOND).on(Client::get_id).named("limit"));

        get_ids(mock, 4).await;
        describe(&client_without_retries(mock)).await;

        assert_eq!(met(mock), ["-", "-", "limit", "limit", "-"]);
    }

    async fn the_window_of_a_rate_limit_slides_by_the_mocks_clock(mock) {
        mock.inject(Fault::rate_limit(2, SECOND).named("limit"));
        let half = SECOND / 2;

        get_ids(mock, 1).await;
        mock.clock().advance(half);
        get_ids(mock, 2).await;
        mock.clock().advance(half);
        get_ids(mock, 2).await;
        mock.clock().advance(half);
        get_ids(mock, 2).await;

        let by_half_second = ["-", "-", "limit", "-", "limit", "-", "limit"];
        assert_eq!(met(mock), by_half_second);
    }

    async fn a_rate_limit_is_lifted_when_its_guard_drops(mock) {
        let limit = mock.inject_scoped(Fault::rate_limit(0, SECOND));
        get_ids(mock, 1).await;

        drop(limit);
        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["#1", "-"]);
    }

    async fn a_guard_counts_how_often_its_fault_has_fired(mock) {
        let outage = mock.inject_scoped(Fault::internal_error());
        assert_eq!(outage.fired(), 0);

        let result = get_id(&mock.client()).await;

        assert_eq!(result, "service: InternalErrorException");
        assert_eq!(outage.fired(), 3);
    }

    async fn dropping_the_guard_removes_the_fault(mock) {
        {
            let _outage = mock.inject_scoped(Fault::internal_error().named("outage"));
            get_ids(mock, 1).await;
        }
        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["outage", "-"]);
        mock.verify();
    }

    async fn dropping_the_guard_removes_no_other_fault(mock) {
        mock.inject(Fault::throttle().named("stays"));
        drop(mock.inject_scoped(Fault::throttle().expect(0)));

        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["stays"]);
    }

    async fn waiting_until_a_fault_has_fired_ends_with_the_call(mock) {
        let guard = mock.inject_scoped(Fault::throttle());
        let client = mock.client();

        let call = tokio::spawn(async move { get_id(&client).await });
        guard.wait_until_fired(3).await;

        assert_eq!(guard.fired(), 3);
        assert_eq!(call.await.unwrap(), "service: TooManyRequestsException");
    }

    async fn dropping_the_guard_releases_held_calls(mock) {
        let held = mock.inject_scoped(Fault::hold());
        let client = client_without_retries(mock);
        let call = tokio::spawn(async move { get_id(&client).await });
        held.wait_until_fired(1).await;

        drop(held);

        assert_eq!(call.await.unwrap(), "service: ResourceNotFoundException");
    }

    async fn cleared_faults_are_removed_and_not_verified(mock) {
        mock.inject(Fault::throttle().named("cleared"));
        let guard = mock.inject_scoped(Fault::hang());

        mock.clear_faults();
        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["-"]);
        mock.verify();
        drop(guard);
    }

    async fn clear_faults_releases_held_calls(mock) {
        mock.inject(Fault::hold());
        let client = client_without_retries(mock);
        let call = tokio::spawn(async move { get_id(&client).await });
        mock.wait_for_calls(Client::get_id, 1).await;

        mock.clear_faults();

        assert_eq!(call.await.unwrap(), "service: ResourceNotFoundException");
    }

    async fn a_reset_removes_faults_without_verifying_them(mock) {
        mock.inject(Fault::throttle());

        mock.reset();
        get_ids(mock, 1).await;

        assert_eq!(met(mock), ["-"]);
        mock.verify();
    }

    async fn a_fault_of_probability_one_fires_always_and_one_of_zero_never(mock) {
        mock.inject(Fault::throttle().with_probability(0.0).named("never"));
        mock.inject(Fault::throttle().with_probability(1.0).named("always"));

        get_ids(mock, 5).await;

        assert_eq!(met(mock), ["always"; 5]);
        mock.verify();
    }
}

/// Which of 20 calls of `GetId` fail with a probability of one half, if a second fault follows.
async fn drawn(mock: MockCognitoIdentity, after: Option<Fault>) -> Vec<bool> {
    let flaky = Fault::internal_error()
        .on(Client::get_id)
        .with_probability(0.5)
        .named("flaky");
    for fault in [Some(flaky), after].into_iter().flatten() {
        mock.inject(fault);
    }
    let client = client_without_retries(&mock);
    for _ in 0..20 {
        get_id(&client).await;
        describe(&client).await;
    }
    let calls = mock.calls_to(Client::get_id).into_iter();
    calls
        .map(|call| call.fault.as_deref() == Some("flaky"))
        .collect()
}

#[tokio::test]
async fn the_same_calls_fail_in_every_run_over_both_transports() {
    let first = drawn(mock().seed(42).in_memory(), None).await;

    for mock in over_both(|| mock().seed(42)) {
        assert_eq!(drawn(mock, None).await, first);
    }
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
}

#[tokio::test]
async fn another_seed_makes_other_calls_fail() {
    let of_seed = |seed| drawn(mock().seed(seed).in_memory(), None);

    assert_ne!(of_seed(42).await, of_seed(43).await);
}

#[tokio::test]
async fn other_faults_and_calls_of_other_operations_do_not_shift_the_draws() {
    let after = |fault| drawn(mock().seed(42).in_memory(), fault);
    let alone = after(None).await;

    let delay = Fault::delay(Duration::from_millis(1)).with_probability(0.5);
    let describe = Fault::throttle().on(Client::describe_identity_pool);

    assert_eq!(after(Some(delay)).await, alone);
    assert_eq!(after(Some(describe)).await, alone);
}

#[tokio::test]
async fn two_faults_of_one_probability_are_drawn_independently() {
    let mock = mock().in_memory();
    let fault = || Fault::delay(Duration::from_nanos(1)).with_probability(0.5);
    let (one, other) = (mock.inject_scoped(fault()), mock.inject_scoped(fault()));

    let mut together = 0;
    for _ in 0..40 {
        let before = (one.fired(), other.fired());
        get_ids(&mock, 1).await;
        together += u32::from(one.fired() > before.0 && other.fired() > before.1);
    }

    let fired = one.fired().min(other.fired());
    assert!(
        0 < together && u64::from(together) < fired,
        "{together} of {fired}"
    );
}

#[tokio::test]
async fn verification_demands_the_expected_number_of_times() {
    let default: Option<Times> = None;
    let rows: [(&str, Option<Times>, [bool; 4]); 8] = [
        ("no word", default, [false, true, true, true]),
        ("..", Some((..).into()), [true, true, true, true]),
        ("0", Some(0.into()), [true, false, false, false]),
        ("2", Some(2.into()), [false, false, true, false]),
        ("1..", Some((1..).into()), [false, true, true, true]),
        ("1..=2", Some((1..=2).into()), [false, true, true, false]),
        ("1..2", Some((1..2).into()), [false, true, false, false]),
        ("..=1", Some((..=1).into()), [true, true, false, false]),
    ];
    for (name, times, passes) in rows {
        for (fired, passes) in passes.into_iter().enumerate() {
            let mock = mock().in_memory();
            let fault = Fault::throttle();
            mock.inject(match times.clone() {
                Some(times) => fault.expect(times),
                None => fault,
            });

            get_ids(&mock, fired).await;

            assert_eq!(
                verifies(&mock),
                passes,
                "expect {name}, fired {fired} times"
            );
            mock.clear_faults();
        }
    }
}

#[tokio::test]
async fn a_fault_with_a_probability_is_optional_by_default() {
    let optional = mock().in_memory();
    optional.inject(Fault::throttle().with_probability(0.5));
    assert!(verifies(&optional));

    let demanded = mock().in_memory();
    demanded.inject(Fault::throttle().with_probability(0.5).expect(1..));
    assert!(!verifies(&demanded));
    demanded.clear_faults();
}
