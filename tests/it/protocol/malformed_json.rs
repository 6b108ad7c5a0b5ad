//! Malformed JSON and inputs of the wrong type: each gets the error response of the service, and
//! the next call on the same connection is served.

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::MockCognitoIdentity;
use serde_json::{Value, json};

use crate::support::http::{self, Answer, Connection};
use crate::support::model::{Model, Place};

const LIST: &str = "Start of list found where not expected";
const OBJECT: &str = "Start of structure or map found where not expected.";

/// Values of every JSON type but null.
const KINDS: [&str; 8] = [
    "[]",
    "[[1]]",
    "{}",
    r#"{"a":{}}"#,
    "1.5",
    r#""x""#,
    "true",
    "false",
];

/// A mock that tolerates undecodable calls.
fn mock() -> MockCognitoIdentity {
    crate::support::mock().verify_on_drop(false).start()
}

/// Asserts that the mock keeps serving this connection and new ones.
#[track_caller]
fn assert_serves(mock: &MockCognitoIdentity, connection: &mut Connection) {
    let good = http::call("ListIdentityPools", r#"{"MaxResults":1}"#);
    assert_eq!(connection.exchange(&good).status(), 200);
    assert_eq!(Connection::to(mock).exchange(&good).status(), 200);
}

/// Asserts that a body was rejected as undecodable.
#[track_caller]
fn assert_unreadable(answer: &Answer, what: &str) {
    assert_eq!(answer.status(), 400, "{what}: {answer:?}");
    assert_eq!(answer.service_error().0, "SerializationException", "{what}");
}

/// Asserts that a response is a success or a well-formed error with status 400.
#[track_caller]
fn assert_well_formed(answer: &Answer, what: &str) {
    match answer.status() {
        200 => {}
        400 => assert!(!answer.service_error().0.is_empty(), "{what}: {answer:?}"),
        status => panic!("{what}: {status}: {answer:?}"),
    }
}

/// The message about `found` where the model demands `wanted`; `None` if it is accepted.
fn mismatch(wanted: &str, found: &Value) -> Option<String> {
    let kind = match found {
        Value::Null => return None,
        Value::Array(_) if wanted == "list" => return None,
        Value::Array(_) => return Some(LIST.to_owned()),
        Value::Object(_) if ["map", "structure"].contains(&wanted) => return None,
        Value::Object(_) => return Some(OBJECT.to_owned()),
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
    };
    let article = match (wanted, kind) {
        ("structure", _) => return Some("Expected null".to_owned()),
        ("map", _) => return Some("Expected map or null".to_owned()),
        ("list", _) => return Some("Expected list or null".to_owned()),
        ("string", "STRING_VALUE") | ("integer" | "long", "NUMBER_VALUE") => return None,
        // Whether the service accepts a text for a boolean is not known.
        ("boolean", "TRUE_VALUE" | "FALSE_VALUE" | "STRING_VALUE") => return None,
        ("string", _) => "a String",
        ("integer", _) => "an Integer",
        ("long", _) => "a Long",
        ("boolean", _) => "a Boolean",
        _ => panic!("{wanted} is no type of the model"),
    };
    Some(format!("{kind} can not be converted to {article}"))
}

#[test]
fn a_wrong_type_anywhere_in_any_input_is_reported() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);
    let mut rejected = 0;

    for operation in model.operations() {
        for Place { path, wanted } in model.places(operation) {
            // For the input itself, only containers are rejected with a message.
            let kinds = KINDS
                .iter()
                .filter(|kind| !path.is_empty() || kind.starts_with('['));
            for kind in kinds {
                let found = serde_json::from_str(kind).unwrap();
                let Some(message) = mismatch(&wanted, &found) else {
                    continue;
                };
                let body = model.sample_with(operation, &path, kind);

                let answer = connection.exchange(http::call(operation, &body));

                assert_unreadable(&answer, &body);
                assert_eq!(
                    answer.service_error().1,
                    Some(message),
                    "{operation} {body}"
                );
                rejected += 1;
            }
        }
        assert_serves(&mock, &mut connection);
    }

    assert!(rejected > 500, "only {rejected} inputs were tried");
}

#[test]
fn the_right_types_everywhere_can_be_decoded() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);

    for operation in model.operations() {
        let body = model.sample(operation).to_string();

        let answer = connection.exchange(http::call(operation, &body));

        assert_well_formed(&answer, &body);
        assert!(
            !answer.body.contains("SerializationException"),
            "{operation} {body}"
        );
    }
}

