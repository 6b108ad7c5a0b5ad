//! The faults that did not fire as expected, and why: the section of a verification report that
//! tests of error handling need most.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::assertions::OTHER_CLIENT;
use super::attempts::{Attempts, RETRIES};
use super::layout::{INDENT, Table};
use super::similar_operation::{Called, did_you_mean, similar_operation};
use crate::faults::{Counters, Unmet};
use crate::fields::Fields;
use crate::operation::Operation;
use crate::redact::one_line;
use crate::times::{Times, counted};

/// A fault that did not fire as expected, and what the log knows about the calls it could have
/// applied to: those to its operations.
#[derive(Clone, Debug)]
pub(crate) struct UnmetFault {
    pub(crate) unmet: Unmet,
    /// The input of the last call that its predicate did not match, unless it was evicted.
    pub(crate) last_unmatched: Option<Fields>,
    /// The calls before it was injected.
    pub(crate) earlier: Option<EarlierCalls>,
    /// The number of calls that no fault applies to, because their signature or body is invalid.
    pub(crate) rejected_at_once: u64,
    /// The calls since it was injected.
    pub(crate) attempts: Attempts,
    /// All operations that were called.
    pub(crate) called: Vec<Called>,
    /// Whether its guard was dropped and no request was received while the guard lived.
    pub(crate) guard_saw_no_request: bool,
}

/// The calls that came before a fault was injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EarlierCalls {
    pub(crate) count: u64,
    /// The number of the last one.
    pub(crate) last: usize,
}

/// Why a fault did not fire as expected.
enum Reason {
    RefusesConnections,
    /// Its guard lived for no request.
    GuardSawNoRequest,
    /// All calls came before it.
    InjectedTooLate(EarlierCalls),
    /// No call got as far as the faults.
    RejectedAtOnce,
    /// Its operations were not called at all; a similar one may have been.
    NotCalled(Option<Called>),
    /// Its predicate matched no call.
    NotMatched,
    /// It applied to some calls and not to others.
    Counted,
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
        for line in fault.explanation().lines() {
            let _ = writeln!(text, "{INDENT}{line}");
        }
    }
    Some(text)
}

/// What to do about the faults, each advice once. `nothing_received` says that no request was
/// received at all, and `in_drop` that a `Drop` reports the faults in a test that has not failed
/// yet.
pub(super) fn help_for_faults(
    faults: &[UnmetFault],
    nothing_received: bool,
    in_drop: bool,
) -> Vec<&'static str> {
    let mut help = Vec::new();
    for fault in faults {
        let reason = fault.reason();
        let of_fault = fault.help(&reason, in_drop);
        let is_uncalled = match reason {
            Reason::NotCalled(_) => true,
            // A guard that was dropped at once explains by itself that it saw no call.
            Reason::GuardSawNoRequest => of_fault.is_none(),
            Reason::RefusesConnections
            | Reason::InjectedTooLate(_)
            | Reason::RejectedAtOnce
            | Reason::NotMatched
            | Reason::Counted => false,
        };
        let of_client = (nothing_received && is_uncalled).then_some(OTHER_CLIENT);
        // Where nothing was received, it is the better advice.
        let of_fault = of_fault.filter(|advice| *advice != OPTIONAL || of_client.is_none());
        for advice in of_fault.into_iter().chain(of_client) {
            if !help.contains(&advice) {
                help.push(advice);
            }
        }
    }
    help
}

fn expectation(expected: &Times) -> String {
    if *expected == Times::NEVER {
        "expected never to fire".to_owned()
    } else {
        format!("expected to fire {expected}")
    }
}

