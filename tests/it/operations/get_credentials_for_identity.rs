//! `GetCredentialsForIdentity`: the form of credentials, and what `issued_credentials` tells about
//! them. Which role they are for is tested in `sign_in::role_resolution`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::types::Credentials;

use crate::support::app::{COGNITO, pool_of_all};
use crate::support::tokens::developer_token;
use crate::support::{both, guest};

async fn credentials(client: &Client, id: &str) -> Credentials {
    let answer = client.get_credentials_for_identity().identity_id(id);
    answer.send().await.unwrap().credentials.unwrap()
}

both! {
    async fn credentials_have_the_form_of_aws(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let given = credentials(&client, &id).await;

        let (key, secret) = (given.access_key_id().unwrap(), given.secret_key().unwrap());
        let token = given.session_token().unwrap();
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        assert!(key.starts_with("ASIA"), "{key}");
        assert_eq!(key.len(), 20);
        assert!(key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{key}");
        assert_eq!(secret.len(), 40);
        assert!(secret.chars().all(is_base64), "{secret}");
        assert!(token.starts_with("IQoJ"), "{token}");
        assert!((900..1_500).contains(&token.len()), "{}", token.len());
        assert!(token.chars().all(is_base64), "{token}");
    }

    async fn credentials_expire_after_an_hour_on_a_whole_second(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let expiration = credentials(&client, &id).await.expiration.unwrap();

        // The clock is frozen at 1767323045.678.
        assert_eq!(expiration.as_nanos(), 1_767_326_645_000_000_000);
        mock.clock().advance(Duration::from_secs(10));
        let later = credentials(&client, &id).await.expiration.unwrap();
        assert_eq!(later.secs() - expiration.secs(), 10);
    }

    async fn each_call_gives_new_credentials(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let (one, other) = (credentials(&client, &id).await, credentials(&client, &id).await);

        assert_ne!(one.access_key_id, other.access_key_id);
        assert_ne!(one.secret_key, other.secret_key);
        assert_ne!(one.session_token, other.session_token);
    }

    async fn issued_credentials_tells_the_identity_and_the_role(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let id = guest(&client, pool.id()).await;

        let given = credentials(&client, &id).await;

        let issued = mock.issued_credentials(given.access_key_id().unwrap()).unwrap();
        assert_eq!(issued.identity_id, id);
        assert_eq!(issued.identity_pool_id, pool.id());
        assert_eq!(issued.role_arn, "arn:aws:iam::123456789012:role/app-unauthenticated");
        assert_eq!(issued.session_name, "CognitoIdentityCredentials");
        assert_eq!(issued.principal_tags, BTreeMap::new());
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_326_645);
        assert_eq!(issued.expiration, expected);
        assert_eq!(SystemTime::try_from(given.expiration.unwrap()).unwrap(), expected);
    }

    async fn issued_credentials_knows_all_credentials_that_were_issued_and_no_others(mock) {
        let (pool, client) = (mock.seed_pool("app"), mock.client());
        let (one, other) = (guest(&client, pool.id()).await, guest(&client, pool.id()).await);

        let first = credentials(&client, &one).await;
        let second = credentials(&client, &other).await;

        let of = |given: &Credentials| mock.issued_credentials(given.access_key_id().unwrap());
        assert_eq!(of(&first).unwrap().identity_id, one);
        assert_eq!(of(&second).unwrap().identity_id, other);
        assert_eq!(mock.issued_credentials("ASIAAAAAAAAAAAAAAAAA"), None);
    }

    async fn a_developer_user_gets_the_authenticated_role(mock) {
        let (pool, client) = (mock.seed_pool(pool_of_all()), mock.client());
        let (id, token) = developer_token(&client, pool.id(), "user-1").await;

        let answer = client.get_credentials_for_identity().identity_id(&id);
        let answer = answer.logins(COGNITO, token).send().await.unwrap();

        let key = answer.credentials().unwrap().access_key_id().unwrap();
        let issued = mock.issued_credentials(key).unwrap();
        assert_eq!(issued.identity_id, id);
        assert_eq!(issued.role_arn, "arn:aws:iam::123456789012:role/app-authenticated");
    }
}
