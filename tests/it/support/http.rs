//! HTTP over a socket, byte for byte, without the SDK.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::body::SdkBody;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::now;

/// A well-formed `Authorization` header. By default the mock does not verify signatures.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=AKIAMOCKMOCKMOCKMOCK/20260102/us-east-1/cognito-identity/aws4_request, \
    SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef";

/// A timeout that no response needs. It turns a server that does not respond into a failed test.
const LIMIT: Duration = Duration::from_secs(20);

/// The head of a call of `operation`, without the blank line.
pub(crate) fn head(operation: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\n\
         host: localhost\r\n\
         content-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AWSCognitoIdentityService.{operation}\r\n"
    )
}

/// A call of `operation`, signed.
pub(crate) fn call(operation: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let signed = format!("{}authorization: {AUTHORIZATION}\r\n", head(operation));
    with_body(&signed, body.as_ref())
}

/// A call of `operation` without a signature.
pub(crate) fn unsigned_call(operation: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    with_body(&head(operation), body.as_ref())
}

/// An unsigned call of `GetId` for a pool.
pub(crate) fn get_id(pool_id: &str) -> Vec<u8> {
    unsigned_call("GetId", format!(r#"{{"IdentityPoolId":"{pool_id}"}}"#))
}

fn with_body(head: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

/// Status and body of the answer, over the transport of the mock.
pub(crate) async fn answer(
    mock: &MockCognitoIdentity,
    request: http::Request<SdkBody>,
) -> (u16, String) {
    answer_through(&mock.http_client(), request).await
}

/// Status and body of the answer that an HTTP client of the SDK gets.
pub(crate) async fn answer_through(
    client: &impl HttpClient,
    request: http::Request<SdkBody>,
) -> (u16, String) {
    // The client over TCP asks for the time.
    let time = aws_smithy_async::time::StaticTimeSource::new(now());
    let components = RuntimeComponentsBuilder::for_tests().with_time_source(Some(time));
    let components = components.build().unwrap();
    let settings = HttpConnectorSettings::default();
    let connector = client.http_connector(&settings, &components);
    let request = HttpRequest::try_from(request).unwrap();
    let mut answer = connector.call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = http_body_util::BodyExt::collect(answer.take_body())
        .await
        .unwrap()
        .to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// One connection to a mock.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn to(mock: &MockCognitoIdentity) -> Self {
        Self::at(mock.address().expect("the mock serves a socket"))
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("somebody listens");
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Connects and sends a request.
    pub(crate) fn sending(mock: &MockCognitoIdentity, request: impl AsRef<[u8]>) -> Self {
        let mut connection = Self::to(mock);
        connection.send(request);
        connection
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// Sends bytes that the mock may no longer read.
    pub(crate) fn send_in_vain(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.get_mut().write_all(bytes.as_ref());
    }

    /// Closes the sending half of the connection.
    pub(crate) fn finish(&mut self) {
        self.stream.get_mut().shutdown(Shutdown::Write).unwrap();
    }

    /// Sends a request and reads the response.
    pub(crate) fn exchange(&mut self, request: impl AsRef<[u8]>) -> Answer {
        self.send(request);
        self.answer()
            .expect("an answer before the end of the connection")
    }

    /// The next response; `None` if the connection ends, in an orderly way or not, before one
    /// begins.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut head = String::new();
        loop {
            match self.stream.read_line(&mut head) {
                Ok(0) if head.is_empty() => return None,
                Ok(0) => panic!("the connection ended within a head: {head:?}"),
                Ok(_) if head.ends_with("\r\n\r\n") => break,
                Ok(_) => {}
                Err(error) if ended(&error) && head.is_empty() => return None,
                Err(error) => panic!("no answer: {error}; so far {head:?}"),
            }
        }
        head.truncate(head.len() - "\r\n\r\n".len());
        let mut answer = Answer {
            head,
            body: String::new(),
        };
        let length = answer.header("content-length").map_or(0, |length| {
            length.parse().expect("the length of a body is a number")
        });
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        answer.body = String::from_utf8(body).expect("a body is text");
        Some(answer)
    }

    /// All that is received until the mock closes the connection, and how it closes it.
    pub(crate) fn until_closed(mut self) -> (String, io::Result<()>) {
        let mut received = Vec::new();
        let end = self.stream.read_to_end(&mut received).map(|_| ());
        (String::from_utf8(received).unwrap(), end)
    }

    /// Whether the connection ends here, without another byte.
    pub(crate) fn is_at_its_end(&mut self) -> bool {
        match self.stream.fill_buf() {
            Ok(bytes) => bytes.is_empty(),
            Err(error) if ended(&error) => true,
            Err(error) => panic!("neither a byte nor an end: {error}"),
        }
    }

    /// Whether anything arrives within this time.
    pub(crate) fn is_answered_within(&self, limit: Duration) -> bool {
        let stream = self.stream.get_ref();
        stream.set_read_timeout(Some(limit)).unwrap();
        let is_answered = stream.peek(&mut [0]).is_ok();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        is_answered
    }

    /// Whether the connection ends after at most this number of responses.
    pub(crate) fn ends_within(&mut self, answers: usize) -> bool {
        (0..=answers).any(|_| self.answer().is_none())
    }
}

fn ended(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionReset | ConnectionAborted | BrokenPipe
    )
}

/// A response as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Status line and headers, without the blank line.
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        let status = self.status_line().split(' ').nth(1);
        let status = status.and_then(|status| status.parse().ok());
        status.expect("a status line has a status")
    }

    pub(crate) fn status_line(&self) -> &str {
        self.lines().next().unwrap_or_default()
    }

    /// All headers, as `name: value`, by name.
    pub(crate) fn headers(&self) -> Vec<&str> {
        let mut headers: Vec<_> = self.lines().skip(1).collect();
        headers.sort_unstable();
        headers
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.head.split("\r\n")
    }

    /// The code and the message of an error response.
    ///
    /// Panics unless the response has the form that errors of the service have.
    #[track_caller]
    pub(crate) fn service_error(&self) -> (String, Option<String>) {
        let body: serde_json::Value = serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in the body of {self:?}"));
        let members = body.as_object().expect("an error is an object");
        let code = body["__type"].as_str().expect("an error has a type");
        // Two errors have the member with a capital letter.
        let text = match code {
            "AccessDeniedException" | "SerializationException" => "Message",
            _ => "message",
        };
        assert!(
            members.keys().all(|key| ["__type", text].contains(&&**key)),
            "{self:?}"
        );
        assert_eq!(
            self.header("x-amzn-errortype"),
            Some(format!("{code}:").as_str()),
            "{self:?}"
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/x-amz-json-1.1"),
            "{self:?}"
        );
        let message = members.get(text).map(|message| {
            let text = message.as_str().expect("a message is text");
            text.to_owned()
        });
        (code.to_owned(), message)
    }
}
