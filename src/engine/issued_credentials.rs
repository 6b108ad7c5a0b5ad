//! The credentials that were given out: who has them, and the secrets they go by.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::ids::Ids;

/// Who was given credentials, and for which role.
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
    /// The identity they were made for.
    pub identity_id: String,
    /// Its pool.
    pub identity_pool_id: String,
    /// The role that was chosen.
    pub role_arn: String,
    /// `CognitoIdentityCredentials` in the enhanced flow, what the caller asked for in the
    /// classic one.
    pub session_name: String,
    /// Attributes for access control, by tag key.
    pub principal_tags: BTreeMap<String, String>,
    /// When they expire, by the mock's clock. Whole seconds.
    pub expiration: SystemTime,
}

/// All credentials given out, by access key id.
#[derive(Default)]
pub(super) struct CredentialStore(BTreeMap<String, Entry>);

struct Entry {
    credentials: IssuedCredentials,
    /// What the secrets were drawn from: a session token has a thousand characters, a seed has
    /// eight bytes.
    seed: u64,
}

/// What credentials are made for.
pub(super) struct Grant {
    pub(super) identity_id: String,
    pub(super) identity_pool_id: String,
    pub(super) role_arn: String,
    pub(super) session_name: String,
    pub(super) principal_tags: BTreeMap<String, String>,
}

/// What the caller is given.
pub(super) struct IssuedKeys {
    pub(super) access_key_id: String,
    pub(super) secret_key: String,
    pub(super) session_token: String,
    /// Seconds since 1970.
    pub(super) expires: i64,
}

impl CredentialStore {
    pub(super) fn get(&self, access_key_id: &str) -> Option<&IssuedCredentials> {
        self.0.get(access_key_id).map(|entry| &entry.credentials)
    }

    /// Secret key and session token of credentials given out.
    pub(super) fn secrets(&self, access_key_id: &str) -> Option<(String, String)> {
        self.0.get(access_key_id).map(|entry| secrets(entry.seed))
    }

    /// Gives out credentials that expire at `expires`, in seconds since 1970.
    ///
    /// AWS: credentials expire at a whole second.
    pub(super) fn issue(&mut self, ids: &mut Ids, grant: Grant, expires: i64) -> IssuedKeys {
        let access_key_id = ids.access_key_id();
        let seed = ids.seed();
        let (secret_key, session_token) = secrets(seed);
        let credentials = IssuedCredentials {
            identity_id: grant.identity_id,
            identity_pool_id: grant.identity_pool_id,
            role_arn: grant.role_arn,
            session_name: grant.session_name,
            principal_tags: grant.principal_tags,
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
    // The clock's limits keep this far from the end of time.
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
