//! What holds for every route, by the examples of all of them and by the `OpenAPI` document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::examples::{Example, examples};
use crate::schema::{broken, openapi, resolved};
use crate::world::World;

/// Method and path of each route that the mock lists.
fn listed(world: &World) -> BTreeSet<(String, String)> {
    let routes = world.get("/_mock/").success();
    let text = |route: &Value, name: &str| route[name].as_str().unwrap().to_owned();
    let routes = routes["routes"].as_array().unwrap().iter();
    routes
        .map(|route| (text(route, "method"), text(route, "path")))
        .collect()
}

#[tokio::test]
async fn each_route_has_an_example_and_is_in_the_openapi_document() {
    let world = World::new().await;
    let listed = listed(&world);
    let examples = examples().into_iter();
    let examples: BTreeSet<_> = examples
        .map(|example| (example.method.to_owned(), example.route.to_owned()))
        .collect();
    let document = world.get("/_mock/openapi.json").success();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            documented.insert((method.to_uppercase(), path.clone()));
        }
    }

    assert!(listed.len() > 25);
    assert_eq!(listed, examples);
    assert_eq!(listed, documented);
    assert_eq!(
        world.get("/_mock").success(),
        world.get("/_mock/").success()
    );
}

fn operation(document: &Value, example: &Example) -> Value {
    let path = &document["paths"][example.route];
    path[example.method.to_lowercase().as_str()].clone()
}

/// The schema of the JSON body of a request or a response.
fn body_schema(value: &Value) -> Option<&Value> {
    value.pointer("/content/application~1json/schema")
}

#[tokio::test]
async fn each_example_succeeds_as_documented_and_changes_only_what_it_may() {
    let document = openapi();
    for example in examples() {
        let operation = operation(&document, &example);
        let mut seen = BTreeSet::new();
        for body in &example.bodies {
            // One world for each, so that no example depends on another.
            let world = World::new().await;
            let before = world.everything();

            let answer = world.send(example.method, &example.path(&world), body);

            let place = format!("{} {} {body}", example.method, example.route);
            assert_eq!(answer.status, 200, "{place}: {answer:?}");
            let documented = resolved(&document, &operation["responses"]["200"]);
            if let Some(schema) = body_schema(documented) {
                assert!(
                    answer.head.contains("content-type: application/json"),
                    "{place}"
                );
                assert_eq!(broken(&document, schema, &answer.json()), None, "{place}");
            } else {
                assert!(answer.head.contains("content-type: text/plain"), "{place}");
            }
            assert_eq!(
                before.changed_to(&world.everything()),
                example.changes,
                "{place}"
            );
            if let Some(schema) = body_schema(&operation["requestBody"]) {
                let body: Value = serde_json::from_str(body).unwrap();
                assert_eq!(broken(&document, schema, &body), None, "{place}");
                note_members(&document, schema, &body, "$", &mut seen);
            }
        }
        // The examples have each member that the document knows, so the route takes all of them.
        if let Some(schema) = body_schema(&operation["requestBody"]) {
            let mut known = BTreeSet::new();
            known_members(&document, schema, "$", &mut known);
            assert_eq!(seen, known, "{}", example.route);
        }
    }
}

/// The paths of the documented members that a body has.
fn note_members(
    document: &Value,
    schema: &Value,
    value: &Value,
    path: &str,
    seen: &mut BTreeSet<String>,
) {
    let schema = resolved(document, schema);
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            let path = format!("{path}.{name}");
            note_members(document, inner, value, &path, seen);
            seen.insert(path);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        note_members(document, &schema["items"], item, path, seen);
    }
    if schema["additionalProperties"].is_object() {
        for value in value
            .as_object()
            .into_iter()
            .flat_map(|members| members.values())
        {
            note_members(document, &schema["additionalProperties"], value, path, seen);
        }
    }
}

/// The paths of all members that a schema knows.
fn known_members(document: &Value, schema: &Value, path: &str, known: &mut BTreeSet<String>) {
    let schema = resolved(document, schema);
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        known_members(document, inner, &path, known);
        known.insert(path);
    }
    for inner in [&schema["items"], &schema["additionalProperties"]] {
        if inner.is_object() {
            known_members(document, inner, path, known);
        }
    }
}

#[tokio::test]
async fn each_mistake_is_refused_with_its_path_and_changes_nothing() {
    let document = openapi();
    let world = World::new().await;
    let before = world.everything();
    for example in examples() {
        let path = example.path(&world);
        let operation = operation(&document, &example);
        let schema = resolved(&document, &operation["responses"]["400"]);
        for (body, place, words) in &example.mistakes {
            let answer = world.send(example.method, &path, body);

            let shown = format!("{} {path} {body}", example.method);
            let message = answer.message(400);
            assert_eq!(answer.json()["path"], *place, "{shown}: {message}");
            assert!(
                message.starts_with(place) && message.contains(words),
                "{shown}: {message}"
            );
            let schema = body_schema(schema).unwrap();
            assert_eq!(broken(&document, schema, &answer.json()), None, "{shown}");
            assert_eq!(before.changed_to(&world.everything()), [], "{shown}");
        }
    }
}

