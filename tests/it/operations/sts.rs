//! STS: `AssumeRoleWithWebIdentity`, which ends the classic flow, and `GetCallerIdentity`. Requests
//! by `GET` are tested in `protocol::sts_get_requests`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Credentials;
use mock_cognito_identity::{Fault, LoginToken, MockCognitoIdentity, Operation, Outcome, PoolSeed};

use serde_json::{Value, json};

use crate::support::app::GOOGLE;
use crate::support::tamper::Tamper;
use crate::support::tokens::{NOW, but, same_bytes, unsigned, variants_of_the_last_character};
use crate::support::{assert_service_error, both, guest, mock, now, panic_of, service_error};

const ROLE: &str = "arn:aws:iam::123456789012:role/service/Guest";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please \
                      reference AssumeRoleWithWebIdentity documentation for requirements";

const UUID: &str = "11111111-2222-4333-8444-555555555555";

/// The claims of a token of this service.
fn claims_of_this_service() -> Value {
    json!({
        "sub": format!("us-east-1:{UUID}"),
        "aud": format!("us-east-1:{UUID}"),
        "iss": "https://cognito-identity.amazonaws.com",
        "exp": NOW + 600,
    })
}

fn sts(mock: &MockCognitoIdentity) -> aws_sdk_sts::Client {
    aws_sdk_sts::Client::new(&mock.sdk_config())
}

/// A client of STS that signs with these credentials.
fn sts_with(
    mock: &MockCognitoIdentity,
    keys: &aws_sdk_sts::types::Credentials,
) -> aws_sdk_sts::Client {
    let credentials = Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        Some(keys.session_token().to_owned()),
        None,
        "test",
    );
    let config = mock.sdk_config();
    let config = aws_sdk_sts::config::Builder::from(&config).credentials_provider(credentials);
    aws_sdk_sts::Client::from_conf(config.build())
}

async fn token(client: &Client, identity_id: &str) -> String {
    let answer = client
        .get_open_id_token()
        .identity_id(identity_id)
        .send()
        .await;
    answer.unwrap().token.unwrap()
}

async fn assumed(mock: &MockCognitoIdentity, token: &str) -> aws_sdk_sts::types::Credentials {
    let call = sts(mock)
        .assume_role_with_web_identity()
        .role_arn(ROLE)
        .role_session_name("me");
    call.web_identity_token(token)
        .send()
        .await
        .unwrap()
        .credentials
        .unwrap()
}

