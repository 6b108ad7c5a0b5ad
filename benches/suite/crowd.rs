//! Large numbers: connections that open at once, faults in force, and calls in a timeline.

use std::time::{Duration, Instant};

use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Effort;
use crate::contenders::{arranged, get_id};
use crate::table::{Rounds, Table};

const CONNECTIONS: usize = 1_000;
const FAULTS: usize = 10_000;

pub fn crowd(effort: Effort, table: &mut Table) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let rounds = effort.choose(3, 9);

    table.section("large numbers, over the bar");
    let slowest = (0..rounds).map(|_| runtime.block_on(slowest_connection()));
    bar(
        table,
        "slowest of 1,000 connections at once",
        slowest.collect(),
        200.0,
    );

    let (mut inject, mut call) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mock = arranged(
            MockCognitoIdentity::builder()
                .verify_on_drop(false)
                .in_memory(),
        );
        let client = mock.client();
        let started = Instant::now();
        for _ in 0..FAULTS {
            mock.inject(Fault::delay(Duration::ZERO));
        }
        inject.push(started.elapsed());
        let started = Instant::now();
        runtime.block_on(get_id(&client));
        call.push(started.elapsed());
    }
    bar(table, "10,000 faults injected", inject, 20.0);
    bar(table, "a call that matches 10,000 faults", call, 5.0);

    let calls = effort.choose(10_000, 100_000);
    let mock = arranged(MockCognitoIdentity::in_memory());
    let client = mock.client();
    runtime.block_on(async {
        for _ in 0..calls {
            get_id(&client).await;
        }
    });
    let length = mock.timeline().to_string().len();
    let what = format!("timeline of {calls} calls");
    let kilobytes = length as f64 / 1e3;
    table.barred(
        &what,
        format!("{kilobytes:.0} kB"),
        Rounds(vec![kilobytes / 64.0]),
        1.0,
    );
}

/// How long the slowest connection takes to open.
async fn slowest_connection() -> Duration {
    let mock = MockCognitoIdentity::start();
    let address = mock.address().expect("it listens");
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        connections.spawn(async move {
            let started = Instant::now();
            let stream = TcpStream::connect(address).await.expect("it listens");
            (started.elapsed(), stream)
        });
    }
    let opened = connections.join_all().await;
    let slowest = opened.iter().map(|(elapsed, _)| *elapsed).max();
    slowest.expect("there are connections")
}

/// A line with a limit in milliseconds.
fn bar(table: &mut Table, what: &str, elapsed: Vec<Duration>, most: f64) {
    let millis = |elapsed: &Duration| elapsed.as_secs_f64() * 1e3;
    let rounds = Rounds(
        elapsed
            .iter()
            .map(|elapsed| millis(elapsed) / most)
            .collect(),
    );
    let value = format!("{:.1} ms", rounds.median() * most);
    table.barred(what, value, rounds, 1.0);
}
