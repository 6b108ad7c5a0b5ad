//! What each operation costs in a pool of a thousand identities, and of a million.

use std::time::Instant;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
use aws_sdk_cognitoidentity::operation::describe_identity::DescribeIdentityInput;
use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
use aws_sdk_cognitoidentity::operation::lookup_developer_identity::LookupDeveloperIdentityInput;
use aws_sdk_cognitoidentity::operation::merge_developer_identities::MergeDeveloperIdentitiesInput;
use fastrand::Rng;
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
use tokio::runtime::Runtime;

use crate::Effort;
use crate::contenders::POOL;
use crate::table::{Rounds, Table};

const FACEBOOK: &str = "graph.facebook.com";
const DEVELOPER: &str = "login.mine";
const BATCH: usize = 60;

#[derive(Clone, Copy, Debug)]
enum Operation {
    GetIdOfKnownLogin,
    GetIdOfGuest,
    DescribeIdentity,
    ListAtStart,
    ListInMiddle,
    ListAtEnd,
    LookupDeveloperIdentity,
    Merge,
    DeleteSixty,
}

const OPERATIONS: [(&str, Operation, u32); 9] = [
    ("GetId of a known login", Operation::GetIdOfKnownLogin, 300),
    ("GetId of a guest", Operation::GetIdOfGuest, 300),
    ("DescribeIdentity", Operation::DescribeIdentity, 300),
    (
        "ListIdentities, first page of 60",
        Operation::ListAtStart,
        30,
    ),
    ("ListIdentities, middle page", Operation::ListInMiddle, 30),
    ("ListIdentities, last page", Operation::ListAtEnd, 30),
    (
        "LookupDeveloperIdentity",
        Operation::LookupDeveloperIdentity,
        300,
    ),
    ("MergeDeveloperIdentities", Operation::Merge, 20),
    ("DeleteIdentities of 60", Operation::DeleteSixty, 4),
];

/// A mock with so many identities: half have a login, half are developer users'.
struct Grown {
    mock: MockCognitoIdentity,
    client: Client,
    ids: Vec<String>,
    /// Which users there are of each kind.
    users: usize,
    merged: usize,
    middle: Option<String>,
    last: Option<String>,
    rng: Rng,
}

impl Grown {
    fn of(identities: usize) -> Self {
        let mock = MockCognitoIdentity::builder()
            .seed(1)
            .keep_calls(0)
            .in_memory();
        let seed = PoolSeed::named("bench")
            .id(POOL)
            .developer_provider(DEVELOPER);
        let pool = mock.seed_pool(seed.login_provider(FACEBOOK, "app"));
        let users = identities / 2;
        let mut ids = Vec::new();
        for user in 0..users {
            ids.push(pool.seed_identity_with_login(FACEBOOK, &user.to_string()));
            pool.seed_identity_with_login(DEVELOPER, &user.to_string());
        }
        drop(pool);
        let client = mock.client();
        let (middle, last) = (None, None);
        let mut grown = Self {
            mock,
            client,
            ids,
            users,
            merged: 0,
            middle,
            last,
            rng: Rng::with_seed(2),
        };
        grown.find_pages(identities);
        grown
    }

    fn find_pages(&mut self, identities: usize) {
        let pages = identities.div_ceil(BATCH);
        let mut next = None;
        for page in 1.. {
            let input = list(next.clone());
            let answer = self
                .mock
                .with_engine(|engine| engine.list_identities(input));
            let after = answer.expect("the pool is there").next_token;
            if page == pages / 2 {
                self.middle.clone_from(&after);
            }
            let Some(after) = after else { break };
            self.last = Some(after.clone());
            next = Some(after);
        }
    }

    fn user(&mut self) -> String {
        self.rng.usize(..self.users).to_string()
    }

    /// Two users that were never merged.
    fn pair(&mut self) -> (String, String) {
        self.merged += 2;
        let first = self.merged % self.users;
        (first.to_string(), ((first + 1) % self.users).to_string())
    }

    fn guests(&self) -> Vec<String> {
        let pool_input = || GetIdInput::builder().identity_pool_id(POOL).build();
        let guest = || {
            let input = pool_input().expect("no member is demanded");
            let answer = self.mock.with_engine(|engine| engine.get_id(input));
            answer
                .expect("guests are let in")
                .identity_id
                .unwrap_or_default()
        };
        std::iter::repeat_with(guest).take(BATCH).collect()
    }