/// A value of none of the types that a schema allows.
fn of_another_type(schema: &Value) -> Value {
    let types = &schema["type"];
    let allows = |name: &str| {
        types == name
            || types
                .as_array()
                .is_some_and(|types| types.contains(&json!(name)))
    };
    if allows("boolean") {
        json!("true")
    } else {
        json!(true)
    }
}

#[tokio::test]
async fn unknown_members_wrong_types_and_missing_members_are_refused_wherever_they_are() {
    let document = openapi();
    let world = World::new().await;
    let before = world.everything();
    let mut refused = 0;
    for example in examples() {
        let operation = operation(&document, &example);
        let Some(schema) = body_schema(&operation["requestBody"]) else {
            continue;
        };
        for body in &example.bodies {
            let body: Value = serde_json::from_str(body).unwrap();
            let mut wrong = Vec::new();
            mutants(&document, schema, &body, "$", &mut wrong, &|inner| inner);
            for (mutant, place) in wrong {
                let path = example.path(&world);
                let answer = world.send(example.method, &path, &mutant.to_string());

                assert_eq!(answer.status, 400, "{path} {mutant}");
                assert_eq!(answer.json()["path"], place, "{path} {mutant}: {answer:?}");
                refused += 1;
            }
        }
    }
    assert_eq!(before.changed_to(&world.everything()), []);
    assert!(refused > 150, "only {refused} mistakes were made");
}

/// Bodies that differ from a good one in one place, with the path of that place. `whole` puts a value
/// back into the body.
fn mutants(
    document: &Value,
    schema: &Value,
    value: &Value,
    path: &str,
    found: &mut Vec<(Value, String)>,
    whole: &dyn Fn(Value) -> Value,
) {
    let schema = resolved(document, schema);
    if path != "$" {
        found.push((whole(of_another_type(schema)), path.to_owned()));
    }
    if let Some(items) = value.as_array() {
        for (index, item) in items.iter().enumerate() {
            let put = |inner: Value| {
                let mut items = items.clone();
                items[index] = inner;
                whole(Value::Array(items))
            };
            let path = format!("{path}[{index}]");
            mutants(document, &schema["items"], item, &path, found, &put);
        }
    }
    let Some(members) = value.as_object() else {
        return;
    };
    let with = |name: &str, inner: Option<Value>| {
        let mut members = members.clone();
        match inner {
            Some(inner) => members.insert(name.to_owned(), inner),
            None => members.remove(name),
        };
        whole(Value::Object(members))
    };
    if schema["additionalProperties"] == json!(false) {
        found.push((
            with("Unknown_member", Some(json!(1))),
            format!("{path}.Unknown_member"),
        ));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        found.push((with(name, None), format!("{path}.{name}")));
    }
    for (name, inner) in members {
        let (schema, path) = match schema["properties"].get(name) {
            Some(known) => (known, format!("{path}.{name}")),
            None if schema["additionalProperties"].is_object() => {
                (&schema["additionalProperties"], format!("{path}[{name:?}]"))
            }
            None => continue,
        };
        let put = |inner: Value| with(name, Some(inner));
        mutants(document, schema, inner, &path, found, &put);
    }
}

#[tokio::test]
async fn query_parameters_that_are_not_known_are_refused_by_every_route() {
    let world = World::new().await;
    let before = world.everything();
    for example in examples() {
        let path = format!("{}?operaton=GetId", example.path(&world));

        let message = world
            .send(example.method, &path, &example.bodies[0])
            .message(400);

        assert!(
            message.contains(r#""operaton" is not known"#),
            "{path}: {message}"
        );
    }
    assert_eq!(before.changed_to(&world.everything()), []);
}

#[tokio::test]
async fn other_methods_and_other_paths_are_refused() {
    let world = World::new().await;
    let before = world.everything();
    let listed = listed(&world);
    for (_, path) in &listed {
        let answer = world.send("PATCH", &path.replace(['{', '}'], ""), "");

        let methods = listed.iter().filter(|(_, other)| other == path);
        let methods: BTreeSet<&str> = methods.map(|(method, _)| method.as_str()).collect();
        let message = answer.message(405);
        for method in methods {
            assert!(message.contains(method), "{path}: {message}");
        }
        assert!(answer.head.contains("\r\nallow: "), "{answer:?}");
    }
    for path in [
        "/_mock/x",
        "/_mock/faults/1/2",
        "/_mock/faults/",
        "/_mock/calls/",
    ] {
        let answer = world.get(path);
        assert_eq!(answer.message(404), format!("there is no route {path:?}"));
        assert_eq!(
            answer.json()["routes"].as_array().unwrap().len(),
            listed.len()
        );
    }
    assert_eq!(before.changed_to(&world.everything()), []);
}

#[tokio::test]
async fn without_the_setting_there_are_no_control_routes() {
    let mock = mock_cognito_identity::MockCognitoIdentity::builder()
        .verify_on_drop(false)
        .start();

    let answer = crate::http::request(mock.address().unwrap(), "GET", "/_mock/health", "");

    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("BadRequest"));
}
