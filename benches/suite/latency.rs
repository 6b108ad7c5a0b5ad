//! One call after the other, and starting and stopping.

use std::time::Instant;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::MockCognitoIdentity;
use tokio::runtime::Runtime;

use crate::Effort;
use crate::contenders::{
    BareHyper, arranged, canned_client, client_by_default, client_of, get_id, httpmock,
    winterbaume, wiremock,
};
use crate::table::{Rounds, Table, micros};

pub type Contender<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// Lets every contender run `times` in each round, in turn, and gives seconds for one.
pub fn in_turn(rounds: usize, times: u32, contenders: &mut [Contender<'_>]) -> Vec<Rounds> {
    let mut seconds = vec![Rounds(Vec::new()); contenders.len()];
    for (_, run) in contenders.iter_mut() {
        run();
    }
    for round in 0..rounds {
        for step in 0..contenders.len() {
            // Nobody always comes first.
            let index = (round + step) % contenders.len();
            let started = Instant::now();
            for _ in 0..times {
                contenders[index].1();
            }
            seconds[index]
                .0
                .push(started.elapsed().as_secs_f64() / f64::from(times));
        }
    }
    seconds
}

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

pub fn start_and_stop(effort: Effort, table: &mut Table) {
    table.section("start, first answer, stop, over wiremock");
    let runtime = runtime();
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "this mock, TCP",
            Box::new(|| {
                let mock = arranged(MockCognitoIdentity::start());
                runtime.block_on(get_id(&mock.client()));
            }),
        ),
        (
            "this mock, in memory",
            Box::new(|| {
                let mock = arranged(MockCognitoIdentity::in_memory());
                runtime.block_on(get_id(&mock.client()));
            }),
        ),
        (
            "wiremock, a fresh server",
            Box::new(|| {
                runtime.block_on(async {
                    let server = wiremock().await;
                    get_id(&client_of(&server.uri())).await;
                });
            }),
        ),
        (
            "httpmock, from its pool",
            Box::new(|| {
                runtime.block_on(async {
                    let server = httpmock().await;
                    get_id(&client_of(&server.base_url())).await;
                });
            }),
        ),
        (
            "winterbaume, in process",
            Box::new(|| {
                runtime.block_on(async {
                    let (client, pool) = winterbaume().await;
                    client
                        .get_id()
                        .identity_pool_id(pool)
                        .send()
                        .await
                        .expect("it answers");
                });
            }),
        ),
        (
            "this mock, the SDK's default HTTPS client",
            Box::new(|| {
                let mock = arranged(MockCognitoIdentity::start());
                runtime.block_on(get_id(&client_by_default(mock.endpoint_url())));
            }),
        ),
    ];
    let seconds = in_turn(effort.choose(15, 60), 3, &mut contenders);
    let [_, _, wiremock, httpmock, winterbaume, _] = &seconds[..] else {
        unreachable!("there are six contenders");
    };
    let fastest = [wiremock, httpmock, winterbaume]
        .into_iter()
        .min_by(|a, b| a.median().total_cmp(&b.median()))
        .expect("three");
    for (index, (name, _)) in contenders.iter().enumerate() {
        let own = &seconds[index];
        match index {
            0 => {
                table.barred(name, micros(own), own.over(wiremock), 0.90);
                table.barred("  the same, over httpmock", "", own.over(httpmock), 1.25);
            }
            1 => table.barred(name, micros(own), own.over(fastest), 1.0),
            _ => table.plain(name, micros(own), Some(own.over(wiremock))),
        }
    }
}

pub fn over_tcp(effort: Effort, table: &mut Table) {
    table.section("one GetId over TCP on one CPU, over bare hyper");
    let runtime = runtime();
    let mock = arranged(MockCognitoIdentity::start());
    let bare = BareHyper::start();
    let (wiremock, httpmock) = runtime.block_on(async { (wiremock().await, httpmock().await) });
    let clients = [
        ("bare hyper", client_of(&bare.url())),
        ("this mock", mock.client()),
        ("wiremock", client_of(&wiremock.uri())),
        ("httpmock", client_of(&httpmock.base_url())),
    ];
    compare(&runtime, effort, &clients, 1.12, table);
}

pub fn in_memory(effort: Effort, table: &mut Table) {
    table.section("one GetId in memory, over a canned answer");
    let runtime = runtime();
    let mock = arranged(MockCognitoIdentity::in_memory());
    let (winterbaume, pool) = runtime.block_on(winterbaume());
    let (canned, own) = (canned_client(), mock.client());
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "canned answer",
            Box::new(|| runtime.block_on(get_id(&canned))),
        ),
        ("this mock", Box::new(|| runtime.block_on(get_id(&own)))),
        (
            "winterbaume",
            Box::new(|| {
                let call = winterbaume.get_id().identity_pool_id(&pool).send();
                runtime.block_on(call).expect("it answers");
            }),
        ),
    ];
    let (rounds, times) = effort.choose((30, 100), (100, 300));
    let seconds = in_turn(rounds, times, &mut contenders);
    report(&contenders, &seconds, 1.10, table);
}

fn compare(
    runtime: &Runtime,
    effort: Effort,
    clients: &[(&str, Client)],
    bar: f64,
    table: &mut Table,
) {
    let contenders = clients.iter().map(|(name, client)| {
        let run: Box<dyn FnMut()> = Box::new(move || runtime.block_on(get_id(client)));
        (*name, run)
    });
    let mut contenders: Vec<Contender<'_>> = contenders.collect();
    let (rounds, times) = effort.choose((30, 100), (100, 300));
    let seconds = in_turn(rounds, times, &mut contenders);
    report(&contenders, &seconds, bar, table);
}

/// The floor is the first, this mock the second.
fn report(contenders: &[Contender<'_>], seconds: &[Rounds], bar: f64, table: &mut Table) {
    for (index, (name, _)) in contenders.iter().enumerate() {
        let own = &seconds[index];
        match index {
            1 => table.barred(name, micros(own), own.over(&seconds[0]), bar),
            _ => table.plain(name, micros(own), Some(own.over(&seconds[0]))),
        }
    }
}
