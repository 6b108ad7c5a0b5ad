//! Explores an application with three bugs, mends one after the other, and prints the report each
//! time.
//!
//! ```text
//! cargo run --example exploration --features exploration
//! cargo test --example exploration --features exploration
//! ```

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example shows what it does"
)]

use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use mock_cognito_identity::{Exploration, LoginToken, MockCognitoIdentity, PoolSeed, Report};

const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";
const GOOGLE: &str = "accounts.google.com";

/// How many of the bugs are mended, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mended {
    Nothing,
    /// Before, the client waits for ever.
    Timeouts,
    /// Before, an answer without an optional member makes the application panic.
    Panic,
    /// Before, the application remembers a failure and never tries again.
    Cache,
}

/// The application: signs a user in once and remembers the identity.
struct App {
    client: Client,
    token: String,
    cached: Mutex<Option<Result<String, String>>>,
    mended: Mended,
}

impl App {
    fn new(mock: &MockCognitoIdentity, mended: Mended) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(5))
            .operation_timeout(Duration::from_secs(30))
            .build();
        let client = if mended >= Mended::Timeouts {
            Client::from_conf(mock.config().timeout_config(timeouts).build())
        } else {
            mock.client()
        };
        Self {
            client,
            token: mock.issue_login(LoginToken::new(GOOGLE, "alice")),
            cached: Mutex::new(None),
            mended,
        }
    }

    /// The access key of the user.
    async fn access_key(&self) -> Result<String, String> {
        let id = self.identity().await?;
        let call = self.client.get_credentials_for_identity().identity_id(id);
        let answer = call.logins(GOOGLE, &self.token).send().await;
        let credentials = answer.map_err(|error| error.to_string())?.credentials;
        let key = credentials.and_then(|credentials| credentials.access_key_id);
        key.ok_or_else(|| "no key".to_owned())
    }

    async fn identity(&self) -> Result<String, String> {
        let cached = self.cached.lock().unwrap().clone();
        if let Some(result) = cached {
            return result;
        }
        let result = self.ask().await;
        if result.is_ok() || self.mended < Mended::Cache {
            *self.cached.lock().unwrap() = Some(result.clone());
        }
        result
    }

    async fn ask(&self) -> Result<String, String> {
        let call = self.client.get_id().identity_pool_id(POOL);
        let answer = call.logins(GOOGLE, &self.token).send().await;
        let id = answer.map_err(|error| error.to_string())?.identity_id;
        if self.mended >= Mended::Panic {
            id.ok_or_else(|| "no identity".to_owned())
        } else {
            Ok(id.unwrap())
        }
    }
}

fn explore(mended: Mended) -> Report {
    Exploration::new()
        .arrange(|mock| {
            let seed = PoolSeed::named("app").id(POOL);
            mock.seed_pool(seed.login_provider(GOOGLE, "my-app"));
        })
        .start(|mock| App::new(mock, mended))
        .run(async |app| app.access_key().await)
}

// Not async: every run has a runtime of its own.
fn main() {
    println!(
        "== an application with three bugs\n\n{}",
        explore(Mended::Nothing)
    );
    println!("== with timeouts\n\n{}", explore(Mended::Timeouts));
    println!("== without the panic\n\n{}", explore(Mended::Panic));
    let mended = explore(Mended::Cache);
    println!("== without the cached failure\n\n{mended}");
    mended.assert_clean();
}

#[cfg(test)]
mod tests {
    use mock_cognito_identity::FindingKind;

    use super::*;

    fn kinds(mended: Mended) -> Vec<FindingKind> {
        let report = explore(mended);
        let mut kinds: Vec<_> = report.findings().iter().map(|found| found.kind()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    #[test]
    fn each_bug_is_found_until_it_is_mended() {
        use FindingKind::{DoesNotRecover, Hung, Panicked};

        assert_eq!(kinds(Mended::Nothing), [Panicked, Hung, DoesNotRecover]);
        assert_eq!(kinds(Mended::Timeouts), [Panicked, DoesNotRecover]);
        assert_eq!(kinds(Mended::Panic), [DoesNotRecover]);
        assert_eq!(kinds(Mended::Cache), []);
    }
}
