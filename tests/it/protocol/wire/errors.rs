//! The errors: byte for byte as they are sent, and why the mock answers with them.
//!
//! AWS explains none of its errors. So explanations may change at any time, and what is sent changes
//! only with what is known about AWS.

use aws_smithy_types::body::SdkBody;
use expect_test::expect_file;
use mock_cognito_identity::MockCognitoIdentity;
use regex::Regex;

use super::settings::{self, Setting, Start};
use super::{Names, assert_conversation, filled_in, requests};
use crate::support::events::{self, Event};
use crate::support::{http, panic_of, runtime, secrets};

macro_rules! conversations {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                let (mock, names) = settings::$name(|mock| mock.verify_on_drop(false).start());
                let conversation = conversation!(stringify!($name));
                assert_conversation(&mock, &conversation, &borrowed(&names));
            }
        )+
    };
}

/// Conversations with their names and settings.
macro_rules! settings {
    ($($name:ident)+) => {
        [$((
            stringify!($name),
            conversation!(stringify!($name)),
            settings::$name as fn(Start) -> Setting,
        )),+]
    };
}

conversations! {
    developer_errors fault_errors identity_errors json_type_errors large_body_errors login_errors
    pool_errors quota_errors request_routing signature_errors signatures sts_errors
    sts_signature_errors sts_validation_errors validation_errors
}

/// Every error that a request can get before the engine is asked, and those of faults.
#[test]
fn every_error_is_explained() {
    let settings = settings! {
        request_routing large_body_errors json_type_errors validation_errors sts_validation_errors
        signatures signature_errors sts_signature_errors fault_errors
    };
    let mut text = String::new();
    for (name, conversation, setting) in settings {
        let (mock, names) = setting(|mock| mock.verify_on_drop(false).in_memory());
        let names = borrowed(&names);
        text.push_str(&format!("### {name}\n\n"));
        for (title, request) in requests(&conversation.data()) {
            if let Some(error) = explained(&mock, request, &names) {
                text.push_str(&format!("{title}\n{error}\n"));
            }
        }
    }
    let text = Regex::new(r"\.rs:\d+:\d+")
        .unwrap()
        .replace_all(&text, ".rs");
    expect_file![concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/protocol/wire/explanations.txt"
    )]
    .assert_eq(&text);
}

/// Many of these requests have login tokens, session tokens and other secrets in them.
#[test]
fn no_secret_is_printed_with_an_error() {
    let settings = settings! {
        developer_errors identity_errors json_type_errors large_body_errors login_errors
        signature_errors signatures sts_errors sts_signature_errors sts_validation_errors
        validation_errors
    };
    let mut checked = 0;
    for (_, conversation, setting) in settings {
        let (mock, names) = setting(|mock| mock.verify_on_drop(false).in_memory());
        let names = borrowed(&names);
        let mut printed = String::new();
        for (_, request) in requests(&conversation.data()) {
            printed.push_str(&format!("{:?}\n", event(&mock, request, &names)));
        }
        printed.push_str(&secrets::printed(&mock));
        printed.push_str(&panic_of(|| mock.assert_no_calls()));

        secrets::assert_nothing_secret_in(&printed);
        // Ids have a colon, and access key ids are no secret.
        let is_id = |value: &str| value.contains(':') || value.starts_with("ASIA");
        for (_, secret) in names.into_iter().filter(|(_, value)| !is_id(value)) {
            secrets::assert_not_in(&printed, secret);
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} secrets were looked for");
}

fn borrowed<'a>(names: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    let names = names.iter();
    names.map(|(name, value)| (*name, value.as_str())).collect()
}

/// The error that a request is answered with, and its explanation. `None` for a success.
#[track_caller]
fn explained(mock: &MockCognitoIdentity, request: &str, names: Names<'_>) -> Option<String> {
    let event = event(mock, request, names);
    let outcome = &event["outcome"];
    if outcome == "ok" {
        return None;
    }
    let explanation = event.get("explanation");
    let explanation = explanation.unwrap_or_else(|| panic!("{outcome} is not explained"));
    let beginning = format!("{outcome:.100}");
    Some(format!("    {}\n    {explanation}\n", beginning.trim_end()))
}

/// The event of a request.
#[track_caller]
fn event(mock: &MockCognitoIdentity, request: &str, names: Names<'_>) -> Event {
    let request = in_memory(&filled_in(request, names));
    let mut events = events::during(|| {
        runtime().block_on(http::answer(mock, request));
    });
    events.pop().expect("every call has an event")
}

/// A request as a client has it before it is sent.
fn in_memory(request: &str) -> ::http::Request<SdkBody> {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap().split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let headers: Vec<(&str, &str)> = lines.map(|line| line.split_once(':').unwrap()).collect();
    let host = headers[0].1.trim();
    let mut parts = ::http::Request::builder()
        .method(method)
        .uri(format!("http://{host}{path}"));
    for (name, value) in headers {
        parts = parts.header(name, value.trim().as_bytes());
    }
    parts.body(SdkBody::from(body)).unwrap()
}
