//! The state over HTTP: export, import, and what a reset restores.

use serde_json::json;

use crate::world::{POOL, World, builder};

#[tokio::test]
async fn the_state_of_one_mock_is_put_into_another() {
    let world = World::new().await;
    let document = world.get("/_mock/state").body;
    assert_eq!(document, world.mock.state());
    let other = builder().start();
    let address = other.address().unwrap();

    let answer = crate::http::request(address, "PUT", "/_mock/state", &document);

    assert_eq!((answer.status, &answer.body), (200, &document));
    assert_eq!(other.state(), document);
    let call = other.client().get_id().identity_pool_id(POOL);
    assert!(call.send().await.is_ok());
}

#[tokio::test]
async fn a_reset_restores_what_the_mock_was_started_with_and_not_what_was_put() {
    let initial =
        r#"{"IdentityPools":[{"IdentityPoolName":"first","AllowUnauthenticatedIdentities":true}]}"#;
    let mock = builder().state(initial).start();
    let send = |method: &str, path: &str, body: &str| {
        crate::http::request(mock.address().unwrap(), method, path, body)
    };
    let before = send("GET", "/_mock/state", "").success();
    send("PUT", "/_mock/state", "{}").success();
    send("POST", "/_mock/faults", r#"{"effect":"throttle"}"#).success();
    assert_eq!(
        send("GET", "/_mock/state", "").success(),
        json!({"IdentityPools": []})
    );

    assert_eq!(
        send("POST", "/_mock/reset", "{}").success(),
        json!({"status": "ok"})
    );

    assert_eq!(send("GET", "/_mock/state", "").success(), before);
    assert_eq!(
        send("GET", "/_mock/faults", "").success(),
        json!({"faults": []})
    );
}

#[tokio::test]
async fn a_reset_without_an_initial_state_leaves_nothing() {
    let world = World::new().await;

    world.post("/moto-api/reset", "").success();

    assert_eq!(
        world.get("/_mock/state").success(),
        json!({"IdentityPools": []})
    );
    assert_eq!(world.get("/_mock/calls").success(), json!({"calls": []}));
    assert_eq!(
        world.get_id().await.unwrap_err(),
        "ResourceNotFoundException"
    );
    world.post("/_mock/verify", "").success();
}
