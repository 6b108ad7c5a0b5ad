//! A mock with control routes, and with something of everything that they tell of.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use mock_cognito_identity::{Builder, MockCognitoIdentity, PoolSeed};
use serde_json::Value;

use crate::http::{self, Answer};

pub(crate) const POOL: &str = "us-east-1:11111111-2222-3333-4444-555555555555";
pub(crate) const GOOGLE: &str = "accounts.google.com";
pub(crate) const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
/// 2026-01-02T03:04:05Z
const NOW: u64 = 1_767_323_045;

pub(crate) struct World {
    pub(crate) mock: MockCognitoIdentity,
    pub(crate) address: SocketAddr,
    /// The key of the credentials of a guest.
    pub(crate) access_key_id: String,
}

pub(crate) fn builder() -> Builder {
    MockCognitoIdentity::builder()
        .seed(7)
        .frozen_at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
        .verify_on_drop(false)
        .control_routes()
}

impl World {
    /// A mock whose pool has a guest with credentials, two recorded calls, and one fault in force.
    pub(crate) async fn new() -> Self {
        let mock = builder().start();
        let seed = PoolSeed::named("app")
            .id(POOL)
            .login_provider(GOOGLE, "my-app")
            .login_provider(USER_POOL, "client")
            .server_side_token_check();
        let _ = mock.seed_pool(seed);
        let client = mock.client();
        let id = client.get_id().identity_pool_id(POOL).send().await.unwrap();
        let id = id.identity_id.unwrap();
        let keys = client.get_credentials_for_identity().identity_id(id);
        let keys = keys.send().await.unwrap().credentials.unwrap();
        let world = Self {
            address: mock.address().unwrap(),
            access_key_id: keys.access_key_id.unwrap(),
            mock,
        };
        let fault = r#"{"effect":"throttle","operations":["ListIdentities"],"expect":".."}"#;
        world.post("/_mock/faults", fault).success();
        world
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        http::request(self.address, method, path, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, body)
    }

    /// Calls `GetId` as a guest, without retries.
    pub(crate) async fn get_id(&self) -> Result<String, String> {
        use aws_sdk_cognitoidentity::config::retry::RetryConfig;
        use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;

        let config = self.mock.config().retry_config(RetryConfig::disabled());
        let client = aws_sdk_cognitoidentity::Client::from_conf(config.build());
        match client.get_id().identity_pool_id(POOL).send().await {
            Ok(answer) => Ok(answer.identity_id.unwrap()),
            Err(error) => Err(error.code().unwrap_or("no answer").to_owned()),
        }
    }

    /// Everything that a request can change.
    pub(crate) fn everything(&self) -> Everything {
        Everything {
            state: self.get("/_mock/state").success(),
            calls: self.get("/_mock/calls").success(),
            faults: self.get("/_mock/faults").success(),
            clock: self.get("/_mock/clock").success(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Everything {
    state: Value,
    calls: Value,
    faults: Value,
    clock: Value,
}

/// A part of [`Everything`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    State,
    Calls,
    Faults,
    Clock,
}

impl Everything {
    /// The parts that differ.
    pub(crate) fn changed_to(&self, other: &Self) -> Vec<Part> {
        let parts = [
            (Part::State, self.state != other.state),
            (Part::Calls, self.calls != other.calls),
            (Part::Faults, self.faults != other.faults),
            (Part::Clock, self.clock != other.clock),
        ];
        let changed = parts.into_iter().filter(|(_, changed)| *changed);
        changed.map(|(part, _)| part).collect()
    }
}
