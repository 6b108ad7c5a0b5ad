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
