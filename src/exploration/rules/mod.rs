//! The rules: what is wrong with a run, compared with the baseline.

mod repeats;
mod state;
mod uses;

use super::cognito_state::Leftover;
use super::findings::{FindingKind, Found};
use super::observe::Observed;
use super::run::{Hit, Run};

/// What the rules compare runs with, and what the user allows.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) baseline: Observed,
    pub(super) may_leave: Vec<Leftover>,
    /// The limit of [`FindingKind::Hung`] as text.
    pub(super) time_limit: String,
}

impl Rules {
    /// What is wrong with a run.
    pub(super) fn judge(&self, run: &Run, observed: &Observed) -> Vec<Found> {
        if let Some(found) = self.never_struck(run, observed) {
            return vec![found];
        }
        let mut found = Vec::new();
        found.extend(uses::panics(observed));
        found.extend(self.hung(observed));
        found.extend(self.does_not_recover(run, observed));
        found.extend(self.wrong_answers(run, observed));
        found.extend(self.state(run, observed));
        found.extend(repeats::rejected(&self.baseline, observed));
        found.extend(repeats::storms(&self.baseline, observed));
        found.extend(self.background_task_died(run, observed));
        let failed = observed.failed_checks.iter();
        found.extend(failed.map(|text| Found::new(FindingKind::CheckFailed, text)));
        found
    }

    /// A call that was to be struck was not made, or is another one than without a fault.
    fn never_struck(&self, run: &Run, observed: &Observed) -> Option<Found> {
        let is_made = |hit: &&Hit| {
            let call = observed.calls.iter().find(|call| call.number == hit.call);
            call.is_some_and(|call| call.subject() == hit.subject)
        };
        let missed = run.hits.iter().find(|hit| !is_made(hit));
        let hit = match (missed, observed.is_struck) {
            (Some(missed), _) => missed,
            (None, true) => return None,
            (None, false) => run.hits.last()?,
        };
        let text = format!("call #{} is not {} in every run", hit.call, hit.subject);
        let note = format!(
            "without a fault:\n{}in this run:\n{}",
            self.baseline.transcript, observed.transcript
        );
        Some(Found::new(FindingKind::NeverStruck, text).with_note(note))
    }

    fn background_task_died(&self, run: &Run, observed: &Observed) -> Option<Found> {
        let baseline = if run.is_crash() {
            &self.baseline.first
        } else {
            &self.baseline.second
        };
        let died = baseline.tasks.saturating_sub(observed.second.tasks);
        let text = match died {
            0 => return None,
            1 => "a background task has ended that is alive without a fault".to_owned(),
            n => format!("{n} background tasks have ended that are alive without a fault"),
        };
        Some(Found::new(FindingKind::BackgroundTaskDied, text))
    }
}
