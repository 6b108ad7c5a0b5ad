//! Rules about requests that are sent again.

use std::time::Duration;

use crate::exploration::findings::{FindingKind, Found};
use crate::exploration::observe::Observed;
use crate::exploration::seen_call::SeenCall;

/// Within this time, a request that is sent again is a repetition.
const SOON: Duration = Duration::from_secs(10);
/// How often a request may be sent within that time: two invocations with three attempts each.
const PATIENT: usize = 6;
/// How many attempts the SDK makes by default.
const ATTEMPTS: usize = 3;
/// The errors that remain the same, however often the same request is sent.
const FINAL: [&str; 3] = [
    "NotAuthorizedException",
    "ResourceNotFoundException",
    "InvalidParameterException",
];

/// Requests that were sent again although AWS had rejected them for good, and that the code does not
/// send as often without a fault.
pub(super) fn rejected(baseline: &Observed, observed: &Observed) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (index, call) in observed.calls.iter().enumerate() {
        let Some(error) = call.error.as_deref().filter(|code| FINAL.contains(code)) else {
            continue;
        };
        let again = soon_again(&observed.calls[index..]);
        if again > 1 && again > most_within_soon(baseline, call) {
            let text = format!("{} is sent again soon after {error}", call.subject());
            found.push(Found::new(FindingKind::RejectedCallRepeated, text));
        }
    }
    found.dedup();
    found
}

/// Requests that were sent too often. What the code sends several times without a fault may be sent
/// as often as the SDK retries.
pub(super) fn storms(baseline: &Observed, observed: &Observed) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (index, call) in observed.calls.iter().enumerate() {
        let allowed = PATIENT.max(ATTEMPTS * most_within_soon(baseline, call));
        if soon_again(&observed.calls[index..]) > allowed {
            let text = format!(
                "{} is sent more than {allowed} times within {SOON:?}",
                call.subject()
            );
            found.push(Found::new(FindingKind::RetryStorm, text));
        }
    }
    found.dedup();
    found
}

/// How often the first of these calls is sent within ten seconds of itself.
fn soon_again(calls: &[SeenCall]) -> usize {
    let Some(first) = calls.first() else { return 0 };
    let again = calls.iter().filter(|call| {
        let since = call.time.duration_since(first.time).unwrap_or_default();
        call.input == first.input && since <= SOON
    });
    again.count()
}

/// How often the baseline sends the request within ten seconds.
fn most_within_soon(baseline: &Observed, call: &SeenCall) -> usize {
    let calls = &baseline.calls;
    let starts = (0..calls.len()).filter(|index| calls[*index].input == call.input);
    let counts = starts.map(|index| soon_again(&calls[index..]));
    counts.max().unwrap_or_default()
}
