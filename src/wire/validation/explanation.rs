//! Explains violations: which member breaks which constraint, and what was sent.
//!
//! A message of AWS shows a whole map where one entry is wrong, and all rules where one is broken.

use std::fmt::Display;

use super::path::{Path, Place};
use super::shape::{Bounds, Rule, Text, length};
use crate::explain::quoted;

pub(super) fn missing(path: Path<'_>) -> String {
    format!(
        "{} is required, and the request does not have it",
        Place(path)
    )
}

/// Why a JSON value cannot be read.
pub(super) fn wrong_type(path: Path<'_>, expected: &str, found: &str) -> String {
    format!("{} is {found}; it must be {expected}", Place(path))
}

/// Why `value` breaks a rule of `text`.
pub(super) fn text(path: Path<'_>, text: &Text, rule: Rule, value: &str) -> String {
    why(&Place(path), text, rule, value)
}

/// Why one of the keys of a map breaks a rule.
pub(super) fn key(path: Path<'_>, text: &Text, rule: Rule, key: &str) -> String {
    why(&format_args!("a key of {}", Place(path)), text, rule, key)
}

fn why(what: &dyn Display, text: &Text, rule: Rule, value: &str) -> String {
    // The value of a sensitive text is never shown, however short it is.
    let shown = match text.is_sensitive {
        true => "a text".to_owned(),
        false => quoted(value),
    };
    match rule {
        Rule::MaxLength(_) | Rule::MinLength(_) => {
            let length = length(value);
            let allowed = range(text.length);
            if value.is_empty() {
                format!("{what} is empty; it must have {allowed} characters")
            } else {
                format!("{what} is {shown} of {length} characters; it must have {allowed}")
            }
        }
        Rule::Pattern(source) => {
            let pattern = text.pattern.as_ref();
            match pattern.and_then(|pattern| pattern.first_foreign(value)) {
                Some(c) => format!("{what} is {shown}; {c:?} is not one of {source}"),
                None => format!("{what} is {shown}; all of it must match {source}"),
            }
        }
        Rule::OneOf(values) => {
            format!("{what} is {shown}; it must be one of {}", values.join(", "))
        }
        // These are not rules of texts.
        Rule::NotNull | Rule::MaxValue(_) | Rule::MinValue(_) => format!("{what} is {shown}"),
    }
}

pub(super) fn number(path: Path<'_>, bounds: Bounds, value: i64) -> String {
    format!("{} is {value}; it must be {}", Place(path), range(bounds))
}

/// Why a list or a map of `count` elements breaks its bounds.
pub(super) fn size(path: Path<'_>, bounds: Bounds, count: usize) -> String {
    format!(
        "the size of {} is {count}; it must be {}",
        Place(path),
        range(bounds)
    )
}

/// `1 to 60`, or `10 at most`.
fn range(bounds: Bounds) -> String {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} at least"),
        (None, Some(max)) => format!("{max} at most"),
        (None, None) => "any number".to_owned(),
    }
}
