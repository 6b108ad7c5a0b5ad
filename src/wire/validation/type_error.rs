//! The service's texts for JSON values of the wrong type.
//!
//! The codec's own errors are replaced, so that every [`SerdeError::TypeMismatch`] carries the text
//! that the service sends. These texts name neither the shape nor the path of the value; the
//! [`TypeError`] does.

use std::cell::Cell;

use aws_smithy_schema::prelude::DOCUMENT;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::Document;

use super::{Path, explanation};
use crate::explain::quoted;

pub(in crate::wire) const STRING: &str = "a String";
pub(in crate::wire) const BOOLEAN: &str = "a Boolean";

/// Explains the one type error of an input. An error of the SDK has no room for the explanation, so
/// it is kept here until the SDK has returned.
#[derive(Default)]
pub(in crate::wire) struct TypeError(Cell<Option<String>>);

impl TypeError {
    pub(in crate::wire) fn into_explanation(self) -> Option<String> {
        self.0.into_inner()
    }
}

/// Where a value is, and what explains its error if it is of a wrong type.
#[derive(Clone, Copy)]
pub(in crate::wire) struct Site<'a> {
    pub(in crate::wire) path: Path<'a>,
    pub(in crate::wire) error: &'a TypeError,
}

/// The type that the model has where a value of another type was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) enum Expected {
    Input,
    Structure,
    Map,
    List,
    /// The name of a scalar type, with its article.
    Scalar(&'static str),
}

impl Expected {
    /// The error for a value `found` that is of another type.
    // AWS [Y1, Y2]: `Start of list found where not expected` was seen from this service (2021-09).
    // The other texts are common to the AWS JSON services.
    pub(in crate::wire) fn but_found(self, found: &Document, site: Site<'_>) -> SerdeError {
        let explanation = explanation::wrong_type(site.path, self.in_json(), &self.shown(found));
        site.error.0.set(Some(explanation));
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
            // Approximation [Q72]: a body that is a scalar gets no text, as measured on Athena
            // (2026-09).
            Self::Input => malformed(),
            // Approximation [Q72]: as seen from DynamoDB (2013) and Athena (2026-09).
            Self::Structure => SerdeError::type_mismatch("Expected null"),
            Self::Map => SerdeError::type_mismatch("Expected map or null"),
            Self::List => SerdeError::type_mismatch("Expected list or null"),
            Self::Scalar(expected) => {
                SerdeError::type_mismatch(format!("{kind} can not be converted to {expected}"))
            }
        }
    }

    /// The type in the words of JSON.
    fn in_json(self) -> &'static str {
        match self {
            Self::Input | Self::Structure | Self::Map => "an object",
            Self::List => "an array",
            Self::Scalar(STRING) => "a string",
            Self::Scalar(BOOLEAN) => "true or false",
            Self::Scalar(_) => "an integer",
        }
    }

    /// A value of another type. Strings are not shown unless they stand for a number, because they
    /// may be login tokens in the wrong place.
    fn shown(self, found: &Document) -> String {
        let is_number = matches!(self, Self::Scalar(expected) if expected != STRING);
        let kind = match found {
            Document::Array(_) => "an array",
            Document::Object(_) => "an object",
            Document::String(text) if is_number => {
                return format!("the string {}", quoted(text));
            }
            Document::String(_) => "a string",
            Document::Number(_) => "a number",
            Document::Bool(true) => "true",
            Document::Bool(false) => "false",
            Document::Null => "null",
        };
        kind.to_owned()
    }

    /// Replaces the codec's error about a value by the service's.
    ///
    /// The codec leaves its cursor at the value, so the value can be read again as a document to
    /// find out its type. That is not so for an error from inside a container, which must not be
    /// passed here.
    pub(in crate::wire) fn reword(
        self,
        error: SerdeError,
        inner: &mut dyn ShapeDeserializer,
        site: Site<'_>,
    ) -> SerdeError {
        if !matches!(error, SerdeError::TypeMismatch { .. }) {
            return error;
        }
        match inner.read_document(&DOCUMENT) {
            Ok(found) => self.but_found(&found, site),
            Err(_) => malformed(),
        }
    }
}

/// The error for malformed JSON. The service has no text for it.
pub(in crate::wire) fn malformed() -> SerdeError {
    SerdeError::invalid_input("malformed JSON")
}
