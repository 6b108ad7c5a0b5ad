//! The faults that did not fire as expected, and why: the section of a verification report that
//! tests of error handling need most.

use std::fmt::{self, Write as _};

use super::layout::{INDENT, Table};
use crate::faults::Unmet;
use crate::fields::Fields;
use crate::operation::Operation;
use crate::redact::one_line;
use crate::times::{Times, counted};

/// A fault that did not fire as expected, and what the log knows about the calls it could have
/// applied to.
#[derive(Clone, Debug)]
pub(crate) struct UnmetFault {
    pub(crate) unmet: Unmet,
    /// The input of the last call that its predicate did not match, unless it was evicted.
    pub(crate) last_unmatched: Option<Fields>,
    /// Whether its operations were called before it was injected.
    pub(crate) called_before: bool,
}

/// A headline and a paragraph for each fault.
pub(super) fn unmet_faults(faults: &[UnmetFault]) -> Option<String> {
    let mut text = match faults.len() {
        0 => return None,
        1 => "1 fault did not fire as expected\n".to_owned(),
        n => format!("{n} faults did not fire as expected\n"),
    };
    for fault in faults {
        let Unmet {
            fault: injected, ..
        } = &fault.unmet;
        let _ = writeln!(
            text,
            "\n{}, injected at {}\n{INDENT}{}\n{INDENT}{}, fired {}",
            injected.name(),
            injected.injected(),
            one_line(&fault.unmet.description()),
            expectation(&injected.expected()),
            counted(fault.unmet.counters.fired, "time")
        );
        text.push_str(&explanation(fault));
    }
    Some(text)
}

fn expectation(expected: &Times) -> String {
    if *expected == Times::NEVER {
        "expected never to fire".to_owned()
    } else {
        format!("expected to fire {expected}")
    }
}

/// Why the fault fired too rarely or too often: what happened to the calls to its operations.
fn explanation(fault: &UnmetFault) -> String {
    let unmet = &fault.unmet;
    let counters = &unmet.counters;
    if unmet.refuses_connections() {
        return format!(
            "{INDENT}refused connections are counted only in memory; over TCP the mock never sees them\n"
        );
    }
    let calls = CallsTo {
        n: counters.received(),
        operations: unmet.operations().map(Operation::name).collect(),
    };
    if calls.n == 0 {
        let since = if fault.called_before {
            " after the fault was injected"
        } else {
            ""
        };
        return format!("{INDENT}no {calls} was received{since}\n");
    }
    if calls.n == counters.not_matched {
        let (matched, which) = match calls.n {
            1 => ("did not match it", "Its input was"),
            _ => ("matched none of them", "The last input was"),
        };
        let mut text = format!("{INDENT}{calls} received; the predicate {matched}.");
        if let Some(input) = &fault.last_unmatched {
            let _ = writeln!(text, " {which}:");
            for line in Table(input).to_string().lines() {
                let _ = writeln!(text, "{INDENT}{line}");
            }
        } else {
            text.push('\n');
        }
        return text;
    }
    if calls.n == counters.fired {
        return String::new();
    }
    let was = |n: u64, what: &str| format!("{n} {} {what}", if n == 1 { "was" } else { "were" });
    let within = unmet.rate_limit().map(|(n, per)| {
        let within = format!("within the limit of {n} per {per:?}");
        was(counters.within_limit, &within)
    });
    let counts = [
        (counters.fired, format!("{} triggered it", counters.fired)),
        (
            counters.not_matched,
            was(counters.not_matched, "not matched by the predicate"),
        ),
        (
            counters.let_through,
            was(counters.let_through, "let through by `after_n_calls`"),
        ),
        (
            counters.used_up,
            format!(
                "{} came after the last of `up_to_n_times`",
                counters.used_up
            ),
        ),
        (
            counters.not_drawn,
            was(counters.not_drawn, "not drawn by `with_probability`"),
        ),
        (counters.within_limit, within.unwrap_or_default()),
        (
            counters.outranked,
            was(counters.outranked, "answered by an earlier fault"),
        ),
    ];
    let happened = counts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(_, what)| what);
    let happened = happened.collect::<Vec<_>>().join(", ");
    format!("{INDENT}{calls} received: {happened}\n")
}

