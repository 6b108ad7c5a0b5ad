//! What the routes do: faults, the clock, login tokens, issued credentials.

use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
use serde_json::{Value, json};

use crate::world::{GOOGLE, POOL, USER_POOL, World};

#[tokio::test]
async fn a_fault_fires_for_the_calls_that_it_names_and_tells_how_often() {
    let world = World::new().await;
    let fault = r#"{"effect":"throttle","operations":["GetId"],"times":2,"after":1,"name":"busy"}"#;

    let injected = world.post("/_mock/faults", fault).success();

    assert_eq!(injected["id"], 2);
    assert_eq!(injected["name"], "busy");
    assert_eq!(
        injected["description"],
        "throttle on GetId, up to 2 times, after 1 call"
    );
    assert_eq!(injected["met"], false);
    assert!(world.get_id().await.is_ok());
    for _ in 0..2 {
        assert_eq!(
            world.get_id().await.unwrap_err(),
            "TooManyRequestsException"
        );
    }
    assert!(world.get_id().await.is_ok());
    let fault = world.get("/_mock/faults/2").success();
    assert_eq!((&fault["fired"], &fault["met"]), (&json!(2), &json!(true)));
    let calls = world.get("/_mock/calls?operation=GetId").success();
    let faults: Vec<&Value> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["fault"])
        .collect();
    assert_eq!(
        faults,
        [
            &json!(null),
            &json!(null),
            &json!("busy"),
            &json!("busy"),
            &json!(null)
        ]
    );
}

#[tokio::test]
async fn a_fault_fires_only_for_inputs_that_have_the_given_members() {
    let world = World::new().await;
    let fault = |pool: &str| {
        format!(
            r#"{{"effect":"internal_error","operations":["GetId"],"input":{{"IdentityPoolId":"{pool}"}}}}"#
        )
    };
    world.post("/_mock/faults", &fault("us-east-1:0")).success();
    assert!(world.get_id().await.is_ok());

    world.post("/_mock/faults", &fault(POOL)).success();

    assert_eq!(world.get_id().await.unwrap_err(), "InternalErrorException");
    assert_eq!(world.get("/_mock/faults/2").success()["fired"], 0);
    assert_eq!(world.get("/_mock/faults/3").success()["fired"], 1);
}

