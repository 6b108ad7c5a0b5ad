//! One field of a shape as a row, and how it is printed.
//!
//! Knows which values must not be printed whole.

use std::fmt;

use crate::redact::{KEPT_OF_TOKEN, LONGEST_TOKEN};

/// What rows and lists start with.
pub(crate) const INDENT: &str = "    ";

/// A shape as rows. Members are in the order of the model, map entries in that of their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Flat {
    pub(crate) rows: Vec<Row>,
    /// The paths of the outermost lists, which are compared as a whole.
    pub(crate) lists: Vec<String>,
}

impl Flat {
    /// As `{:?}` shows an input of this name: as in reports, but without short tokens either. In
    /// a report they are compared; whatever else is printed may end up in a log.
    pub(crate) fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        for row in &self.rows {
            let value = if let Value::Text(text) = &row.value
                && row.is_login()
                && text.len() <= LONGEST_TOKEN
            {
                format!("<hidden> ({} bytes)", text.len())
            } else {
                row.shown()
            };
            shown.field(&row.path, &format_args!("{value}"));
        }
        shown.finish()
    }
}

/// One scalar: `Logins["accounts.google.com"]` and what is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) value: Value,
}

/// What rows are compared by. Never printed as it is; see [`Row::shown`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// Numbers, booleans, times: their text says it all.
    Plain(String),
    EmptyList,
    EmptyMap,
}

impl Row {
    /// The value as reports print it: quoted, secrets hidden, long texts cut.
    pub(crate) fn shown(&self) -> String {
        match &self.value {
            Value::Text(_) if self.is_secret() => "<hidden>".to_owned(),
            Value::Text(text) => match self.longest() {
                (limit, kept) if text.len() > limit => cut(text, kept),
                _ => format!("{text:?}"),
            },
            Value::Plain(text) => text.clone(),
            Value::EmptyList => "[]".to_owned(),
            Value::EmptyMap => "{}".to_owned(),
        }
    }

    pub(crate) fn is_secret(&self) -> bool {
        ["SecretKey", "SessionToken"]
            .iter()
            .any(|secret| self.path == *secret || self.path.ends_with(&format!(".{secret}")))
    }

    /// Whether it proves who somebody is. A `NextToken` does not.
    fn is_login(&self) -> bool {
        self.path.starts_with("Logins[") || self.path == "WebIdentityToken"
    }

    /// From how many bytes on a text is cut, and how many characters then stay. Tokens may be
    /// real ones, so little of them is shown; ids and ARNs are worth reading in full.
    fn longest(&self) -> (usize, usize) {
        let is_token = self.is_login()
            || self.path.ends_with("Token")
            || matches!(&self.value, Value::Text(text) if text.starts_with("eyJ"));
        if is_token {
            (LONGEST_TOKEN, KEPT_OF_TOKEN)
        } else {
            (256, 64)
        }
    }
}

fn cut(text: &str, kept: usize) -> String {
    let start: String = text.chars().take(kept).collect();
    let quoted = format!("{start:?}");
    // The ellipsis goes inside the quotes: it is part of the text that is left out.
    let open = quoted.strip_suffix('"').unwrap_or(&quoted);
    format!("{open}…\" ({} bytes)", text.len())
}

/// Rows below each other, with their values in one column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a>(pub(crate) &'a [Row]);

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "{INDENT}(no field is set)");
        }
        let width = widest(self.0.iter().map(|row| row.path.as_str()));
        for row in self.0 {
            writeln!(f, "{INDENT}{:width$}   {}", row.path, row.shown())?;
        }
        Ok(())
    }
}

/// How many characters the longest text has.
pub(crate) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts
        .map(|text| text.chars().count())
        .max()
        .unwrap_or_default()
}
