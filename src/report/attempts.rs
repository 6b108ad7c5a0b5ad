//! How many invocations of a client are behind a number of calls.

use std::collections::HashMap;
use std::fmt;

use crate::times::counted;

/// The reason why there are more calls than invocations.
pub(super) const RETRIES: &str = "the SDK's own retries are on";

/// Calls by the invocation of the client that they belong to. The attempts of one `send()` are one
/// invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// How many calls each invocation has made.
    invocations: Vec<u64>,
}

impl Attempts {
    /// Takes the invocation id of each call. A call without an id is an invocation of its own.
    pub(crate) fn of(invocation_ids: impl IntoIterator<Item = Option<String>>) -> Self {
        let mut invocations = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for id in invocation_ids {
            let next = invocations.len();
            let index = id.map_or(next, |id| *known.entry(id).or_insert(next));
            if index == next {
                invocations.push(0);
            }
            invocations[index] += 1;
        }
        Self { invocations }
    }

    pub(super) fn calls(&self) -> u64 {
        self.invocations.iter().sum()
    }

    /// Whether an invocation was attempted more than once.
    pub(super) fn has_retries(&self) -> bool {
        self.invocations.iter().any(|attempts| *attempts > 1)
    }
}

impl Attempts {
    /// ` (4 invocations × 3 attempts)` after a number of calls, or nothing if there were no retries.
    pub(super) fn in_parentheses(&self) -> String {
        match self.to_string().split_once(" = ") {
            Some((_, parts)) if self.has_retries() => format!(" ({parts})"),
            _ => String::new(),
        }
    }
}

/// `12 calls = 4 invocations × 3 attempts`, or `5 calls = 3 invocations + 2 retries`.
impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.calls();
        let all = self.invocations.len() as u64;
        write!(
            f,
            "{} = {}",
            counted(calls, "call"),
            counted(all, "invocation")
        )?;
        let first = self.invocations.first().copied().unwrap_or_default();
        if self.invocations.iter().all(|attempts| *attempts == first) {
            write!(f, " × {}", counted(first, "attempt"))
        } else if calls - all == 1 {
            write!(f, " + 1 retry")
        } else {
            write!(f, " + {} retries", calls - all)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(ids: &[&str]) -> Attempts {
        Attempts::of(
            ids.iter()
                .map(|id| (!id.is_empty()).then(|| (*id).to_owned())),
        )
    }

    #[test]
    fn invocations_with_equally_many_attempts() {
        let attempts = attempts(&["a", "b", "a", "b", "b", "a"]);

        assert_eq!(attempts.to_string(), "6 calls = 2 invocations × 3 attempts");
        assert!(attempts.has_retries());
    }

    #[test]
    fn some_invocations_are_retried() {
        let [one, two] = [&["a", "b", "a"][..], &["a", "b", "a", "a"]].map(attempts);

        assert_eq!(one.to_string(), "3 calls = 2 invocations + 1 retry");
        assert_eq!(two.to_string(), "4 calls = 2 invocations + 2 retries");
    }

    #[test]
    fn a_call_without_an_id_is_an_invocation_of_its_own() {
        let attempts = attempts(&["", "a", ""]);

        assert_eq!(attempts.to_string(), "3 calls = 3 invocations × 1 attempt");
        assert!(!attempts.has_retries());
    }
}
