//! `GetCredentialsForIdentity` (enhanced flow) and `GetOpenIdToken` (classic flow).
//!
//! Both verify the logins, resolve the identity that answers, link the logins to it, and only then
//! issue something.

use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::{
    GetCredentialsForIdentityInput, GetCredentialsForIdentityOutput,
};
use aws_sdk_cognitoidentity::operation::get_open_id_token::{
    GetOpenIdTokenInput, GetOpenIdTokenOutput,
};
use aws_sdk_cognitoidentity::primitives::DateTime;
use aws_sdk_cognitoidentity::types::Credentials;

use super::Engine;
use super::explain::{list, plain, pool_name};
use super::identity_id::identity_id;
use super::issued_credentials::Grant;
use super::linking::LinkPlan;
use super::login_checks::{CognitoTokens, check_logins};
use super::open_id_token::amr;
use super::resolve_identity::resolve_identity;
use super::role_resolution::choose_role;
use super::session_tags::session_tags;
use super::verified_login::logins;
use crate::error::ServiceError;

// AWS [TOKEN7]: the lifetime of a token of `GetOpenIdToken`.
const TOKEN_SECONDS: i64 = 600;
// AWS [CRED1]: the lifetime of credentials of the enhanced flow.
const CREDENTIALS_SECONDS: u64 = 3_600;
// AWS [CRED2]: the session name of the enhanced flow, as in the ARN of `GetCallerIdentity`.
const SESSION_NAME: &str = "CognitoIdentityCredentials";

impl Engine {
    /// Issues credentials for an identity, or for the one it gives way to. They are valid for an
    /// hour.
    ///
    /// Logins that the identity does not own yet are linked to it.
    ///
    /// API reference: [`GetCredentialsForIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::*;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// let input = GetCredentialsForIdentityInput::builder().identity_id(&id).build().unwrap();
    /// let answer = mock.with_engine(|engine| engine.get_credentials_for_identity(input)).unwrap();
    /// assert!(answer.credentials().is_some_and(|keys| keys.session_token().is_some()));
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the identity does not exist.
    /// * `NotAuthorizedException`: the pool does not allow guests, a login fails its checks, none
    ///   of the logins belongs to the identity, or the role is rejected.
    /// * `InvalidIdentityPoolConfigurationException`: there is no role, or it is not one of the
    ///   account.
    /// * `InvalidParameterException`: a login is of the developer provider.
    /// * `ResourceConflictException`: the logins cannot belong to one identity.
    pub fn get_credentials_for_identity(
        &mut self,
        input: GetCredentialsForIdentityInput,
    ) -> Result<GetCredentialsForIdentityOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let given = input.logins.unwrap_or_default();
        let (region, called, context) = self.public_identity(&id)?;
        let pool = region.pool_of(called);
        let verified = check_logins(context, region, pool, CognitoTokens::Accepted, &given)?;
        let answering = resolve_identity(context, region, called, &id, &verified)?;
        // Linking waits until the role is chosen: a rejected call changes nothing.
        let given = logins(&verified);
        let plan = LinkPlan::new(context, region, pool, answering, Some(called), given)?;
        let role_arn = choose_role(pool, context, &verified, input.custom_role_arn.as_deref())?;
        let tags = session_tags(pool, &verified);
        let pool_id = pool.id.clone();
        let key = plan.apply(region, context, &pool_id, "GetCredentialsForIdentity");

        let identity_id = identity_id(&region.name, key);
        let issued = context.issue(
            Grant {
                identity_id: identity_id.clone(),
                identity_pool_id: pool_id,
                role_arn,
                session_name: SESSION_NAME.to_owned(),
                principal_tags: tags,
                amr: amr(&verified),
            },
            CREDENTIALS_SECONDS,
        );
        let credentials = Credentials::builder()
            .access_key_id(issued.access_key_id)
            .secret_key(issued.secret_key)
            .session_token(issued.session_token)
            .expiration(DateTime::from_secs(issued.expires))
            .build();
        Ok(GetCredentialsForIdentityOutput::builder()
            .identity_id(identity_id)
            .credentials(credentials)
            .build())
    }

    /// Signs a token for an identity, or for the one it gives way to. It is valid for ten minutes.
    ///
    /// Logins that the identity does not own yet are linked to it.
    ///
    /// API reference: [`GetOpenIdToken`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdToken.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::get_open_id_token::GetOpenIdTokenInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let id = mock.seed_pool("app").seed_identity();
    /// let input = GetOpenIdTokenInput::builder().identity_id(&id).build().unwrap();
    /// let answer = mock.with_engine(|engine| engine.get_open_id_token(input)).unwrap();
    /// assert_eq!(answer.token().unwrap().split('.').count(), 3); // a JWT
    /// ```
    ///
    /// # Errors
    ///
    /// * `ResourceNotFoundException`: the identity does not exist.
    /// * `NotAuthorizedException`: the pool does not allow guests, a login fails its checks, or
    ///   none of the logins belongs to the identity.
    /// * `InvalidParameterException`: the classic flow is disabled, the pool has role mappings, or
    ///   a login is of the developer provider.
    /// * `ResourceConflictException`: the logins cannot belong to one identity.
    pub fn get_open_id_token(
        &mut self,
        input: GetOpenIdTokenInput,
    ) -> Result<GetOpenIdTokenOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let given = input.logins.unwrap_or_default();
        let (region, called, context) = self.public_identity(&id)?;
        let pool = region.pool_of(called);
        // AWS [P4, P5]: the texts. Approximation [Q29]: what the pool forbids is checked before the
        // logins are.
        if pool.allow_classic_flow == Some(false) {
            let text = "Basic (classic) flow is not enabled, please use enhanced flow.";
            return Err(ServiceError::invalid_parameter(text).because(format!(
                "the {} has AllowClassicFlow = false; the enhanced flow is GetCredentialsForIdentity",
                pool_name(pool)
            )));
        }
        if !pool.role_mappings.is_empty() {
            let text = "Basic (classic) flow is not supported with RoleMappings, please use enhanced \
                        flow.";
            let mapped = pool.role_mappings.keys().map(|key| plain(key));
            return Err(ServiceError::invalid_parameter(text).because(format!(
                "the {} has role mappings for {}; the enhanced flow is GetCredentialsForIdentity",
                pool_name(pool),
                list(mapped)
            )));
        }
        let verified = check_logins(context, region, pool, CognitoTokens::Accepted, &given)?;
        let answering = resolve_identity(context, region, called, &id, &verified)?;
        let given = logins(&verified);
        let plan = LinkPlan::new(context, region, pool, answering, Some(called), given)?;
        let tags = session_tags(pool, &verified);
        let pool_id = pool.id.clone();
        let key = plan.apply(region, context, &pool_id, "GetOpenIdToken");
        let token =
            context.sign_open_id_token(region, &pool_id, key, &verified, &tags, TOKEN_SECONDS);
        Ok(GetOpenIdTokenOutput::builder()
            .identity_id(identity_id(&region.name, key))
            .token(token)
            .build())
    }
}
