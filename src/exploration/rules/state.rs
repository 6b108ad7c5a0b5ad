//! Rules about what is in the service at the end.

use super::Rules;
use crate::exploration::cognito_state::{CognitoState, Item};
use crate::exploration::findings::{FindingKind, Found};
use crate::exploration::observe::Observed;
use crate::exploration::run::Run;
use crate::exploration::usage::Use;

impl Rules {
    /// What is in the service that should not be there, and what is not there.
    ///
    /// A run ends with a use that succeeds. If the first one did not, it may have done all that it
    /// does, a part of it or nothing: then at least as much is there as after one use, and at most
    /// as much as after two. A crash is followed by one use in a new process, which must find what
    /// the dead one has left.
    pub(super) fn state(&self, run: &Run, observed: &Observed) -> Vec<Found> {
        if !matches!(observed.second.result, Use::Returned(Ok(_))) {
            return Vec::new();
        }
        let (once, twice) = (&self.baseline.first.state, &self.baseline.second.state);
        let is_first_done = matches!(observed.first.result, Use::Returned(Ok(_)));
        let (least, most) = match (run.is_crash(), is_first_done) {
            (true, _) => (once, once),
            (false, true) => (twice, twice),
            (false, false) => (once, twice),
        };
        let (found, adds) = (&observed.second.state, second_use_adds(once, twice));
        let left = found.beyond(most).into_iter();
        let left = left.filter(|(item, _)| !self.may_leave.contains(&item.kind));
        let left = left.map(|(item, _)| {
            Found::new(FindingKind::LeftBehind, item.to_string()).with_note(&*adds)
        });
        let missing = least.beyond(found).into_iter();
        let missing = missing
            .map(|(item, _)| Found::new(FindingKind::Missing, item.to_string()).with_note(&*adds));
        left.chain(missing).collect()
    }
}

/// Tells what the second use adds without a fault: a use that adds something each time is not
/// idempotent, which may be right.
fn second_use_adds(once: &CognitoState, twice: &CognitoState) -> String {
    let added = twice.beyond(once);
    let added: Vec<String> = added.iter().map(|(item, n)| counted(item, *n)).collect();
    if added.is_empty() {
        "without a fault, the second use adds nothing".to_owned()
    } else {
        format!("without a fault, the second use adds {}", added.join(", "))
    }
}

fn counted(item: &Item, count: usize) -> String {
    match count {
        1 => item.to_string(),
        n => format!("{item}, {n} times"),
    }
}
