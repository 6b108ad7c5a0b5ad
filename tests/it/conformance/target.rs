//! What scenarios run on: the mock, a server that is known by its URL, or AWS.

use std::env;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cognitoidentity::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_cognitoidentity::{Client, config};
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::MockCognitoIdentity;

use super::Need;
use super::report::{self, Report};
use crate::support;

/// What the environment variable is called that names the target.
pub(super) const VARIABLE: &str = "MOCK_COGNITO_CONFORMANCE";
/// The roles on AWS that identity pools may assume.
const ROLES: [&str; 2] = [
    "MOCK_COGNITO_CONFORMANCE_ROLE_AUTHENTICATED",
    "MOCK_COGNITO_CONFORMANCE_ROLE_UNAUTHENTICATED",
];

#[derive(Clone)]
pub(super) struct Target {
    kind: Kind,
    pub(super) account: String,
    pub(super) region: String,
    /// The time of a target whose clock stands still.
    pub(super) frozen_at: Option<SystemTime>,
    /// Issues the login tokens.
    pub(super) issuer: Arc<MockCognitoIdentity>,
    sdk_config: SdkConfig,
    /// Where the well-known documents are.
    documents: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Emulator,
    Aws,
    /// A mock that stands in for AWS, to show what would be done there.
    Plan,
}

impl Target {
    pub(super) fn mock(mock: &MockCognitoIdentity) -> Self {
        Self {
            kind: Kind::Emulator,
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            frozen_at: Some(support::now()),
            issuer: Arc::new(support::mock().in_memory()),
            sdk_config: mock.sdk_config(),
            documents: mock.endpoint_url().to_owned(),
        }
    }

    pub(super) fn plan(mock: &MockCognitoIdentity) -> Self {
        Self {
            kind: Kind::Plan,
            ..Self::mock(mock)
        }
    }