#[test]
fn null_can_be_decoded_anywhere_but_as_the_input() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);

    for operation in model.operations() {
        for Place { path, .. } in model.places(operation) {
            let body = model.sample_with(operation, &path, "null");

            let answer = connection.exchange(http::call(operation, &body));

            assert_well_formed(&answer, &body);
            let unreadable = answer.body.contains("SerializationException");
            assert_eq!(unreadable, path.is_empty(), "{operation} {body}");
        }
    }
}

#[test]
fn a_scalar_as_the_input_is_rejected_without_a_message() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);

    for operation in model.operations() {
        for body in ["1", r#""x""#, "true", "null"] {
            let answer = connection.exchange(http::call(operation, body));

            assert_unreadable(&answer, body);
            assert_eq!(
                answer.body, r#"{"__type":"SerializationException"}"#,
                "{operation} {body}"
            );
        }
    }
}

#[test]
fn truncated_bodies_are_rejected() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);

    for operation in model.operations() {
        let body = model.sample(operation).to_string();
        for length in 0..body.len() {
            let answer = connection.exchange(http::call(operation, &body[..length]));

            assert_unreadable(&answer, &body[..length]);
        }
        assert_serves(&mock, &mut connection);
    }
}

#[test]
fn invalid_utf_8_is_rejected() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);
    let bad: [&[u8]; 5] = [
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
    ];

    for operation in model.operations() {
        for Place { path, wanted } in model.places(operation) {
            if wanted != "string" {
                continue;
            }
            for bytes in bad {
                let body = model.sample_with(operation, &path, r#""a!b""#).into_bytes();
                let at = body
                    .iter()
                    .position(|byte| *byte == b'!')
                    .expect("it is there");
                let body = [&body[..at], bytes, &body[at + 1..]].concat();

                let answer = connection.exchange(http::call(operation, &body));

                assert_unreadable(&answer, &format!("{operation} {path} {bytes:x?}"));
            }
        }
        assert_serves(&mock, &mut connection);
    }
}

#[test]
fn deep_nesting_is_rejected() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);
    let nested = |depth| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        [format!("{open}{close}"), open, objects]
    };

    // These three have members of every type of the model.
    let various = [
        "CreateIdentityPool",
        "ListIdentities",
        "SetIdentityPoolRoles",
    ];
    let all: Vec<_> = model.operations().collect();
    for (depth, operations) in [(129, all.as_slice()), (100_000, &various)] {
        for deep in nested(depth) {
            for operation in operations {
                for Place { path, .. } in model.places(operation) {
                    let body = model.sample_with(operation, &path, &deep);

                    let answer = connection.exchange(http::call(operation, body));

                    assert_unreadable(&answer, &format!("{operation} {path} {depth} deep"));
                }
            }
            let unknown = format!(r#"{{"MaxResults":1,"New":{deep}}}"#);
            let answer = connection.exchange(http::call("ListIdentityPools", unknown));
            assert_unreadable(&answer, &format!("a new member {depth} deep"));
        }
        assert_serves(&mock, &mut connection);
    }
}

#[test]
fn nesting_in_an_unknown_member_is_ignored() {
    let mock = mock();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let body = format!(r#"{{"MaxResults":1,"New":{deep}}}"#);

    let answer = Connection::to(&mock).exchange(http::call("ListIdentityPools", body));

    assert_eq!(
        (answer.status(), answer.body.as_str()),
        (200, r#"{"IdentityPools":[]}"#)
    );
}

#[test]
fn extreme_numbers_are_rejected() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);
    let digits = "9".repeat(100_000);
    let numbers = [
        "-1",
        "0",
        "1e99",
        "1e400",
        "-1e400",
        "1e-400",
        "1E+9999999999",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1",
        "-0.0",
        &digits,
    ];
    let mut tried = 0;

    for operation in model.operations() {
        for Place { path, wanted } in model.places(operation) {
            if !["integer", "long"].contains(&wanted.as_str()) {
                continue;
            }
            for number in numbers {
                let body = model.sample_with(operation, &path, number);

                let answer = connection.exchange(http::call(operation, body));

                let what = format!("{operation} {path} {number:.40}");
                assert_eq!(answer.status(), 400, "{what}: {answer:?}");
                let (code, _) = answer.service_error();
                assert!(
                    ["ValidationException", "SerializationException"].contains(&code.as_str()),
                    "{what}: {answer:?}"
                );
                tried += 1;
            }
        }
    }

    assert_eq!(tried, 4 * numbers.len());
    assert_serves(&mock, &mut connection);
}

