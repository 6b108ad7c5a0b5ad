//! Whom a signed request is for: an operation of the mock, or another service.

use http::header::AUTHORIZATION;
use http::request::Parts;

use super::host;
use super::region::service_of;
use crate::operation::{Operation, Protocol};

/// Whom a signed request is for. It decides what is checked, and how errors are worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The mock.
    Operation(Operation),
    /// Another service, faked by the test.
    Other(Family),
}

/// What is special about the signatures of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    S3,
    ApiGateway,
    /// The broker of AWS `IoT`, which devices reach by presigned URLs.
    IotBroker,
    Plain,
}

/// How a service words its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    Json,
    Query,
    S3,
}

impl From<Operation> for Recipient {
    fn from(operation: Operation) -> Self {
        Self::Operation(operation)
    }
}

impl Recipient {
    /// The service that a request is signed for, or else the one that its host names.
    pub(crate) fn other(parts: &Parts) -> Self {
        let signed_for = signed_for(parts);
        let service = signed_for
            .or_else(|| service_of(host(parts)?))
            .unwrap_or("");
        Self::Other(match service {
            "s3" | "s3-object-lambda" | "s3-outposts" | "s3express" => Family::S3,
            "execute-api" => Family::ApiGateway,
            "iotdevicegateway" => Family::IotBroker,
            _ => Family::Plain,
        })
    }

    pub(super) fn wording(self) -> Wording {
        match self {
            Self::Other(Family::S3) => Wording::S3,
            Self::Other(_) => Wording::Json,
            Self::Operation(operation) => match operation.protocol() {
                Protocol::Json => Wording::Json,
                Protocol::Query => Wording::Query,
            },
        }
    }

    /// The HTTP status of errors in the words of the JSON protocol.
    // AWS [AUTH15]: API Gateway rejects signatures with 403.
    // Approximation [Q87]: all others send 400, as services of the JSON protocol do; some services of
    // the REST protocol send 403 too.
    pub(super) fn status(self) -> u16 {
        if self == Self::Other(Family::ApiGateway) {
            403
        } else {
            400
        }
    }

    /// Whether the signature of a request may be in its query string.
    pub(super) fn takes_presigned(self) -> bool {
        match self {
            Self::Other(_) => true,
            Self::Operation(operation) => {
                operation.is_signed() && operation.protocol() == Protocol::Query
            }
        }
    }

    pub(super) fn is_other(self) -> bool {
        matches!(self, Self::Other(_))
    }

    pub(super) fn is_s3(self) -> bool {
        self == Self::Other(Family::S3)
    }

    // AWS [AUTH17]: the session token of a presigned request to the broker of `IoT` is not signed.
    pub(super) fn signs_presigned_token(self) -> bool {
        self != Self::Other(Family::IotBroker)
    }

    /// How many minutes the clocks of the client and of the service may differ.
    // AWS [AUTH8]: five, and fifteen on STS. On STS that holds for a presigned request too, whatever
    // lifetime it names (2018 to 2023).
    // AWS [AUTH13]: fifteen on S3.
    // Approximation [Q87]: five on every other service.
    pub(super) fn max_skew(self) -> u64 {
        match self.wording() {
            Wording::Json => 5,
            Wording::Query | Wording::S3 => 15,
        }
    }

    /// What must be signed, in explanations.
    pub(super) fn subject(self) -> String {
        match self {
            Self::Operation(operation) => operation.to_string(),
            Self::Other(_) => "the request".to_owned(),
        }
    }
}

/// The service in the credential scope of a request's signature, wherever that is.
pub(crate) fn signed_for(parts: &Parts) -> Option<&str> {
    let header = || {
        let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (_, scope) = header.split_once("Credential=")?;
        service_in(scope.split([',', ' ']).next()?, &["/"])
    };
    let query = || {
        let mut pairs = parts.uri.query()?.split('&');
        let scope = pairs.find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
        // The slashes may be encoded.
        service_in(scope, &["/", "%2F", "%2f"])
    };
    header().or_else(query)
}

/// The service in a scope of five elements with one of these separators between them.
fn service_in<'a>(scope: &'a str, separators: &[&str]) -> Option<&'a str> {
    separators.iter().find_map(|separator| {
        let mut elements = scope.split(separator);
        let service = elements.nth(3)?;
        (elements.count() == 1).then_some(service)
    })
}