both! {
    async fn a_token_is_exchanged_for_credentials(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();
        let id = guest(&client, pool.id()).await;
        let token = token(&client, &id).await;

        let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");
        let answer = call.web_identity_token(token).duration_seconds(900).send().await.unwrap();

        assert_eq!(answer.subject_from_web_identity_token(), Some(id.as_str()));
        assert_eq!(answer.audience(), Some(pool.id()));
        assert_eq!(answer.provider(), Some("cognito-identity.amazonaws.com"));
        let user = answer.assumed_role_user().unwrap();
        assert_eq!(user.arn(), "arn:aws:sts::123456789012:assumed-role/Guest/me");
        assert!(user.assumed_role_id().starts_with("AROA") && user.assumed_role_id().ends_with(":me"));
        let keys = answer.credentials().unwrap();
        assert!(keys.access_key_id().starts_with("ASIA"));
        let issued = mock.issued_credentials(keys.access_key_id()).unwrap();
        assert_eq!((issued.identity_id.as_str(), issued.identity_pool_id.as_str()), (id.as_str(), pool.id()));
        assert_eq!((issued.role_arn.as_str(), issued.session_name.as_str()), (ROLE, "me"));
        let whole = now() - Duration::from_millis(678);
        assert_eq!(issued.expiration, whole + Duration::from_secs(900));
        assert_eq!(keys.expiration().secs(), aws_sdk_sts::primitives::DateTime::from(issued.expiration).secs());
    }

    async fn principal_tags_of_a_developer_token_reach_the_session(mock) {
        let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
        let call = mock.client().get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(pool.id()).logins("login.example", "alice");
        let token = call.principal_tags("team", "blue").send().await.unwrap().token.unwrap();

        let keys = assumed(mock, &token).await;

        let issued = mock.issued_credentials(keys.access_key_id()).unwrap();
        assert_eq!(issued.principal_tags.get("team").map(String::as_str), Some("blue"));
    }

    async fn the_error_about_an_expired_token_names_both_times(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;
        mock.clock().advance(Duration::from_secs(600));

        let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");
        let result = call.web_identity_token(token).send().await;

        assert_service_error(
            result,
            "ExpiredTokenException",
            "Token expired: current date/time 1767323645 must be before the expiration date/time 1767323645",
        );
    }

    async fn tokens_of_other_issuers_are_rejected(mock) {
        mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "app"));
        let foreign = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
        let call = || sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");

        let malformed = call().web_identity_token("no token").send().await;
        let foreign = call().web_identity_token(foreign).send().await;
        let nobodys = call().web_identity_token(unsigned(&json!({"sub": "alice"}))).send().await;

        assert_service_error(
            malformed,
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        );
        assert_service_error(
            foreign,
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://accounts.google.com",
        );
        assert_service_error(nobodys, "InvalidIdentityToken", "Missing a required claim: iss");
    }

    async fn an_issuer_other_than_this_service_is_unknown_to_the_account(mock) {
        for issuer in [
            "https://oidc.eks.us-east-1.amazonaws.com/id/7AF3",
            GOOGLE,
            "https://cognito-identity.us-east-1.amazonaws.com",
            "https://cognito-identity.cn-north-1.amazonaws.com",
            "https://cognito-identity.amazonaws.com.evil.example",
            "http://cognito-identity.amazonaws.com",
            "",
        ] {
            let token = unsigned(&but(claims_of_this_service(), "iss", json!(issuer)));
            let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE);
            let rejected = call.role_session_name("me").web_identity_token(token).send().await;

            let text = format!("No OpenIDConnect provider found in your account for {issuer}");
            assert_service_error(rejected, "InvalidIdentityToken", &text);
        }
    }

    async fn an_unsigned_token_in_the_name_of_this_service_is_rejected(mock) {
        for (issuer, audience) in [
            ("https://cognito-identity.amazonaws.com", json!(format!("us-east-1:{UUID}"))),
            ("https://cognito-identity.amazonaws.com", json!(format!("af-south-1:{UUID}"))),
            ("https://cognito-identity.amazonaws.com", json!("no pool")),
            ("https://cognito-identity.amazonaws.com", Value::Null),
            ("https://cognito-identity.af-south-1.amazonaws.com", json!(format!("af-south-1:{UUID}"))),
            ("https://cognito-identity.us-gov-west-1.amazonaws.com", json!("no pool")),
            ("https://cognito-identity.cn-north-1.amazonaws.com.cn", json!("no pool")),
            ("https://cognito-identity.eusc-de-east-1.amazonaws.eu", json!("no pool")),
        ] {
            let claims = but(claims_of_this_service(), "iss", json!(issuer));
            let token = unsigned(&but(claims, "aud", audience));
            let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE);
            let rejected = call.role_session_name("me").web_identity_token(token).send().await;

            assert_service_error(rejected, "InvalidIdentityToken", NO_KEY);
        }
    }

    /// The mock signs login tokens with the same key, whatever issuer a test names.
    async fn a_login_token_in_the_name_of_this_service_is_rejected(mock) {
        for audience in ["no pool", "us-east-1", "af-south-1:11111111-2222-4333-8444-555555555555"] {
            let login = LoginToken::new("cognito-identity.amazonaws.com", "alice");
            let token = mock.issue_login(login.audience(audience));
            let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE);
            let rejected = call.role_session_name("me").web_identity_token(token).send().await;

            assert_service_error(rejected, "InvalidIdentityToken", NO_KEY);
        }
    }

    async fn a_token_is_accepted_until_its_last_second(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;

        mock.clock().advance(Duration::from_secs(599));

        assumed(mock, &token).await;
    }

    /// A random id would make a test that names it fail on the next run.
    async fn the_id_of_a_role_follows_from_its_arn(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;
        for (role, expected) in [
            ("arn:aws:iam::123456789012:role/a", "AROAZSVGLF7NENPFZJGHN"),
            (ROLE, "AROAGYC3XPKH2Q7ONLDQ4"),
        ] {
            let call = sts(mock).assume_role_with_web_identity().role_arn(role);
            let answer = call.role_session_name("me").web_identity_token(&token).send().await;

            let user = answer.unwrap().assumed_role_user.unwrap();
            assert_eq!(user.assumed_role_id(), format!("{expected}:me"), "{role}");
        }
    }

    async fn an_arn_of_anything_but_a_role_is_rejected(mock) {
        for role in [
            "arn:aws:iam::123456789012:user/someone",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/path/",
            "arn:aws:iam::123456789012:service-role/x",
            "arn:aws:s3::123456789012:role/someone",
            "urn:aws:iam::123456789012:role/someone",
            "arn:aws:iam::123456789012",
        ] {
            let call = sts(mock).assume_role_with_web_identity().role_arn(role);
            let rejected = call.role_session_name("me").web_identity_token("none").send().await;

            assert_service_error(rejected, "ValidationError", "Request ARN is invalid");
        }
    }

    async fn the_arn_of_a_session_names_the_partition_and_account_of_the_role(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;
        let call = sts(mock).assume_role_with_web_identity();
        let call = call.role_arn("arn:aws-cn:iam::210987654321:role/a/b/Guest");
        let answer = call.role_session_name("me").web_identity_token(token).send().await.unwrap();

        let keys = answer.credentials.unwrap();
        let caller = sts_with(mock, &keys).get_caller_identity().send().await.unwrap();

        let arn = "arn:aws-cn:sts::210987654321:assumed-role/Guest/me";
        assert_eq!(answer.assumed_role_user.as_ref().map(|user| user.arn()), Some(arn));
        assert_eq!(caller.arn(), Some(arn));
        assert_eq!(caller.account(), Some("210987654321"));
        assert_eq!(caller.user_id(), answer.assumed_role_user.as_ref().map(|user| user.assumed_role_id()));
    }

    async fn a_session_can_be_as_long_as_the_model_allows(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;

        let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");
        let call = call.web_identity_token(token).duration_seconds(43_200);
        let keys = call.send().await.unwrap().credentials.unwrap();

        assert_eq!(keys.expiration().secs(), NOW + 43_200);
    }

    async fn every_bit_of_the_signature_is_verified_and_padding_bits_are_ignored(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let good = token(&mock.client(), &id).await;
        let sts = sts(mock);

        for token in variants_of_the_last_character(&good) {
            let call = sts.assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");
            let answer = call.web_identity_token(&token).send().await;

            if same_bytes(&token, &good) {
                assert_eq!(answer.unwrap().audience(), Some(pool.id()), "{token}");
            } else {
                assert_service_error(answer, "InvalidIdentityToken", NO_KEY);
            }
        }
    }

    async fn the_duration_and_the_role_are_validated(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;
        let call = || sts(mock).assume_role_with_web_identity().role_session_name("me").web_identity_token(&token);

        let short = call().role_arn(ROLE).duration_seconds(899).send().await;
        let long = call().role_arn(ROLE).duration_seconds(43_201).send().await;
        let no_role = call().role_arn("arn:aws:iam::123456789012:user/someone").send().await;

        assert_service_error(
            short,
            "ValidationError",
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: \
             Member must have value greater than or equal to 900",
        );
        assert_service_error(
            long,
            "ValidationError",
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: \
             Member must have value less than or equal to 43200",
        );
        assert_service_error(no_role, "ValidationError", "Request ARN is invalid");
    }

    async fn a_long_value_is_truncated_in_the_message(mock) {
        let policy = "p".repeat(100_000);
        let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");

        let result = call.web_identity_token("a.b.c").policy(policy).send().await;

        let (code, message) = service_error(result);
        assert_eq!(code, "ValidationError");
        assert!(message.starts_with("1 validation error detected: Value 'ppp"), "{message:.60}");
        assert!(message.ends_with("ppp…") && message.len() < 66_000, "{}", message.len());
    }

    async fn get_caller_identity_names_the_role_of_enhanced_flow_credentials(mock) {
        let pool = mock.seed_pool("app");
        let client = mock.client();
        let id = guest(&client, pool.id()).await;
        let answer = client.get_credentials_for_identity().identity_id(&id).send().await.unwrap();
        let keys = answer.credentials.unwrap();
        let credentials = Credentials::new(
            keys.access_key_id().unwrap(), keys.secret_key().unwrap(),
            keys.session_token().map(str::to_owned), None, "test",
        );
        let config = aws_sdk_sts::config::Builder::from(&mock.sdk_config()).credentials_provider(credentials);

        let caller = aws_sdk_sts::Client::from_conf(config.build()).get_caller_identity().send().await.unwrap();

        assert_eq!(
            caller.arn(),
            Some("arn:aws:sts::123456789012:assumed-role/app-unauthenticated/CognitoIdentityCredentials")
        );
        assert_eq!(caller.account(), Some("123456789012"));
        assert!(caller.user_id().is_some_and(|id| id.ends_with(":CognitoIdentityCredentials")));
    }

    async fn expired_credentials_are_rejected(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let keys = assumed(mock, &token(&mock.client(), &id).await).await;
        mock.clock().advance(Duration::from_secs(3_600));

        let result = sts_with(mock, &keys).get_caller_identity().send().await;

        assert_service_error(result, "ExpiredToken", "The security token included in the request is expired");
    }

    async fn dummy_credentials_belong_to_a_user_of_the_account(mock) {
        let caller = sts(mock).get_caller_identity().send().await.unwrap();

        assert_eq!(caller.arn(), Some("arn:aws:iam::123456789012:user/mock"));
    }

    async fn an_unrecognized_action_is_reported_by_its_name(mock) {
        let body = "Action=AssumeRole&Version=2011-06-15";
        let call = sts(mock).get_caller_identity().customize();
        call.interceptor(Tamper::Body(body)).send().await.unwrap_err();

        let report = report(mock);

        assert!(report.contains("    #1  POST /  Action=AssumeRole\n"), "{report}");
        assert!(!report.contains("x-amz-target"), "{report}");
        let help = "help: of STS, the mock answers only AssumeRoleWithWebIdentity and GetCallerIdentity: \
                    did you mean AssumeRoleWithWebIdentity?";
        assert!(report.ends_with(help), "{report}");
        mock.reset();
    }

    async fn control_characters_of_a_request_are_escaped_in_reports(mock) {
        let body = "Action=%1b%5b2JNo%0d%0acalls+received%c2%9b%e2%80%ae";
        let call = sts(mock).get_caller_identity().customize();
        call.interceptor(Tamper::Body(body)).send().await.unwrap_err();
        // A second attempt of the same invocation, so that the report has a timeline.
        let id = "same";
        for _ in 1..=2 {
            let call = sts(mock).get_caller_identity().customize();
            let call = call.interceptor(Tamper::Body(body)).mutate_request(move |request| {
                request.headers_mut().insert("amz-sdk-invocation-id", id);
            });
            call.send().await.unwrap_err();
        }

        let report = report(mock);

        let escaped = r"Action=\u{1b}[2JNo\r\ncalls received\u{9b}\u{202e}";
        assert!(report.contains(&format!("    #1  POST /  {escaped}\n")), "{report}");
        assert!(report.contains("\ntimeline "), "{report}");
        let is_raw = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(!report.contains(is_raw), "{report:?}");
        assert!(!mock.timeline().to_string().contains(is_raw));
        let lines = report.lines().filter(|line| line.starts_with("calls received"));
        assert_eq!(lines.count(), 1, "{report}");
        mock.reset();
    }

    async fn recorded_calls_faults_and_assertions_include_sts(mock) {
        let pool = mock.seed_pool("app");
        let id = guest(&mock.client(), pool.id()).await;
        let token = token(&mock.client(), &id).await;
        mock.inject(Fault::throttle().on(aws_sdk_sts::Client::get_caller_identity).up_to_n_times(1));

        assumed(mock, &token).await;
        let error = sts(mock).get_caller_identity().send().await;

        // The SDK's classifier retries this code for any service.
        assert!(error.is_ok(), "{error:?}");
        let operations = mock.operations();
        assert_eq!(operations[2..], [
            Operation::AssumeRoleWithWebIdentity, Operation::GetCallerIdentity, Operation::GetCallerIdentity,
        ]);
        let calls = mock.calls_to(aws_sdk_sts::Client::assume_role_with_web_identity);
        assert_eq!(calls[0].input.web_identity_token(), Some(token.as_str()));
        assert_eq!(calls[0].outcome, Outcome::Success);
        mock.assert_called(aws_sdk_sts::Client::get_caller_identity, 2);
        mock.assert_called_with(aws_sdk_sts::Client::assume_role_with_web_identity, |input| input.role_arn(ROLE));
    }

    async fn what_a_call_asked_for_is_compared_and_reported(mock) {
        let call = sts(mock).assume_role_with_web_identity().role_arn(ROLE).role_session_name("me");
        let _ = call.web_identity_token("token").duration_seconds(1_800).send().await;

        let report = panic_of(|| mock.assert_called_with(
            aws_sdk_sts::Client::assume_role_with_web_identity,
            |input| input.role_session_name("you").duration_seconds(900),
        ));

        for line in [r#"received "me""#, "received 1800"] {
            assert!(report.contains(line), "{line} is not in {report}");
        }
    }
}

/// The report of a failed verification.
fn report(mock: &MockCognitoIdentity) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| mock.verify())).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn dummy_credentials_belong_to_the_partition_of_the_region() {
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")] {
        let mock = mock().region(region).account_id("210987654321").start();

        let caller = sts(&mock).get_caller_identity().send().await.unwrap();

        let arn = format!("arn:{partition}:iam::210987654321:user/mock");
        assert_eq!(
            (caller.arn(), caller.account()),
            (Some(&*arn), Some("210987654321"))
        );
        assert_eq!(caller.user_id(), Some("AIDAMOCKMOCKMOCKMOCK"));
    }
}

#[tokio::test]
async fn an_unrecognized_action_is_not_recorded_as_a_call() {
    let mock = mock().verify_on_drop(false).start();

    let result = sts(&mock).get_session_token().send().await;

    assert_service_error(
        result,
        "InvalidAction",
        "Could not find operation GetSessionToken for version 2011-06-15",
    );
    assert!(mock.calls().is_empty());
}
