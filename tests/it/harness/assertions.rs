//! `assert_called` and its siblings, and `verify`: when they hold and when they do not. What they
//! print when they fail is tested in `src/report` and in `tests/failing_tests`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdInputBuilder;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use mock_cognito_identity::{Builder, Fault, MockCognitoIdentity};

use crate::support::app::{FACEBOOK, GOOGLE};
use crate::support::sdk_view::{client_without_retries, sdk_outcome};
use crate::support::tamper::Tamper;
use crate::support::{NO_POOL, both, mock};

fn holds(assertion: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(assertion)).is_ok()
}

async fn get_id_with_logins(mock: &MockCognitoIdentity) {
    let call = mock.client().get_id().identity_pool_id(NO_POOL);
    let _ = call
        .account_id("123456789012")
        .logins(GOOGLE, "token-a")
        .logins(FACEBOOK, "token-b")
        .send()
        .await;
}

fn provider(client_id: &str) -> CognitoIdentityProvider {
    CognitoIdentityProvider::builder()
        .provider_name("cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi")
        .client_id(client_id)
        .build()
}

both! {
    async fn every_attempt_is_counted(mock) {
        mock.inject(Fault::throttle().on(Client::get_id).up_to_n_times(2));

        let result = mock.client().get_id().identity_pool_id(NO_POOL).send().await;

        assert_eq!(sdk_outcome(&result), "service: ResourceNotFoundException");
        mock.assert_called(Client::get_id, 3);
        mock.assert_not_called(Client::get_open_id_token);
        assert!(!holds(|| mock.assert_not_called(Client::get_id)));
        assert!(!holds(|| mock.assert_no_calls()));
    }

    async fn the_number_of_calls_is_a_number_or_a_range(mock) {
        let client = client_without_retries(mock);
        for _ in 0..2 {
            let _ = client.get_id().identity_pool_id(NO_POOL).send().await;
        }

        mock.assert_called(Client::get_id, 2);
        mock.assert_called(Client::get_id, 1..);
        mock.assert_called(Client::get_id, ..=2);
        mock.assert_called(Client::get_id, 1..=3);
        mock.assert_called(Client::get_id, ..);
        assert!(!holds(|| mock.assert_called(Client::get_id, 1)));
        assert!(!holds(|| mock.assert_called(Client::get_id, 3..)));
        assert!(!holds(|| mock.assert_called(Client::get_id, 1..2)));
        assert!(!holds(|| mock.assert_called(Client::get_id, ..2)));
    }

    async fn only_the_fields_that_are_set_are_compared(mock) {
        get_id_with_logins(mock).await;

        mock.assert_called_with(Client::get_id, |input| input);
        mock.assert_called_with(Client::get_id, |input| input.identity_pool_id(NO_POOL));
        mock.assert_called_with(Client::get_id, |input| {
            input.identity_pool_id(NO_POOL).account_id("123456789012")
        });
        assert!(!holds(|| {
            mock.assert_called_with(Client::get_id, |input| {
                input.identity_pool_id(NO_POOL).account_id("another")
            });
        }));
    }

    async fn only_the_entries_of_a_map_that_are_set_are_compared(mock) {
        get_id_with_logins(mock).await;

        mock.assert_called_with(Client::get_id, |input| input.logins(GOOGLE, "token-a"));
        let is_called_with = |provider: &str, token: &str| {
            let (provider, token) = (provider.to_owned(), token.to_owned());
            holds(|| mock.assert_called_with(Client::get_id, |i| i.logins(provider, token)))
        };
        assert!(is_called_with(FACEBOOK, "token-b"));
        assert!(!is_called_with(GOOGLE, "token-b"));
        assert!(!is_called_with("api.twitter.com", "token-a"));
    }

    async fn a_list_is_compared_as_a_whole(mock) {
        let call = mock.client().create_identity_pool().identity_pool_name("p");
        let call = call.cognito_identity_providers(provider("one"));
        let _ = call.cognito_identity_providers(provider("two")).send().await;

        let is_called_with = |clients: &[&str]| {
            holds(|| {
                mock.assert_called_with(Client::create_identity_pool, |input| {
                    let providers = clients.iter().map(|client| provider(client));
                    input.set_cognito_identity_providers(Some(providers.collect()))
                });
            })
        };

        assert!(is_called_with(&["one", "two"]));
        assert!(!is_called_with(&["two", "one"]));
        assert!(!is_called_with(&["one"]));
        assert!(!is_called_with(&["one", "two", "three"]));
        assert!(!is_called_with(&[]));
    }

    async fn all_fields_must_match_in_one_call(mock) {
        let client = client_without_retries(mock);
        let _ = client.get_id().identity_pool_id(NO_POOL).account_id("1").send().await;
        let _ = client.get_id().identity_pool_id("us-east-1:2").account_id("2").send().await;

        let is_called_with = |account: &str| {
            let input = |i: GetIdInputBuilder| i.identity_pool_id(NO_POOL).account_id(account);
            holds(|| mock.assert_called_with(Client::get_id, input))
        };
        assert!(is_called_with("1"));
        assert!(!is_called_with("2"));
    }

    async fn calls_to_another_operation_do_not_match(mock) {
        let _ = client_without_retries(mock).get_id().identity_pool_id(NO_POOL).send().await;

        assert!(!holds(|| mock.assert_called_with(Client::describe_identity_pool, |input| input)));
    }

    async fn assert_no_calls_includes_unrecognized_requests(mock) {
        mock.assert_no_calls();
        let foreign = Tamper::Header("x-amz-target", "DynamoDB_20120810.PutItem");
        let call = mock.client().get_id().customize().interceptor(foreign);

        let _ = call.send().await;

        assert!(!holds(|| mock.assert_no_calls()));
        mock.reset();
    }

    async fn verification_can_be_repeated(mock) {
        mock.inject(Fault::throttle());
        assert!(!holds(|| mock.verify()));
        assert!(!holds(|| mock.verify()));

        let _ = client_without_retries(mock).get_id().send().await;

        mock.verify();
    }

    async fn unrecognized_and_undecodable_requests_fail_verification(mock) {
        let rows = [
            ("another service", Tamper::Header("x-amz-target", "DynamoDB_20120810.PutItem")),
            ("no such operation", Tamper::Header("x-amz-target", "AWSCognitoIdentityService.No")),
            ("another content type", Tamper::Header("content-type", "text/plain")),
            ("no JSON", Tamper::Body("IdentityPoolId=p")),
            ("another type", Tamper::Body(r#"{"IdentityPoolId":[]}"#)),
        ];
        for (name, instead) in rows {
            let call = client_without_retries(mock).get_id().identity_pool_id(NO_POOL);
            assert!(call.customize().interceptor(instead).send().await.is_err(), "{name}");

            assert!(!holds(|| mock.verify()), "{name}");

            mock.reset();
            mock.verify();
        }
    }

    async fn a_token_in_an_error_message_is_redacted_in_reports(mock) {
        let token = format!("eyJraWQ.{}.s", "SECRET".repeat(30));
        let call = client_without_retries(mock).get_id().identity_pool_id(NO_POOL);
        // An empty token violates a constraint, and the message shows the whole map.
        let call = call.logins(GOOGLE, &token).logins(FACEBOOK, "");
        let rejected = call.send().await.unwrap_err();
        assert!(rejected.message().unwrap().contains(&token));

        let report = catch_unwind(AssertUnwindSafe(|| mock.assert_no_calls())).unwrap_err();

        let report = report.downcast_ref::<String>().unwrap();
        let hidden = format!("=<hidden> ({} bytes)", token.len());
        assert!(report.contains(&hidden) && !report.contains("SECRET"), "{report}");
    }

    async fn calls_with_an_error_response_do_not_fail_verification(mock) {
        let client = client_without_retries(mock);

        let _ = client.get_id().identity_pool_id(NO_POOL).send().await;
        let _ = client.get_id().send().await;

        mock.verify();
    }
}

#[tokio::test]
async fn a_mock_that_is_not_verified_on_drop_can_be_verified_explicitly() {
    let mock = mock().verify_on_drop(false).in_memory();
    mock.inject(Fault::throttle());

    assert!(!holds(|| mock.verify()));
    drop(mock);
}

#[tokio::test]
async fn shutdown_verifies_even_without_verification_on_drop() {
    let mock = mock().verify_on_drop(false).start();
    mock.inject(Fault::throttle());

    assert!(!holds(|| mock.shutdown()));
}

/// The first line of the report of a failed verification after one call.
async fn verification_after_a_call(mock: MockCognitoIdentity) -> String {
    let _ = client_without_retries(&mock)
        .get_id()
        .identity_pool_id(NO_POOL)
        .send()
        .await;
    let panic = catch_unwind(AssertUnwindSafe(|| mock.verify())).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    text.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_panicking_closure_fails_verification_although_no_call_is_kept() {
    let predicate = || Fault::throttle().when(Client::get_id, |_| panic!("on purpose"));
    let responder =
        || Fault::respond_with(Client::get_id, |_| -> GetIdOutput { panic!("on purpose") });
    let kept_none = || mock().keep_calls(0).verify_on_drop(false);

    for start in [Builder::start, Builder::in_memory] {
        for (fault, subject) in [
            (predicate(), "a predicate"),
            (responder(), "a `respond_with` closure"),
        ] {
            let mock = start(kept_none());
            mock.inject(fault);

            let told = verification_after_a_call(mock).await;

            assert_eq!(
                told,
                format!("{subject} panicked while handling call #1 (GetId)")
            );
        }
    }
}

#[tokio::test]
async fn a_closure_that_panics_after_a_reset_does_not_fail_later_verification() {
    let mock = Arc::new(mock().in_memory());
    let weak = Arc::downgrade(&mock);
    mock.inject(Fault::respond_with(
        Client::get_id,
        move |_| -> GetIdOutput {
            weak.upgrade().unwrap().reset();
            panic!("of the life before");
        },
    ));

    let call = client_without_retries(&mock)
        .get_id()
        .identity_pool_id(NO_POOL);
    assert_eq!(sdk_outcome(&call.send().await), "service: MockPanic");

    mock.assert_no_calls();
    mock.verify();
}

#[tokio::test]
async fn an_unrecognized_request_fails_verification_after_many_evicted_calls() {
    for start in [Builder::start, Builder::in_memory] {
        let mock = start(mock().keep_calls(1).verify_on_drop(false));
        let client = client_without_retries(&mock);
        let get_id = || client.get_id().identity_pool_id(NO_POOL);
        for _ in 0..30 {
            let _ = get_id().send().await;
        }
        mock.verify();
        let foreign = Tamper::Header("x-amz-target", "DynamoDB_20120810.PutItem");
        let _ = get_id().customize().interceptor(foreign).send().await;
        let _ = get_id().send().await;

        assert!(!holds(|| mock.verify()));
    }
}
