//! The JSON of the protocol: the SDK's codec to read it, and a serializer of our own to write it.
//!
//! The SDK's serializer is not used because AWS's JSON differs in two ways: timestamps look as Java
//! prints a double, and members are in alphabetical order. Here map entries are too, which makes
//! the bytes of an answer reproducible.

use std::fmt::Display;
use std::io::Write as _;
use std::mem;

use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use once_cell::sync::Lazy;

/// The SDK's JSON codec, as strict as it can be.
pub(super) static CODEC: Lazy<JsonCodec> = Lazy::new(|| {
    JsonCodec::new(
        JsonCodecSettings::builder()
            .use_json_name(false)
            .enforce_strictness(true)
            .validate_skipped_string_encoding(true)
            .build(),
    )
});

/// The JSON of an output, or of an input.
///
/// # Panics
///
/// Panics if a value is of a type that no shape of this service has.
pub(crate) fn to_vec(output: &dyn SerializableStruct) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::with_capacity(256),
        place: Place::Alone,
        entries: Vec::new(),
    };
    writer
        .write_struct(output.schema(), output)
        .expect("outputs of this service hold strings, numbers, booleans and timestamps");
    writer.out
}

/// Appends a JSON string.
pub(super) fn write_string(out: &mut Vec<u8>, value: &str) {
    // Most texts are ids, names and tokens. The fold has no branch, so it is compiled to vector
    // instructions.
    let needs_no_escape = value.bytes().fold(true, |plain, byte| {
        plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\')
    });
    if needs_no_escape {
        out.reserve(value.len() + "\"\"".len());
        out.push(b'"');
        out.extend_from_slice(value.as_bytes());
        out.push(b'"');
    } else {
        serde_json::to_writer(out, value).expect("a string is JSON, and memory takes it");
    }
}

struct Writer {
    out: Vec<u8>,
    place: Place,
    /// The positions in `out` where entries of the unfinished objects begin, innermost object last.
    entries: Vec<usize>,
}

/// The place of the next value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Alone,
    /// In a structure, after its name.
    Member,
    /// In a list.
    Element,
    /// In a map, where the next string is a key.
    Key,
    /// In a map, after its key.
    Value,
}

impl Writer {
    /// Writes what precedes a value: a comma and, in a structure, the name of the member.
    fn begin(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        match self.place {
            Place::Alone => {}
            Place::Member => {
                let name = schema
                    .member_name()
                    .ok_or_else(|| unsupported("nameless"))?;
                self.begin_entry(name);
            }
            Place::Element => self.separate(),
            Place::Key => return Err(unsupported("a map key other than a string")),
            Place::Value => self.place = Place::Key,
        }
        Ok(())
    }

    fn begin_entry(&mut self, name: &str) {
        self.separate();
        self.entries.push(self.out.len());
        write_string(&mut self.out, name);
        self.out.push(b':');
    }

    /// Writes a comma, unless the container is empty so far. No value ends in an opening bracket.
    fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }

    fn scalar(&mut self, schema: &Schema<'_>, value: impl Display) -> Result<(), SerdeError> {
        self.begin(schema)?;
        write!(self.out, "{value}").map_err(|error| SerdeError::write_failed(error.to_string()))
    }

    fn object(
        &mut self,
        schema: &Schema<'_>,
        place: Place,
        write: impl FnOnce(&mut Self) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.begin(schema)?;
        self.out.push(b'{');
        let (open, first) = (self.out.len(), self.entries.len());
        let outer = mem::replace(&mut self.place, place);
        write(self)?;
        self.place = outer;
        self.sort_entries(open, first);
        self.out.push(b'}');
        Ok(())
    }

    /// Sorts the entries of the object opened at `open` by name.
    // AWS [WIRE6]: `{"AccessKeyId":..,"Expiration":..,"SecretKey":..,"SessionToken":..}` (2018),
    // where the model has another order.
    fn sort_entries(&mut self, open: usize, first: usize) {
        let starts = &self.entries[first..];
        let entry = |index: usize| {
            let end = match starts.get(index + 1) {
                Some(next) => next - ",".len(),
                None => self.out.len(),
            };
            &self.out[starts[index]..end]
        };
        let entries = (0..starts.len()).map(entry);
        if !entries.clone().is_sorted() {
            let mut entries: Vec<&[u8]> = entries.collect();
            entries.sort_unstable();
            let sorted = entries.join(&b',');
            self.out.truncate(open);
            self.out.extend_from_slice(&sorted);
        }
        self.entries.truncate(first);
    }
}

