//! State documents: `Builder::state`, `MockCognitoIdentity::state`, and what `reset` restores. That
//! the two are inverse is shown for random states in `exhaustive/engine_model`.

use std::time::Duration;

use aws_sdk_cognitoidentity::types::RoleMapping;
use aws_sdk_cognitoidentity::types::{AmbiguousRoleResolutionType, RoleMappingType};
use mock_cognito_identity::{LoginToken, MockCognitoIdentity, PoolSeed};
use serde_json::{Value, json};

use crate::support::app::{GOOGLE, USER_POOL};
use crate::support::{both, guest, mock, over_both, panic_of, place_of_panic};

const POOL: &str = "us-east-1:11111111-2222-3333-4444-555555555555";
const ALICE: &str = "us-east-1:12345678-90ab-cdef-1234-567890abcdef";
const GUIDE: &str = include_str!("../../../src/docs/state.md");

/// A mock with a pool that has everything a document can hold.
fn full_mock() -> MockCognitoIdentity {
    let mock = mock().in_memory();
    let by_token = RoleMapping::builder()
        .r#type(RoleMappingType::Token)
        .ambiguous_role_resolution(AmbiguousRoleResolutionType::Deny);
    let pool = mock.seed_pool(
        PoolSeed::named("app")
            .login_provider(USER_POOL, "client")
            .role_mapping(USER_POOL, by_token.build().unwrap())
            .principal_tag("team", "custom:team")
            .server_side_token_check()
            .login_provider(GOOGLE, "my-app")
            .default_principal_tags()
            .login_provider("token.actions.githubusercontent.com", "repo")
            .developer_provider("login.example")
            .allow_classic_flow(false)
            .tag("team", "shop"),
    );
    let _ = pool.seed_identity();
    pool.seed_identity_with_login("login.example", "carol");
    pool.seed_identity_with_login(GOOGLE, "bob");
    mock.sign_out_user(USER_POOL, "bob");
    mock
}

#[test]
fn a_document_has_the_shapes_of_the_api() {
    let document: Value = serde_json::from_str(&full_mock().state()).unwrap();

    let pool = &document["IdentityPools"][0];
    assert_eq!(pool["IdentityPoolName"], "app");
    assert_eq!(pool["AllowClassicFlow"], false);
    assert_eq!(pool["SupportedLoginProviders"], json!({ GOOGLE: "my-app" }));
    assert_eq!(pool["IdentityPoolTags"], json!({ "team": "shop" }));
    assert_eq!(
        pool["Roles"]["authenticated"],
        "arn:aws:iam::123456789012:role/app-authenticated"
    );
    assert_eq!(
        pool["RoleMappings"],
        json!({ format!("{USER_POOL}:client"): {
            "Type": "Token", "AmbiguousRoleResolution": "Deny",
        }})
    );
    assert_eq!(
        pool["PrincipalTagAttributeMaps"],
        json!([
            { "IdentityProviderName": GOOGLE, "UseDefaults": true },
            { "IdentityProviderName": USER_POOL, "PrincipalTags": { "team": "custom:team" } },
        ])
    );
    let identities = pool["Identities"].as_array().unwrap();
    let logins: Vec<&Value> = identities
        .iter()
        .filter_map(|one| one.get("Logins"))
        .collect();
    assert_eq!(identities.len(), 3);
    assert!(logins.contains(&&json!({ "login.example": "carol" })));
    assert_eq!(identities[0]["CreationDate"], 1_767_323_045.678);
    assert_eq!(
        document["SignedOutUsers"],
        json!([{ "ProviderName": USER_POOL, "UserIdentifier": "bob", "SignOutDate": 1_767_323_045 }])
    );
}

#[test]
fn a_mock_that_is_built_with_a_document_has_the_same_document() {
    let document = full_mock().state();

    for copy in over_both(|| mock().state(&document)) {
        assert_eq!(copy.state(), document);
    }
}

#[test]
fn fixtures_go_on_with_a_restored_pool() {
    let original = full_mock();
    let copy = mock().state(&original.state()).in_memory();
    let pool = copy.pool(pool_id(&copy));

    assert_eq!(pool.login("alice").0, USER_POOL); // the provider that was seeded first
    assert_eq!(
        pool.seed_identity_with_login(GOOGLE, "bob"),
        original
            .pool(pool_id(&original))
            .seed_identity_with_login(GOOGLE, "bob")
    );
}

