//! Crashes and cancellations: what dies, what lives on, and what the clock shows.

use std::cell::Cell;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{Call, Cancel, Crash, Exploration, Outcome, Report, Request, Strike};

use crate::support::{Error, patient_client, seed_pool};

/// Which life of the process makes a call: its `MaxResults`.
fn life_of(call: &Call) -> i32 {
    let Request::ListIdentityPools(input) = &call.input else {
        panic!("{call}");
    };
    input.max_results().unwrap()
}

async fn list(client: &Client, life: i32) -> Result<(), Error> {
    client
        .list_identity_pools()
        .max_results(life)
        .send()
        .await?;
    Ok(())
}

/// An application of which each life makes its own calls: one in each use, and one every 7 seconds
/// in the background.
fn explore(strike: impl Into<Strike>, check: impl Fn(&[Call]) -> Result<(), String>) -> Report {
    let lives = Cell::new(0);
    Exploration::new()
        .arrange(|mock| {
            lives.set(0);
            seed_pool(mock);
        })
        .start(|mock| {
            lives.set(lives.get() + 1);
            let (client, life) = (patient_client(mock), lives.get());
            let background = client.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(Duration::from_secs(7)).await;
                    let _ = list(&background, life).await;
                }
            });
            (client, life)
        })
        .only(1, strike)
        // The baseline is checked, too.
        .check(|first, _, _, _, calls| match first {
            None => check(calls),
            Some(_) => Ok(()),
        })
        .run(async |(client, life)| list(client, *life).await)
}

#[test]
fn after_a_crash_nothing_of_the_first_life_makes_calls() {
    for crash in [Crash::Before, Crash::After] {
        let report = explore(crash, |calls| {
            let lives: Vec<i32> = calls.iter().map(life_of).collect();
            match lives.as_slice() {
                [1, 2, ..] if lives[1..].iter().all(|life| *life == 2) => Ok(()),
                _ => Err(format!("{lives:?}")),
            }
        });

        assert_eq!(report.runs(), 1);
        report.assert_clean();
    }
}

#[test]
fn a_call_that_a_crash_interrupts_has_no_answer() {
    let report = explore(Crash::After, |calls| {
        let outcome = &calls[0].outcome;
        if *outcome == Outcome::Dropped {
            Ok(())
        } else {
            Err(outcome.to_string())
        }
    });

    assert_eq!(report.runs(), 1);
    report.assert_clean();
}

#[test]
fn the_clock_goes_on_after_a_crash() {
    let report = explore(Crash::After, |calls| {
        let passed = calls[1].time.duration_since(calls[0].time);
        match passed {
            Ok(passed) if passed == Duration::from_secs(60) => Ok(()),
            passed => Err(format!("{passed:?}")),
        }
    });

    assert_eq!(report.runs(), 1);
    report.assert_clean();
}

#[test]
fn after_a_cancellation_the_same_life_goes_on() {
    let report = explore(Cancel, |calls| {
        let lives: Vec<i32> = calls.iter().map(life_of).collect();
        // One in each use, and one every seven seconds of the minute between them.
        let expected = vec![1; 2 + 60 / 7];
        if lives == expected {
            Ok(())
        } else {
            Err(format!("{lives:?}"))
        }
    });

    assert_eq!(report.runs(), 1);
    report.assert_clean();
}
