//! Reads a SAML response: whom it is about, what it says of them, and until when it is valid.
//!
//! Signatures are not verified: the keys are in IAM, which the mock does not have.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use super::explain::quoted;

/// The parts of a SAML assertion that are used.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) name_id: String,
    /// Attribute names to their value, or to the list of their values.
    pub(super) attributes: Map<String, Value>,
    /// `NotOnOrAfter` of its conditions, in seconds since 1970.
    not_on_or_after: Option<i64>,
}

/// Why a text is no assertion that can be used.
#[derive(Debug)]
pub(super) enum Flaw {
    NoBase64,
    NoXml,
    NoElement(&'static str),
    /// The schema allows no element in a name.
    ElementInNameId,
    NoTime(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBase64 => f.write_str("the value is not base64, as a SAML response is"),
            Self::NoXml => f.write_str("what the base64 encodes is not XML"),
            Self::NoElement(name) => write!(f, "the SAML response has no {name}"),
            Self::ElementInNameId => f.write_str("the `NameID` has elements in it, not only text"),
            Self::NoTime(limit) => {
                write!(f, "`NotOnOrAfter` is {}, which is no time", quoted(limit))
            }
        }
    }
}

impl Assertion {
    /// Reads a base64 response or assertion.
    pub(super) fn read(response: &str) -> Result<Self, Flaw> {
        let bytes: Vec<u8> = response
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let bytes = STANDARD.decode(bytes).map_err(|_| Flaw::NoBase64)?;
        let xml = String::from_utf8(bytes).map_err(|_| Flaw::NoXml)?;
        let document = Document::parse(&xml).map_err(|_| Flaw::NoXml)?;
        let assertion = document.descendants().find(|node| is(node, "Assertion"));
        let assertion = assertion.ok_or(Flaw::NoElement("`Assertion`"))?;
        let find = |name| assertion.descendants().find(|node| is(node, name));
        let name_id = find("NameID").ok_or(Flaw::NoElement("`NameID`"))?;
        // Part of the text must never pass for all of it.
        if name_id.children().any(|child| child.is_element()) {
            return Err(Flaw::ElementInNameId);
        }
        let name_id = text(&name_id).trim().to_owned();
        if name_id.is_empty() {
            return Err(Flaw::NoElement("text in its `NameID`"));
        }
        let mut attributes = Map::new();
        for attribute in assertion.descendants().filter(|node| is(node, "Attribute")) {
            let values = attribute
                .children()
                .filter(|node| is(node, "AttributeValue"));
            let mut values: Vec<Value> = values.map(|node| text(&node).trim().into()).collect();
            let value = if values.len() == 1 {
                values.remove(0)
            } else {
                Value::Array(values)
            };
            let name = attribute.attribute("Name");
            let name = name.ok_or(Flaw::NoElement("`Name` for one of its attributes"))?;
            attributes.insert(name.to_owned(), value);
        }
        let limit = find("Conditions").and_then(|node| node.attribute("NotOnOrAfter"));
        // Approximation [Q35]: how AWS reads times that do not end in `Z`, as the standard demands,
        // is not known. Here offsets are understood, and a text that is no time invalidates the
        // assertion.
        let not_on_or_after = match limit {
            Some(limit) => Some(seconds(limit).ok_or_else(|| Flaw::NoTime(limit.to_owned()))?),
            None => None,
        };
        Ok(Self {
            name_id,
            attributes,
            not_on_or_after,
        })
    }

    /// The limit, in seconds since 1970, if it is over.
    pub(super) fn expired_at(&self, now: i64) -> Option<i64> {
        self.not_on_or_after.filter(|limit| now >= *limit)
    }
}

/// The subject of a base64 SAML response or assertion, for reports.
pub(crate) fn saml_subject(response: &str) -> Option<String> {
    Some(Assertion::read(response).ok()?.name_id)
}

