//! Counts the instructions of a call in memory with valgrind's callgrind: a figure that is the same,
//! within a percent, on a busy machine and on an idle one.
//!
//! `instructions` prints the figures, `instructions check` also compares that of the mock with
//! [`EXPECTED`], and `instructions call WHO N` makes N calls, to be profiled.

#[path = "../suite/canned.rs"]
mod canned;

use std::process::{Command, ExitCode};

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

/// The instructions of GetId in memory, with Rust 1.95 on x86-64. Whoever makes the call cheaper
/// lowers the number.
const EXPECTED: f64 = 193_000.0;
/// By how much the figure may be exceeded.
const TOLERANCE: f64 = 1.03;

const POOL: &str = "us-east-1:5ca1ab1e-0000-4000-8000-000000000001";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            report();
            ExitCode::SUCCESS
        }
        ["check"] => check(report()),
        ["call", who, times] => {
            call(who, times.parse().expect("a number of calls"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: instructions [check | call mock|canned N]");
            ExitCode::from(2)
        }
    }
}

/// Prints the figures and returns that of the mock.
fn report() -> f64 {
    let (mock, canned) = (instructions("mock"), instructions("canned"));
    println!("GetId in memory, instructions a call");
    println!("  this mock:     {mock:.0}");
    println!("  canned answer: {canned:.0}");
    println!("  ratio:         {:.3}", mock / canned);
    mock
}

fn check(mock: f64) -> ExitCode {
    let most = EXPECTED * TOLERANCE;
    if mock > most {
        println!("a call takes more than {most:.0} instructions, which is 3 % above {EXPECTED:.0}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Instructions of one call: the difference of two runs, without what happens once.
fn instructions(who: &str) -> f64 {
    const FEW: u64 = 200;
    const MANY: u64 = 700;
    let (few, many) = (callgrind(who, FEW), callgrind(who, MANY));
    (many - few) as f64 / (MANY - FEW) as f64
}

/// The instructions of a process that makes this many calls.
fn callgrind(who: &str, times: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().expect("a path of this program"))
        .args(["call", who, &times.to_string()])
        .output()
        .expect("valgrind is installed");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    let collected = log.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.expect("callgrind tells what it has collected");
    count.trim().parse().expect("a number")
}

fn call(who: &str, times: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().expect("a runtime");
    let mock = MockCognitoIdentity::in_memory();
    mock.seed_pool(PoolSeed::named("bench").id(POOL));
    let client = match who {
        "mock" => mock.client(),
        "canned" => Client::from_conf(mock.config().http_client(canned::http_client()).build()),
        _ => panic!("`mock` or `canned`"),
    };
    runtime.block_on(async {
        for _ in 0..times {
            let answer = client.get_id().identity_pool_id(POOL).send().await;
            assert!(answer.expect("GetId succeeds").identity_id.is_some());
        }
    });
}