#[test]
fn unusual_texts_get_a_well_formed_response() {
    let (mock, model) = (mock(), Model::read());
    let mut connection = Connection::to(&mock);
    let long = json!("x".repeat(5_000)).to_string();
    let wide = json!("😀".repeat(5_000)).to_string();
    let texts = [
        r#""""#,
        r#"" ""#,
        r#""\u0000""#,
        r#""\r\nx-evil: 1\r\n\r\n""#,
        r#""../../etc/passwd""#,
        r#""us-east-1:""#,
        r#"":""#,
        r#""::::""#,
        r#""arn:aws:cognito-identity:::identitypool/""#,
        r#""arn:aws:cognito-identity:us-east-1:1:identitypool/us-east-1:\u00e4""#,
        r#""e30.e30.e30""#,
        r#""..""#,
        r#""\ud83d\ude00""#,
        r#""\ufeff\u202e\uffff""#,
        r#""{}""#,
        &long,
        &wide,
    ];

    for operation in model.operations() {
        for Place { path, wanted } in model.places(operation) {
            if wanted != "string" {
                continue;
            }
            for text in texts {
                let body = model.sample_with(operation, &path, text);

                let answer = connection.exchange(http::call(operation, body));

                assert_well_formed(&answer, &format!("{operation} {path} {text:.40}"));
            }
        }
        assert_serves(&mock, &mut connection);
    }
}

#[test]
fn half_a_surrogate_pair_is_rejected() {
    let mock = mock();
    let mut connection = Connection::to(&mock);

    for text in [
        r#""\ud83d""#,
        r#""\ude00\ud83d""#,
        r#""\ud83dx""#,
        r#""\u12""#,
        r#""\x""#,
    ] {
        let body = format!(r#"{{"IdentityPoolId":{text}}}"#);

        let answer = connection.exchange(http::call("GetId", &body));

        assert_unreadable(&answer, &body);
    }
    assert_serves(&mock, &mut connection);
}

#[test]
fn repeated_and_thousands_of_members_get_a_well_formed_response() {
    let mock = mock();
    let mut connection = Connection::to(&mock);
    let entries: Vec<_> = (0..20_000).map(|n| format!(r#""p{n}":"t""#)).collect();
    let entries = entries.join(",");

    for body in [
        r#"{"IdentityPoolId":"a:1","IdentityPoolId":"a:2"}"#.to_owned(),
        r#"{"IdentityPoolId":"a:1","Logins":{"p":"t","p":"u"}}"#.to_owned(),
        format!(r#"{{"IdentityPoolId":"a:1","Logins":{{{entries}}}}}"#),
        format!(r#"{{"IdentityPoolId":"a:1",{entries}}}"#),
    ] {
        let answer = connection.exchange(http::call("GetId", &body));

        assert_eq!(answer.status(), 400, "{body:.60}");
        let (code, _) = answer.service_error();
        assert!(
            ["ResourceNotFoundException", "ValidationException"].contains(&code.as_str()),
            "{body:.60}: {answer:?}"
        );
    }
    assert_serves(&mock, &mut connection);
}

#[test]
fn unknown_targets_are_rejected() {
    let mock = mock();
    let mut connection = Connection::to(&mock);
    let long = "x".repeat(10_000);

    for operation in [
        "",
        "Nope",
        "getid",
        "GetId ",
        "GetId.GetId",
        "Get\tId",
        "../GetId",
        &long,
    ] {
        let answer = connection.exchange(http::call(operation, "{}"));

        assert_eq!(answer.status(), 400, "{operation:.40}: {answer:?}");
    }
    assert_serves(&mock, &mut connection);
}

#[test]
fn undecodable_calls_fail_verification_but_not_the_server() {
    let mock = mock();
    let mut connection = Connection::to(&mock);

    connection.exchange(http::call("GetId", "{"));

    assert_serves(&mock, &mut connection);
    let verified = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mock.verify()));
    assert!(verified.is_err());
    mock.assert_called(Client::list_identity_pools, 2);
}
