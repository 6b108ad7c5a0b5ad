//! Requests that are meant for another service: which one they name, and the error for them.

use http::request::Parts;

use super::request::names_mock;
use super::sigv4::{host, service_of, signed_for};
use crate::error::ServiceError;
use crate::explain::quoted;

/// The services that the mock answers for, as their hosts and signatures name them.
const OWN: [&str; 2] = ["cognito-identity", "sts"];

/// The service that a request is meant for, if it is not the mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherService<'a> {
    /// The name in hosts and signatures, such as `s3`.
    pub(crate) name: &'a str,
    pub(crate) host: &'a str,
    /// The header `X-Amz-Target`, with which some services name the operation.
    pub(crate) target: Option<&'a str>,
}

impl<'a> OtherService<'a> {
    /// A host of AWS names the service. At any other host, the signature does, unless that host may
    /// be the mock's own: whoever sends a request there does not use the mock's HTTP client.
    pub(crate) fn of(parts: &'a Parts) -> Option<Self> {
        let host = host(parts)?;
        let name = match service_of(host) {
            Some(name) => name,
            None if is_local(host) => return None,
            None => signed_for(parts)?,
        };
        let is_own = OWN.iter().any(|own| name.eq_ignore_ascii_case(own));
        let target = parts.headers.get("x-amz-target");
        let target = target.and_then(|target| target.to_str().ok());
        let is_own = is_own || target.is_some_and(names_mock);
        (!is_own).then_some(Self { name, host, target })
    }

    /// The error that tells the sender how to reach that service.
    pub(crate) fn error(self) -> ServiceError {
        let Self { name, host, .. } = self;
        let text = format!(
            "the mock serves cognito-identity and sts, not {name} (host {host}); {WAY_OUT}"
        );
        ServiceError::known("NotServedByMock", text)
            .with_status(501)
            .because(match service_of(host) {
                Some(_) => format!("{} is a host of {}", quoted(host), quoted(name)),
                None => format!(
                    "the request to {} is signed for {}",
                    quoted(host),
                    quoted(name)
                ),
            })
    }
}

/// How clients of other services are made from the mock's configuration.
const WAY_OUT: &str = "make the client from \
     `mock.sdk_config().into_builder().http_client(mock.http_client_or(other)).build()`, \
     where `other` is an HTTP client that answers for it";

/// Whether a host is of this machine, or the one of a mock in memory.
fn is_local(host: &str) -> bool {
    let (name, _port) = host.rsplit_once(':').unwrap_or((host, ""));
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name == "[::1]"
        || name.starts_with("127.")
        || name.ends_with(".localhost")
        || name.ends_with(".invalid")
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn other(host: &str, scope: &str) -> Option<String> {
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential=AKID/20260102/{scope}/aws4_request");
        let request = Request::get("/key")
            .header("host", host)
            .header("authorization", authorization);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        OtherService::of(&parts).map(|other| other.name.to_owned())
    }

    #[test]
    fn the_host_or_else_the_signature_names_the_service() {
        for (host, scope, service) in [
            (
                "photos.s3.eu-west-1.amazonaws.com",
                "eu-west-1/s3",
                Some("s3"),
            ),
            (
                "a1.execute-api.eu-west-1.amazonaws.com",
                "",
                Some("execute-api"),
            ),
            ("minio.test:9000", "us-east-1/s3", Some("s3")),
            ("minio.test:9000", "", None),
            (
                "cognito-identity.eu-west-1.amazonaws.com",
                "eu-west-1/s3",
                None,
            ),
            ("STS.amazonaws.com", "", None),
            ("127.0.0.1:9000", "us-east-1/s3", None),
            ("localhost:9000", "us-east-1/s3", None),
            ("[::1]:9000", "us-east-1/s3", None),
            ("mock-cognito-identity.invalid", "us-east-1/s3", None),
            ("mock.test", "us-east-1/sts", None),
        ] {
            assert_eq!(other(host, scope).as_deref(), service, "{host} {scope}");
        }
    }
}
