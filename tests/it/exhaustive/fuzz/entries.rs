//! What any bytes are fed to, and what must hold of whatever comes back.
//!
//! Shared with the targets under `fuzz/`, so it stands on its own. An entry panics where the mock
//! answers anything but a well-formed success or error; a panic of the mock itself comes through.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

/// In front of each name in `X-Amz-Target`.
const SERVICE: &str = "AWSCognitoIdentityService";
/// A pool that is always there; `$POOL` in inputs.
const POOL: &str = "us-east-1:5ca1ab1e-0000-4000-8000-000000000001";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/adfs";
/// After so many inputs all that they made is forgotten.
const INPUTS_A_RESET: u32 = 500;
/// Longer than any answer takes, even of a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every operation, those of STS last.
pub(crate) const OPERATIONS: [&str; 25] = [
    "CreateIdentityPool",
    "DeleteIdentities",
    "DeleteIdentityPool",
    "DescribeIdentity",
    "DescribeIdentityPool",
    "GetCredentialsForIdentity",
    "GetId",
    "GetIdentityPoolRoles",
    "GetOpenIdToken",
    "GetOpenIdTokenForDeveloperIdentity",
    "GetPrincipalTagAttributeMap",
    "ListIdentities",
    "ListIdentityPools",
    "ListTagsForResource",
    "LookupDeveloperIdentity",
    "MergeDeveloperIdentities",
    "SetIdentityPoolRoles",
    "SetPrincipalTagAttributeMap",
    "TagResource",
    "UnlinkDeveloperIdentity",
    "UnlinkIdentity",
    "UntagResource",
    "UpdateIdentityPool",
    "AssumeRoleWithWebIdentity",
    "GetCallerIdentity",
];
const STS: [&str; 2] = ["AssumeRoleWithWebIdentity", "GetCallerIdentity"];

const PROVIDERS: [&str; 6] = [
    "accounts.google.com",
    "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
    "graph.facebook.com",
    "issuer.example",
    SAML,
    "cognito-identity.amazonaws.com",
];
/// Operations that take logins.
const LOGIN_OPERATIONS: [&str; 6] = [
    "GetId",
    "GetCredentialsForIdentity",
    "GetOpenIdToken",
    "GetOpenIdTokenForDeveloperIdentity",
    "UnlinkIdentity",
    "AssumeRoleWithWebIdentity",
];

/// Feeds inputs to one mock.
pub(crate) struct Fuzzed {
    mock: MockCognitoIdentity,
    /// None over TCP, where bytes are written to the socket.
    connector: Option<SharedHttpConnector>,
    /// An identity that is always there; `$ID` in inputs.
    identity: String,
    inputs: u32,
}

impl Fuzzed {
    pub(crate) fn in_memory() -> Self {
        let mock = builder().in_memory();
        let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
        let settings = HttpConnectorSettings::default();
        let connector = mock.http_client().http_connector(&settings, &components);
        Self::of(mock, Some(connector))
    }

    pub(crate) fn over_tcp() -> Self {
        Self::of(builder().start(), None)
    }

    fn of(mock: MockCognitoIdentity, connector: Option<SharedHttpConnector>) -> Self {
        let mut fuzzed = Self {
            mock,
            connector,
            identity: String::new(),
            inputs: 0,
        };
        fuzzed.arrange();
        fuzzed
    }

    fn arrange(&mut self) {
        let mut seed = PoolSeed::named("fuzzed")
            .id(POOL)
            .developer_provider("login.mine");
        for provider in &PROVIDERS[..5] {
            seed = seed.login_provider(*provider, "app");
        }
        let pool = self.mock.seed_pool(seed);
        self.identity = pool.seed_identity_with_login("graph.facebook.com", "ann");
        pool.seed_identity_with_login("login.mine", "ann");
        pool.seed_identity_with_login("login.mine", "bob");
    }

    fn next(&mut self) {
        self.inputs += 1;
        if self.inputs.is_multiple_of(INPUTS_A_RESET) {
            self.mock.reset();
            self.arrange();
        }
    }

