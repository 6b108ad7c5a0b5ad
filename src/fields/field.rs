//! A field and how it is printed.
//!
//! Inputs and outputs hold login tokens and secrets, which must never be printed whole.

use std::fmt;

use crate::redact::{TOKEN_LIMIT, TOKEN_PREFIX, without_tokens};

/// The most bytes of a text, other than a token, that are printed whole.
const TEXT_LIMIT: usize = 256;
/// How many characters of a longer text are printed.
const TEXT_PREFIX: usize = 64;

/// The fields of an input or output. Members are in the order of the model, map entries in the
/// order of their keys.
#[allow(
    unnameable_types,
    unreachable_pub,
    reason = "only a trait that is sealed exposes it"
)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    pub(crate) fields: Vec<Field>,
    /// The paths of the outermost lists, which are compared as a whole.
    pub(crate) lists: Vec<String>,
}

impl Fields {
    /// Adds a text member, if it is set.
    pub(crate) fn text(&mut self, path: &str, value: Option<&str>) {
        self.add(path, value.map(|text| Value::Text(text.to_owned())));
    }

    /// Adds a member that is printed without quotes, if it is set.
    pub(crate) fn literal(&mut self, path: &str, value: Option<impl ToString>) {
        self.add(
            path,
            value.map(|literal| Value::Literal(literal.to_string())),
        );
    }

    fn add(&mut self, path: &str, value: Option<Value>) {
        let path = path.to_owned();
        self.fields.extend(value.map(|value| Field { path, value }));
    }

    /// Writes the fields as `{:?}` shows a struct of this name.
    ///
    /// Short login tokens are hidden too. Failure messages show them, because they are compared
    /// there; what is printed with `{:?}` may end up in a log.
    pub(crate) fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        for field in &self.fields {
            let value = if let Value::Text(text) = &field.value
                && field.is_login_token()
                && text.len() <= TOKEN_LIMIT
            {
                format!("<hidden> ({} bytes)", text.len())
            } else {
                field.redacted_value()
            };
            shown.field(&field.redacted_path(), &format_args!("{value}"));
        }
        shown.finish()
    }
}

/// A scalar and its path, such as `Logins["accounts.google.com"]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) path: String,
    pub(crate) value: Value,
}

/// The value of a field, as it is compared. It is printed by [`Field::redacted_value`] only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// A number, boolean or timestamp, which is printed without quotes.
    Literal(String),
    EmptyList,
    EmptyMap,
}

impl Field {
    /// The path as it is printed: a token that was sent as the key of a map is cut.
    pub(crate) fn redacted_path(&self) -> String {
        without_tokens(&self.path)
    }

    /// The value as failure messages print it: texts quoted, long ones cut, secrets hidden.
    pub(crate) fn redacted_value(&self) -> String {
        match &self.value {
            Value::Text(_) if self.is_secret() => "<hidden>".to_owned(),
            Value::Text(text) => match self.limit_and_prefix() {
                (limit, prefix) if text.len() > limit => quoted_prefix(text, prefix),
                _ => format!("{text:?}"),
            },
            Value::Literal(text) => text.clone(),
            Value::EmptyList => "[]".to_owned(),
            Value::EmptyMap => "{}".to_owned(),
        }
    }

    /// Whether the text is printed in part only, or not at all.
    pub(crate) fn is_cut(&self) -> bool {
        let Value::Text(text) = &self.value else {
            return false;
        };
        self.is_secret() || text.len() > self.limit_and_prefix().0
    }

    pub(crate) fn is_secret(&self) -> bool {
        ["SecretKey", "SessionToken"]
            .iter()
            .any(|secret| self.path == *secret || self.path.ends_with(&format!(".{secret}")))
    }

    /// Whether the value proves who somebody is, unlike a `NextToken`.
    fn is_login_token(&self) -> bool {
        self.path.starts_with("Logins[") || self.path == "WebIdentityToken"
    }

    /// The most bytes of a text that are printed whole, and how many characters of a longer one
    /// are. Tokens may be real ones, so little of them is printed; ids and ARNs are worth reading
    /// in full.
    fn limit_and_prefix(&self) -> (usize, usize) {
        let is_token = self.is_login_token()
            || self.path.ends_with("Token")
            || matches!(&self.value, Value::Text(text) if text.starts_with("eyJ"));
        if is_token {
            (TOKEN_LIMIT, TOKEN_PREFIX)
        } else {
            (TEXT_LIMIT, TEXT_PREFIX)
        }
    }
}

/// The first characters of a text in quotes, and its length: `"eyJra…" (843 bytes)`.
fn quoted_prefix(text: &str, characters: usize) -> String {
    let prefix: String = text.chars().take(characters).collect();
    let quoted = format!("{prefix:?}");
    // The ellipsis stands for a part of the text, so it belongs inside the quotes.
    let open = quoted.strip_suffix('"').unwrap_or(&quoted);
    format!("{open}…\" ({} bytes)", text.len())
}