impl ShapeSerializer for Writer {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.object(schema, Place::Member, |writer| {
            value.serialize_members(writer)
        })
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write_entries: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.object(schema, Place::Key, |writer| write_entries(writer))
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write_elements: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.begin(schema)?;
        self.out.push(b'[');
        let outer = mem::replace(&mut self.place, Place::Element);
        write_elements(self)?;
        self.place = outer;
        self.out.push(b']');
        Ok(())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        if self.place == Place::Key {
            self.begin_entry(value);
            self.place = Place::Value;
        } else {
            self.begin(schema)?;
            write_string(&mut self.out, value);
        }
        Ok(())
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        self.scalar(schema, java_double(epoch_seconds(value)))
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.scalar(schema, value)
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.scalar(schema, value)
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.scalar(schema, value)
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.scalar(schema, value)
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.scalar(schema, value)
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        self.scalar(schema, "null")
    }

    // No output of this service has a member of the types below.

    fn write_float(&mut self, _: &Schema<'_>, _: f32) -> Result<(), SerdeError> {
        Err(unsupported("a float"))
    }

    fn write_double(&mut self, _: &Schema<'_>, _: f64) -> Result<(), SerdeError> {
        Err(unsupported("a double"))
    }

    fn write_big_integer(&mut self, _: &Schema<'_>, _: &BigInteger) -> Result<(), SerdeError> {
        Err(unsupported("a big integer"))
    }

    fn write_big_decimal(&mut self, _: &Schema<'_>, _: &BigDecimal) -> Result<(), SerdeError> {
        Err(unsupported("a big decimal"))
    }

    fn write_blob(&mut self, _: &Schema<'_>, _: Blob) -> Result<(), SerdeError> {
        Err(unsupported("a blob"))
    }

    fn write_document(&mut self, _: &Schema<'_>, _: &Document) -> Result<(), SerdeError> {
        Err(unsupported("a document"))
    }
}

fn unsupported(what: &str) -> SerdeError {
    SerdeError::unsupported(what)
}

/// Seconds since the epoch.
// AWS [WIRE8]: whole seconds for `Expiration` (2018), milliseconds for `CreationDate` and
// `LastModifiedDate` (2018); nothing finer fits into a `java.util.Date`.
fn epoch_seconds(time: &DateTime) -> f64 {
    let millis = i64::from(time.subsec_nanos() / 1_000_000);
    let millis = time.secs().saturating_mul(1_000).saturating_add(millis);
    // One division rounds once, so that three decimals come out as three decimals.
    millis as f64 / 1_000.0
}

