//! Shows an axum application that takes a `Client`, and its tests.
//!
//! ```text
//! cargo run --example axum_app
//! cargo test --example axum_app
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "an example shows what it does"
)]

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;

/// The dependencies of the application. In production, `client` is created from
/// `aws_config::load_defaults`; in tests, it comes from the mock.
#[derive(Clone)]
struct App {
    client: Client,
    identity_pool_id: String,
}

fn router(app: App) -> Router {
    Router::new()
        .route("/guests", post(new_guest))
        .route("/guests/{id}/key", post(key))
        .with_state(app)
}

async fn new_guest(State(app): State<App>) -> Result<String, StatusCode> {
    let answer = app
        .client
        .get_id()
        .identity_pool_id(&app.identity_pool_id)
        .send()
        .await;
    answer
        .map_err(status)?
        .identity_id
        .ok_or(StatusCode::BAD_GATEWAY)
}

async fn key(State(app): State<App>, Path(id): Path<String>) -> Result<String, StatusCode> {
    let answer = app
        .client
        .get_credentials_for_identity()
        .identity_id(id)
        .send()
        .await;
    let credentials = answer
        .map_err(status)?
        .credentials
        .ok_or(StatusCode::BAD_GATEWAY)?;
    credentials.access_key_id.ok_or(StatusCode::BAD_GATEWAY)
}

/// Translates AWS's errors for the callers of the application.
fn status<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> StatusCode {
    match error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
    {
        Some("TooManyRequestsException") => StatusCode::SERVICE_UNAVAILABLE,
        Some("NotAuthorizedException") => StatusCode::FORBIDDEN,
        Some("ResourceNotFoundException") => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_GATEWAY,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use mock_cognito_identity::{Fault, MockCognitoIdentity, SeededPool};
    use tower::ServiceExt as _;

    use super::*;

    /// What each test starts with: a mock, a pool in it, and the application that uses both.
    struct World {
        mock: MockCognitoIdentity,
        pool: SeededPool<'static>,
    }

    impl World {
        fn new() -> Self {
            let mock = MockCognitoIdentity::start();
            let pool = mock.seed_pool("app").into_owned();
            Self { mock, pool }
        }

        async fn post(&self, path: &str) -> (StatusCode, String) {
            let app = App {
                client: self.mock.client(),
                identity_pool_id: self.pool.id().to_owned(),
            };
            let request = Request::post(path).body(Body::empty()).unwrap();
            let response = router(app).oneshot(request).await.unwrap();
            let status = response.status();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        }
    }

    #[tokio::test]
    async fn a_guest_gets_a_key() {
        let world = World::new();

        let (_, id) = world.post("/guests").await;
        let (status, key) = world.post(&format!("/guests/{id}/key")).await;

        assert_eq!(status, StatusCode::OK);
        let issued = world.mock.issued_credentials(&key).unwrap();
        assert_eq!(issued.identity_id, id);
    }

    #[tokio::test]
    async fn a_known_guest_gets_a_key() {
        let world = World::new();
        let guest = world.pool.seed_identity();

        let (status, _) = world.post(&format!("/guests/{guest}/key")).await;

        assert_eq!(status, StatusCode::OK);
        world.mock.assert_not_called(Client::get_id);
    }

    #[tokio::test]
    async fn an_unknown_guest_is_not_found() {
        let world = World::new();

        let path = "/guests/us-east-1:00000000-0000-0000-0000-000000000000/key";
        let (status, _) = world.post(path).await;

        assert_eq!(status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn persistent_throttling_is_reported_as_unavailable() {
        let world = World::new();
        world.mock.inject(Fault::throttle().on(Client::get_id));

        let (status, _) = world.post("/guests").await;

        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        world.mock.assert_called(Client::get_id, 3);
    }
}

/// Every fault at every call. `cargo test --example axum_app --features exploration` runs it.
#[cfg(all(test, feature = "exploration"))]
mod exploration {
    use std::time::Duration;

    use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use mock_cognito_identity::{Exploration, Leftover, PoolSeed};
    use tower::ServiceExt as _;

    use super::*;

    const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";

    /// The body of a successful answer, or its status.
    async fn post(router: &Router, path: &str) -> Result<String, StatusCode> {
        let request = Request::post(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        if status.is_success() {
            Ok(body)
        } else {
            Err(status)
        }
    }

    #[test]
    fn it_survives_any_single_fault() {
        let report = Exploration::new()
            .arrange(|mock| {
                mock.seed_pool(PoolSeed::named("app").id(POOL));
            })
            .start(|mock| {
                let patience = Duration::from_secs(5);
                let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience);
                let config = mock.config().timeout_config(timeouts.build());
                router(App {
                    client: Client::from_conf(config.build()),
                    identity_pool_id: POOL.to_owned(),
                })
            })
            // A guest whose answer is lost cannot be found again.
            .may_leave(Leftover::Guest)
            .run(async |router| {
                let id = post(router, "/guests").await?;
                post(router, &format!("/guests/{id}/key")).await
            });

        report.assert_clean();
    }
}

/// Runs the application against a mock and calls it once, with real sockets on both sides.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let mock = mock_cognito_identity::MockCognitoIdentity::start();
    let pool = mock.seed_pool("app");
    let app = App {
        client: mock.client(),
        identity_pool_id: pool.id().to_owned(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    println!(
        "the application listens on http://{address}, its mock on {}",
        mock.endpoint_url()
    );
    tokio::spawn(axum::serve(listener, router(app)).into_future());

    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream
        .write_all(b"POST /guests HTTP/1.1\r\nhost: app\r\nconnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    println!(
        "POST /guests answered: {}",
        answer.lines().last().unwrap_or_default()
    );
    mock.assert_called(Client::get_id, 1);
    Ok(())
}
