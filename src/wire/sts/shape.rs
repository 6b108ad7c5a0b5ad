//! Inputs of STS, as the printer of reports sees them.

use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityInput;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityInput;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::{Schema, ShapeId, ShapeType};

/// The members that are set, with their names.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    texts: Vec<(&'static Schema<'static>, &'a str)>,
    duration: Option<i32>,
}

macro_rules! members {
    ($($place:literal $name:ident $type:ident $member:literal;)+) => {$(
        static $name: Schema<'static> = Schema::new_member(
            ShapeId::from_parts(
                concat!("com.amazonaws.sts#Input$", $member),
                "com.amazonaws.sts",
                "Input",
            ),
            ShapeType::$type,
            $member,
            $place,
        );
    )+};
}

members! {
    0 ROLE_ARN String "RoleArn";
    1 ROLE_SESSION_NAME String "RoleSessionName";
    2 WEB_IDENTITY_TOKEN String "WebIdentityToken";
    3 PROVIDER_ID String "ProviderId";
    4 POLICY String "Policy";
    5 DURATION_SECONDS Integer "DurationSeconds";
}

static INPUT: Schema<'static> = Schema::new_struct(
    ShapeId::from_parts("com.amazonaws.sts#Input", "com.amazonaws.sts", "Input"),
    ShapeType::Structure,
    &[
        &ROLE_ARN,
        &ROLE_SESSION_NAME,
        &WEB_IDENTITY_TOKEN,
        &PROVIDER_ID,
        &POLICY,
        &DURATION_SECONDS,
    ],
);

impl<'a> From<&'a AssumeRoleWithWebIdentityInput> for Shape<'a> {
    fn from(input: &'a AssumeRoleWithWebIdentityInput) -> Self {
        let texts = [
            (&ROLE_ARN, input.role_arn()),
            (&ROLE_SESSION_NAME, input.role_session_name()),
            (&WEB_IDENTITY_TOKEN, input.web_identity_token()),
            (&PROVIDER_ID, input.provider_id()),
            (&POLICY, input.policy()),
        ];
        Self {
            texts: texts
                .into_iter()
                .filter_map(|(name, text)| Some((name, text?)))
                .collect(),
            duration: input.duration_seconds(),
        }
    }
}

impl From<&GetCallerIdentityInput> for Shape<'_> {
    fn from(_: &GetCallerIdentityInput) -> Self {
        Self {
            texts: Vec::new(),
            duration: None,
        }
    }
}

impl SerializableStruct for Shape<'_> {
    fn schema(&self) -> &Schema<'_> {
        &INPUT
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        for (name, text) in &self.texts {
            serializer.write_string(name, text)?;
        }
        match self.duration {
            Some(seconds) => serializer.write_integer(&DURATION_SECONDS, seconds),
            None => Ok(()),
        }
    }
}