fn pool_id(mock: &MockCognitoIdentity) -> String {
    let document: Value = serde_json::from_str(&mock.state()).unwrap();
    let id = &document["IdentityPools"][0]["IdentityPoolId"];
    id.as_str().unwrap().to_owned()
}

/// The document of the guide.
fn guide() -> &'static str {
    let (_, rest) = GUIDE.split_once("```json\n").unwrap();
    rest.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_document_of_the_guide_works() {
    for mock in over_both(|| mock().state(guide())) {
        let token = mock.issue_login(LoginToken::new(GOOGLE, "alice"));
        let call = mock.client().get_id().identity_pool_id(POOL);

        let alice = call.logins(GOOGLE, token).send().await.unwrap();

        assert_eq!(alice.identity_id(), Some(ALICE));
        let developer = mock.client().lookup_developer_identity();
        let developer = developer.identity_pool_id(POOL).identity_id(ALICE);
        let users = developer.send().await.unwrap();
        assert_eq!(users.developer_user_identifier_list(), ["a1", "a2"]);
        let all = mock.client().list_identities().identity_pool_id(POOL);
        let all = all.max_results(60).send().await.unwrap();
        assert_eq!(all.identities().len(), 2); // she and the guest
    }
}

#[tokio::test]
async fn a_reset_restores_the_document_with_the_ids_that_it_was_given_first() {
    for mock in over_both(|| mock().state(guide())) {
        let before = mock.state();
        guest(&mock.client(), POOL).await;
        let _other = mock.seed_pool("other");
        assert_ne!(mock.state(), before);
        mock.clock().advance(Duration::from_secs(3_600));

        mock.reset();

        assert_eq!(mock.state(), before);
        mock.assert_no_calls();
    }
}

both! {
    async fn a_mock_without_pools_has_an_empty_document(mock) {
        let document: Value = serde_json::from_str(&mock.state()).unwrap();

        assert_eq!(document, json!({ "IdentityPools": [] }));
    }
}

#[test]
fn ids_that_a_seed_draws_again_are_not_given_out_twice() {
    let first = mock().in_memory();
    let id = first.seed_pool("app").id().to_owned();

    let second = mock().state(&first.state()).in_memory();
    let other = second.seed_pool("other").id().to_owned();

    assert_ne!(other, id);
    assert!(second.state().contains(&id) && second.state().contains(&other));
}

#[test]
fn what_the_document_leaves_out_is_drawn_in_the_region_of_the_mock() {
    let document = r#"{"IdentityPools":[{
        "IdentityPoolName":"app","AllowUnauthenticatedIdentities":true,"Identities":[{}]
    }]}"#;

    let mock = mock().state(document).region("eu-west-1").in_memory();

    let document: Value = serde_json::from_str(&mock.state()).unwrap();
    let pool = &document["IdentityPools"][0];
    let starts = |id: &Value| id.as_str().unwrap().starts_with("eu-west-1:");
    assert!(starts(&pool["IdentityPoolId"]) && starts(&pool["Identities"][0]["IdentityId"]));
    assert_eq!(pool["Identities"][0]["LastModifiedDate"], 1_767_323_045.678);
}

#[test]
fn a_document_with_a_mistake_panics_at_the_line_of_the_test() {
    let misspelt = r#"{"IdentityPools":[{"IdentityPoolNam":"app"}]}"#;
    let state = || drop(mock().state(misspelt));

    assert_eq!(
        panic_of(state),
        "`json` is not a state document: $.IdentityPools[0].IdentityPoolName is missing"
    );
    let line = line!() + 1;
    let (file, at) = place_of_panic(|| drop(mock().state(misspelt)));
    assert_eq!((file.as_str(), at), (file!(), line));
}

#[test]
fn a_document_that_does_not_fit_the_mock_panics_where_the_mock_is_started() {
    let foreign = full_mock().state();
    let start = || {
        drop(
            mock()
                .account_id("210987654321")
                .state(&foreign)
                .in_memory(),
        );
    };

    let panic = panic_of(start);

    let expected = "the state document does not fit the mock: $.IdentityPools[0].Roles[\"authenticated\"] \
                    is refused: NotAuthorizedException: Access to Role ";
    assert!(panic.starts_with(expected), "{panic}");
}
