//! `Debug` of the public types: it helps to debug a test, and it shows no secret.

use std::fmt::Debug;
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
use expect_test::expect;
use mock_cognito_identity::{
    Builder, Fault, LoginToken, MockCognitoIdentity, PoolSeed, SdkOperation, Times,
};
use regex::Regex;

use crate::support::app::{FACEBOOK, GOOGLE};
use crate::support::sdk_view::client_without_retries;
use crate::support::{NO_POOL, mock};

const SECRET_OF_THE_APP: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// A token that is short enough not to be truncated in a report.
const SHORT_TOKEN: &str = "opaque-token-of-thirty-two-bytes";

/// Texts that must not be printed, each with a description.
type Secrets = Vec<(&'static str, String)>;

/// Texts that were printed, each with a description.
#[derive(Default)]
struct Printed(Vec<(String, String)>);

impl Printed {
    fn add(&mut self, name: impl Into<String>, value: &dyn Debug) {
        let name = name.into();
        self.0
            .push((format!("{name}, on a line"), format!("{value:?}")));
        self.0
            .push((format!("{name}, on many lines"), format!("{value:#?}")));
    }

    #[track_caller]
    fn assert_without(&self, secrets: &Secrets) {
        for (name, text) in &self.0 {
            assert!(!text.is_empty(), "{name}");
            for (secret_name, secret) in secrets {
                assert!(
                    !text.contains(secret),
                    "{name} shows the {secret_name}: {text}"
                );
            }
        }
    }
}

fn builder() -> Builder {
    mock()
        .require_credentials("AKIAAPP", SECRET_OF_THE_APP)
        .listener(TcpListener::bind("127.0.0.1:0").unwrap())
        .verify_on_drop(false)
}

/// Signs in with all calls that carry tokens. Returns the secrets that were used.
async fn signs_in(mock: &MockCognitoIdentity, pool_id: &str) -> Secrets {
    let client = mock.client();
    let login = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
    let get_id = client.get_id().identity_pool_id(pool_id);
    let id = get_id.logins(GOOGLE, &login).send().await.unwrap();
    let id = id.identity_id().unwrap();
    let keys = client.get_credentials_for_identity().identity_id(id);
    let keys = keys.logins(GOOGLE, &login).send().await.unwrap();
    let keys = keys.credentials().unwrap();
    let open_id = client.get_open_id_token().identity_id(id);
    let open_id = open_id.logins(GOOGLE, &login).send().await.unwrap();
    let open_id = open_id.token().unwrap();
    let assumed = aws_sdk_sts::Client::new(&mock.sdk_config())
        .assume_role_with_web_identity()
        .role_arn("arn:aws:iam::123456789012:role/app-authenticated")
        .role_session_name("me")
        .web_identity_token(open_id)
        .send()
        .await
        .unwrap();
    let assumed = assumed.credentials().unwrap();
    // The error message of this call contains the token.
    let echoed = client_without_retries(mock)
        .get_id()
        .identity_pool_id(NO_POOL);
    let echoed = echoed.logins(GOOGLE, &login).logins(FACEBOOK, "");
    let echoed = echoed.send().await.unwrap_err();
    assert!(echoed.message().unwrap().contains(&login));
    let short = client_without_retries(mock)
        .get_id()
        .identity_pool_id(pool_id);
    let _ = short.logins(GOOGLE, SHORT_TOKEN).send().await;
    let unlink = client_without_retries(mock)
        .unlink_identity()
        .identity_id(id);
    let unlink = unlink.logins(GOOGLE, &login).logins_to_remove(GOOGLE);
    unlink.send().await.unwrap();
    vec![
        ("secret of the builder", SECRET_OF_THE_APP.to_owned()),
        (
            "secret of the client",
            "mock-cognito-identity/not/a/real/secret".to_owned(),
        ),
        ("login token", login),
        ("short token", SHORT_TOKEN.to_owned()),
        ("secret key", keys.secret_key().unwrap().to_owned()),
        ("session token", keys.session_token().unwrap().to_owned()),
        ("OpenID token", open_id.to_owned()),
        ("assumed secret key", assumed.secret_access_key().to_owned()),
        ("assumed session token", assumed.session_token().to_owned()),
    ]
}

#[tokio::test]
async fn no_public_type_prints_a_secret() {
    for start in [Builder::start, Builder::in_memory] {
        let mut printed = Printed::default();
        printed.add("builder", &builder());
        let mock = start(builder());
        let seed = PoolSeed::named("app").login_provider(GOOGLE, "my-app");
        let pool = mock.seed_pool(seed.clone());
        let secrets = signs_in(&mock, pool.id()).await;
        let guard = mock.inject_scoped(Fault::throttle().named("guarded").expect(..));

        printed.add("mock", &mock);
        printed.add("seed", &seed);
        printed.add("pool", &pool);
        printed.add("guard", &guard);
        printed.add(
            "login",
            &LoginToken::new(GOOGLE, "alice").claim("role", "admin"),
        );
        mock.with_engine(|engine| printed.add("engine", engine));
        printed.add("clock", mock.clock());
        printed.add("times", &Times::from(2..=3));
        printed.add("timeline", &mock.timeline());
        printed.add("operations", &mock.operations());
        let calls = mock.calls();
        assert_eq!(calls.len(), 7);
        printed.add("calls", &calls);
        for call in &calls {
            printed.add("request", &call.input);
            printed.add("outcome", &call.outcome);
        }
        printed.add("GetId", &mock.calls_to(Client::get_id));
        let keys = mock.calls_to(Client::get_credentials_for_identity);
        printed.add("GetCredentialsForIdentity", &keys);
        printed.add("GetOpenIdToken", &mock.calls_to(Client::get_open_id_token));
        printed.add("UnlinkIdentity", &mock.calls_to(Client::unlink_identity));
        let assume = aws_sdk_sts::Client::assume_role_with_web_identity;
        printed.add("AssumeRoleWithWebIdentity", &mock.calls_to(assume));
        printed.add("config", &mock.config());
        printed.add("client", &mock.client());
        printed.add("HTTP client", &mock.http_client());
        let or_another = mock.http_client_or(mock.http_client());
        printed.add("HTTP client with another one", &or_another);
        printed.add("SDK config", &mock.sdk_config());

        printed.assert_without(&secrets);
    }
}

#[tokio::test]
async fn issued_credentials_print_no_secret() {
    let mock = mock().in_memory();
    let id = mock.seed_pool("app").seed_identity();
    let call = mock.client().get_credentials_for_identity().identity_id(id);
    let keys = call.send().await.unwrap().credentials.unwrap();
    let mut printed = Printed::default();

    printed.add(
        "issued",
        &mock
            .issued_credentials(keys.access_key_id().unwrap())
            .unwrap(),
    );

    printed.assert_without(&vec![
        ("secret key", keys.secret_key.unwrap()),
        ("session token", keys.session_token.unwrap()),
    ]);
}

#[test]
fn faults_print_what_they_are() {
    let second = Duration::from_secs(1);
    let scripted = Fault::respond_with(Client::get_id, |_| GetIdOutput::builder().build());
    let faults = [
        Fault::throttle().retry_after(second),
        Fault::not_authorized("no"),
        Fault::internal_error().with_probability(0.5),
        Fault::http_status(503),
        Fault::delay(second).after_n_calls(1),
        Fault::hang().up_to_n_times(2),
        Fault::reset_connection(),
        Fault::empty_response(),
        Fault::truncate_response(),
        Fault::malformed_response(),
        Fault::lose_response(),
        Fault::bare_response(),
        Fault::rate_limit(5, second),
        scripted,
        Fault::hold().named("gate"),
        Fault::refuse_connections().expect(1),
    ];
    let mut printed = Printed::default();
    for fault in faults {
        printed.add("fault", &fault);
    }
    let predicate = Fault::throttle().when(Client::get_id, |_| true);

    printed.assert_without(&vec![("address of a closure", "0x".to_owned())]);
    assert!(
        format!("{predicate:?}").contains("[<predicate>]"),
        "{predicate:?}"
    );
}

#[tokio::test]
async fn clients_and_configurations_do_not_print_the_state_of_the_mock() {
    for start in [Builder::start, Builder::in_memory] {
        let mock = start(mock());
        let pool = mock.seed_pool("app");
        let print = || {
            let mut printed = Printed::default();
            printed.add("config", &mock.config());
            printed.add("client", &mock.client());
            printed.add("HTTP client", &mock.http_client());
            let or_another = mock.http_client_or(mock.http_client());
            printed.add("HTTP client with another one", &or_another);
            printed.add("SDK config", &mock.sdk_config());
            printed
        };
        let length = |printed: Printed| printed.0.iter().map(|(_, text)| text.len()).sum::<usize>();
        let before = length(print());

        for _ in 1..=100 {
            let call = mock.client().get_id().identity_pool_id(pool.id());
            call.send().await.unwrap();
        }

        print().assert_without(&vec![("id of a pool", pool.id().to_owned())]);
        let after = length(print());
        assert!(after.abs_diff(before) < 500, "{before} and {after} bytes");
    }
}

/// The debug output without what differs from run to run or from system to system.
fn without_what_varies(value: &dyn Debug) -> String {
    let text = format!("{value:#?}");
    let text = replaced(&text, r"(?s)(clock: Clock) \{.*?\n    \}", "$1");
    let text = replaced(&text, r"(?s)(time: SystemTime) \{.*?\n    \}", "$1");
    let text = replaced(&text, r"injected at [^ ]*[0-9]", "injected at LINE");
    replaced(&text, r#"(?s)(invocation_id: Some)\(.*?\n    \)"#, "$1")
}

fn replaced(text: &str, pattern: &str, by: &str) -> String {
    let pattern = Regex::new(pattern).unwrap();
    assert!(pattern.find_iter(text).count() <= 1, "{text}");
    pattern.replace(text, by).into_owned()
}

#[test]
fn a_builder_prints_its_settings() {
    let builder = MockCognitoIdentity::builder()
        .region("eu-west-1")
        .seed(7)
        .frozen_at(SystemTime::UNIX_EPOCH)
        .keep_calls(10)
        .lenient_logins()
        .require_credentials("AKIAAPP", SECRET_OF_THE_APP);

    expect![[r#"
        Builder {
            region: "eu-west-1",
            account_id: "123456789012",
            seed: Some(
                7,
            ),
            clock: Clock,
            clock_follows_tokio: false,
            listener: None,
            lenient_logins: true,
            trusted_issuers: [],
            required_credentials: [
                "AKIAAPP",
            ],
            aws_quotas: false,
            keep_calls: 10,
            wait_timeout: 5s,
            has_state: false,
            verify_on_drop: true,
            log_on_panic: true,
        }"#]]
    .assert_eq(&without_what_varies(&builder));
}

#[tokio::test]
async fn a_call_prints_its_input_as_reports_do() {
    let mock = mock().lenient_logins().in_memory();
    mock.inject(Fault::throttle().named("busy"));
    let call = client_without_retries(&mock)
        .get_id()
        .identity_pool_id(NO_POOL);
    let call = call.logins(GOOGLE, format!("eyJraWQ{}", "x".repeat(100)));
    let call = call.logins(FACEBOOK, SHORT_TOKEN);
    let _ = call.send().await;
    let list = client_without_retries(&mock)
        .list_identities()
        .max_results(7);
    let list = list.identity_pool_id(NO_POOL);
    let _ = list.next_token("page-2").send().await;

    expect![[r#"
        Call {
            number: 1,
            input: GetIdInput {
                IdentityPoolId: "us-east-1:00000000-0000-4000-8000-000000000000",
                Logins["accounts.google.com"]: "eyJra…" (107 bytes),
                Logins["graph.facebook.com"]: <hidden> (32 bytes),
            },
            attempt: 1,
            invocation_id: Some,
            region: "us-east-1",
            access_key_id: None,
            time: SystemTime,
            outcome: Error(
                ServiceError {
                    code: "TooManyRequestsException",
                    message: Some(
                        "Rate exceeded",
                    ),
                    status: 400,
                    explanation: "this error comes from fault \"busy\", injected at LINE",
                },
            ),
            fault: Some(
                "busy",
            ),
        }"#]]
    .assert_eq(&without_what_varies(&mock.calls_to(Client::get_id)[0]));
    expect![[r#"ListIdentities(ListIdentitiesInput { IdentityPoolId: "us-east-1:00000000-0000-4000-8000-000000000000", MaxResults: 7, NextToken: "page-2" })"#]].assert_eq(&format!("{:?}", mock.calls()[1].input));
}

#[tokio::test]
async fn calls_of_any_operation_can_be_printed() {
    fn printed<O: SdkOperation>(mock: &MockCognitoIdentity, op: fn(&O::Client) -> O) -> String {
        mock.calls_to(op)
            .iter()
            .map(|call| format!("{call:?}\n"))
            .collect()
    }
    let mock = mock().in_memory();
    let _ = client_without_retries(&mock)
        .get_id()
        .identity_pool_id(NO_POOL)
        .send()
        .await;

    assert!(printed(&mock, Client::get_id).contains(NO_POOL));
    assert_eq!(printed(&mock, Client::get_credentials_for_identity), "");
}

#[test]
fn a_mock_prints_its_address_and_region() {
    let mock = mock().region("eu-west-1").start();

    let expected = format!(
        "MockCognitoIdentity {{ endpoint_url: {:?}, region: \"eu-west-1\", .. }}",
        mock.endpoint_url()
    );
    assert_eq!(format!("{mock:?}"), expected);
}

#[test]
fn a_scripted_response_is_printed_by_its_operation() {
    let scripted = Fault::respond_with(Client::get_id, |_| GetIdOutput::builder().build());

    let printed = format!("{scripted:?}");

    assert!(printed.contains("(<closure for GetId>)"), "{printed}");
}

#[test]
fn a_client_in_memory_prints_a_service_without_its_state() {
    let mock = mock().in_memory();

    let printed = format!("{:?}", mock.http_client());

    assert!(printed.contains("Service { .. }"), "{printed}");
}
