//! The service model, for tests that go through all of it.

use serde_json::{Map, Value, json};

/// What `tests/model.json` says about inputs.
pub(crate) struct Model(Value);

/// A place in an input where the model wants a type.
pub(crate) struct Place {
    /// As a JSON pointer into the sample; empty for the input itself.
    pub(crate) path: String,
    /// `string`, `integer`, `long`, `boolean`, `list`, `map` or `structure`.
    pub(crate) wanted: String,
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

    /// Whether an operation wants a signature.
    pub(crate) fn is_signed(&self, operation: &str) -> bool {
        self.0["operations"][operation]["auth"] == "sigv4"
    }

    /// An input with every member there is, and one element in each list and map: of the right
    /// types, though not within all constraints.
    pub(crate) fn sample(&self, operation: &str) -> Value {
        self.sample_of(self.input(operation))
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

    fn input(&self, operation: &str) -> &str {
        self.0["operations"][operation]["input_shape"]
            .as_str()
            .unwrap()
    }

    fn kind(&self, shape: &str) -> &str {
        self.0["shapes"][shape]["type"].as_str().unwrap()
    }

    /// The shapes inside a shape, by the names they have in the sample.
    fn parts(&self, shape: &str) -> Vec<(&str, &str)> {
        let definition = &self.0["shapes"][shape];
        let part = |name| definition[name].as_str().unwrap();
        match self.kind(shape) {
            "structure" => {
                let members = definition["members"].as_object().unwrap().iter();
                members
                    .map(|(name, member)| (name.as_str(), member["shape"].as_str().unwrap()))
                    .collect()
            }
            "list" => vec![("0", part("member"))],
            "map" => vec![("key", part("value"))],
            _ => Vec::new(),
        }
    }

    fn sample_of(&self, shape: &str) -> Value {
        let mut parts = self
            .parts(shape)
            .into_iter()
            .map(|(name, part)| (name.to_owned(), self.sample_of(part)));
        match self.kind(shape) {
            "structure" | "map" => Value::Object(parts.collect::<Map<_, _>>()),
            "list" => parts.by_ref().map(|(_, element)| element).collect(),
            "string" => json!("x"),
            "integer" | "long" => json!(1),
            "boolean" => json!(true),
            kind => panic!("no sample of a {kind}"),
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
