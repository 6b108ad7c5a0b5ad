//! The two operations of STS: exchanging a token of this service for credentials, the last step of
//! the classic flow, and telling whose credentials a call is signed with.
//!
//! Trust policies are not evaluated: the bearer of a valid token may assume any role.

use std::borrow::Cow;

use aws_sdk_sts::operation::assume_role_with_web_identity::{
    AssumeRoleWithWebIdentityInput, AssumeRoleWithWebIdentityOutput,
};
use aws_sdk_sts::operation::get_caller_identity::{
    GetCallerIdentityInput, GetCallerIdentityOutput,
};
use aws_sdk_sts::primitives::DateTime;
use aws_sdk_sts::types::{AssumedRoleUser, Credentials};
use serde_json::{Map, Value};

use super::Engine;
use super::arn::{Arn, user_arn};
use super::context::Context;
use super::explain::quoted;
use super::ids::Ids;
use super::issued_credentials::{Grant, IssuedCredentials};
use super::login_errors::{NOT_SIGNED_HERE, jwt_flaw, shown_claim, why_claim_missing, why_expired};
use super::open_id_token::principal_tags;
use super::region::{COGNITO, is_issuer, issuer};
use crate::error::ServiceError;
use crate::token::{self, Jwt, SignatureCheck};

// AWS [STS1]: the duration of a session unless `DurationSeconds` says otherwise.
const DEFAULT_SECONDS: i32 = 3_600;

impl Engine {
    /// Exchanges a token of `GetOpenIdToken` or `GetOpenIdTokenForDeveloperIdentity` for
    /// credentials, which is the last step of the classic flow.
    ///
    /// Trust policies are not evaluated, and a session lasts as long as the request asks for, from
    /// 900 to 43,200 seconds. On AWS the maximum session duration of the role is the limit, which
    /// is 3,600 seconds unless it was raised.
    ///
    /// API reference: [`AssumeRoleWithWebIdentity`](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_open_id_token::GetOpenIdTokenInput;
    /// # use aws_sdk_sts::operation::assume_role_with_web_identity::*;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// # let input = GetOpenIdTokenInput::builder().identity_id(&id).build().unwrap();
    /// # let answer = mock.with_engine(|engine| engine.get_open_id_token(input));
    /// # let token = answer.unwrap().token.unwrap();
    /// let input = AssumeRoleWithWebIdentityInput::builder()
    ///     .role_arn("arn:aws:iam::123456789012:role/Guest")
    ///     .role_session_name("test")
    ///     .web_identity_token(token);
    /// let input = input.build().unwrap();
    /// let answer = mock.with_engine(|engine| engine.assume_role_with_web_identity(input));
    /// assert_eq!(answer.unwrap().subject_from_web_identity_token, Some(id));
    /// ```
    ///
    /// # Errors
    ///
    /// * `InvalidIdentityToken`: the token was not issued by this mock.
    /// * `ExpiredTokenException`: the token has expired.
    /// * `ValidationError`: the ARN is not that of a role.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the builders are given their required members"
    )]
    pub fn assume_role_with_web_identity(
        &mut self,
        input: AssumeRoleWithWebIdentityInput,
    ) -> Result<AssumeRoleWithWebIdentityOutput, ServiceError> {
        let context = &mut self.context;
        let role_arn = input.role_arn.unwrap_or_default();
        let arn = Arn::parse(&role_arn);
        if arn.and_then(|arn| arn.role_name()).is_none() {
            let what = match arn {
                None => "is no ARN",
                Some(_) => "is not the ARN of a role",
            };
            // AWS [STS2]: the ARN of something other than a role is invalid too.
            let error = ServiceError::known("ValidationError", "Request ARN is invalid");
            return Err(error.because(format!(
                "{} {what}, such as {}",
                quoted(&role_arn),
                "arn:aws:iam::<account>:role/<name>"
            )));
        }
        let claims = context.web_identity(&input.web_identity_token.unwrap_or_default())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();

        let session_name = input.role_session_name.unwrap_or_default();
        let seconds = u64::try_from(input.duration_seconds.unwrap_or(DEFAULT_SECONDS)).unwrap_or(0);
        let user = AssumedRoleUser::builder()
            .arn(assumed_role_arn(&role_arn, &session_name))
            .assumed_role_id(assumed_role_id(&role_arn, &session_name));
        let issued = context.issue(
            Grant {
                identity_id: text("sub").to_owned(),
                identity_pool_id: text("aud").to_owned(),
                role_arn,
                session_name,
                principal_tags: principal_tags(&claims),
                amr: amr(&claims),
            },
            seconds,
        );
        let credentials = Credentials::builder()
            .access_key_id(issued.access_key_id)
            .secret_access_key(issued.secret_key)
            .session_token(issued.session_token)
            .expiration(DateTime::from_secs(issued.expires));
        Ok(AssumeRoleWithWebIdentityOutput::builder()
            .subject_from_web_identity_token(text("sub"))
            .audience(text("aud"))
            .provider(COGNITO)
            .assumed_role_user(user.build().expect("the required members are set above"))
            .credentials(
                credentials
                    .build()
                    .expect("the required members are set above"),
            )
            .build())
    }

    /// Returns who signed the call: the assumed role for credentials that the mock has issued, and
    /// a user of the account for all others.
    ///
    /// API reference: [`GetCallerIdentity`](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
    ///
    /// # Errors
    ///
    /// The operation does not fail.
    pub fn get_caller_identity(
        &mut self,
        _: GetCallerIdentityInput,
    ) -> Result<GetCallerIdentityOutput, ServiceError> {
        let context = &self.context;
        let key = context.access_key_id.as_deref().unwrap_or_default();
        let (arn, user_id) = match context.issued.get(key) {
            Some(IssuedCredentials {
                role_arn,
                session_name,
                ..
            }) => (
                assumed_role_arn(role_arn, session_name),
                assumed_role_id(role_arn, session_name),
            ),
            None => (
                user_arn(&context.region, context.account_id()),
                "AIDAMOCKMOCKMOCKMOCK".to_owned(),
            ),
        };
        let account = Arn::parse(&arn).map_or_else(|| context.account_id(), |arn| arn.account);
        Ok(GetCallerIdentityOutput::builder()
            .account(account)
            .arn(&arn)
            .user_id(user_id)
            .build())
    }
}

