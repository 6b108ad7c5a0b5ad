//! The effect of each fault: what the SDK sees, what is on the wire, and what the mock records. One
//! table holds for both transports.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolOutput;
use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
use aws_sdk_cognitoidentity::types::error::{LimitExceededException, ResourceConflictException};
use mock_cognito_identity::{
    Builder, Fault, MockCognitoIdentity, Operation, Outcome, PoolSeed, ServiceError,
};
use tokio::task::JoinSet;

use crate::support::http::{self, Connection};
use crate::support::sdk_view::{
    block_on, client_with_timeouts, client_without_retries, pool_count, recorded_outcome,
    sdk_outcome, wait_until_dropped,
};
use crate::support::{NO_POOL, assert_service_error, both, mock, panic_of, place_of_panic};

const MINUTE: Duration = Duration::from_secs(60);

/// The result of `CreateIdentityPool` when a fault applies to each of up to three attempts of
/// `client()`: what the SDK returns, the number of recorded calls with their outcome, and the
/// number of pools afterwards.
///
/// The table is the same over TCP and in memory.
const TABLE: &str = "\
throttle                      | service: TooManyRequestsException   | 3 x TooManyRequestsException 400  | 0 pools
throttle and retry_after      | service: TooManyRequestsException   | 3 x TooManyRequestsException 400  | 0 pools
rate_limit                    | service: TooManyRequestsException   | 3 x TooManyRequestsException 400  | 0 pools
not_authorized                | service: NotAuthorizedException     | 1 x NotAuthorizedException 400    | 0 pools
error LimitExceeded           | service: LimitExceededException     | 3 x LimitExceededException 400    | 0 pools
error ResourceConflict        | service: ResourceConflictException  | 1 x ResourceConflictException 400 | 0 pools
error of no SDK type          | service: ExpiredTokenException      | 1 x ExpiredTokenException 400     | 0 pools
internal_error                | service: InternalErrorException     | 3 x InternalErrorException 500    | 0 pools
http_status 500               | response                            | 3 x HTTP status 500               | 0 pools
http_status 503               | response                            | 3 x HTTP status 503               | 0 pools
http_status 404               | response                            | 1 x HTTP status 404               | 0 pools
http_status 429               | response                            | 1 x HTTP status 429               | 0 pools
reset_connection              | dispatch: io                        | 3 x dropped                       | 0 pools
empty_response                | dispatch: other                     | 3 x dropped                       | 0 pools
truncate_response             | response                            | 3 x dropped                       | 3 pools
malformed_response            | response                            | 1 x success                       | 1 pools
lose_response                 | dispatch: io                        | 3 x dropped                       | 3 pools
bare_response                 | ok                                  | 1 x success                       | 1 pools
respond_with                  | ok                                  | 1 x success                       | 0 pools
delay                         | ok                                  | 1 x success                       | 1 pools
";

/// The same with a timeout of the client. State changes when a call arrives, before any delay.
const TABLE_OF_TIMEOUTS: &str = "\
delay, operation timeout      | timeout                             | 1 x dropped                       | 1 pools
delay, attempt timeout        | timeout                             | 3 x dropped                       | 3 pools
delay, read timeout           | dispatch: timeout                   | 3 x dropped                       | 3 pools
hold, operation timeout       | timeout                             | 1 x dropped                       | 1 pools
hold, attempt timeout         | timeout                             | 3 x dropped                       | 3 pools
hold, read timeout            | dispatch: timeout                   | 3 x dropped                       | 3 pools
hang, operation timeout       | timeout                             | 1 x dropped                       | 0 pools
hang, attempt timeout         | timeout                             | 3 x dropped                       | 0 pools
hang, read timeout            | dispatch: timeout                   | 3 x dropped                       | 0 pools
";

