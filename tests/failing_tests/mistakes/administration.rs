//! Mistakes of tools that manage pools and identities.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use expect_test::expect;
use mock_cognito_identity::PoolSeed;

use super::{GOOGLE, mock, shows};
use crate::app::{AdminTool, LoginBackend, sign_in};

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_page_never_followed() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    for _ in 0..70 {
        let _ = pool.seed_identity();
    }

    let tool = AdminTool::new(mock.client(), pool.id());

    assert_eq!(tool.count_identities().await.unwrap(), 70);
}

#[test]
fn a_page_never_followed_has_a_next_token_that_nobody_used() {
    shows(
        "administration::a_page_never_followed",
        &["60 identities, NextToken never used"],
        &expect![[r#"
            thread 'mistakes::administration::a_page_never_followed' panicked at ⟨assert_eq!(tool.count_identities().await.unwrap(), 70);⟩:
            assertion `left == right` failed
              left: 60
             right: 70
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  ListIdentities  attempt 1  pool "app", MaxResults 60  → ok, 60 identities, NextToken never used
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn more_identities_than_one_call_deletes() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let guests = (0..61).map(|_| pool.seed_identity()).collect();

    let tool = AdminTool::new(mock.client(), pool.id());

    tool.delete(guests).await.unwrap();
}

#[test]
fn more_identities_than_one_call_deletes_are_counted() {
    shows(
        "administration::more_identities_than_one_call_deletes",
        &["the size of IdentityIdsToDelete is 61; it must be 1 to 60"],
        &expect![[r#"
            thread 'mistakes::administration::more_identities_than_one_call_deletes' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("ValidationException: 1 validation error detected: Value '[MANY IDS, us-east-1:b7e1e158-67e3-c40d-a939-2238625c6a5b]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length less than or equal to 60")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  DeleteIdentities  attempt 1  61 identities  → ValidationException: 1 validation error detected: Value '[us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac, us-east-1:b7e…
                    why: the size of IdentityIdsToDelete is 61; it must be 1 to 60
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_merge_in_the_wrong_direction() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").developer_provider("login.example"));
    let backend = LoginBackend::new(mock.client(), pool.id(), "login.example");
    let alice = backend.identity_id("alice").await.unwrap();
    backend.identity_id("device-17").await.unwrap();

    backend.adopt("device-17", "alice").await.unwrap();

    assert_eq!(backend.identity_id("alice").await.unwrap(), alice);
}

#[test]
fn a_merge_in_the_wrong_direction_shows_source_and_destination() {
    shows(
        "administration::a_merge_in_the_wrong_direction",
        &[
            "SourceUserIdentifier \"alice\"",
            "DestinationUserIdentifier \"device-17\"",
        ],
        &expect![[r#"
            thread 'mistakes::administration::a_merge_in_the_wrong_direction' panicked at ⟨assert_eq!(backend.identity_id("alice").await.unwrap(), alice);⟩:
            assertion `left == right` failed
              left: "us-east-1:b7e1e158-672a-c09f-ae38-dfe509caa83b"
             right: "us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac"
            MockCognitoIdentity started at ⟨start();⟩ received 4 calls:
                clock: frozen at 2026-01-02T03:04:05Z; the token of #4 expires in 900 s
                #1  GetOpenIdTokenForDeveloperIdentity  attempt 1  pool "app", logins login.example (alice)      → ok, identity us-east-1:…d1ac (disabled), token for 900 s
                #2  GetOpenIdTokenForDeveloperIdentity  attempt 1  pool "app", logins login.example (device-17)  → ok, identity us-east-1:…a83b (device-17 and 1 more), token for 900 s
                #3  MergeDeveloperIdentities            attempt 1  SourceUserIdentifier "alice", DestinationUserIdentifier "device-17", DeveloperProviderName "login.example", pool "app"  → ok, identity us-east-1:…a83b (device-17 and 1 more)
                #4  GetOpenIdTokenForDeveloperIdentity  attempt 1  pool "app", logins login.example (alice)      → ok, identity us-east-1:…a83b (device-17 and 1 more), token for 900 s
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn a_client_of_another_region() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let config = mock.config().region(Region::new("eu-west-1"));
    let client = Client::from_conf(config.build());

    sign_in(&client, pool.id(), None).await.unwrap();
}

#[test]
fn a_client_of_another_region_is_told_both_regions() {
    shows(
        "administration::a_client_of_another_region",
        &["no such pool in eu-west-1", "us-east-1 has one"],
        &expect![[r#"
            thread 'mistakes::administration::a_client_of_another_region' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("ResourceNotFoundException: IdentityPool 'us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20' not found.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  GetId  attempt 1  pool "app", no logins  → ResourceNotFoundException: IdentityPool 'us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20' not found.
                    why: no such pool in eu-west-1; us-east-1 has one of this id
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_arn_with_a_fixed_region() {
    let mock = mock().start();
    let id = "eu-west-1:00000000-0000-4000-8000-000000000001";
    let pool = mock.seed_pool(PoolSeed::named("app").id(id));
    let config = mock.config().region(Region::new("eu-west-1"));
    let tool = AdminTool::new(Client::from_conf(config.build()), pool.id());

    tool.tag("shop").await.unwrap();
}

#[test]
fn an_arn_with_a_fixed_region_is_told_the_region_of_the_request() {
    shows(
        "administration::an_arn_with_a_fixed_region",
        &["us-east-1", "eu-west-1"],
        &expect![[r#"
            thread 'mistakes::administration::an_arn_with_a_fixed_region' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("ResourceNotFoundException: IdentityPool 'eu-west-1:00000000-0000-4000-8000-000000000001' not found.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  TagResource  attempt 1  ResourceArn "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/eu-…", Tags["team"] "shop"  → ResourceNotFoundException: IdentityPool 'eu-west-1:00000000-0000-4000-8000-000000000001' not found.
                    why: the ARN names the Region "us-east-1", and the call is for "eu-west-1"
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_arn_with_another_account() {
    let mock = mock().start();
    let pool = mock.seed_pool("app");
    let tool = AdminTool::new(mock.client(), pool.id());

    tool.tag_in_account("shop").await.unwrap();
}

#[test]
fn an_arn_with_another_account_is_told_the_account_of_the_mock() {
    shows(
        "administration::an_arn_with_another_account",
        &["123456789021", "123456789012"],
        &expect![[r#"
            thread 'mistakes::administration::an_arn_with_another_account' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: Aws("ResourceNotFoundException: IdentityPool 'us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20' not found.")
            MockCognitoIdentity started at ⟨start();⟩ received 1 call:
                clock: frozen at 2026-01-02T03:04:05Z
                #1  TagResource  attempt 1  ResourceArn "arn:aws:cognito-identity:us-east-1:123456789021:identitypool/us-…", Tags["team"] "shop"  → ResourceNotFoundException: IdentityPool 'us-east-1:c5fc598e-707e-4291-b8f4-d74b451e8c20' not found.
                    why: the ARN names the account "123456789021", and the call is for "123456789012"; did you mean "123456789012"?
        "#]],
    );
}

#[tokio::test]
#[ignore = "fails on purpose"]
async fn an_identity_deleted_by_another_part() {
    let mock = mock().start();
    let pool = mock.seed_pool(PoolSeed::named("app").login_provider(GOOGLE, "my-app"));
    let client = mock.client();
    let alice = sign_in(&client, pool.id(), Some(pool.login("alice")))
        .await
        .unwrap();

    AdminTool::new(client.clone(), pool.id())
        .delete_guests()
        .await
        .unwrap();
    let describe = client.describe_identity().identity_id(&alice.identity_id);
    let described = describe.send().await.unwrap();

    assert_eq!(described.logins(), [GOOGLE]);
}

#[test]
fn an_identity_deleted_by_another_part_is_told_which_call_deleted_it() {
    shows(
        "administration::an_identity_deleted_by_another_part",
        &["deleted by call #4, DeleteIdentities"],
        &expect![[r#"
            thread 'mistakes::administration::an_identity_deleted_by_another_part' panicked at ⟨unwrap();⟩:
            called `Result::unwrap()` on an `Err` value: ServiceError(ServiceError { source: ResourceNotFoundException(ResourceNotFoundException { message: Some("Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' not found."), meta: ErrorMetadata { code: Some("ResourceNotFoundException"), message: Some("Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' not found."), extras: Some({"aws_request_id": "23831754-3ae5-43a5-b1b8-4cbe99e3b170"}) } }), raw: RESPONSE })
            MockCognitoIdentity started at ⟨start();⟩ received 5 calls:
                clock: frozen at 2026-01-02T03:04:05Z; the credentials of #2 expire in 3,600 s
                #1  GetId                      attempt 1  pool "app", logins accounts.google.com (alice)                → ok, identity us-east-1:…d1ac
                #2  GetCredentialsForIdentity  attempt 1  identity us-east-1:…d1ac, logins accounts.google.com (alice)  → ok, key ASIAFZCEOTA73PPZNQN5, role app-authenticated until +3600 s
                #3  ListIdentities             attempt 1  pool "app", MaxResults 60                                     → ok, 1 identity
                #4  DeleteIdentities           attempt 1  identity us-east-1:…d1ac                                      → ok
                #5  DescribeIdentity           attempt 1  identity us-east-1:…d1ac                                      → ResourceNotFoundException: Identity 'us-east-1:b7e1e158-677b-cb22-03a8-a4fd911dd1ac' not found.
                    why: deleted by call #4, DeleteIdentities
        "#]],
    );
}
