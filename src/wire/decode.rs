//! Decodes the JSON body of a call into the SDK's input type and validates it in the same pass.
//!
//! The SDK's own `deserialize` functions read the members. A [`ValidatingDeserializer`] between
//! them and the JSON checks what they do not: which required members are missing, and whether the
//! values keep the constraints of the model.

use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeDeserializer};
use serde::de::IgnoredAny;

use super::json::{self, CODEC};
use super::validation::deserializer::ValidatingDeserializer;
use super::validation::shape::{Shape, Structure};
use super::validation::type_error::TypeError;
use super::validation::{Path, Violations};
use crate::error::ServiceError;

/// Decodes the input of an operation with the SDK's `read`, checking it by `constraints`.
// AWS [V12]: JSON of a wrong type or form is reported before, and instead of, broken constraints.
pub(crate) fn input<T>(
    body: &[u8],
    constraints: &'static Structure,
    read: fn(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
) -> Result<Decoded<T>, ServiceError> {
    if body.is_empty() {
        // Approximation [Q64]: no JSON at all is malformed JSON, where the codec would read `{}`.
        return Err(ServiceError::silent("SerializationException")
            .because("the body is empty; it must be a JSON object"));
    }
    let (mut violations, type_error) = (Violations::default(), TypeError::default());
    let mut json = CODEC.create_deserializer(body);
    let shape = Shape::Structure(*constraints);
    let mut deserializer =
        ValidatingDeserializer::new(&mut json, &shape, Path::Input, &mut violations, &type_error);
    let input = read(&mut deserializer).map_err(|error| {
        let explanation = type_error.into_explanation();
        let explanation = explanation.unwrap_or_else(|| why_malformed(body));
        serialization_exception(error).because(explanation)
    })?;
    Ok(Decoded {
        input,
        violation: violations.into_error(),
    })
}

/// Checks the constraints of the API model for an input that was never encoded, as decoding does.
pub(crate) fn checked<T: SerializableStruct>(
    made: T,
    constraints: &'static Structure,
    read: fn(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
) -> Result<T, ServiceError> {
    let decoded = input(&json::to_vec(&made), constraints, read)?;
    decoded.violation.map_or(Ok(made), Err)
}

/// An input that could be read, whether or not it is valid.
#[derive(Debug)]
pub(crate) struct Decoded<T> {
    pub(crate) input: T,
    /// The validation error that names all constraints which the input breaks.
    pub(crate) violation: Option<ServiceError>,
}

/// Turns an error of the SDK into the service's.
///
/// A type mismatch already has the service's text, because [`ValidatingDeserializer`] rewords all
/// of them. Any other error means malformed JSON, for which the service has no text.
fn serialization_exception(error: SerdeError) -> ServiceError {
    const CODE: &str = "SerializationException";
    if let SerdeError::TypeMismatch { message, .. } = error {
        ServiceError::known(CODE, message)
    } else {
        ServiceError::silent(CODE)
    }
}

/// Where the JSON of a body is malformed. The SDK's reader does not say that in a way that is of
/// use to anybody else.
fn why_malformed(body: &[u8]) -> String {
    match serde_json::from_slice::<IgnoredAny>(body) {
        Err(error) => format!("the body is not JSON: {error}"),
        Ok(_) => "the body is JSON that the SDK's reader does not accept".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
    use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityInput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::GetOpenIdTokenForDeveloperIdentityInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;
    use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
    use aws_sdk_cognitoidentity::types::{MappingRuleMatchType, RoleMappingType};

    use super::super::validation::constraints;
    use super::*;

    const POOL: &str = "us-east-1:12345678-1234-1234-1234-123456789012";
    const ROLE: &str = "arn:aws:iam::123456789012:role/r";
    const LIST: &str = "Start of list found where not expected";
    const OBJECT: &str = "Start of structure or map found where not expected.";

    fn read<T>(
        body: impl AsRef<[u8]>,
        constraints: &'static Structure,
        read: fn(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
    ) -> Result<T, ServiceError> {
        let decoded = input(body.as_ref(), constraints, read)?;
        decoded.violation.map_or(Ok(decoded.input), Err)
    }

    fn get_id(body: impl AsRef<[u8]>) -> Result<GetIdInput, ServiceError> {
        read(body, &constraints::GetIdInput, GetIdInput::deserialize)
    }

    fn credentials(body: &str) -> Result<GetCredentialsForIdentityInput, ServiceError> {
        read(
            body,
            &constraints::GetCredentialsForIdentityInput,
            GetCredentialsForIdentityInput::deserialize,
        )
    }

    fn create_pool(body: &str) -> Result<CreateIdentityPoolInput, ServiceError> {
        read(
            body,
            &constraints::CreateIdentityPoolInput,
            CreateIdentityPoolInput::deserialize,
        )
    }

    fn set_roles(body: &str) -> Result<SetIdentityPoolRolesInput, ServiceError> {
        read(
            body,
            &constraints::SetIdentityPoolRolesInput,
            SetIdentityPoolRolesInput::deserialize,
        )
    }

    fn list_identities(body: &str) -> Result<ListIdentitiesInput, ServiceError> {
        read(
            body,
            &constraints::ListIdentitiesInput,
            ListIdentitiesInput::deserialize,
        )
    }

    fn developer_token(
        body: &str,
    ) -> Result<GetOpenIdTokenForDeveloperIdentityInput, ServiceError> {
        read(
            body,
            &constraints::GetOpenIdTokenForDeveloperIdentityInput,
            GetOpenIdTokenForDeveloperIdentityInput::deserialize,
        )
    }

    fn delete_identities(body: &str) -> Result<DeleteIdentitiesInput, ServiceError> {
        read(
            body,
            &constraints::DeleteIdentitiesInput,
            DeleteIdentitiesInput::deserialize,
        )
    }

    /// The roles of a pool with one mapping rule.
    fn roles_with_rule(rule: &str) -> String {
        format!(
            r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{"cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc":{{"Type":"Rules","RulesConfiguration":{{"Rules":[{rule}]}}}}}}}}"#
        )
    }

    #[track_caller]
    fn assert_invalid<T>(outcome: Result<T, ServiceError>, message: &str) {
        let error = outcome.err().expect("the input breaks a constraint");
        assert_eq!((error.code(), error.status()), ("ValidationException", 400));
        assert_eq!(error.message(), Some(message));
    }

    #[track_caller]
    fn assert_unreadable<T>(outcome: Result<T, ServiceError>, message: Option<&str>) {
        let error = outcome.err().expect("the input cannot be read");
        assert_eq!(
            (error.code(), error.status()),
            ("SerializationException", 400)
        );
        assert_eq!(error.message(), message);
    }

    #[test]
    fn a_valid_input_is_decoded() {
        let input = get_id(format!(
            r#" {{ "IdentityPoolId" : "{POOL}", "Logins": {{"a\u00e4": "t\"", "b": "u"}}, "New": [{{}}] }} "#
        ))
        .unwrap();

        let expected = GetIdInput::builder()
            .identity_pool_id(POOL)
            .logins("aä", "t\"")
            .logins("b", "u")
            .build()
            .unwrap();
        assert_eq!(input, expected);
    }

    #[test]
    fn nested_structures_are_decoded() {
        let rule = format!(
            r#"{{"Claim":"isAdmin","MatchType":"Equals","Value":"paid","RoleARN":"{ROLE}"}}"#
        );

        let input = set_roles(&roles_with_rule(&rule)).unwrap();

        let mapping = input.role_mappings().unwrap().values().next().unwrap();
        assert_eq!(mapping.r#type(), &RoleMappingType::Rules);
        let rules = mapping.rules_configuration().unwrap().rules();
        assert_eq!(rules[0].match_type(), &MappingRuleMatchType::Equals);
        assert_eq!(rules[0].role_arn(), ROLE);
    }

    #[test]
    fn patterns_are_quoted_as_in_the_model() {
        assert_invalid(
            create_pool(
                r#"{"IdentityPoolName":"pool#name","AllowUnauthenticatedIdentities":true}"#,
            ),
            r"1 validation error detected: Value 'pool#name' at 'identityPoolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+",
        );
    }

    #[test]
    fn lengths_come_before_patterns() {
        let arn = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_y3LHvvlPG";
        assert_invalid(
            get_id(format!(r#"{{"IdentityPoolId":"{arn}"}}"#)),
            &format!(
                r"2 validation errors detected: Value '{arn}' at 'identityPoolId' failed to satisfy constraint: Member must have length less than or equal to 55; Value '{arn}' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+"
            ),
        );
    }

    #[test]
    fn all_violations_are_in_one_message_in_reverse_order_of_the_members() {
        for body in [
            r#"{"IdentityId":"","Logins":{"xx.xx.xx/xx-xx-xx-xx-xx":""}}"#,
            r#"{"Logins":{"xx.xx.xx/xx-xx-xx-xx-xx":""},"IdentityId":""}"#,
        ] {
            assert_invalid(
                credentials(body),
                r"3 validation errors detected: Value '{xx.xx.xx/xx-xx-xx-xx-xx=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]; Value '' at 'identityId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+",
            );
        }
    }

    #[test]
    fn a_path_goes_through_maps_structures_and_lists() {
        let rule =
            format!(r#"{{"Claim":"c","MatchType":"Matches","Value":"v","RoleARN":"{ROLE}"}}"#);
        assert_invalid(
            set_roles(&roles_with_rule(&rule)),
            "1 validation error detected: Value 'Matches' at 'roleMappings.cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc.member.rulesConfiguration.rules.1.member.matchType' failed to satisfy constraint: Member must satisfy enum value set: [NotEqual, StartsWith, Contains, Equals]",
        );
    }

    #[test]
    fn all_missing_members_are_named() {
        let path = "roleMappings.cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc.member.rulesConfiguration.rules.1.member";
        let null = |member| {
            format!(
                "Value null at '{path}.{member}' failed to satisfy constraint: Member must not be null"
            )
        };
        assert_invalid(
            set_roles(&roles_with_rule("{}")),
            &format!(
                "4 validation errors detected: {}; {}; {}; {}",
                null("roleARN"),
                null("value"),
                null("matchType"),
                null("claim"),
            ),
        );
        assert_invalid(
            set_roles(r#"{"RoleMappings":{"p":{}}}"#),
            "3 validation errors detected: Value null at 'roleMappings.p.member.type' failed to satisfy constraint: Member must not be null; Value null at 'roles' failed to satisfy constraint: Member must not be null; Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null",
        );
    }

    #[test]
    fn a_member_that_is_null_or_has_another_name_is_missing() {
        for body in [
            "{}",
            r#"{"IdentityPoolId":null}"#,
            r#"{"identityPoolId":"x"}"#,
        ] {
            assert_invalid(
                get_id(body),
                "1 validation error detected: Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null",
            );
        }
        assert_invalid(
            create_pool("{}"),
            "2 validation errors detected: Value null at 'allowUnauthenticatedIdentities' failed to satisfy constraint: Member must not be null; Value null at 'identityPoolName' failed to satisfy constraint: Member must not be null",
        );
    }

    /// Rejected calls are recorded with what could be read of their input, so the number that was
    /// read matters too.
    #[test]
    fn numbers_lose_their_fractions_and_become_the_nearest_of_their_type() {
        let list = |limit: &str| {
            let body = format!(r#"{{"IdentityPoolId":"{POOL}","MaxResults":{limit}}}"#);
            input(
                body.as_bytes(),
                &constraints::ListIdentitiesInput,
                ListIdentitiesInput::deserialize,
            )
            .unwrap()
        };

        for (limit, number) in [("60", 60), ("1.9", 1), ("6e1", 60)] {
            let decoded = list(limit);
            assert_eq!(decoded.input.max_results(), Some(number), "{limit}");
            assert_eq!(decoded.violation, None, "{limit}");
        }
        let (above, below) = ("less than or equal to 60", "greater than or equal to 1");
        for (limit, number, shown, rule) in [
            ("0", 0, "0", below),
            ("-1.5", -1, "-1", below),
            ("61", 61, "61", above),
            ("2147483648", i32::MAX, "2147483648", above),
            ("-2147483649", i32::MIN, "-2147483649", below),
            (
                "18446744073709551615",
                i32::MAX,
                "9223372036854775807",
                above,
            ),
            ("1e99", i32::MAX, "9223372036854775807", above),
            ("-1e99", i32::MIN, "-9223372036854775808", below),
        ] {
            let decoded = list(limit);
            assert_eq!(decoded.input.max_results(), Some(number), "{limit}");
            assert_invalid(
                Err::<(), _>(decoded.violation.unwrap()),
                &format!(
                    "1 validation error detected: Value '{shown}' at 'maxResults' failed to satisfy constraint: Member must have value {rule}"
                ),
            );
        }
        assert_invalid(
            developer_token(&format!(
                r#"{{"IdentityPoolId":"{POOL}","Logins":{{"d":"u"}},"TokenDuration":86401}}"#
            )),
            "1 validation error detected: Value '86401' at 'tokenDuration' failed to satisfy constraint: Member must have value less than or equal to 86400",
        );
    }

    #[test]
    fn violations_of_lists_and_maps_show_the_whole_container() {
        assert_invalid(
            delete_identities(r#"{"IdentityIdsToDelete":[]}"#),
            "1 validation error detected: Value '[]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length greater than or equal to 1",
        );
        assert_invalid(
            delete_identities(r#"{"IdentityIdsToDelete":["a:1","b",""]}"#),
            r"1 validation error detected: Value '[a:1, b, ]' at 'identityIdsToDelete' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 55, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+]",
        );
        assert_invalid(
            set_roles(&format!(
                r#"{{"IdentityPoolId":"{POOL}","Roles":{{"unauthenticated":"{ROLE}","x":"{ROLE}","authenticated":""}}}}"#
            )),
            &format!(
                "3 validation errors detected: Value '{{authenticated=, unauthenticated={ROLE}, x={ROLE}}}' at 'roles' failed to satisfy constraint: Member must have length less than or equal to 2; Value '{{authenticated=, unauthenticated={ROLE}, x={ROLE}}}' at 'roles' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]; Value '{{authenticated=, unauthenticated={ROLE}, x={ROLE}}}' at 'roles' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]"
            ),
        );
        assert_invalid(
            set_roles(&roles_with_rule("")),
            "1 validation error detected: Value '[]' at 'roleMappings.cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc.member.rulesConfiguration.rules' failed to satisfy constraint: Member must have length greater than or equal to 1",
        );
        assert_invalid(
            set_roles(&format!(
                r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{"p":{{"Type":"Token"}},"":{{"Type":"Token"}}}}}}"#
            )),
            "1 validation error detected: Value '{=RoleMapping, p=RoleMapping}' at 'roleMappings' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
        );
    }

    #[test]
    fn nulls_in_lists_and_maps_are_skipped() {
        let input = get_id(format!(
            r#"{{"IdentityPoolId":"{POOL}","Logins":{{"a":null,"b":"t"}}}}"#
        ));
        let pool = create_pool(
            r#"{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"SamlProviderARNs":[null],"CognitoIdentityProviders":[null,{}]}"#,
        )
        .unwrap();
        let roles = set_roles(&format!(
            r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{"p":null}}}}"#
        ));

        assert_eq!(input.unwrap().logins().unwrap().len(), 1);
        assert_eq!(pool.saml_provider_arns(), [""; 0]);
        assert_eq!(pool.cognito_identity_providers().len(), 1);
        assert!(roles.unwrap().role_mappings().unwrap().is_empty());
    }

    #[test]
    fn of_a_member_given_twice_the_last_one_counts() {
        let empty = r"2 validation errors detected: Value '' at 'identityPoolId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'identityPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+";

        let good = get_id(format!(
            r#"{{"IdentityPoolId":"","IdentityPoolId":"x","IdentityPoolId":"{POOL}"}}"#
        ));
        let bad = get_id(format!(
            r#"{{"IdentityPoolId":"x","IdentityPoolId":"{POOL}","IdentityPoolId":""}}"#
        ));
        let others = get_id(format!(
            r#"{{"AccountId":"a","IdentityPoolId":"","IdentityPoolId":"{POOL}"}}"#
        ));

        assert_eq!(good.unwrap().identity_pool_id(), Some(POOL));
        assert_invalid(bad, empty);
        assert_invalid(
            others,
            r"1 validation error detected: Value 'a' at 'accountId' failed to satisfy constraint: Member must satisfy regular expression pattern: \d+",
        );
    }

    #[test]
    fn of_a_nested_member_given_twice_the_last_one_counts() {
        let path = "roleMappings.cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi:abc.member.rulesConfiguration.rules.1.member";
        let (open, close) = (r#"{"Rules":["#, "]}");
        let fine =
            format!(r#"{{"Claim":"c","MatchType":"Equals","Value":"v","RoleARN":"{ROLE}"}}"#);
        let again = |first: &str, last: &str| {
            set_roles(&roles_with_rule(&format!(
                r#"{first}{close},"RulesConfiguration":{open}{last}"#
            )))
        };

        assert_eq!(
            again("{},{}", &fine).unwrap(),
            set_roles(&roles_with_rule(&fine)).unwrap()
        );
        assert_invalid(
            again(&fine, &fine.replace("Equals", "")),
            &format!(
                "1 validation error detected: Value '' at '{path}.matchType' failed to satisfy constraint: Member must satisfy enum value set: [NotEqual, StartsWith, Contains, Equals]"
            ),
        );
    }

    #[test]
    fn of_a_key_given_twice_the_last_one_counts() {
        let mappings = |entries: &str| {
            set_roles(&format!(
                r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{{entries}}}}}"#
            ))
        };
        let null = |key: &str| {
            format!(
                "Value null at 'roleMappings.{key}.member.type' failed to satisfy constraint: Member must not be null"
            )
        };

        let good = mappings(r#""p":{},"p":{},"p":{"Type":"Token"}"#);
        let bad = mappings(r#""p":{"Type":"Token"},"p":{},"q":{"Type":"Token"}"#);
        let both = mappings(r#""p":{},"q":{},"p":{}"#);
        let login = get_id(format!(
            r#"{{"IdentityPoolId":"{POOL}","Logins":{{"p":"","p":"t"}}}}"#
        ));

        assert_eq!(good.unwrap().role_mappings().unwrap().len(), 1);
        assert_invalid(bad, &format!("1 validation error detected: {}", null("p")));
        assert_invalid(
            both,
            &format!("2 validation errors detected: {}; {}", null("q"), null("p")),
        );
        assert_eq!(login.unwrap().logins().unwrap()["p"], "t");
    }

    #[test]
    fn a_member_given_again_frees_its_room_in_the_message() {
        let long = "x".repeat(5_000);
        let bad = format!(r#""IdentityPoolId":"{long}","#).repeat(30);

        let last = get_id(format!(r#"{{{bad}"IdentityPoolId":"{long}"}}"#));

        let rules = "Member must have length less than or equal to 55; Value";
        let error = last.err().unwrap();
        let message = error.message().unwrap();
        assert!(message.starts_with("2 validation errors detected: Value 'x"));
        assert!(message.contains(rules) && message.ends_with("[0-9a-f-]+"));
    }

    #[test]
    fn a_member_given_again_replaces_violations_that_were_only_counted() {
        let rules = |count: usize| vec!["{}"; count].join(",");
        let roles = |mappings: &str| {
            set_roles(&format!(
                r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{{mappings}}}}}"#
            ))
        };
        let entry = |key: &str, count: usize| {
            let rules = rules(count);
            format!(r#""{key}":{{"Type":"Rules","RulesConfiguration":{{"Rules":[{rules}]}}}}"#)
        };
        let count = |outcome: Result<SetIdentityPoolRolesInput, ServiceError>| {
            let error = outcome.err().unwrap();
            let message = error.message().unwrap();
            message.split(' ').next().unwrap().parse::<usize>().unwrap()
        };
        let fine = r#""p":{"Type":"Token"}"#;

        assert!(roles(&format!("{},{fine}", entry("p", 400))).is_ok());
        assert_eq!(count(roles(&format!("{fine},{}", entry("p", 400)))), 1_600);
        assert_eq!(
            count(roles(&format!(
                "{},{},{fine}",
                entry("p", 300),
                entry("q", 400)
            ))),
            1_600
        );
        assert_eq!(count(roles(&[entry("p", 400), entry("p", 2)].join(","))), 8);
        let twice = format!(
            r#"{{"IdentityPoolId":"{POOL}","Roles":{{}},"RoleMappings":{{{}}},"RoleMappings":{{{}}}}}"#,
            entry("p", 400),
            entry("q", 1),
        );
        assert_eq!(count(set_roles(&twice)), 4);
    }

    #[test]
    fn any_string_is_true() {
        let pool = |value: &str| {
            create_pool(&format!(
                r#"{{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":{value}}}"#
            ))
        };

        for value in ["true", r#""yes""#, r#""false""#] {
            let input = pool(value).unwrap();
            assert_eq!(input.allow_unauthenticated_identities(), Some(true));
        }
    }

    #[test]
    fn a_value_that_should_be_a_string_is_named() {
        for (value, text) in [
            ("[1]", LIST),
            ("{}", OBJECT),
            ("1.5", "NUMBER_VALUE can not be converted to a String"),
            ("true", "TRUE_VALUE can not be converted to a String"),
            ("false", "FALSE_VALUE can not be converted to a String"),
        ] {
            let member = format!(r#"{{"IdentityPoolId":{value}}}"#);
            assert_unreadable(get_id(member), Some(text));
            let entry = format!(r#"{{"Logins":{{"a":"b","c": {value}}}}}"#);
            assert_unreadable(get_id(entry), Some(text));
            let element = format!(r#"{{"IdentityIdsToDelete":["a",{value}]}}"#);
            assert_unreadable(delete_identities(&element), Some(text));
            let nested = roles_with_rule(&format!(r#"{{"Claim":"c"}},{{"Claim":{value}}}"#));
            assert_unreadable(set_roles(&nested), Some(text));
        }
    }

    #[test]
    fn a_value_that_should_be_a_number_or_a_boolean_is_named() {
        for (value, text) in [
            ("[1]", LIST),
            ("{}", OBJECT),
            (r#""1""#, "STRING_VALUE can not be converted to an Integer"),
            ("true", "TRUE_VALUE can not be converted to an Integer"),
            ("false", "FALSE_VALUE can not be converted to an Integer"),
        ] {
            let body = format!(r#"{{"MaxResults":{value}}}"#);
            assert_unreadable(list_identities(&body), Some(text));
        }
        assert_unreadable(
            developer_token(r#"{"TokenDuration":"60"}"#),
            Some("STRING_VALUE can not be converted to a Long"),
        );
        assert_unreadable(
            create_pool(r#"{"AllowClassicFlow":1}"#),
            Some("NUMBER_VALUE can not be converted to a Boolean"),
        );
    }

    #[test]
    fn a_value_that_should_be_a_container_gets_the_text_of_the_container() {
        let logins = |value: &str| get_id(format!(r#"{{"Logins":{value}}}"#));
        let ids = |value: &str| delete_identities(&format!(r#"{{"IdentityIdsToDelete":{value}}}"#));
        let mapping = |value: &str| set_roles(&format!(r#"{{"RoleMappings":{{"p":{value}}}}}"#));

        for value in [r#""x""#, "1", "true"] {
            assert_unreadable(logins(value), Some("Expected map or null"));
            assert_unreadable(ids(value), Some("Expected list or null"));
            assert_unreadable(mapping(value), Some("Expected null"));
        }
        assert_unreadable(get_id("[]"), Some(LIST));
        assert_unreadable(logins(r#"["x"]"#), Some(LIST));
        assert_unreadable(mapping("[]"), Some(LIST));
        assert_unreadable(ids("{}"), Some(OBJECT));
    }

    #[test]
    fn a_type_error_is_reported_instead_of_violations() {
        assert_unreadable(
            get_id(r#"{"IdentityPoolId":"","Logins":{"a":[]}}"#),
            Some("Start of list found where not expected"),
        );
    }

    #[test]
    fn malformed_json_has_no_message() {
        let deep = format!(
            r#"{{"IdentityPoolId":"{POOL}","New":{}{}}}"#,
            "[".repeat(200_000),
            "]".repeat(200_000)
        );
        for body in [
            "",
            " ",
            "null",
            "1",
            r#""x""#,
            "{",
            "{]",
            "{}x",
            "{}{}",
            r#"{"IdentityPoolId":"a:1",}"#,
            r#"{"IdentityPoolId":tru}"#,
            r#"{"IdentityPoolId":[}"#,
            r#"{"IdentityPoolId":"a:1}"#,
            r#"{"IdentityPoolId":"\x"}"#,
            "{\"IdentityPoolId\":\"a\n\"}",
            r#"{"IdentityPoolId":"\ud800"}"#,
            r#"{"Logins":{1:2}}"#,
            r#"{"MaxResults":01,"IdentityPoolId":"a:1","New":01}"#,
            "AccountId=1&IdentityPoolId=a",
            &deep,
        ] {
            assert_unreadable(get_id(body), None);
        }
        for bytes in [
            b"\xff".as_slice(),
            b"{\"IdentityPoolId\":\"\xff\"}",
            b"{\"\xff\":1}",
            b"{\"New\":\"\xff\"}",
            b"{\"Logins\":{\"a\":\"\xc3\"}}",
        ] {
            assert_unreadable(get_id(bytes), None);
        }
    }

    #[test]
    fn nesting_is_limited_to_a_depth_of_128() {
        let nested = |depth| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            get_id(format!(
                r#"{{"IdentityPoolId":"{POOL}","New":{open}{close}}}"#
            ))
        };

        assert!(nested(127).is_ok());
        assert_unreadable(nested(128), None);
    }

    /// Truncations, and each byte replaced by each of those that steer a JSON parser.
    #[test]
    fn no_damage_to_a_body_makes_the_decoder_panic() {
        let rule =
            format!(r#"{{"Claim":"ä","MatchType":"Equals","Value":"v","RoleARN":"{ROLE}"}}"#);
        let body = roles_with_rule(&rule);
        let set_roles = |body: &[u8]| {
            read(
                body,
                &constraints::SetIdentityPoolRolesInput,
                SetIdentityPoolRolesInput::deserialize,
            )
        };
        assert!(set_roles(body.as_bytes()).is_ok());

        for end in 0..body.len() {
            assert_unreadable(set_roles(&body.as_bytes()[..end]), None);
        }
        for place in 0..body.len() {
            for byte in *b"{}[]\",:\\-0ntf \x00\xff" {
                let mut damaged = body.clone().into_bytes();
                damaged[place] = byte;
                // Whether it can still be read depends on the place.
                let _outcome = set_roles(&damaged);
            }
        }
    }
}
