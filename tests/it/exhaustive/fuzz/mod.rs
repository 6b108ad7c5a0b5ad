//! Inputs that nobody would send, as property tests: the same entries that the `cargo fuzz`
//! targets under `fuzz/` call.
//!
//! ```text
//! MOCK_COGNITO_INPUTS=1000000 cargo test --release --test it fuzz
//! MOCK_COGNITO_SEED=12345     # other inputs; a failure shows the input
//! ```

mod corpus;
mod entries;

use fastrand::Rng;

use crate::support::number_from_env;
use corpus::Corpus;
use entries::Fuzzed;

/// More than the mock may grow by while it forgets what it was fed.
const MOST_GROWTH_BYTES: u64 = 64 * 1024 * 1024;

fn feed(
    quick: u64,
    corpus: &Corpus,
    mut fuzzed: Fuzzed,
    mut entry: impl FnMut(&mut Fuzzed, &[u8]),
) {
    let inputs = number_from_env("MOCK_COGNITO_INPUTS").unwrap_or(quick);
    let seed = number_from_env("MOCK_COGNITO_SEED").unwrap_or(1);
    println!("MOCK_COGNITO_SEED={seed}, {inputs} inputs");
    let mut rng = Rng::with_seed(seed);
    // What is made on first use is no growth.
    let warm_up = inputs / 10;
    let mut before = 0;
    for n in 0..inputs {
        if n == warm_up {
            before = resident_bytes();
        }
        entry(&mut fuzzed, &corpus.draw(&mut rng));
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(
        grown < MOST_GROWTH_BYTES,
        "{grown} bytes more after {inputs} inputs"
    );
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes() -> u64 {
    0
}

#[test]
fn any_bytes_on_the_socket() {
    feed(300, &corpus::wire(), Fuzzed::over_tcp(), Fuzzed::wire);
}

#[test]
fn any_request() {
    feed(
        3_000,
        &corpus::requests(),
        Fuzzed::in_memory(),
        Fuzzed::request,
    );
}

#[test]
fn any_body_of_each_operation() {
    feed(
        6_000,
        &corpus::bodies(),
        Fuzzed::in_memory(),
        Fuzzed::operation,
    );
}

#[test]
fn any_login() {
    feed(2_000, &corpus::logins(), Fuzzed::in_memory(), Fuzzed::login);
}
