//! Whether a role or a provider is one of the mock's account.

use super::arn::Arn;
use super::context::Context;
use super::explain::{did_you_mean, plain, quoted};
use super::region::partition;

impl Context {
    /// Why a text is not the ARN of an IAM resource of this kind in the mock's account, as an
    /// explanation says it. `None` if it is one.
    pub(super) fn why_not_own(&self, text: &str, kind: &str) -> Option<String> {
        let (account, own_partition) = (self.account_id(), partition(&self.region));
        let Some(arn) = Arn::parse(text) else {
            let form = format!("arn:{own_partition}:iam::{account}:{kind}/<name>");
            return Some(format!("{} is no ARN, such as {form}", quoted(text)));
        };
        if arn.is_own_iam_resource(kind, &self.region, account) {
            return None;
        }
        if arn.account != account {
            let hint = did_you_mean(arn.account, [account]);
            let other = quoted(arn.account);
            return Some(format!(
                "{} is of account {other}; the mock's is {account}{hint}",
                plain(text)
            ));
        }
        if arn.partition != own_partition {
            let (other, region) = (quoted(arn.partition), plain(&self.region));
            return Some(format!(
                "{} is of partition {other}; {region} is in {own_partition}",
                plain(text)
            ));
        }
        Some(format!(
            "{} is not the ARN of a {kind} with a name",
            plain(text)
        ))
    }
}
