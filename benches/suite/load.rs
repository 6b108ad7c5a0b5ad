//! Many clients at once: what a request costs the server's own threads.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mock_cognito_identity::MockCognitoIdentity;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Effort;
use crate::contenders::{BareHyper, POOL, TARGET, arranged, wiremock};
use crate::table::{Rounds, Table};

const CONNECTIONS: usize = 64;

pub fn many_clients(effort: Effort, table: &mut Table) {
    table.section("64 connections: server CPU a request, over bare hyper");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let bare = BareHyper::start();
    let mock = arranged(MockCognitoIdentity::start());
    let bounded = arranged(MockCognitoIdentity::builder().keep_calls(1_000).start());
    let wiremock = runtime.block_on(wiremock());
    let contenders = [
        ("bare hyper", bare.address),
        ("this mock", mock.address().expect("it listens")),
        (
            "this mock, keep_calls(1000)",
            bounded.address().expect("it listens"),
        ),
        ("wiremock", *wiremock.address()),
    ];
    let (rounds, length) = effort.choose((5, 300), (15, 700));
    let length = Duration::from_millis(length);
    let mut cpu = vec![Rounds(Vec::new()); contenders.len()];
    let mut rate = cpu.clone();
    for round in 0..rounds {
        for step in 0..contenders.len() {
            let index = (round + step) % contenders.len();
            let (requests, seconds, server) = load(contenders[index].1, length);
            cpu[index].0.push(server / requests as f64);
            rate[index].0.push(requests as f64 / seconds);
            // What was recorded is not what is measured.
            mock.reset();
            bounded.reset();
            arrange_again(&mock);
            arrange_again(&bounded);
        }
    }
    for (index, (name, _)) in contenders.iter().enumerate() {
        let value = format!("{:.1} µs", cpu[index].median() * 1e6);
        let ratio = cpu[index].over(&cpu[0]);
        match index {
            1 => table.barred(name, value, ratio, 1.20),
            _ => table.plain(name, value, Some(ratio)),
        }
    }
    table.barred("this mock over wiremock", "", cpu[1].over(&cpu[3]), 1.0);
    table.section("64 connections: requests a second, over bare hyper");
    for (index, (name, _)) in contenders.iter().enumerate() {
        let value = format!("{:.0}", rate[index].median());
        let ratio = rate[index].over(&rate[0]);
        match index {
            1 => table.barred_below(name, value, ratio, 0.80),
            _ => table.plain(name, value, Some(ratio)),
        }
    }
}

fn arrange_again(mock: &MockCognitoIdentity) {
    mock.seed_pool(mock_cognito_identity::PoolSeed::named("bench").id(POOL));
}

/// Requests answered, seconds, and seconds of CPU time of all threads but the loading one.
fn load(address: SocketAddr, length: Duration) -> (u64, f64, f64) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let mut streams = Vec::new();
            for _ in 0..CONNECTIONS {
                let stream = TcpStream::connect(address).await.expect("it listens");
                stream.set_nodelay(true).expect("a TCP socket");
                streams.push(stream);
            }
            let before = cpu_of_others();
            let started = Instant::now();
            let tasks = tokio::task::LocalSet::new();
            let running: Vec<_> = streams
                .into_iter()
                .map(|stream| tasks.spawn_local(call_until(stream, started + length)))
                .collect();
            let requests = tasks
                .run_until(async {
                    let mut requests = 0;
                    for task in running {
                        requests += task.await.expect("no task panics");
                    }
                    requests
                })
                .await;
            let seconds = started.elapsed().as_secs_f64();
            (requests, seconds, cpu_of_others() - before)
        })
    })
    .join()
    .expect("no load panics")
}

async fn call_until(mut stream: TcpStream, end: Instant) -> u64 {
    let request = request();
    let mut answer = [0; 4096];
    let mut requests = 0;
    while Instant::now() < end {
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let mut length = 0;
        loop {
            let read = stream
                .read(&mut answer[length..])
                .await
                .expect("it answers");
            assert_ne!(read, 0, "the server hung up");
            length += read;
            if is_whole(&answer[..length]) {
                break;
            }
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        requests += 1;
    }
    requests
}

/// Whether head and body are there.
fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let text = str::from_utf8(&answer[..head]).expect("a head is text");
    let lengths = text.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<usize>().ok())?
    });
    let length: usize = lengths.sum();
    answer.len() >= head + 4 + length
}

/// As the SDK sends it.
fn request() -> String {
    let body = format!(r#"{{"IdentityPoolId":"{POOL}"}}"#);
    format!(
        "POST / HTTP/1.1\r\n\
         content-type: application/x-amz-json-1.1\r\n\
         x-amz-target: {TARGET}\r\n\
         content-length: {}\r\n\
         user-agent: aws-sdk-rust/1.3.17 os/linux lang/rust/1.95.0\r\n\
         x-amz-user-agent: aws-sdk-rust/1.3.17 ua/2.1 api/cognitoidentity/1.121.0 os/linux lang/rust/1.95.0 m/E\r\n\
         amz-sdk-request: attempt=1; max=3\r\n\
         amz-sdk-invocation-id: 0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b\r\n\
         host: 127.0.0.1\r\n\r\n{body}",
        body.len()
    )
}

/// Seconds that all threads but this one have run.
fn cpu_of_others() -> f64 {
    let own = std::fs::read_link("/proc/thread-self").expect("this is Linux");
    let own = own
        .file_name()
        .expect("it ends in the thread's id")
        .to_owned();
    let mut nanoseconds: BTreeMap<_, u64> = BTreeMap::new();
    for thread in std::fs::read_dir("/proc/self/task")
        .expect("this is Linux")
        .flatten()
    {
        let Ok(times) = std::fs::read_to_string(thread.path().join("schedstat")) else {
            continue;
        };
        let ran = times.split(' ').next().and_then(|ran| ran.parse().ok());
        nanoseconds.insert(thread.file_name(), ran.unwrap_or(0));
    }
    nanoseconds.remove(&own);
    nanoseconds.values().sum::<u64>() as f64 / 1e9
}
