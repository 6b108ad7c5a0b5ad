//! Reads the values of a document, each of which knows its path.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

use serde_json::Number;

use super::json::Json;
use crate::explain::{nearest, plain, quoted};

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The JSON path of the value, such as `$.IdentityPools[0].Roles`.
    pub(crate) path: String,
    /// What is wrong with it, as the predicate of a sentence: `must be a text, got 7`.
    pub(crate) problem: String,
}

/// The path and the problem, as a sentence.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.problem)
    }
}

/// Parses a document. Messages call it `what`: a text, a body.
pub(crate) fn parse(document: &[u8], what: &str) -> Result<Json, Mistake> {
    Json::parse(document).map_err(|error| Mistake {
        path: Path::Root.to_string(),
        problem: match document {
            [] => format!("must be an object, and the {what} is empty"),
            _ => format!("is not JSON: {error}"),
        },
    })
}

/// A value of a document, and its path.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    json: &'a Json,
    path: Path<'a>,
}

/// The path of a value. It is written out for a mistake only.
#[derive(Clone, Debug)]
enum Path<'a> {
    Root,
    Member(Rc<Self>, &'a str),
    Entry(Rc<Self>, &'a str),
    Element(Rc<Self>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Member(of, name) if is_word(name) => write!(f, "{of}.{name}"),
            Self::Member(of, key) | Self::Entry(of, key) => write!(f, "{of}[{}]", quoted(key)),
            Self::Element(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

fn is_word(name: &str) -> bool {
    let mut bytes = name.bytes();
    !name.is_empty()
        && name.len() <= 64
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl<'a> Reader<'a> {
    /// The whole document.
    pub(crate) fn root(json: &'a Json) -> Self {
        Self {
            json,
            path: Path::Root,
        }
    }

    pub(crate) fn json(&self) -> &'a Json {
        self.json
    }

    /// A mistake in this value.
    pub(crate) fn mistake(&self, problem: impl Into<String>) -> Mistake {
        Mistake {
            path: self.path.to_string(),
            problem: problem.into(),
        }
    }

    /// The mistake that the value is not what is expected here: `a text`, `a list`.
    pub(crate) fn expected(&self, what: &str) -> Mistake {
        self.not_as_demanded(&format!("must be {what}"))
    }

    /// The mistake that the value does not do what `demand` says, with the value.
    pub(crate) fn not_as_demanded(&self, demand: &str) -> Mistake {
        let got = match self.json {
            Json::Array(_) | Json::Object(_) => self.json.kind().to_owned(),
            Json::Text(text) => quoted(text),
            Json::Null | Json::Boolean(_) | Json::Number(_) => plain(&self.json.compact()),
        };
        self.mistake(format!("{demand}, got {got}"))
    }

    pub(crate) fn text(&self) -> Result<&'a str, Mistake> {
        let Json::Text(text) = self.json else {
            return Err(self.expected("a text"));
        };
        Ok(text)
    }

    pub(crate) fn boolean(&self) -> Result<bool, Mistake> {
        let Json::Boolean(value) = self.json else {
            return Err(self.expected("true or false"));
        };
        Ok(*value)
    }

    /// A whole number of at least `least`.
    #[cfg(feature = "server")]
    pub(crate) fn whole_number(&self, least: u64) -> Result<u64, Mistake> {
        let number = self.json.number().and_then(Number::as_u64);
        let number = number.filter(|number| *number >= least);
        number.ok_or_else(|| self.expected(&format!("a whole number of at least {least}")))
    }

    pub(crate) fn number(&self) -> Result<f64, Mistake> {
        let number = self.json.number().and_then(Number::as_f64);
        number.ok_or_else(|| self.expected("a number"))
    }

    /// The items of a list.
    pub(crate) fn list(&self) -> Result<Vec<Self>, Mistake> {
        let Json::Array(items) = self.json else {
            return Err(self.expected("a list"));
        };
        let whole = Rc::new(self.path.clone());
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, json)| Self {
                json,
                path: Path::Element(Rc::clone(&whole), index),
            })
            .collect())
    }

    /// The entries of a map, whose keys may be any texts.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Self)>, Mistake> {
        let Json::Object(entries) = self.json else {
            return Err(self.expected("an object"));
        };
        let whole = Rc::new(self.path.clone());
        let entries = entries.iter();
        Ok(entries
            .map(|(key, json)| {
                let path = Path::Entry(Rc::clone(&whole), key);
                (key.as_str(), Self { json, path })
            })
            .collect())
    }

    /// The members of an object.
    pub(crate) fn object(&self) -> Result<Members<'a>, Mistake> {
        let Json::Object(members) = self.json else {
            return Err(self.expected("an object"));
        };
        Ok(Members {
            path: Rc::new(self.path.clone()),
            whole: self.clone(),
            members,
            known: RefCell::default(),
        })
    }
}

