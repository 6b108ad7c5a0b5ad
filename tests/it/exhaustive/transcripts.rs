//! Transcripts of random calls: the same sequence of operations gives the same text, whatever ids,
//! keys and tokens the mocks draw.

use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_sts::Client as Sts;
use fastrand::Rng;
use mock_cognito_identity::{Fault, MockCognitoIdentity, PoolSeed};

use crate::support::tokens;

const GOOGLE: &str = "accounts.google.com";
const FACEBOOK: &str = "graph.facebook.com";
const DEVELOPER: &str = "login.app";
const SEQUENCES: u64 = 40;
const CALLS: usize = 30;

/// A mock that draws its ids at random and starts at some time, and what a sequence of calls has made in it.
struct World {
    mock: MockCognitoIdentity,
    client: Client,
    sts: Sts,
    /// Draws the calls, the same in both worlds.
    draw: Rng,
    pools: Vec<String>,
    identities: Vec<String>,
    web_tokens: Vec<String>,
    next_tokens: Vec<String>,
    /// Provider and token. Opaque ones differ from world to world.
    logins: Vec<(&'static str, String)>,
}

impl World {
    fn new(mock: MockCognitoIdentity, seed: u64) -> Self {
        let start = Duration::from_millis(fastrand::u64(..1_000_000_000));
        mock.clock().advance(start);
        let seeds = ["app", "app", "other"].map(PoolSeed::named);
        let pools = seeds.map(|pool| {
            let pool = pool
                .login_provider(GOOGLE, "web")
                .login_provider(FACEBOOK, "web");
            mock.seed_pool(pool.developer_provider(DEVELOPER))
                .id()
                .to_owned()
        });
        let opaque = |_| (FACEBOOK, format!("{:x}", fastrand::u128(..)));
        let known = ["alice", "bob"].map(|user| (GOOGLE, tokens::login(&mock, GOOGLE, user)));
        Self {
            client: mock.client(),
            sts: Sts::new(&mock.sdk_config()),
            draw: Rng::with_seed(seed),
            pools: pools.to_vec(),
            identities: Vec::new(),
            web_tokens: Vec::new(),
            next_tokens: Vec::new(),
            logins: known.into_iter().chain((0..2).map(opaque)).collect(),
            mock,
        }
    }

    fn pool(&mut self) -> String {
        pick(&mut self.draw, &self.pools).unwrap_or_default()
    }

    /// A known identity, mostly.
    fn identity(&mut self) -> String {
        let unknown = format!("us-east-1:{}", uuid());
        match pick(&mut self.draw, &self.identities) {
            Some(id) if self.draw.u8(..10) > 0 => id,
            _ => unknown,
        }
    }

    fn logins(&mut self) -> Option<std::collections::HashMap<String, String>> {
        let n = self.draw.usize(..3);
        let logins = (0..n).map(|_| self.draw.choice(&self.logins).cloned().unwrap());
        let logins = logins
            .map(|(provider, token)| (provider.to_owned(), token))
            .collect();
        (n > 0).then_some(logins)
    }

    fn user(&mut self) -> &'static str {
        self.draw.choice(["u1", "u2", "u3"]).unwrap()
    }

