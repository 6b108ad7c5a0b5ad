//! JSON as a transcript shows it: members in alphabetical order, and a line for each of them where
//! one line is too short for all.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// The most characters of a line.
const WIDTH: usize = 100;

pub(super) fn json(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, 0);
    out
}

fn write(out: &mut String, value: &Value, indent: usize) {
    let line = on_one_line(value);
    if indent + line.chars().count() <= WIDTH {
        out.push_str(&line);
        return;
    }
    let (inner, end) = (" ".repeat(indent + 2), " ".repeat(indent));
    match value {
        Value::Object(members) => {
            out.push('{');
            for (index, (name, value)) in sorted(members).into_iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                out.push_str(&format!("{comma}\n{inner}{}: ", Value::from(name.as_str())));
                write(out, value, indent + 2);
            }
            out.push_str(&format!("\n{end}}}"));
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "\n" } else { ",\n" });
                out.push_str(&inner);
                write(out, element, indent + 2);
            }
            out.push_str(&format!("\n{end}]"));
        }
        _ => out.push_str(&line),
    }
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = sorted(members).into_iter();
            let members = members.map(|(name, value)| {
                format!("{}: {}", Value::from(name.as_str()), on_one_line(value))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(on_one_line).collect();
            format!("[{}]", elements.join(", "))
        }
        _ => value.to_string(),
    }
}

fn sorted(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    members
}

/// An answer of STS as if it were JSON. The id of the request is left out.
pub(super) fn value_of_xml(text: &str) -> Option<Value> {
    let document = Document::parse(text).ok()?;
    let mut value = of_element(document.root_element());
    let members = value.as_object_mut()?;
    members.remove("ResponseMetadata");
    members.remove("RequestId");
    Some(value)
}

fn of_element(element: Node<'_, '_>) -> Value {
    let children = element.children().filter(Node::is_element);
    let members: Map<String, Value> = children
        .map(|child| (child.tag_name().name().to_owned(), of_element(child)))
        .collect();
    if members.is_empty() {
        Value::from(element.text().unwrap_or_default())
    } else {
        Value::Object(members)
    }
}
