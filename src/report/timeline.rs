//! The calls as a timeline, which shows their order, their retries and their durations.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use super::layout::{INDENT, truncated};
use super::logged_call::{LoggedCall, Subject};
use crate::call::Outcome;

/// How many of the first calls are shown, if not all are.
const FIRST: usize = 100;
/// How many of the newest calls are shown, if not all are.
const NEWEST: usize = 400;
/// Target line width in columns.
const WIDTH: usize = 100;
/// Minimum width of a bar, however long the names are.
const MIN_BAR: usize = 20;
/// Maximum width of an operation or an unrecognized request.
const SUBJECT: usize = 36;
/// Maximum width of an outcome or the name of a fault.
const OUTCOME: usize = 30;
/// Width of the longest duration, `59m 59s+`.
const DURATION: usize = 8;

/// The recorded calls as a waterfall chart, to be printed; returned by
/// [`MockCognitoIdentity::timeline`](crate::MockCognitoIdentity::timeline).
///
/// Each call is a row with a bar that shows when it arrived and how long it took. The attempts of
/// one `send()` are grouped, with retries indented under the first attempt. Failure messages end
/// with the timeline if there were retries.
///
/// ```text
/// timeline (real time, 2.0s in total):
///     #1  GetId                      attempt 1  fault "first two"  [=                      ]  100ms
///     #3    GetId                    attempt 2  fault "first two"  [  =                    ]  100ms
///     #4    GetId                    attempt 3  ok                 [      =================]  1.4s
///     #2  GetCredentialsForIdentity  attempt 1  ok                 [=====                  ]  450ms
/// ```
///
/// A bar that ends with `>` belongs to a call that is still in flight. A bar that ends with `x`
/// belongs to a call that was aborted, because the caller gave up or the mock was stopped.
///
/// ```
/// # use mock_cognito_identity::{Fault, MockCognitoIdentity};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// mock.inject(Fault::throttle().up_to_n_times(2));
/// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
/// assert!(mock.calls().len() <= 3, "too many attempts:\n{}", mock.timeline());
/// # Ok(())
/// # }
/// ```
///
/// # Which time it shows
///
/// Over TCP, the timeline shows real time, whatever the mock's clock shows. A bar reaches from the
/// arrival of a call until its response is handed to the connection.
///
/// In memory, the timeline combines the mock's clock, the injected delays and the order of events:
/// a call that arrived after the end of another starts to the right of that end. Real time would
/// be meaningless, because under tokio's paused time a minute passes in microseconds. The mock does
/// not see what the caller waits for on its own, such as the backoff before a retry, and of an
/// aborted call it knows only the minimum duration (`0ms+`). With a frozen clock, the timeline is
/// the same in every run.
///
/// Of more than 500 calls, it shows the first 100 and the newest 400.
///
/// The text is for people and not covered by semantic versioning.
#[derive(Clone, Debug)]
#[must_use = "a `Timeline` is there to be printed"]
pub struct Timeline {
    base: TimeBase,
    rows: Vec<Row>,
    /// The number of all calls, if they are too many to be shown.
    selected_from: Option<usize>,
}

/// The time that the axis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeBase {
    Real,
    /// The mock's clock and the injected delays.
    Mock,
}

/// A call and its positions on the axis.
#[derive(Clone, Debug)]
pub(crate) struct TimedCall {
    pub(crate) call: LoggedCall,
    /// Common to the attempts of one `send()`.
    pub(crate) invocation_id: Option<String>,
    pub(crate) start: Duration,
    /// None while the call is in flight.
    pub(crate) completion: Option<TimedCompletion>,
}

/// The completion of a call and its position on the axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimedCompletion {
    pub(crate) at: Duration,
    /// The response was not sent, because the caller disconnected or the mock was stopped.
    pub(crate) aborted: bool,
}

#[derive(Clone, Debug)]
struct Row {
    call: TimedCall,
    is_retry: bool,
}

impl Timeline {
    /// A timeline of calls in the order of their arrival, which shows the first and the newest if
    /// there are many.
    pub(crate) fn of_log<T>(
        base: TimeBase,
        calls: impl ExactSizeIterator<Item = T>,
        timed: impl Fn(T) -> TimedCall,
    ) -> Self {
        let total = calls.len();
        let is_too_long = total > FIRST + NEWEST;
        let is_shown = |index: usize| !is_too_long || !(FIRST..total - NEWEST).contains(&index);
        let shown = calls.enumerate().filter(|(index, _)| is_shown(*index));
        Self {
            selected_from: is_too_long.then_some(total),
            ..Self::new(base, shown.map(|(_, call)| timed(call)))
        }
    }

