//! The application that the tests in [`mistakes`](crate::mistakes) are about. It is written as
//! users write theirs, and its methods make the mistakes that their comments name.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Credentials;
use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentity::operation::get_credentials_for_identity::GetCredentialsForIdentityOutput;

/// Key and token of an entry of `Logins`.
pub(crate) type Login = (String, String);

/// What the application makes of an error of the SDK.
#[derive(Debug)]
#[allow(dead_code, reason = "the texts are shown by `unwrap`")]
pub(crate) enum AppError {
    /// The user has to sign in again.
    SignedOut(String),
    Aws(String),
    Offline,
}

impl<E: ProvideErrorMetadata, R> From<SdkError<E, R>> for AppError {
    fn from(error: SdkError<E, R>) -> Self {
        let message = error.message().unwrap_or_default().to_owned();
        match error.code() {
            Some("NotAuthorizedException") => Self::SignedOut(message),
            Some(code) => Self::Aws(format!("{code}: {message}")),
            None => Self::Offline,
        }
    }
}

/// An identity and its credentials.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) identity_id: String,
    pub(crate) credentials: Credentials,
}

impl Session {
    fn new(answer: GetCredentialsForIdentityOutput) -> Self {
        let credentials = answer.credentials.unwrap();
        Self {
            identity_id: answer.identity_id.unwrap(),
            credentials: Credentials::new(
                credentials.access_key_id.unwrap(),
                credentials.secret_key.unwrap(),
                credentials.session_token,
                Some(credentials.expiration.unwrap().try_into().unwrap()),
                "identity pool",
            ),
        }
    }

    pub(crate) fn access_key_id(&self) -> &str {
        self.credentials.access_key_id()
    }

    pub(crate) fn expires(&self) -> SystemTime {
        self.credentials.expiry().unwrap()
    }
}

/// Signs in a user, or a guest.
pub(crate) async fn sign_in(
    client: &Client,
    pool: &str,
    login: Option<Login>,
) -> Result<Session, AppError> {
    let logins = login.map(|login| HashMap::from([login]));
    let get_id = client.get_id().identity_pool_id(pool);
    let answer = get_id.set_logins(logins.clone()).send().await?;
    let get_credentials = client
        .get_credentials_for_identity()
        .set_identity_id(answer.identity_id);
    Ok(Session::new(
        get_credentials.set_logins(logins).send().await?,
    ))
}

/// Vends credentials to the users of a web service.
pub(crate) struct TokenVendor {
    client: Client,
    pool: String,
    identity_ids: HashMap<String, String>,
    sessions: HashMap<String, Session>,
}

impl TokenVendor {
    pub(crate) fn new(client: Client, pool: &str) -> Self {
        Self {
            client,
            pool: pool.to_owned(),
            identity_ids: HashMap::new(),
            sessions: HashMap::new(),
        }
    }

    /// Mistake: the cache is keyed by the pool instead of the user.
    pub(crate) async fn identity_id(&mut self, login: Login) -> Result<String, AppError> {
        if let Some(id) = self.identity_ids.get(&self.pool) {
            return Ok(id.clone());
        }
        let get_id = self.client.get_id().identity_pool_id(&self.pool);
        let answer = get_id.logins(login.0, login.1).send().await?;
        let id = answer.identity_id.unwrap();
        self.identity_ids.insert(self.pool.clone(), id.clone());
        Ok(id)
    }

    /// Mistake: the cache is keyed by the token, which is another one at each request.
    pub(crate) async fn session(&mut self, login: Login) -> Result<Session, AppError> {
        let token = login.1.clone();
        if let Some(session) = self.sessions.get(&token) {
            return Ok(session.clone());
        }
        let session = sign_in(&self.client, &self.pool, Some(login)).await?;
        self.sessions.insert(token, session.clone());
        Ok(session)
    }

    /// Mistake: the second call has no `Logins`.
    pub(crate) async fn sign_in(&self, login: Login) -> Result<Session, AppError> {
        let get_id = self.client.get_id().identity_pool_id(&self.pool);
        let answer = get_id.logins(login.0, login.1).send().await?;
        let get_credentials = self
            .client
            .get_credentials_for_identity()
            .set_identity_id(answer.identity_id);
        Ok(Session::new(get_credentials.send().await?))
    }
}

