//! Shows an application that signs in to an identity pool and keeps notes in S3, and its tests: one
//! `SdkConfig` carries both clients. The fake of S3 is an axum router that asks the mock who signed.
//!
//! ```text
//! cargo run --manifest-path tests/services/Cargo.toml --example two_services
//! cargo test --manifest-path tests/services/Cargo.toml --example two_services
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_cognitoidentity::Client as Cognito;
use aws_sdk_s3::Client as S3;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mock_cognito_identity::MockCognitoIdentity;
use tower::ServiceExt as _;

type Error = Box<dyn std::error::Error + Send + Sync>;

// The application.

/// Notes of one user, under a prefix that is the user's identity id. The policy of the role allows no
/// other: `"Resource": "arn:aws:s3:::notes/${cognito-identity.amazonaws.com:sub}/*"`.
struct Notes {
    s3: S3,
    identity_id: String,
}

const BUCKET: &str = "notes";

impl Notes {
    /// Signs in as a guest. In production, `config` is from `aws_config::load_defaults`.
    async fn of_guest(config: &SdkConfig, pool_id: &str) -> Result<Self, Error> {
        let cognito = Cognito::new(config);
        let id = cognito.get_id().identity_pool_id(pool_id).send().await?;
        let identity_id = id.identity_id.ok_or("no identity")?;
        let call = cognito.get_credentials_for_identity();
        let answer = call.identity_id(&identity_id).send().await?;
        let keys = answer.credentials.ok_or("no credentials")?;
        let keys = Credentials::new(
            keys.access_key_id.ok_or("no key")?,
            keys.secret_key.ok_or("no secret")?,
            keys.session_token,
            None,
            "identity pool",
        );
        let config = config.to_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(keys));
        let s3 = S3::new(&config.build());
        Ok(Self { s3, identity_id })
    }

    async fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let key = format!("{}/{name}", self.identity_id);
        let put = self.s3.put_object().bucket(BUCKET).key(key);
        put.body(text.as_bytes().to_vec().into()).send().await?;
        Ok(())
    }

    async fn read(&self, key: &str) -> Result<String, Error> {
        let object = self.s3.get_object().bucket(BUCKET).key(key).send().await?;
        Ok(String::from_utf8(object.body.collect().await?.to_vec())?)
    }
}

// The fake of S3.

/// Objects by their path.
#[derive(Clone)]
struct Store {
    mock: Arc<MockCognitoIdentity>,
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

/// Whoever has signed with credentials of an identity may read and write below the prefix of that
/// identity.
async fn object(State(store): State<Store>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let signer = match store.mock.signer_of(&parts) {
        Ok(signer) => signer,
        Err(error) => return refused(error.status(), error.code(), error.message()),
    };
    let path = parts.uri.path().replace("%3A", ":");
    if !path.starts_with(&format!("/{}/", signer.identity_id)) {
        let text = format!("{} may not access {path}", signer.role_arn);
        return refused(403, "AccessDenied", Some(&text));
    }
    if parts.method == "PUT" {
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        store.objects.lock().unwrap().insert(path, body);
        return StatusCode::OK.into_response();
    }
    match store.objects.lock().unwrap().get(&path) {
        Some(object) => object.clone().into_response(),
        None => refused(404, "NoSuchKey", Some("The specified key does not exist.")),
    }
}

fn refused(status: u16, code: &str, message: Option<&str>) -> Response {
    let message = message.unwrap_or_default();
    let xml = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (StatusCode::from_u16(status).unwrap(), xml).into_response()
}

// From a router to an HTTP client of the SDK.

/// An HTTP client that answers with this router, in memory.
fn answered_by(router: Router) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(RouterConnector(router));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Clone, Debug)]
struct RouterConnector(Router);

impl HttpConnector for RouterConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let router = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x();
            let request = request.map_err(|error| ConnectorError::user(error.into()))?;
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await;
            let body = body.map_err(|error| ConnectorError::other(error.into(), None))?;
            let response = http::Response::from_parts(parts, SdkBody::from(body));
            HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
        })
    }
}

/// A mock, a pool in it, and a configuration for all clients.
struct World {
    mock: Arc<MockCognitoIdentity>,
    pool_id: String,
    config: SdkConfig,
}

impl World {
    fn new() -> Self {
        let mock = Arc::new(MockCognitoIdentity::in_memory());
        let pool_id = mock.seed_pool("app").id().to_owned();
        let store = Store {
            mock: Arc::clone(&mock),
            objects: Arc::default(),
        };
        let s3 = answered_by(Router::new().fallback(object).with_state(store));
        let config = mock.sdk_config().into_builder();
        let config = config.http_client(mock.http_client_or(s3)).build();
        Self {
            mock,
            pool_id,
            config,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let world = World::new();

    let alice = Notes::of_guest(&world.config, &world.pool_id).await?;
    alice.write("list.txt", "milk, bread").await?;
    let key = format!("{}/list.txt", alice.identity_id);
    println!("{} reads: {}", alice.identity_id, alice.read(&key).await?);

    let bob = Notes::of_guest(&world.config, &world.pool_id).await?;
    let refused = bob.read(&key).await.unwrap_err();
    println!("{} is refused: {refused:?}", bob.identity_id);

    println!("{}", world.mock.transcript());
    println!("passed through to S3: {}", world.mock.passed_through());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_s3::error::ProvideErrorMetadata as _;

    use super::*;

    fn code(error: Error) -> Option<String> {
        type GetError =
            aws_sdk_s3::error::SdkError<aws_sdk_s3::operation::get_object::GetObjectError>;
        let error = error.downcast::<GetError>().unwrap();
        error.code().map(str::to_owned)
    }

    #[tokio::test]
    async fn a_guest_reads_what_the_guest_has_written() {
        let world = World::new();
        let notes = Notes::of_guest(&world.config, &world.pool_id)
            .await
            .unwrap();

        notes.write("list.txt", "milk").await.unwrap();

        let key = format!("{}/list.txt", notes.identity_id);
        assert_eq!(notes.read(&key).await.unwrap(), "milk");
        assert_eq!(world.mock.passed_through(), 2);
        world.mock.assert_called(Cognito::get_id, 1);
    }

    #[tokio::test]
    async fn a_guest_does_not_read_what_others_have_written() {
        let world = World::new();
        let alice = Notes::of_guest(&world.config, &world.pool_id)
            .await
            .unwrap();
        let bob = Notes::of_guest(&world.config, &world.pool_id)
            .await
            .unwrap();
        alice.write("list.txt", "milk").await.unwrap();

        let error = bob
            .read(&format!("{}/list.txt", alice.identity_id))
            .await
            .unwrap_err();

        assert_eq!(code(error).as_deref(), Some("AccessDenied"));
    }

    #[tokio::test]
    async fn after_an_hour_the_credentials_have_expired() {
        let world = World::new();
        let notes = Notes::of_guest(&world.config, &world.pool_id)
            .await
            .unwrap();
        notes.write("list.txt", "milk").await.unwrap();

        world.mock.clock().advance(Duration::from_secs(3_600));

        let key = format!("{}/list.txt", notes.identity_id);
        let error = notes.read(&key).await.unwrap_err();
        assert_eq!(code(error).as_deref(), Some("ExpiredToken"));
    }
}
