//! The request rates that AWS publishes, enforced if the mock was built so.
//!
//! They belong to the mock and not to the faults of a test: nobody injects or clears them, and
//! none has to be met. Lives under the mock's one lock and asks for no time.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::operation::{Operation, Request};
use crate::sliding_window::Window;

/// What quotas of request rates count by.
const WINDOW: Duration = Duration::from_secs(1);

/// How often an operation may be called in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    operation: Operation,
    per_second: u32,
}

impl Rate {
    /// AWS: the default quotas, per account, Region and operation; for the others none are
    /// published. <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
    fn of(operation: Operation) -> Option<Self> {
        use Operation as O;
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "nothing is published for the others"
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

/// As in [`Call::fault`](crate::Call::fault).
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            per_second,
        } = self;
        write!(f, "aws quota: {operation} {per_second} per second")
    }
}

/// How much of its quotas the account has used.
#[derive(Debug)]
pub(super) struct Quotas {
    enforced: bool,
    /// By Region. AWS: each has quotas of its own.
    used: BTreeMap<(String, Operation), Window>,
}

impl Quotas {
    pub(super) fn new(enforced: bool) -> Self {
        Self {
            enforced,
            used: BTreeMap::new(),
        }
    }

    /// Counts a call, unless it is one too many: then the rate that it exceeds is the answer.
    /// `region` is the one of the signature, or of the mock without any.
    ///
    /// Approximation: a sliding window. How AWS counts, and what bursts it allows, is not
    /// published.
    pub(super) fn charge(
        &mut self,
        request: &Request,
        region: &str,
        now: SystemTime,
    ) -> Option<Rate> {
        if !self.enforced {
            return None;
        }
        let rate = Rate::of(request.operation())?;
        let region = named_region(request).unwrap_or(region).to_owned();
        let window = self.used.entry((region, rate.operation)).or_default();
        (!window.lets_in(rate.per_second, WINDOW, now)).then_some(rate)
    }
}

/// The Region in front of the id that a public operation names. Those carry no other.
fn named_region(request: &Request) -> Option<&str> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only the public operations are told by an id"
    )]
    let id = match request {
        Request::GetId(input) => input.identity_pool_id(),
        Request::GetCredentialsForIdentity(input) => input.identity_id(),
        Request::GetOpenIdToken(input) => input.identity_id(),
        Request::UnlinkIdentity(input) => input.identity_id(),
        _ => None,
    };
    Some(id?.split_once(':')?.0)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;

    use super::*;

    const HOME: &str = "us-east-1";

    fn get_id(pool: &str) -> Request {
        let input = GetIdInput::builder().identity_pool_id(pool).build();
        Request::GetId(input.unwrap())
    }

    fn list_identities() -> Request {
        Request::ListIdentities(ListIdentitiesInput::builder().build().unwrap())
    }

    /// How many of 300 calls at one moment are let in.
    fn let_in(quotas: &mut Quotas, request: &Request, region: &str, now: SystemTime) -> usize {
        let calls = (0..300).filter(|_| quotas.charge(request, region, now).is_none());
        calls.count()
    }

    #[test]
    fn each_operation_has_its_own_rate_and_a_second_later_it_is_there_again() {
        let mut quotas = Quotas::new(true);
        let now = SystemTime::UNIX_EPOCH;

        assert_eq!(let_in(&mut quotas, &get_id("us-east-1:1"), HOME, now), 25);
        assert_eq!(let_in(&mut quotas, &list_identities(), HOME, now), 5);
        assert_eq!(
            let_in(&mut quotas, &list_identities(), HOME, now + WINDOW / 2),
            0
        );
        assert_eq!(
            let_in(&mut quotas, &list_identities(), HOME, now + WINDOW),
            5
        );
    }

    #[test]
    fn regions_do_not_share_a_quota() {
        let mut quotas = Quotas::new(true);
        let now = SystemTime::UNIX_EPOCH;

        assert_eq!(let_in(&mut quotas, &list_identities(), HOME, now), 5);
        assert_eq!(let_in(&mut quotas, &list_identities(), "eu-west-1", now), 5);
        // A public operation is of the Region that its id names.
        assert_eq!(let_in(&mut quotas, &get_id("us-east-1:1"), HOME, now), 25);
        assert_eq!(let_in(&mut quotas, &get_id("eu-west-1:1"), HOME, now), 25);
        assert_eq!(
            let_in(&mut quotas, &get_id("eu-west-1:2"), "eu-west-1", now),
            0
        );
    }

    #[test]
    fn what_has_no_published_rate_has_no_limit() {
        let mut quotas = Quotas::new(true);
        let input = DescribeIdentityPoolInput::builder().build().unwrap();
        let request = Request::DescribeIdentityPool(input);

        assert_eq!(
            let_in(&mut quotas, &request, HOME, SystemTime::UNIX_EPOCH),
            300
        );
    }

    #[test]
    fn quotas_are_off_unless_asked_for() {
        let mut quotas = Quotas::new(false);

        let calls = let_in(
            &mut quotas,
            &list_identities(),
            HOME,
            SystemTime::UNIX_EPOCH,
        );

        assert_eq!(calls, 300);
        assert!(quotas.used.is_empty());
    }

    #[test]
    fn a_rate_is_named_in_words() {
        let rate = Rate::of(Operation::GetId).unwrap();

        assert_eq!(rate.to_string(), "aws quota: GetId 25 per second");
    }
}