    /// Any bytes as what a socket receives.
    pub(crate) fn wire(&mut self, input: &[u8]) {
        self.next();
        let address = self.mock.address().expect("it listens");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The mock may hang up before it has read all.
        let _ = stream.write_all(&self.filled_in(input));
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("no end after {PATIENCE:?} of an answer to {input:?}")
            }
            Ok(_) | Err(_) => {}
        }
        let text = String::from_utf8_lossy(&answer);
        let is_status = |text: &str| text.starts_with("HTTP/1.1 ") || text.starts_with("HTTP/1.0 ");
        assert!(
            answer.is_empty() || is_status(&text),
            "{text}\nto {input:?}"
        );
        if self.inputs.is_multiple_of(50) {
            self.expect_alive(address);
        }
    }

    fn expect_alive(&self, address: std::net::SocketAddr) {
        let body = json!({"IdentityPoolId": POOL}).to_string();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: {SERVICE}.GetId\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }

    /// Any request that HTTP allows: method, target and headers, a line each; then an empty line
    /// and the body.
    pub(crate) fn request(&mut self, input: &[u8]) {
        self.next();
        let end = input.windows(2).position(|two| two == b"\n\n");
        let (head, body) = input.split_at(end.unwrap_or(input.len()));
        let body = body.get(2..).unwrap_or_default();
        let Ok(head) = str::from_utf8(head) else {
            return;
        };
        let mut lines = head.split('\n');
        let mut request = http::Request::builder()
            .method(lines.next().unwrap_or_default())
            .uri(lines.next().unwrap_or_default());
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            request = request.header(name, value.trim());
        }
        let Ok(request) = request.body(self.filled_in(body)) else {
            return;
        };
        // The same request may be one to another service; nobody has signed it.
        let refused = [
            self.mock.signer_of_request(&request),
            self.mock.signer_of(&request.clone().into_parts().0),
        ];
        for error in refused.map(|signer| signer.expect_err("nobody has signed it")) {
            assert!(error.explanation().is_some(), "{error:?}: {}", shown(input));
        }
        let Ok(request) = HttpRequest::try_from(request.map(SdkBody::from)) else {
            return;
        };
        self.answered(request, input);
    }

    /// Any body of an operation: a byte chooses the operation, another how the call is signed.
    pub(crate) fn operation(&mut self, input: &[u8]) {
        self.next();
        let [operation, signed, body @ ..] = input else {
            return;
        };
        let operation = OPERATIONS[usize::from(*operation) % OPERATIONS.len()];
        let body = self.filled_in(body);
        self.call(operation, signed % 8 != 0, body, input);
    }

    /// Any text as a login: a byte chooses the provider, another the operation, a third what
    /// becomes of the rest: a token as it is, the three parts of a JWT, or SAML.
    pub(crate) fn login(&mut self, input: &[u8]) {
        self.next();
        let [provider, operation, form, text @ ..] = input else {
            return;
        };
        let provider = PROVIDERS[usize::from(*provider) % PROVIDERS.len()];
        let operation = LOGIN_OPERATIONS[usize::from(*operation) % LOGIN_OPERATIONS.len()];
        let text = self.filled_in(text);
        let token = match form % 3 {
            0 => String::from_utf8_lossy(&text).into_owned(),
            1 => {
                let parts = text.splitn(3, |byte| *byte == b'\n');
                let parts: Vec<_> = parts
                    .map(|part| BASE64_URL_SAFE_NO_PAD.encode(part))
                    .collect();
                parts.join(".")
            }
            _ => BASE64_STANDARD.encode(text),
        };
        let mut body = json!({ "Logins": { provider: token } });
        body["IdentityPoolId"] = POOL.into();
        match operation {
            "AssumeRoleWithWebIdentity" => {
                let token = percent_encoded(&token);
                let body = format!(
                    "Action={operation}&Version=2011-06-15&RoleSessionName=s&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Ffuzzed-authenticated&WebIdentityToken={token}"
                );
                return self.call(operation, false, body.into_bytes(), input);
            }
            "GetOpenIdTokenForDeveloperIdentity" => body["Logins"]["login.mine"] = "cid".into(),
            "GetId" => {}
            _ => body["IdentityId"] = self.identity.as_str().into(),
        }
        if operation == "UnlinkIdentity" {
            body["LoginsToRemove"] = json!([provider]);
        }
        self.call(operation, true, body.to_string().into_bytes(), input);
    }

    /// Puts names of what is there in place of `$POOL` and `$ID`.
    fn filled_in(&self, input: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(input.len());
        let mut rest = input;
        while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
            filled.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            let names = [("$POOL", POOL), ("$ID", self.identity.as_str())];
            let name = names
                .iter()
                .find(|(name, _)| rest.starts_with(name.as_bytes()));
            let (name, value) = name.copied().unwrap_or(("$", "$"));
            filled.extend_from_slice(value.as_bytes());
            rest = &rest[name.len()..];
        }
        filled.extend_from_slice(rest);
        filled
    }

    fn call(&self, operation: &str, signed: bool, body: Vec<u8>, input: &[u8]) {
        let mut request = http::Request::post("http://mock.invalid/");
        request = if STS.contains(&operation) {
            request.header("content-type", "application/x-www-form-urlencoded")
        } else {
            let target = format!("{SERVICE}.{operation}");
            let request = request.header("content-type", "application/x-amz-json-1.1");
            request.header("x-amz-target", target)
        };
        if signed {
            request = request.header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAMOCK/20260102/us-east-1/cognito-identity/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=00",
            );
        }
        let request = request.body(SdkBody::from(body)).unwrap();
        self.answered(HttpRequest::try_from(request).unwrap(), input);
    }

    /// Sends a request and looks at the answer.
    fn answered(&self, request: HttpRequest, input: &[u8]) {
        let connector = self.connector.as_ref().expect("it is in memory");
        let call = pin!(connector.call(request));
        let Poll::Ready(answer) = call.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!(
                "without a fault nothing waits, and yet this does: {}",
                shown(input)
            );
        };
        let answer = answer.unwrap_or_else(|error| panic!("{error:?} to {}", shown(input)));
        if let Err(problem) = well_formed(&answer) {
            let body = String::from_utf8_lossy(answer.body().bytes().unwrap_or_default());
            panic!(
                "{problem}\n{}: {body}\nto {}",
                answer.status(),
                shown(input)
            );
        }
    }
}

