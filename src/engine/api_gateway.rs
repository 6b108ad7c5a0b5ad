//! What API Gateway tells an API of the signer of a request.

use serde_json::{Value, json};

use super::arn::Arn;
use super::issued_credentials::IssuedCredentials;
use super::sts::{assumed_role_arn, assumed_role_id};

impl IssuedCredentials {
    /// Returns what API Gateway knows of the signer of a request and passes to a Lambda function as
    /// `requestContext.identity`, for methods with IAM authorization. The members that do not depend
    /// on the credentials, such as `sourceIp`, are left out.
    ///
    /// `cognitoAuthenticationType` is `authenticated` or `unauthenticated`.
    /// `cognitoAuthenticationProvider` is the comma-separated list of the providers that the user
    /// signed in with, and `null` for guests. For a user of a user pool it is the name of the pool,
    /// and the name again with `:CognitoSignIn:` and the user's `sub`.
    ///
    /// The members are documented among the
    /// [`$context` variables](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html)
    /// of API Gateway. An event of an HTTP API or of a function URL has
    /// `requestContext.authorizer.iam.cognitoIdentity` instead, with [`amr`](Self::amr),
    /// [`identity_id`](Self::identity_id) and [`identity_pool_id`](Self::identity_pool_id).
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let users = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(users, "my_client"));
    /// # let id = pool.seed_identity_with_login(users, "alice");
    /// # let call = mock.client().get_credentials_for_identity().identity_id(&id);
    /// # let answer = call.logins(users, pool.issue_login("alice")).send().await?;
    /// # let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let identity = mock.issued_credentials(&key).unwrap().api_gateway_identity();
    /// assert_eq!(identity["cognitoIdentityId"], id);
    /// assert_eq!(identity["cognitoIdentityPoolId"], pool.id());
    /// assert_eq!(identity["cognitoAuthenticationType"], "authenticated");
    /// assert_eq!(
    ///     identity["cognitoAuthenticationProvider"],
    ///     format!("{users},{users}:CognitoSignIn:alice")
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("requestContext", "cognitoAuthenticationProvider", "cognitoIdentityId"))]
    #[must_use]
    pub fn api_gateway_identity(&self) -> Value {
        let (authentication_type, providers) = match self.amr.split_first() {
            Some((first, providers)) => (Some(first), providers),
            None => (None, &[][..]),
        };
        // AWS [AUTH16]: a list with commas.
        // Approximation [Q88]: it has no blanks and the elements of `amr`, which AWS documents for user pools only; and
        // AWS does not document what it is for guests.
        let provider = (!providers.is_empty()).then(|| providers.join(","));
        let session = assumed_role_id(&self.role_arn, &self.session_name);
        json!({
            "accessKey": self.access_key_id,
            "accountId": Arn::parse(&self.role_arn).map(|arn| arn.account),
            "caller": session,
            "cognitoAuthenticationProvider": provider,
            "cognitoAuthenticationType": authentication_type,
            "cognitoIdentityId": self.identity_id,
            "cognitoIdentityPoolId": self.identity_pool_id,
            "user": session,
            "userArn": assumed_role_arn(&self.role_arn, &self.session_name),
        })
    }
}
