//! Amazon Resource Names: parsing them, and those of pools, roles and callers.

use super::region::partition;

/// The parts of `arn:<partition>:<service>:<region>:<account>:<resource>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    /// Empty for global services.
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    /// Everything after the account. It may contain colons.
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// What follows `<kind>/` if this is an IAM resource of that kind: its path and name, or an
    /// empty text if both are missing.
    pub(super) fn iam_name(&self, kind: &str) -> Option<&'a str> {
        let name = self.resource.strip_prefix(kind)?.strip_prefix('/')?;
        (self.service == "iam").then_some(name)
    }

    /// Whether this is an IAM resource of that kind which belongs to the account, in the partition
    /// of the Region.
    pub(super) fn is_own_iam_resource(&self, kind: &str, region: &str, account_id: &str) -> bool {
        self.partition == partition(region)
            && self.region.is_empty()
            && self.account == account_id
            && self.iam_name(kind).is_some_and(|name| !name.is_empty())
    }

    /// The name of a role without its path, if this is the ARN of a role.
    pub(super) fn role_name(&self) -> Option<&'a str> {
        let name = self.iam_name("role")?.rsplit('/').next()?;
        (!name.is_empty()).then_some(name)
    }
}

/// The ARN of the user who signs calls with credentials that the mock did not issue. The mock knows
/// no users, so there is one for all of them.
pub(super) fn user_arn(region: &str, account_id: &str) -> String {
    let partition = partition(region);
    format!("arn:{partition}:iam::{account_id}:user/mock")
}

/// The ARN of a pool.
pub(crate) fn pool_arn(region: &str, account_id: &str, pool_id: &str) -> String {
    let partition = partition(region);
    format!("arn:{partition}:cognito-identity:{region}:{account_id}:identitypool/{pool_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_of_an_arn_may_contain_colons() {
        assert_eq!(
            Arn::parse("arn:aws:s:r:a:kind/x:y"),
            Some(Arn {
                partition: "aws",
                service: "s",
                region: "r",
                account: "a",
                resource: "kind/x:y",
            })
        );
        assert_eq!(Arn::parse("arn:aws:s:r:a"), None);
        assert_eq!(Arn::parse("urn:aws:s:r:a:b"), None);
    }

    #[test]
    fn an_own_iam_resource_has_the_account_the_partition_the_kind_and_a_name() {
        let is_own = |arn: &str| {
            Arn::parse(arn)
                .is_some_and(|arn| arn.is_own_iam_resource("role", "us-east-1", "123456789012"))
        };

        assert!(is_own("arn:aws:iam::123456789012:role/reader"));
        assert!(is_own("arn:aws:iam::123456789012:role/path/reader"));
        for arn in [
            "reader",
            "arn:aws:iam::999999999999:role/reader",
            "arn:aws-cn:iam::123456789012:role/reader",
            "arn:aws:iam::123456789012:user/reader",
            "arn:aws:s3::123456789012:role/reader",
            "arn:aws:iam:us-east-1:123456789012:role/reader",
            "arn:aws:iam::123456789012:role-reader",
            "arn:aws:iam::123456789012:role/",
        ] {
            assert!(!is_own(arn), "{arn}");
        }
    }

    #[test]
    fn the_name_of_a_role_has_no_path() {
        let role_name = |arn| Arn::parse(arn).unwrap().role_name();

        assert_eq!(role_name("arn:aws:iam::1:role/reader"), Some("reader"));
        assert_eq!(role_name("arn:aws:iam::1:role/a/b/reader"), Some("reader"));
        assert_eq!(role_name("arn:aws:iam::1:role/a/"), None);
        assert_eq!(role_name("arn:aws:iam::1:user/reader"), None);
        assert_eq!(role_name("arn:aws:s3::1:role/reader"), None);
    }
}