    async fn step(&mut self) {
        let client = self.client.clone();
        let pool = self.pool();
        match self.draw.u8(..20) {
            0 => {
                let create = client.create_identity_pool().identity_pool_name("app");
                let create = create.allow_unauthenticated_identities(self.draw.bool());
                if let Ok(created) = create.send().await {
                    self.pools.push(created.identity_pool_id);
                }
            }
            1 => drop(
                client
                    .delete_identity_pool()
                    .identity_pool_id(pool)
                    .send()
                    .await,
            ),
            2 => {
                let name = self.draw.choice(["app", "renamed"]).unwrap();
                let update = client.update_identity_pool().identity_pool_id(pool);
                let update = update
                    .identity_pool_name(name)
                    .allow_unauthenticated_identities(true);
                drop(update.send().await);
            }
            3..=6 => {
                let get_id = client
                    .get_id()
                    .identity_pool_id(pool)
                    .set_logins(self.logins());
                if let Ok(answer) = get_id.send().await {
                    self.identities.extend(answer.identity_id);
                }
            }
            7 | 8 => {
                let credentials = client.get_credentials_for_identity();
                let credentials = credentials.identity_id(self.identity());
                drop(credentials.set_logins(self.logins()).send().await);
            }
            9 => {
                let token = client.get_open_id_token().identity_id(self.identity());
                if let Ok(answer) = token.set_logins(self.logins()).send().await {
                    self.web_tokens.extend(answer.token);
                }
            }
            10 => {
                let token = client.get_open_id_token_for_developer_identity();
                let token = token.identity_pool_id(pool).logins(DEVELOPER, self.user());
                if let Ok(answer) = token.send().await {
                    self.identities.extend(answer.identity_id);
                    self.web_tokens.extend(answer.token);
                }
            }
            11 => {
                let token = pick(&mut self.draw, &self.web_tokens);
                let role = "arn:aws:iam::123456789012:role/app-authenticated";
                let assume = self.sts.assume_role_with_web_identity().role_arn(role);
                let assume = assume.role_session_name("me").set_web_identity_token(token);
                drop(assume.send().await);
            }
            12 => {
                let merge = client.merge_developer_identities().identity_pool_id(pool);
                let merge = merge.developer_provider_name(DEVELOPER);
                let merge = merge.source_user_identifier(self.user());
                drop(merge.destination_user_identifier(self.user()).send().await);
            }
            13 => {
                let lookup = client.lookup_developer_identity().identity_pool_id(pool);
                let lookup = lookup.developer_user_identifier(self.user()).max_results(1);
                drop(lookup.send().await);
            }
            14 => {
                let list = client
                    .list_identities()
                    .identity_pool_id(pool)
                    .max_results(2);
                let token = pick(&mut self.draw, &self.next_tokens);
                let token = token.filter(|_| self.draw.bool());
                if let Ok(page) = list.set_next_token(token).send().await {
                    self.next_tokens.extend(page.next_token);
                }
            }
            15 => {
                let n = self.draw.usize(1..5);
                let ids: Vec<String> = (0..n).map(|_| self.identity()).collect();
                let delete = client.delete_identities();
                drop(delete.set_identity_ids_to_delete(Some(ids)).send().await);
            }
            16 => {
                let arn = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/";
                let tags = client
                    .list_tags_for_resource()
                    .resource_arn(format!("{arn}{pool}"));
                drop(tags.send().await);
            }
            17 => drop(
                client
                    .describe_identity()
                    .identity_id(self.identity())
                    .send()
                    .await,
            ),
            18 => {
                let fault = match self.draw.u8(..4) {
                    0 => Fault::throttle().named("busy"),
                    1 => Fault::reset_connection(),
                    2 => Fault::truncate_response(),
                    _ => Fault::lose_response().named("lost"),
                };
                self.mock.inject(fault.up_to_n_times(1).expect(..));
            }
            _ => self.mock.clock().advance(Duration::from_secs(3_000)),
        }
    }
}

/// One of the values, at random.
fn pick(draw: &mut Rng, values: &[String]) -> Option<String> {
    draw.choice(values).cloned()
}

/// A UUID that differs from world to world.
fn uuid() -> String {
    let digits = format!("{:032x}", fastrand::u128(..));
    let ends = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    ends.map(|(start, end)| &digits[start..end]).join("-")
}

#[tokio::test]
async fn two_mocks_give_the_same_transcript_of_the_same_operations() {
    let mut outcomes = [0, 0];
    for seed in 0..SEQUENCES {
        let kept = if seed % 4 == 0 { CALLS / 2 } else { usize::MAX };
        let builder = || MockCognitoIdentity::builder().keep_calls(kept);
        let mocks = match seed {
            0..5 => [builder().start(), builder().in_memory()],
            _ => [builder().in_memory(), builder().in_memory()],
        };
        let mut texts = Vec::new();
        for mock in mocks {
            let mut world = World::new(mock, seed);
            for _ in 0..CALLS {
                world.step().await;
            }
            texts.push(world.mock.transcript().to_string());
        }

        assert_eq!(texts[0], texts[1], "seed {seed}");
        outcomes[0] += texts[0].matches("→ ok").count();
        outcomes[1] += texts[0].matches("Exception").count();
    }
    // Both good and bad calls are among them.
    assert!(outcomes.iter().all(|n| *n > 100), "{outcomes:?}");
}
