//! JSON of another type than the model wants: what the service says about it.
//!
//! Every refusal of the codec is reworded here into the text that the service sends, so that a
//! [`SerdeError::TypeMismatch`] always carries that text. Knows neither shapes nor paths: the
//! service names neither.

use aws_smithy_schema::prelude::DOCUMENT;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::Document;

/// What the model wants where a value of another type was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) enum Wanted {
    Input,
    Structure,
    Map,
    List,
    /// A scalar, with its article.
    Scalar(&'static str),
}

impl Wanted {
    /// The error for having found `found` instead.
    ///
    /// AWS: `Start of list found where not expected` was seen from this service (2021-09). The
    /// other texts are common to the AWS JSON services.
    pub(in crate::wire) fn instead_of(self, found: &Document) -> SerdeError {
        let kind = match found {
            Document::Array(_) => {
                return SerdeError::type_mismatch("Start of list found where not expected");
            }
            Document::Object(_) => {
                let text = "Start of structure or map found where not expected.";
                return SerdeError::type_mismatch(text);
            }
            Document::String(_) => "STRING_VALUE",
            Document::Number(_) => "NUMBER_VALUE",
            Document::Bool(true) => "TRUE_VALUE",
            Document::Bool(false) => "FALSE_VALUE",
            Document::Null => return malformed(),
        };
        match self {
            // Approximation: a body that is a scalar gets no text, as measured on Athena (2026-09).
            Self::Input => malformed(),
            // Approximation: as seen from DynamoDB (2013) and Athena (2026-09).
            Self::Structure => SerdeError::type_mismatch("Expected null"),
            Self::Map => SerdeError::type_mismatch("Expected map or null"),
            Self::List => SerdeError::type_mismatch("Expected list or null"),
            Self::Scalar(wanted) => {
                SerdeError::type_mismatch(format!("{kind} can not be converted to {wanted}"))
            }
        }
    }

    /// Rewords the codec's refusal of a value.
    ///
    /// The codec leaves its cursor at the value, so that reading it as a document tells what it
    /// is. Only errors from deeper inside a container must not come here.
    pub(in crate::wire) fn reword(
        self,
        error: SerdeError,
        inner: &mut dyn ShapeDeserializer,
    ) -> SerdeError {
        if !matches!(error, SerdeError::TypeMismatch { .. }) {
            return error;
        }
        match inner.read_document(&DOCUMENT) {
            Ok(found) => self.instead_of(&found),
            Err(_) => malformed(),
        }
    }
}

/// The error for what is no JSON. The service has no text for it.
pub(in crate::wire) fn malformed() -> SerdeError {
    SerdeError::invalid_input("malformed JSON")
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::GetOpenIdTokenForDeveloperIdentityInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
    use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;

    use super::super::constraints;
    use super::super::shape::Structure;
    use super::*;
    use crate::wire::decode;

    const LIST: &str = "Start of list found where not expected";
    const OBJECT: &str = "Start of structure or map found where not expected.";

    /// The text of the error for `body`, with `VALUE` in it replaced by `value`.
    fn refusal<T>(
        body: &str,
        value: &str,
        constraints: &'static Structure,
        read: fn(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
    ) -> String {
        let body = body.replace("VALUE", value);
        let outcome = decode::input(body.as_bytes(), constraints, read);
        let error = outcome.err().expect("the input cannot be read");
        assert_eq!(error.code(), "SerializationException");
        error
            .message()
            .expect("JSON of another type is named")
            .to_owned()
    }

    fn get_id(body: &str, value: &str) -> String {
        refusal(
            body,
            value,
            &constraints::GetIdInput,
            GetIdInput::deserialize,
        )
    }

    fn delete_identities(body: &str, value: &str) -> String {
        let read = DeleteIdentitiesInput::deserialize;
        refusal(body, value, &constraints::DeleteIdentitiesInput, read)
    }

    fn set_roles(body: &str, value: &str) -> String {
        let read = SetIdentityPoolRolesInput::deserialize;
        refusal(body, value, &constraints::SetIdentityPoolRolesInput, read)
    }

    #[test]
    fn where_a_string_belongs() {
        for (value, text) in [
            ("[1]", LIST),
            ("{}", OBJECT),
            ("1.5", "NUMBER_VALUE can not be converted to a String"),
            ("true", "TRUE_VALUE can not be converted to a String"),
            ("false", "FALSE_VALUE can not be converted to a String"),
        ] {
            assert_eq!(get_id(r#"{"IdentityPoolId":VALUE}"#, value), text);
            assert_eq!(get_id(r#"{"Logins":{"a":"b","c": VALUE}}"#, value), text);
            let list = r#"{"IdentityIdsToDelete":["a",VALUE]}"#;
            assert_eq!(delete_identities(list, value), text);
            let nested = r#"{"RoleMappings":{"p":{"RulesConfiguration":{"Rules":[{"Claim":"c"},{"Claim":VALUE}]}}}}"#;
            assert_eq!(set_roles(nested, value), text);
        }
    }

    #[test]
    fn where_a_number_or_a_boolean_belongs() {
        for (value, text) in [
            ("[1]", LIST),
            ("{}", OBJECT),
            (r#""1""#, "STRING_VALUE can not be converted to an Integer"),
            ("true", "TRUE_VALUE can not be converted to an Integer"),
            ("false", "FALSE_VALUE can not be converted to an Integer"),
        ] {
            let read = ListIdentitiesInput::deserialize;
            let body = r#"{"MaxResults":VALUE}"#;
            let found = refusal(body, value, &constraints::ListIdentitiesInput, read);
            assert_eq!(found, text);
        }
        let found = refusal(
            r#"{"TokenDuration":VALUE}"#,
            r#""60""#,
            &constraints::GetOpenIdTokenForDeveloperIdentityInput,
            GetOpenIdTokenForDeveloperIdentityInput::deserialize,
        );
        assert_eq!(found, "STRING_VALUE can not be converted to a Long");
        let found = refusal(
            r#"{"AllowClassicFlow":VALUE}"#,
            "1",
            &constraints::CreateIdentityPoolInput,
            CreateIdentityPoolInput::deserialize,
        );
        assert_eq!(found, "NUMBER_VALUE can not be converted to a Boolean");
    }

    #[test]
    fn where_a_container_belongs() {
        for value in [r#""x""#, "1", "true"] {
            let map = get_id(r#"{"Logins":VALUE}"#, value);
            let list = delete_identities(r#"{"IdentityIdsToDelete":VALUE}"#, value);
            let structure = set_roles(r#"{"RoleMappings":{"p":VALUE}}"#, value);
            assert_eq!(map, "Expected map or null");
            assert_eq!(list, "Expected list or null");
            assert_eq!(structure, "Expected null");
        }
        assert_eq!(get_id("VALUE", "[]"), LIST);
        assert_eq!(get_id(r#"{"Logins":VALUE}"#, r#"["x"]"#), LIST);
        assert_eq!(set_roles(r#"{"RoleMappings":{"p":VALUE}}"#, "[]"), LIST);
        let list = r#"{"IdentityIdsToDelete":VALUE}"#;
        assert_eq!(delete_identities(list, "{}"), OBJECT);
    }
}
