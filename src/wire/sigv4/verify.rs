//! Verifies that a request is signed with the secret of its access key id.
//!
//! The SDK's own signer signs the request again with the secret that it should have been signed
//! with, and the two signatures are compared.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::date_time::{DateTime, Format};
use http::header::HOST;
use http::request::Parts;

use super::body::{Body, signed_body};
use super::errors::{
    does_not_match, expired_token, incomplete_signature, invalid_signature, malformed_date,
    missing_date, not_in_lifetime, unrecognized_client, untimely, wrong_scope, wrong_session_token,
};
use super::parse::{Presigned, Signature};
use super::recipient::Recipient;
use super::region::{is_region, region_of, signing_name};
use super::{ALGORITHM, DATE, SESSION_TOKEN, header, host};
use crate::error::ServiceError;
use crate::explain::{quoted, time};
use crate::operation::Operation;

const TERMINATOR: &str = "aws4_request";

/// The secret access key that belongs to an access key id, with what verifies its use.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) secret_access_key: String,
    /// Only temporary credentials have one.
    pub(crate) session_token: Option<String>,
    pub(crate) expires: Option<SystemTime>,
}

impl Secret {
    /// A secret of long-term credentials, which do not expire.
    pub(crate) fn lasting(secret_access_key: &str) -> Self {
        Self {
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
            expires: None,
        }
    }