/// Compares the local name, because the prefix is the choice of the identity provider.
fn is(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

/// All text inside a node. Comments and processing instructions split it into several nodes.
/// Reading only the first would turn `alice@example.com<!-- -->.evil` into somebody else.
fn text(node: &Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect()
}

fn seconds(text: &str) -> Option<i64> {
    use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
    Some(
        DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset)
            .ok()?
            .secs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_do_not_matter_and_attributes_may_have_several_values() {
        let xml = r#"<p:Response xmlns:p="urn:p"><x:Assertion xmlns:x="urn:a">
            <x:Subject><x:NameID> alice </x:NameID></x:Subject>
            <x:Conditions NotOnOrAfter="1970-01-01T00:01:00Z"/>
            <x:AttributeStatement>
                <x:Attribute Name="mail"><x:AttributeValue>a@b</x:AttributeValue></x:Attribute>
                <x:Attribute Name="group"><x:AttributeValue>1</x:AttributeValue><x:AttributeValue>2</x:AttributeValue></x:Attribute>
            </x:AttributeStatement></x:Assertion></p:Response>"#;

        let assertion = Assertion::read(&STANDARD.encode(xml)).unwrap();

        assert_eq!(assertion.name_id, "alice");
        assert_eq!(
            Value::Object(assertion.attributes.clone()),
            serde_json::json!({"mail": "a@b", "group": ["1", "2"]})
        );
        assert_eq!(
            [59, 60].map(|now| assertion.expired_at(now)),
            [None, Some(60)]
        );
    }

    fn about(name_id: &str, limit: &str, value: &str) -> Option<Assertion> {
        let xml = format!(
            r#"<Assertion><Subject><NameID>{name_id}</NameID></Subject><Conditions{limit}/>
            <Attribute Name="a"><AttributeValue>{value}</AttributeValue></Attribute></Assertion>"#
        );
        Assertion::read(&STANDARD.encode(xml)).ok()
    }

    #[test]
    fn comments_and_processing_instructions_divide_no_text() {
        for (text, name) in [
            ("alice@x<!-- c -->.evil", "alice@x.evil"),
            ("alice@x<?pi?>.evil", "alice@x.evil"),
            ("<!-- c -->alice", "alice"),
            (" a<![CDATA[li]]>c&#101; ", "alice"),
        ] {
            let assertion = about(text, "", text).unwrap();

            assert_eq!(assertion.name_id, name, "{text}");
            assert_eq!(assertion.attributes["a"], name, "{text}");
        }
    }

    #[test]
    fn an_element_inside_a_name_makes_the_assertion_invalid() {
        for text in ["ali<b/>ce", "<b>alice</b>", "alice<b>.evil</b>"] {
            assert!(about(text, "", "").is_none(), "{text}");
        }
        let value = about("alice", "", "<b>1<c>2</c></b>3").unwrap();
        assert_eq!(value.attributes["a"], "123");
    }

    #[test]
    fn the_limit_may_be_written_with_an_offset_or_a_fraction() {
        for (limit, at) in [
            ("1970-01-01T00:01:00Z", 60),
            ("1970-01-01T00:01:00.900Z", 60),
            ("1970-01-01T02:01:00+02:00", 60),
            ("1969-12-31T19:31:00-04:30", 60),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            let assertion = about("alice", &format!(r#" NotOnOrAfter="{limit}""#), "").unwrap();

            let expired = [at - 1, at].map(|now| assertion.expired_at(now));
            assert_eq!(expired, [None, Some(at)], "{limit}");
        }
        assert_eq!(about("alice", "", "").unwrap().expired_at(i64::MAX), None);
    }

    #[test]
    fn a_limit_that_is_no_time_makes_the_assertion_invalid() {
        for limit in ["", "soon", "1970-01-01", "1970-13-01T00:00:00Z", "60"] {
            let attribute = format!(r#" NotOnOrAfter="{limit}""#);
            assert!(about("alice", &attribute, "").is_none(), "{limit}");
        }
    }

    #[test]
    fn a_text_that_is_no_assertion_is_rejected_without_a_panic() {
        for (text, flaw) in [
            ("", "what the base64 encodes is not XML"),
            ("!", "the value is not base64, as a SAML response is"),
            ("PGE+", "what the base64 encodes is not XML"),
            ("PGE+PC9hPg==", "the SAML response has no `Assertion`"),
            ("PEFzc2VydGlvbi8+", "the SAML response has no `NameID`"),
        ] {
            assert_eq!(
                Assertion::read(text).unwrap_err().to_string(),
                flaw,
                "{text}"
            );
        }
    }
}
