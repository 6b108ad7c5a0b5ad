//! Random sequences of all 23 operations against the bare engine, held to a model of who owns
//! which login.
//!
//! [`world`] is the model, written from what AWS documents and not from the engine; [`tokens`]
//! makes login tokens and knows which of them are true; [`driver`] draws operations, asks both
//! and compares. After every step that may change something, its pool is compared identity by identity.
//! Now and then the mock is replaced by one that was built with its state document.
//!
//! ```text
//! MOCK_COGNITO_OPERATIONS=10000000 cargo test --release --test it engine_model
//! MOCK_COGNITO_DOCUMENTS=10000 cargo test --test it engine_model   # random states, written and restored
//! MOCK_COGNITO_SEED=12345     # another sequence; a failure names seed and step
//! ```

mod driver;
mod tokens;
mod world;

use crate::support::number_from_env;
use driver::{Driver, Tally};
use tokens::Tokens;

/// After so many steps comes another mock with another seed, so that a failure is soon replayed.
const STEPS_A_RUN: u64 = 2_000;

#[test]
fn the_engine_agrees_with_the_model() {
    let operations = number_from_env("MOCK_COGNITO_OPERATIONS").unwrap_or(100_000);
    let documents = number_from_env("MOCK_COGNITO_DOCUMENTS").unwrap_or(2_000);
    // A step takes two operations, on the average a little less.
    let steps_a_document = (operations / documents / 2).max(1);
    let first_seed = number_from_env("MOCK_COGNITO_SEED").unwrap_or(1);
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let tally = std::thread::scope(|scope| {
        let work = |worker: u64| {
            move || {
                let share = operations / workers;
                run(first_seed + worker, workers, share, steps_a_document)
            }
        };
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(work(worker)))
            .collect();
        let tallies = running.into_iter().map(|worker| worker.join().unwrap());
        tallies.fold(Tally::default(), Tally::plus)
    });
    println!("{tally}");
    tally.expect_all_operations_to_succeed_and_to_fail();
    assert!(tally.documents() >= documents, "{tally}");
}

/// Every so-manieth seed, until that many operations were done.
fn run(first_seed: u64, every: u64, operations: u64, steps_a_document: u64) -> Tally {
    let mut tokens = Tokens::default();
    let mut tally = Tally::default();
    let mut seed = first_seed;
    while tally.total() <= operations {
        Driver::new(seed, &mut tokens, &mut tally).run(STEPS_A_RUN, steps_a_document);
        seed += every;
    }
    tally
}