/// The members of an object. Each name that is asked for counts as known.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    path: Rc<Path<'a>>,
    whole: Reader<'a>,
    members: &'a [(String, Json)],
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Members<'a> {
    /// The object itself.
    pub(crate) fn whole(&self) -> &Reader<'a> {
        &self.whole
    }

    pub(crate) fn optional(&self, name: &'static str) -> Option<Reader<'a>> {
        self.known.borrow_mut().insert(name);
        let (_, json) = self.members.iter().find(|(given, _)| given == name)?;
        Some(Reader {
            json,
            path: Path::Member(Rc::clone(&self.path), name),
        })
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<Reader<'a>, Mistake> {
        self.optional(name).ok_or_else(|| Mistake {
            path: self.path_of(name),
            problem: "is missing".to_owned(),
        })
    }

    /// Refuses the first member that was not asked for.
    pub(crate) fn no_others(&self) -> Result<(), Mistake> {
        let known = self.known.borrow();
        let mut names = self.members.iter().map(|(name, _)| name.as_str());
        let Some(name) = names.find(|name| !known.contains(name)) else {
            return Ok(());
        };
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => "there are none here".to_owned(),
            None => {
                let known: Vec<&str> = known.iter().copied().collect();
                format!("there are {}", known.join(", "))
            }
        };
        Err(Mistake {
            path: self.path_of(name),
            problem: format!("is no member that is known here; {hint}"),
        })
    }

    fn path_of(&self, name: &str) -> String {
        Path::Member(Rc::clone(&self.path), name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str, read: impl Fn(Reader<'_>) -> Result<(), Mistake>) -> String {
        let json = Json::parse(text.as_bytes()).unwrap();
        read(Reader::root(&json)).unwrap_err().to_string()
    }

    #[test]
    fn a_value_of_another_type_is_named_with_its_path() {
        let text = r#"{"a":[{"b":7}],"c":{"x y":null}}"#;
        let a = |root: Reader<'_>| {
            root.object()?.required("a")?.list()?[0]
                .object()?
                .required("b")?
                .text()
                .map(|_| ())
        };
        let c = |root: Reader<'_>| {
            root.object()?.required("c")?.entries()?[0]
                .1
                .boolean()
                .map(|_| ())
        };

        assert_eq!(mistake(text, a), "$.a[0].b must be a text, got 7");
        assert_eq!(
            mistake(text, c),
            r#"$.c["x y"] must be true or false, got null"#
        );
        assert_eq!(
            mistake("[]", |root| root.object().map(|_| ())),
            "$ must be an object, got a list"
        );
        assert_eq!(
            mistake("{}", |root| root.list().map(|_| ())),
            "$ must be a list, got an object"
        );
        #[cfg(feature = "server")]
        assert_eq!(
            mistake("-1", |root| root.whole_number(0).map(|_| ())),
            "$ must be a whole number of at least 0, got -1"
        );
        assert_eq!(
            mistake("true", |root| root.number().map(|_| ())),
            "$ must be a number, got true"
        );
    }

    #[test]
    fn a_missing_and_an_unknown_member_are_named() {
        let missing = |root: Reader<'_>| root.object()?.required("name").map(|_| ());
        let unknown = |root: Reader<'_>| {
            let members = root.object()?;
            members.optional("times");
            members.optional("after");
            members.no_others()
        };

        assert_eq!(mistake("{}", missing), "$.name is missing");
        assert_eq!(
            mistake(r#"{"tmes":1}"#, unknown),
            "$.tmes is no member that is known here; did you mean times?"
        );
        assert_eq!(
            mistake(r#"{"after":1,"x-y":1}"#, unknown),
            r#"$["x-y"] is no member that is known here; there are after, times"#
        );
    }
}