    /// Takes the calls in the order of their arrival.
    pub(crate) fn new(base: TimeBase, calls: impl IntoIterator<Item = TimedCall>) -> Self {
        let mut invocations: Vec<Vec<Row>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for call in calls {
            let next = invocations.len();
            let index = match &call.invocation_id {
                Some(id) => *known.entry(id.clone()).or_insert(next),
                None => next,
            };
            let is_retry = index < next;
            if !is_retry {
                invocations.push(Vec::new());
            }
            invocations[index].push(Row { call, is_retry });
        }
        Self {
            base,
            rows: invocations.into_iter().flatten().collect(),
            selected_from: None,
        }
    }

    /// Whether there is a call that was attempted more than once.
    pub(super) fn has_retries(&self) -> bool {
        self.rows.iter().any(|row| row.is_retry)
    }

    /// The positions of the first and the last event.
    fn edges(&self) -> (Duration, Duration) {
        let starts = self.rows.iter().map(|row| row.call.start);
        let first = starts.clone().min().unwrap_or_default();
        let completions = self.rows.iter().filter_map(|row| row.call.completion);
        let last = starts
            .chain(completions.map(|completion| completion.at))
            .max();
        (first, last.unwrap_or_default())
    }
}

/// Ends with a line break, so that more lines can follow.
impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return writeln!(f, "timeline: no calls");
        }
        let base = match self.base {
            TimeBase::Real => "real time",
            TimeBase::Mock => "mock clock and injected delays",
        };
        let (first, last) = self.edges();
        let total = ShortDuration(last - first);
        write!(f, "timeline ({base}, {total} in total")?;
        if let Some(calls) = self.selected_from {
            write!(
                f,
                "; the first {FIRST} and the newest {NEWEST} of {calls} calls"
            )?;
        }
        writeln!(f, "):")?;

        let labels: Vec<Label> = self.rows.iter().map(Label::of).collect();
        let widest = |column: fn(&Label) -> &String| {
            let widths = labels.iter().map(|label| column(label).chars().count());
            widths.max().unwrap_or_default()
        };
        let numbers = widest(|label| &label.number);
        let subjects = widest(|label| &label.subject);
        let attempts = widest(|label| &label.attempt);
        let outcomes = widest(|label| &label.outcome);
        // There are two blanks between columns, and brackets around the bar.
        let labelled = INDENT.len() + numbers + subjects + attempts + outcomes + 4 * 2;
        let bar = WIDTH.saturating_sub(labelled + 2 + 2 + DURATION);
        let axis = Axis {
            first,
            last,
            columns: bar.max(MIN_BAR),
        };
        for (row, label) in self.rows.iter().zip(&labels) {
            let Label {
                number,
                subject,
                attempt,
                outcome,
            } = label;
            write!(f, "{INDENT}{number:numbers$}  {subject:subjects$}  ")?;
            write!(f, "{attempt:attempts$}  {outcome:outcomes$}  ")?;
            let (bar, duration) = (axis.bar(&row.call), row.call.duration());
            writeln!(f, "[{bar}]  {duration}")?;
        }
        Ok(())
    }
}

/// The columns in front of a bar.
struct Label {
    number: String,
    subject: String,
    attempt: String,
    outcome: String,
}

impl Label {
    fn of(row: &Row) -> Self {
        let call = &row.call.call;
        let indent = if row.is_retry { "  " } else { "" };
        let attempt = match &call.subject {
            Subject::Operation(_) => format!("attempt {}", call.attempt),
            Subject::Unrecognized(_) => String::new(),
        };
        Self {
            number: format!("#{}", call.number),
            subject: truncated(&format!("{indent}{}", call.subject), SUBJECT).into_owned(),
            attempt,
            outcome: truncated(&outcome(call), OUTCOME).into_owned(),
        }
    }
}

/// The outcome of a call, or the fault that decided it.
fn outcome(call: &LoggedCall) -> String {
    match (&call.fault, &call.outcome) {
        (Some(fault), Some(Outcome::Success)) => format!("{}, {fault}", call.outcome_name()),
        (Some(fault), _) => fault.to_string(),
        (None, _) => call.outcome_name(),
    }
}

impl TimedCall {
    fn duration(&self) -> String {
        match self.completion {
            None => "in flight".to_owned(),
            Some(end) => {
                let plus = if end.aborted { "+" } else { "" };
                format!("{}{plus}", ShortDuration(end.at.saturating_sub(self.start)))
            }
        }
    }
}

