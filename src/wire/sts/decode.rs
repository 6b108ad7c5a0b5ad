//! Decodes and validates the form of a call.

use std::collections::BTreeMap;

use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityInput;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityInput;
use aws_sdk_sts::types::PolicyDescriptorType;

use super::super::decode::Decoded;
use super::super::validation::shape::{Bounds, Member, Shape};
use super::super::validation::{Path, Violations};
use crate::error::ServiceError;
use crate::explain::quoted;

static ROLE_ARN: Shape = Shape::text(20..=2048);
static SESSION_NAME: Shape = Shape::pattern(2..=64, r"[\w+=,.@-]*");
static TOKEN: Shape = Shape::sensitive_text(4..=20_000);
static PROVIDER_ID: Shape = Shape::text(4..=2048);
static POLICY: Shape = Shape::text(1..=2048);
static DURATION: Shape = Shape::Integer(Bounds::within(900..=43_200));

// AWS [MODEL2]: the bounds of the STS model.
static MEMBERS: [Member; 6] = [
    Member::required("RoleArn", &ROLE_ARN),
    Member::required("RoleSessionName", &SESSION_NAME),
    Member::required("WebIdentityToken", &TOKEN),
    Member::optional("ProviderId", &PROVIDER_ID),
    Member::optional("Policy", &POLICY),
    Member::optional("DurationSeconds", &DURATION),
];

/// Reads and checks the form of `AssumeRoleWithWebIdentity`.
pub(crate) fn assume_role_with_web_identity(
    body: &[u8],
) -> Result<Decoded<AssumeRoleWithWebIdentityInput>, ServiceError> {
    let form: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
    let violation = violation(&form)?;
    let text = |name: &str| form.get(name).cloned();
    let policies = (1..).map_while(|place| form.get(&format!("PolicyArns.member.{place}.arn")));
    let policies: Vec<_> = policies
        .map(|arn| PolicyDescriptorType::builder().arn(arn).build())
        .collect();
    let input = AssumeRoleWithWebIdentityInput::builder()
        .set_role_arn(text("RoleArn"))
        .set_role_session_name(text("RoleSessionName"))
        .set_web_identity_token(text("WebIdentityToken"))
        .set_provider_id(text("ProviderId"))
        .set_policy_arns((!policies.is_empty()).then_some(policies))
        .set_policy(text("Policy"))
        .set_duration_seconds(text("DurationSeconds").and_then(|text| text.parse().ok()))
        .build()
        .expect("the SDK's builders of these inputs demand no member");
    Ok(Decoded { input, violation })
}

/// `GetCallerIdentity` has no parameters.
pub(crate) fn get_caller_identity(
    _: &[u8],
) -> Result<Decoded<GetCallerIdentityInput>, ServiceError> {
    let input = GetCallerIdentityInput::builder().build();
    let input = input.expect("the SDK's builders of these inputs demand no member");
    Ok(Decoded {
        input,
        violation: None,
    })
}

/// The error for all constraints that the form breaks.
// AWS [V13]: on STS it is a `ValidationError`.
fn violation(form: &BTreeMap<String, String>) -> Result<Option<ServiceError>, ServiceError> {
    let mut violations = Violations::default();
    let mut members = violations.by_member();
    for (index, member) in MEMBERS.iter().enumerate() {
        let path = Path::Member(&Path::Input, member.name);
        let Some(value) = form.get(member.name) else {
            if member.required {
                members.missing(index, path);
            }
            continue;
        };
        let mut own = members.begin();
        match member.shape {
            Shape::Text(text) => own.text(path, text, value),
            Shape::Integer(bounds) => {
                let number = value.parse().map_err(|_| malformed(member.name, value))?;
                own.number(path, *bounds, number);
            }
            Shape::Long(_)
            | Shape::Boolean
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::Structure(_) => {}
        }
        members.insert(index, own);
    }
    violations.add_members(members);
    let error = violations.into_error();
    Ok(error.map(|error| error.with_code("ValidationError")))
}

/// The error for a number that cannot be parsed.
// Approximation [Q82]: the text is that of other services with this protocol.
fn malformed(name: &str, value: &str) -> ServiceError {
    let text = format!("'{value}' is not a valid integer");
    let explanation = format!("{name} is {}; it must be an integer", quoted(value));
    ServiceError::known("MalformedInput", text).because(explanation)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr";

    #[test]
    fn a_form_becomes_an_input() {
        let body = format!(
            "Action=AssumeRoleWithWebIdentity&{ROLE}&RoleSessionName=me&WebIdentityToken=a.b.c\
             &DurationSeconds=900&PolicyArns.member.1.arn=p1&PolicyArns.member.2.arn=p2"
        );

        let decoded = assume_role_with_web_identity(body.as_bytes()).unwrap();

        assert_eq!(decoded.violation, None);
        assert_eq!(
            decoded.input.role_arn(),
            Some("arn:aws:iam::123456789012:role/r")
        );
        assert_eq!(decoded.input.duration_seconds(), Some(900));
        assert_eq!(decoded.input.policy_arns().len(), 2);
    }

    #[test]
    fn all_violations_are_in_one_error() {
        let body = format!("{ROLE}&RoleSessionName=x&DurationSeconds=899");

        let decoded = assume_role_with_web_identity(body.as_bytes()).unwrap();
        let violation = decoded.violation.unwrap();

        assert_eq!(violation.code(), "ValidationError");
        assert_eq!(
            violation.message(),
            Some(
                "3 validation errors detected: \
                 Value '899' at 'durationSeconds' failed to satisfy constraint: \
                 Member must have value greater than or equal to 900; \
                 Value null at 'webIdentityToken' failed to satisfy constraint: \
                 Member must not be null; \
                 Value 'x' at 'roleSessionName' failed to satisfy constraint: \
                 Member must have length greater than or equal to 2"
            )
        );
    }

    #[test]
    fn a_duration_is_a_number_within_its_bounds() {
        let assume = |duration: &str| {
            let form = format!(
                "{ROLE}&RoleSessionName=me&WebIdentityToken=a.b.c&DurationSeconds={duration}"
            );
            assume_role_with_web_identity(form.as_bytes())
        };

        for good in ["900", "43200"] {
            assert_eq!(assume(good).unwrap().violation, None, "{good}");
        }
        for bad in ["899", "43201", "-1"] {
            assert!(assume(bad).unwrap().violation.is_some(), "{bad}");
        }
        for malformed in ["", "x", "1.5", "99999999999999999999"] {
            let error = assume(malformed).unwrap_err();
            let text = format!("'{malformed}' is not a valid integer");
            assert_eq!(error.code(), "MalformedInput");
            assert_eq!(error.message(), Some(text.as_str()));
        }
    }
}
