//! What an identity is given: tokens (classic flow) and credentials (enhanced flow).

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::{
    GetCredentialsForIdentityInput, GetCredentialsForIdentityOutput,
};
use aws_sdk_cognitoidentity::operation::get_open_id_token::{
    GetOpenIdTokenInput, GetOpenIdTokenOutput,
};
use aws_sdk_cognitoidentity::primitives::DateTime;
use aws_sdk_cognitoidentity::types::Credentials;

use super::Engine;
use super::arn::pool_arn;
use super::context::Context;
use super::identities::guests_refused;
use super::identity_id::{IdentityKey, identity_id};
use super::issued_credentials::Grant;
use super::linking::{Link, answering, forbidden, link};
use super::logins::{Caller, Proof};
use super::region::{issuer, key_id};
use super::role_resolution::choose_role;
use super::session_tags::session_tags;
use super::state::{Pool, RegionState};
use crate::error::ServiceError;
use crate::token::{self, Claims, Tags};

/// AWS: fixed for `GetOpenIdToken`.
const TOKEN_SECONDS: i64 = 600;
/// AWS: fixed for the enhanced flow.
const CREDENTIALS_SECONDS: u64 = 3_600;
/// AWS: the session name of the enhanced flow, as in the ARN of `GetCallerIdentity`.
const SESSION_NAME: &str = "CognitoIdentityCredentials";

impl Engine {
    /// [`GetCredentialsForIdentity`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html):
    /// credentials for the identity, or for the one it gives way to, valid for an hour.
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
    /// `ResourceNotFoundException` for an unknown identity, `NotAuthorizedException` for a guest
    /// where they are not allowed, logins that fail their checks or are not the identity's, and
    /// roles that are refused, `InvalidIdentityPoolConfigurationException` without a role.
    pub fn get_credentials_for_identity(
        &mut self,
        input: GetCredentialsForIdentityInput,
    ) -> Result<GetCredentialsForIdentityOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let logins = input.logins.unwrap_or_default();
        let (region, called, context) = self.public_identity(&id)?;
        let pool = region.pool_of(called);
        let proofs = context.check_logins(region, pool, Caller::Public, &logins)?;
        let answering = context.answering(region, called, &id, &proofs)?;
        // Nothing is linked before the role is chosen: a refused call changes nothing.
        let link = region.link(pool, called, answering, &proofs)?;
        let role_arn = choose_role(
            pool,
            context.account_id(),
            &proofs,
            input.custom_role_arn.as_deref(),
        )?;
        let tags = session_tags(pool, &proofs);
        let pool_id = pool.id.clone();
        let key = link.apply(region, &pool_id, context.now_millis());

        let identity_id = identity_id(&region.name, key);
        let issued = context.issue(
            Grant {
                identity_id: identity_id.clone(),
                identity_pool_id: pool_id,
                role_arn,
                session_name: SESSION_NAME.to_owned(),
                principal_tags: tags,
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

    /// [`GetOpenIdToken`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdToken.html):
    /// a signed token for the identity, or for the one it gives way to, valid for ten minutes.
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
    /// As [`get_credentials_for_identity`](Self::get_credentials_for_identity), and
    /// `InvalidParameterException` where the classic flow is switched off or role mappings exist.
    pub fn get_open_id_token(
        &mut self,
        input: GetOpenIdTokenInput,
    ) -> Result<GetOpenIdTokenOutput, ServiceError> {
        let id = input.identity_id.unwrap_or_default();
        let logins = input.logins.unwrap_or_default();
        let (region, called, context) = self.public_identity(&id)?;
        let pool = region.pool_of(called);
        // Approximation: what the pool forbids is said before the logins are looked at.
        if pool.allow_classic_flow == Some(false) {
            return Err(ServiceError::invalid_parameter(
                "Basic (classic) flow is not enabled, please use enhanced flow.",
            ));
        }
        if !pool.role_mappings.is_empty() {
            return Err(ServiceError::invalid_parameter(
                "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
            ));
        }
        let proofs = context.check_logins(region, pool, Caller::Public, &logins)?;
        let answering = context.answering(region, called, &id, &proofs)?;
        let link = region.link(pool, called, answering, &proofs)?;
        let tags = session_tags(pool, &proofs);
        let pool_id = pool.id.clone();
        let key = link.apply(region, &pool_id, context.now_millis());
        let token = context.sign_token(region, &pool_id, key, &proofs, &tags, TOKEN_SECONDS);
        Ok(GetOpenIdTokenOutput::builder()
            .identity_id(identity_id(&region.name, key))
            .token(token)
            .build())
    }
}

impl Context {
    /// Which identity answers, before anything changes.
    fn answering(
        &self,
        region: &RegionState,
        called: IdentityKey,
        called_id: &str,
        proofs: &[Proof],
    ) -> Result<IdentityKey, ServiceError> {
        let pool = region.pool_of(called);
        if !proofs.is_empty() {
            return answering(region, pool, called, called_id, proofs);
        }
        // Approximation: what an identity with logins hears comes before what a guest hears.
        if !region.identities[&called].is_guest() {
            return Err(forbidden(called_id));
        }
        if !pool.allow_unauthenticated_identities {
            return Err(guests_refused());
        }
        Ok(called)
    }

    /// Signs what `GetOpenIdToken` and `GetOpenIdTokenForDeveloperIdentity` answer.
    pub(super) fn sign_token(
        &self,
        region: &RegionState,
        pool_id: &str,
        key: IdentityKey,
        proofs: &[Proof],
        tags: &BTreeMap<String, String>,
        lifetime: i64,
    ) -> String {
        let iat = self.now_seconds();
        let amr = if proofs.is_empty() {
            vec!["unauthenticated".to_owned()]
        } else {
            let used = proofs.iter().flat_map(|proof| proof.amr.iter().cloned());
            std::iter::once("authenticated".to_owned())
                .chain(used)
                .collect()
        };
        let claims = Claims {
            sub: identity_id(&region.name, key),
            aud: pool_id.to_owned(),
            amr,
            tags: Tags::new(tags),
            iss: issuer(&region.name),
            // AWS: tokens of guests do not carry it (seen 2018 and 2025).
            identity_pool_arn: (!proofs.is_empty())
                .then(|| pool_arn(&region.name, self.account_id(), pool_id)),
            exp: iat.saturating_add(lifetime),
            iat,
        };
        token::sign(&key_id(&region.name), &claims)
    }
}

impl RegionState {
    /// What it takes to do as [`answering`] decided. For a guest without logins, nothing.
    fn link(
        &self,
        pool: &Pool,
        called: IdentityKey,
        answering: IdentityKey,
        proofs: &[Proof],
    ) -> Result<Link, ServiceError> {
        let given = proofs.iter().filter_map(|proof| proof.login.as_ref());
        link(self, pool, answering, Some(called), given)
    }
}
