//! The classic flow, which ends at STS.

use super::*;
use crate::conformance::{declare, needed, recorded};

declare! {
    /// STS exchanges a token for credentials of a role.
    #[needs(Roles)]
    async fn the_classic_flow_ends_at_sts(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let guest = session.id(&pool, None).await?;
        let token = session.client.get_open_id_token().identity_id(guest).send().await?.token;
        let token = needed(token, "Token")?;

        session.step("The session is the role's, and the subject is the identity", "STS1, STS5, STS6");
        let answer = session.sts().assume_role_with_web_identity().web_identity_token(token)
            .role_arn(session.role("unauthenticated")).role_session_name("scenario").send().await?;

        session.step("The credentials are for the session", "STS5, CRED3");
        let keys = needed(answer.credentials, "Credentials")?;
        let keys = aws_sdk_cognitoidentity::config::Credentials::new(
            keys.access_key_id, keys.secret_access_key, Some(keys.session_token), None, "scenario",
        );
        recorded(session.sts_with(Some(keys)).get_caller_identity().send().await);
    }

    /// STS takes tokens of identity pools only.
    async fn sts_rejects_other_tokens(session) {
        let assume = |token: &str| session.sts().assume_role_with_web_identity().web_identity_token(token)
            .role_arn(session.role("unauthenticated")).role_session_name("scenario");

        session.step("No JWT", "STS9");
        recorded(assume("not-a-token").send().await);

        session.step("The token of somebody else", "STS3");
        let token = session.token("login.example.com", "app", "alice");
        recorded(assume(&token).send().await);

        session.step("A token of identity pools, under a key that nobody has", "STS4");
        let claims = serde_json::json!({
            "sub": nobody(session),
            "aud": nobody(session),
            "iss": "https://cognito-identity.amazonaws.com",
            "exp": session.now() + 600,
        });
        let unknown = session.shown(crate::support::tokens::unsigned(&claims), "<token under an unknown key>");
        recorded(assume(&unknown).send().await);

        session.step("A role that is none, and a name that is too short", "STS2, V13, MODEL2");
        recorded(session.sts().assume_role_with_web_identity().web_identity_token(&token)
            .role_arn("just-the-name-of-a-role").role_session_name("scenario").send().await);
        recorded(session.sts().assume_role_with_web_identity().web_identity_token(token)
            .role_arn(session.role("unauthenticated")).role_session_name("x").send().await);
    }

    /// An expired token gets no credentials.
    #[needs(Logins)]
    async fn sts_rejects_expired_tokens(session) {
        session.step("A token of identity pools that has expired", "STS8");
        let claims = mock_cognito_identity::LoginToken::new(COGNITO, &*nobody(session))
            .audience(nobody(session)).claim("exp", session.now() - 60);
        let token = session.token_of(claims, "<expired token>");
        recorded(session.sts().assume_role_with_web_identity().web_identity_token(token)
            .role_arn(session.role("unauthenticated")).role_session_name("scenario").send().await);
    }
}
