//! Signing in with each kind of provider: `GetId` twice, a token, credentials, and the description.

use super::*;
use crate::conformance::session::login;
use crate::conformance::{Ending, Session, declare, recorded};

/// The steps that are the same for each provider.
async fn sign_in(session: &Session, pool: &str, provider: &str, token: &str, amr: &str) -> Ending {
    let client = &session.client;
    session.step("The user is new, and known the second time", "row 3, row 4");
    let id = session.id(pool, login(provider, token)).await?;
    session.id(pool, login(provider, token)).await?;

    session.step("A token of the classic flow", amr);
    recorded(
        client
            .get_open_id_token()
            .identity_id(&id)
            .logins(provider, token)
            .send()
            .await,
    );

    session.step("Credentials of the enhanced flow need a role", "C1");
    recorded(
        client
            .get_credentials_for_identity()
            .identity_id(&id)
            .logins(provider, token)
            .send()
            .await,
    );
    recorded(
        client
            .set_identity_pool_roles()
            .identity_pool_id(pool)
            .roles("authenticated", session.role("authenticated"))
            .send()
            .await,
    );
    recorded(
        client
            .get_credentials_for_identity()
            .identity_id(&id)
            .logins(provider, token)
            .send()
            .await,
    );

    session.step("The identity is described by the provider", "POOL16");
    recorded(client.describe_identity().identity_id(id).send().await);
    Ok(())
}

/// Signing in with a social provider.
async fn social(session: &Session, provider: &str, app: &str, amr: &str) -> Ending {
    let pool = session
        .pool(false, |pool| pool.supported_login_providers(provider, app))
        .await?;
    let token = session.token(provider, app, "alice");
    sign_in(session, &pool, provider, &token, amr).await
}

declare! {
    /// Signing in with a user pool.
    #[needs(Logins)]
    async fn sign_in_with_a_user_pool(session) {
        let provider = user_pool(session);
        let pool = session.pool(false, |pool| {
            pool.cognito_identity_providers(user_pool_provider(session))
        }).await?;
        let token = session.token(&provider, USER_POOL_CLIENT, "alice");
        sign_in(session, &pool, &provider, &token, "TOKEN3, TOKEN13").await?;
    }

    /// Signing in with Google.
    #[needs(Logins)]
    async fn sign_in_with_google(session) {
        social(session, GOOGLE, GOOGLE_APP, "TOKEN3, Q52").await?;
    }

    /// Signing in with Apple.
    #[needs(Logins)]
    async fn sign_in_with_apple(session) {
        social(session, "appleid.apple.com", "com.example.app", "TOKEN3, Q52").await?;
    }

    /// Signing in with Facebook.
    #[needs(Logins)]
    async fn sign_in_with_facebook(session) {
        social(session, FACEBOOK, FACEBOOK_APP, "TOKEN3, TOKEN16").await?;
    }

    /// Login with Amazon.
    #[needs(Logins)]
    async fn sign_in_with_amazon(session) {
        social(session, "www.amazon.com", "amzn1.application.188a56d827a7d6555a8b67a5d", "TOKEN3, Q52").await?;
    }

    /// Signing in with Twitter.
    #[needs(Logins)]
    async fn sign_in_with_twitter(session) {
        social(session, "api.twitter.com", "consumer-key;consumer-secret", "TOKEN3, Q52").await?;
    }

    /// Signing in with an OIDC provider of IAM.
    #[needs(Logins)]
    async fn sign_in_with_open_id_connect(session) {
        let pool = session.pool(false, |pool| {
            pool.open_id_connect_provider_arns(oidc_arn(session))
        }).await?;
        let token = session.token(OIDC, "sts.amazonaws.com", "repo:a/b");
        sign_in(session, &pool, OIDC, &token, "TOKEN3, TOKEN15").await?;
    }

    /// Signing in with a SAML provider of IAM.
    #[needs(Logins)]
    async fn sign_in_with_saml(session) {
        let provider = saml_arn(session);
        let pool = session.pool(false, |pool| pool.saml_provider_arns(&provider)).await?;
        let token = session.token(&provider, "", "alice");
        sign_in(session, &pool, &provider, &token, "TOKEN3, Q51").await?;
    }

    /// A token for several logins names all providers.
    #[needs(Logins)]
    async fn a_token_names_all_providers_of_the_call(session) {
        use crate::conformance::session::logins;
        let provider = user_pool(session);
        let pool = session.pool(false, |pool| pool
            .supported_login_providers(GOOGLE, GOOGLE_APP)
            .cognito_identity_providers(user_pool_provider(session))).await?;
        let google = session.token(GOOGLE, GOOGLE_APP, "alice");
        let cognito = session.token(&provider, USER_POOL_CLIENT, "alice");

        session.step("Two new logins belong to one identity", "row 5");
        let both = logins((GOOGLE, &google), (&provider, &cognito));
        let id = session.id(&pool, both.clone()).await?;
        session.id(&pool, login(GOOGLE, &google)).await?;

        session.step("Both are in the token", "TOKEN17");
        recorded(session.client.get_open_id_token().identity_id(id).set_logins(Some(both)).send().await);
    }
}