    /// # Errors
    /// AWS's error for expired temporary credentials.
    pub(crate) fn check_expiry(
        &self,
        recipient: impl Into<Recipient>,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        match self.expires {
            Some(expires) if now >= expires => {
                Err(expired_token(recipient.into()).because(format!(
                    "the credentials expired at {}; the mock's clock shows {}",
                    time(expires),
                    time(now)
                )))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Signature<'_> {
    /// Checks that the Region of the credential scope could be one. Pools are created in that
    /// Region, so this is checked even if the mock verifies no signatures.
    ///
    /// # Errors
    /// AWS's error for a Region that does not exist.
    pub(crate) fn check_region(&self, operation: Operation) -> Result<(), ServiceError> {
        if is_region(self.region) {
            Ok(())
        } else {
            Err(wrong_scope(operation.into(), self.invalid_region()).because(self.no_region()))
        }
    }

    /// Verifies that the request was signed recently with `secret`. One for the mock must be signed
    /// for this service and for the Region of its host, too. `secret` is `None` if nobody has the
    /// access key id.
    ///
    /// # Errors
    /// AWS's error for the first check that fails.
    // AWS [AUTH4]: the parts of a signature are checked in this order, as measured on `DynamoDB`
    // (2013).
    pub(crate) fn verify(
        &self,
        parts: &Parts,
        body: Body<'_>,
        secret: Option<&Secret>,
        recipient: impl Into<Recipient>,
        now: SystemTime,
    ) -> Result<(), ServiceError> {
        let recipient = recipient.into();
        let date = header(parts, DATE).ok_or_else(|| missing_date(recipient))?;
        let signed_at = parse_basic_format(date).ok_or_else(|| malformed_date(recipient, date))?;
        match parts.extensions.get::<Presigned>() {
            Some(presigned) if recipient.is_other() => {
                check_lifetime(recipient, signed_at, presigned.lifetime, now)?;
            }
            _ => check_freshness(recipient, signed_at, now)?,
        }
        let mut signed_headers = self.signed_headers.split(';');
        if !signed_headers.any(|name| name.eq_ignore_ascii_case(HOST.as_str())) {
            // AWS [AUTH5]: the text of other services (2022).
            let text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(
                invalid_signature(recipient, text.to_owned()).because(format!(
                    "`SignedHeaders` is {}; it must have `host`",
                    quoted(self.signed_headers)
                )),
            );
        }
        if self.algorithm != ALGORITHM {
            // AWS [AUTH6]: the text of `DynamoDB` (2013).
            let text = format!(
                "Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ",
                self.algorithm
            );
            return Err(incomplete_signature(recipient, text).because(format!(
                "the request is signed with {}; the mock verifies {ALGORITHM}",
                quoted(self.algorithm)
            )));
        }
        self.check_scope(parts, date, recipient)?;
        let key = || quoted(self.access_key_id);
        let secret = secret.ok_or_else(|| {
            let unless_required = if recipient.is_other() {
                ""
            } else {
                "it was not given to `require_credentials`, and "
            };
            unrecognized_client(recipient).because(format!(
                "the access key id {} is not known: {unless_required}this mock did not issue it",
                key()
            ))
        })?;
        let token = header(parts, SESSION_TOKEN);
        if token != secret.session_token.as_deref() {
            let problem = match (token, &secret.session_token) {
                (None, _) => "was issued with a session token; the request has none",
                (Some(_), Some(_)) => "was issued with another session token than the request has",
                (Some(_), None) => {
                    "was given to `require_credentials`, so it has no session token; the request \
                     has one"
                }
            };
            let explanation = format!("the access key id {} {problem}", key());
            // AWS [AUTH14]: S3 says that it does not know a temporary key without its session token.
            let error = match token {
                Some(_) => wrong_session_token(recipient),
                None => unrecognized_client(recipient),
            };
            return Err(error.because(explanation));
        }
        secret.check_expiry(recipient, now)?;
        let body = signed_body(recipient, parts, body)?;
        let expected = self.expected_signature(parts, body, secret, recipient, signed_at);
        if expected.as_deref() == Some(self.signature) {
            Ok(())
        } else {
            Err(does_not_match(recipient).because(format!(
                "the request was signed with another secret than that of {}, or was changed after \
                 it was signed",
                key()
            )))
        }
    }

    /// Checks that the credential scope fits the request.
    // AWS [AUTH7]: all parts that do not fit are named together, in the words of other services
    // (2013 to 2022).
    fn check_scope(
        &self,
        parts: &Parts,
        date: &str,
        recipient: Recipient,
    ) -> Result<(), ServiceError> {
        let mut mistakes = String::new();
        let mut explanations = Vec::new();
        // Any service and Region may be those of another service.
        let service = match recipient {
            Recipient::Operation(operation) => signing_name(operation),
            Recipient::Other(_) => self.service,
        };
        let host = host(parts);
        let of_host = host.and_then(|host| region_of(host, service));
        let of_host = of_host.filter(|_| !recipient.is_other());
        let other = of_host.filter(|region| !region.eq_ignore_ascii_case(self.region));
        if other.is_some() || !is_region(self.region) {
            mistakes += &self.invalid_region();
            explanations.push(match other {
                Some(other) => format!(
                    "the scope's Region is {}; that of the host {} is {}",
                    quoted(self.region),
                    quoted(host.unwrap_or_default()),
                    quoted(other)
                ),
                None => self.no_region(),
            });
        }
        if self.service != service {
            mistakes += &format!("Credential should be scoped to correct service: '{service}'. ");
            let signed = quoted(self.service);
            explanations.push(format!(
                "the scope's service is {signed}, not \"{service}\""
            ));
        }
        if self.terminator != TERMINATOR {
            mistakes += &format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'. ",
                self.terminator
            );
            let signed = quoted(self.terminator);
            explanations.push(format!(
                "the scope ends in {signed}, not in \"{TERMINATOR}\""
            ));
        }
        let day = &date[..8];
        if self.date != day {
            mistakes += &format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{day}', from '{date}'.",
                self.date
            );
            let signed = quoted(self.date);
            explanations.push(format!(
                "the scope's date is {signed}; `X-Amz-Date` is \"{date}\""
            ));
        }
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(wrong_scope(recipient, mistakes).because(explanations.join("; ")))
        }
    }

    // Approximation [Q78]: some services leave out the invalid Region (2023, 2025).
    fn invalid_region(&self) -> String {
        format!(
            "Credential should be scoped to a valid region, not '{}'. ",
            self.region
        )
    }

    fn no_region(&self) -> String {
        let region = quoted(self.region);
        format!("the scope's Region is {region}, which is not the name of a Region")
    }

