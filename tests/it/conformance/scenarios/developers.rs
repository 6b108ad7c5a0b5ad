//! Users of the application's own provider.

use super::*;
use crate::conformance::{Session, Stop, declare, needed, recorded};
use aws_sdk_cognitoidentity::operation::get_open_id_token_for_developer_identity::builders::GetOpenIdTokenForDeveloperIdentityFluentBuilder as Token;

async fn pool(session: &Session) -> Result<String, Stop> {
    session
        .pool(true, |pool| pool.developer_provider_name(DEVELOPER))
        .await
}

/// The call that asks for a token of a user.
fn token(session: &Session, pool: &str, user: &str) -> Token {
    session
        .client
        .get_open_id_token_for_developer_identity()
        .identity_pool_id(pool)
        .logins(DEVELOPER, user)
}

async fn identity(call: Token) -> Result<String, Stop> {
    needed(call.send().await?.identity_id, "IdentityId")
}

declare! {
    /// The backend gets a token for its user.
    async fn developer_tokens(session) {
        let pool = pool(session).await?;

        session.step("A new user, and the same again", "row 20, row 21, TOKEN3, TOKEN8, TOKEN14");
        recorded(token(session, &pool, "user-1").send().await);
        recorded(token(session, &pool, "user-1").send().await);

        session.step("Users are told apart by upper and lower case", "DEV1, row 21");
        recorded(token(session, &pool, "USER-1").send().await);

        session.step("The longest and the shortest lifetime, and none at all", "TOKEN8, MODEL1");
        for seconds in [86_400, 1, 0, 86_401] {
            recorded(token(session, &pool, "user-1").token_duration(seconds).send().await);
        }

        session.step("Tags are in the token", "TOKEN4, PTAG5");
        recorded(token(session, &pool, "user-1").principal_tags("team", "shop").send().await);
    }

    /// The developer's token gets credentials, under the key of Cognito.
    #[needs(Roles)]
    async fn credentials_of_a_developer_user(session) {
        let pool = pool(session).await?;
        recorded(session.client.set_identity_pool_roles().identity_pool_id(&pool)
            .roles("authenticated", session.role("authenticated")).send().await);
        let answer = token(session, &pool, "user-1").send().await?;
        let id = needed(answer.identity_id, "IdentityId")?;
        let token = needed(answer.token, "Token")?;

        session.step("With the token", "LOGIN7, CRED1, CRED3, WIRE6");
        recorded(session.client.get_credentials_for_identity().identity_id(&id)
            .logins(COGNITO, token).send().await);

        session.step("Without it", "N2");
        recorded(session.client.get_credentials_for_identity().identity_id(id).send().await);
    }

    /// The classic flow may be closed, and the backend still gets tokens.
    async fn developer_tokens_without_the_classic_flow(session) {
        let pool = session.pool(true, |pool| {
            pool.developer_provider_name(DEVELOPER).allow_classic_flow(false)
        }).await?;

        session.step("AllowClassicFlow is false", "Q84");
        recorded(token(session, &pool, "user-1").send().await);
    }

    /// A pool takes users of its own developer provider only.
    async fn other_developer_providers_are_rejected(session) {
        let pool = pool(session).await?;
        let other = |provider: &str| session.client.get_open_id_token_for_developer_identity()
            .identity_pool_id(&pool).logins(provider, "user-1");

        session.step("Another provider", "P6, Q40");
        recorded(other("login.other").send().await);

        session.step("A pool without a developer provider", "P6, Q40");
        let plain = session.pool(true, |pool| pool).await?;
        recorded(token(session, &plain, "user-1").send().await);
        recorded(session.client.merge_developer_identities().identity_pool_id(plain)
            .developer_provider_name(DEVELOPER).source_user_identifier("a")
            .destination_user_identifier("b").send().await);
    }

    /// A developer user is linked to a guest, and to nobody else afterwards.
    async fn link_a_developer_user(session) {
        let pool = pool(session).await?;
        let guest = session.id(&pool, None).await?;

        session.step("The guest that is named", "row 22");
        recorded(token(session, &pool, "user-1").identity_id(&guest).send().await);
        recorded(session.client.describe_identity().identity_id(&guest).send().await);

        session.step("A second user of the same identity needs no more", "row 26");
        recorded(token(session, &pool, "user-2").logins(DEVELOPER, "user-2").identity_id(&guest).send().await);

        session.step("A user of another identity cannot be linked", "row 25, F2, Q2");
        recorded(token(session, &pool, "user-3").send().await);
        recorded(token(session, &pool, "user-3").identity_id(&guest).send().await);

        session.step("An identity that does not exist", "R2");
        recorded(token(session, &pool, "user-4").identity_id(nobody(session)).send().await);
    }

    /// A developer user is linked to an identity with public logins only with one of them.
    #[needs(Logins)]
    async fn link_a_developer_user_to_a_public_login(session) {
        use crate::conformance::session::login;
        let pool = session.pool(true, |pool| pool.developer_provider_name(DEVELOPER)
            .supported_login_providers(GOOGLE, GOOGLE_APP)).await?;
        let google = session.token(GOOGLE, GOOGLE_APP, "alice");
        let id = session.id(&pool, login(GOOGLE, &google)).await?;

        session.step("Without the login", "row 24, N1");
        recorded(token(session, &pool, "user-1").identity_id(&id).send().await);

        session.step("With it, and afterwards without it", "row 23");
        recorded(token(session, &pool, "user-1").logins(GOOGLE, google).identity_id(&id).send().await);
        recorded(token(session, &pool, "user-1").identity_id(id).send().await);
    }

    /// Users and identities are looked up by each other.
    async fn look_up_developer_users(session) {
        let pool = pool(session).await?;
        let id = identity(token(session, &pool, "user-1")).await?;
        let other = identity(token(session, &pool, "user-2")).await?;
        let look_up = || session.client.lookup_developer_identity().identity_pool_id(&pool);

        session.step("By the user, by the identity, and by both", "DEV2, POOL18");
        recorded(look_up().developer_user_identifier("user-1").send().await);
        recorded(look_up().identity_id(&id).max_results(10).send().await);
        recorded(look_up().identity_id(&id).developer_user_identifier("user-1").send().await);

        session.step("Both, but of two identities", "DEV2, Q44");
        recorded(look_up().identity_id(other).developer_user_identifier("user-1").send().await);

        session.step("Neither", "P9, Q41");
        recorded(look_up().send().await);

        session.step("A user whom nobody knows", "R3, Q43");
        recorded(look_up().developer_user_identifier("user-9").send().await);
    }

    /// The users of an identity are paged.
    async fn look_up_page_by_page(session) {
        let pool = pool(session).await?;
        let id = identity(token(session, &pool, "user-1")).await?;
        for user in ["user-2", "user-3"] {
            identity(token(session, &pool, user).identity_id(&id)).await?;
        }
        let look_up = || session.client.lookup_developer_identity().identity_pool_id(&pool).identity_id(&id);

        session.step("Three users on two pages", "POOL18, QUOTA7");
        let page = look_up().max_results(2).send().await?;
        let next = needed(page.next_token, "NextToken")?;
        recorded(look_up().max_results(2).next_token(next).send().await);
    }

    /// Merging two users gives both the identity of the destination.
    async fn merge_developer_users(session) {
        let pool = pool(session).await?;
        let source = identity(token(session, &pool, "user-1")).await?;
        identity(token(session, &pool, "user-2")).await?;
        let merge = |source: &str, destination: &str| session.client.merge_developer_identities()
            .identity_pool_id(&pool).developer_provider_name(DEVELOPER)
            .source_user_identifier(source).destination_user_identifier(destination);

        session.step("The first into the second", "row 27");
        recorded(merge("user-1", "user-2").send().await);
        recorded(token(session, &pool, "user-1").send().await);

        session.step("The identity of the source is disabled", "row 17, LIFE3");
        recorded(session.client.describe_identity().identity_id(&source).send().await);
        recorded(session.client.get_open_id_token().identity_id(source).send().await);

        session.step("Once more", "Q42");
        recorded(merge("user-1", "user-2").send().await);

        session.step("Users whom nobody knows", "R3, Q43");
        recorded(merge("user-9", "user-2").send().await);
        recorded(merge("user-2", "user-9").send().await);
    }

    /// A user that was unlinked is new.
    async fn unlink_developer_users(session) {
        let pool = pool(session).await?;
        let id = identity(token(session, &pool, "user-1")).await?;
        let other = identity(token(session, &pool, "user-2")).await?;
        let unlink = |id: &str, user: &str| session.client.unlink_developer_identity()
            .identity_pool_id(&pool).identity_id(id).developer_provider_name(DEVELOPER)
            .developer_user_identifier(user);

        session.step("A user of another identity, and one whom nobody knows", "R3, Q43, Q44");
        recorded(unlink(&other, "user-1").send().await);
        recorded(unlink(&other, "user-9").send().await);

        session.step("The user is unlinked and gets another identity", "row 15, row 16, WIRE9");
        recorded(unlink(&id, "user-1").send().await);
        recorded(token(session, &pool, "user-1").send().await);
        recorded(session.client.get_open_id_token().identity_id(id).send().await);
    }
}
