//! `AssumeRoleWithWebIdentity`.

use std::time::Duration;

use expect_test::expect;
use serde_json::json;

use super::explained;
use crate::support::app::GOOGLE;
use crate::support::guest;
use crate::support::tokens::{NOW, but, claims, forged, login, open_id_token, unsigned};

const ROLE: &str = "arn:aws:iam::123456789012:role/Guest";

#[tokio::test]
async fn tokens_and_roles_that_sts_does_not_take() {
    let told = explained(async |mock| {
        let client = mock.client();
        let id = guest(&client, mock.seed_pool("app").id()).await;
        let good = open_id_token(&client, &id, &[]).await;
        let forged = forged(&good, &but(claims(&good), "sub", json!("us-east-1:0")));
        let elsewhere = json!({
            "iss": "https://cognito-identity.amazonaws.com", "aud": "web", "exp": NOW + 60,
        });
        let sts = aws_sdk_sts::Client::new(&mock.sdk_config());
        mock.clock().advance(Duration::from_secs(600));

        for (role, token) in [
            (ROLE, &*good),
            ("the-role-of-guests-of-app", &good),
            ("arn:aws:iam::123456789012:user/Guest", &good),
            (ROLE, "opaque"),
            (ROLE, &unsigned(&json!({"sub": "alice"}))),
            (ROLE, &login(mock, GOOGLE, "alice")),
            (ROLE, &unsigned(&elsewhere)),
            (ROLE, &forged),
        ] {
            let call = sts
                .assume_role_with_web_identity()
                .role_session_name("test");
            let call = call.role_arn(role).web_identity_token(token);
            call.send().await.unwrap_err();
        }
    })
    .await;

    expect![[r#"
        AssumeRoleWithWebIdentity: Token expired: current date/time 1767323645 must be before the expiration date/time 1767323645
            `exp` is 2026-01-02T03:14:05Z; the mock's clock shows 2026-01-02T03:14:05Z
        AssumeRoleWithWebIdentity: Request ARN is invalid
            "the-role-of-guests-of-app" is no ARN, such as arn:aws:iam::<account>:role/<name>
        AssumeRoleWithWebIdentity: Request ARN is invalid
            "arn:aws:iam::123456789012:user/Guest" is not the ARN of a role, such as arn:aws:iam::<account>:role/<name>
        AssumeRoleWithWebIdentity: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)
            `WebIdentityToken` is no JWT: it has one part, and a JWT has three; GetOpenIdToken gives one
        AssumeRoleWithWebIdentity: Missing a required claim: iss
            the token has no `iss`; its claims are "sub"
        AssumeRoleWithWebIdentity: No OpenIDConnect provider found in your account for https://accounts.google.com
            `iss` of the token is "https://accounts.google.com"; the mock takes tokens of GetOpenIdToken only, which have "https://cognito-identity.amazonaws.com"
        AssumeRoleWithWebIdentity: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements
            `aud` of the token is "web", which is no pool of a Region with the issuer "https://cognito-identity.amazonaws.com"
        AssumeRoleWithWebIdentity: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements
            the token names Cognito Identity as its issuer, and this mock did not sign it; was it changed, or issued by AWS?
    "#]].assert_eq(&told);
}
