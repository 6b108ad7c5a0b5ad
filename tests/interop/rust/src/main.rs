//! Runs the application against a mock in this process, which it finds by `env_vars()`, and
//! against the server, which it finds by the environment of the suite.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Output};

use mock_cognito_identity::Operation::{
    AssumeRoleWithWebIdentity, GetCallerIdentity, GetCredentialsForIdentity, GetId, GetOpenIdToken,
};
use mock_cognito_identity::{Fault, MockCognitoIdentity};

const NO_POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000000";

/// The application in an environment of these variables and nothing else.
fn app(pool: &str, variables: impl IntoIterator<Item = (&'static str, String)>) -> Output {
    let program = std::env::current_exe().unwrap().with_file_name("app");
    Command::new(program)
        .arg(pool)
        .env_clear()
        .envs(variables)
        .output()
        .unwrap()
}

/// What it printed, by the first word of the line.
#[track_caller]
fn printed(output: &Output) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let stdout = text(&output.stdout);
    let lines = stdout.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn signs_in_by_both_flows() {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");

    let printed = printed(&app(pool.id(), mock.env_vars()));

    let (key, expires) = printed["enhanced"].split_once(' ').unwrap();
    let issued = mock.issued_credentials(key).unwrap();
    assert_eq!(issued.identity_id, printed["identity"]);
    assert_eq!(issued.identity_pool_id, pool.id());
    let recorded = issued
        .expiration
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert_eq!(recorded.as_secs().to_string(), expires);
    assert_eq!(
        printed["classic"],
        "arn:aws:sts::123456789012:assumed-role/Guest/app"
    );
    assert_eq!(
        mock.operations(),
        [
            GetId,
            GetCredentialsForIdentity,
            GetOpenIdToken,
            AssumeRoleWithWebIdentity,
            GetCallerIdentity
        ]
    );
}

fn retries_what_is_throttled() {
    let mock = MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");
    mock.inject(
        Fault::throttle()
            .on(aws_sdk_cognitoidentity::Client::get_id)
            .up_to_n_times(1),
    );

    printed(&app(pool.id(), mock.env_vars()));

    let calls = mock.calls_to(aws_sdk_cognitoidentity::Client::get_id);
    let attempts: Vec<_> = calls.iter().map(|call| call.attempt).collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(calls[0].invocation_id, calls[1].invocation_id);
}

fn shows_the_refusal() {
    let mock = MockCognitoIdentity::start();

    let output = app(NO_POOL, mock.env_vars());

    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(stderr.contains("ResourceNotFoundException"), "{stderr}");
    assert!(
        stderr.contains(&format!("IdentityPool '{NO_POOL}' not found.")),
        "{stderr}"
    );
    assert_eq!(mock.operations(), [GetId]);
}

/// The log of the server has a line for each call of the application.
fn finds_the_server() {
    let log = || {
        let path = PathBuf::from(std::env::var_os("MOCK_LOG").unwrap());
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().map(|line| {
            let (_time, call) = line.split_once("  ").unwrap();
            // An error is followed by its explanation, which is not covered by semantic versioning.
            let (call, _explanation) = call.split_once("  because ").unwrap_or((call, ""));
            call.to_owned()
        });
        lines.collect::<Vec<_>>()
    };
    let names = [
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
        "AWS_ENDPOINT_URL_STS",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ];
    let variables = names.map(|name| (name, std::env::var(name).unwrap()));

    let output = app(NO_POOL, variables);

    assert!(!output.status.success());
    let refused = format!("ResourceNotFoundException: IdentityPool '{NO_POOL}' not found.");
    assert_eq!(log(), [format!("GetId  attempt 1  → {refused}")]);
}

fn main() -> ExitCode {
    let checks: [(&str, fn()); 4] = [
        ("signs in by both flows", signs_in_by_both_flows),
        ("retries what is throttled", retries_what_is_throttled),
        ("shows the refusal", shows_the_refusal),
        ("finds the server", finds_the_server),
    ];
    let passed = checks.iter().filter(|(name, check)| {
        let passed = catch_unwind(AssertUnwindSafe(check)).is_ok();
        if !passed {
            eprintln!("FAIL: {name}");
        }
        passed
    });
    let passed = passed.count();
    println!("rust: {passed} of {} passed", checks.len());
    if passed == checks.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
