//! Which files of the repository use an operation, by the names that it has in their languages.

use std::fs;
use std::path::Path;

use crate::support::evidence::{self, files};

/// The texts of the files that may use operations.
pub(super) struct Sources {
    unit_tests: String,
    engine_model: String,
    /// By the name of the language.
    interop: Vec<(&'static str, String)>,
}

impl Sources {
    pub(super) fn read() -> Self {
        let unit_tests = files(&evidence::root().join("src"), "rs");
        let unit_tests = unit_tests.iter().filter_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let (_, tests) = text.split_once("mod tests {")?;
            Some(tests.to_owned())
        });
        let interop = [
            ("Python", "python", "py"),
            ("JavaScript", "javascript", "mjs"),
            ("browser", "browser", "mjs"),
            ("CLI", "cli", "py"),
            ("Rust", "rust/src", "rs"),
        ];
        let interop = interop.map(|(language, folder, extension)| {
            (
                language,
                all_of(&format!("tests/interop/{folder}"), extension),
            )
        });
        Self {
            unit_tests: unit_tests.collect(),
            engine_model: all_of("tests/it/exhaustive/engine_model/driver", "rs"),
            interop: interop.into(),
        }
    }

    /// Whether a unit test of the source names the operation.
    pub(super) fn in_unit_tests(&self, operation: &str) -> bool {
        names(&self.unit_tests, operation)
    }

    /// Whether the random operations of the engine's model include it.
    pub(super) fn in_engine_model(&self, operation: &str) -> bool {
        let call = format!(".{}(", snake(operation));
        self.engine_model.contains(&call)
    }

    /// The languages whose interop suites use it.
    pub(super) fn in_interop(&self, operation: &str) -> Vec<&'static str> {
        let uses = self
            .interop
            .iter()
            .filter(|(_, text)| names(text, operation));
        uses.map(|(language, _)| *language).collect()
    }
}

/// The text of all files in a folder.
fn all_of(folder: &str, extension: &str) -> String {
    let folder = evidence::root().join(folder);
    let files = files(Path::new(&folder), extension).into_iter();
    files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

/// Whether a text names an operation: `GetId`, `GetIdCommand`, `GetIdInput`, `get_id`, `getId` or
/// `get-id`.
fn names(text: &str, operation: &str) -> bool {
    let snake = snake(operation);
    let camel = operation[..1].to_lowercase() + &operation[1..];
    let kebab = snake.replace('_', "-");
    [operation, &snake, &camel, &kebab].iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            let before = text[..at].chars().next_back();
            let after = &text[at + name.len()..];
            let after = after
                .trim_start_matches("Command")
                .trim_start_matches("Input");
            !before.is_some_and(is_part) && !after.starts_with(is_part)
        })
    })
}

/// The name of an operation in Rust and Python.
fn snake(operation: &str) -> String {
    let mut snake = String::new();
    for c in operation.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
