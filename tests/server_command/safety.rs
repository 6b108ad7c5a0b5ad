//! What a developer's machine is protected from: web pages, DNS rebinding, large bodies.

use crate::examples::examples;
use crate::http;
use crate::world::{World, builder};

/// Headers with which a browser sends the request of a page of another origin.
fn foreign_headers(address: std::net::SocketAddr) -> Vec<String> {
    let host = format!("host: {address}\r\n");
    vec![
        format!("{host}origin: http://evil.example\r\n"),
        format!("{host}origin: null\r\n"),
        format!("{host}origin: http://127.0.0.1:1\r\n"),
        format!("{host}origin: https://{address}\r\n"),
        // DNS rebinding: the page's own host leads here.
        format!("host: evil.example:{}\r\n", address.port()),
        format!("host: evil.example\r\norigin: http://evil.example\r\n"),
        "host: 192.168.1.5\r\n".to_owned(),
    ]
}

#[tokio::test]
async fn no_route_answers_a_page_of_another_origin_or_another_host() {
    let world = World::new().await;
    let before = world.everything();
    for example in examples() {
        let path = example.path(&world);
        for headers in foreign_headers(world.address) {
            let body = &example.bodies[0];
            let answer = http::with_headers(world.address, example.method, &path, &headers, body);

            let message = answer.message(403);
            assert!(message.starts_with("control routes answer "), "{message}");
            assert!(!answer.head.contains("access-control-"), "{answer:?}");
        }
    }
    assert_eq!(before.changed_to(&world.everything()), []);
}

#[tokio::test]
async fn no_answer_of_a_control_route_can_be_read_by_a_page() {
    let world = World::new().await;
    let own = format!("host: {0}\r\norigin: http://{0}\r\n", world.address);
    for example in examples().iter().filter(|example| example.method == "GET") {
        let path = example.path(&world);
        let answer = http::with_headers(world.address, "GET", &path, &own, "");
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.head.contains("access-control-"), "{answer:?}");
        // The question that a browser asks first.
        let asked = format!("{own}access-control-request-method: GET\r\n");
        let answer = http::with_headers(world.address, "OPTIONS", &path, &asked, "");
        assert_eq!(answer.status, 405, "{path}");
        assert!(!answer.head.contains("access-control-"), "{answer:?}");
    }
}

#[tokio::test]
async fn the_api_answers_pages_as_aws_does() {
    let world = World::new().await;
    let headers = "host: app.example\r\norigin: http://app.example\r\ncontent-type: application/x-amz-json-1.1\r\n\
                   x-amz-target: AWSCognitoIdentityService.GetId\r\n";

    let answer = http::with_headers(world.address, "POST", "/", headers, "{}");

    assert!(
        answer.head.contains("access-control-allow-origin: *"),
        "{answer:?}"
    );
}

#[test]
fn hosts_that_were_given_are_answered() {
    let mock = builder().control_host("Mock.internal").start();
    let address = mock.address().unwrap();
    let status = |host: &str| {
        let header = format!("host: {host}\r\n");
        http::with_headers(address, "GET", "/_mock/health", &header, "").status
    };

    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1",
        "[::1]:80",
        "mock.internal:80",
    ] {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in ["mock.internal.evil.example", "internal", "10.0.0.1"] {
        assert_eq!(status(host), 403, "{host}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let world = World::new().await;
    let before = world.everything();
    let large = format!("{{}}{}", " ".repeat(8 * 1024 * 1024 - 2));

    assert_eq!(world.send("PUT", "/_mock/clock", &large).status, 400); // `now` is missing
    let answer = world.send("PUT", "/_mock/state", &format!("{large} "));

    assert_eq!(answer.message(413), "the body has more than 8388608 bytes");
    assert_eq!(before.changed_to(&world.everything()), []);
}

#[tokio::test]
async fn a_request_without_one_host_is_refused() {
    let world = World::new().await;

    for head in [
        "GET /_mock/calls HTTP/1.0\r\n\r\n",
        "GET /_mock/calls HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/_mock/calls HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    ] {
        let answer = http::raw(world.address, head.as_bytes());
        assert!([400, 403].contains(&answer.status), "{answer:?}");
        assert!(!answer.body.contains("GetId"), "{answer:?}");
    }
}
