//! Validates the values of an input while the SDK deserializes them.
//!
//! [`ValidatingDeserializer`] follows the table of constraints while the SDK follows its schema
//! through the JSON. [`Violations`] and [`Expected`] have the texts of the errors.

use std::collections::{BTreeMap, HashMap};

use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::prelude::DOCUMENT;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document, Number};

use super::shape::{Member, Shape};
use super::type_error::{BOOLEAN, Expected, STRING, Site, TypeError, malformed};
use super::{Path, Violations};
use crate::wire::json::CODEC;

/// Wraps the deserializer of one value and checks what it reads.
///
/// The SDK's `deserialize` functions call its methods, and hand the deserializer of each member,
/// element and entry to a closure of theirs (`consumer`). Here that deserializer is wrapped in turn,
/// with its own shape and path. A member that the table does not have, because the SDK is newer, is
/// not wrapped and so not checked.
// Approximation [Q68]: of a member or a key that is given twice the last one counts, for the input
// and for the constraints. A null does not replace an earlier value.
// Approximation [Q69]: a null in a list or a map counts as absent. No rule of this service that was
// seen forbids it, and Athena was measured to accept it (2026-09).
pub(in crate::wire) struct ValidatingDeserializer<'a> {
    inner: &'a mut dyn ShapeDeserializer,
    shape: &'a Shape,
    path: Path<'a>,
    violations: &'a mut Violations,
    type_error: &'a TypeError,
}

impl<'a> ValidatingDeserializer<'a> {
    pub(in crate::wire) fn new(
        inner: &'a mut dyn ShapeDeserializer,
        shape: &'a Shape,
        path: Path<'a>,
        violations: &'a mut Violations,
        type_error: &'a TypeError,
    ) -> Self {
        Self {
            inner,
            shape,
            path,
            violations,
            type_error,
        }
    }

    fn site(&self) -> Site<'a> {
        Site {
            path: self.path,
            error: self.type_error,
        }
    }

    /// Rewords a failure to read a container, unless it came from inside the container, that is,
    /// after it was `entered`.
    fn container(
        &mut self,
        expected: Expected,
        entered: bool,
        outcome: Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let site = self.site();
        outcome.map_err(|error| {
            if entered {
                error
            } else {
                expected.reword(error, self.inner, site)
            }
        })
    }

    /// Reads an integer from any JSON number.
    // Approximation [Q70]: fractions are cut off, and a number that is too large becomes the
    // largest one, which then breaks a constraint. Athena was measured to do so (2026-09).
    fn read_number(&mut self, expected: &'static str) -> Result<i64, SerdeError> {
        let number = match self.inner.read_document(&DOCUMENT) {
            Ok(Document::Number(Number::PosInt(number))) => {
                i64::try_from(number).unwrap_or(i64::MAX)
            }
            Ok(Document::Number(Number::NegInt(number))) => number,
            Ok(Document::Number(Number::Float(number))) => number as i64,
            Ok(found) => return Err(Expected::Scalar(expected).but_found(&found, self.site())),
            Err(_) => return Err(malformed()),
        };
        if let Shape::Integer(bounds) | Shape::Long(bounds) = self.shape {
            self.violations.number(self.path, *bounds, number);
        }
        Ok(number)
    }
}

/// JSON of the right type for a missing member.
fn empty(shape: &Shape) -> &'static [u8] {
    match shape {
        Shape::Text(_) => br#""""#,
        Shape::Integer(_) | Shape::Long(_) => b"0",
        Shape::Boolean => b"false",
        Shape::List(_) => b"[]",
        Shape::Map(_) | Shape::Structure(_) => b"{}",
    }
}

fn read_text(
    inner: &mut dyn ShapeDeserializer,
    schema: &Schema<'_>,
    site: Site<'_>,
) -> Result<String, SerdeError> {
    let value = inner.read_string(schema);
    value.map_err(|error| Expected::Scalar(STRING).reword(error, inner, site))
}

