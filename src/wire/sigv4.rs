//! Signature Version 4, from the verifier's side: what a request says it is signed with, and
//! whether that is so.
//!
//! The algorithm is the SDK's: the request is signed again with the secret that it should have
//! been signed with, and the two signatures are compared.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SessionTokenMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::date_time::{DateTime, Format};
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Uri};

use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};

const DATE: &str = "x-amz-date";
const SESSION_TOKEN: &str = "x-amz-security-token";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
/// What the hosts of AWS end in: those of its partitions, and those that also speak IPv6.
const SUFFIXES: [&str; 5] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
];
/// Identity ids have at most 55 characters, of which a colon and a UUID take 37.
const LONGEST_REGION: usize = 18;

/// What the `Authorization` header of a request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature<'a> {
    algorithm: &'a str,
    pub(crate) access_key_id: &'a str,
    /// The day of the credential scope.
    date: &'a str,
    pub(crate) region: &'a str,
    service: &'a str,
    terminator: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// The query parameters that presign a request. AWS: a request without one of the first five is
/// refused with their names, in this order.
const PRESIGNED: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
];

/// Marks a request whose signature was in its query string.
#[derive(Clone, Copy, Debug)]
struct Presigned {
    /// How long the request says that its signature is good for, which is signed too.
    lifetime: Duration,
}