fn faults() -> Vec<(&'static str, Fault)> {
    let second = Duration::from_secs(1);
    let limit = LimitExceededException::builder().message("too many");
    let conflict = ResourceConflictException::builder().message("taken");
    let expired = ServiceError::new("ExpiredTokenException", "The token is expired.");
    let pool = CreateIdentityPoolOutput::builder()
        .identity_pool_id(NO_POOL)
        .identity_pool_name("scripted")
        .allow_unauthenticated_identities(true)
        .build()
        .unwrap();
    let scripted = Fault::respond_with(Client::create_identity_pool, move |_| pool.clone());
    let soon = Duration::from_millis(2);
    vec![
        ("throttle", Fault::throttle()),
        (
            "throttle and retry_after",
            Fault::throttle().retry_after(soon),
        ),
        ("rate_limit", Fault::rate_limit(0, second)),
        ("not_authorized", Fault::not_authorized("no")),
        ("error LimitExceeded", Fault::error(limit.build())),
        ("error ResourceConflict", Fault::error(conflict.build())),
        ("error of no SDK type", Fault::error(expired)),
        ("internal_error", Fault::internal_error()),
        ("http_status 500", Fault::http_status(500)),
        ("http_status 503", Fault::http_status(503)),
        ("http_status 404", Fault::http_status(404)),
        ("http_status 429", Fault::http_status(429)),
        ("reset_connection", Fault::reset_connection()),
        ("empty_response", Fault::empty_response()),
        ("truncate_response", Fault::truncate_response()),
        ("malformed_response", Fault::malformed_response()),
        ("lose_response", Fault::lose_response()),
        ("bare_response", Fault::bare_response()),
        ("respond_with", scripted),
        ("delay", Fault::delay(soon)),
    ]
}

async fn row(name: &str, fault: Fault, mock: &MockCognitoIdentity, client: &Client) -> String {
    mock.inject(fault.named(name));

    let result = client
        .create_identity_pool()
        .identity_pool_name("p")
        .allow_unauthenticated_identities(true)
        .send()
        .await;

    if name.contains("timeout") {
        wait_until_dropped(mock).await;
    }
    let calls = mock.calls();
    let first = recorded_outcome(&calls[0].outcome);
    for call in &calls {
        assert_eq!(call.fault.as_deref(), Some(name), "call #{}", call.number);
        assert_eq!(recorded_outcome(&call.outcome), first, "{name}");
    }
    let (seen, attempts, pools) = (sdk_outcome(&result), calls.len(), pool_count(mock));
    let recorded = format!("{attempts} x {first}");
    format!("{name:29} | {seen:35} | {recorded:33} | {pools} pools\n")
}

async fn table(start: fn(Builder) -> MockCognitoIdentity) -> String {
    let mut table = String::new();
    for (name, fault) in faults() {
        let mock = start(mock());
        table += &row(name, fault, &mock, &mock.client()).await;
    }
    table
}

/// All rows run concurrently, because over TCP they take real time. The timeout is long enough for
/// an attempt to arrive on a busy machine.
async fn table_of_timeouts(start: fn(Builder) -> MockCognitoIdentity) -> String {
    let patience = Duration::from_millis(1_500);
    let timeouts = [
        (
            "operation timeout",
            TimeoutConfig::builder().operation_timeout(patience).build(),
        ),
        (
            "attempt timeout",
            TimeoutConfig::builder()
                .operation_attempt_timeout(patience)
                .build(),
        ),
        (
            "read timeout",
            TimeoutConfig::builder().read_timeout(patience).build(),
        ),
    ];
    let faults = [
        ("delay", Fault::delay(MINUTE)),
        ("hold", Fault::hold()),
        ("hang", Fault::hang()),
    ];
    let mut rows = JoinSet::new();
    for (fault_name, fault) in faults {
        for (timeout_name, timeouts) in timeouts.clone() {
            let (mock, fault) = (start(mock()), fault.clone());
            let (name, number) = (format!("{fault_name}, {timeout_name}"), rows.len());
            rows.spawn(async move {
                let client = client_with_timeouts(&mock, timeouts);
                (number, row(&name, fault, &mock, &client).await)
            });
        }
    }
    let mut rows = rows.join_all().await;
    rows.sort();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[track_caller]
fn assert_same_rows(actual: &str, expected: &str) {
    for (actual, expected) in actual.lines().zip(expected.lines()) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

#[tokio::test]
async fn faults_over_tcp() {
    assert_same_rows(&table(Builder::start).await, TABLE);
}

#[tokio::test(start_paused = true)]
async fn faults_in_memory() {
    assert_same_rows(&table(Builder::in_memory).await, TABLE);
}

#[tokio::test]
async fn faults_over_tcp_against_timeouts_of_the_client() {
    assert_same_rows(&table_of_timeouts(Builder::start).await, TABLE_OF_TIMEOUTS);
}

#[tokio::test(start_paused = true)]
async fn faults_in_memory_against_timeouts_of_the_client() {
    assert_same_rows(
        &table_of_timeouts(Builder::in_memory).await,
        TABLE_OF_TIMEOUTS,
    );
}

/// The kind of the `io::Error` among the sources of an error.
fn io_error_kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        source = error.source();
    }
    None
}

