//! The bytes on the wire.
//!
//! The files `wire/*.http` contain requests and the responses to them. Each file is one
//! conversation over one connection; a test sends the requests and compares the whole file. Text in
//! braces stands for what differs from run to run: `{uuid}` for a generated UUID, `{authorization}`
//! for a signature, and the names of what the test seeded. The `content-length` of a request is
//! added when it is sent. After an intended change, `UPDATE_EXPECT=1` rewrites the files; read the
//! difference.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use expect_test::{ExpectFile, expect_file};
use mock_cognito_identity::{Fault, MockCognitoIdentity, PoolSeed};
use regex::Regex;

use crate::support::NO_POOL;
use crate::support::http::{self, Answer, Connection};

const POOL: &str = "us-east-1:12345678-1234-4234-8234-123456789012";

/// A mock that tolerates unrecognized requests and accepts any text as a login.
fn mock() -> MockCognitoIdentity {
    crate::support::mock()
        .lenient_logins()
        .verify_on_drop(false)
        .start()
}

/// Pairs of a name in the file and the value on the wire.
type Names<'a> = &'a [(&'a str, &'a str)];

/// A file of `wire/`. The path is absolute, because `expect_file!` resolves a relative one from the
/// topmost `Cargo.toml`, which may be that of a surrounding workspace.
macro_rules! conversation {
    ($($name:tt)+) => {
        expect_file![concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/it/protocol/wire/",
            $($name)+,
            ".http"
        )]
    };
}

// Below the macro, which they use.
mod errors;
mod settings;

/// Sends the requests of a conversation and asserts that the responses are those of the file.
#[track_caller]
fn assert_conversation(mock: &MockCognitoIdentity, written: &ExpectFile, names: Names<'_>) {
    let mut connection = Connection::to(mock);
    let mut played = Vec::new();
    for (title, request) in requests(&written.data()) {
        let answer = connection.exchange(filled_in(request, names));
        let answer = told(&answer, request, names);
        played.push(format!("### {title}\n\n{request}\n\n{answer}\n"));
    }
    assert!(!played.is_empty(), "nothing was played");
    written.assert_eq(&played.join("\n"));
}

/// The requests of a conversation, with their titles.
fn requests(conversation: &str) -> impl Iterator<Item = (&str, &str)> {
    conversation.split("### ").skip(1).map(|exchange| {
        let (request, _answer) = exchange
            .split_once("\n\nHTTP/1.1 ")
            .expect("an exchange has an answer");
        request.split_once("\n\n").expect("an exchange has a title")
    })
}

/// The request to send, from its text in the file.
fn filled_in(request: &str, names: Names<'_>) -> String {
    let request = request.replace("{authorization}", http::AUTHORIZATION);
    let request = names.iter().fold(request, |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    });
    let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
    let head = head.replace('\n', "\r\n");
    format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// The text of a response for the file. Headers are sorted by name, because their order means
/// nothing.
fn told(answer: &Answer, request: &str, names: Names<'_>) -> String {
    static UUID: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").unwrap()
    });
    let (status, headers) = (answer.status_line(), answer.headers().join("\n"));
    let text = format!("{status}\n{headers}\n\n{}", answer.body);
    let text = names.iter().fold(text, |text, (name, value)| {
        text.replace(value, &format!("{{{name}}}"))
    });
    let text = UUID.replace_all(&text, |found: &regex::Captures<'_>| {
        if request.contains(&found[0]) {
            found[0].to_owned()
        } else {
            "{uuid}".to_owned()
        }
    });
    text.trim_end().to_owned()
}

#[test]
fn responses() {
    let mock = mock();
    let seed = PoolSeed::named("app")
        .id(POOL)
        .login_provider("accounts.google.com", "my-app")
        .developer_provider("login.app");
    let pool = mock.seed_pool(seed);
    let alice = pool.seed_identity_with_login("accounts.google.com", "alice");
    let bob = pool.seed_identity_with_login("login.app", "bob");

    let names = [("pool", POOL), ("alice", &alice), ("bob", &bob)];
    assert_conversation(&mock, &conversation!("responses"), &names);
}

