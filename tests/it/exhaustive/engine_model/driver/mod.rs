//! Draws operations, asks the engine and the model, and compares.

mod draw;
mod identities;
mod pools;

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use super::tokens::Tokens;
use super::world::{NOT_FOUND, Pool};
use crate::support;
use fastrand::Rng;
use mock_cognito_identity::{Engine, MockCognitoIdentity, Operation, ServiceError};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-southeast-2"];
const DEVELOPER: [&str; 2] = ["login.mine", "login.other"];
const MOST_POOLS: usize = 5;
const MOST_IDENTITIES: usize = 10;
/// After so many steps everything is looked at, page by page.
const STEPS_AN_AUDIT: u64 = 100;

/// How often each operation was drawn, and how often it succeeded.
#[derive(Default)]
pub(super) struct Tally {
    operations: BTreeMap<Operation, (u64, u64)>,
    /// How many state documents were restored.
    documents: u64,
}

impl Tally {
    fn count<T>(&mut self, operation: Operation, result: &Result<T, ServiceError>) {
        let (all, good) = self.operations.entry(operation).or_default();
        *all += 1;
        *good += u64::from(result.is_ok());
    }

    pub(super) fn plus(mut self, other: Self) -> Self {
        self.documents += other.documents;
        for (operation, (all, good)) in other.operations {
            let sum = self.operations.entry(operation).or_default();
            *sum = (sum.0 + all, sum.1 + good);
        }
        self
    }

    /// How many operations there were in all.
    pub(super) fn total(&self) -> u64 {
        self.operations.values().map(|(all, _)| all).sum()
    }

    /// How many state documents were restored.
    pub(super) fn documents(&self) -> u64 {
        self.documents
    }

    pub(super) fn expect_all_operations_to_succeed_and_to_fail(&self) {
        assert_eq!(self.operations.len(), 23);
        for (operation, (all, good)) in &self.operations {
            assert!(*good > 0, "{operation} never succeeded");
            assert!(
                good < all || *operation == Operation::DeleteIdentities,
                "{operation} never failed"
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} operations", self.total())?;
        writeln!(f, "{} state documents", self.documents)?;
        for (operation, (all, good)) in &self.operations {
            writeln!(f, "  {operation:36} {all:>9}, {good:>9} succeeded")?;
        }
        Ok(())
    }
}

/// A token of `GetOpenIdTokenForDeveloperIdentity`.
struct Vouching {
    text: String,
    pool: String,
    id: String,
    expires: u64,
}

/// One run: a mock, the model of it, and a generator.
pub(super) struct Driver<'a> {
    mock: MockCognitoIdentity,
    rng: Rng,
    tokens: &'a mut Tokens,
    tally: &'a mut Tally,
    pools: BTreeMap<String, Pool>,
    vouching: Vec<Vouching>,
    /// Ids of what was deleted, which must stay unknown.
    gone: Vec<String>,
    now: u64,
    seed: u64,
    step: u64,
    /// Whether the step asked for more than to be shown something.
    changes: bool,
    /// What the step does, for the message of a failure.
    doing: String,
}

impl<'a> Driver<'a> {
    pub(super) fn new(seed: u64, tokens: &'a mut Tokens, tally: &'a mut Tally) -> Self {
        let mock = MockCognitoIdentity::builder();
        Self {
            mock: mock.seed(seed).frozen_at(support::now()).in_memory(),
            rng: Rng::with_seed(seed),
            tokens,
            tally,
            pools: BTreeMap::new(),
            vouching: Vec::new(),
            gone: Vec::new(),
            now: support::NOW_MILLIS / 1_000,
            seed,
            step: 0,
            changes: false,
            doing: String::new(),
        }
    }

    /// Runs so many steps. After each `steps_a_document`, the run goes on with a mock that was built with
    /// the state document of the one before, which must make no difference.
    pub(super) fn run(mut self, steps: u64, steps_a_document: u64) {
        for step in 0..steps {
            self.step = step;
            self.step();
            if step % steps_a_document == 0 {
                self.restore_from_document();
            }
            if step % STEPS_AN_AUDIT == 0 {
                self.audit();
            }
        }
        self.audit();
    }

