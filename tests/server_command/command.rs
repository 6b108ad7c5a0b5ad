//! The command: its options, what it prints, how it ends.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::Value;

use crate::http;

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-cognito-identity"));
    command.args(options);
    command
}

/// A running server. It is killed when it drops.
struct Server {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        Self::run(&mut command(options))
    }

    #[track_caller]
    fn run(command: &mut Command) -> Self {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut lines = [String::new(), String::new()];
        for line in &mut lines {
            stdout.read_line(line).unwrap();
        }
        assert_eq!(lines[1], "Ready.\n", "{lines:?}");
        let address = lines[0]
            .strip_prefix("listening on http://")
            .unwrap()
            .trim_end();
        Self {
            address: address.parse().unwrap(),
            child,
            stdout,
            stderr,
        }
    }

    fn call(&self, operation: &str, body: &str) -> http::Answer {
        let headers = format!(
            "host: localhost\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: AWSCognitoIdentityService.{operation}\r\nauthorization: AWS4-HMAC-SHA256 \
             Credential=any/20260102/us-east-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=0\r\n"
        );
        http::with_headers(self.address, "POST", "/", &headers, body)
    }

    fn send(&self, method: &str, path: &str, body: &str) -> http::Answer {
        http::request(self.address, method, path, body)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    /// Sends a signal, and returns the exit code and what else was printed on both outputs.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
        let code = self.child.wait().unwrap().code();
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        (code, stdout, stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command prints that does not serve, and its exit code.
#[track_caller]
fn refused(options: &[&str]) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(options).output().unwrap();
    assert_eq!(text(&stdout), "");
    (status.code(), text(&stderr))
}

#[cfg(unix)]
#[test]
fn two_lines_tell_that_it_listens_and_a_signal_ends_it_with_0() {
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(&[]);
        assert!(server.address.ip().is_loopback());
        assert_eq!(server.send("GET", "/_mock/health", "").status, 200);

        assert_eq!(server.end(signal), (Some(0), String::new(), String::new()));
    }
}

