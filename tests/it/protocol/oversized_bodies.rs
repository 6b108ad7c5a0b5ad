//! Bodies above the limit of one mebibyte: they are answered with status 413, recorded without an
//! input, and faults apply to them.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::SdkError;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdFluentBuilder;
use expect_test::expect;
use mock_cognito_identity::{Fault, Operation, Outcome};

use crate::support::app::GOOGLE;
use crate::support::http::{self, Connection};
use crate::support::sdk_view::{client_without_retries, recorded_outcome, sdk_outcome};
use crate::support::{NO_POOL, both, mock, over_both, panic_of};

/// A call of `GetId` with a login token of this number of bytes.
fn get_id(client: &Client, login: usize) -> GetIdFluentBuilder {
    let call = client.get_id().identity_pool_id(NO_POOL);
    call.logins(GOOGLE, "x".repeat(login))
}

const TOO_MANY: usize = 1_500_000;

both! {
    async fn an_oversized_call_is_recorded_without_an_input(mock) {
        let answer = get_id(&mock.client(), TOO_MANY).send().await;

        let Err(SdkError::ServiceError(error)) = &answer else { panic!("{answer:?}") };
        assert_eq!(error.raw().status().as_u16(), 413);
        assert_eq!(sdk_outcome(&answer), "service: RequestEntityTooLarge");
        assert_eq!(mock.operations(), [Operation::GetId]);
        assert!(mock.calls().is_empty());
        mock.assert_called(Client::get_id, 1);
        mock.verify();
        let panic = panic_of(|| mock.assert_no_calls());
        expect![[r#"
            expected no calls, but received 1

            calls received (1):
                clock: frozen at 2026-01-02T03:04:05.678Z
                #1  GetId  attempt 1  → RequestEntityTooLarge"#]].assert_eq(&panic);
    }

    async fn faults_without_predicates_apply_to_oversized_calls(mock) {
        mock.inject(Fault::throttle().up_to_n_times(1).named("any call"));
        mock.inject(Fault::internal_error().on(Client::get_id).up_to_n_times(1).named("on"));
        mock.inject(Fault::reset_connection().on(Client::list_identities).expect(0));
        mock.inject(Fault::hang().when(Client::get_id, |_| true).expect(0));
        mock.inject(Fault::respond_with(Client::get_id, |_| unreachable!("no input")).expect(0));
        mock.inject(Fault::lose_response().after_n_calls(3).named("lost"));
        let client = client_without_retries(mock);
        let mut answers = Vec::new();

        for _ in 1..=4 {
            answers.push(sdk_outcome(&get_id(&client, TOO_MANY).send().await));
        }

        assert_eq!(
            answers,
            [
                "service: TooManyRequestsException",
                "service: InternalErrorException",
                "service: RequestEntityTooLarge",
                "dispatch: io",
            ]
        );
        mock.verify();
    }

    async fn a_body_has_at_most_one_mebibyte(mock) {
        let size = |login| format!(r#"{{"IdentityPoolId":"{NO_POOL}","Logins":{{"{GOOGLE}":"{login}"}}}}"#).len();
        let fits = (1 << 20) - size("");

        let read = get_id(&mock.client(), fits).send().await;
        let rejected = get_id(&mock.client(), fits + 1).send().await;

        // The body is read, but the login token is longer than the model allows.
        assert_eq!(sdk_outcome(&read), "service: ValidationException");
        assert_eq!(sdk_outcome(&rejected), "service: RequestEntityTooLarge");
        let outcomes: Vec<Outcome> = mock.calls().into_iter().map(|call| call.outcome).collect();
        assert_eq!(outcomes.len(), 1);
        assert_eq!(recorded_outcome(&outcomes[0]), "ValidationException 400");
    }

    async fn refused_connections_refuse_oversized_calls_too(mock) {
        mock.inject(Fault::refuse_connections());

        let answer = get_id(&client_without_retries(mock), TOO_MANY).send().await;

        assert_eq!(sdk_outcome(&answer), "dispatch: io");
        mock.assert_no_calls();
    }
}

#[tokio::test]
async fn an_oversized_unrecognized_request_fails_verification() {
    for mock in over_both(mock) {
        let nope = |request: &mut aws_smithy_runtime_api::client::orchestrator::HttpRequest| {
            request.headers_mut().insert("x-amz-target", "Nope.GetId");
        };
        let call = get_id(&mock.client(), TOO_MANY);

        let answer = call.customize().mutate_request(nope).send().await;

        assert_eq!(sdk_outcome(&answer), "service: RequestEntityTooLarge");
        let panic = panic_of(|| drop(mock));
        assert!(panic.starts_with("1 request names no operation"), "{panic}");
    }
}

#[test]
fn an_oversized_body_is_answered_with_status_413() {
    let mock = mock().start();
    let body = format!(
        r#"{{"IdentityPoolId":"{NO_POOL}","New":"{}"}}"#,
        "x".repeat(2 << 20)
    );

    let answer = Connection::to(&mock).exchange(http::call("GetId", body));

    assert_eq!(answer.status_line(), "HTTP/1.1 413 Payload Too Large");
    assert_eq!(answer.body, r#"{"__type":"RequestEntityTooLarge"}"#);
    assert_eq!(
        answer.service_error(),
        ("RequestEntityTooLarge".to_owned(), None)
    );
}
