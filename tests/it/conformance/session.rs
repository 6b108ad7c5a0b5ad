//! One run of a scenario on a target.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{Credentials, Region};
use aws_sdk_cognitoidentity::operation::create_identity_pool::builders::CreateIdentityPoolFluentBuilder;
use mock_cognito_identity::LoginToken;

use super::capture::{Capture, Transcript};
use super::placeholders::{PREFIX, Placeholders};
use super::target::Target;
use super::{STOPPED, Scenario, Stop, needed};

/// One run of a scenario on a target: its clients, and the transcript of what they do.
pub(crate) struct Session {
    target: Target,
    pub(super) client: Client,
    transcript: Arc<Mutex<Transcript>>,
}

impl Session {
    pub(super) fn new(target: &Target) -> Self {
        let mut placeholders = Placeholders::new(&target.account, &target.region, target.frozen_at);
        for name in ["authenticated", "unauthenticated"] {
            placeholders.add(target.role(name), format!("<role {name}>"));
        }
        let transcript = Arc::new(Mutex::new(Transcript {
            placeholders,
            text: String::new(),
            has_begun: false,
            operations: Vec::new(),
            pools: Vec::new(),
        }));
        Self {
            client: client(target, &transcript, None),
            target: target.clone(),
            transcript,
        }
    }

    /// Runs a scenario, deletes the pools that it created, and returns the transcript.
    pub(super) async fn run(&self, scenario: &Scenario) -> String {
        let mut run = pin!((scenario.run)(self));
        // A panic must not keep the pools from being deleted.
        let ending = std::future::poll_fn(|context| {
            match catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(context))) {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        });
        let ending = ending.await;
        let (mut text, pools) = {
            let transcript = self.transcript.lock();
            let transcript = transcript.unwrap_or_else(PoisonError::into_inner);
            (transcript.text.clone(), transcript.pools.clone())
        };
        for pool in pools {
            let call = self.target.client().delete_identity_pool();
            // Many scenarios delete their pools themselves.
            let _outcome = call.identity_pool_id(pool).send().await;
        }
        match ending {
            Ok(Ok(())) => {}
            Ok(Err(Stop(why))) => text.push_str(&format!("{STOPPED}{why}\n")),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        text
    }

    /// How many calls of each operation were made, and how many pools were created.
    pub(super) fn operations(&self) -> Vec<String> {
        self.transcript.lock().unwrap().operations.clone()
    }

    /// Begins a step: what happens, and the rows of docs/aws-behaviour.md that say so.
    pub(super) fn step(&self, what: &str, rows: &str) {
        self.transcript.lock().unwrap().begin(what, rows);
    }

    /// Numbers the identities from one again.
    pub(super) fn forget_identities(&self) {
        self.transcript
            .lock()
            .unwrap()
            .placeholders
            .forget("identity");
    }

    /// A client for another Region than the target's.
    pub(super) fn client_in(&self, region: &'static str) -> Client {
        client(&self.target, &self.transcript, Some(region))
    }

    pub(super) fn sts(&self) -> aws_sdk_sts::Client {
        self.sts_with(None)
    }