impl UnmetFault {
    fn reason(&self) -> Reason {
        let counters = &self.unmet.counters;
        if self.unmet.refuses_connections() {
            return Reason::RefusesConnections;
        }
        match (counters.received(), self.earlier) {
            (0, _) if self.guard_saw_no_request => Reason::GuardSawNoRequest,
            (0, _) if self.rejected_at_once > 0 => Reason::RejectedAtOnce,
            (0, Some(earlier)) => Reason::InjectedTooLate(earlier),
            (0, None) => {
                let operations: Vec<_> = self.unmet.operations().collect();
                Reason::NotCalled(similar_operation(&operations, &self.called))
            }
            (received, _) if received == counters.not_matched => Reason::NotMatched,
            _ => Reason::Counted,
        }
    }

    /// Why the fault fired too rarely or too often, in lines without indentation.
    fn explanation(&self) -> String {
        let calls = |n| CallsTo {
            n,
            operations: self.unmet.operations().map(Operation::name).collect(),
        };
        let none = calls(0);
        let received = calls(self.unmet.counters.received());
        let mut text = match self.reason() {
            Reason::RefusesConnections => {
                return "refused connections are counted only in memory; over TCP the mock never \
                        sees them"
                    .to_owned();
            }
            Reason::GuardSawNoRequest => {
                return "no call was received while its guard lived".to_owned();
            }
            Reason::InjectedTooLate(EarlierCalls { last, .. }) => {
                return format!(
                    "no {none} was received after the fault was injected\n\
                     it was injected after call #{last}, the last {none}"
                );
            }
            Reason::RejectedAtOnce => {
                return format!(
                    "{} received and rejected at once, before any fault applies",
                    calls(self.rejected_at_once)
                );
            }
            Reason::NotCalled(None) => return format!("no {none} was received"),
            Reason::NotCalled(Some(other)) => {
                return format!("no {none} was received; {}", did_you_mean(other));
            }
            Reason::NotMatched => self.unmatched(&received),
            Reason::Counted => {
                let mut text = self.counts(&received);
                if self.is_about_retries() {
                    let _ = writeln!(text, "{}: {RETRIES}", self.attempts);
                }
                text
            }
        };
        if let Some(EarlierCalls { count, last }) = self.earlier
            && self.unmet.fired_too_rarely()
        {
            let _ = match count {
                1 => writeln!(text, "1 more call (#{last}) came before it was injected"),
                n => writeln!(
                    text,
                    "{n} more calls (the last is #{last}) came before it was injected"
                ),
            };
        }
        text
    }

    /// The last input that the predicate did not match.
    fn unmatched(&self, received: &CallsTo) -> String {
        let (matched, which) = match received.n {
            1 => ("did not match it", "Its input was"),
            _ => ("matched none of them", "The last input was"),
        };
        let text = format!("{received} received; the predicate {matched}.");
        match &self.last_unmatched {
            Some(input) => format!("{text} {which}:\n{}", Table(input)),
            None => text + "\n",
        }
    }

    /// What happened to the calls, unless all of them triggered the fault.
    fn counts(&self, received: &CallsTo) -> String {
        let counters = &self.unmet.counters;
        if received.n == counters.fired {
            return String::new();
        }
        let limit = self.unmet.rate_limit();
        let happened = what_happened(counters, limit).join(", ");
        format!("{received} received: {happened}\n")
    }

    /// Whether the fault fired for retries of the SDK, so that its number may surprise.
    fn is_about_retries(&self) -> bool {
        let counters = &self.unmet.counters;
        let all_are_known = self.attempts.calls() == counters.received();
        counters.fired > 0 && all_are_known && self.attempts.has_retries()
    }

