//! Credentials of the enhanced flow, and for whom they are.

use aws_sdk_cognitoidentity::config::Credentials as Keys;
use aws_sdk_cognitoidentity::types::Credentials;

use super::*;
use crate::conformance::{Ending, declare, needed, recorded};

/// Asks STS for whom these credentials are.
pub(super) async fn session_of(session: &Session, credentials: Option<Credentials>) -> Ending {
    let credentials = needed(credentials, "Credentials")?;
    let keys = Keys::new(
        credentials.access_key_id.unwrap_or_default(),
        credentials.secret_key.unwrap_or_default(),
        credentials.session_token,
        None,
        "scenario",
    );
    recorded(
        session
            .sts_with(Some(keys))
            .get_caller_identity()
            .send()
            .await,
    );
    Ok(())
}

declare! {
    /// A guest gets credentials for the role of guests.
    #[needs(Roles)]
    async fn credentials_of_a_guest(session) {
        let pool = session.pool(true, |pool| pool).await?;
        recorded(session.client.set_identity_pool_roles().identity_pool_id(&pool)
            .roles("unauthenticated", session.role("unauthenticated")).send().await);
        let guest = session.id(&pool, None).await?;

        session.step("Four members, valid for an hour", "ROLE1, CRED1, CRED3, ID3, WIRE6, WIRE7");
        let answer = session.client.get_credentials_for_identity().identity_id(guest).send().await?;

        session.step("The session of the role", "CRED2, STS5");
        session_of(session, answer.credentials).await?;
    }

    /// Without a role for guests there are no credentials.
    async fn credentials_without_a_role(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let guest = session.id(&pool, None).await?;

        session.step("A pool without roles", "C1");
        recorded(session.client.get_credentials_for_identity().identity_id(guest).send().await);
    }

    /// The classic flow being closed does not matter to the enhanced flow.
    #[needs(Roles)]
    async fn credentials_without_the_classic_flow(session) {
        let pool = session.pool(true, |pool| pool.allow_classic_flow(false)).await?;
        recorded(session.client.set_identity_pool_roles().identity_pool_id(&pool)
            .roles("unauthenticated", session.role("unauthenticated")).send().await);
        let guest = session.id(&pool, None).await?;

        session.step("A token is refused, credentials are not", "P4, CRED1");
        recorded(session.client.get_open_id_token().identity_id(&guest).send().await);
        recorded(session.client.get_credentials_for_identity().identity_id(guest).send().await);
    }
}
