//! Flattens an input or output of the SDK: a serializer that writes fields instead of bytes.
//!
//! It works for every operation, because the SDK's types serialize themselves.

use std::fmt::Write as _;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

use super::field::{Field, Fields, Value};

/// The fields of an input or output.
pub(crate) fn flatten(shape: &dyn SerializableStruct) -> Fields {
    let mut flattener = Flattener {
        flattened: Fields::default(),
        path: String::new(),
        inside: Inside::Struct,
        list_depth: 0,
    };
    // The flattener never fails, and the SDK's types return no errors but those of the serializer.
    let _ = shape.serialize_members(&mut flattener);
    flattener.flattened
}

struct Flattener {
    flattened: Fields,
    /// The path of the structure, list or map that is being written.
    path: String,
    inside: Inside,
    list_depth: usize,
}

/// What the next value is part of. It decides how the path of that value continues.
enum Inside {
    Struct,
    /// The index of the next element.
    List(usize),
    /// The last key, until its value is written, and where the fields of each key start.
    Map(Option<String>, Vec<(String, usize)>),
}

impl Flattener {
    /// Appends the next value's step to the path. Returns the length to truncate the path to
    /// afterwards.
    fn step(&mut self, schema: &Schema<'_>) -> usize {
        let length = self.path.len();
        let _ = match &mut self.inside {
            Inside::Struct => {
                let dot = if length == 0 { "" } else { "." };
                write!(self.path, "{dot}{}", schema.member_name().unwrap_or("?"))
            }
            Inside::List(index) => {
                *index += 1;
                write!(self.path, "[{}]", *index - 1)
            }
            Inside::Map(key, starts) => {
                let key = key.take().unwrap_or_default();
                let step = write!(self.path, "[{key:?}]");
                starts.push((key, self.flattened.fields.len()));
                step
            }
        };
        length
    }

    fn field(&mut self, schema: &Schema<'_>, value: Value) -> Result<(), SerdeError> {
        let length = self.step(schema);
        let path = self.path.clone();
        self.flattened.fields.push(Field { path, value });
        self.path.truncate(length);
        Ok(())
    }

    fn literal(&mut self, schema: &Schema<'_>, value: impl ToString) -> Result<(), SerdeError> {
        self.field(schema, Value::Literal(value.to_string()))
    }

    /// Writes what a structure, list or map holds. Returns the final state of `inside`.
    fn nest(
        &mut self,
        schema: &Schema<'_>,
        inside: Inside,
        empty: Option<Value>,
        write: impl FnOnce(&mut Self) -> Result<(), SerdeError>,
    ) -> Result<Inside, SerdeError> {
        let length = self.step(schema);
        let before = self.flattened.fields.len();
        let outer = std::mem::replace(&mut self.inside, inside);
        let written = write(self);
        let inner = std::mem::replace(&mut self.inside, outer);
        if let Some(value) = empty
            && self.flattened.fields.len() == before
        {
            let path = self.path.clone();
            self.flattened.fields.push(Field { path, value });
        }
        self.path.truncate(length);
        written.map(|()| inner)
    }
}