impl Context {
    /// The claims of a token that this mock has signed and that has not expired.
    fn web_identity(&self, text: &str) -> Result<Map<String, Value>, ServiceError> {
        let jwt = Jwt::parse(text).ok_or_else(|| {
            invalid_token(
                "The ID Token provided is not a valid JWT. \
                 (You may see this error if you sent an Access Token)",
            )
            .because(format!(
                "`WebIdentityToken` is no JWT: {}; GetOpenIdToken gives one",
                jwt_flaw(text)
            ))
        })?;
        // Approximation [Q14]: the text for other missing claims of a token.
        let issuer_name = jwt.claim("iss").ok_or_else(|| {
            invalid_token("Missing a required claim: iss").because(why_claim_missing(&jwt, "iss"))
        })?;
        // AWS [STS3]: any other issuer would have to be a provider in IAM, which the mock does not
        // have.
        if !is_issuer(issuer_name) {
            let text = format!("No OpenIDConnect provider found in your account for {issuer_name}");
            return Err(invalid_token(text).because(format!(
                "`iss` of the token is {}; the mock takes tokens of GetOpenIdToken only, which have {}",
                quoted(issuer_name),
                quoted(&issuer(&self.region))
            )));
        }
        let region = jwt
            .claim("aud")
            .and_then(|pool| pool.split_once(':'))
            .map(|(region, _)| region);
        let is_ours = region.is_some_and(|region| issuer(region) == issuer_name);
        if !is_ours || token::verify(&jwt, None) != SignatureCheck::Valid {
            // AWS [STS4]: the text has these two spaces.
            let text = "Couldn't retrieve verification key from your identity provider,  please \
                        reference AssumeRoleWithWebIdentity documentation for requirements";
            return Err(invalid_token(text).because(if is_ours {
                NOT_SIGNED_HERE.to_owned()
            } else {
                format!(
                    "{}, which is no pool of a Region with the issuer {}",
                    shown_claim(&jwt, "aud"),
                    quoted(issuer_name)
                )
            }));
        }
        let now = self.now_seconds();
        let expires = jwt.seconds("exp").unwrap_or(i64::MIN);
        if now >= expires {
            let text = format!(
                "Token expired: current date/time {now} must be before the expiration date/time \
                 {expires}"
            );
            return Err(ServiceError::known("ExpiredTokenException", text)
                .because(why_expired("exp", expires, now, 0)));
        }
        Ok(jwt.claims)
    }
}

/// The claim `amr`: how the bearer of the token signed in.
fn amr(claims: &Map<String, Value>) -> Vec<String> {
    let values = claims.get("amr").and_then(Value::as_array).into_iter();
    let values = values.flatten().filter_map(Value::as_str);
    values.map(str::to_owned).collect()
}

fn invalid_token(text: impl Into<Cow<'static, str>>) -> ServiceError {
    ServiceError::known("InvalidIdentityToken", text)
}

/// The ARN of a role session.
// AWS [STS5]: it leaves out the path of the role.
pub(super) fn assumed_role_arn(role_arn: &str, session_name: &str) -> String {
    let arn = Arn::parse(role_arn);
    let (partition, account) = arn.map_or(("aws", ""), |arn| (arn.partition, arn.account));
    let role = arn.and_then(|arn| arn.role_name()).unwrap_or_default();
    format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session_name}")
}

/// The id of a role session: the id of the role and the name of the session.
pub(super) fn assumed_role_id(role_arn: &str, session_name: &str) -> String {
    // Derived from the ARN, so that a role keeps its id. FNV-1a is enough: the id need only differ.
    let spread = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let seed = role_arn.bytes().fold(0xcbf2_9ce4_8422_2325, spread);
    let role_id = Ids::new(Some(seed)).role_id();
    format!("{role_id}:{session_name}")
}
