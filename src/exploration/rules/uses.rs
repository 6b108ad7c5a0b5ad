//! Rules about how the uses of the code end.

use super::Rules;
use crate::exploration::findings::{FindingKind, Found};
use crate::exploration::observe::Observed;
use crate::exploration::run::{Hit, Run};
use crate::exploration::usage::Use;
use crate::redact::shortened;

/// The most characters of an answer or an error.
const SHOWN: usize = 160;

pub(super) fn panics(observed: &Observed) -> Vec<Found> {
    let panics = observed.panics.iter();
    let found = panics.map(|panic| {
        let text = format!("{}, at {}", on_one_line(&panic.message), panic.place);
        Found::new(FindingKind::Panicked, text)
    });
    found.collect()
}

impl Rules {
    pub(super) fn hung(&self, observed: &Observed) -> Option<Found> {
        let used = &observed.first;
        if used.result != Use::Hung {
            return None;
        }
        let limit = &self.time_limit;
        let text = format!("the code takes over {limit} longer than without a fault");
        let found = Found::new(FindingKind::Hung, text);
        let waiting = used.in_flight.first();
        let waiting =
            waiting.and_then(|number| observed.calls.iter().find(|call| call.number == *number));
        Some(match waiting {
            Some(call) => found.with_note(format!(
                "call #{} {} still waits for its answer then: the client has no timeout, or one \
                 that is longer",
                call.number,
                call.subject()
            )),
            None => found.with_note("no call waits for an answer then: the code itself waits"),
        })
    }

    pub(super) fn does_not_recover(&self, run: &Run, observed: &Observed) -> Option<Found> {
        let subject = if run.is_crash() {
            "after the restart, the code"
        } else {
            "the second use, without the fault,"
        };
        let (ends, note) = match &observed.second.result {
            Use::Returned(Ok(_)) => return None,
            Use::Returned(Err(error)) => ("fails", Some(format!("it returns {}", cut(error)))),
            Use::Panicked => ("panics", None),
            Use::Hung | Use::Interrupted => ("does not return", None),
        };
        Some(Found {
            note,
            ..Found::new(FindingKind::DoesNotRecover, format!("{subject} {ends}"))
        })
    }

    /// Answers that differ from those of the baseline, if the answers of the baseline are alike.
    pub(super) fn wrong_answers(&self, run: &Run, observed: &Observed) -> Vec<Found> {
        let Some(expected) = self.answer() else {
            return Vec::new();
        };
        if run.hits.iter().any(Hit::changes_answers) {
            return Vec::new();
        }
        let mut found: Vec<Found> = Vec::new();
        for used in [&observed.first, &observed.second] {
            if let Use::Returned(Ok(answer)) = &used.result
                && answer != expected
            {
                let text = format!("{} instead of {}", cut(answer), cut(expected));
                found.push(Found::new(FindingKind::WrongAnswer, text));
            }
        }
        found
    }

    /// The answer of both uses of the baseline, if they are alike.
    fn answer(&self) -> Option<&str> {
        let answers =
            [&self.baseline.first, &self.baseline.second].map(|used| match &used.result {
                Use::Returned(Ok(answer)) => Some(answer.as_str()),
                Use::Returned(Err(_)) | Use::Panicked | Use::Hung | Use::Interrupted => None,
            });
        answers[0].filter(|_| answers[0] == answers[1])
    }
}

fn on_one_line(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn cut(text: &str) -> String {
    shortened(text.to_owned(), SHOWN)
}
