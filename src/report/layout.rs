//! How the lines of a report are laid out: indentation, columns, and texts cut to a width.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::fields::{Field, Fields};

/// The indentation of fields and lists.
pub(super) const INDENT: &str = "    ";
/// The indentation of a field that differs from the expected one.
pub(super) const MARK: &str = "  ✗ ";
/// Maximum number of requests or panics in a section; the rest are only counted.
pub(super) const SHOWN: usize = 10;

/// Fields below each other, with their values in one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a>(pub(super) &'a Fields);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = &self.0.fields;
        if fields.is_empty() {
            return writeln!(f, "{INDENT}(no field is set)");
        }
        let paths: Vec<String> = fields.iter().map(Field::redacted_path).collect();
        let width = widest(paths.iter().map(String::as_str));
        for (field, path) in fields.iter().zip(&paths) {
            let value = field.redacted_value();
            writeln!(f, "{INDENT}{path:width$}   {value}")?;
        }
        Ok(())
    }
}

/// Writes how many lines of a section are left out, if there are more than are shown.
pub(super) fn write_more(text: &mut String, all: usize) {
    if all > SHOWN {
        let _ = writeln!(text, "{INDENT}… {} more", all - SHOWN);
    }
}

/// The number of characters in the longest text.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts
        .map(|text| text.chars().count())
        .max()
        .unwrap_or_default()
}

/// A text in at most `width` characters. An ellipsis stands for what is left out.
pub(super) fn truncated(text: &str, width: usize) -> Cow<'_, str> {
    match text.char_indices().nth(width - 1) {
        Some((end, last)) if end + last.len_utf8() < text.len() => {
            Cow::Owned(format!("{}…", &text[..end]))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_text_is_as_wide_as_it_may_be() {
        assert_eq!(truncated("", 3), "");
        assert_eq!(truncated("äbc", 3), "äbc");
        assert_eq!(truncated("äöüß", 3), "äö…");
    }
}
