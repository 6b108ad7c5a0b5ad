//! The calls as a text that is the same in every run.

use std::fmt;

use super::layout::truncated;
use super::logged_call::{LoggedCall, Subject};
use crate::call::Outcome;
use crate::summary::{Names, Placeholders, Vocabulary as _};

/// The most characters of a message of an error.
const MESSAGE: usize = 400;

/// The recorded calls, a line each, as a text that is the same in every run; returned by
/// [`MockCognitoIdentity::transcript`](crate::MockCognitoIdentity::transcript). It is meant to be
/// compared with a snapshot.
///
/// ```text
/// #1  GetId  attempt 1  <pool "app">, logins <login alice of accounts.google.com>  → TooManyRequestsException   (fault "busy")
/// #2  GetId  attempt 2  <pool "app">, logins <login alice of accounts.google.com>  → ok, <identity 1>
/// #3  GetCredentialsForIdentity  attempt 1  <identity 1>, logins <login alice of accounts.google.com>  → ok, <key 1>, role app-authenticated until +3600 s
/// #4  ListIdentities  attempt 1  <pool "app">, MaxResults 1  → ok, 1 identity, NextToken <token 1>
/// ```
///
/// A line has the number of the call, the operation, the number of the attempt, the members of the
/// input, the outcome with what came back, and the fault that shaped the response. Unrecognized
/// requests are lines, too.
///
/// What differs from run to run is replaced by what it is, so that neither a seed nor a frozen clock
/// is needed:
///
/// | it says | in place of |
/// |---|---|
/// | `<pool "app">`, `<pool "app" 2>` | the id of a pool; the second pool of that name |
/// | `<pool 1>` | the id of a pool that the mock does not have, or no longer |
/// | `<identity 1>`, `<key 1>` | an identity id, an access key id |
/// | `<login alice of accounts.google.com>` | a login token: its subject and provider |
/// | `<token 1>` | a `NextToken`, or a login token that does not say whose it is |
/// | `+3600 s` | an expiration, seen from the time of the call |
/// | `<time>`, `<uuid 1>`, `<address>`, `<hash>` | times, UUIDs, the mock's address and hashes in texts |
///
/// Ids and tokens are numbered in the order in which they appear first. The same placeholder stands
/// for the same value throughout, also in the messages of errors. Secrets are not shown. Pools have
/// the names that they have when the transcript is made. Inside
/// [`with_engine`](crate::MockCognitoIdentity::with_engine) names and roles are not known.
///
/// The lines are in the order of arrival, so concurrent calls make a transcript differ from run to
/// run. Values that the test itself draws at random and that are none of the above remain.
///
/// ```
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = MockCognitoIdentity::in_memory();
/// let pool = mock.seed_pool("app");
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
///
/// assert_eq!( // or `insta::assert_snapshot!`, or `expect![[...]].assert_eq`
///     mock.transcript().to_string(),
///     "#1  GetId  attempt 1  <pool \"app\">, no logins  → ok, <identity 1>\n",
/// );
/// # Ok(())
/// # }
/// ```
///
/// The `Debug` output is the same text. Its form may change in any version, as that of failure
/// messages may; then a snapshot must be renewed.
#[derive(Clone)]
#[must_use = "a `Transcript` is there to be compared or printed"]
pub struct Transcript {
    /// How many of the first calls were evicted.
    evicted: usize,
    calls: Vec<LoggedCall>,
    names: Names,
}

impl Transcript {
    /// Takes the calls in the order of their arrival, and what is known about the ids in them.
    pub(crate) fn new(evicted: usize, calls: Vec<LoggedCall>, names: Names) -> Self {
        Self {
            evicted,
            calls,
            names,
        }
    }
}

/// A line of a transcript in its parts.
pub(crate) struct TranscriptLine {
    pub(crate) number: usize,
    /// The operation, or the unrecognized request.
    pub(crate) subject: String,
    /// `None` for an unrecognized request.
    pub(crate) attempt: Option<u32>,
    /// Empty if nothing is to be said of it.
    pub(crate) input: String,
    pub(crate) outcome: String,
}

impl Transcript {
    pub(crate) fn lines(&self) -> Vec<TranscriptLine> {
        let mut words = Placeholders::new(self.names.clone());
        let calls = self.calls.iter();
        calls.map(|call| line(call, &mut words)).collect()
    }

    /// Any other text of the test, in which what differs from run to run is replaced as in the
    /// transcript. Ids are numbered afresh.
    #[cfg(feature = "exploration")]
    pub(crate) fn in_its_words(&self, text: &str) -> String {
        Placeholders::new(self.names.clone()).text(text)
    }
}

fn line(call: &LoggedCall, words: &mut Placeholders) -> TranscriptLine {
    let (subject, attempt) = match &call.subject {
        Subject::Operation(operation) => (operation.to_string(), Some(call.attempt)),
        Subject::Unrecognized(request) => (words.text(&request.to_string()), None),
    };
    TranscriptLine {
        number: call.number,
        subject,
        attempt,
        input: call.input(words),
        outcome: outcome(call, words),
    }
}

/// Ends with a line break, so that more lines can follow.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.calls.is_empty() && self.evicted == 0 {
            return writeln!(f, "no calls");
        }
        if self.evicted > 0 {
            writeln!(f, "… {} evicted by `keep_calls`", self.evicted)?;
        }
        for line in self.lines() {
            write!(f, "#{}  {}", line.number, line.subject)?;
            if let Some(attempt) = line.attempt {
                write!(f, "  attempt {attempt}")?;
            }
            if !line.input.is_empty() {
                write!(f, "  {}", line.input)?;
            }
            writeln!(f, "  → {}", line.outcome)?;
        }
        Ok(())
    }
}

/// The same text as `Display`, so that snapshots of it are as stable.
impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The outcome, what came back, and the fault that shaped it, by its name alone.
fn outcome(call: &LoggedCall, words: &mut Placeholders) -> String {
    let mut text = match (&call.outcome, &call.fault) {
        (Some(Outcome::Error(_)), Some(_)) => call.outcome_name(),
        (_, _) => words.text(&call.outcome_text()),
    };
    text = truncated(&text, MESSAGE).into_owned();
    if let Some(returned) = call.returned(words) {
        text = format!("{text}, {returned}");
    }
    match &call.fault {
        Some(fault) => format!("{text}   ({})", words.text(&fault.to_string())),
        None => text,
    }
}