/// Maps positions to columns, from the first event to the last.
struct Axis {
    first: Duration,
    last: Duration,
    columns: usize,
}

impl Axis {
    fn bar(&self, call: &TimedCall) -> String {
        let start = self.column(call.start).min(self.columns - 1);
        let end = call
            .completion
            .map_or(self.columns, |end| self.column(end.at))
            .max(start + 1);
        let tip = match call.completion {
            None => ">",
            Some(TimedCompletion { aborted: true, .. }) => "x",
            Some(_) => "=",
        };
        let (before, body) = (" ".repeat(start), "=".repeat(end - start - 1));
        format!("{:width$}", before + &body + tip, width = self.columns)
    }

    fn column(&self, at: Duration) -> usize {
        let whole = (self.last - self.first).as_nanos().max(1);
        let part = at.saturating_sub(self.first).as_nanos();
        let column = part.saturating_mul(self.columns as u128) / whole;
        usize::try_from(column).unwrap_or(self.columns)
    }
}

/// A duration in a few characters.
struct ShortDuration(Duration);

impl fmt::Display for ShortDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(duration) = self;
        let (seconds, millis) = (duration.as_secs(), duration.as_millis());
        match seconds {
            0 => write!(f, "{millis}ms"),
            1..60 => write!(f, "{seconds}.{}s", duration.subsec_millis() / 100),
            60..3_600 => write!(f, "{}m {}s", seconds / 60, seconds % 60),
            _ => write!(f, "{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;

    use super::super::logged_call::{UnrecognizedRequest, UnrecognizedTarget};
    use super::*;
    use crate::error::ServiceError;
    use crate::faults::FaultName;
    use crate::operation::Operation;

    /// A successful call; times are in milliseconds.
    fn call(number: usize, operation: Operation, start: u64, completion: u64) -> TimedCall {
        TimedCall {
            call: LoggedCall {
                number,
                subject: Subject::Operation(operation),
                attempt: 1,
                outcome: Some(Outcome::Success),
                fault: None,
                contents: None,
            },
            invocation_id: None,
            start: Duration::from_millis(start),
            completion: Some(TimedCompletion {
                at: Duration::from_millis(completion),
                aborted: false,
            }),
        }
    }

    /// The same call as an attempt of an invocation.
    fn attempt(attempt: u32, id: &str, call: TimedCall) -> TimedCall {
        TimedCall {
            invocation_id: Some(id.to_owned()),
            call: LoggedCall {
                attempt,
                ..call.call
            },
            ..call
        }
    }

    fn throttled(name: FaultName, call: TimedCall) -> TimedCall {
        TimedCall {
            call: LoggedCall {
                outcome: Some(Outcome::Error(ServiceError::throttled())),
                fault: Some(name),
                ..call.call
            },
            ..call
        }
    }

    fn named(name: &str) -> FaultName {
        FaultName::Named(Arc::from(name))
    }

    #[test]
    fn a_retry_is_listed_under_its_first_attempt() {
        use Operation::{GetCredentialsForIdentity, GetId};
        let calls = [
            throttled(
                named("first two"),
                attempt(1, "a", call(1, GetId, 1_000, 1_100)),
            ),
            attempt(1, "b", call(2, GetCredentialsForIdentity, 1_050, 1_500)),
            throttled(
                named("first two"),
                attempt(2, "a", call(3, GetId, 1_200, 1_300)),
            ),
            attempt(3, "a", call(4, GetId, 1_600, 3_000)),
        ];

        let timeline = Timeline::new(TimeBase::Real, calls);

        assert!(timeline.has_retries());
        expect![[r#"
            timeline (real time, 2.0s in total):
                #1  GetId                      attempt 1  fault "first two"  [=                      ]  100ms
                #3    GetId                    attempt 2  fault "first two"  [  =                    ]  100ms
                #4    GetId                    attempt 3  ok                 [      =================]  1.4s
                #2  GetCredentialsForIdentity  attempt 1  ok                 [=====                  ]  450ms
        "#]].assert_eq(&timeline.to_string());
    }

    #[test]
    fn of_many_calls_the_first_and_the_newest_are_shown() {
        let timeline = |calls: usize| {
            let numbers = 1..=calls;
            let timed = |number| call(number, Operation::GetId, number as u64, number as u64);
            Timeline::of_log(
                TimeBase::Real,
                numbers.collect::<Vec<_>>().into_iter(),
                timed,
            )
        };
        let numbers = |timeline: &Timeline| -> Vec<usize> {
            let rows = timeline.rows.iter();
            rows.map(|row| row.call.call.number).collect()
        };

        let (all, many) = (timeline(500), timeline(501));

        assert_eq!(numbers(&all), (1..=500).collect::<Vec<_>>());
        assert!(
            all.to_string()
                .starts_with("timeline (real time, 499ms in total):\n")
        );
        let expected: Vec<usize> = (1..=100).chain(102..=501).collect();
        assert_eq!(numbers(&many), expected);
        expect![
            "timeline (real time, 500ms in total; the first 100 and the newest 400 of 501 calls):"
        ]
        .assert_eq(many.to_string().lines().next().unwrap());
    }

    #[test]
    fn every_way_a_call_ends_is_visible() {
        use Operation::{GetId, GetOpenIdToken, ListIdentities};
        let given_up = TimedCall {
            completion: Some(TimedCompletion {
                at: Duration::from_secs(30),
                aborted: true,
            }),
            ..call(2, GetOpenIdToken, 10_000, 0)
        };
        let open = TimedCall {
            completion: None,
            call: LoggedCall {
                outcome: Some(Outcome::Dropped),
                fault: Some(FaultName::Numbered(2)),
                ..call(3, ListIdentities, 0, 0).call
            },
            ..call(3, ListIdentities, 20_000, 0)
        };
        let slow = TimedCall {
            call: LoggedCall {
                fault: Some(named("a delay with a very long name indeed")),
                ..call(4, GetId, 0, 0).call
            },
            ..call(4, GetId, 25_000, 40_000)
        };
        let unrecognized = TimedCall {
            call: LoggedCall {
                subject: Subject::Unrecognized(UnrecognizedRequest {
                    method: "POST".to_owned(),
                    path: "/".to_owned(),
                    target: Some(UnrecognizedTarget::AmzTarget(
                        "DynamoDB_20120810.PutItem".to_owned(),
                    )),
                }),
                outcome: Some(Outcome::Error(ServiceError::silent(
                    "UnknownOperationException",
                ))),
                ..call(5, GetId, 0, 0).call
            },
            ..call(5, GetId, 40_000, 40_000)
        };

        let timeline = Timeline::new(
            TimeBase::Mock,
            [call(1, GetId, 0, 0), given_up, open, slow, unrecognized],
        );

        assert!(!timeline.has_retries());
        expect![[r#"
            timeline (mock clock and injected delays, 40.0s in total):
                #1  GetId                                 attempt 1  ok                              [=                   ]  0ms
                #2  GetOpenIdToken                        attempt 1  ok                              [     =========x     ]  20.0s+
                #3  ListIdentities                        attempt 1  fault #2                        [          =========>]  in flight
                #4  GetId                                 attempt 1  ok, fault "a delay with a ver…  [            ========]  15.0s
                #5  POST /  x-amz-target: DynamoDB_2012…             UnknownOperationException       [                   =]  0ms
        "#]].assert_eq(&timeline.to_string());
    }

    #[test]
    fn a_call_that_takes_no_time_still_has_a_bar() {
        let calls = [1, 2].map(|number| call(number, Operation::GetId, 70, 70));

        expect![[r#"
            timeline (mock clock and injected delays, 0ms in total):
                #1  GetId  attempt 1  ok  [=                                                         ]  0ms
                #2  GetId  attempt 1  ok  [=                                                         ]  0ms
        "#]].assert_eq(&Timeline::new(TimeBase::Mock, calls).to_string());
    }

    #[test]
    fn the_longest_names_leave_room_for_a_bar() {
        let operation = Operation::GetOpenIdTokenForDeveloperIdentity;
        let name = named("AWS has a bad day in us-east-1");
        let calls = [throttled(name, call(1_000, operation, 0, 7_265_000))];

        expect![[r#"
            timeline (mock clock and injected delays, 2h 1m in total):
                #1000  GetOpenIdTokenForDeveloperIdentity  attempt 1  fault "AWS has a bad day in u…  [====================]  2h 1m
        "#]].assert_eq(&Timeline::new(TimeBase::Mock, calls).to_string());
    }

    #[test]
    fn no_calls() {
        let timeline = Timeline::new(TimeBase::Real, []);

        assert_eq!(timeline.to_string(), "timeline: no calls\n");
    }

    #[test]
    fn durations_are_short() {
        let texts = [0, 999, 1_000, 59_999, 61_000, 3_599_000, 90_061_000]
            .map(|millis| ShortDuration(Duration::from_millis(millis)).to_string());

        assert_eq!(
            texts,
            [
                "0ms", "999ms", "1.0s", "59.9s", "1m 1s", "59m 59s", "25h 1m"
            ]
        );
    }
}
