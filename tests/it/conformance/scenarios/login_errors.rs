//! Login tokens that are rejected, by each check.

use mock_cognito_identity::LoginToken;

use super::*;
use crate::conformance::session::login;
use crate::conformance::{declare, recorded};

declare! {
    /// A pool without any provider takes no logins.
    async fn logins_to_a_pool_without_providers(session) {
        let pool = session.pool(true, |pool| pool).await?;
        let token = session.token(&user_pool(session), USER_POOL_CLIENT, "alice");

        session.step("The token of a user pool", "N5");
        recorded(session.id(&pool, login(&user_pool(session), &token)).await);
    }

    /// A pool takes the tokens of its own providers only.
    async fn logins_of_other_providers(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(GOOGLE, GOOGLE_APP)).await?;

        session.step("A provider that the pool does not have", "N4, LOGIN5");
        let token = session.token(FACEBOOK, FACEBOOK_APP, "alice");
        recorded(session.id(&pool, login(FACEBOOK, &token)).await);

        session.step("A user pool of another Region", "N4, LOGIN5");
        let elsewhere = "cognito-idp.ap-south-1.amazonaws.com/ap-south-1_AbCdEfGhI";
        let token = session.token(elsewhere, USER_POOL_CLIENT, "alice");
        recorded(session.id(&pool, login(elsewhere, &token)).await);

        session.step("A key that names no provider, with something that is no JWT", "N10, LOGIN6");
        recorded(session.id(&pool, login("Facebook", "EAABwzLixnjYBO")).await);
    }

    /// A login without a token is no login.
    async fn empty_login_tokens(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(GOOGLE, GOOGLE_APP)).await?;

        session.step("An empty token breaks a constraint", "V1, V5, V9, MODEL1");
        recorded(session.id(&pool, login(GOOGLE, "")).await);
    }

    /// A token of Google must be a JWT, and not one of somebody else.
    async fn tokens_that_are_none(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(GOOGLE, GOOGLE_APP)).await?;

        session.step("No JWT", "N10");
        recorded(session.id(&pool, login(GOOGLE, "not-a-token")).await);

        session.step("The token of a user pool", "N8, LOGIN4");
        let token = session.token(&user_pool(session), USER_POOL_CLIENT, "alice");
        recorded(session.id(&pool, login(GOOGLE, &token)).await);
    }

    /// Only the ID tokens of the pool's app clients are taken.
    #[needs(Logins)]
    async fn tokens_of_user_pools_that_do_not_fit(session) {
        let provider = user_pool(session);
        let pool = session.pool(true, |pool| {
            pool.cognito_identity_providers(user_pool_provider(session))
        }).await?;
        let now = session.now();

        session.step("Of another app client", "N4, LOGIN3, LOGIN13");
        let token = session.token(&provider, "another-client", "alice");
        recorded(session.id(&pool, login(&provider, &token)).await);

        session.step("An access token, which has no audience", "N9");
        let access = LoginToken::new(&*provider, "alice").claim("token_use", "access")
            .claim("client_id", USER_POOL_CLIENT).claim("aud", serde_json::Value::Null);
        let token = session.token_of(access, "<access token of alice>");
        recorded(session.id(&pool, login(&provider, &token)).await);

        session.step("Expired an hour ago, and expired within the five minutes of grace", "N6, LOGIN2");
        for (expiry, shown) in [(now - 3_600, "<expired token>"), (now - 60, "<token that expired a minute ago>")] {
            let token = LoginToken::new(&*provider, "alice").audience(USER_POOL_CLIENT).claim("exp", expiry);
            let token = session.token_of(token, shown);
            recorded(session.id(&pool, login(&provider, &token)).await);
        }

        session.step("With a signature that is wrong", "N11b");
        let token = session.token(&provider, USER_POOL_CLIENT, "alice");
        let cut = token.rfind('.').unwrap_or_default();
        let forged = session.shown(format!("{}.{}", &token[..cut], "A".repeat(342)), "<forged token>");
        recorded(session.id(&pool, login(&provider, &forged)).await);

        session.step("An error creates no identity", "row 14");
        recorded(session.client.list_identities().identity_pool_id(pool).max_results(60).send().await);
    }

    /// An opaque token of a social provider expires in other words.
    #[needs(Logins)]
    async fn expired_tokens_of_social_providers(session) {
        let pool = session.pool(true, |pool| pool.supported_login_providers(FACEBOOK, FACEBOOK_APP)).await?;
        let expired = LoginToken::new(FACEBOOK, "alice").audience(FACEBOOK_APP).claim("exp", session.now() - 3_600);
        let token = session.token_of(expired, "<expired token>");

        session.step("A token of Facebook", "N7, Q36");
        recorded(session.id(&pool, login(FACEBOOK, &token)).await);
    }

    /// Of several logins each must be valid.
    #[needs(Logins)]
    async fn each_login_must_be_valid(session) {
        use crate::conformance::session::logins;
        let pool = session.pool(true, |pool| pool
            .supported_login_providers(GOOGLE, GOOGLE_APP)
            .supported_login_providers(FACEBOOK, FACEBOOK_APP)).await?;
        let google = session.token(GOOGLE, GOOGLE_APP, "alice");

        session.step("A token of Google for another app", "N4, LOGIN3");
        let other = session.token(GOOGLE, "another-app", "alice");
        recorded(session.id(&pool, login(GOOGLE, &other)).await);

        session.step("A good one and one of Facebook for another app", "row 14, N4");
        let other = session.token(FACEBOOK, "1234567890", "alice");
        recorded(session.id(&pool, logins((GOOGLE, &google), (FACEBOOK, &other))).await);
    }

    /// Tokens of Cognito go under Cognito's key, and not into `GetId`.
    async fn tokens_of_cognito_as_logins(session) {
        let pool = session.pool(true, |pool| pool
            .developer_provider_name(DEVELOPER)
            .supported_login_providers(GOOGLE, GOOGLE_APP)).await?;
        let developer = session.client.get_open_id_token_for_developer_identity()
            .identity_pool_id(&pool).logins(DEVELOPER, "user-1").send().await?;
        let token = developer.token.unwrap_or_default();
        let id = developer.identity_id.unwrap_or_default();

        session.step("GetId takes none", "N12");
        recorded(session.id(&pool, login(COGNITO, &token)).await);
        recorded(session.id(&pool, login(GOOGLE, &token)).await);

        session.step("The developer provider is no public one", "P1, LOGIN14");
        recorded(session.id(&pool, login(DEVELOPER, "user-1")).await);
        recorded(session.client.get_credentials_for_identity().identity_id(&id)
            .logins(DEVELOPER, "user-1").send().await);

        session.step("Another token under Cognito's key", "N13");
        let google = session.token(GOOGLE, GOOGLE_APP, "alice");
        recorded(session.client.get_credentials_for_identity().identity_id(id)
            .logins(COGNITO, google).send().await);
    }
}
