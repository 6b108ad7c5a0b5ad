//! Builds HTTP responses: their statuses, headers and bodies.
//!
//! It knows neither how a response is sent nor which fault may damage it.

use std::time::SystemTime;

use aws_smithy_schema::serde::SerializableStruct;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, DATE, STRICT_TRANSPORT_SECURITY};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use uuid::Uuid;

use super::{json, sts};
use crate::error::ServiceError;
use crate::operation::{Operation, Protocol};
use crate::xml::escape;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

const AMZ_JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const XML: HeaderValue = HeaderValue::from_static("text/xml");
// AWS [WIRE4]: seen on an error (2023-08). Approximation [Q58]: every response has it.
const HTTPS_FOR_A_YEAR: HeaderValue =
    HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The values that differ in the headers of every response.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) request_id: Uuid,
    /// `None` if the mock's clock is set to a time that an HTTP date cannot express.
    pub(crate) date: Option<HeaderValue>,
}

/// Writes the header `Date`. It remembers the last one, because most calls come within one second.
#[derive(Debug, Default)]
pub(crate) struct DateHeader {
    second: Option<i64>,
    value: Option<HeaderValue>,
}

impl DateHeader {
    pub(crate) fn at(&mut self, time: SystemTime) -> Option<HeaderValue> {
        let second = DateTime::from(time).secs();
        if self.second != Some(second) {
            self.value = http_date(second);
            self.second = Some(second);
        }
        self.value.clone()
    }
}

/// An error, in the protocol of the operation.
pub(crate) fn error_response(
    protocol: Protocol,
    error: &ServiceError,
    envelope: &Envelope,
) -> Response<Bytes> {
    match protocol {
        Protocol::Json => json_error(error, envelope),
        Protocol::Query => {
            let xml = sts::encode::error(error, envelope.request_id);
            response(status(error), XML, xml, envelope)
        }
    }
}

/// An error in the form of S3, for its clients.
pub(crate) fn s3_error(error: &ServiceError, envelope: &Envelope) -> Response<Bytes> {
    let (code, text) = (error.code(), error.message().unwrap_or_default());
    let document = format!(
        "<Error><Code>{}</Code><Message>{}</Message><RequestId>{}</RequestId></Error>",
        escape(code),
        escape(text),
        envelope.request_id
    );
    response(status(error), XML, document, envelope)
}

/// The output of an operation of STS, of which `result` is what lies inside the envelope.
pub(crate) fn xml(operation: Operation, result: &str, envelope: &Envelope) -> Response<Bytes> {
    let document = sts::encode::success(operation, result, envelope.request_id);
    response(StatusCode::OK, XML, document, envelope)
}

/// The output of an operation of Cognito Identity.
pub(crate) fn json(output: &dyn SerializableStruct, envelope: &Envelope) -> Response<Bytes> {
    // The SDK makes an output type up for the operations that the model gives none; only those that
    // stand for a shape of the model bear its name. AWS [WIRE9]: without a shape there is no body,
    // and the content type stays (DeleteIdentityPool, 2017). Approximation [Q59]: an empty shape is
    // `{}`, as on other AWS JSON services; the API reference speaks of an empty body for both.
    let body = match output.schema().original_name() {
        Some(_) => json::to_vec(output),
        None => Vec::new(),
    };
    response(StatusCode::OK, AMZ_JSON, body, envelope)
}

