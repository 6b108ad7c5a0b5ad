//! Login tokens as an identity provider would issue them.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::token::{self, LOGIN_KID};
use crate::xml;

/// The audience that a token for every app shows if no pool lists its provider.
pub(crate) const NO_APP: &str = "mock-app";

/// Describes a login token of an identity provider.
/// [`MockCognitoIdentity::issue_login`](crate::MockCognitoIdentity::issue_login) issues and signs
/// it.
///
/// ```
/// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity};
/// # use std::time::Duration;
/// let mock = MockCognitoIdentity::start();
/// let token = mock.issue_login(
///     LoginToken::new("cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI", "alice")
///         .audience("my_app_client")
///         .claim("cognito:groups", vec!["admins"])
///         .expires_in(Duration::from_secs(300)),
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "a `LoginToken` does nothing until it is given to `issue_login`"]
pub struct LoginToken {
    pub(crate) provider: String,
    subject: String,
    audience: Option<String>,
    claims: Map<String, Value>,
    lifetime: Duration,
}

impl LoginToken {
    /// Describes a token of the user `subject` at `provider`, which is the provider's key in
    /// `Logins`. The token is valid for one hour.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let token = mock.issue_login(LoginToken::new(google, "alice"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// assert!(call.send().await?.identity_id.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(provider: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            subject: subject.into(),
            audience: None,
            claims: Map::new(),
            lifetime: Duration::from_secs(3_600),
        }
    }

    /// Sets the audience: the id of the app that the user signed in to. A pool that does not list
    /// this app id for the provider rejects the token.
    ///
    /// A token without an audience is valid for every pool that lists the provider, whether the
    /// pool was created before or after the token. The pool treats its own app id as the token's
    /// audience; if it lists several clients of a user pool, that is the first. A decoded token
    /// shows in `aud` the app id of the oldest pool that lists the provider, or `mock-app` if no
    /// pool does. A [`claim`](Self::claim) named `aud` or `azp` counts as an audience, too.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let stolen = mock.issue_login(LoginToken::new(google, "alice").audience("another-app"));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, stolen);
    /// let error = call.send().await.unwrap_err();
    /// assert_eq!(error.code(), Some("NotAuthorizedException"));
    /// # }
    /// ```
    pub fn audience(mut self, client_id: impl Into<String>) -> Self {
        self.audience = Some(client_id.into());
        self
    }

    /// Adds or replaces a claim, including standard claims. In the response of a SAML provider, the
    /// claim is an attribute.
    ///
    /// ```
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let client = mock.client();
    /// # let user_pool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(user_pool, "my_client"));
    /// # let map = client.set_principal_tag_attribute_map().identity_pool_id(pool.id());
    /// # let map = map.identity_provider_name(user_pool).principal_tags("team", "custom:team");
    /// # map.send().await?;
    /// # let id = pool.seed_identity_with_login(user_pool, "alice");
    /// // The pool maps the claim "custom:team" to the tag "team".
    /// let login = LoginToken::new(user_pool, "alice").claim("custom:team", "shop");
    /// let call = client.get_credentials_for_identity().identity_id(id);
    /// let answer = call.logins(user_pool, mock.issue_login(login)).send().await?;
    /// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
    /// let issued = mock.issued_credentials(&key).unwrap();
    /// assert_eq!(issued.principal_tags["team"], "shop");
    /// # Ok(())
    /// # }
    /// ```
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Sets how long the token is valid, by the mock's clock. The default is one hour.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let mock = MockCognitoIdentity::in_memory();
    /// let google = "accounts.google.com";
    /// # let pool = mock.seed_pool(PoolSeed::named("app").login_provider(google, "my-app"));
    /// let login = LoginToken::new(google, "alice").expires_in(Duration::from_secs(60));
    /// let token = mock.issue_login(login);
    /// mock.clock().advance(Duration::from_secs(600));
    /// let call = mock.client().get_id().identity_pool_id(pool.id()).logins(google, token);
    /// assert!(call.send().await.is_err());
    /// # }
    /// ```
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Whether the test has set an audience. A token without one is for every app.
    fn names_an_app(&self) -> bool {
        self.audience.is_some()
            || self.claims.contains_key("aud")
            || self.claims.contains_key("azp")
    }

    /// Issues the token at `now` for the app with this id, or for every app.
    pub(crate) fn issue_for(mut self, app_id: Option<String>, now: SystemTime) -> String {
        self.audience = app_id;
        self.issue(now, NO_APP)
    }

    /// Issues the token at `now`: a JWT, or a base64 SAML response for a SAML provider. If it has
    /// no audience of its own, it shows `shown` as its audience.
    pub(crate) fn issue(self, now: SystemTime, shown: &str) -> String {
        let for_any_app = !self.names_an_app();
        let audience = self.audience.as_deref().unwrap_or(shown);
        let lifetime = i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX);
        let expires = seconds(now).saturating_add(lifetime);
        if self.provider.starts_with("arn:") {
            return STANDARD.encode(self.saml_response(expires));
        }
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), self.subject.as_str().into());
        claims.insert("aud".to_owned(), audience.into());
        claims.insert(
            "iss".to_owned(),
            format!("https://{}", self.provider).into(),
        );
        claims.insert("iat".to_owned(), seconds(now).into());
        claims.insert("exp".to_owned(), expires.into());
        match self.provider.as_str() {
            // AWS [LOGIN9]: this claim distinguishes a user pool's ID token from its access token.
            user_pool if user_pool.starts_with("cognito-idp.") => {
                claims.insert("token_use".to_owned(), "id".into());
            }
            // AWS [LOGIN10]: the user tag of Login with Amazon comes from this claim.
            "www.amazon.com" => {
                claims.insert("user_id".to_owned(), self.subject.as_str().into());
            }
            _ => {}
        }
        claims.extend(self.claims);
        if for_any_app {
            token::sign_for_any_app(LOGIN_KID, &claims)
        } else {
            token::sign(LOGIN_KID, &claims)
        }
    }

    fn saml_response(&self, expires: i64) -> String {
        use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
        // A time after the year 9999 cannot be formatted. Such a response does not expire.
        let limit = DateTime::from_secs(expires)
            .fmt(DateTimeFormat::DateTime)
            .map_or_else(
                |_| String::new(),
                |until| format!(r#" NotOnOrAfter="{until}""#),
            );
        let attributes: String = self
            .claims
            .iter()
            .map(|(name, value)| attribute(name, value))
            .collect();
        format!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Subject><NameID>{}</NameID></Subject><Conditions{limit}/><AttributeStatement>{attributes}</AttributeStatement></Assertion></samlp:Response>"#,
            xml::escape(&self.subject)
        )
    }
}

fn attribute(name: &str, value: &Value) -> String {
    let single = std::slice::from_ref(value);
    let values = value.as_array().map_or(single, Vec::as_slice).iter();
    let values: String = values
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .map(|value| format!("<AttributeValue>{}</AttributeValue>", xml::escape(&value)))
        .collect();
    format!(
        r#"<Attribute Name="{}">{values}</Attribute>"#,
        xml::escape_attribute(name)
    )
}

fn seconds(at: SystemTime) -> i64 {
    aws_sdk_cognitoidentity::primitives::DateTime::from(at).secs()
}