#[test]
fn error_responses() {
    let mock = mock();
    let members = mock.seed_pool(
        PoolSeed::named("members")
            .authenticated_only()
            .login_provider("accounts.google.com", "my-app"),
    );
    let alice = members.seed_identity_with_login("accounts.google.com", "alice");
    members.seed_identity_with_login("accounts.google.com", "bob");
    let guest = mock
        .seed_pool(PoolSeed::named("bare").without_roles())
        .seed_identity();
    mock.inject(Fault::throttle().on(Client::list_identities));
    mock.inject(Fault::internal_error().on(Client::list_identity_pools));
    mock.inject(Fault::http_status(503).on(Client::delete_identity_pool));

    let names = [
        ("members", members.id()),
        ("alice", &alice),
        ("guest", &guest),
    ];
    assert_conversation(&mock, &conversation!("error_responses"), &names);
}

#[test]
fn an_expiration_is_formatted_as_a_java_double_of_whole_seconds() {
    let mock = mock();
    let guest = mock.seed_pool("app").seed_identity();
    let an_hour_before = 1_515_115_602_999 - 3_600_000;
    mock.clock()
        .set(SystemTime::UNIX_EPOCH + Duration::from_millis(an_hour_before));

    let call = http::call(
        "GetCredentialsForIdentity",
        format!(r#"{{"IdentityId":"{guest}"}}"#),
    );
    let answer = Connection::to(&mock).exchange(call);

    let members = Regex::new(
        r#"^\{"Credentials":\{"AccessKeyId":"ASIA[0-9A-Z]{16}","Expiration":1\.515115602E9,"SecretKey":"[0-9A-Za-z+/]{40}","SessionToken":"IQoJ[^"]+"\},"IdentityId":"us-east-1:[0-9a-f-]{36}"\}$"#,
    );
    assert!(members.unwrap().is_match(&answer.body), "{}", answer.body);
}

#[test]
fn creation_and_modification_dates_have_milliseconds() {
    let mock = mock();
    mock.clock()
        .set(SystemTime::UNIX_EPOCH + Duration::from_millis(1_538_078_988_077));
    let guest = mock.seed_pool("app").seed_identity();

    let call = http::call("DescribeIdentity", format!(r#"{{"IdentityId":"{guest}"}}"#));
    let answer = Connection::to(&mock).exchange(call);

    assert_eq!(
        answer.body,
        format!(
            r#"{{"CreationDate":1.538078988077E9,"IdentityId":"{guest}","LastModifiedDate":1.538078988077E9}}"#
        )
    );
}

#[test]
fn the_date_is_that_of_the_mocks_clock() {
    let mock = mock();
    let mut connection = Connection::to(&mock);
    let mut date = || {
        let answer = connection.exchange(http::call("ListIdentityPools", r#"{"MaxResults":1}"#));
        let dates = answer
            .headers()
            .into_iter()
            .filter(|header| header.starts_with("date: "));
        dates.map(str::to_owned).collect::<Vec<_>>()
    };

    assert_eq!(date(), ["date: Fri, 02 Jan 2026 03:04:05 GMT"]);
    mock.clock().advance(Duration::from_secs(86_400));
    assert_eq!(date(), ["date: Sat, 03 Jan 2026 03:04:05 GMT"]);
}

#[test]
fn every_answer_has_a_request_id_of_its_own() {
    let mock = mock();
    let mut connection = Connection::to(&mock);
    let v4 = Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
    let v4 = v4.unwrap();
    let mut seen = HashSet::new();

    for request in [
        http::call("ListIdentityPools", r#"{"MaxResults":1}"#),
        http::call("ListIdentityPools", r#"{"MaxResults":0}"#),
        http::call("Nope", "{}"),
        b"GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
        b"GET /.well-known/jwks_uri HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
    ] {
        let answer = connection.exchange(request);

        let id = answer.header("x-amzn-requestid").expect("an id");
        assert!(v4.is_match(id), "{answer:?}");
        assert!(seen.insert(id.to_owned()), "{id} was seen before");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let conversation = || {
        let mock = mock();
        mock.seed_pool(PoolSeed::named("app").id(POOL));
        let mut connection = Connection::to(&mock);
        let calls = [
            http::call("GetId", format!(r#"{{"IdentityPoolId":"{POOL}"}}"#)),
            http::call(
                "DescribeIdentityPool",
                format!(r#"{{"IdentityPoolId":"{NO_POOL}"}}"#),
            ),
        ];
        calls.map(|call| format!("{:?}", connection.exchange(call)))
    };

    assert_eq!(conversation(), conversation());
}