    /// A server on this or another machine.
    pub(super) async fn url(url: &str) -> Self {
        let region = "us-east-1";
        let credentials = Credentials::new("test", "test", None, None, "test");
        let sdk_config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .endpoint_url(url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Self::with(Kind::Emulator, region, sdk_config, url).await
    }

    /// AWS, with the credentials of the environment.
    #[cfg(conformance_aws)]
    async fn aws() -> Self {
        use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        let key = |name| variable(name).unwrap_or_else(|| panic!("{name} is not set"));
        let credentials = Credentials::new(
            key("AWS_ACCESS_KEY_ID"),
            key("AWS_SECRET_ACCESS_KEY"),
            variable("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let https = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
            .build_https();
        let sdk_config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(https)
            .build();
        let documents = "https://cognito-identity.amazonaws.com";
        Self::with(Kind::Aws, &region, sdk_config, documents).await
    }

    /// Without TLS there is no way to AWS.
    #[cfg(not(conformance_aws))]
    async fn aws() -> Self {
        panic!(
            "build with RUSTFLAGS=\"--cfg conformance_aws\" for a run on AWS; see docs/validating.md"
        )
    }

    async fn with(kind: Kind, region: &str, sdk_config: SdkConfig, documents: &str) -> Self {
        let caller = aws_sdk_sts::Client::new(&sdk_config).get_caller_identity();
        let account = match caller.send().await {
            Ok(caller) => caller.account,
            Err(error) if kind == Kind::Aws => panic!("STS does not know the caller: {error:?}"),
            Err(_) => None,
        };
        Self {
            kind,
            account: account.unwrap_or_else(|| "123456789012".to_owned()),
            region: region.to_owned(),
            frozen_at: None,
            issuer: Arc::new(MockCognitoIdentity::in_memory()),
            sdk_config,
            documents: documents.trim_end_matches('/').to_owned(),
        }
    }

    pub(super) fn is_aws(&self) -> bool {
        self.kind == Kind::Aws
    }

    pub(super) fn sdk_config(&self) -> SdkConfig {
        self.sdk_config.clone()
    }

    pub(super) fn config(&self) -> config::Builder {
        config::Builder::from(&self.sdk_config)
    }

    /// A client whose calls are in no transcript.
    pub(super) fn client(&self) -> Client {
        Client::from_conf(self.config().retry_config(self.retries()).build())
    }

    /// On AWS, throttled calls are repeated. Elsewhere each failure is part of the transcript.
    pub(super) fn retries(&self) -> RetryConfig {
        match self.kind {
            Kind::Aws => RetryConfig::standard().with_max_attempts(8),
            Kind::Emulator | Kind::Plan => RetryConfig::disabled(),
        }
    }

    /// The ARN of a role. On AWS, two are named by the environment.
    pub(super) fn role(&self, name: &str) -> String {
        let variable = match name {
            "authenticated" => env::var(ROLES[0]).ok(),
            "unauthenticated" => env::var(ROLES[1]).ok(),
            _ => None,
        };
        let made_up = format!("arn:aws:iam::{}:role/{name}", self.account);
        variable
            .filter(|_| self.kind == Kind::Aws)
            .unwrap_or(made_up)
    }

    /// Why the target cannot run a scenario that needs this.
    pub(super) fn lacks(&self, need: Need) -> Option<&'static str> {
        if self.kind == Kind::Emulator {
            return None;
        }
        match need {
            Need::Logins => Some("a real identity provider would have to issue its login tokens"),
            Need::Roles if ROLES.iter().any(|name| env::var_os(name).is_none()) => Some(
                "MOCK_COGNITO_CONFORMANCE_ROLE_AUTHENTICATED and ..._UNAUTHENTICATED name no roles",
            ),
            Need::Roles => None,
            Need::AnyRole => Some("its roles would have to exist"),
            Need::EmptyAccount => Some("it lists all identity pools of the account"),
            Need::CustomIds => Some("it is about a convention of LocalStack"),
        }
    }

    pub(super) fn now(&self) -> i64 {
        let now = self.frozen_at.unwrap_or_else(SystemTime::now);
        now.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
    }

    /// Status and body of a document.
    pub(super) async fn get(&self, path: &str) -> (u16, String) {
        let request = http::Request::get(format!("{}{path}", self.documents));
        let request = request.body(SdkBody::empty()).unwrap();
        let client = self.sdk_config.http_client().unwrap();
        support::http::answer_through(&client, request).await
    }
}

/// Runs all scenarios on the target that the environment names: `aws`, `aws-plan`, or a URL. Without
/// one, that is a mock's own server, of which nothing is known but its URL.
#[tokio::test]
async fn the_scenarios_run_on_the_target_that_is_named() {
    let own_server;
    let name = env::var(VARIABLE).ok();
    let target = match name.as_deref() {
        None => {
            own_server = MockCognitoIdentity::start();
            Target::url(own_server.endpoint_url()).await
        }
        Some("aws") => Target::aws().await,
        Some("aws-plan") => return print_plan().await,
        Some(url) if url.starts_with("http://") => Target::url(url).await,
        Some(other) => panic!("{VARIABLE} is \"{other}\"; it must be aws, aws-plan or http://..."),
    };

    let report = Report::of(&target).await;

    print!("{report}");
    report::save(&report);
    assert_eq!(report.differing(), 0, "scenarios differ, see above");
    assert!(report.compared() > 0, "no scenario was compared");
}

/// What a run on AWS would do, shown by a mock in memory. Nothing is sent over a network.
async fn print_plan() {
    let mut created = 0;
    println!("On AWS, the scenarios would make these calls:\n");
    for scenario in super::all() {
        let mock = support::mock().in_memory();
        let target = Target::plan(&mock);
        let lacks = scenario.needs.iter().find_map(|need| target.lacks(*need));
        if let Some(why) = lacks {
            println!("{}\n    skipped: {why}", scenario.name);
            continue;
        }
        let session = super::Session::new(&target);
        session.run(scenario).await;
        println!("{}", scenario.name);
        for (operation, count) in report::counted(session.operations()) {
            println!("    {operation}, {count}x");
        }
        let names = report::pools_created(&mock);
        created += names.len();
        for name in names {
            println!("    creates the pool {name}, and deletes it");
        }
    }
    println!("\n{created} identity pools would be created, one after another, and deleted.");
    println!("No role, user pool or other resource would be created.");
}
