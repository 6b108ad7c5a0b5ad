//! The credentials that the mock has issued, by access key id.
//!
//! A long test may issue many, so their secrets are not stored: a session token alone has a
//! thousand characters. They are derived from a seed of eight bytes when they are needed.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::ids::Ids;

/// Credentials that the mock has issued: for which identity, role and session.
///
/// Returned by
/// [`MockCognitoIdentity::issued_credentials`](crate::MockCognitoIdentity::issued_credentials) and
/// [`MockCognitoIdentity::signer_of`](crate::MockCognitoIdentity::signer_of).
///
/// ```
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// # let id = pool.seed_identity();
/// let answer = mock.client().get_credentials_for_identity().identity_id(&id).send().await?;
/// let key = answer.credentials.and_then(|keys| keys.access_key_id).unwrap();
///
/// let issued = mock.issued_credentials(&key).unwrap();
/// assert_eq!((issued.identity_id, issued.identity_pool_id.as_str()), (id, pool.id()));
/// assert_eq!(issued.session_name, "CognitoIdentityCredentials");
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCredentials {
    /// The access key id, which every request that is signed with the credentials names.
    pub access_key_id: String,
    /// The identity that the credentials were issued for.
    pub identity_id: String,
    /// The pool of the identity.
    pub identity_pool_id: String,
    /// The role that was chosen.
    pub role_arn: String,
    /// The name of the role session: `CognitoIdentityCredentials` in the enhanced flow, and
    /// `RoleSessionName` of the request in the classic flow.
    pub session_name: String,
    /// Attributes for access control: tag keys and their values.
    pub principal_tags: BTreeMap<String, String>,
    /// How the user signed in, as in the claim `amr` of the tokens of `GetOpenIdToken`:
    /// `unauthenticated` for guests; `authenticated` and the providers for others. On AWS it is the
    /// condition key `cognito-identity.amazonaws.com:amr`.
    pub amr: Vec<String>,
    /// When the credentials expire by the mock's clock, in whole seconds.
    pub expiration: SystemTime,
}

/// All issued credentials, by access key id.
#[derive(Default)]
pub(super) struct CredentialStore(BTreeMap<String, Entry>);

struct Entry {
    credentials: IssuedCredentials,
    /// The seed from which the secrets are derived.
    seed: u64,
}

/// What credentials are issued for.
pub(super) struct Grant {
    pub(super) identity_id: String,
    pub(super) identity_pool_id: String,
    pub(super) role_arn: String,
    pub(super) session_name: String,
    pub(super) principal_tags: BTreeMap<String, String>,
    pub(super) amr: Vec<String>,
}

/// The credentials as the caller receives them.
pub(super) struct IssuedKeys {
    pub(super) access_key_id: String,
    pub(super) secret_key: String,
    pub(super) session_token: String,
    /// In seconds since 1970.
    pub(super) expires: i64,
}

impl CredentialStore {
    pub(super) fn get(&self, access_key_id: &str) -> Option<&IssuedCredentials> {
        self.0.get(access_key_id).map(|entry| &entry.credentials)
    }

    /// The secret key and the session token of issued credentials.
    pub(super) fn secrets(&self, access_key_id: &str) -> Option<(String, String)> {
        self.0.get(access_key_id).map(|entry| secrets(entry.seed))
    }

    /// Issues credentials that expire at `expires`, in seconds since 1970.
    // AWS [WIRE8]: credentials expire at a whole second.
    pub(super) fn issue(&mut self, ids: &mut Ids, grant: Grant, expires: i64) -> IssuedKeys {
        let access_key_id = ids.access_key_id();
        let seed = ids.seed();
        let (secret_key, session_token) = secrets(seed);
        let credentials = IssuedCredentials {
            access_key_id: access_key_id.clone(),
            identity_id: grant.identity_id,
            identity_pool_id: grant.identity_pool_id,
            role_arn: grant.role_arn,
            session_name: grant.session_name,
            principal_tags: grant.principal_tags,
            amr: grant.amr,
            expiration: system_time(expires),
        };
        let entry = Entry { credentials, seed };
        self.0.insert(access_key_id.clone(), entry);
        IssuedKeys {
            access_key_id,
            secret_key,
            session_token,
            expires,
        }
    }
}

fn secrets(seed: u64) -> (String, String) {
    let mut ids = Ids::new(Some(seed));
    (ids.secret_key(), ids.session_token())
}

fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let at = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    // The limits of the clock keep the sum representable.
    at.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_before_1970_are_times_too() {
        let second = Duration::from_secs(1);

        assert_eq!(system_time(0), SystemTime::UNIX_EPOCH);
        assert_eq!(system_time(1), SystemTime::UNIX_EPOCH + second);
        assert_eq!(system_time(-1), SystemTime::UNIX_EPOCH - second);
    }
}