#[test]
fn each_call_is_a_line_with_the_reason_of_an_error() {
    let mut server = Server::start(&["--frozen-at", "2026-01-02T03:04:05.678Z"]);

    server.call("ListIdentityPools", r#"{"MaxResults":60}"#);
    server.call("ListIdentityPools", r#"{"MaxResults":61}"#);

    let time = "2026-01-02T03:04:05.678Z";
    assert_eq!(
        server.line(),
        format!("{time}  ListIdentityPools  attempt 1  → ok\n")
    );
    let line = server.line();
    assert!(
        line.starts_with(&format!(
            "{time}  ListIdentityPools  attempt 1  → ValidationException: "
        )),
        "{line}"
    );
    assert!(
        line.ends_with("  because MaxResults is 61; it must be 1 to 60\n"),
        "{line}"
    );
}

#[test]
fn lines_can_be_json() {
    let mut server = Server::start(&["--log", "json"]);
    server
        .send(
            "POST",
            "/_mock/faults",
            r#"{"effect":"throttle","name":"busy"}"#,
        )
        .success();

    server.call("ListIdentityPools", r#"{"MaxResults":60}"#);

    let line: Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!(line["number"], 1);
    assert_eq!(line["operation"], "ListIdentityPools");
    assert_eq!(line["attempt"], 1);
    assert_eq!(line["outcome"], "TooManyRequestsException: Rate exceeded");
    assert_eq!(line["fault"], "busy");
    assert!(
        line["explanation"]
            .as_str()
            .unwrap()
            .contains("POST /_mock/faults")
    );
    assert!(line["time"].as_str().unwrap().ends_with('Z'));
}

#[cfg(unix)]
#[test]
fn quiet_prints_no_lines() {
    let server = Server::start(&["--quiet"]);
    server.call("ListIdentityPools", r#"{"MaxResults":60}"#);

    assert_eq!(server.end("-TERM").2, "");
}

#[test]
fn options_configure_the_mock() {
    let server = Server::start(&[
        "--region",
        "eu-west-1",
        "--account-id",
        "210987654321",
        "--seed",
        "7",
        "--lenient-logins",
        "--aws-quotas",
        "--keep-calls",
        "1",
        "--frozen-at",
        "2026-01-02T03:04:05Z",
    ]);
    let pool =
        r#"{"IdentityPools":[{"IdentityPoolName":"app","AllowUnauthenticatedIdentities":true}]}"#;
    let state = server.send("PUT", "/_mock/state", pool).success();
    let id = state["IdentityPools"][0]["IdentityPoolId"]
        .as_str()
        .unwrap();
    assert!(id.starts_with("eu-west-1:"), "{id}");
    let clock = server.send("GET", "/_mock/clock", "").success();
    assert_eq!(clock["now"], "2026-01-02T03:04:05.000Z");

    let get_id = serde_json::json!({
        "IdentityPoolId": id, "Logins": {"accounts.google.com": "alice"},
    });
    // The 26th in a second exceeds the quota of AWS.
    for n in 1..=26 {
        let status = server.call("GetId", &get_id.to_string()).status;
        assert_eq!(status, if n <= 25 { 200 } else { 400 }, "call {n}");
    }
    let calls = server.send("GET", "/_mock/calls", "").success();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 1);
}

#[test]
fn options_can_be_environment_variables() {
    let server = Server::run(
        command(&[])
            .env("MOCK_COGNITO_REGION", "ap-southeast-2")
            .env("MOCK_COGNITO_FROZEN_AT", "2026-01-02T03:04:05Z")
            .env("MOCK_COGNITO_LENIENT_LOGINS", "true")
            .env("MOCK_COGNITO_QUIET", "0"),
    );
    let pool =
        r#"{"IdentityPools":[{"IdentityPoolName":"app","AllowUnauthenticatedIdentities":true}]}"#;

    let state = server.send("PUT", "/_mock/state", pool).body;
    let clock = server.send("GET", "/_mock/clock", "").success();

    assert!(state.contains("ap-southeast-2:"), "{state}");
    assert_eq!(clock["now"], "2026-01-02T03:04:05.000Z");
}

#[test]
fn a_state_file_is_loaded_and_a_bad_one_is_refused_with_the_path() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (good, bad) = (folder.join("state.json"), folder.join("bad.json"));
    std::fs::write(
        &good,
        r#"{"IdentityPools":[{"IdentityPoolName":"app","AllowUnauthenticatedIdentities":true}]}"#,
    )
    .unwrap();
    std::fs::write(&bad, r#"{"IdentityPools":[{"IdentityPoolName":"app"}]}"#).unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());

    let server = Server::start(&["--state", good]);
    let before = server.send("GET", "/_mock/state", "").success();
    assert_eq!(before["IdentityPools"][0]["IdentityPoolName"], "app");
    server.send("PUT", "/_mock/state", "{}").success();
    server.send("POST", "/_mock/reset", "").success();
    assert_eq!(server.send("GET", "/_mock/state", "").success(), before);

    let (code, message) = refused(&["--state", bad]);
    assert_eq!(code, Some(1));
    assert_eq!(
        message,
        format!(
            "mock-cognito-identity: {bad}: $.IdentityPools[0].AllowUnauthenticatedIdentities is missing\n"
        )
    );
    let (code, message) = refused(&["--state", "no such file"]);
    assert_eq!(code, Some(1));
    assert!(
        message.starts_with("mock-cognito-identity: cannot read no such file: "),
        "{message}"
    );
}

#[test]
fn a_port_that_is_taken_is_refused_with_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();

    let (code, message) = refused(&["--port", &port]);

    assert_eq!(code, Some(1));
    let start = format!("mock-cognito-identity: cannot listen on 127.0.0.1:{port}: ");
    assert!(message.starts_with(&start), "{message}");
}

#[test]
fn wrong_usage_is_refused_with_2() {
    for (options, words) in [
        (["--prt", "1"], "'--port'"),
        (["--port", "70000"], "70000"),
        (["--region", "us east 1"], "not the name of a Region"),
        (["--account-id", "1"], "not the 12 digits"),
        (["--host", "evil.example"], "not an IP address or localhost"),
        (["--frozen-at", "now"], "not a time such as"),
        (["--log", "xml"], "possible values: text, json"),
        (["--seed", "x"], "invalid digit"),
    ] {
        let (code, message) = refused(&options);
        assert_eq!(code, Some(2), "{options:?}");
        assert!(message.contains(words), "{options:?}: {message}");
    }
}

#[test]
fn the_help_names_the_options_and_how_to_go_on() {
    let Output { status, stdout, .. } = command(&["--help"]).output().unwrap();
    let help = text(&stdout);

    assert_eq!(status.code(), Some(0));
    for words in [
        "Usage: mock-cognito-identity [OPTIONS]",
        "--state <FILE>",
        "MOCK_COGNITO_PORT=9999",
        "/_mock/",
        "Exit codes",
    ] {
        assert!(help.contains(words), "{words} is not in\n{help}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 110),
        "{help}"
    );
}

#[test]
fn an_address_that_others_can_reach_is_warned_of_and_answers_its_own_addresses_only() {
    let mut server = Server::start(&["--host", "0.0.0.0", "--allow-host", "mock,mock.internal"]);
    let address = SocketAddr::new([127, 0, 0, 1].into(), server.address.port());
    let status = |host: &str| {
        http::with_headers(
            address,
            "GET",
            "/_mock/health",
            &format!("host: {host}\r\n"),
            "",
        )
        .status
    };

    assert!(
        server
            .line()
            .starts_with("warning: on 0.0.0.0 other machines can reach the mock")
    );
    for host in ["localhost:1", "192.168.1.5", "mock:9999", "mock.internal"] {
        assert_eq!(status(host), 200, "{host}");
    }
    assert_eq!(status("evil.example"), 403);
}
