//! Fakes an API behind API Gateway with IAM authorization, beside the mock: it names the identity whose
//! credentials signed a request, as API Gateway tells a Lambda function. With it an application signs in
//! and calls its API without AWS, in any language.
//!
//! ```text
//! cargo run --example signed_api
//! cargo test --example signed_api
//! ```
//!
//! Prints two lines, `mock on http://127.0.0.1:PORT` and `API on http://127.0.0.1:PORT`, and serves until
//! its standard input ends. Each request to the API is answered with `requestContext.identity`, or
//! with the error of API Gateway and why.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "an example shows what it does"
)]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use mock_cognito_identity::MockCognitoIdentity;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

/// The largest body that API Gateway takes.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// The API. Handlers find the identity of the caller among the extensions of a request.
fn api(mock: Arc<MockCognitoIdentity>) -> Router {
    Router::new()
        .fallback(who_am_i)
        .layer(middleware::from_fn_with_state(mock, iam_authorization))
}

#[derive(Clone)]
struct Identity(Value);

async fn who_am_i(axum::Extension(Identity(identity)): axum::Extension<Identity>) -> Response {
    reply(StatusCode::OK, &identity)
}

/// What API Gateway does before it calls a Lambda function: it verifies the signature.
async fn iam_authorization(
    State(mock): State<Arc<MockCognitoIdentity>>,
    request: Request,
    next: middleware::Next,
) -> Response {
    let (parts, body) = request.into_parts();
    // The signature covers the body.
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut request = Request::from_parts(parts, body);
    match mock.signer_of_request(&request) {
        Ok(signer) => {
            let identity = Identity(signer.api_gateway_identity());
            request.extensions_mut().insert(identity);
            next.run(request.map(Body::from)).await
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::FORBIDDEN);
            // AWS does not tell why; a test wants to know.
            let body = json!({ "message": error.message(), "explanation": error.explanation() });
            let mut response = reply(status, &body);
            if let Ok(code) = error.code().parse() {
                response.headers_mut().insert("x-amzn-errortype", code);
            }
            response
        }
    }
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockCognitoIdentity::builder().verify_on_drop(false).start();
    println!("mock on {}", mock.endpoint_url());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("API on http://{}", listener.local_addr()?);
    let stopped = async {
        let mut ignored = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut ignored).await;
    };
    let server = axum::serve(listener, api(Arc::new(mock)));
    server.with_graceful_shutdown(stopped).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;
    use tower::ServiceExt as _;

    use super::*;

    /// A request to the API, signed with these credentials.
    fn signed(mock: &MockCognitoIdentity, keys: &Credentials, body: &'static str) -> Request {
        let mut request = http::Request::post("http://api.test/prod/notes")
            .body(body)
            .unwrap();
        let identity = keys.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("execute-api")
            .time(mock.clock().now())
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let url = request.uri().to_string();
        let signable = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", url, std::iter::empty(), signable);
        let (instructions, _) = sign(signable.unwrap(), &params).unwrap().into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request.map(Body::from)
    }

    async fn answered(mock: Arc<MockCognitoIdentity>, request: Request) -> (StatusCode, Value) {
        let response = api(mock).oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn the_api_knows_who_calls() {
        let mock = Arc::new(MockCognitoIdentity::in_memory());
        let pool = mock.seed_pool("app");
        let id = pool.seed_identity();
        let call = mock
            .client()
            .get_credentials_for_identity()
            .identity_id(&id);
        let keys = call.send().await.unwrap().credentials.unwrap();
        let keys = Credentials::new(
            keys.access_key_id.unwrap(),
            keys.secret_key.unwrap(),
            keys.session_token,
            None,
            "test",
        );

        let request = signed(&mock, &keys, r#"{"title":"milk"}"#);
        let (status, identity) = answered(Arc::clone(&mock), request).await;

        assert_eq!(status, StatusCode::OK);
        assert_eq!(identity["cognitoIdentityId"], id);
        assert_eq!(identity["cognitoIdentityPoolId"], pool.id());

        let request = signed(&mock, &keys, "{}").map(|_| Body::from("{ }"));
        let (status, error) = answered(Arc::clone(&mock), request).await;

        assert_eq!(status, StatusCode::FORBIDDEN);
        let explanation = error["explanation"].as_str().unwrap();
        assert!(
            explanation.contains("was changed after it was signed"),
            "{explanation}"
        );
    }

    #[tokio::test]
    async fn a_request_without_a_signature_is_refused() {
        let mock = Arc::new(MockCognitoIdentity::in_memory());

        // The example serves no particular host, so the request must say what it is for.
        let request = Request::get("https://a1.execute-api.us-east-1.amazonaws.com/prod/notes");
        let (status, error) = answered(mock, request.body(Body::empty()).unwrap()).await;

        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(error["message"], "Missing Authentication Token");
    }
}