    fn step(&mut self) {
        self.changes = false;
        if self.rng.u16(..500) == 0 {
            self.jump();
        }
        if self.pools.is_empty() {
            return self.create_pool();
        }
        let pool = self.any_pool();
        let crowded = self.pools[&pool].identities.len() > MOST_IDENTITIES;
        match self.rng.u16(..1_000) {
            0..10 if self.pools.len() < MOST_POOLS => self.create_pool(),
            10..14 => self.delete_pool(&pool),
            14..50 => self.update_pool(&pool),
            50..80 => self.describe_pool(&pool),
            80..100 => self.list_pools(&pool),
            _ if crowded => self.delete_identities(&pool),
            100..300 => self.get_id(&pool),
            300..450 => self.get_credentials(&pool),
            // These two are rarer, because they sign.
            450..462 => self.get_open_id_token(&pool),
            462..480 => self.developer_token(&pool),
            480..490 => self.describe_identity(&pool),
            490..540 => self.lookup(&pool),
            540..590 => self.merge(&pool),
            590..620 => self.unlink_developer(&pool),
            620..660 => self.unlink(&pool),
            660..710 => self.describe_identity(&pool),
            710..740 => self.list_identities(&pool),
            740..780 => self.delete_identities(&pool),
            780..820 => self.set_roles(&pool),
            820..840 => self.get_roles(&pool),
            840..870 => self.set_principal_tags(&pool),
            870..890 => self.get_principal_tags(&pool),
            890..930 => self.tag(&pool),
            930..960 => self.untag(&pool),
            960..990 => self.list_tags(&pool),
            _ => self.get_id(&pool),
        }
        if self.changes && self.pools.contains_key(&pool) {
            self.compare_identities(&pool);
        }
    }

    /// Goes on with a mock that was built with the state document of this one. What it knows is
    /// compared with the model by every later step.
    fn restore_from_document(&mut self) {
        let document = self.mock.state();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(self.now);
        let restored = MockCognitoIdentity::builder()
            // Another seed, because the same one would draw the ids of what was deleted again.
            .seed(self.seed.wrapping_mul(1_000_003).wrapping_add(self.step))
            .frozen_at(at)
            .state(&document)
            .in_memory();
        assert_eq!(restored.state(), document, "{}", self.place());
        self.mock = restored;
        self.tally.documents += 1;
    }

    /// Moves the clock, back too.
    fn jump(&mut self) {
        self.now = if self.rng.bool() {
            self.now + self.rng.u64(..30_000)
        } else {
            self.now
                .saturating_sub(self.rng.u64(..20_000))
                .max(1_000_000_000)
        };
        let to = SystemTime::UNIX_EPOCH + Duration::from_secs(self.now);
        self.mock.clock().set(to);
    }
}

/// Asking.
impl Driver<'_> {
    fn ask<T>(
        &mut self,
        operation: Operation,
        region: &str,
        ask: impl FnOnce(&mut Engine) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let result = self
            .mock
            .with_engine(|engine| ask(engine.in_region(region)));
        self.tally.count(operation, &result);
        self.changes |= !only_shows(operation);
        result
    }

    #[track_caller]
    fn agree<T: PartialEq + fmt::Debug>(
        &self,
        engine: Result<T, ServiceError>,
        model: Result<T, &str>,
    ) {
        let said = engine.as_ref().map_err(ToString::to_string);
        let same = match (&engine, &model) {
            (Ok(engine), Ok(model)) => engine == model,
            (Err(error), Err(code)) => error.code() == *code,
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        assert!(
            same,
            "{}: the engine says {said:?}, the model {model:?}\n{}",
            self.place(),
            self.doing
        );
    }

    fn place(&self) -> String {
        format!("MOCK_COGNITO_SEED={}, step {}", self.seed, self.step)
    }

    /// The pool that a signed call reaches.
    fn reached(&self, pool: &str, region: &str) -> Result<&Pool, &'static str> {
        let pool = self.pools.get(pool).filter(|pool| pool.region == region);
        pool.ok_or(NOT_FOUND)
    }

    fn pool_mut(&mut self, pool: &str) -> &mut Pool {
        self.pools.get_mut(pool).expect("it was found above")
    }

    /// The pool of an identity.
    fn pool_of(&self, id: &str) -> Result<&Pool, &'static str> {
        let mut pools = self.pools.values();
        pools
            .find(|pool| pool.identities.contains_key(id))
            .ok_or(NOT_FOUND)
    }
}

fn only_shows(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::DescribeIdentity
            | Operation::DescribeIdentityPool
            | Operation::GetIdentityPoolRoles
            | Operation::GetPrincipalTagAttributeMap
            | Operation::ListIdentities
            | Operation::ListIdentityPools
            | Operation::ListTagsForResource
            | Operation::LookupDeveloperIdentity
    )
}