    /// What to do about it, if anything can be said.
    fn help(&self, reason: &Reason, in_drop: bool) -> Option<&'static str> {
        let optional = self.may_be_optional().then_some(OPTIONAL);
        match reason {
            // A guard that drops during a panic was bound to a variable.
            Reason::GuardSawNoRequest => in_drop.then_some(
                "bind the guard to a variable that lives as long as the fault is needed: \
                 `let _guard = ..`.\n      \
                 `let _ = ..` drops it at once.",
            ),
            Reason::InjectedTooLate(_) => Some(
                "a fault applies only to calls after its injection: inject it before the code \
                 under test makes them.",
            ),
            Reason::Counted if self.is_about_retries() && !self.unmet.fired_too_rarely() => Some(
                "a fault fires for each attempt. To have no retries, give the client a \
                 `RetryConfig::disabled()`.",
            ),
            Reason::Counted if self.is_outranked() => Some(
                "an earlier fault answers the calls that both match: limit it with \
                 `up_to_n_times`, or inject it after this one.",
            ),
            Reason::NotCalled(None) | Reason::Counted => optional,
            // The explanation says enough.
            Reason::RefusesConnections
            | Reason::RejectedAtOnce
            | Reason::NotCalled(Some(_))
            | Reason::NotMatched => None,
        }
    }

    fn is_outranked(&self) -> bool {
        self.unmet.fired_too_rarely() && self.unmet.counters.outranked > 0
    }

    /// Whether it must fire only because nobody has said how often.
    fn may_be_optional(&self) -> bool {
        self.unmet.by_default() && self.unmet.fired_too_rarely()
    }
}

/// The help where nothing better is known.
pub(super) const OPTIONAL: &str = "if the fault is optional, add `.expect(..)`.";