// AWS [WIRE10]: `{"__type":"<Name>","message":"<text>"}`, with the name and the text in headers too
// (2019-01, 2023-08).
fn json_error(error: &ServiceError, envelope: &Envelope) -> Response<Bytes> {
    let text = error.message().unwrap_or_default();
    let mut body = Vec::with_capacity(64 + error.code().len() + text.len());
    body.extend_from_slice(br#"{"__type":"#);
    json::write_string(&mut body, error.code());
    if let Some(message) = error.message() {
        body.extend_from_slice(message_member(error.code()));
        json::write_string(&mut body, message);
    }
    body.push(b'}');
    let mut response = response(status(error), AMZ_JSON, body, envelope);
    let headers = response.headers_mut();
    headers.insert(ERROR_TYPE, header_text(&format!("{}:", error.code())));
    if let Some(message) = error.message() {
        headers.insert(ERROR_MESSAGE, header_text(message));
    }
    response
}

/// The name of the member with the text of an error, and the punctuation around it.
// AWS [WIRE11]: an `AccessDeniedException` spells the member with a capital (2026-04).
// Approximation [Q60]: so does a `SerializationException`, as seen on Cognito user pools.
fn message_member(code: &str) -> &'static [u8] {
    match code {
        "AccessDeniedException" | "SerializationException" => br#","Message":"#,
        _ => br#","message":"#,
    }
}

fn status(error: &ServiceError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The response to a request that does not name an operation.
// AWS [B1]: the front end of this service answers like this, without `__type` (2017, 2023).
// Approximation [Q61]: its headers are those of any response.
pub(crate) fn bad_request(envelope: &Envelope) -> Response<Bytes> {
    const BODY: &[u8] = br#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;
    let body = Bytes::from_static(BODY);
    response(StatusCode::BAD_REQUEST, AMZ_JSON, body, envelope)
}

/// A response without a body, as a proxy or a broken front end sends it.
pub(crate) fn bare(status: StatusCode, envelope: &Envelope) -> Response<Bytes> {
    let mut response = response(status, AMZ_JSON, Bytes::new(), envelope);
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    headers.remove(STRICT_TRANSPORT_SECURITY);
    response
}

/// A success with incomplete JSON in its body. Its `Content-Length` is that of the incomplete body.
pub(crate) fn malformed(answer: Response<Bytes>) -> Response<Bytes> {
    const BROKEN: &[u8] = br#"{"IdentityId":"#;
    let mut malformed = answer.map(|_| Bytes::from_static(BROKEN));
    *malformed.status_mut() = StatusCode::OK;
    let headers = malformed.headers_mut();
    headers.remove(ERROR_TYPE);
    headers.remove(ERROR_MESSAGE);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(BROKEN.len()));
    malformed
}

/// The JSON Web Key Set that verifies the tokens.
// AWS [TOKEN10]: it may be cached for 30 days.
pub(crate) fn key_set(document: impl Into<Bytes>, envelope: &Envelope) -> Response<Bytes> {
    const THIRTY_DAYS: HeaderValue = HeaderValue::from_static("max-age=2592000");
    let mut response = response(StatusCode::OK, JSON, document, envelope);
    response.headers_mut().insert(CACHE_CONTROL, THIRTY_DAYS);
    response
}

/// The `OpenID` discovery document of a mock that is reached as `host`.
// Approximation [TOKEN11, Q62]: AWS serves it (the guide names it), but its members were never
// seen. These are the members that the `OpenID` standard demands and that a mock has values for.
pub(crate) fn configuration(issuer: &str, host: &str, envelope: &Envelope) -> Response<Bytes> {
    let document = serde_json::json!({
        "issuer": issuer,
        "jwks_uri": format!("http://{host}/.well-known/jwks_uri"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS512"],
    });
    response(StatusCode::OK, JSON, document.to_string(), envelope)
}

fn response(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<Bytes>,
    envelope: &Envelope,
) -> Response<Bytes> {
    let body = body.into();
    // Large enough for these. The next larger map is a slower allocation.
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(REQUEST_ID, request_id(envelope.request_id));
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS_FOR_A_YEAR);
    if let Some(date) = &envelope.date {
        headers.insert(DATE, date.clone());
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn request_id(id: Uuid) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).expect("hexadecimal digits and hyphens fit into a header")
}

fn http_date(second: i64) -> Option<HeaderValue> {
    let text = DateTime::from_secs(second).fmt(Format::HttpDate).ok()?;
    HeaderValue::try_from(text).ok()
}

