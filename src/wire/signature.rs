//! Signature Version 4, from the verifier's side: what a request says it is signed with, and
//! whether that is so.
//!
//! The algorithm is the SDK's: the request is signed again with the secret that it should have
//! been signed with, and the two signatures are compared.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SessionTokenMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::date_time::{DateTime, Format};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;

use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};

const DATE: &str = "x-amz-date";
const SESSION_TOKEN: &str = "x-amz-security-token";
/// AWS: so far may clocks differ.
const MAX_SKEW: Duration = Duration::from_secs(5 * 60);

/// What the `Authorization` header of a request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) region: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// The secret that an access key id stands for.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) secret_access_key: String,
    /// Temporary credentials have one.
    pub(crate) session_token: Option<String>,
    pub(crate) expires: Option<SystemTime>,
}

impl Secret {
    /// One that does not expire.
    pub(crate) fn lasting(secret_access_key: &str) -> Self {
        Self {
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
            expires: None,
        }
    }

    /// # Errors
    /// What AWS says of temporary credentials past their time.
    pub(crate) fn expect_unexpired(
        &self,
        operation: Operation,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        match self.expires {
            Some(expires) if now >= expires => Err(expired_token(operation)),
            Some(_) | None => Ok(()),
        }
    }
}

impl<'a> Signature<'a> {
    /// `None` if the request is not signed.
    pub(crate) fn of(headers: &'a HeaderMap) -> Result<Option<Self>, ServiceError> {
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let header = header
            .to_str()
            .map_err(|_| incomplete("Authorization header is not text".to_owned()))?;
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        // The first word is the algorithm.
        for field in header.split([' ', ',']).skip(1).filter(|s| !s.is_empty()) {
            match field.split_once('=') {
                Some(("Credential", scope)) => credential = Some(scope),
                Some(("Signature", hex)) => signature = Some(hex),
                Some(("SignedHeaders", names)) => signed_headers = Some(names),
                Some(_) => {}
                None => {
                    return Err(incomplete(format!(
                        "'{field}' not a valid key=value pair (missing equal-sign) in \
                         Authorization header: '{header}'."
                    )));
                }
            }
        }
        let (Some(scope), Some(signature), Some(signed_headers)) =
            (credential, signature, signed_headers)
        else {
            let parameters = [
                ("Credential", credential),
                ("Signature", signature),
                ("SignedHeaders", signed_headers),
            ];
            let missing = parameters.iter().filter(|(_, value)| value.is_none());
            let missing: String = missing
                .map(|(name, _)| format!("Authorization header requires '{name}' parameter. "))
                .collect();
            return Err(incomplete(format!("{missing}Authorization={header}")));
        };
        let elements: Vec<&str> = scope.split('/').collect();
        let [access_key_id, _date, region, service, _term] = elements[..] else {
            return Err(malformed_scope(scope));
        };
        if region.is_empty() {
            return Err(malformed_scope(scope));
        }
        Ok(Some(Self {
            access_key_id,
            region,
            service,
            signed_headers,
            signature,
        }))
    }

    /// Whether the request was signed with `secret`, for this service, about now.
    ///
    /// # Errors
    /// What AWS says if not.
    pub(crate) fn verify(
        &self,
        parts: &Parts,
        body: &[u8],
        secret: &Secret,
        operation: Operation,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        let token = header(parts, SESSION_TOKEN);
        if token != secret.session_token.as_deref() {
            return Err(unknown_key(operation));
        }
        secret.expect_unexpired(operation, now)?;
        let service = signing_name(operation);
        if self.service != service {
            return Err(mismatch(
                operation,
                format!("Credential should be scoped to correct service: '{service}'. "),
            ));
        }
        let signed_at = header(parts, DATE).and_then(time);
        let signed_at = signed_at.ok_or_else(|| {
            incomplete(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' \
                 header."
                    .to_owned(),
            )
        })?;
        fresh(operation, signed_at, now)?;
        let expected = self.computed(parts, body, secret, signed_at);
        if expected.as_deref() == Some(self.signature) {
            Ok(())
        } else {
            Err(mismatch(
                operation,
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details."
                    .to_owned(),
            ))
        }
    }

    /// The signature that `secret` makes. `None` if the request cannot be signed at all.
    fn computed(
        &self,
        parts: &Parts,
        body: &[u8],
        secret: &Secret,
        signed_at: SystemTime,
    ) -> Option<String> {
        let is_signed = |name: &str| self.signed_headers.split(';').any(|signed| signed == name);
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        settings.session_token_mode = if is_signed(SESSION_TOKEN) {
            SessionTokenMode::Include
        } else {
            SessionTokenMode::Exclude
        };
        let identity = Credentials::new(
            self.access_key_id,
            &secret.secret_access_key,
            secret.session_token.clone(),
            None,
            "mock-cognito-identity",
        )
        .into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(signed_at)
            .settings(settings)
            .build()
            .ok()?
            .into();
        let host = host(parts)?;
        let uri = format!(
            "http://{host}{}",
            parts.uri.path_and_query().map_or("/", |path| path.as_str())
        );
        let headers = parts
            .headers
            .iter()
            .filter(|(name, _)| is_signed(name.as_str()));
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let request = SignableRequest::new(
            parts.method.as_str(),
            uri,
            headers,
            SignableBody::Bytes(body),
        )
        .ok()?;
        Some(sign(request, &params).ok()?.signature().to_owned())
    }
}

