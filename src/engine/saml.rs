//! The two things that a SAML response is read for: who it is about, and what it says of them.
//!
//! Signatures are not checked: the keys are in IAM, which is not here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// What a SAML assertion says.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) name_id: String,
    /// Attribute name to its value, or to a list of several.
    pub(super) attributes: Map<String, Value>,
    /// `NotOnOrAfter` of its conditions, in seconds since 1970.
    not_on_or_after: Option<i64>,
}

impl Assertion {
    /// Reads a base64 response or assertion. `None` if it is none or names nobody.
    pub(super) fn read(response: &str) -> Option<Self> {
        let bytes: Vec<u8> = response
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let xml = String::from_utf8(STANDARD.decode(bytes).ok()?).ok()?;
        let document = Document::parse(&xml).ok()?;
        let assertion = document.descendants().find(|node| is(node, "Assertion"))?;
        let find = |name| assertion.descendants().find(|node| is(node, name));
        let name_id = find("NameID")?.text()?.trim();
        if name_id.is_empty() {
            return None;
        }
        let mut attributes = Map::new();
        for attribute in assertion.descendants().filter(|node| is(node, "Attribute")) {
            let values = attribute
                .children()
                .filter(|node| is(node, "AttributeValue"));
            let mut values: Vec<Value> = values
                .map(|node| node.text().unwrap_or_default().trim().into())
                .collect();
            let value = if values.len() == 1 {
                values.remove(0)
            } else {
                Value::Array(values)
            };
            attributes.insert(attribute.attribute("Name")?.to_owned(), value);
        }
        let limit = find("Conditions").and_then(|node| node.attribute("NotOnOrAfter"));
        Some(Self {
            name_id: name_id.to_owned(),
            attributes,
            not_on_or_after: limit.and_then(seconds),
        })
    }

    pub(super) fn expired_at(&self, now: i64) -> bool {
        self.not_on_or_after.is_some_and(|limit| now >= limit)
    }
}

/// By local name: the prefix is the identity provider's choice.
fn is(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn seconds(text: &str) -> Option<i64> {
    use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
    Some(
        DateTime::from_str(text, DateTimeFormat::DateTime)
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
        assert!(!assertion.expired_at(59) && assertion.expired_at(60));
    }

    #[test]
    fn what_is_no_assertion_is_refused_without_a_panic() {
        for text in ["", "!", "PGE+", "PGE+PC9hPg==", "PEFzc2VydGlvbi8+"] {
            assert!(Assertion::read(text).is_none(), "{text}");
        }
    }
}