/// A number as Java's `Double.toString` prints it.
// AWS [WIRE7]: `1.515115602E9` (2018).
fn java_double(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        // Java always writes a digit after the point.
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::str::FromStr as _;

    use aws_sdk_cognitoidentity::operation::describe_identity::DescribeIdentityOutput;
    use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;
    use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesOutput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesOutput;
    use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::SetPrincipalTagAttributeMapOutput;
    use aws_sdk_cognitoidentity::types::{
        Credentials, IdentityDescription, MappingRule, MappingRuleMatchType, RoleMapping,
        RoleMappingType, RulesConfigurationType,
    };
    use aws_smithy_schema::prelude::DOCUMENT;

    use super::*;

    fn json(output: &dyn SerializableStruct) -> String {
        String::from_utf8(to_vec(output)).unwrap()
    }

    #[test]
    fn members_are_in_alphabetical_order_and_timestamps_are_java_doubles() {
        let credentials = Credentials::builder()
            .access_key_id("ASIA")
            .secret_key("secret")
            .session_token("token")
            .expiration(DateTime::from_secs(1_515_115_602))
            .build();
        let output = GetCredentialsForIdentityOutput::builder()
            .identity_id("us-east-1:1")
            .credentials(credentials)
            .build();

        assert_eq!(
            json(&output),
            r#"{"Credentials":{"AccessKeyId":"ASIA","Expiration":1.515115602E9,"SecretKey":"secret","SessionToken":"token"},"IdentityId":"us-east-1:1"}"#
        );
    }

    #[test]
    fn timestamps_inside_lists_of_structures_keep_their_milliseconds() {
        let identity = IdentityDescription::builder()
            .identity_id("us-east-1:1")
            .logins("graph.facebook.com")
            .logins("accounts.google.com")
            .creation_date(DateTime::from_millis(1_538_078_988_077))
            .last_modified_date(DateTime::from_secs_and_nanos(1_538_078_988, 77_999_999))
            .build();
        let output = ListIdentitiesOutput::builder()
            .identity_pool_id("us-east-1:2")
            .identities(identity.clone())
            .identities(identity)
            .build();

        let one = r#"{"CreationDate":1.538078988077E9,"IdentityId":"us-east-1:1","LastModifiedDate":1.538078988077E9,"Logins":["graph.facebook.com","accounts.google.com"]}"#;
        assert_eq!(
            json(&output),
            format!(r#"{{"Identities":[{one},{one}],"IdentityPoolId":"us-east-1:2"}}"#)
        );
    }

    #[test]
    fn map_entries_stand_in_order_and_may_hold_structures() {
        let rule = MappingRule::builder()
            .claim("role")
            .match_type(MappingRuleMatchType::Equals)
            .value("admin")
            .role_arn("arn")
            .build()
            .unwrap();
        let rules = RulesConfigurationType::builder().rules(rule).build();
        let mapping = RoleMapping::builder().r#type(RoleMappingType::Rules);
        let output = GetIdentityPoolRolesOutput::builder()
            .roles("unauthenticated", "b")
            .roles("authenticated", "a")
            .role_mappings(
                "z",
                RoleMapping::builder()
                    .r#type(RoleMappingType::Token)
                    .build()
                    .unwrap(),
            )
            .role_mappings(
                "a",
                mapping.rules_configuration(rules.unwrap()).build().unwrap(),
            )
            .build();

        assert_eq!(
            json(&output),
            concat!(
                r#"{"RoleMappings":{"#,
                r#""a":{"RulesConfiguration":{"Rules":[{"Claim":"role","MatchType":"Equals","RoleARN":"arn","Value":"admin"}]},"Type":"Rules"},"#,
                r#""z":{"Type":"Token"}},"#,
                r#""Roles":{"authenticated":"a","unauthenticated":"b"}}"#,
            )
        );
    }

    #[test]
    fn strings_are_escaped_in_keys_and_values_and_empty_containers_are_written() {
        let tags = HashMap::from([("\"k\"\u{1}".to_owned(), "line\n\\ ä".to_owned())]);
        let output = SetPrincipalTagAttributeMapOutput::builder()
            .use_defaults(true)
            .set_principal_tags(Some(tags))
            .build();
        let empty = DescribeIdentityOutput::builder()
            .set_logins(Some(Vec::new()))
            .build();

        assert_eq!(
            json(&output),
            "{\"PrincipalTags\":{\"\\\"k\\\"\\u0001\":\"line\\n\\\\ ä\"},\"UseDefaults\":true}"
        );
        assert_eq!(json(&empty), r#"{"Logins":[]}"#);
    }

    #[test]
    fn seconds_have_three_decimals_before_1970_too() {
        for (seconds, nanos, expected) in [
            (0, 0, 0.0),
            (1, 999_999_999, 1.999),
            (-1, 250_000_000, -0.75),
            (1_538_078_988, 77_000_000, 1_538_078_988.077),
        ] {
            let time = DateTime::from_secs_and_nanos(seconds, nanos);
            assert_eq!(epoch_seconds(&time), expected);
        }
    }

    #[test]
    fn doubles_are_written_as_in_java() {
        for (value, text) in [
            (0.0, "0.0"),
            (1.5, "1.5"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1e9, "1.0E9"),
            (-1e9, "-1.0E9"),
            (1_515_115_602.0, "1.515115602E9"),
            (1_538_078_988.077, "1.538078988077E9"),
            (0.001, "0.001"),
            (0.000_999, "9.99E-4"),
            (0.000_5, "5.0E-4"),
            (-0.25, "-0.25"),
        ] {
            assert_eq!(java_double(value), text);
        }
    }

    /// What `write` makes of a list.
    fn list(
        write: impl Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<String, SerdeError> {
        let mut writer = Writer {
            out: Vec::new(),
            place: Place::Alone,
            entries: Vec::new(),
        };
        writer.write_list(&DOCUMENT, &write)?;
        Ok(String::from_utf8(writer.out).unwrap())
    }

    #[test]
    fn integers_of_any_width_and_null_are_written() {
        let numbers = list(|writer| {
            writer.write_byte(&DOCUMENT, -8)?;
            writer.write_short(&DOCUMENT, 16)?;
            writer.write_integer(&DOCUMENT, -32)?;
            writer.write_long(&DOCUMENT, 64)?;
            writer.write_null(&DOCUMENT)
        });

        assert_eq!(numbers.unwrap(), "[-8,16,-32,64,null]");
    }

    #[test]
    fn types_that_no_output_has_are_refused_by_name() {
        type Write = fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;
        let writes: [(&str, Write); 6] = [
            ("a float", |writer| writer.write_float(&DOCUMENT, 1.0)),
            ("a double", |writer| writer.write_double(&DOCUMENT, 1.0)),
            ("a big integer", |writer| {
                writer.write_big_integer(&DOCUMENT, &BigInteger::from_str("1").unwrap())
            }),
            ("a big decimal", |writer| {
                let one = BigDecimal::from_str("1").unwrap();
                writer.write_big_decimal(&DOCUMENT, &one)
            }),
            ("a blob", |writer| {
                writer.write_blob(&DOCUMENT, Blob::new("b"))
            }),
            ("a document", |writer| {
                writer.write_document(&DOCUMENT, &Document::Null)
            }),
        ];
        for (name, write) in writes {
            let error = list(write).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
