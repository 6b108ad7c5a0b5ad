//! Mistakes in applications and in their tests, and what the failing tests print.
//!
//! Each mistake is a failing program, as in [`failing`](crate::failing), followed by the test of its
//! output. Almost all fail by their own `assert_eq!` or `unwrap`. The cause has to be found in the
//! output alone.

mod administration;
mod faults;
mod mocks;
mod roles;
mod sign_in;
mod time;

use std::time::{Duration, SystemTime};

use expect_test::Expect;
use mock_cognito_identity::{Builder, MockCognitoIdentity};

use crate::{readable, run_test};

const GOOGLE: &str = "accounts.google.com";
const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";

/// The builder of a mock that behaves the same on every run.
fn mock() -> Builder {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    MockCognitoIdentity::builder().seed(7).frozen_at(now)
}

/// Runs the program that makes a mistake, compares its output, and looks for the facts that give
/// the mistake away. The facts are not part of the snapshot, so that rewriting it cannot lose them.
#[track_caller]
fn shows(program: &str, facts: &[&str], expected: &Expect) {
    let run = run_test(&format!("mistakes::{program}"));
    assert_eq!(run.code, Some(101), "the output:\n{}", run.stderr);
    let output = readable(&run.stderr);
    expected.assert_eq(&output);
    for fact in facts {
        assert!(
            output.contains(fact),
            "no {fact:?} in the output:\n{output}"
        );
    }
}
