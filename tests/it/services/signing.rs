//! Requests to other services, signed by `aws-sigv4` with credentials that the mock issued.

use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::config::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::{guest, now};

pub(super) type Request = http::Request<Vec<u8>>;

/// The lifetime of presigned requests.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// Credentials that `GetCredentialsForIdentity` issues for a new guest, and the guest's identity id.
pub(super) async fn vended(mock: &MockCognitoIdentity) -> (Credentials, String) {
    let pool = mock.seed_pool("app");
    let id = guest(&mock.client(), pool.id()).await;
    let call = mock.client().get_credentials_for_identity();
    let answer = call.identity_id(&id).send().await.unwrap();
    let keys = answer.credentials.unwrap();
    let credentials = Credentials::new(
        keys.access_key_id.unwrap(),
        keys.secret_key.unwrap(),
        keys.session_token,
        None,
        "test",
    );
    (credentials, id)
}

/// How a request is signed: by default in a header, now, for an API behind API Gateway.
#[derive(Clone, Debug)]
pub(super) struct Signing {
    pub(super) service: &'static str,
    pub(super) region: &'static str,
    pub(super) at: SystemTime,
    pub(super) presigned_for: Option<Duration>,
}

impl Signing {
    pub(super) fn of(service: &'static str) -> Self {
        Self {
            service,
            region: "us-east-1",
            at: now(),
            presigned_for: None,
        }
    }

    pub(super) fn presigned(self) -> Self {
        Self {
            presigned_for: Some(MINUTE),
            ..self
        }
    }

    pub(super) fn in_region(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    pub(super) fn at(self, at: SystemTime) -> Self {
        Self { at, ..self }
    }

    /// The request with the signature of these credentials.
    pub(super) fn sign(&self, mut request: Request, keys: &Credentials) -> Request {
        let is_s3 = self.service == "s3";
        let mut settings = SigningSettings::default();
        if is_s3 {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if let Some(lifetime) = self.presigned_for {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(lifetime);
        }
        if self.service == "iotdevicegateway" {
            settings.session_token_mode = SessionTokenMode::Exclude;
        }
        let identity = keys.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.at)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let body = request.body().clone();
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            request
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_str().unwrap())),
            match self.presigned_for {
                Some(_) if is_s3 => SignableBody::UnsignedPayload,
                _ => SignableBody::Bytes(&body),
            },
        );
        let (instructions, _) = sign(signable.unwrap(), &params).unwrap().into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

/// A request to an object in S3, in memory: its URI names the host.
pub(super) fn to_s3() -> Request {
    let url =
        "https://photos.s3.us-east-1.amazonaws.com/my%20cats/1%2B1.jpg?versionId=7&x-id=GetObject";
    http::Request::get(url).body(Vec::new()).unwrap()
}

/// A request with a body to an API behind API Gateway.
pub(super) fn to_api() -> Request {
    http::Request::post(
        "https://a1b2.execute-api.us-east-1.amazonaws.com/prod/notes?tag=a%20b&page=2",
    )
    .header("content-type", "application/json")
    .body(br#"{"title":"milk"}"#.to_vec())
    .unwrap()
}

/// The head of a request.
pub(super) fn head(request: Request) -> http::request::Parts {
    request.into_parts().0
}

/// The request as a server receives it: the host is in the header `host` and not in the URI.
pub(super) fn as_received(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.host().unwrap().to_owned();
    parts.headers.insert("host", host.parse().unwrap());
    parts.uri = parts
        .uri
        .path_and_query()
        .unwrap()
        .as_str()
        .parse()
        .unwrap();
    Request::from_parts(parts, body)
}
