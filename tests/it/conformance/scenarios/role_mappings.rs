//! Which role a user gets. STS tells the ARN of the session.

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType as Ambiguous, MappingRuleMatchType as Match, RoleMapping,
};
use mock_cognito_identity::LoginToken;

use super::*;
use crate::conformance::scenarios::credentials::session_of;
use crate::conformance::session::login;
use crate::conformance::{Ending, Session, declare, recorded};
use crate::support::roles::{by_rules, by_token};

/// Credentials of a user of the user pool with these claims, and the session they are for.
async fn role_of(
    session: &Session,
    pool: &str,
    user: &str,
    claims: &[(&str, serde_json::Value)],
    custom: Option<&str>,
) -> Ending {
    let provider = user_pool(session);
    let token = claims.iter().fold(
        LoginToken::new(&*provider, user).audience(USER_POOL_CLIENT),
        |token, (name, value)| token.claim(*name, value.clone()),
    );
    let token = session.token_of(token, &format!("<token of {user}>"));
    let id = session.id(pool, login(&provider, &token)).await?;
    let call = session
        .client
        .get_credentials_for_identity()
        .identity_id(id)
        .logins(&provider, token);
    let answer = call
        .set_custom_role_arn(custom.map(str::to_owned))
        .send()
        .await;
    if let Ok(answer) = answer {
        session_of(session, answer.credentials).await?;
    }
    Ok(())
}

/// A pool whose user pool has this mapping.
async fn pool(session: &Session, mapping: RoleMapping) -> Result<String, crate::conformance::Stop> {
    let pool = session
        .pool(false, |pool| {
            pool.cognito_identity_providers(user_pool_provider(session))
        })
        .await?;
    let key = format!("{}:{USER_POOL_CLIENT}", user_pool(session));
    recorded(
        session
            .client
            .set_identity_pool_roles()
            .identity_pool_id(&pool)
            .roles("authenticated", session.role("authenticated"))
            .role_mappings(key, mapping)
            .send()
            .await,
    );
    Ok(pool)
}

declare! {
    /// The token chooses the role.
    #[needs(Logins)]
    async fn the_token_chooses_the_role(session) {
        let pool = pool(session, by_token(Ambiguous::AuthenticatedRole)).await?;
        let (admin, reader) = (session.role("admin"), session.role("reader"));

        session.step("The preferred role", "ROLE2");
        role_of(session, &pool, "alice", &[
            ("cognito:roles", serde_json::json!([admin, reader])),
            ("cognito:preferred_role", reader.clone().into()),
        ], None).await?;

        session.step("The only role", "ROLE2");
        role_of(session, &pool, "bob", &[("cognito:roles", serde_json::json!([admin]))], None).await?;

        session.step("Several roles without a preference, and none: the role for everybody", "ROLE1, ROLE2");
        role_of(session, &pool, "carol", &[("cognito:roles", serde_json::json!([admin, reader]))], None).await?;
        role_of(session, &pool, "dave", &[], None).await?;
    }

    /// Users choose among their roles.
    #[needs(Logins)]
    async fn users_choose_among_their_roles(session) {
        let pool = pool(session, by_token(Ambiguous::Deny)).await?;
        let (admin, reader) = (session.role("admin"), session.role("reader"));
        let roles = [("cognito:roles", serde_json::json!([admin, reader]))];

        session.step("One that the token names", "N18");
        role_of(session, &pool, "alice", &roles, Some(&admin)).await?;

        session.step("One that it does not name", "N18, Q12");
        role_of(session, &pool, "alice", &roles, Some(&session.role("owner"))).await?;

        session.step("None, which is ambiguous", "N17");
        role_of(session, &pool, "alice", &roles, None).await?;
    }

    /// Rules choose the role.
    #[needs(Logins)]
    async fn rules_choose_the_role(session) {
        let (admin, reader) = (session.role("admin"), session.role("reader"));
        let pool = pool(session, by_rules(Ambiguous::Deny, &[
            ("cognito:groups", Match::Contains, "admins", &admin),
            ("custom:level", Match::StartsWith, "read", &reader),
            ("custom:level", Match::NotEqual, "none", &reader),
            ("email_verified", Match::Equals, "true", &reader),
        ])).await?;

        session.step("A group, which is the first rule that matches", "ROLE3, ROLE5");
        role_of(session, &pool, "alice", &[
            ("cognito:groups", serde_json::json!(["admins", "users"])),
            ("custom:level", "reader".into()),
        ], None).await?;

        session.step("The beginning of a claim", "ROLE3");
        role_of(session, &pool, "bob", &[("custom:level", "reader".into())], None).await?;

        session.step("No claim that a rule names", "ROLE4, N17, Q9");
        role_of(session, &pool, "carol", &[], None).await?;
    }
}