    /// A client of STS that signs with these credentials.
    pub(super) fn sts_with(&self, credentials: Option<Credentials>) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::config::Builder::from(&self.target.sdk_config())
            .interceptor(self.capture(""))
            .retry_config(self.target.retries());
        let config = match credentials {
            Some(credentials) => config.credentials_provider(credentials),
            None => config,
        };
        aws_sdk_sts::Client::from_conf(config.build())
    }

    fn capture(&self, remark: &'static str) -> Capture {
        Capture {
            transcript: Arc::clone(&self.transcript),
            remark,
        }
    }

    /// Reads a document that anybody may read.
    pub(super) async fn get(&self, path: &str) {
        let (status, text) = self.target.get(path).await;
        let mut transcript = self.transcript.lock().unwrap();
        transcript.write_document(path, status, &text);
    }

    /// The name of a pool; all pools of scenarios have a prefix.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{PREFIX}{name}")
    }

    /// The call that creates a pool of this name.
    pub(super) fn create(&self, name: &str, guests: bool) -> CreateIdentityPoolFluentBuilder {
        self.client
            .create_identity_pool()
            .identity_pool_name(self.name(name))
            .allow_unauthenticated_identities(guests)
    }

    /// Creates a pool, and returns its id.
    pub(super) async fn pool(
        &self,
        guests: bool,
        settings: impl FnOnce(CreateIdentityPoolFluentBuilder) -> CreateIdentityPoolFluentBuilder,
    ) -> Result<String, Stop> {
        let pool = settings(self.create("app", guests)).send().await?;
        Ok(pool.identity_pool_id)
    }

    /// `GetId` with these logins, and the identity id of the answer.
    pub(super) async fn id(
        &self,
        pool: &str,
        logins: impl Into<Option<HashMap<String, String>>>,
    ) -> Result<String, Stop> {
        let call = self.client.get_id().identity_pool_id(pool);
        let answer = call.set_logins(logins.into()).send().await?;
        needed(answer.identity_id, "IdentityId")
    }

    /// The token of a user, as the provider issues it for the client `app`.
    pub(super) fn token(&self, provider: &str, app: &str, user: &str) -> String {
        let token = LoginToken::new(provider, user);
        let token = if app.is_empty() {
            token
        } else {
            token.audience(app)
        };
        self.token_of(token, &format!("<token of {user} of {provider}>"))
    }

    /// Any token, shown like this.
    pub(super) fn token_of(&self, token: LoginToken, shown: &str) -> String {
        let token = self.target.issuer.issue_login(token);
        self.shown(token, shown)
    }

    /// Any text, shown like this.
    pub(super) fn shown(&self, text: String, shown: &str) -> String {
        let mut transcript = self.transcript.lock().unwrap();
        let shown = shown.replace(&self.target.region, "<region>");
        transcript.placeholders.add(text.clone(), shown);
        text
    }

    /// The ARN of a role of the account, `authenticated`, `unauthenticated` or another.
    pub(super) fn role(&self, name: &str) -> String {
        self.target.role(name)
    }

    pub(super) fn region(&self) -> &str {
        &self.target.region
    }

    pub(super) fn account(&self) -> &str {
        &self.target.account
    }

    /// Seconds since 1970, by the clock of the target.
    pub(super) fn now(&self) -> i64 {
        self.target.now()
    }
}

fn client(
    target: &Target,
    transcript: &Arc<Mutex<Transcript>>,
    region: Option<&'static str>,
) -> Client {
    let mut config = target
        .config()
        .retry_config(target.retries())
        .interceptor(Capture {
            transcript: Arc::clone(transcript),
            remark: if region.is_some() {
                " in another Region"
            } else {
                ""
            },
        });
    if let Some(region) = region {
        config = config.region(Region::new(region));
    }
    Client::from_conf(config.build())
}

/// One login.
pub(super) fn login(provider: &str, token: &str) -> HashMap<String, String> {
    HashMap::from([(provider.to_owned(), token.to_owned())])
}

/// Two logins.
pub(super) fn logins(first: (&str, &str), second: (&str, &str)) -> HashMap<String, String> {
    [first, second]
        .map(|(provider, token)| (provider.to_owned(), token.to_owned()))
        .into()
}

/// A scenario that fails must leave no pool in somebody's account.
#[tokio::test]
async fn the_pools_of_a_scenario_that_panics_are_deleted() {
    let scenario = Scenario {
        name: "panics",
        about: "A scenario that panics.",
        needs: &[],
        run: |session| {
            Box::pin(async {
                session.pool(true, |pool| pool).await?;
                panic!("on purpose");
            })
        },
    };
    let mock = crate::support::mock().log_on_panic(false).in_memory();
    let session = Session::new(&Target::mock(&mock));

    let run = tokio::task::LocalSet::new();
    let run = run.run_until(async {
        let session = AssertUnwindSafe(session);
        let outcome = tokio::task::spawn_local(async move { session.run(&scenario).await });
        outcome.await
    });

    assert!(run.await.unwrap_err().is_panic());
    assert_eq!(crate::support::sdk_view::pool_count(&mock), 0);
    mock.assert_called(Client::create_identity_pool, 1);
}
