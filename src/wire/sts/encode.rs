//! Writes outputs and errors as XML.
//!
//! The result of an operation and the document around it are written apart, because the request id
//! in the document is only known when the response is built.

use std::fmt::Write as _;

use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityOutput;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use aws_sdk_sts::primitives::DateTimeFormat;
use uuid::Uuid;

use crate::error::ServiceError;
use crate::operation::Operation;
use crate::xml::escape;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The result of `AssumeRoleWithWebIdentity`.
pub(crate) fn assume_role_with_web_identity(output: &AssumeRoleWithWebIdentityOutput) -> String {
    let mut xml = String::new();
    element(
        &mut xml,
        "SubjectFromWebIdentityToken",
        output.subject_from_web_identity_token(),
    );
    element(&mut xml, "Audience", output.audience());
    if let Some(user) = output.assumed_role_user() {
        xml.push_str("<AssumedRoleUser>");
        element(&mut xml, "AssumedRoleId", Some(user.assumed_role_id()));
        element(&mut xml, "Arn", Some(user.arn()));
        xml.push_str("</AssumedRoleUser>");
    }
    if let Some(credentials) = output.credentials() {
        let expiration = credentials.expiration().fmt(DateTimeFormat::DateTime);
        xml.push_str("<Credentials>");
        element(&mut xml, "AccessKeyId", Some(credentials.access_key_id()));
        element(
            &mut xml,
            "SecretAccessKey",
            Some(credentials.secret_access_key()),
        );
        element(&mut xml, "SessionToken", Some(credentials.session_token()));
        element(&mut xml, "Expiration", expiration.ok().as_deref());
        xml.push_str("</Credentials>");
    }
    element(&mut xml, "Provider", output.provider());
    element(&mut xml, "SourceIdentity", output.source_identity());
    xml
}

/// The result of `GetCallerIdentity`.
pub(crate) fn get_caller_identity(output: &GetCallerIdentityOutput) -> String {
    let mut xml = String::new();
    element(&mut xml, "Arn", output.arn());
    element(&mut xml, "UserId", output.user_id());
    element(&mut xml, "Account", output.account());
    xml
}

/// The whole document around a result.
pub(in super::super) fn success(operation: Operation, result: &str, request_id: Uuid) -> String {
    format!(
        "<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// The document of an error.
pub(in super::super) fn error(error: &ServiceError, request_id: Uuid) -> String {
    let fault = if error.status() < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let mut xml = format!("<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type>");
    element(&mut xml, "Code", Some(error.code()));
    element(&mut xml, "Message", error.message());
    // Writing to a string cannot fail.
    let _ = write!(
        xml,
        "</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    );
    xml
}

fn element(xml: &mut String, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    // Writing to a string cannot fail.
    let _ = write!(xml, "<{name}>{}</{name}>", escape(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_side_at_fault() {
        for (status, fault) in [(400, "Sender"), (499, "Sender"), (500, "Receiver")] {
            let failure = ServiceError::new("A<b", "x & y").with_status(status);

            let xml = error(&failure, Uuid::nil());

            assert_eq!(
                xml,
                format!(
                    "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type><Code>A&lt;b</Code>\
                     <Message>x &amp; y</Message></Error>\
                     <RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"
                )
            );
        }
    }

    #[test]
    fn an_absent_value_has_no_element() {
        let silent = error(&ServiceError::silent("E"), Uuid::nil());

        assert!(!silent.contains("Message"), "{silent}");
    }
}
