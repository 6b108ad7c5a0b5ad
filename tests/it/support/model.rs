//! The service model, for tests that go through all operations, members or constraints.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The operations and input shapes of `tests/model.json`.
pub(crate) struct Model(Value);

/// A value inside an input, and the type that the model demands of it.
pub(crate) struct Place {
    /// As a JSON pointer into the sample; empty for the input itself.
    pub(crate) path: String,
    /// `string`, `integer`, `long`, `boolean`, `list`, `map` or `structure`.
    pub(crate) wanted: String,
}

/// An input that violates one constraint, and the part of the error message about it.
pub(crate) struct Violation {
    pub(crate) input: String,
    /// The item of the message from the path on. Its end may be missing.
    pub(crate) item: String,
}

impl Model {
    pub(crate) fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../model.json")).unwrap())
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &str> {
        self.0["operations"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
    }

    /// Whether an operation must be signed.
    pub(crate) fn is_signed(&self, operation: &str) -> bool {
        match self.0["operations"][operation]["auth"].as_str() {
            Some("sigv4") => true,
            Some("none") => false,
            other => panic!("{operation} has the unknown auth {other:?}"),
        }
    }

    /// An input that has every member, one element in each list and map, and violates no
    /// constraint.
    pub(crate) fn sample(&self, operation: &str) -> Value {
        self.sample_of(self.input(operation))
    }

    /// The members of an operation's input; those of nested structures by their path.
    pub(crate) fn input_members(&self, operation: &str) -> Vec<String> {
        self.members_of(self.input(operation))
    }

    /// The members of an operation's output; none if it has no output.
    pub(crate) fn output_members(&self, operation: &str) -> Vec<String> {
        let shape = self.0["operations"][operation]["output_shape"].as_str();
        shape.map_or_else(Vec::new, |shape| self.members_of(shape))
    }

    fn members_of(&self, shape: &str) -> Vec<String> {
        let mut members = Vec::new();
        self.each_member(shape, "", &mut |path, _| members.push(path.to_owned()));
        members
    }

    /// The members that a value of an operation's input sets, by their paths.
    pub(crate) fn set_in(&self, operation: &str, value: &Value, set: &mut BTreeSet<String>) {
        self.set_in_shape(self.input(operation), value, "", set);
    }

    /// The same for an output.
    pub(crate) fn set_in_output(&self, operation: &str, value: &Value, set: &mut BTreeSet<String>) {
        if let Some(shape) = self.0["operations"][operation]["output_shape"].as_str() {
            self.set_in_shape(shape, value, "", set);
        }
    }

    fn set_in_shape(&self, shape: &str, value: &Value, path: &str, set: &mut BTreeSet<String>) {
        let definition = &self.0["shapes"][shape];
        match self.kind(shape) {
            "structure" => {
                for (name, member) in self.parts(shape) {
                    if let Some(value) = value.get(&name) {
                        let path = joined(path, &name);
                        self.set_in_shape(member, value, &path, set);
                        set.insert(path);
                    }
                }
            }
            "list" => {
                for element in value.as_array().into_iter().flatten() {
                    self.set_in_shape(definition["member"].as_str().unwrap(), element, path, set);
                }
            }
            "map" => {
                for element in value.as_object().into_iter().flat_map(|map| map.values()) {
                    self.set_in_shape(definition["value"].as_str().unwrap(), element, path, set);
                }
            }
            _ => {}
        }
    }

    /// Reports each member below a shape with its path.
    fn each_member(&self, shape: &str, path: &str, report: &mut dyn FnMut(&str, &str)) {
        let definition = &self.0["shapes"][shape];
        match self.kind(shape) {
            "structure" => {
                for (name, member) in self.parts(shape) {
                    let path = joined(path, &name);
                    report(&path, member);
                    self.each_member(member, &path, report);
                }
            }
            "list" => self.each_member(definition["member"].as_str().unwrap(), path, report),
            "map" => self.each_member(definition["value"].as_str().unwrap(), path, report),
            _ => {}
        }
    }

    /// The sample as text, with the value at a place replaced by `json`.
    pub(crate) fn sample_with(&self, operation: &str, path: &str, json: &str) -> String {
        const HOLE: &str = "a hole to be filled";
        let mut sample = self.sample(operation);
        *sample.pointer_mut(path).expect("a place in the sample") = json!(HOLE);
        sample.to_string().replace(&format!("\"{HOLE}\""), json)
    }

    /// All places in the sample.
    pub(crate) fn places(&self, operation: &str) -> Vec<Place> {
        let mut places = Vec::new();
        self.places_in(self.input(operation), "", &mut places);
        places
    }

    /// The sample with each constraint of the input violated in turn.
    pub(crate) fn violations(&self, operation: &str) -> Vec<Violation> {
        let mut found = Vec::new();
        let input = self.input(operation);
        self.violations_in(input, "", "", &mut |pointer, json, path, rule| {
            found.push(Violation {
                input: self.sample_with(operation, pointer, json),
                item: format!(" at '{path}' failed to satisfy constraint: {rule}"),
            });
        });
        found
    }

    /// Reports each violation inside a shape: the JSON pointer to the value and the JSON to put
    /// there, the path by which the service names it, and the rule in the service's words.
    fn violations_in(
        &self,
        shape: &str,
        pointer: &str,
        path: &str,
        report: &mut dyn FnMut(&str, &str, &str, &str),
    ) {
        for (json, rule) in self.violations_of(shape) {
            report(pointer, &json.to_string(), path, &rule);
        }
        let definition = &self.0["shapes"][shape];
        let part = |name: &str| definition[name].as_str().unwrap();
        match self.kind(shape) {
            "structure" => {
                let required = definition["required"].as_array().unwrap();
                for (name, member) in self.parts(shape) {
                    let pointer = format!("{pointer}/{name}");
                    let name_in_path = name[..1].to_lowercase() + &name[1..];
                    let path = match path {
                        "" => name_in_path,
                        path => format!("{path}.{name_in_path}"),
                    };
                    if required.contains(&json!(name)) {
                        report(&pointer, "null", &path, "Member must not be null");
                    }
                    self.violations_in(member, &pointer, &path, report);
                }
            }
            "list" if self.kind(part("member")) == "structure" => {
                let (pointer, path) = (format!("{pointer}/0"), format!("{path}.1.member"));
                self.violations_in(part("member"), &pointer, &path, report);
            }
            "list" => {
                for (element, _) in self.violations_of(part("member")) {
                    let json = json!([element]).to_string();
                    report(pointer, &json, path, "Member must satisfy constraint: [");
                }
            }
            "map" => {
                for (key, _) in self.violations_of(part("key")) {
                    let json = json!({ key.as_str().unwrap(): self.sample_of(part("value")) });
                    let rule = "Map keys must satisfy constraint: [";
                    report(pointer, &json.to_string(), path, rule);
                }
                let key = self.text_of(part("key"));
                if self.kind(part("value")) == "structure" {
                    let (pointer, path) =
                        (format!("{pointer}/{key}"), format!("{path}.{key}.member"));
                    return self.violations_in(part("value"), &pointer, &path, report);
                }
                for (value, _) in self.violations_of(part("value")) {
                    let json = json!({ &key: value }).to_string();
                    report(pointer, &json, path, "Map value must satisfy constraint: [");
                }
            }
            _ => {}
        }
    }

    /// Values that violate the constraints of a shape itself, with the rules in the service's
    /// words.
    fn violations_of(&self, shape: &str) -> Vec<(Value, String)> {
        // This text matches no pattern and is in no enumeration of the model.
        const NO_MATCH: &str = "# ";
        let definition = &self.0["shapes"][shape];
        let of_size = |size: i64| match self.kind(shape) {
            "string" => json!("x".repeat(size as usize)),
            "integer" | "long" => json!(size),
            "list" => vec![self.sample_of(definition["member"].as_str().unwrap()); size as usize]
                .into_iter()
                .collect(),
            "map" => (0..size)
                .map(|n| {
                    let value = self.sample_of(definition["value"].as_str().unwrap());
                    (format!("key{n}"), value)
                })
                .collect(),
            kind => panic!("a {kind} has no size"),
        };
        let measured = match self.kind(shape) {
            "integer" | "long" => "value",
            _ => "length",
        };
        let mut violations = Vec::new();
        if let Some(min) = definition["min"].as_i64().filter(|min| *min > 0) {
            let rule = format!("Member must have {measured} greater than or equal to {min}");
            violations.push((of_size(min - 1), rule));
        }
        if let Some(max) = definition["max"].as_i64() {
            let rule = format!("Member must have {measured} less than or equal to {max}");
            violations.push((of_size(max + 1), rule));
        }
        if let Some(pattern) = definition["pattern"].as_str() {
            let rule = format!("Member must satisfy regular expression pattern: {pattern}");
            violations.push((json!(NO_MATCH), rule));
        }
        if definition.get("enum").is_some() {
            let rule = "Member must satisfy enum value set: [".to_owned();
            violations.push((json!(NO_MATCH), rule));
        }
        violations
    }

    fn input(&self, operation: &str) -> &str {
        self.0["operations"][operation]["input_shape"]
            .as_str()
            .unwrap()
    }

    fn kind(&self, shape: &str) -> &str {
        self.0["shapes"][shape]["type"].as_str().unwrap()
    }

    /// The shapes inside a shape, by the names they have in the sample.
    fn parts(&self, shape: &str) -> Vec<(String, &str)> {
        let definition = &self.0["shapes"][shape];
        let part = |name| definition[name].as_str().unwrap();
        match self.kind(shape) {
            "structure" => {
                let members = definition["members"].as_object().unwrap().iter();
                members
                    .map(|(name, member)| (name.clone(), member["shape"].as_str().unwrap()))
                    .collect()
            }
            "list" => vec![("0".to_owned(), part("member"))],
            "map" => vec![(self.text_of(part("key")), part("value"))],
            _ => Vec::new(),
        }
    }

    fn sample_of(&self, shape: &str) -> Value {
        let mut parts = self
            .parts(shape)
            .into_iter()
            .map(|(name, part)| (name, self.sample_of(part)));
        match self.kind(shape) {
            "structure" | "map" => Value::Object(parts.collect::<Map<_, _>>()),
            "list" => parts.by_ref().map(|(_, element)| element).collect(),
            "string" => json!(self.text_of(shape)),
            "integer" | "long" => json!(1),
            "boolean" => json!(true),
            kind => panic!("no sample of a {kind}"),
        }
    }

    /// A text within the constraints of its shape.
    fn text_of(&self, shape: &str) -> String {
        let definition = &self.0["shapes"][shape];
        if let Some(first) = definition["enum"].get(0) {
            return first.as_str().unwrap().to_owned();
        }
        match definition["pattern"].as_str() {
            Some(r"[\w-]+:[0-9a-f-]+") => "a:1".to_owned(),
            Some(r"(un)?authenticated") => "authenticated".to_owned(),
            Some(r"\d+") => "1".to_owned(),
            _ => "x".repeat(definition["min"].as_u64().unwrap_or(0).max(1) as usize),
        }
    }

    fn places_in(&self, shape: &str, path: &str, places: &mut Vec<Place>) {
        places.push(Place {
            path: path.to_owned(),
            wanted: self.kind(shape).to_owned(),
        });
        for (name, part) in self.parts(shape) {
            self.places_in(part, &format!("{path}/{name}"), places);
        }
    }
}

/// The path of a member.
fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
