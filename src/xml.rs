//! Escapes text for XML 1.0.

use std::borrow::Cow;

/// Escapes a text for the content of an element.
///
/// A character that XML 1.0 cannot express becomes U+FFFD, because a parser would reject the whole
/// document for it.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        // A parser reads an unescaped carriage return as a line feed.
        '\r' => Some("&#13;"),
        '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'.. => None,
        _ => Some("\u{fffd}"),
    })
}

/// Escapes a text for the value of an attribute in double quotes.
pub(crate) fn escape_attribute(text: &str) -> String {
    let text = escape(text);
    // A parser reads an unescaped tab or line feed as a space.
    let text = replaced(&text, |c| match c {
        '"' => Some("&quot;"),
        '\t' => Some("&#9;"),
        '\n' => Some("&#10;"),
        _ => None,
    });
    text.into_owned()
}

/// Replaces each character for which there is a `replacement`.
fn replaced(text: &str, replacement: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let Some(first) = text.find(|c| replacement(c).is_some()) else {
        return Cow::Borrowed(text);
    };
    let mut replaced = text[..first].to_owned();
    for c in text[first..].chars() {
        match replacement(c) {
            Some(other) => replaced.push_str(other),
            None => replaced.push(c),
        }
    }
    Cow::Owned(replaced)
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;

    #[test]
    fn only_markup_is_escaped() {
        assert_eq!(
            escape("a<b>&amp;\"c'\t\n\r"),
            "a&lt;b&gt;&amp;amp;\"c'\t\n&#13;"
        );
        assert_eq!(
            escape_attribute("a<b>&\"c'\t\n\r"),
            "a&lt;b&gt;&amp;&quot;c'&#9;&#10;&#13;"
        );
        assert!(matches!(escape("as it is: ä😀"), Cow::Borrowed(_)));
    }

    /// The texts have the characters at the edges of the ranges that XML 1.0 allows.
    #[test]
    fn a_parser_reads_the_original_text() {
        for (text, read) in [
            ("\0\u{1}\u{8}\u{b}\u{c}\u{e}\u{1f}", "\u{fffd}".repeat(7)),
            ("\u{fffe}\u{ffff}", "\u{fffd}".repeat(2)),
            ("\t\n\r ", "\t\n\r ".to_owned()),
            (
                "\u{7f}\u{80}\u{85}\u{9f}",
                "\u{7f}\u{80}\u{85}\u{9f}".to_owned(),
            ),
            (
                "\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}",
                "\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}".to_owned(),
            ),
            ("]]>&lt;\"'", "]]>&lt;\"'".to_owned()),
        ] {
            let (content, value) = (escape(text), escape_attribute(text));
            let xml = format!("<e a=\"{value}\">{content}</e>");

            let document = Document::parse(&xml).unwrap();

            let element = document.root_element();
            assert_eq!(element.text(), Some(&*read), "{text:?}");
            assert_eq!(element.attribute("a"), Some(&*read), "{text:?}");
        }
    }
}
