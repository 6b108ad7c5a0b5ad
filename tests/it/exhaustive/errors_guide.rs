//! The guide to the errors has an entry for each text of the engine and for each code of the wire,
//! and for nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;

/// A string literal of Rust. It ends at a quotation mark that is not escaped.
const LITERAL: &str = r#""((?:[^"\\]|\\.|\\\n)*)""#;

/// What stands before the text of an error, where it is not in a variable `text`.
const CONSTRUCTORS: &str = r#"let text =|[^a-z_](?:invalid_parameter|not_authorized|not_found|conflict|exceeded|invalid_token)\(|[^a-z_]known\([ \n]*"[A-Za-z]+","#;

/// The code of all files in a folder of `src`, without comments and tests.
fn code(folder: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(folder);
    let mut code = String::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            code.push_str(&self::code(&format!("{folder}/{name}")));
        } else if name.ends_with(".rs") {
            code.push_str(&code_of(&path));
        }
    }
    code
}

fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The text with `<>` for each placeholder, which is `{..}` in the code and `<..>` in the guide.
fn shape(text: &str) -> String {
    let text = Regex::new(r"\\\n *").unwrap().replace_all(text, "");
    let placeholders = Regex::new(r"\{[^{}]*\}|<[^<>]*>").unwrap();
    placeholders.replace_all(&text, "<>").into_owned()
}

/// The texts of the engine's errors.
fn texts() -> BTreeSet<String> {
    let code =
        code("engine") + &code_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs"));
    let find = |before: &str| -> Vec<String> {
        let pattern = format!(r"(?:{before})[ \n]*&?(?:format!\([ \n]*)?{LITERAL}");
        let pattern = Regex::new(&pattern).unwrap();
        let found = pattern.captures_iter(&code);
        found.map(|found| shape(&found[1])).collect()
    };
    let mut texts = BTreeSet::from_iter(find(CONSTRUCTORS));
    // The errors for login tokens have a beginning in common.
    texts.remove("Invalid login token. <>");
    let of_tokens = find(r"[^a-z_]invalid\(");
    texts.extend(
        of_tokens
            .into_iter()
            .map(|text| format!("Invalid login token. {text}")),
    );
    texts
}

/// The codes of the errors that come before the engine.
fn codes() -> BTreeSet<String> {
    let code = code("wire") + &code("service");
    let before = r"(?:known|silent|with_code|ServiceError::new)\([ \n]*|const CODE: &str = |Json => |Query => ";
    let pattern = Regex::new(&format!("(?:{before})\"([A-Z][A-Za-z]+)\"")).unwrap();
    pattern
        .captures_iter(&code)
        .map(|found| found[1].to_owned())
        .collect()
}

/// What the headings of the guide's entries name.
fn entries() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/errors.md");
    let guide = fs::read_to_string(path).unwrap();
    let headings = guide.lines().filter_map(|line| line.strip_prefix("## "));
    let mut entries = BTreeSet::new();
    for heading in headings {
        for name in heading.split('`').skip(1).step_by(2) {
            assert!(entries.insert(shape(name)), "two entries for {name}");
        }
    }
    entries
}

#[test]
fn the_guide_has_an_entry_for_each_error_and_for_nothing_else() {
    let (texts, codes, entries) = (texts(), codes(), entries());
    assert!(
        texts.len() > 50 && codes.len() > 10,
        "{texts:#?}\n{codes:#?}"
    );
    let errors = &texts | &codes;

    let missing: Vec<_> = errors.difference(&entries).collect();
    let unknown: Vec<_> = entries.difference(&errors).collect();

    assert!(
        missing.is_empty(),
        "no entry in src/docs/errors.md: {missing:#?}"
    );
    assert!(
        unknown.is_empty(),
        "entries in src/docs/errors.md for no error: {unknown:#?}"
    );
}