/// The request with its signature in the headers, where [`Signature`] reads it. A presigned request
/// has it in the query string, which is then without the parameters of the signature.
///
/// Approximation: only STS is called with presigned requests, and a request that is signed in both
/// places counts by its header.
///
/// # Errors
/// What AWS says if parameters of the signature are absent or cannot be read.
pub(crate) fn in_headers(
    operation: Operation,
    parts: &Parts,
) -> Result<Cow<'_, Parts>, ServiceError> {
    let is_json = operation.protocol() == Protocol::Json;
    if is_json || !operation.is_signed() || parts.headers.contains_key(AUTHORIZATION) {
        return Ok(Cow::Borrowed(parts));
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut values: [Option<Cow<'_, str>>; 7] = Default::default();
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = PRESIGNED.iter().position(|presigned| *presigned == name);
        match place.map(|place| &mut values[place]) {
            Some(first @ None) => *first = Some(value),
            // One that is there twice is signed like any other.
            Some(Some(_)) | None => {
                rest.append_pair(&name, &value);
            }
        }
    }
    if values[..5].iter().all(Option::is_none) {
        return Ok(Cow::Borrowed(parts));
    }
    // Approximation: AWS does without the lifetime, which every SDK sends.
    let is_absent = |value: &Option<Cow<'_, str>>| value.as_ref().is_none_or(|v| v.is_empty());
    let absent = PRESIGNED.iter().zip(&values).take(6);
    let absent: String = absent
        .filter(|(_, value)| is_absent(value))
        .map(|(name, _)| format!("AWS query-string parameters must include '{name}'. "))
        .collect();
    if !absent.is_empty() {
        return Err(incomplete(
            operation,
            format!("{absent}Re-examine the query-string parameters."),
        ));
    }
    let token = values[6].take();
    let [
        algorithm,
        scope,
        signature,
        signed_headers,
        date,
        lifetime,
        _,
    ] = values.map(Option::unwrap_or_default);
    // Approximation: the texts of S3.
    let lifetime: u32 = lifetime
        .parse()
        .map_err(|_| incomplete(operation, "X-Amz-Expires should be a number".to_owned()))?;
    let authorization = format!(
        "{algorithm} Credential={scope}, SignedHeaders={signed_headers}, Signature={signature}"
    );

    let mut parts = parts.clone();
    let mut insert = |name: &'static str, parameter: &str, value: &str| {
        let value = HeaderValue::from_str(value)
            .map_err(|_| incomplete(operation, format!("{parameter} is not text")))?;
        parts.headers.insert(name, value);
        Ok::<_, ServiceError>(())
    };
    insert(AUTHORIZATION.as_str(), "X-Amz-Credential", &authorization)?;
    insert(DATE, "X-Amz-Date", &date)?;
    if let Some(token) = token {
        insert(SESSION_TOKEN, "X-Amz-Security-Token", &token)?;
    }
    let mut uri = parts.uri.clone().into_parts();
    let path = format!("{}?{}", parts.uri.path(), rest.finish());
    // A query string may be too long when it is written again. It then keeps the parameters of the
    // signature, so that no signature matches.
    if let Ok(path) = path.parse::<PathAndQuery>() {
        uri.path_and_query = Some(path);
    }
    parts.uri = Uri::from_parts(uri).unwrap_or_default();
    let lifetime = Duration::from_secs(lifetime.into());
    parts.extensions.insert(Presigned { lifetime });
    Ok(Cow::Owned(parts))
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
    pub(crate) fn of(
        operation: Operation,
        headers: &'a HeaderMap,
    ) -> Result<Option<Self>, ServiceError> {
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let header = header
            .to_str()
            .map_err(|_| incomplete(operation, "Authorization header is not text".to_owned()))?;
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        let mut words = header.split([' ', ',']);
        let algorithm = words.next().unwrap_or_default();
        for field in words.filter(|word| !word.is_empty()) {
            match field.split_once('=') {
                Some(("Credential", scope)) => credential = Some(scope),
                Some(("Signature", hex)) => signature = Some(hex),
                Some(("SignedHeaders", names)) => signed_headers = Some(names),
                Some(_) => {}
                None => {
                    return Err(incomplete(
                        operation,
                        format!(
                            "'{field}' not a valid key=value pair (missing equal-sign) in \
                         Authorization header: '{header}'."
                        ),
                    ));
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
            return Err(incomplete(
                operation,
                format!("{missing}Authorization={header}"),
            ));
        };
        let elements: Vec<&str> = scope.split('/').collect();
        let [access_key_id, date, region, service, terminator] = elements[..] else {
            return Err(malformed_scope(operation, scope));
        };
        Ok(Some(Self {
            algorithm,
            access_key_id,
            date,
            region,
            service,
            terminator,
            signed_headers,
            signature,
        }))
    }

    /// Whether the Region of the scope could be one. Pools are made in it, so that not even a mock
    /// that verifies nothing takes any text for a Region.
    ///
    /// # Errors
    /// What AWS says of a Region that it does not have.
    pub(crate) fn expect_region(&self, operation: Operation) -> Result<(), ServiceError> {
        if is_region(self.region) {
            Ok(())
        } else {
            Err(mismatch(operation, self.invalid_region()))
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
        let signed_at = time(date).ok_or_else(|| malformed_date(operation, date))?;
        fresh(operation, signed_at, now)?;
        let mut signed_headers = self.signed_headers.split(';');
        if !signed_headers.any(|name| name.eq_ignore_ascii_case(HOST.as_str())) {
            // AWS: the text of other services (2022).
            let text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(mismatch(operation, text.to_owned()));
        }
        if self.algorithm != ALGORITHM {
            // AWS: the text of `DynamoDB` (2013).
            return Err(incomplete(
                operation,
                format!(
                    "Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ",
                    self.algorithm
                ),
            ));
        }
        self.expect_scope(parts, date, operation)?;
        let secret = secret.ok_or_else(|| unknown_key(operation))?;
        let token = header(parts, SESSION_TOKEN);
        if token != secret.session_token.as_deref() {
            return Err(unknown_key(operation));
        }
        secret.expect_unexpired(operation, now)?;
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

    /// Whether all parts of the credential scope are those of the request.
    ///
    /// AWS: all that are not are named together, in the words of other services (2013 to 2022).
    fn expect_scope(
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
            Err(mismatch(operation, faults))
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
fn fresh(operation: Operation, signed_at: SystemTime, now: SystemTime) -> Result<(), ServiceError> {
    let minutes = max_skew(operation);
    let skew = Duration::from_secs(minutes * 60);
    // A signature knows seconds only, and what is compared is what the message shows.
    let now = whole_seconds(now);
    let oldest = now.checked_sub(skew).unwrap_or(now);
    let newest = now.checked_add(skew).unwrap_or(now);
    let [signed, current] = [signed_at, now].map(compact);
    // AWS: the texts of other services (2013 to 2024).
    if signed_at < oldest {
        let oldest = compact(oldest);
        let text = format!(
            "Signature expired: {signed} is now earlier than {oldest} ({current} - {minutes} min.)"
        );
        return Err(mismatch(operation, text));
    }
    if signed_at > newest {
        let newest = compact(newest);
        let text = format!(
            "Signature not yet current: {signed} is still later than {newest} ({current} + {minutes} min.)"
        );
        return Err(mismatch(operation, text));
    }
    Ok(())
}

/// Whether this is a name as Regions have.
///
/// Approximation: lower-case words and numbers with hyphens between them; which Regions exist is
/// not known here.
pub(crate) fn is_region(region: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    region.len() <= LONGEST_REGION
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && region.split('-').all(is_word)
}

/// The Region that a host of AWS serves. `None` if the host is none of the service.
fn region_of<'a>(host: &'a str, service: &str) -> Option<&'a str> {
    let (name, _port) = host.split_once(':').unwrap_or((host, ""));
    let (prefix, rest) = name.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let (plain, fips) = (service, format!("{service}-fips"));
    let is_of_service = [plain, &fips]
        .iter()
        .any(|known| prefix.eq_ignore_ascii_case(known));
    let is_of_aws = SUFFIXES
        .iter()
        .any(|known| suffix.eq_ignore_ascii_case(known));
    (is_of_service && is_of_aws).then_some(region)
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

fn malformed_scope(operation: Operation, scope: &str) -> ServiceError {
    incomplete(
        operation,
        format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term, got '{scope}'"
        ),
    )
}

fn missing_date(operation: Operation) -> ServiceError {
    incomplete(
        operation,
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            .to_owned(),
    )
}

fn malformed_date(operation: Operation, date: &str) -> ServiceError {
    incomplete(
        operation,
        format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See \
         http://en.wikipedia.org/wiki/ISO_8601"
        ),
    )
}

/// Approximation: the texts are those of other AWS services.
fn incomplete(operation: Operation, message: String) -> ServiceError {
    let code = match operation.protocol() {
        Protocol::Json => "IncompleteSignatureException",
        // AWS: without the suffix, as all codes of this protocol (2020).
        Protocol::Query => "IncompleteSignature",
    };
    ServiceError::known(code, message)
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

/// The time that such a text stands for.
fn time(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_at_checked(8)?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (time.get(1..3)?, time.get(3..5)?, time.get(5..)?);
    let extended = format!("{year}-{month}-{day}T{hour}:{minute}:{second}");
    let time = DateTime::from_str(&extended, Format::DateTime).ok()?;
    let time = time.try_into().ok()?;
    (compact(time) == text).then_some(time)
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let whole = DateTime::from_secs(DateTime::from(time).secs());
    whole.try_into().unwrap_or(time)
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
            "20260102 030405Z",
            "20260102T030405z",
            "20260102T030405",
            "20260102T030405.0Z",
            "20260102T030460Z",
            "20260102T030405+00:00",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    fn region(authorization: &str) -> Result<Option<String>, String> {
        match Signature::of(Operation::ListIdentityPools, &headers(authorization)) {
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
        assert_eq!(
            Signature::of(Operation::ListIdentityPools, &HeaderMap::new()),
            Ok(None)
        );
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
        assert!(Signature::of(Operation::ListIdentityPools, &headers("\u{e4}")).is_err());
    }
}