/// AWS: five minutes either way.
fn fresh(operation: Operation, signed_at: SystemTime, now: SystemTime) -> Result<(), ServiceError> {
    let (signed, current) = (compact(signed_at), compact(now));
    let oldest = now.checked_sub(MAX_SKEW).unwrap_or(now);
    let newest = now.checked_add(MAX_SKEW).unwrap_or(now);
    // Approximation: the texts are those of other AWS services.
    if signed_at < oldest {
        let oldest = compact(oldest);
        return Err(mismatch(
            operation,
            format!(
                "Signature expired: {signed} is now earlier than {oldest} ({current} - 5 min.)"
            ),
        ));
    }
    if signed_at > newest {
        let newest = compact(newest);
        return Err(mismatch(
            operation,
            format!(
                "Signature not yet current: {signed} is still later than {newest} ({current} + 5 min.)"
            ),
        ));
    }
    Ok(())
}

fn signing_name(operation: Operation) -> &'static str {
    match operation.protocol() {
        Protocol::Json => "cognito-identity",
        Protocol::Query => "sts",
    }
}

/// The error for a call that must be signed and is not. AWS: as on Cognito user pools (2017), and
/// in other words on STS.
pub(crate) fn missing(operation: Operation) -> ServiceError {
    match operation.protocol() {
        Protocol::Json => ServiceError::known(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        Protocol::Query => ServiceError::known(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403),
    }
}

/// The error for an access key id that nobody has, or a session token that is not its own.
pub(crate) fn unknown_key(operation: Operation) -> ServiceError {
    let text = "The security token included in the request is invalid.";
    match operation.protocol() {
        Protocol::Json => ServiceError::known("UnrecognizedClientException", text),
        // AWS: STS says the same without the full stop.
        Protocol::Query => {
            ServiceError::known("InvalidClientTokenId", text.trim_end_matches('.')).with_status(403)
        }
    }
}

/// The error for temporary credentials that are past their time.
fn expired_token(operation: Operation) -> ServiceError {
    let text = "The security token included in the request is expired";
    match operation.protocol() {
        Protocol::Json => ServiceError::known("ExpiredTokenException", text),
        Protocol::Query => ServiceError::known("ExpiredToken", text).with_status(403),
    }
}

fn mismatch(operation: Operation, text: String) -> ServiceError {
    match operation.protocol() {
        Protocol::Json => ServiceError::known("InvalidSignatureException", text),
        Protocol::Query => ServiceError::known("SignatureDoesNotMatch", text).with_status(403),
    }
}

fn malformed_scope(scope: &str) -> ServiceError {
    incomplete(format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
    ))
}

/// Approximation: the texts are those of other AWS services.
fn incomplete(message: String) -> ServiceError {
    ServiceError::known("IncompleteSignatureException", message)
}

/// The host that a request was sent to. In memory it has no `Host` header, but its URI names one.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let authority = || parts.uri.authority().map(|authority| authority.as_str());
    header(parts, HOST.as_str()).or_else(authority)
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// `20260102T030405Z`.
fn compact(at: SystemTime) -> String {
    let text = DateTime::from_secs(DateTime::from(at).secs()).fmt(Format::DateTime);
    text.unwrap_or_default().replace(['-', ':'], "")
}

fn time(compact: &str) -> Option<SystemTime> {
    let (date, time) = compact.split_at_checked(8)?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (time.get(1..3)?, time.get(3..5)?, time.get(5..)?);
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}");
    DateTime::from_str(&text, Format::DateTime)
        .ok()?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.try_into().unwrap());
        headers
    }

    #[test]
    fn times_are_written_and_read_in_the_compact_form() {
        let at = time("20260102T030405Z").unwrap();

        assert_eq!(compact(at), "20260102T030405Z");
        for text in [
            "",
            "20260102",
            "20260102T0304",
            "2026-01-02T03:04:05Z",
            "20260102T03040\u{e4}Z",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    fn region(authorization: &str) -> Result<Option<String>, String> {
        match Signature::of(&headers(authorization)) {
            Ok(signature) => Ok(signature.map(|signature| signature.region.to_owned())),
            Err(error) => {
                assert_eq!(error.code(), "IncompleteSignatureException");
                assert_eq!(error.status(), 400);
                Err(error.message().unwrap().to_owned())
            }
        }
    }

    #[test]
    fn the_region_is_that_of_the_credential_scope() {
        let scope = "AKID/20260101/eu-west-1/cognito-identity/aws4_request";

        for header in [
            format!(
                "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=ab"
            ),
            format!("AWS4-HMAC-SHA256 Signature=ab,SignedHeaders=host,Credential={scope}"),
        ] {
            assert_eq!(region(&header), Ok(Some("eu-west-1".to_owned())));
        }
        assert_eq!(Signature::of(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_malformed_authorization_is_an_incomplete_signature() {
        for (header, message) in [
            (
                "eyJ0",
                "Authorization header requires 'Credential' parameter. \
                 Authorization header requires 'Signature' parameter. \
                 Authorization header requires 'SignedHeaders' parameter. Authorization=eyJ0",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKID",
                "Authorization header requires 'Signature' parameter. \
                 Authorization header requires 'SignedHeaders' parameter. \
                 Authorization=AWS4-HMAC-SHA256 Credential=AKID",
            ),
            (
                "Bearer abc",
                "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: \
                 'Bearer abc'.",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKID/us-east-1, SignedHeaders=host, Signature=ab",
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got 'AKID/us-east-1'",
            ),
        ] {
            assert_eq!(region(header), Err(message.to_owned()));
        }
        assert!(Signature::of(&headers("\u{e4}")).is_err());
    }
}
