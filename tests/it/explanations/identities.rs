//! Identities that do not exist, do not fit the logins, or are disabled.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::operation::delete_identities::DeleteIdentitiesInput;
use expect_test::expect;
use mock_cognito_identity::PoolSeed;

use super::explained;
use crate::support::app::{App, DEVELOPER, FACEBOOK, Flow, GOOGLE, NO_IDENTITY, USER_POOL};

#[tokio::test]
async fn logins_are_missing_or_of_somebody_else() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let closed = mock.seed_pool(PoolSeed::named("closed").authenticated_only());
        let guest = closed.seed_identity();
        let alice = app.sign_in(&[(GOOGLE, "alice")]).await;
        app.sign_in(&[(GOOGLE, "bob")]).await;

        app.enter(Flow::Enhanced, &alice, &[]).await.unwrap_err();
        app.enter(Flow::Enhanced, &alice, &[(GOOGLE, "bob")])
            .await
            .unwrap_err();
        app.enter(Flow::Classic, &alice, &[(USER_POOL, "carol")])
            .await
            .unwrap_err();
        app.enter(Flow::Classic, &guest, &[]).await.unwrap_err();
        let call = app.client.get_id().identity_pool_id(closed.id());
        call.send().await.unwrap_err();
        app.unlink(&alice, &[(GOOGLE, "bob")], &[GOOGLE])
            .send()
            .await
            .unwrap_err();
        app.unlink(&alice, &[], &[GOOGLE]).send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: Access to Identity 'us-east-1:b7e1e158-6723-c317-543a-e5b3a571b84c' is forbidden.
            the identity belongs to alice of accounts.google.com; the request has no `Logins`
        GetCredentialsForIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to alice of accounts.google.com; the request has bob of accounts.google.com (owns us-east-1:b7e1e158-679e-cd23-83db-425229074a59)
        GetOpenIdToken: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to alice of accounts.google.com; the request has carol of cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI (owns no identity)
        GetOpenIdToken: Unauthenticated access is not supported for this identity pool.
            `Logins` is empty, and the pool "closed" has AllowUnauthenticatedIdentities = false
        GetId: Unauthenticated access is not supported for this identity pool.
            `Logins` is empty, and the pool "closed" has AllowUnauthenticatedIdentities = false
        UnlinkIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to alice of accounts.google.com; the request has bob of accounts.google.com (owns us-east-1:b7e1e158-679e-cd23-83db-425229074a59)
        UnlinkIdentity: Access to Identity 'us-east-1:b7e1e158-6723-c317-543a-e5b3a571b84c' is forbidden.
            the identity belongs to alice of accounts.google.com; the request has no `Logins`
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn an_identity_is_merged_away_or_unlinked() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let visitor = app.register("visitor").await;
        app.register("alice").await;
        app.merge("visitor", "alice").send().await.unwrap();
        let bob = app.sign_in(&[(GOOGLE, "bob")]).await;
        app.unlink(&bob, &[(GOOGLE, "bob")], &[GOOGLE])
            .send()
            .await
            .unwrap();
        let carol = app.sign_in(&[(GOOGLE, "carol")]).await;
        let both = [(GOOGLE, "carol"), (FACEBOOK, "carol")];
        app.enter(Flow::Enhanced, &carol, &both).await.unwrap();
        app.unlink(&carol, &both, &[GOOGLE]).send().await.unwrap();
        let guest = app.sign_in(&[]).await;
        app.enter(Flow::Enhanced, &guest, &[(FACEBOOK, "carol")])
            .await
            .unwrap();

        app.enter(Flow::Enhanced, &visitor, &[]).await.unwrap_err();
        app.enter(Flow::Enhanced, &visitor, &[(GOOGLE, "dave")])
            .await
            .unwrap_err();
        app.unlink(&visitor, &[], &[GOOGLE])
            .send()
            .await
            .unwrap_err();
        app.developer("dave")
            .identity_id(&visitor)
            .send()
            .await
            .unwrap_err();
        app.enter(Flow::Classic, &bob, &[(GOOGLE, "bob")])
            .await
            .unwrap_err();
        app.enter(Flow::Classic, &carol, &[(GOOGLE, "carol")])
            .await
            .unwrap_err();
        app.enter(Flow::Classic, &guest, &[]).await.unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
            the identity was merged into us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b by call #3, MergeDeveloperIdentities; the request has no `Logins`
        GetCredentialsForIdentity: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity was merged into us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b by call #3, MergeDeveloperIdentities; the request has dave of accounts.google.com (owns no identity)
        UnlinkIdentity: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
            the identity was merged into us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b by call #3, MergeDeveloperIdentities
        GetOpenIdTokenForDeveloperIdentity: Access to Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' is forbidden.
            the identity was merged into us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b by call #3, MergeDeveloperIdentities
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-6717-c16a-bf8d-0698e8238317' is forbidden.
            bob of accounts.google.com, the last login of the identity, was unlinked by call #5, UnlinkIdentity, which disabled it
        GetOpenIdToken: Logins don't match. Please include at least one valid login for this identity or identity pool.
            the identity belongs to a user of graph.facebook.com; the request has carol of accounts.google.com (unlinked by call #8, UnlinkIdentity)
        GetOpenIdToken: Access to Identity 'us-east-1:b7e1e158-6759-cac5-473c-84740b71f7f2' is forbidden.
            the identity was merged into us-east-1:b7e1e158-6771-c84c-be99-e3b1709edd23 by call #10, GetCredentialsForIdentity; the request has no `Logins`
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn an_identity_that_is_not_there() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let europe = Client::from_conf(mock.config().region(Region::new("eu-west-1")).build());
        let deleted = app.sign_in(&[]).await;
        let directly = app.sign_in(&[]).await;
        let left = app.sign_in(&[]).await;
        app.delete([&*deleted]).send().await.unwrap();
        let input = DeleteIdentitiesInput::builder().identity_ids_to_delete(&directly);
        mock.with_engine(|engine| engine.delete_identities(input.build().unwrap()))
            .unwrap();
        let gone = mock.seed_pool("gone");
        let of_gone = gone.seed_identity();
        let call = app
            .client
            .delete_identity_pool()
            .identity_pool_id(gone.id());
        call.send().await.unwrap();
        let uuid = left.strip_prefix("us-east-1:").unwrap();

        for id in [
            &*deleted,
            &*directly,
            &*of_gone,
            &app.pool,
            &format!("eu-west-1:{uuid}"),
            "us-east-1:0",
            NO_IDENTITY,
        ] {
            app.enter(Flow::Enhanced, id, &[]).await.unwrap_err();
        }
        europe
            .describe_identity()
            .identity_id(&left)
            .send()
            .await
            .unwrap_err();
        europe
            .describe_identity()
            .identity_id(NO_IDENTITY)
            .send()
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        GetCredentialsForIdentity: Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' not found.
            deleted by call #4, DeleteIdentities
        GetCredentialsForIdentity: Identity 'us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b' not found.
            deleted through `with_engine`, by DeleteIdentities
        GetCredentialsForIdentity: Identity 'us-east-1:074a59af-0cfc-cb9f-b0c3-4ce949d871f1' not found.
            its pool "gone" was deleted by call #5, DeleteIdentityPool
        GetCredentialsForIdentity: Identity 'us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20' not found.
            this is the id of the pool "app"; GetId gives the id of an identity
        GetCredentialsForIdentity: Identity 'eu-west-1:b7e1e158-6717-c16a-bf8d-0698e8238317' not found.
            no such identity in us-east-1; did you mean "us-east-1:b7e1e158-6717-c16a-bf8d-0698e8238317"?
        GetCredentialsForIdentity: Identity 'us-east-1:0' not found.
            this is no id of an identity; GetId gives one, of the form <Region>:<UUID>
        GetCredentialsForIdentity: Identity 'us-east-1:157d6171-ee1b-c968-98c2-7c97c13d98d2' not found.
            no such identity in us-east-1, which has us-east-1:b7e1e158-6717-c16a-bf8d-0698e8238317
        DescribeIdentity: Identity 'us-east-1:b7e1e158-6717-c16a-bf8d-0698e8238317' not found.
            no such identity in eu-west-1; us-east-1 has one of this id
        DescribeIdentity: Identity 'us-east-1:157d6171-ee1b-c968-98c2-7c97c13d98d2' not found.
            the id is one of us-east-1, and the call is for eu-west-1
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn logins_that_cannot_be_of_one_identity() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let alice = app.register("alice").await;
        for n in 1..=17 {
            app.link(&alice, &format!("user {n}")).await;
        }
        for user in ["alice", "bob"] {
            let call = app.developer(user).logins(GOOGLE, app.token(GOOGLE, user));
            call.send().await.unwrap();
        }
        let both = [(GOOGLE, "alice"), (FACEBOOK, "alice")];
        app.enter(Flow::Enhanced, &alice, &both).await.unwrap();

        app.merge("alice", "bob").send().await.unwrap_err();
        let call = app.get_id(&[(GOOGLE, "carol"), (FACEBOOK, "alice")]);
        call.send().await.unwrap_err();
        let call = app.developer("user 18").identity_id(&alice);
        let call = call.logins(GOOGLE, app.token(GOOGLE, "alice"));
        call.send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        MergeDeveloperIdentities: Login is already linked to another account.
            us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b would belong to two users of one provider: bob of accounts.google.com (owns us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b), alice of accounts.google.com (owns us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac)
        GetId: Login is already linked to another account.
            us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac would belong to two users of one provider: alice of accounts.google.com (owns us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac), carol of accounts.google.com (owns no identity)
        GetOpenIdTokenForDeveloperIdentity: Login is already linked to another account.
            us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac would have 21 logins, and an identity has at most 20
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn many_logins_are_cut() {
    let told = explained(async |mock| {
        let app = App::new(mock);
        let alice = app.register("user 1").await;
        for n in 2..=7 {
            app.link(&alice, &format!("user {n}")).await;
        }

        app.enter(Flow::Enhanced, &alice, &[]).await.unwrap_err();
    })
    .await;

    let expected = format!("user 5 of {DEVELOPER} and 2 more; the request has no `Logins`");
    assert!(told.contains(&expected), "{told}");
}
