//! The request rates that AWS publishes, enforced if the mock was built with `Builder::aws_quotas`.
//!
//! They are part of the mock and not faults of a test: they are neither injected nor cleared, and
//! verification does not expect them to be reached. [`Quotas`] is behind the mock's one lock and
//! reads no clock: callers pass the mock's time.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::operation::Operation;
use crate::sliding_window::Window;

/// The length of the window in which a request rate counts calls.
const WINDOW: Duration = Duration::from_secs(1);

/// How many calls per second AWS allows for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    operation: Operation,
    per_second: u32,
}

impl Rate {
    // AWS [QUOTA3]: the default quotas, per account, Region and operation; none are published for
    // the other operations. <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
    fn of(operation: Operation) -> Option<Self> {
        use Operation as O;
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "no rate is published for the others"
        )]
        let per_second = match operation {
            O::GetId => 25,
            O::GetOpenIdToken | O::GetCredentialsForIdentity => 200,
            O::GetOpenIdTokenForDeveloperIdentity => 50,
            O::ListIdentities | O::TagResource | O::UntagResource => 5,
            O::DeleteIdentities | O::ListTagsForResource => 10,
            _ => return None,
        };
        Some(Self {
            operation,
            per_second,
        })
    }
}

/// The text in [`Call::fault`](crate::Call::fault).
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            per_second,
        } = self;
        write!(f, "aws quota: {operation} {per_second} per second")
    }
}

/// How much of each request rate the account has used.
#[derive(Debug)]
pub(super) struct Quotas {
    enforced: bool,
    /// The calls by Region and operation.
    // AWS [QUOTA4]: each Region has quotas of its own.
    used: BTreeMap<(String, Operation), Window>,
}

impl Quotas {
    pub(super) fn new(enforced: bool) -> Self {
        Self {
            enforced,
            used: BTreeMap::new(),
        }
    }

    /// Records a call to this Region, or returns the rate that it would exceed.
    // Approximation [Q56]: a sliding window. AWS does not publish how it counts and what bursts it
    // allows.
    pub(super) fn charge(
        &mut self,
        operation: Operation,
        region: &str,
        now: SystemTime,
    ) -> Option<Rate> {
        if !self.enforced {
            return None;
        }
        let rate = Rate::of(operation)?;
        let used = self.used.entry((region.to_owned(), rate.operation));
        let window = used.or_default();
        (!window.try_accept(rate.per_second, WINDOW, now)).then_some(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "us-east-1";

    /// How many of 300 calls at the same time are within the rate.
    fn let_in(quotas: &mut Quotas, operation: Operation, region: &str, now: SystemTime) -> usize {
        let calls = (0..300).filter(|_| quotas.charge(operation, region, now).is_none());
        calls.count()
    }

    #[test]
    fn each_operation_has_its_own_rate_which_is_available_again_a_second_later() {
        let mut quotas = Quotas::new(true);
        let mut let_in = |operation, time| let_in(&mut quotas, operation, HOME, time);
        let now = SystemTime::UNIX_EPOCH;

        assert_eq!(let_in(Operation::GetId, now), 25);
        assert_eq!(let_in(Operation::ListIdentities, now), 5);
        assert_eq!(let_in(Operation::ListIdentities, now + WINDOW / 2), 0);
        assert_eq!(let_in(Operation::ListIdentities, now + WINDOW), 5);
    }

    #[test]
    fn regions_do_not_share_a_quota() {
        let mut quotas = Quotas::new(true);
        let now = SystemTime::UNIX_EPOCH;

        for region in [HOME, "eu-west-1"] {
            let calls = let_in(&mut quotas, Operation::ListIdentities, region, now);
            assert_eq!(calls, 5, "{region}");
        }
    }

    #[test]
    fn an_operation_without_a_published_rate_has_no_limit() {
        let mut quotas = Quotas::new(true);
        let describe = Operation::DescribeIdentityPool;

        assert_eq!(
            let_in(&mut quotas, describe, HOME, SystemTime::UNIX_EPOCH),
            300
        );
    }

    #[test]
    fn quotas_are_not_enforced_by_default() {
        let mut quotas = Quotas::new(false);

        let calls = let_in(
            &mut quotas,
            Operation::ListIdentities,
            HOME,
            SystemTime::UNIX_EPOCH,
        );

        assert_eq!(calls, 300);
        assert!(quotas.used.is_empty());
    }

    #[test]
    fn the_text_of_a_rate_names_operation_and_number() {
        let rate = Rate::of(Operation::GetId).unwrap();

        assert_eq!(rate.to_string(), "aws quota: GetId 25 per second");
    }
}
