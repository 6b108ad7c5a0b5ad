//! What the runs have shown to be wrong, grouped by what is wrong.

use std::fmt;

use super::run::Run;

/// What is wrong with the code.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The code panicked, perhaps in a background task.
    Panicked,
    /// The code did not return in time.
    Hung,
    /// The second use, after the fault, failed.
    DoesNotRecover,
    /// The code returned `Ok` with another answer than without a fault.
    WrongAnswer,
    /// Something is in the service that is not there without a fault.
    LeftBehind,
    /// Something is not in the service that is there without a fault.
    Missing,
    /// The code sent the same request again although AWS had rejected it for good.
    RejectedCallRepeated,
    /// The code sent the same request too often.
    RetryStorm,
    /// A task that is alive without a fault has ended.
    BackgroundTaskDied,
    /// A closure of [`Exploration::check`](crate::Exploration::check) returned an error.
    CheckFailed,
    /// The call that was to be struck was not made: the code does not do the same in every run.
    NeverStruck,
}

/// The name in the report.
impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Panicked => "panicked",
            Self::Hung => "hung",
            Self::DoesNotRecover => "does not recover",
            Self::WrongAnswer => "wrong answer",
            Self::LeftBehind => "left behind",
            Self::Missing => "missing",
            Self::RejectedCallRepeated => "rejected call repeated",
            Self::RetryStorm => "retry storm",
            Self::BackgroundTaskDied => "background task died",
            Self::CheckFailed => "check failed",
            Self::NeverStruck => "never struck",
        })
    }
}

/// Something that is wrong with the code, and the runs that have shown it.
#[derive(Clone, Debug)]
pub struct Finding {
    pub(super) kind: FindingKind,
    pub(super) text: String,
    pub(super) note: Option<String>,
    pub(super) runs: Vec<Run>,
}

impl Finding {
    /// Returns what is wrong.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns what is wrong in this case: the message and the place of a panic, the answer that
    /// differs, what was left behind.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the runs that have shown it, in the order of the table.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

/// What one run has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: FindingKind,
    /// The same in all runs that show the same.
    pub(super) text: String,
    /// What helps to understand it.
    pub(super) note: Option<String>,
}

impl Found {
    pub(super) fn new(kind: FindingKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            note: None,
        }
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// All findings, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Adds what a run has shown. Returns the positions of the findings.
    pub(super) fn add(&mut self, run: &Run, found: Vec<Found>) -> Vec<usize> {
        let mut positions = Vec::new();
        for found in found {
            let same =
                |finding: &Finding| (finding.kind, &finding.text) == (found.kind, &found.text);
            let position = self.0.iter().position(same).unwrap_or_else(|| {
                self.0.push(Finding {
                    kind: found.kind,
                    text: found.text.clone(),
                    note: found.note.clone(),
                    runs: Vec::new(),
                });
                self.0.len() - 1
            });
            if !positions.contains(&position) {
                self.0[position].runs.push(run.clone());
                positions.push(position);
            }
        }
        positions
    }

    /// The findings, the most frequent first, and the new position of each.
    pub(super) fn sorted(self) -> (Vec<Finding>, Vec<usize>) {
        let mut order: Vec<(usize, Finding)> = self.0.into_iter().enumerate().collect();
        // The sort is stable: of equally frequent findings, the first to be made comes first.
        order.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.runs.len()));
        let mut moved = vec![0; order.len()];
        for (to, (from, _)) in order.iter().enumerate() {
            moved[*from] = to;
        }
        (
            order.into_iter().map(|(_, finding)| finding).collect(),
            moved,
        )
    }
}
