//! Who is measured: this mock, its neighbours, and the floors under them.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::thread::JoinHandle;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use mock_cognito_identity::MockCognitoIdentity;
use tokio::sync::oneshot;
use winterbaume_cognitoidentity::CognitoIdentityService;
use winterbaume_core::MockAws;

use crate::canned::{self, ANSWER, CONTENT_TYPE};

pub const POOL: &str = "us-east-1:5ca1ab1e-0000-4000-8000-000000000001";
pub const TARGET: &str = "AWSCognitoIdentityService.GetId";
/// A client as this mock hands it out, set to another server: no contender has a slower one.
pub fn client_of(endpoint: &str) -> Client {
    let plain = aws_smithy_http_client::Builder::new().build_http();
    client_with(endpoint, plain)
}

pub fn client_with(endpoint: &str, http_client: SharedHttpClient) -> Client {
    let config = settings().endpoint_url(endpoint).http_client(http_client);
    Client::from_conf(config.build())
}

/// The settings of this mock's own clients, so that only what they call differs.
fn settings() -> aws_sdk_cognitoidentity::config::Builder {
    // Made once: a contender does not pay for a mock.
    static MOCK: LazyLock<MockCognitoIdentity> = LazyLock::new(MockCognitoIdentity::in_memory);
    MOCK.config()
}

/// A client as one gets it who says nothing: over TLS, with the system's root certificates.
pub fn client_by_default(endpoint: &str) -> Client {
    let config = aws_sdk_cognitoidentity::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIA", "secret", None, None, "bench"))
        .endpoint_url(endpoint);
    Client::from_conf(config.build())
}

pub async fn get_id(client: &Client) {
    let answer = client.get_id().identity_pool_id(POOL).send().await;
    assert!(answer.expect("GetId succeeds").identity_id.is_some());
}

pub fn arranged(mock: MockCognitoIdentity) -> MockCognitoIdentity {
    mock.seed_pool(mock_cognito_identity::PoolSeed::named("bench").id(POOL));
    mock
}

/// Not from wiremock's pool of servers: a fresh one.
pub async fn wiremock() -> wiremock::MockServer {
    use wiremock::matchers::{header, method, path};
    let server = wiremock::MockServer::builder().start().await;
    wiremock::Mock::given(method("POST"))
        .and(path("/"))
        .and(header("x-amz-target", TARGET))
        .respond_with(wiremock::ResponseTemplate::new(200).set_body_raw(ANSWER, CONTENT_TYPE))
        .mount(&server)
        .await;
    server
}

pub async fn httpmock() -> httpmock::MockServer {
    let server = httpmock::MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method("POST").path("/").header("x-amz-target", TARGET);
            then.status(200)
                .header("content-type", CONTENT_TYPE)
                .body(ANSWER);
        })
        .await;
    server
}

pub async fn winterbaume() -> (Client, String) {
    let mock = MockAws::builder()
        .with_service(CognitoIdentityService::new())
        .build();
    // Its endpoint is AWS's own; a call of it never leaves the process.
    let config = settings()
        .endpoint_url("https://cognito-identity.us-east-1.amazonaws.com")
        .http_client(mock.http_client())
        .credentials_provider(mock.credentials_provider());
    let client = Client::from_conf(config.build());
    let pool = client
        .create_identity_pool()
        .identity_pool_name("bench")
        .allow_unauthenticated_identities(true)
        .send()
        .await
        .expect("it makes pools");
    (client, pool.identity_pool_id)
}

/// The floor over TCP: hyper on a thread as this mock's, with an answer that is always the same.
pub struct BareHyper {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl BareHyper {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        listener
            .set_nonblocking(true)
            .expect("a socket can be that");
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build()
                .expect("a runtime");
            let tasks = tokio::task::LocalSet::new();
            tasks.spawn_local(accept(listener));
            let _ = tasks.block_on(&runtime, stopped);
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for BareHyper {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        self.thread.take().map(JoinHandle::join);
    }
}

async fn accept(listener: std::net::TcpListener) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("it does not block");
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).expect("a TCP socket");
        tokio::task::spawn_local(async move {
            let respond = service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                let body = request.into_body().collect().await?.to_bytes();
                drop(body);
                Ok::<_, hyper::Error>(canned::answer().map(Full::new))
            });
            let connection = http1::Builder::new()
                .auto_date_header(false)
                .serve_connection(TokioIo::new(stream), respond);
            let _ = connection.await;
        });
    }
}

pub fn canned_client() -> Client {
    client_with("http://canned.invalid", canned::http_client())
}
