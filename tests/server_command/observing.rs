//! The recorded calls: what is told of them, waiting for them, and that no secret is.

use serde_json::json;

use crate::http;
use crate::world::{GOOGLE, POOL, World};

#[tokio::test]
async fn a_call_is_told_with_its_input_its_outcome_and_why() {
    let world = World::new().await;
    let unknown = "us-east-1:00000000-0000-4000-8000-000000000000";
    let call = world.mock.client().get_id().identity_pool_id(unknown);
    call.send().await.unwrap_err();

    let calls = world.get("/_mock/calls").success();

    let calls = calls["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0]["operation"], "GetId");
    assert_eq!(calls[0]["input"], json!({"IdentityPoolId": POOL}));
    assert_eq!(calls[0]["outcome"], "ok");
    assert_eq!(calls[0]["time"], "2026-01-02T03:04:05.000Z");
    assert!(calls[0].get("error").is_none() && calls[0].get("fault").is_none());
    let failed = &calls[2];
    assert_eq!(
        (&failed["number"], &failed["attempt"]),
        (&json!(3), &json!(1))
    );
    assert!(failed["invocation"].is_string());
    assert_eq!(failed["outcome"], "error");
    assert_eq!(failed["error"]["code"], "ResourceNotFoundException");
    assert_eq!(failed["error"]["status"], 400);
    assert!(
        failed["explanation"]
            .as_str()
            .unwrap()
            .contains("no such pool"),
        "{failed}"
    );
    assert!(
        failed["line"].as_str().unwrap().starts_with("#3  GetId"),
        "{failed}"
    );
}

#[tokio::test]
async fn calls_of_one_operation_are_told_alone_and_an_unknown_operation_is_refused() {
    let world = World::new().await;

    let calls = world
        .get("/_mock/calls?operation=GetCredentialsForIdentity")
        .success();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 1);
    let none = world
        .get("/_mock/calls?operation=DeleteIdentityPool")
        .success();
    assert_eq!(none, json!({"calls": []}));
    assert_eq!(
        world.get("/_mock/calls?operation=GetIds").message(400),
        "the query parameter `operation` must be the name of an operation; did you mean GetId?, got \
         \"GetIds\""
    );
}

#[tokio::test]
async fn no_token_and_no_secret_is_told() {
    let world = World::new().await;
    let client = world.mock.client();
    let body = json!({"provider": GOOGLE, "subject": "alice"});
    let token = world.post("/_mock/logins", &body.to_string()).success();
    let token = token["token"].as_str().unwrap();
    let id = client
        .get_id()
        .identity_pool_id(POOL)
        .logins(GOOGLE, token)
        .send()
        .await
        .unwrap();
    let id = id.identity_id.unwrap();
    let answer = client
        .get_credentials_for_identity()
        .identity_id(&id)
        .logins(GOOGLE, token);
    let keys = answer.send().await.unwrap().credentials.unwrap();
    let open_id = client
        .get_open_id_token()
        .identity_id(&id)
        .logins(GOOGLE, token);
    let open_id = open_id.send().await.unwrap().token.unwrap();
    let sts = aws_sdk_sts::Client::new(&world.mock.sdk_config());
    let role = "arn:aws:iam::123456789012:role/app-authenticated";
    let assume = sts
        .assume_role_with_web_identity()
        .role_arn(role)
        .role_session_name("session");
    assume.web_identity_token(&open_id).send().await.unwrap();
    // A token that is too short to look like one, in a call that is rejected.
    let short = client
        .get_id()
        .identity_pool_id(POOL)
        .logins(GOOGLE, "hunter2");
    short.send().await.unwrap_err();

    let secrets = [
        token,
        &open_id,
        "hunter2",
        keys.secret_key.as_deref().unwrap(),
        keys.session_token.as_deref().unwrap(),
    ];
    let credentials = format!(
        "/_mock/credentials/{}",
        keys.access_key_id.as_deref().unwrap()
    );
    for path in [
        "/_mock/calls",
        "/_mock/timeline",
        "/_mock/transcript",
        "/_mock/faults",
        "/_mock/state",
        &credentials,
    ] {
        let body = world.get(path).body;
        for secret in secrets {
            assert!(!body.contains(secret), "{path} tells {secret}");
        }
    }
    let calls = world.get("/_mock/calls?operation=GetId").success();
    assert_eq!(
        calls["calls"][1]["input"]["Logins"],
        json!({GOOGLE: "<token of alice>"})
    );
    assert_eq!(
        calls["calls"][2]["input"]["Logins"],
        json!({GOOGLE: "<hidden> (7 bytes)"})
    );
    let wait = r#"{"operation":"GetId","count":99,"timeout_ms":0}"#;
    let report = world.post("/_mock/calls/wait", wait).body;
    assert!(
        !report.contains(token) && !report.contains(&open_id),
        "{report}"
    );
}

#[tokio::test]
async fn a_wait_ends_with_the_call_or_fails_with_the_log() {
    let world = World::new().await;
    let address = world.address;
    let waiting = tokio::task::spawn_blocking(move || {
        let body = r#"{"operation":"GetId","count":2,"timeout_ms":20000}"#;
        http::request(address, "POST", "/_mock/calls/wait", body)
    });

    world.get_id().await.unwrap();

    let calls = waiting.await.unwrap().success();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 2);
    let late = world.post(
        "/_mock/calls/wait",
        r#"{"operation":"GetId","count":3,"timeout_ms":1}"#,
    );
    assert_eq!(
        late.message(408),
        "waited 1ms for 3 calls to GetId, but received 2"
    );
    let report = late.json()["report"].as_str().unwrap().to_owned();
    assert!(report.contains("#2  GetCredentialsForIdentity"), "{report}");
}

#[tokio::test]
async fn requests_to_control_routes_are_no_calls() {
    let world = World::new().await;
    for path in ["/_mock/", "/_mock/health", "/health", "/_mock/nothing"] {
        world.get(path);
    }
    world.post("/_mock/faults", "{");

    assert_eq!(world.mock.calls().len(), 2);
    world.mock.verify();
}

#[tokio::test]
async fn forgotten_calls_are_numbered_from_one_again() {
    let world = World::new().await;

    world.send("DELETE", "/_mock/calls", "").success();

    assert_eq!(world.get("/_mock/calls").success(), json!({"calls": []}));
    assert_eq!(world.get("/_mock/transcript").body, "no calls\n");
    world.get_id().await.unwrap();
    assert_eq!(world.get("/_mock/calls").success()["calls"][0]["number"], 1);
    assert!(world.get("/_mock/transcript").body.starts_with("#1  GetId"));
    assert!(world.get("/_mock/timeline").body.contains("#1  GetId"));
}