#[tokio::test]
async fn errors_and_statuses_are_sent_as_given() {
    let world = World::new().await;
    for (fault, code) in [
        (
            r#"{"effect":"error","code":"Custom","message":"x","status":418}"#,
            "Custom",
        ),
        (
            r#"{"effect":"not_authorized","message":"no"}"#,
            "NotAuthorizedException",
        ),
        (r#"{"effect":"http_status","status":503}"#, "no answer"),
        (r#"{"effect":"reset_connection"}"#, "no answer"),
        (
            r#"{"effect":"rate_limit","calls":0,"per":"1s"}"#,
            "TooManyRequestsException",
        ),
    ] {
        let id = world.post("/_mock/faults", fault).success()["id"].clone();

        assert_eq!(world.get_id().await.unwrap_err(), code, "{fault}");

        let removed = world
            .send("DELETE", &format!("/_mock/faults/{id}"), "")
            .success();
        assert_eq!(removed["fired"], 1, "{fault}");
        assert!(world.get_id().await.is_ok());
    }
}

#[tokio::test]
async fn removing_a_fault_releases_the_calls_that_it_holds() {
    let world = World::new().await;
    let hold = r#"{"effect":"hold","operations":["GetId"]}"#;
    world.post("/_mock/faults", hold).success();
    let call = world.mock.client().get_id().identity_pool_id(POOL);
    let held = tokio::spawn(call.send());
    // The second call of `GetId`: the first made the guest of the world.
    let wait = r#"{"operation":"GetId","count":2}"#;
    let address = world.address;
    let waited = tokio::task::spawn_blocking(move || {
        crate::http::request(address, "POST", "/_mock/calls/wait", wait)
    });
    waited.await.unwrap().success();
    assert!(!held.is_finished());

    world.send("DELETE", "/_mock/faults", "").success();

    assert!(held.await.unwrap().is_ok());
    assert_eq!(world.get("/_mock/faults").success()["faults"], json!([]));
}

#[tokio::test]
async fn a_fault_that_is_not_in_force_is_not_found() {
    let world = World::new().await;

    for method in ["GET", "DELETE"] {
        for id in ["0", "2", "18446744073709551615"] {
            let answer = world.send(method, &format!("/_mock/faults/{id}"), "");
            assert_eq!(answer.message(404), "no fault with this id is in force");
        }
        let answer = world.send(method, "/_mock/faults/first", "");
        assert_eq!(
            answer.message(400),
            "the id of a fault is a number, got \"first\""
        );
    }
    assert_eq!(
        world.get("/_mock/faults").success()["faults"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn verification_fails_with_a_report_while_a_fault_has_not_fired() {
    let world = World::new().await;
    world.post("/_mock/verify", "").success();
    let fault = r#"{"effect":"throttle","operations":["GetOpenIdToken"],"name":"outage"}"#;
    world.post("/_mock/faults", fault).success();

    let answer = world.post("/_mock/verify", "");

    assert_eq!(answer.message(409), "1 fault did not fire as expected");
    let report = answer.json()["report"].as_str().unwrap().to_owned();
    assert!(
        report.contains("fault \"outage\", injected at POST /_mock/faults"),
        "{report}"
    );
    assert!(report.contains("#1  GetId"), "{report}");
    // Asking does not change the answer, and neither does the report end the fault.
    assert_eq!(world.post("/_mock/verify", "").status, 409);
    world.send("DELETE", "/_mock/faults/2", "").success();
    world.post("/_mock/verify", "").success();
}

#[tokio::test]
async fn the_clock_is_set_and_moved() {
    let world = World::new().await;
    let clock = json!({"now": "2026-01-02T03:04:05.000Z", "runs": "not at all"});
    assert_eq!(world.get("/_mock/clock").success(), clock);

    let moved = world
        .post("/_mock/clock/advance", r#"{"by":"1h30m"}"#)
        .success();
    assert_eq!(moved["now"], "2026-01-02T04:34:05.000Z");
    let set = world.send(
        "PUT",
        "/_mock/clock",
        r#"{"now":"2025-01-01T00:00:00+01:00"}"#,
    );
    assert_eq!(set.success()["now"], "2024-12-31T23:00:00.000Z");
    assert_eq!(world.get("/_mock/clock").success(), set.json());
}

#[tokio::test]
async fn a_login_token_signs_in_until_it_expires_or_its_user_signs_out() {
    let world = World::new().await;
    let client = world.mock.client();
    let sign_in = async |logins: &Value| {
        let mut call = client.get_id().identity_pool_id(POOL);
        for (provider, token) in logins.as_object().unwrap() {
            call = call.logins(provider, token.as_str().unwrap());
        }
        call.send()
            .await
            .map_err(|error| error.message().unwrap_or_default().to_owned())
    };
    let login = |provider: &str| {
        let body = json!({"provider": provider, "subject": "alice", "expires_in": "10m"});
        world.post("/_mock/logins", &body.to_string()).success()
    };

    let google = login(GOOGLE);
    assert_eq!(google["Logins"], json!({GOOGLE: google["token"]}));
    sign_in(&google["Logins"]).await.unwrap();
    let user_pool = login(USER_POOL);
    sign_in(&user_pool["Logins"]).await.unwrap();

    let body = json!({"provider": USER_POOL, "subject": "alice"});
    world
        .post("/_mock/logins/sign-out", &body.to_string())
        .success();
    assert!(sign_in(&user_pool["Logins"]).await.is_err());
    world
        .post("/_mock/clock/advance", r#"{"by":"1h"}"#)
        .success();
    let late = sign_in(&google["Logins"]).await.unwrap_err();
    assert!(late.contains("expired"), "{late}");
}

#[tokio::test]
async fn issued_credentials_tell_for_whom_they_are_and_show_no_secret() {
    let world = World::new().await;

    let issued = world
        .get(&format!("/_mock/credentials/{}", world.access_key_id))
        .success();

    assert_eq!(issued["identity_pool_id"], POOL);
    assert_eq!(
        issued["role_arn"],
        "arn:aws:iam::123456789012:role/app-unauthenticated"
    );
    assert_eq!(issued["expiration"], "2026-01-02T04:04:05.000Z");
    assert_eq!(issued.as_object().unwrap().len(), 7);
    let unknown = world.get("/_mock/credentials/AKIAOTHER");
    assert_eq!(
        unknown.message(404),
        "the mock has issued no credentials with the access key id \"AKIAOTHER\""
    );
}