both! {
    async fn access_denied_has_its_message_under_a_capital_m(mock) {
        let text = "User: arn:aws:iam::123456789012:user/me is not authorized";
        mock.inject(Fault::error(ServiceError::new("AccessDeniedException", text)));

        let denied = mock.client().get_id().identity_pool_id(NO_POOL).send().await.unwrap_err();

        let body = denied.raw_response().and_then(|answer| answer.body().bytes()).unwrap();
        assert_eq!(
            std::str::from_utf8(body).unwrap(),
            format!(r#"{{"__type":"AccessDeniedException","Message":"{text}"}}"#)
        );
        assert_service_error(Err::<(), _>(denied), "AccessDeniedException", text);
    }

    async fn the_sdk_sees_a_connection_reset(mock) {
        mock.inject(Fault::reset_connection());

        let error = client_without_retries(mock).get_id().identity_pool_id(NO_POOL).send().await.unwrap_err();

        assert_eq!(io_error_kind(&error), Some(ErrorKind::ConnectionReset));
    }

    async fn error_responses_have_their_messages(mock) {
        let taken = ResourceConflictException::builder().message("already taken").build();
        mock.inject(Fault::not_authorized("Access to Identity is forbidden.").up_to_n_times(1));
        mock.inject(Fault::error(taken).up_to_n_times(1));
        mock.inject(Fault::throttle());
        let client = client_without_retries(mock);
        let get_id = || client.get_id().identity_pool_id(NO_POOL).send();

        let (first, second, third) = (get_id().await, get_id().await, get_id().await);

        assert_service_error(first, "NotAuthorizedException", "Access to Identity is forbidden.");
        assert_service_error(second, "ResourceConflictException", "already taken");
        assert_service_error(third, "TooManyRequestsException", "Rate exceeded");
    }

    async fn an_injected_exception_arrives_as_the_type_of_the_sdk(mock) {
        let limit = LimitExceededException::builder().message("too many").build();
        mock.inject(Fault::error(limit).on(Client::create_identity_pool));

        let error = client_without_retries(mock)
            .create_identity_pool()
            .identity_pool_name("p")
            .allow_unauthenticated_identities(true)
            .send()
            .await
            .unwrap_err();

        assert!(error.into_service_error().is_limit_exceeded_exception());
    }

    async fn the_retry_after_a_lost_response_meets_the_changed_state(mock) {
        let pool = mock.seed_pool("app");
        mock.inject(Fault::lose_response().on(Client::delete_identity_pool).up_to_n_times(1));

        let result = mock.client().delete_identity_pool().identity_pool_id(pool.id()).send().await;

        let not_found = format!("IdentityPool '{}' not found.", pool.id());
        assert_service_error(result, "ResourceNotFoundException", &not_found);
        let outcomes: Vec<_> = mock.calls().iter().map(|call| recorded_outcome(&call.outcome)).collect();
        assert_eq!(outcomes, ["dropped", "ResourceNotFoundException 400"]);
    }

    async fn a_malformed_response_has_status_200_even_if_the_engine_rejected_the_call(mock) {
        mock.inject(Fault::malformed_response());

        let result = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        assert_eq!(sdk_outcome(&result), "response");
        assert_eq!(result.unwrap_err().raw_response().unwrap().status().as_u16(), 200);
        let not_found = format!("IdentityPool '{NO_POOL}' not found.");
        let Outcome::Error(error) = &mock.calls()[0].outcome else {
            panic!("the mock rejected the call");
        };
        assert_eq!(error.message(), Some(not_found.as_str()));
    }

    async fn a_bare_response_has_only_the_required_members(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
        mock.inject(Fault::bare_response());
        let client = mock.client();

        let described = client.describe_identity_pool().identity_pool_id(pool.id()).send().await.unwrap();
        let id = client.get_id().identity_pool_id(pool.id()).send().await.unwrap();
        let listed = client.list_identities().identity_pool_id(pool.id()).max_results(60).send().await.unwrap();
        let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
        let caller = sts.get_caller_identity().send().await.unwrap();

        assert_eq!((described.identity_pool_id(), described.identity_pool_name()), (pool.id(), "app"));
        assert!(described.allow_unauthenticated_identities());
        assert_eq!(described.developer_provider_name(), None);
        assert_eq!(id.identity_id(), None);
        assert_eq!((listed.identity_pool_id(), listed.identities().len()), (None, 0));
        assert_eq!(caller.account(), None);
        mock.clear_faults();
        let listed = client.list_identities().identity_pool_id(pool.id()).max_results(60).send().await.unwrap();
        assert_eq!(listed.identities().len(), 1); // the operation was carried out
    }

    async fn a_call_that_is_rejected_gets_its_error_and_no_bare_response(mock) {
        mock.inject(Fault::bare_response());

        let result = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        let not_found = format!("IdentityPool '{NO_POOL}' not found.");
        assert_service_error(result, "ResourceNotFoundException", &not_found);
    }

    async fn a_bare_response_matches_no_operation_without_optional_members(mock) {
        let pool = mock.seed_pool("app");
        let bare = mock.inject_scoped(Fault::bare_response().expect(0));

        let deleted = mock.client().delete_identity_pool().identity_pool_id(pool.id()).send().await;

        deleted.unwrap();
        assert_eq!((bare.fired(), pool_count(mock)), (0, 0));
    }

    async fn a_scripted_response_is_made_from_the_input(mock) {
        mock.inject(Fault::respond_with(Client::get_id, |input| {
            let pool = input.identity_pool_id().unwrap();
            GetIdOutput::builder().identity_id(format!("guest of {pool}")).build()
        }));

        let answer = mock.client().get_id().identity_pool_id(NO_POOL).send().await.unwrap();

        assert_eq!(answer.identity_id(), Some(format!("guest of {NO_POOL}").as_str()));
    }

    async fn a_scripted_response_does_not_affect_other_operations(mock) {
        let scripted = Fault::respond_with(Client::get_id, |_| GetIdOutput::builder().build());
        mock.inject(scripted.expect(0));

        let result = mock.client().describe_identity_pool().identity_pool_id(NO_POOL).send().await;

        let not_found = format!("IdentityPool '{NO_POOL}' not found.");
        assert_service_error(result, "ResourceNotFoundException", &not_found);
    }

    async fn a_held_call_is_answered_once_it_is_released(mock) {
        let pool = mock.seed_pool("app");
        let held = mock.inject_scoped(Fault::hold().on(Client::get_id));
        let call = tokio::spawn(mock.client().get_id().identity_pool_id(pool.id()).send());
        held.wait_until_fired(1).await;
        assert!(!call.is_finished());

        held.release();

        let id = call.await.unwrap().unwrap().identity_id.unwrap();
        assert!(id.starts_with("us-east-1:"), "{id}");
        assert_eq!(mock.calls_to(Client::get_id)[0].outcome, Outcome::Success);
    }

    async fn faults_do_not_affect_fixtures(mock) {
        mock.inject(Fault::internal_error().expect(0));

        let pool = mock.seed_pool("app");
        let id = pool.seed_identity();

        assert_eq!(pool_count(mock), 1);
        assert!(id.starts_with("us-east-1:"), "{id}");
        mock.assert_no_calls();
    }

    async fn faults_apply_to_calls_with_an_invalid_input(mock) {
        mock.inject(Fault::throttle());

        let result = client_without_retries(mock).get_id().send().await;

        assert_service_error(result, "TooManyRequestsException", "Rate exceeded");
    }
}

#[test]
fn an_argument_out_of_range_panics_where_it_is_given() {
    let mock = mock().in_memory();
    let rows: [(&str, &dyn Fn()); 5] = [
        ("`n` must be at least 1", &|| {
            drop(Fault::throttle().up_to_n_times(0));
        }),
        ("`p` must be between 0 and 1, got 1.5", &|| {
            drop(Fault::throttle().with_probability(1.5));
        }),
        ("`status` must be between 200 and 999, got 99", &|| {
            drop(Fault::http_status(99));
        }),
        ("`times` ", &|| drop(Fault::throttle().expect(3..3))),
        ("`times` ", &|| mock.assert_called(Client::get_id, 3..3)),
    ];
    for (start, call) in rows {
        let panic = panic_of(call);
        let (file, _) = place_of_panic(call);

        assert!(panic.starts_with(start), "{panic}");
        assert_eq!(file, file!(), "{panic}");
    }
}

/// Faults as a client other than the SDK sees them.
mod on_the_wire {
    use super::*;

    fn answered_by(fault: Fault) -> (String, io::Result<()>) {
        let mock = mock().start();
        mock.inject(fault.on(Client::get_id));
        let pool = mock.seed_pool("app");
        Connection::sending(&mock, http::get_id(pool.id())).until_closed()
    }

    #[test]
    fn a_reset_connection_is_a_tcp_reset() {
        let (answer, end) = answered_by(Fault::reset_connection());

        assert_eq!(answer, "");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[test]
    fn a_lost_response_is_a_tcp_reset() {
        let (answer, end) = answered_by(Fault::lose_response());

        assert_eq!(answer, "");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[test]
    fn an_empty_response_closes_the_connection_in_an_orderly_way() {
        let (answer, end) = answered_by(Fault::empty_response());

        assert_eq!(answer, "");
        assert!(end.is_ok(), "{end:?}");
    }

    #[test]
    fn a_truncated_response_is_shorter_than_its_content_length() {
        let (answer, end) = answered_by(Fault::truncate_response());

        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        let promised = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(body.len(), promised.unwrap().parse::<usize>().unwrap() / 2);
        assert!(body.starts_with(r#"{"IdentityId":""#), "{body}");
        assert!(end.is_ok(), "{end:?}");
    }

    #[test]
    fn a_malformed_response_is_complete_but_not_json() {
        let mock = mock().start();
        mock.inject(Fault::malformed_response());
        let pool = mock.seed_pool("app");

        let answer = Connection::to(&mock).exchange(http::get_id(pool.id()));

        assert_eq!(answer.status_line(), "HTTP/1.1 200 OK");
        let json = serde_json::from_str::<serde_json::Value>(&answer.body);
        assert!(json.is_err(), "{answer:?}");
    }

    #[test]
    fn a_bare_response_is_an_empty_object() {
        let mock = mock().start();
        mock.inject(Fault::bare_response());
        let pool = mock.seed_pool("app");

        let answer = Connection::to(&mock).exchange(http::get_id(pool.id()));

        assert_eq!(answer.status_line(), "HTTP/1.1 200 OK");
        assert_eq!(answer.body, "{}");
    }

    #[test]
    fn a_bare_status_has_no_body() {
        let mock = mock().start();
        mock.inject(Fault::http_status(503));

        let answer = Connection::to(&mock).exchange(http::get_id(NO_POOL));

        assert_eq!(answer.status_line(), "HTTP/1.1 503 Service Unavailable");
        assert_eq!(answer.body, "");
        assert_eq!(answer.header("x-amzn-errortype"), None);
    }

    #[test]
    fn an_error_response_has_the_form_of_aws() {
        let mock = mock().start();
        mock.inject(Fault::throttle());

        let answer = Connection::to(&mock).exchange(http::get_id(NO_POOL));

        assert_eq!(answer.status_line(), "HTTP/1.1 400 Bad Request");
        assert_eq!(
            answer.body,
            r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#
        );
    }

    #[test]
    fn retry_after_is_a_header_in_milliseconds() {
        let wait = Duration::from_micros(1_250_900);
        let faults = [
            Fault::throttle(),
            Fault::internal_error(),
            Fault::http_status(503),
            Fault::rate_limit(0, wait),
        ];
        for fault in faults {
            let mock = mock().start();
            let name = format!("{fault:?}");
            mock.inject(fault.retry_after(wait));

            let answer = Connection::to(&mock).exchange(http::get_id(NO_POOL));

            assert_eq!(answer.header("x-amz-retry-after"), Some("1250"), "{name}");
        }
    }

    #[test]
    fn a_hanging_call_ends_with_the_mock() {
        let mock = mock().start();
        let hang = mock.inject_scoped(Fault::hang());
        let call = Connection::sending(&mock, http::get_id(NO_POOL));
        block_on(hang.wait_until_fired(1));
        drop(hang);

        mock.shutdown();

        let (answer, _) = call.until_closed();
        assert_eq!(answer, "");
    }

    #[test]
    fn faults_do_not_apply_to_the_key_set() {
        let mock = mock().start();
        mock.inject(Fault::internal_error().expect(0));
        let request = "GET /.well-known/jwks_uri HTTP/1.1\r\nhost: mock\r\n\r\n";

        let answer = Connection::to(&mock).exchange(request);

        assert_eq!(answer.status_line(), "HTTP/1.1 200 OK");
        assert_eq!(answer.body, mock.jwks());
        mock.assert_no_calls();
        assert_eq!(mock.operations(), [] as [Operation; 0]);
    }
}