fn what_happened(counters: &Counters, limit: Option<(u32, Duration)>) -> Vec<String> {
    let was = |n: u64, what: &str| format!("{n} {} {what}", if n == 1 { "was" } else { "were" });
    let within = limit.map(|(n, per)| {
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
    let happened = counts.into_iter().filter(|(n, _)| *n > 0);
    happened.map(|(_, what)| what).collect()
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
    use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityInput;
    use expect_test::expect;

    use super::super::test_support::{Mock, without_places};
    use super::super::verification::verification;
    use crate::call::Outcome;
    use crate::faults::Fault;
    use crate::operation::{Operation, Request};

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
                #4  GetId  attempt 1  → ok   (fault #2)
            help: an earlier fault answers the calls that both match: limit it with `up_to_n_times`, or inject it after this one."#]]);
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

    fn get_credentials() -> Request {
        let input = GetCredentialsForIdentityInput::builder().identity_id("i");
        Request::GetCredentialsForIdentity(input.build().unwrap())
    }

    #[test]
    fn a_fault_that_was_injected_too_late() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p", "q"]);
        mock.call(get_credentials(), Outcome::Success);
        mock.inject(Fault::throttle().on(Client::get_id));
        mock.inject(Fault::throttle());

        mock.check(&expect![[r#"
            2 faults did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId
                expected to fire at least once, fired 0 times
                no call to GetId was received after the fault was injected
                it was injected after call #2, the last call to GetId

            fault #2, injected at tests/login.rs:23:12
                throttle on every call
                expected to fire at least once, fired 0 times
                no call was received after the fault was injected
                it was injected after call #3, the last call

            calls received (3):
                #1  GetId                      attempt 1  → ok
                #2  GetId                      attempt 1  → ok
                #3  GetCredentialsForIdentity  attempt 1  → ok
            help: a fault applies only to calls after its injection: inject it before the code under test makes them."#]]);
    }

    #[test]
    fn a_fault_that_was_injected_between_calls() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        mock.inject(Fault::delay(SECOND).on(Client::get_id).expect(2));
        mock.inject(Fault::throttle().when(Client::get_id, |_| false));
        mock.get_ids(&["q"]);

        mock.check(&expect![[r#"
            2 faults did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                delay 1s on GetId
                expected to fire exactly 2 times, fired 1 time
                1 more call (#1) came before it was injected

            fault #2, injected at tests/login.rs:23:12
                throttle on GetId when <predicate>
                expected to fire at least once, fired 0 times
                1 call to GetId was received; the predicate did not match it. Its input was:
                    IdentityPoolId   "q"
                1 more call (#1) came before it was injected

            calls received (2):
                #1  GetId  attempt 1  → ok
                #2  GetId  attempt 1  → ok   (fault #1)"#]]);
    }

    #[test]
    fn a_fault_on_an_operation_beside_the_one_that_was_called() {
        let mut mock = Mock::with([Fault::throttle().on(Client::get_open_id_token)]);
        mock.get_ids(&["p"]);
        mock.call(get_credentials(), Outcome::Success);
        mock.call(get_credentials(), Outcome::Success);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetOpenIdToken
                expected to fire at least once, fired 0 times
                no call to GetOpenIdToken was received; did you mean GetCredentialsForIdentity, which was called twice?

            calls received (3):
                #1  GetId                      attempt 1  → ok
                #2  GetCredentialsForIdentity  attempt 1  → ok
                #3  GetCredentialsForIdentity  attempt 1  → ok"#]]);
    }

    #[test]
    fn a_fault_that_fires_for_retries() {
        let mut mock = Mock::with([Fault::throttle().on(Client::get_id).expect(1)]);
        mock.invocation("a");
        mock.get_ids(&["p", "p", "p"]);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId
                expected to fire exactly once, fired 3 times
                3 calls = 1 invocation × 3 attempts: the SDK's own retries are on

            calls received (3):
                #1  GetId  attempt 1  → ok   (fault #1)
                #2  GetId  attempt 1  → ok   (fault #1)
                #3  GetId  attempt 1  → ok   (fault #1)
            help: a fault fires for each attempt. To have no retries, give the client a `RetryConfig::disabled()`."#]]);
    }

    #[test]
    fn a_fault_behind_another_one() {
        let mut mock = Mock::with([Fault::throttle(), Fault::hang().on(Client::get_id)]);
        mock.get_ids(&["p"]);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault #2, injected at tests/login.rs:23:12
                hang on GetId
                expected to fire at least once, fired 0 times
                1 call to GetId was received: 1 was answered by an earlier fault

            calls received (1):
                #1  GetId  attempt 1  → ok   (fault #1)
            help: an earlier fault answers the calls that both match: limit it with `up_to_n_times`, or inject it after this one."#]]);
    }

    #[test]
    fn a_call_that_is_rejected_at_once() {
        let mut mock = Mock::with([Fault::throttle().on(Client::get_id)]);
        mock.undecodable(Operation::GetId);

        let report = mock.report(false).unwrap();

        let explanation =
            "    1 call to GetId was received and rejected at once, before any fault applies\n";
        assert!(report.contains(explanation), "{report}");
        assert!(!report.contains("help:"), "{report}");
    }

    #[test]
    fn no_request_was_received_at_all() {
        let mock = Mock::with([Fault::throttle().on(Client::get_id)]);

        mock.check(&expect![[r#"
            1 fault did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId
                expected to fire at least once, fired 0 times
                no call to GetId was received

            calls received (0): none. The mock is in memory and has no address.
            help: does the code under test use the client of this mock? See `MockCognitoIdentity::client`."#]]);
    }

    #[test]
    fn a_guard_that_is_dropped_at_once() {
        let mut mock = Mock::with([]);
        mock.get_ids(&["p"]);
        mock.inject(Fault::throttle().on(Client::get_id));
        let mut facts = mock.facts();
        facts.faults[0].guard_saw_no_request = true;

        let (in_drop, in_panic) = (verification(&facts, true), verification(&facts, false));

        expect![[r#"
            1 fault did not fire as expected

            fault #1, injected at tests/login.rs:23:12
                throttle on GetId
                expected to fire at least once, fired 0 times
                no call was received while its guard lived

            calls received (1):
                #1  GetId  attempt 1  → ok
            help: bind the guard to a variable that lives as long as the fault is needed: `let _guard = ..`.
                  `let _ = ..` drops it at once."#]].assert_eq(&without_places(&in_drop.unwrap()));
        // A guard that is dropped during a panic was bound.
        assert!(!in_panic.unwrap().contains("help:"));
    }
}
