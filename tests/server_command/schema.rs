//! Checks JSON against a schema of the `OpenAPI` document. It knows the keywords that the document uses
//! and panics at any other.

use serde_json::Value;

pub(crate) fn openapi() -> Value {
    serde_json::from_str(include_str!("../../src/control/openapi.json")).unwrap()
}

/// What a `$ref` refers to, or the value itself.
pub(crate) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(path) => document.pointer(path.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

/// What is wrong with a value, if something is.
pub(crate) fn broken(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolved(document, schema).as_object().unwrap();
    let wrong = |what: &str| Some(format!("{value} breaks {what} of {schema:?}"));
    for (keyword, rule) in schema {
        let is_kept = match keyword.as_str() {
            "type" => {
                let single = std::slice::from_ref(rule);
                let mut types = rule.as_array().map_or(single, Vec::as_slice).iter();
                types.any(|name| is_of_type(value, name.as_str().unwrap()))
            }
            "properties" => {
                for (name, schema) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name)
                        && let Some(mistake) = broken(document, schema, value)
                    {
                        return Some(mistake);
                    }
                }
                true
            }
            "required" => {
                let mut names = rule.as_array().unwrap().iter();
                names.all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let members = value.as_object().unwrap().iter();
                let mut others = members
                    .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                match rule.as_bool() {
                    Some(allowed) => allowed || others.next().is_none(),
                    None => others.all(|(_, value)| broken(document, rule, value).is_none()),
                }
            }
            "items" => {
                let mut items = value.as_array().into_iter().flatten();
                let mistake = items.find_map(|item| broken(document, rule, item));
                if mistake.is_some() {
                    return mistake;
                }
                true
            }
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value
                .as_f64()
                .is_none_or(|number| number <= rule.as_f64().unwrap()),
            "minLength" => !value.as_str().unwrap().is_empty(),
            "minItems" => !value.as_array().unwrap().is_empty(),
            // A text whose form the server checks; `all_routes` shows that it does.
            "pattern" | "format" => value.is_string(),
            "description" => true,
            other => panic!("the schema has the keyword {other}"),
        };
        if !is_kept {
            return wrong(keyword);
        }
    }
    None
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema has the type {other}"),
    }
}