/// Keeps the credentials of a guest, and renews them five minutes before they expire.
pub(crate) struct Device {
    client: Client,
    session: Session,
}

impl Device {
    pub(crate) async fn new(client: Client, pool: &str) -> Result<Self, AppError> {
        let session = sign_in(&client, pool, None).await?;
        Ok(Self { client, session })
    }

    pub(crate) async fn credentials(&mut self, now: SystemTime) -> Result<Session, AppError> {
        if self.session.expires() <= now + Duration::from_secs(300) {
            let get_credentials = self
                .client
                .get_credentials_for_identity()
                .identity_id(&self.session.identity_id);
            self.session = Session::new(get_credentials.send().await?);
        }
        Ok(self.session.clone())
    }
}

/// The administrator's tool.
pub(crate) struct AdminTool {
    client: Client,
    pool: String,
}

impl AdminTool {
    pub(crate) fn new(client: Client, pool: &str) -> Self {
        let pool = pool.to_owned();
        Self { client, pool }
    }

    /// Mistake: the pages after the first are not asked for.
    pub(crate) async fn count_identities(&self) -> Result<usize, AppError> {
        let list = self.client.list_identities().identity_pool_id(&self.pool);
        Ok(list.max_results(60).send().await?.identities().len())
    }

    /// Mistake: one call deletes 60 identities at most.
    pub(crate) async fn delete(&self, ids: Vec<String>) -> Result<(), AppError> {
        let delete = self.client.delete_identities();
        delete.set_identity_ids_to_delete(Some(ids)).send().await?;
        Ok(())
    }

    /// Mistake: it deletes the identities of users, too.
    pub(crate) async fn delete_guests(&self) -> Result<(), AppError> {
        let list = self.client.list_identities().identity_pool_id(&self.pool);
        let page = list.max_results(60).send().await?;
        let ids = page
            .identities()
            .iter()
            .filter_map(|identity| identity.identity_id.clone());
        self.delete(ids.collect()).await
    }

    /// Mistake: the ARN has the Region of the first pool that this tool was written for.
    pub(crate) async fn tag(&self, team: &str) -> Result<(), AppError> {
        let pool = &self.pool;
        let arn = format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}");
        self.client
            .tag_resource()
            .resource_arn(arn)
            .tags("team", team)
            .send()
            .await?;
        Ok(())
    }

    /// Mistake: one digit of the account is wrong.
    pub(crate) async fn tag_in_account(&self, team: &str) -> Result<(), AppError> {
        let pool = &self.pool;
        let arn = format!("arn:aws:cognito-identity:us-east-1:123456789021:identitypool/{pool}");
        self.client
            .tag_resource()
            .resource_arn(arn)
            .tags("team", team)
            .send()
            .await?;
        Ok(())
    }
}

/// A backend that knows its users by password, and vouches for them.
pub(crate) struct LoginBackend {
    client: Client,
    pool: String,
    provider: String,
}

impl LoginBackend {
    pub(crate) fn new(client: Client, pool: &str, provider: &str) -> Self {
        Self {
            client,
            pool: pool.to_owned(),
            provider: provider.to_owned(),
        }
    }

    pub(crate) async fn identity_id(&self, user: &str) -> Result<String, AppError> {
        let get_token = self
            .client
            .get_open_id_token_for_developer_identity()
            .identity_pool_id(&self.pool)
            .logins(&self.provider, user);
        Ok(get_token.send().await?.identity_id.unwrap())
    }

    /// Gives what a device has stored to the user who signs in on it. Mistake: the user's identity
    /// is merged into that of the device.
    pub(crate) async fn adopt(&self, device: &str, user: &str) -> Result<(), AppError> {
        let merge = self
            .client
            .merge_developer_identities()
            .identity_pool_id(&self.pool)
            .developer_provider_name(&self.provider)
            .source_user_identifier(user)
            .destination_user_identifier(device);
        merge.send().await?;
        Ok(())
    }
}