impl ShapeDeserializer for ValidatingDeserializer<'_> {
    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        consumer: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Shape::Structure(structure) = self.shape else {
            return self.inner.read_struct(schema, consumer);
        };
        let (parent, type_error) = (self.path, self.type_error);
        let mut members = self.violations.by_member();
        let mut entered = false;
        // One bit per member, so that nothing is allocated for a valid input.
        let mut present = 0_u64;
        let outcome = self.inner.read_struct(schema, &mut |member, inner| {
            entered = true;
            let place = structure.position(member.member_index(), member.member_name());
            let Some(place) = place else {
                return consumer(member, inner);
            };
            present |= 1 << place;
            members.remove(place);
            let mut violations = members.begin();
            let Member { name, shape, .. } = structure.members[place];
            let path = Path::Member(&parent, name);
            consumer(
                member,
                &mut ValidatingDeserializer::new(inner, shape, path, &mut violations, type_error),
            )?;
            members.insert(place, violations);
            Ok(())
        });
        let expected = match parent {
            Path::Input => Expected::Input,
            Path::Member(..) | Path::Element(..) | Path::Entry(..) => Expected::Structure,
        };
        self.container(expected, entered, outcome)?;
        for (place, member) in structure.members.iter().enumerate() {
            if member.required && present & (1 << place) == 0 {
                members.missing(place, Path::Member(&parent, member.name));
                // Some of the SDK's builders fail without a required member, which would end the
                // reading and hide the other violations. They are given an empty value.
                if let Some(schema) = schema.member_schema(member.name) {
                    let mut empty = CODEC.create_deserializer(empty(member.shape));
                    consumer(schema, &mut empty)?;
                }
            }
        }
        self.violations.add_members(members);
        Ok(())
    }

    fn read_list(
        &mut self,
        schema: &Schema<'_>,
        consumer: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Shape::List(list) = self.shape else {
            return self.inner.read_list(schema, consumer);
        };
        let (parent, type_error) = (self.path, self.type_error);
        let mut count = 0;
        let outcome = self.inner.read_list(schema, &mut |inner| {
            count += 1;
            if inner.is_null() {
                return inner.read_null();
            }
            consumer(&mut ValidatingDeserializer::new(
                inner,
                list.member,
                Path::Element(&parent, count),
                self.violations,
                type_error,
            ))
        });
        self.container(Expected::List, count > 0, outcome)?;
        self.violations.structures(parent, list, count);
        Ok(())
    }

    fn read_string_list(&mut self, schema: &Schema<'_>) -> Result<Vec<String>, SerdeError> {
        let (parent, error) = (self.path, self.type_error);
        let mut count = 0;
        let mut values = Vec::new();
        let outcome = self.inner.read_list(schema, &mut |inner| {
            count += 1;
            if inner.is_null() {
                return inner.read_null();
            }
            let path = Path::Element(&parent, count);
            values.push(read_text(inner, schema, Site { path, error })?);
            Ok(())
        });
        self.container(Expected::List, count > 0, outcome)?;
        if let Shape::List(list) = self.shape {
            self.violations.strings(self.path, list, &values);
        }
        Ok(values)
    }

    fn read_map(
        &mut self,
        schema: &Schema<'_>,
        consumer: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let Shape::Map(map) = self.shape else {
            return self.inner.read_map(schema, consumer);
        };
        let (parent, type_error) = (self.path, self.type_error);
        let mut entries = self.violations.by_member();
        // The number of each key's last entry. All keys are kept because one bad key shows the
        // whole map. Only role mappings are read here.
        let mut keys: BTreeMap<String, usize> = BTreeMap::new();
        let mut count = 0;
        let outcome = self.inner.read_map(schema, &mut |key, inner| {
            count += 1;
            if inner.is_null() {
                return inner.read_null();
            }
            let name = key.clone();
            if let Some(earlier) = keys.get(&name) {
                entries.remove(*earlier);
            }
            let mut violations = entries.begin();
            let path = Path::Entry(&parent, &name);
            consumer(
                key,
                &mut ValidatingDeserializer::new(
                    inner,
                    map.value,
                    path,
                    &mut violations,
                    type_error,
                ),
            )?;
            entries.insert(count, violations);
            keys.insert(name, count);
            Ok(())
        });
        self.container(Expected::Map, count > 0, outcome)?;
        self.violations.add_entries(entries);
        self.violations.structure_map(parent, map, keys.keys());
        Ok(())
    }

    fn read_string_string_map(
        &mut self,
        schema: &Schema<'_>,
    ) -> Result<HashMap<String, String>, SerdeError> {
        let (parent, error) = (self.path, self.type_error);
        let mut entered = false;
        let mut entries = HashMap::new();
        let outcome = self.inner.read_map(schema, &mut |key, inner| {
            entered = true;
            if inner.is_null() {
                return inner.read_null();
            }
            let path = Path::Entry(&parent, &key);
            let value = read_text(inner, schema, Site { path, error })?;
            entries.insert(key, value);
            Ok(())
        });
        self.container(Expected::Map, entered, outcome)?;
        if let Shape::Map(map) = self.shape {
            self.violations.string_map(self.path, map, &entries);
        }
        Ok(entries)
    }

    fn read_string(&mut self, schema: &Schema<'_>) -> Result<String, SerdeError> {
        let site = self.site();
        let value = read_text(self.inner, schema, site)?;
        if let Shape::Text(text) = self.shape {
            self.violations.text(self.path, text, &value);
        }
        Ok(value)
    }

    fn read_boolean(&mut self, _schema: &Schema<'_>) -> Result<bool, SerdeError> {
        match self.inner.read_document(&DOCUMENT) {
            Ok(Document::Bool(value)) => Ok(value),
            // Approximation [Q71]: any string is true, as measured on Cognito user pools (2026-09).
            Ok(Document::String(_)) => Ok(true),
            Ok(found) => Err(Expected::Scalar(BOOLEAN).but_found(&found, self.site())),
            Err(_) => Err(malformed()),
        }
    }

    fn read_integer(&mut self, _schema: &Schema<'_>) -> Result<i32, SerdeError> {
        let number = self.read_number("an Integer")?;
        let limit = if number < 0 { i32::MIN } else { i32::MAX };
        Ok(i32::try_from(number).unwrap_or(limit))
    }

    fn read_long(&mut self, _schema: &Schema<'_>) -> Result<i64, SerdeError> {
        self.read_number("a Long")
    }

    fn is_null(&self) -> bool {
        self.inner.is_null()
    }

    fn read_null(&mut self) -> Result<(), SerdeError> {
        self.inner.read_null()
    }

    fn skip_value(&mut self) -> Result<(), SerdeError> {
        self.inner.skip_value()
    }

    fn container_size(&self) -> Option<usize> {
        self.inner.container_size()
    }

    // No input of this service has a member of the types below.

    fn read_byte(&mut self, schema: &Schema<'_>) -> Result<i8, SerdeError> {
        self.inner.read_byte(schema)
    }

    fn read_short(&mut self, schema: &Schema<'_>) -> Result<i16, SerdeError> {
        self.inner.read_short(schema)
    }

    fn read_float(&mut self, schema: &Schema<'_>) -> Result<f32, SerdeError> {
        self.inner.read_float(schema)
    }

    fn read_double(&mut self, schema: &Schema<'_>) -> Result<f64, SerdeError> {
        self.inner.read_double(schema)
    }

    fn read_big_integer(&mut self, schema: &Schema<'_>) -> Result<BigInteger, SerdeError> {
        self.inner.read_big_integer(schema)
    }

    fn read_big_decimal(&mut self, schema: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
        self.inner.read_big_decimal(schema)
    }

    fn read_blob(&mut self, schema: &Schema<'_>) -> Result<Blob, SerdeError> {
        self.inner.read_blob(schema)
    }

    fn read_timestamp(&mut self, schema: &Schema<'_>) -> Result<DateTime, SerdeError> {
        self.inner.read_timestamp(schema)
    }

    fn read_document(&mut self, schema: &Schema<'_>) -> Result<Document, SerdeError> {
        self.inner.read_document(schema)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    /// Types that no operation has today are read as the SDK's codec reads them, so that an input
    /// with a member newer than the table is not read wrongly.
    #[test]
    fn values_of_any_type_pass_through() {
        let mut json = CODEC.create_deserializer(
            br#"[null, {"skipped": [1]}, [1, 2, 3], -7, 300, 2.5, -2.5, 12345678901234567890,
                0.5, "bW9jaw==", 5, {"key": true}]"#,
        );
        let (mut violations, type_error) = (Violations::default(), TypeError::default());
        let mut place = 0;
        json.read_list(&DOCUMENT, &mut |inner| {
            place += 1;
            let mut value = ValidatingDeserializer::new(
                inner,
                &Shape::Boolean,
                Path::Input,
                &mut violations,
                &type_error,
            );
            match place {
                1 => {
                    assert!(value.is_null());
                    value.read_null()?;
                }
                2 => {
                    assert!(!value.is_null());
                    value.skip_value()?;
                }
                3 => {
                    assert_eq!(value.container_size(), Some(3));
                    value.skip_value()?;
                }
                4 => assert_eq!(value.read_byte(&DOCUMENT)?, -7),
                5 => assert_eq!(value.read_short(&DOCUMENT)?, 300),
                6 => assert_eq!(value.read_float(&DOCUMENT)?, 2.5),
                7 => assert_eq!(value.read_double(&DOCUMENT)?, -2.5),
                8 => {
                    let expected = BigInteger::from_str("12345678901234567890").unwrap();
                    assert_eq!(value.read_big_integer(&DOCUMENT)?, expected);
                }
                9 => {
                    let expected = BigDecimal::from_str("0.5").unwrap();
                    assert_eq!(value.read_big_decimal(&DOCUMENT)?, expected);
                }
                10 => assert_eq!(value.read_blob(&DOCUMENT)?, Blob::new("mock")),
                11 => assert_eq!(value.read_timestamp(&DOCUMENT)?, DateTime::from_secs(5)),
                _ => {
                    let entries = HashMap::from([("key".to_owned(), Document::Bool(true))]);
                    assert_eq!(value.read_document(&DOCUMENT)?, Document::Object(entries));
                }
            }
            Ok(())
        })
        .unwrap();

        assert_eq!(place, 12);
        assert!(violations.into_error().is_none());
    }
}
