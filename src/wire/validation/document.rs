//! Checks a value in a document that a person writes against a shape of the model.
//!
//! Inputs of calls are checked while they are decoded, as AWS does it: unknown members are ignored,
//! and the message is AWS's. Documents are checked here, strictly, and the message names the path.

use super::shape::{Bounds, Rule, Shape, Structure};
use crate::document::{Members, Mistake, Reader};

/// Whether the required members of the outermost structure must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// The document is an input.
    Whole,
    /// The document has some members of an input.
    #[cfg(feature = "server")]
    Part,
}

/// Checks the members of a structure. Others may stand beside them.
pub(crate) fn check_members(
    members: &Members<'_>,
    structure: &Structure,
    completeness: Completeness,
) -> Result<(), Mistake> {
    for member in structure.members {
        match members.optional(member.name) {
            Some(value) => check(&value, member.shape)?,
            None if member.required && completeness == Completeness::Whole => {
                members.required(member.name)?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Checks a member of a structure on its own.
pub(crate) fn check_member(
    value: &Reader<'_>,
    structure: &Structure,
    name: &str,
) -> Result<(), Mistake> {
    match structure.members.iter().find(|member| member.name == name) {
        Some(member) => check(value, member.shape),
        None => Ok(()),
    }
}

fn check(value: &Reader<'_>, shape: &Shape) -> Result<(), Mistake> {
    match shape {
        Shape::Text(text) => match text.broken_by(value.text()?).next() {
            Some(rule) => Err(broken(value, rule)),
            None => Ok(()),
        },
        Shape::Integer(bounds) | Shape::Long(bounds) => {
            let number = value.json().number().and_then(serde_json::Number::as_i64);
            let number = number.ok_or_else(|| value.expected("a whole number"))?;
            match bounds.broken_by_value(number) {
                Some(rule) => Err(broken(value, rule)),
                None => Ok(()),
            }
        }
        Shape::Boolean => value.boolean().map(|_| ()),
        Shape::List(list) => {
            let items = value.list()?;
            check_size(value, list.size, items.len())?;
            items.iter().try_for_each(|item| check(item, list.member))
        }
        Shape::Map(map) => {
            let entries = value.entries()?;
            check_size(value, map.size, entries.len())?;
            for (key, entry) in &entries {
                if let Shape::Text(text) = map.key
                    && let Some(rule) = text.broken_by(key).next()
                {
                    return Err(entry.mistake(format!("has a key that {}", words(rule))));
                }
                check(entry, map.value)?;
            }
            Ok(())
        }
        Shape::Structure(structure) => {
            let members = value.object()?;
            check_members(&members, structure, Completeness::Whole)?;
            members.no_others()
        }
    }
}

fn check_size(value: &Reader<'_>, size: Bounds, count: usize) -> Result<(), Mistake> {
    match size.broken_by_length(count) {
        Some(rule) => Err(value.mistake(format!("{}, got {count}", words(rule)))),
        None => Ok(()),
    }
}

fn broken(value: &Reader<'_>, rule: Rule) -> Mistake {
    value.not_as_demanded(&words(rule))
}

/// The rule as the predicate of a sentence. The words of the model begin with its subject.
fn words(rule: Rule) -> String {
    rule.to_string().replacen("Member ", "", 1)
}

#[cfg(test)]
mod tests {
    use super::super::constraints;
    use super::*;
    use crate::document::Json;

    fn mistake(structure: &Structure, text: &str) -> Option<String> {
        let json = Json::parse(text.as_bytes()).unwrap();
        let members = Reader::root(&json).object().unwrap();
        let checked = check_members(&members, structure, Completeness::Whole);
        let checked = checked.and_then(|()| members.no_others());
        checked.err().map(|mistake| mistake.to_string())
    }

    #[test]
    fn a_broken_constraint_is_named_with_its_path() {
        let pool = |text: &str| mistake(&constraints::CreateIdentityPoolInput, text);
        let whole = r#""IdentityPoolName":"app","AllowUnauthenticatedIdentities":true"#;

        assert_eq!(pool(&format!("{{{whole}}}")), None);
        for (text, expected) in [
            (
                r#"{"IdentityPoolName":"app"}"#.to_owned(),
                "$.AllowUnauthenticatedIdentities is missing",
            ),
            (
                format!(r#"{{{whole},"DeveloperProviderName":"a b"}}"#),
                r#"$.DeveloperProviderName must satisfy regular expression pattern: [\w._-]+, got "a b""#,
            ),
            (
                format!(r#"{{{whole},"CognitoIdentityProviders":[{{}},{{"ClientID":"x"}}]}}"#),
                "$.CognitoIdentityProviders[1].ClientID is no member that is known here; did you mean ClientId?",
            ),
            (
                format!(r#"{{{whole},"SupportedLoginProviders":{{"":"x"}}}}"#),
                r#"$.SupportedLoginProviders[""] has a key that must have length greater than or equal to 1"#,
            ),
            (
                format!(r#"{{{whole},"IdentityPoolTags":{{"a":7}}}}"#),
                r#"$.IdentityPoolTags["a"] must be a text, got 7"#,
            ),
        ] {
            assert_eq!(pool(&text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_and_sizes_have_bounds() {
        let list = |number: &str| {
            let text = format!(r#"{{"MaxResults":{number}}}"#);
            mistake(&constraints::ListIdentityPoolsInput, &text)
        };
        let delete = r#"{"IdentityIdsToDelete":[]}"#;

        assert_eq!(list("60"), None);
        assert_eq!(
            list("61").unwrap(),
            "$.MaxResults must have value less than or equal to 60, got 61"
        );
        assert_eq!(
            list("1.5").unwrap(),
            "$.MaxResults must be a whole number, got 1.5"
        );
        assert_eq!(
            mistake(&constraints::DeleteIdentitiesInput, delete).unwrap(),
            "$.IdentityIdsToDelete must have length greater than or equal to 1, got 0"
        );
    }
}