/// `3 calls to GetId were`, `1 call was`, and after "no": `call to GetId or GetOpenIdToken`.
struct CallsTo {
    n: u64,
    operations: Vec<&'static str>,
}

impl fmt::Display for CallsTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.n {
            0 => f.write_str("call")?,
            n => f.write_str(&counted(n, "call"))?,
        }
        if !self.operations.is_empty() {
            write!(f, " to {}", self.operations.join(" or "))?;
        }
        match self.n {
            0 => Ok(()),
            1 => f.write_str(" was"),
            _ => f.write_str(" were"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_cognitoidentity::Client;
    use expect_test::expect;

    use super::super::test_support::Mock;
    use crate::faults::Fault;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_fault_whose_operation_was_not_called() {
        let mut mock = Mock::with([Fault::throttle()
            .on(Client::get_open_id_token)
            .named("token throttle")]);
        mock.get_ids(&["p", "q"]);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault "token throttle", injected at tests/login.rs:23:12
                throttle on GetOpenIdToken
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok
            help: if the fault is optional, add `.expect(..)`."#]]);
    }

    #[test]
    fn what_happened_to_the_calls_that_did_not_trigger_a_fault() {
        let mut mock = Mock::with([
            Fault::throttle()
                .on(Client::get_id)
                .after_n_calls(1)
                .up_to_n_times(2)
                .expect(3..=4),
            Fault::hang()
                .on(Client::get_id)
                .on(Client::get_open_id_token)
                .expect(2),
            Fault::rate_limit(9, SECOND).expect(1),
            Fault::internal_error().with_probability(0.0).expect(1..),
            Fault::delay(SECOND)
                .when(Client::get_id, |i| i.identity_pool_id() == Some("p"))
                .expect(0),
            Fault::delay(SECOND).expect(..2),
        ]);
        mock.get_ids(&["p", "q", "r", "s"]);

        mock.check(&expect![[r#"
            5 faults did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId, up to 2 times, after 1 call
                expected to fire between 3 and 4 times, fired 2 times
                4 calls to GetId were received: 2 triggered it, 1 was let through by `after_n_calls`, 1 came after the last of `up_to_n_times`

            fault #3, injected at tests/login.rs:23:12
                rate_limit 9 per 1s on every call
                expected to fire exactly once, fired 0 times
                4 calls were received: 4 were answered by an earlier fault

            fault #4, injected at tests/login.rs:23:12
                internal_error on every call, with probability 0 (seed 42)
                expected to fire at least once, fired 0 times
                4 calls were received: 4 were not drawn by `with_probability`

            fault #5, injected at tests/login.rs:23:12
                delay 1s on GetId when <predicate>
                expected never to fire, fired 1 time
                4 calls to GetId were received: 1 triggered it, 3 were not matched by the predicate

            fault #6, injected at tests/login.rs:23:12
                delay 1s on every call
                expected to fire at most once, fired 4 times

            calls received (4):
                #1  GetId  attempt 1  → ok   (fault #2)
                #2  GetId  attempt 1  → ok   (fault #1)
                #3  GetId  attempt 1  → ok   (fault #1)
                #4  GetId  attempt 1  → ok   (fault #2)"#]]);
    }

    #[test]
    fn calls_within_a_rate_limit() {
        let mut mock = Mock::with([Fault::rate_limit(2, SECOND).expect(5)]);
        mock.get_ids(&["p", "q", "r"]);

        let report = mock.report(false).unwrap();

        let explanation =
            "    3 calls were received: 1 triggered it, 2 were within the limit of 2 per 1s\n";
        assert!(report.contains(explanation), "{report}");
    }

    #[test]
    fn refused_connections() {
        let mut mock = Mock::with([
            Fault::refuse_connections(),
            Fault::refuse_connections().expect(1),
        ]);
        mock.get_ids(&["p"]);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault #2, injected at tests/login.rs:23:12
                refuse_connections
                expected to fire exactly once, fired 0 times
                refused connections are counted only in memory; over TCP the mock never sees them

            calls received (1):
                #1  GetId  attempt 1  → ok"#]]);
    }

    #[test]
    fn calls_before_the_injection_are_mentioned() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        mock.inject(Fault::throttle().on(Client::get_id));

        let report = mock.report(false).unwrap();

        assert!(report.contains("no call to GetId was received after the fault was injected\n"));
    }
}