    /// The signature of the request with `secret`. `None` if the request cannot be signed at all.
    fn expected_signature(
        &self,
        parts: &Parts,
        body: SignableBody<'_>,
        secret: &Secret,
        recipient: Recipient,
        signed_at: SystemTime,
    ) -> Option<String> {
        let is_signed = |name: &str| self.signed_headers.split(';').any(|signed| signed == name);
        // The signer signs the headers that are there. One that is not must not be overlooked.
        let is_there = |name: &str| name == HOST.as_str() || parts.headers.contains_key(name);
        if !self.signed_headers.split(';').all(is_there) {
            return None;
        }
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
            settings.session_token_mode = if recipient.signs_presigned_token() {
                SessionTokenMode::Include
            } else {
                SessionTokenMode::Exclude
            };
        }
        if recipient.is_s3() {
            // AWS [AUTH13]: the names of objects are signed as they are sent.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
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
        // The signer leaves out the default port of the scheme. Only a URI in memory has a scheme.
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
        let request = SignableRequest::new(parts.method.as_str(), uri, headers, body).ok()?;
        Some(sign(request, &params).ok()?.signature().to_owned())
    }
}

/// Checks that the request was signed at most [`max_skew`](Recipient::max_skew) minutes before or
/// after `now`.
fn check_freshness(
    recipient: Recipient,
    signed_at: SystemTime,
    now: SystemTime,
) -> Result<(), ServiceError> {
    let minutes = recipient.max_skew();
    let explanation = || {
        format!(
            "the request was signed at {}; the mock's clock shows {}; {minutes} minutes are allowed",
            time(signed_at),
            time(now)
        )
    };
    let skew = Duration::from_secs(minutes * 60);
    // A signature has whole seconds, and the times that are compared are those in the message.
    let now = whole_seconds(now);
    let oldest = now.checked_sub(skew).unwrap_or(now);
    let newest = now.checked_add(skew).unwrap_or(now);
    let [signed, current] = [signed_at, now].map(basic_format);
    // AWS [AUTH9]: the texts of other services (2013 to 2024).
    if signed_at < oldest {
        let oldest = basic_format(oldest);
        let text = format!(
            "Signature expired: {signed} is now earlier than {oldest} ({current} - {minutes} min.)"
        );
        return Err(untimely(recipient, text).because(explanation()));
    }
    if signed_at > newest {
        let newest = basic_format(newest);
        let text = format!(
            "Signature not yet current: {signed} is still later than {newest} ({current} + {minutes} min.)"
        );
        return Err(untimely(recipient, text).because(explanation()));
    }
    Ok(())
}

/// Checks that the lifetime of a presigned request has begun and is not over.
// AWS [AUTH13]: the lifetime is exact, and the clocks may differ at its beginning only.
fn check_lifetime(
    recipient: Recipient,
    signed_at: SystemTime,
    lifetime: Duration,
    now: SystemTime,
) -> Result<(), ServiceError> {
    let now = whole_seconds(now);
    let ends = signed_at.checked_add(lifetime).unwrap_or(signed_at);
    let skew = Duration::from_secs(recipient.max_skew() * 60);
    let newest = now.checked_add(skew).unwrap_or(now);
    let explanation = |flaw: &str| {
        format!(
            "the request was presigned at {} for {} seconds, which {flaw}: the mock's clock shows {}",
            time(signed_at),
            lifetime.as_secs(),
            time(now)
        )
    };
    let [end, current, signed] = [ends, now, signed_at].map(basic_format);
    // Approximation [Q87]: other services than S3 say what they say of signatures in a header.
    if ends < now {
        let text = format!("Signature expired: {end} is now earlier than {current}");
        let error = not_in_lifetime(recipient, true, text);
        return Err(error.because(explanation("are over")));
    }
    if signed_at > newest {
        let text = format!("Signature not yet current: {signed} is still later than {current}");
        let error = not_in_lifetime(recipient, false, text);
        return Err(error.because(explanation("have not begun")));
    }
    Ok(())
}

/// A time as `20260102T030405Z`, the basic format of ISO 8601.
fn basic_format(at: SystemTime) -> String {
    let text = DateTime::from_secs(DateTime::from(at).secs()).fmt(Format::DateTime);
    text.unwrap_or_default().replace(['-', ':'], "")
}

/// The inverse of [`basic_format`].
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
    fn times_are_written_and_read_in_the_basic_format() {
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