impl ShapeSerializer for Flattener {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.nest(schema, Inside::Struct, None, |inner| {
            value.serialize_members(inner)
        })?;
        Ok(())
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write_elements: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.nest(schema, Inside::List(0), Some(Value::EmptyList), |inner| {
            if inner.list_depth == 0 {
                inner.flattened.lists.push(inner.path.clone());
            }
            inner.list_depth += 1;
            let written = write_elements(inner);
            inner.list_depth -= 1;
            written
        })?;
        Ok(())
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write_entries: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let map = Inside::Map(None, Vec::new());
        let map = self.nest(schema, map, Some(Value::EmptyMap), |inner| {
            write_entries(inner)
        })?;
        if let Inside::Map(_, starts) = map {
            sort_entries(&mut self.flattened.fields, starts);
        }
        Ok(())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        if let Inside::Map(key @ None, _) = &mut self.inside {
            *key = Some(value.to_owned());
            return Ok(());
        }
        self.field(schema, Value::Text(value.to_owned()))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let text = value.fmt(Format::DateTime);
        self.literal(schema, text.unwrap_or_else(|_| format!("{value:?}")))
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        self.literal(schema, format_args!("{:?}", value.as_ref()))
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Result<(), SerdeError> {
        self.literal(schema, format_args!("{value:?}"))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        self.literal(schema, "null")
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Result<(), SerdeError> {
        self.literal(schema, value)
    }

    fn write_big_integer(
        &mut self,
        schema: &Schema<'_>,
        value: &BigInteger,
    ) -> Result<(), SerdeError> {
        self.literal(schema, value.as_ref())
    }

    fn write_big_decimal(
        &mut self,
        schema: &Schema<'_>,
        value: &BigDecimal,
    ) -> Result<(), SerdeError> {
        self.literal(schema, value.as_ref())
    }
}

/// Sorts the fields of a map by key: the SDK writes them in the order of a hash map.
fn sort_entries(fields: &mut Vec<Field>, starts: Vec<(String, usize)>) {
    let mut entries = Vec::with_capacity(starts.len());
    for (key, start) in starts.into_iter().rev() {
        entries.push((key, fields.split_off(start)));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    fields.extend(entries.into_iter().flat_map(|(_, fields)| fields));
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
    use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
    use aws_sdk_cognitoidentity::operation::untag_resource::UntagResourceInput;
    use aws_sdk_cognitoidentity::types::{
        CognitoIdentityProvider, Credentials, MappingRule, MappingRuleMatchType, RoleMapping,
        RoleMappingType, RulesConfigurationType,
    };
    use expect_test::{Expect, expect};

    use super::*;

    fn check(shape: &dyn SerializableStruct, expected: &Expect) {
        let fields = flatten(shape).fields;
        let lines = fields
            .iter()
            .map(|field| format!("{} = {}", field.path, field.redacted_value()));
        expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn members_follow_the_model_and_map_entries_their_keys() {
        let input = GetIdInput::builder()
            .logins("www.amazon.com", "b")
            .logins("accounts.google.com", "a")
            .logins("graph.facebook.com", "quo\"ted")
            .identity_pool_id("us-east-1:1")
            .account_id("123456789012")
            .build()
            .unwrap();

        check(
            &input,
            &expect![[r#"
                AccountId = "123456789012"
                IdentityPoolId = "us-east-1:1"
                Logins["accounts.google.com"] = "a"
                Logins["graph.facebook.com"] = "quo\"ted"
                Logins["www.amazon.com"] = "b""#]],
        );
    }

    #[test]
    fn lists_structures_numbers_and_booleans() {
        let provider = |name: &str| {
            CognitoIdentityProvider::builder()
                .provider_name(name)
                .server_side_token_check(true)
                .build()
        };
        let input = CreateIdentityPoolInput::builder()
            .identity_pool_name("app")
            .allow_unauthenticated_identities(false)
            .cognito_identity_providers(provider("one"))
            .cognito_identity_providers(provider("two"))
            .build()
            .unwrap();
        let page = ListIdentitiesInput::builder()
            .max_results(7)
            .build()
            .unwrap();

        check(
            &input,
            &expect![[r#"
                IdentityPoolName = "app"
                AllowUnauthenticatedIdentities = false
                CognitoIdentityProviders[0].ProviderName = "one"
                CognitoIdentityProviders[0].ServerSideTokenCheck = true
                CognitoIdentityProviders[1].ProviderName = "two"
                CognitoIdentityProviders[1].ServerSideTokenCheck = true"#]],
        );
        assert_eq!(flatten(&input).lists, ["CognitoIdentityProviders"]);
        check(&page, &expect!["MaxResults = 7"]);
    }

    #[test]
    fn a_map_of_structures_with_lists_inside() {
        let rule = MappingRule::builder()
            .claim("department")
            .match_type(MappingRuleMatchType::Equals)
            .value("engineering")
            .role_arn("arn:aws:iam::123456789012:role/engineer")
            .build()
            .unwrap();
        let rules = RulesConfigurationType::builder()
            .rules(rule)
            .build()
            .unwrap();
        let mapping = RoleMapping::builder()
            .r#type(RoleMappingType::Rules)
            .rules_configuration(rules)
            .build()
            .unwrap();
        let token = RoleMapping::builder()
            .r#type(RoleMappingType::Token)
            .build()
            .unwrap();
        let input = SetIdentityPoolRolesInput::builder()
            .role_mappings("z.example.com", mapping)
            .role_mappings("a.example.com", token)
            .roles("authenticated", "arn:aws:iam::123456789012:role/auth")
            .build()
            .unwrap();

        check(
            &input,
            &expect![[r#"
                Roles["authenticated"] = "arn:aws:iam::123456789012:role/auth"
                RoleMappings["a.example.com"].Type = "Token"
                RoleMappings["z.example.com"].Type = "Rules"
                RoleMappings["z.example.com"].RulesConfiguration.Rules[0].Claim = "department"
                RoleMappings["z.example.com"].RulesConfiguration.Rules[0].MatchType = "Equals"
                RoleMappings["z.example.com"].RulesConfiguration.Rules[0].Value = "engineering"
                RoleMappings["z.example.com"].RulesConfiguration.Rules[0].RoleARN = "arn:aws:iam::123456789012:role/engineer""#]],
        );
    }

    #[test]
    fn an_empty_list_or_map_is_a_field() {
        let tags = UntagResourceInput::builder()
            .set_tag_keys(Some(Vec::new()))
            .build()
            .unwrap();
        let logins = GetIdInput::builder()
            .set_logins(Some([].into()))
            .build()
            .unwrap();

        check(&tags, &expect!["TagKeys = []"]);
        check(&logins, &expect!["Logins = {}"]);
    }

    #[test]
    fn secrets_are_hidden_and_long_tokens_and_texts_cut() {
        let credentials = Credentials::builder()
            .access_key_id("ASIAEXAMPLE")
            .secret_key("do not print")
            .session_token("nor this")
            .expiration(DateTime::from_secs(1_700_000_000))
            .build();
        let output = GetCredentialsForIdentityOutput::builder()
            .credentials(credentials)
            .build();
        let input = GetIdInput::builder()
            .identity_pool_id("p".repeat(257))
            .logins("accounts.google.com", format!("eyJraWQ{}", "é".repeat(418)))
            .logins("graph.facebook.com", "x".repeat(33))
            .logins("www.amazon.com", "short")
            .build()
            .unwrap();

        check(
            &output,
            &expect![[r#"
                Credentials.AccessKeyId = "ASIAEXAMPLE"
                Credentials.SecretKey = <hidden>
                Credentials.SessionToken = <hidden>
                Credentials.Expiration = 2023-11-14T22:13:20Z"#]],
        );
        check(
            &input,
            &expect![[r#"
                IdentityPoolId = "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp…" (257 bytes)
                Logins["accounts.google.com"] = "eyJra…" (843 bytes)
                Logins["graph.facebook.com"] = "xxxxx…" (33 bytes)
                Logins["www.amazon.com"] = "short""#]],
        );
    }

    #[test]
    fn a_text_or_token_at_the_limit_is_printed_whole() {
        let (id, token) = ("p".repeat(256), "x".repeat(32));
        let input = GetIdInput::builder()
            .identity_pool_id(&id)
            .logins("accounts.google.com", &token)
            .build()
            .unwrap();
        let page = ListIdentitiesInput::builder()
            .identity_pool_id(&id)
            .next_token("n".repeat(33))
            .build()
            .unwrap();

        let values = |shape| -> Vec<String> {
            let fields = flatten(shape).fields;
            fields.iter().map(Field::redacted_value).collect()
        };

        assert_eq!(values(&input), [format!("{id:?}"), format!("{token:?}")]);
        assert_eq!(values(&page).last().unwrap(), r#""nnnnn…" (33 bytes)"#);
    }
}
