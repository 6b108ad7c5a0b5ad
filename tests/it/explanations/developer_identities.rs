//! Developer users and the providers that they belong to.

use expect_test::expect;
use mock_cognito_identity::PoolSeed;

use super::explained;
use crate::support::app::{App, COGNITO, DEVELOPER, GOOGLE, GOOGLE_APP};
use crate::support::tokens::developer_token;

#[tokio::test]
async fn another_developer_provider() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let bare = mock.seed_pool("bare");
        let alice = app.register("alice").await;

        let call = app.client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(&app.pool);
        call.logins("login.mycompany.myap", "alice")
            .send()
            .await
            .unwrap_err();
        let call = app.client.get_open_id_token_for_developer_identity();
        let call = call.identity_pool_id(bare.id());
        call.logins(DEVELOPER, "alice").send().await.unwrap_err();
        let call = app.merge("alice", "bob").developer_provider_name("other");
        call.send().await.unwrap_err();
        let call = app
            .unlink_user(&alice, "alice")
            .developer_provider_name("other");
        call.send().await.unwrap_err();
        let token = developer_token(&app.client, &app.pool, "alice").await.1;
        app.developer("alice")
            .logins(COGNITO, token)
            .send()
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        GetOpenIdTokenForDeveloperIdentity: This identity pool does not support the specified developer provider
            `Logins` has "login.mycompany.myap"; the developer provider of the pool "app" is login.mycompany.myapp; did you mean "login.mycompany.myapp"?
        GetOpenIdTokenForDeveloperIdentity: This identity pool does not support the specified developer provider
            `Logins` has "login.mycompany.myapp"; the pool "bare" has no developer provider
        MergeDeveloperIdentities: This identity pool does not support the specified developer provider
            the request names "other"; the developer provider of the pool "app" is login.mycompany.myapp
        UnlinkDeveloperIdentity: This identity pool does not support the specified developer provider
            the request names "other"; the developer provider of the pool "app" is login.mycompany.myapp
        GetOpenIdTokenForDeveloperIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            this operation issues the tokens that go under cognito-identity.amazonaws.com and takes none of them; the developer user is given under login.mycompany.myapp
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_developer_user_who_is_not_there() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let bare = mock.seed_pool("bare");
        let alice = app.register("alice").await;
        app.link(&alice, "second").await;
        app.register("bob").await;
        app.unlink_user(&alice, "second").send().await.unwrap();

        for user in ["Alice", "carol", "second"] {
            let call = app.look_up().developer_user_identifier(user);
            call.send().await.unwrap_err();
        }
        app.merge("bob", "nobody").send().await.unwrap_err();
        let call = app
            .client
            .lookup_developer_identity()
            .identity_pool_id(bare.id());
        call.developer_user_identifier("alice")
            .send()
            .await
            .unwrap_err();
        app.look_up().send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        LookupDeveloperIdentity: Developer user identifier 'Alice' not found.
            the pool "app" has no user "Alice" of login.mycompany.myapp; it has "alice", "bob"; did you mean "alice"?
        LookupDeveloperIdentity: Developer user identifier 'carol' not found.
            the pool "app" has no user "carol" of login.mycompany.myapp; it has "alice", "bob"
        LookupDeveloperIdentity: Developer user identifier 'second' not found.
            second of login.mycompany.myapp was unlinked by call #4, UnlinkDeveloperIdentity
        MergeDeveloperIdentities: Developer user identifier 'nobody' not found.
            the pool "app" has no user "nobody" of login.mycompany.myapp; it has "alice", "bob"
        LookupDeveloperIdentity: Developer user identifier 'alice' not found.
            the pool "bare" has no developer provider
        LookupDeveloperIdentity: Either an identity id or a developer user identifier must be provided.
            the request has neither `IdentityId` nor `DeveloperUserIdentifier`
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_developer_user_of_another_identity() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let alice = app.register("alice").await;
        let bob = app.register("bob").await;
        let elsewhere = mock.seed_pool(
            PoolSeed::named("other")
                .login_provider(GOOGLE, GOOGLE_APP)
                .developer_provider(DEVELOPER),
        );
        let carol = app.sign_in(&[(GOOGLE, "carol")]).await;

        app.developer("alice")
            .identity_id(&bob)
            .send()
            .await
            .unwrap_err();
        app.developer("dave")
            .identity_id(&carol)
            .send()
            .await
            .unwrap_err();
        let call = app
            .look_up()
            .identity_id(&bob)
            .developer_user_identifier("alice");
        call.send().await.unwrap_err();
        app.unlink_user(&alice, "bob").send().await.unwrap_err();
        let call = app.client.lookup_developer_identity();
        let call = call.identity_pool_id(elsewhere.id()).identity_id(&alice);
        call.send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        GetOpenIdTokenForDeveloperIdentity: This developer user identifier is already registered with Cognito.
            alice of login.mycompany.myapp has the identity us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac, and the request names us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b; MergeDeveloperIdentities makes one of two identities
        GetOpenIdTokenForDeveloperIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to carol of accounts.google.com; the request has dave of login.mycompany.myapp (owns no identity)
        LookupDeveloperIdentity: Developer user identifier 'alice' is linked to another identity.
            "alice" has the identity us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac, and the request names us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b
        UnlinkDeveloperIdentity: Developer user identifier 'bob' is linked to another identity.
            "bob" has the identity us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b, and the request names us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac
        LookupDeveloperIdentity: Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' not found.
            the identity is in the pool "app" (us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20); the request names the pool "other" (us-east-1:17b16abf-8d06-48e8-a383-17543ae5b3a5)
    "#]].assert_eq(&told);
}