    /// Seconds for one call of the bare engine.
    fn engine(&mut self, operation: Operation, times: u32) -> f64 {
        macro_rules! timed {
            ($method:ident $input:expr) => {{
                let inputs: Vec<_> = (0..times)
                    .map(|_| $input.build().expect("complete"))
                    .collect();
                let started = Instant::now();
                for input in inputs {
                    self.mock
                        .with_engine(|engine| engine.$method(input))
                        .expect("it succeeds");
                }
                started.elapsed()
            }};
        }
        let elapsed = match operation {
            Operation::GetIdOfKnownLogin => timed!(get_id GetIdInput::builder()
                .identity_pool_id(POOL)
                .logins(FACEBOOK, self.user())),
            Operation::GetIdOfGuest => timed!(get_id GetIdInput::builder().identity_pool_id(POOL)),
            Operation::DescribeIdentity => {
                timed!(describe_identity DescribeIdentityInput::builder().identity_id(self.rng.choice(&self.ids).expect("some")))
            }
            Operation::ListAtStart => timed!(list_identities list_builder(None)),
            Operation::ListInMiddle => timed!(list_identities list_builder(self.middle.clone())),
            Operation::ListAtEnd => timed!(list_identities list_builder(self.last.clone())),
            Operation::LookupDeveloperIdentity => {
                timed!(lookup_developer_identity LookupDeveloperIdentityInput::builder()
                    .identity_pool_id(POOL)
                    .developer_user_identifier(self.user()))
            }
            Operation::Merge => timed!(merge_developer_identities {
                let (from, to) = self.pair();
                MergeDeveloperIdentitiesInput::builder()
                    .identity_pool_id(POOL)
                    .developer_provider_name(DEVELOPER)
                    .source_user_identifier(from)
                    .destination_user_identifier(to)
            }),
            Operation::DeleteSixty => timed!(delete_identities DeleteIdentitiesInput::builder()
                .set_identity_ids_to_delete(Some(self.guests()))),
        };
        elapsed.as_secs_f64() / f64::from(times)
    }

    /// Seconds for one call of a client in memory.
    fn call(&mut self, runtime: &Runtime, operation: Operation, times: u32) -> f64 {
        let client = self.client.clone();
        macro_rules! timed {
            ($call:expr) => {{
                let calls: Vec<_> = (0..times).map(|_| $call).collect();
                let started = Instant::now();
                runtime.block_on(async {
                    for call in calls {
                        call.send().await.expect("it succeeds");
                    }
                });
                started.elapsed()
            }};
        }
        let page = |token: &Option<String>| {
            let call = client
                .list_identities()
                .identity_pool_id(POOL)
                .max_results(60);
            call.set_next_token(token.clone())
        };
        let elapsed = match operation {
            Operation::GetIdOfKnownLogin => {
                timed!(
                    client
                        .get_id()
                        .identity_pool_id(POOL)
                        .logins(FACEBOOK, self.user())
                )
            }
            Operation::GetIdOfGuest => timed!(client.get_id().identity_pool_id(POOL)),
            Operation::DescribeIdentity => {
                timed!(
                    client
                        .describe_identity()
                        .identity_id(self.rng.choice(&self.ids).expect("some"))
                )
            }
            Operation::ListAtStart => timed!(page(&None)),
            Operation::ListInMiddle => timed!(page(&self.middle)),
            Operation::ListAtEnd => timed!(page(&self.last)),
            Operation::LookupDeveloperIdentity => timed!(
                client
                    .lookup_developer_identity()
                    .identity_pool_id(POOL)
                    .developer_user_identifier(self.user())
            ),
            Operation::Merge => timed!({
                let (from, to) = self.pair();
                client
                    .merge_developer_identities()
                    .identity_pool_id(POOL)
                    .developer_provider_name(DEVELOPER)
                    .source_user_identifier(from)
                    .destination_user_identifier(to)
            }),
            Operation::DeleteSixty => timed!(
                client
                    .delete_identities()
                    .set_identity_ids_to_delete(Some(self.guests()))
            ),
        };
        elapsed.as_secs_f64() / f64::from(times)
    }
}

fn list_builder(
    next: Option<String>,
) -> aws_sdk_cognitoidentity::operation::list_identities::builders::ListIdentitiesInputBuilder {
    ListIdentitiesInput::builder()
        .identity_pool_id(POOL)
        .max_results(60)
        .set_next_token(next)
}

fn list(next: Option<String>) -> ListIdentitiesInput {
    list_builder(next).build().expect("no member is demanded")
}

pub fn growth(effort: Effort, table: &mut Table) {
    let sizes: &[usize] = effort.choose(&[1_000, 100_000], &[1_000, 10_000, 100_000, 1_000_000]);
    let rounds = effort.choose(5, 15);
    let largest = sizes[sizes.len() - 1];
    table.section(&format!("a call in memory, {largest} identities over 1000"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let mut grown: Vec<Grown> = sizes.iter().map(|size| Grown::of(*size)).collect();
    for (name, operation, times) in OPERATIONS {
        let times = (times / 3).max(2);
        let seconds = measure(&mut grown, rounds, |grown| {
            grown.call(&runtime, operation, times)
        });
        let last = &seconds[seconds.len() - 1];
        table.barred(name, steps(&seconds), last.over(&seconds[0]), 2.0);
    }
    table.section(&format!("the engine alone, {largest} identities over 1000"));
    for (name, operation, times) in OPERATIONS {
        let seconds = measure(&mut grown, rounds, |grown| grown.engine(operation, times));
        let last = &seconds[seconds.len() - 1];
        table.plain(name, steps(&seconds), Some(last.over(&seconds[0])));
    }
}

fn measure(
    grown: &mut [Grown],
    rounds: usize,
    mut one: impl FnMut(&mut Grown) -> f64,
) -> Vec<Rounds> {
    let mut seconds = vec![Rounds(Vec::new()); grown.len()];
    for _ in 0..rounds {
        for (grown, seconds) in grown.iter_mut().zip(&mut seconds) {
            seconds.0.push(one(grown));
        }
    }
    seconds
}

/// Microseconds at each size.
fn steps(seconds: &[Rounds]) -> String {
    let steps: Vec<_> = seconds
        .iter()
        .map(|s| format!("{:.2}", s.median() * 1e6))
        .collect();
    format!("{} µs", steps.join(" "))
}