/// Makes a header value of a text.
///
/// Messages echo what the client sent. A control character would break the header block, clients do
/// not agree on the encoding of characters outside of ASCII, and many clients reject long headers.
// Approximation [Q63]: such characters become `?`, and a text is cut after 4,096 characters. The
// body has the full text.
fn header_text(text: &str) -> HeaderValue {
    const LONGEST: usize = 4_096;
    let printable = |byte: u8| matches!(byte, b' '..=b'~');
    let safe: Vec<u8> = text
        .chars()
        .take(LONGEST)
        .map(|char| u8::try_from(char).ok().filter(|byte| printable(*byte)))
        .map(|byte| byte.unwrap_or(b'?'))
        .collect();
    HeaderValue::try_from(safe).expect("printable ASCII fits into a header")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolOutput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesOutput;
    use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesOutput;
    use aws_sdk_cognitoidentity::operation::tag_resource::TagResourceOutput;
    use aws_sdk_cognitoidentity::operation::unlink_developer_identity::UnlinkDeveloperIdentityOutput;
    use aws_sdk_cognitoidentity::operation::unlink_identity::UnlinkIdentityOutput;
    use aws_sdk_cognitoidentity::operation::untag_resource::UntagResourceOutput;

    use super::*;

    fn envelope() -> Envelope {
        Envelope {
            request_id: Uuid::from_u128(0xd466_6f1b_0e86_11e9_b307_83bd_0d27_25bd),
            date: DateHeader::default()
                .at(SystemTime::UNIX_EPOCH + Duration::from_millis(1_546_430_786_999)),
        }
    }

    fn lines(response: &Response<Bytes>) -> Vec<String> {
        let mut lines: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn a_success_has_the_headers_of_the_service() {
        let id = "us-east-1:12345678-1234-1234-1234-123456789012";
        let output = GetIdOutput::builder().identity_id(id).build();

        let response = json(&output, &envelope());

        assert_eq!(response.status(), 200);
        assert_eq!(response.body().len(), 63);
        assert_eq!(
            lines(&response),
            [
                "content-length: 63",
                "content-type: application/x-amz-json-1.1",
                "date: Wed, 02 Jan 2019 12:06:26 GMT",
                "strict-transport-security: max-age=31536000; includeSubDomains",
                "x-amzn-requestid: d4666f1b-0e86-11e9-b307-83bd0d2725bd",
            ]
        );
    }

    #[test]
    fn operations_without_an_output_shape_have_no_body() {
        let shapeless: [&dyn SerializableStruct; 4] = [
            &DeleteIdentityPoolOutput::builder().build(),
            &SetIdentityPoolRolesOutput::builder().build(),
            &UnlinkDeveloperIdentityOutput::builder().build(),
            &UnlinkIdentityOutput::builder().build(),
        ];
        let empty: [&dyn SerializableStruct; 3] = [
            &TagResourceOutput::builder().build(),
            &UntagResourceOutput::builder().build(),
            &ListIdentitiesOutput::builder().build(),
        ];

        for output in shapeless {
            let response = json(output, &envelope());
            assert_eq!(response.body(), "");
            assert_eq!(response.headers()[CONTENT_LENGTH], "0");
            assert_eq!(response.headers()[CONTENT_TYPE], AMZ_JSON);
        }
        for output in empty {
            assert_eq!(json(output, &envelope()).body(), "{}");
        }
    }

    #[test]
    fn an_error_has_a_body_and_two_headers_of_its_own() {
        let message = "Logins don't match. Please include at least one valid login for this identity or identity pool.";

        let response = json_error(&ServiceError::not_authorized(message), &envelope());

        assert_eq!(response.status(), 400);
        assert_eq!(
            response.body(),
            &format!(r#"{{"__type":"NotAuthorizedException","message":"{message}"}}"#)
        );
        assert_eq!(
            lines(&response),
            [
                "content-length: 143",
                "content-type: application/x-amz-json-1.1",
                "date: Wed, 02 Jan 2019 12:06:26 GMT",
                "strict-transport-security: max-age=31536000; includeSubDomains",
                &format!("x-amzn-errormessage: {message}"),
                "x-amzn-errortype: NotAuthorizedException:",
                "x-amzn-requestid: d4666f1b-0e86-11e9-b307-83bd0d2725bd",
            ]
        );
    }

    #[test]
    fn an_error_without_message_has_neither_member_nor_header() {
        let response = json_error(
            &ServiceError::silent("UnknownOperationException"),
            &envelope(),
        );

        assert_eq!(response.body(), r#"{"__type":"UnknownOperationException"}"#);
        assert!(!response.headers().contains_key(ERROR_MESSAGE));
    }

    #[test]
    fn two_errors_spell_the_member_of_the_message_with_a_capital() {
        for (code, member) in [
            ("AccessDeniedException", "Message"),
            ("SerializationException", "Message"),
            ("AccessDenied", "message"),
            ("ValidationException", "message"),
        ] {
            let response = json_error(&ServiceError::new(code, "x"), &envelope());

            let body = format!(r#"{{"__type":"{code}","{member}":"x"}}"#);
            assert_eq!(response.body(), &body);
        }
    }

    #[test]
    fn characters_that_a_header_cannot_carry_are_only_in_the_body() {
        let message = "Größe 😀\r\nx-evil: 1";

        let response = json_error(&ServiceError::new("Odd\nName", message), &envelope());

        assert_eq!(response.headers()[ERROR_MESSAGE], "Gr??e ???x-evil: 1");
        assert_eq!(response.headers()[ERROR_TYPE], "Odd?Name:");
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["message"], message);
    }

    #[test]
    fn header_values_are_printable_ascii_of_limited_length() {
        assert_eq!(header_text("\u{1f} !}~\u{7f}\u{80}"), "? !}~??");
        assert_eq!(header_text(&"ä".repeat(5_000)), "?".repeat(4_096));
    }

    #[test]
    fn a_malformed_response_is_a_success_without_the_headers_of_an_error() {
        let error = json_error(&ServiceError::new("E", "x"), &envelope());

        let response = malformed(error);

        assert_eq!(response.status(), 200);
        assert_eq!(response.body(), r#"{"IdentityId":"#);
        assert_eq!(
            lines(&response),
            [
                "content-length: 14",
                "content-type: application/x-amz-json-1.1",
                "date: Wed, 02 Jan 2019 12:06:26 GMT",
                "strict-transport-security: max-age=31536000; includeSubDomains",
                "x-amzn-requestid: d4666f1b-0e86-11e9-b307-83bd0d2725bd",
            ]
        );
    }

    #[test]
    fn errors_keep_their_status() {
        let internal = ServiceError::new("InternalErrorException", "x").with_status(500);
        let impossible = ServiceError::new("E", "x").with_status(7);

        assert_eq!(json_error(&internal, &envelope()).status(), 500);
        assert_eq!(json_error(&impossible, &envelope()).status(), 500);
        let too_large = super::super::request::too_large(&HeaderMap::new(), 1);
        assert_eq!(json_error(&too_large, &envelope()).status(), 413);
    }

    #[test]
    fn a_request_without_an_operation_gets_an_error_without_type() {
        let response = bad_request(&envelope());

        assert_eq!(response.status(), 400);
        assert_eq!(
            response.body(),
            r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#
        );
    }

    #[test]
    fn a_time_that_no_http_date_expresses_sends_no_date() {
        let date = DateHeader::default().at(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 50));
        let response = bad_request(&Envelope { date, ..envelope() });

        assert!(!response.headers().contains_key(DATE));
    }

    #[test]
    fn the_key_set_may_be_cached_for_30_days() {
        let response = key_set(r#"{"keys":[]}"#, &envelope());

        assert_eq!(response.headers()[CACHE_CONTROL], "max-age=2592000");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    }
}
