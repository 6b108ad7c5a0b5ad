//! A run of an exploration, beside the same code used twice without one.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use mock_cognito_identity::{Exploration, Leftover, MockCognitoIdentity, PoolSeed, Report};

use crate::Effort;
use crate::contenders::POOL;
use crate::latency::{Contender, in_turn};
use crate::table::{Rounds, Table, micros};

type Error = Box<dyn std::error::Error>;

fn arrange(mock: &MockCognitoIdentity) {
    mock.seed_pool(PoolSeed::named("bench").id(POOL));
}

/// With a timeout, as in production. The SDK looks at a call that waits twice a second, so that two
/// minutes of paused time are work, too.
fn client(mock: &MockCognitoIdentity) -> Client {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(2));
    Client::from_conf(mock.config().timeout_config(timeouts.build()).build())
}

/// The code under test: a flow of three calls.
async fn sign_in(client: &Client) -> Result<(), Error> {
    let pool = client.describe_identity_pool().identity_pool_id(POOL);
    pool.send().await?;
    let id = client.get_id().identity_pool_id(POOL).send().await?;
    let id = id.identity_id.ok_or("no identity")?;
    let credentials = client.get_credentials_for_identity().identity_id(id);
    credentials.send().await?;
    Ok(())
}

fn explore(faults_per_run: usize) -> Report {
    Exploration::new()
        .arrange(arrange)
        .start(client)
        .may_leave(Leftover::Guest)
        .faults_per_run(faults_per_run)
        .run(async |client| sign_in(client).await)
}

pub fn runs(effort: Effort, table: &mut Table) {
    table.section("a run of a flow of three calls, over two plain uses");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let runs = (explore(1).runs() + 1) as f64; // and the baseline
    let mock = MockCognitoIdentity::in_memory();
    arrange(&mock);
    let plain = client(&mock);
    let use_twice = |client: &Client| {
        for _ in 1..=2 {
            runtime.block_on(sign_in(client)).expect("it succeeds");
        }
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("two plain uses", Box::new(|| use_twice(&plain))),
        (
            "the same with a mock and a client of their own",
            Box::new(|| {
                let mock = MockCognitoIdentity::in_memory();
                arrange(&mock);
                use_twice(&client(&mock));
            }),
        ),
        ("a run of an exploration", Box::new(|| drop(explore(1)))),
    ];
    let mut seconds = in_turn(effort.choose(5, 20), 5, &mut contenders);
    seconds[2] = Rounds(seconds[2].0.iter().map(|all| all / runs).collect());
    let floor = &seconds[0];
    table.plain(contenders[0].0, micros(floor), Some(floor.over(floor)));
    table.plain(
        contenders[1].0,
        micros(&seconds[1]),
        Some(seconds[1].over(floor)),
    );
    table.barred(
        contenders[2].0,
        micros(&seconds[2]),
        seconds[2].over(floor),
        1.5,
    );
    let started = std::time::Instant::now();
    let pairs = explore(2).runs();
    let took = started.elapsed().as_secs_f64();
    table.plain(
        &format!("{pairs} runs, two faults in some"),
        format!("{took:.1} s"),
        None,
    );
}