fn builder() -> mock_cognito_identity::Builder {
    // What is fed here are no calls that an SDK would make, so verification would fail.
    MockCognitoIdentity::builder()
        .seed(1)
        .keep_calls(20)
        .verify_on_drop(false)
}

fn shown(input: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(input))
}

/// Whether this is a success or an error as AWS sends them.
fn well_formed(answer: &HttpResponse) -> Result<(), String> {
    let status = answer.status().as_u16();
    let header = |name: &str| answer.headers().get(name).unwrap_or_default();
    let body = answer.body().bytes().ok_or("a body that is no bytes")?;
    if !matches!(status, 200 | 400 | 403 | 404 | 413 | 501) {
        return Err("a status that no refusal has".to_owned());
    }
    if header("content-length") != body.len().to_string() {
        return Err("a wrong content-length".to_owned());
    }
    if header("x-amzn-requestid").len() != 36 {
        return Err("no request id".to_owned());
    }
    match header("content-type") {
        // The answer to a browser that asks beforehand.
        "" if answer
            .headers()
            .get("access-control-allow-methods")
            .is_some() =>
        {
            let is_expected = status == 200 && body.is_empty();
            is_expected
                .then_some(())
                .ok_or_else(|| "a preflight with a body".to_owned())
        }
        "text/xml" => {
            let text = str::from_utf8(body).map_err(|error| error.to_string())?;
            let xml = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
            let root = xml.root_element().tag_name().name();
            let expected = if status == 200 {
                "Response"
            } else {
                "ErrorResponse"
            };
            // The error for a client of S3 has another root.
            let is_expected = root.ends_with(expected) || (status == 501 && root == "Error");
            is_expected
                .then_some(())
                .ok_or_else(|| format!("the root is {root}"))
        }
        "application/x-amz-json-1.1" | "application/json" => {
            if body.is_empty() && status == 200 {
                return Ok(());
            }
            let json: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            let code = json
                .get("__type")
                .or_else(|| json.get("code"))
                .and_then(Value::as_str);
            let is_object = json.is_object();
            let is_expected = if status == 200 {
                header("x-amzn-errortype").is_empty() && json.get("__type").is_none()
            } else {
                code.is_some_and(|code| !code.is_empty() && code != "InternalErrorException")
            };
            (is_object && is_expected)
                .then_some(())
                .ok_or_else(|| "neither a success nor an error".to_owned())
        }
        other => Err(format!("a content type {other:?}")),
    }
}

fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
