//! Whether a request is signed with the secret of its access key id.
//!
//! The algorithm is the SDK's: the request is signed again with the secret that it should have
//! been signed with, and the two signatures are compared.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SessionTokenMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::date_time::{DateTime, Format};
use http::header::HOST;
use http::request::Parts;

use super::errors::{
    expired_token, incomplete_signature, invalid_signature, malformed_date, missing_date,
    unrecognized_client,
};
use super::parse::{Presigned, Signature};
use super::region::{is_region, region_of};
use super::{DATE, SESSION_TOKEN, header, host};
use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";

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
    pub(crate) fn check_expiry(
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

impl Signature<'_> {
    /// Whether the Region of the scope could be one. Pools are made in it, so that not even a mock
    /// that verifies nothing takes any text for a Region.
    ///
    /// # Errors
    /// What AWS says of a Region that it does not have.
    pub(crate) fn check_region(&self, operation: Operation) -> Result<(), ServiceError> {
        if is_region(self.region) {
            Ok(())
        } else {
            Err(invalid_signature(operation, self.invalid_region()))
        }
    }

    /// Whether the request was signed with `secret`, which is that of its access key id if there
    /// is one, for this service, for the Region of its host, about now.
    ///
    /// AWS: the parts of a signature are checked in this order, as measured on `DynamoDB` (2013).
    ///
    /// # Errors
    /// What AWS says if not.
    pub(crate) fn verify(
        &self,
        parts: &Parts,
        body: &[u8],
        secret: Option<&Secret>,
        operation: Operation,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        let date = header(parts, DATE).ok_or_else(|| missing_date(operation))?;
        let signed_at = parse_basic_format(date).ok_or_else(|| malformed_date(operation, date))?;
        check_freshness(operation, signed_at, now)?;
        let mut signed_headers = self.signed_headers.split(';');
        if !signed_headers.any(|name| name.eq_ignore_ascii_case(HOST.as_str())) {
            // AWS: the text of other services (2022).
            let text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(invalid_signature(operation, text.to_owned()));
        }
        if self.algorithm != ALGORITHM {
            // AWS: the text of `DynamoDB` (2013).
            return Err(incomplete_signature(
                operation,
                format!(
                    "Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ",
                    self.algorithm
                ),
            ));
        }
        self.check_scope(parts, date, operation)?;
        let secret = secret.ok_or_else(|| unrecognized_client(operation))?;
        let token = header(parts, SESSION_TOKEN);
        if token != secret.session_token.as_deref() {
            return Err(unrecognized_client(operation));
        }
        secret.check_expiry(operation, now)?;
        let expected = self.expected_signature(parts, body, secret, signed_at);
        if expected.as_deref() == Some(self.signature) {
            Ok(())
        } else {
            Err(invalid_signature(
                operation,
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details."
                    .to_owned(),
            ))
        }
    }

    /// Whether all parts of the credential scope are those of the request.
    ///
    /// AWS: all that are not are named together, in the words of other services (2013 to 2022).
    fn check_scope(
        &self,
        parts: &Parts,
        date: &str,
        operation: Operation,
    ) -> Result<(), ServiceError> {
        let mut faults = String::new();
        let of_host = host(parts).and_then(|host| region_of(host, signing_name(operation)));
        let is_of_host = of_host.is_none_or(|region| region.eq_ignore_ascii_case(self.region));
        if !is_of_host || !is_region(self.region) {
            faults += &self.invalid_region();
        }
        let service = signing_name(operation);
        if self.service != service {
            faults += &format!("Credential should be scoped to correct service: '{service}'. ");
        }
        if self.terminator != TERMINATOR {
            faults += &format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'. ",
                self.terminator
            );
        }
        let day = &date[..8];
        if self.date != day {
            faults += &format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{day}', from '{date}'.",
                self.date
            );
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(invalid_signature(operation, faults))
        }
    }

    /// Approximation: some services leave out which Region it is not (2023, 2025).
    fn invalid_region(&self) -> String {
        format!(
            "Credential should be scoped to a valid region, not '{}'. ",
            self.region
        )
    }

    /// The signature that `secret` makes. `None` if the request cannot be signed at all.
    fn expected_signature(
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
        if let Some(presigned) = parts.extensions.get::<Presigned>() {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(presigned.lifetime);
            settings.session_token_mode = SessionTokenMode::Include;
        }
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
        // Which port is left out of what is signed depends on the scheme, which only a URI in
        // memory has.
        let scheme = parts.uri.scheme_str().unwrap_or("http");
        let path = parts.uri.path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let uri = format!("{scheme}://{host}{path}");
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

/// By how many minutes clocks may differ.
///
/// AWS: five, and fifteen on STS, which grants a presigned request the same, whatever lifetime it
/// says (2018 to 2023).
fn max_skew(operation: Operation) -> u64 {
    match operation.protocol() {
        Protocol::Json => 5,
        Protocol::Query => 15,
    }
}

/// Whether the request was signed no more than [`max_skew`] ago, and no more than that ahead.
fn check_freshness(
    operation: Operation,
    signed_at: SystemTime,
    now: SystemTime,
) -> Result<(), ServiceError> {
    let minutes = max_skew(operation);
    let skew = Duration::from_secs(minutes * 60);
    // A signature knows seconds only, and what is compared is what the message shows.
    let now = whole_seconds(now);
    let oldest = now.checked_sub(skew).unwrap_or(now);
    let newest = now.checked_add(skew).unwrap_or(now);
    let [signed, current] = [signed_at, now].map(basic_format);
    // AWS: the texts of other services (2013 to 2024).
    if signed_at < oldest {
        let oldest = basic_format(oldest);
        let text = format!(
            "Signature expired: {signed} is now earlier than {oldest} ({current} - {minutes} min.)"
        );
        return Err(invalid_signature(operation, text));
    }
    if signed_at > newest {
        let newest = basic_format(newest);
        let text = format!(
            "Signature not yet current: {signed} is still later than {newest} ({current} + {minutes} min.)"
        );
        return Err(invalid_signature(operation, text));
    }
    Ok(())
}

fn signing_name(operation: Operation) -> &'static str {
    match operation.protocol() {
        Protocol::Json => "cognito-identity",
        Protocol::Query => "sts",
    }
}

/// `20260102T030405Z`.
fn basic_format(at: SystemTime) -> String {
    let text = DateTime::from_secs(DateTime::from(at).secs()).fmt(Format::DateTime);
    text.unwrap_or_default().replace(['-', ':'], "")
}

/// The time that such a text stands for.
fn parse_basic_format(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_at_checked(8)?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (time.get(1..3)?, time.get(3..5)?, time.get(5..)?);
    let extended = format!("{year}-{month}-{day}T{hour}:{minute}:{second}");
    let time = DateTime::from_str(&extended, Format::DateTime).ok()?;
    let time = time.try_into().ok()?;
    (basic_format(time) == text).then_some(time)
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let whole = DateTime::from_secs(DateTime::from(time).secs());
    whole.try_into().unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_in_the_compact_form() {
        let at = parse_basic_format("20260102T030405Z").unwrap();

        assert_eq!(basic_format(at), "20260102T030405Z");
        for text in [
            "",
            "20260102",
            "20260102T0304",
            "2026-01-02T03:04:05Z",
            "20260102T03040\u{e4}Z",
            "20260102 030405Z",
            "20260102T030405z",
            "20260102T030405",
            "20260102T030405.0Z",
            "20260102T030460Z",
            "20260102T030405+00:00",
        ] {
            assert_eq!(parse_basic_format(text), None, "{text}");
        }
    }
}
