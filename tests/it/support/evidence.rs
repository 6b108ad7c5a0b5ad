//! `docs/aws-behaviour.md`: what is known about AWS, and who cites it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A row of the document.
pub(crate) struct Row {
    pub(crate) statement: String,
    /// `seen`, `documented`, `measured`, `inferred` or `unknown`.
    pub(crate) certainty: String,
    pub(crate) source: String,
    pub(crate) date: String,
    /// Nothing in the mock depends on it.
    pub(crate) is_background: bool,
}

/// A comment that cites rows.
pub(crate) struct Citation {
    /// `AWS` or `Approximation`.
    pub(crate) kind: String,
    pub(crate) ids: Vec<String>,
    /// The file and the line.
    pub(crate) place: String,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows by their ids. Panics if an id is there twice.
pub(crate) fn rows() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(root().join("docs/aws-behaviour.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let Some(cells) = line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix('|'))
        else {
            continue;
        };
        let cells: Vec<&str> = cells.split(" | ").map(str::trim).collect();
        let [id, statement, certainty, source, date, usage] = cells[..] else {
            continue;
        };
        if id == "id" {
            continue;
        }
        let row = Row {
            statement: statement.to_owned(),
            certainty: certainty.to_owned(),
            source: source.to_owned(),
            date: date.to_owned(),
            is_background: usage.trim_end_matches('|').trim() == "background",
        };
        assert!(rows.insert(id.to_owned(), row).is_none(), "two rows {id}");
    }
    rows
}

/// The comments of the source and of the tests, each with its place. Consecutive lines are one.
pub(crate) fn comments() -> Vec<(String, String)> {
    let mut comments = Vec::new();
    for folder in ["src", "tests", "examples"] {
        for file in files(&root().join(folder), "rs") {
            let shown = file.strip_prefix(root()).unwrap().display().to_string();
            let text = fs::read_to_string(&file).unwrap();
            let mut begun: Option<(String, String)> = None;
            for (number, line) in text.lines().enumerate() {
                let comment = line.trim_start().strip_prefix("//");
                let comment = comment.map(|text| text.trim_start_matches(['/', '!']).trim());
                match (comment, &mut begun) {
                    (Some(comment), Some((_, text))) => {
                        text.push(' ');
                        text.push_str(comment);
                    }
                    (Some(comment), None) => {
                        begun = Some((format!("{shown}:{}", number + 1), comment.to_owned()));
                    }
                    (None, _) => comments.extend(begun.take()),
                }
            }
            comments.extend(begun);
        }
    }
    comments
}

pub(crate) fn citations() -> Vec<Citation> {
    let mark = Regex::new(r"(?-u:\b)(AWS|Approximation) \[([^\]]*)\]:").unwrap();
    let mut citations = Vec::new();
    for (place, comment) in comments() {
        for found in mark.captures_iter(&comment) {
            citations.push(Citation {
                kind: found[1].to_owned(),
                ids: found[2].split(", ").map(str::to_owned).collect(),
                place: place.clone(),
            });
        }
    }
    citations
}

/// All files below a folder with this extension, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}
