//! Compares an expected input with the received ones, field by field.
//!
//! Only the fields that the expected input sets are compared. Maps match as a subset, lists
//! exactly. Of values that are almost equal, the difference is named.

use std::fmt;

use super::layout::{INDENT, MARK, Table, widest};
use super::near_miss::near_miss;
use crate::fields::{Field, Fields, Value};

/// The result of the comparison, if no received call had the expected input.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    expected: Fields,
    compared: usize,
    nearest: Option<(usize, Comparison)>,
}

/// Looks for a call with the expected input. The calls come with their numbers.
pub(crate) fn find(
    expected: Fields,
    calls: impl IntoIterator<Item = (usize, Fields)>,
) -> Result<(), Box<Mismatch>> {
    let mut nearest: Option<(usize, Comparison)> = None;
    let mut compared = 0;
    for (number, received) in calls {
        let comparison = Comparison::of(&expected, &received);
        let differing = comparison.differing();
        if differing == 0 {
            return Ok(());
        }
        // Of two equally near calls, the later one is more likely to be the one under test.
        if nearest
            .as_ref()
            .is_none_or(|(_, best)| differing <= best.differing())
        {
            nearest = Some((number, comparison));
        }
        compared += 1;
    }
    Err(Box::new(Mismatch {
        expected,
        compared,
        nearest,
    }))
}

impl Mismatch {
    /// The expected fields.
    pub(super) fn expected(&self) -> Table<'_> {
        Table(&self.expected)
    }

    /// The number of calls that were compared.
    pub(super) fn compared(&self) -> usize {
        self.compared
    }

    /// The number of the call that the report names.
    pub(crate) fn named(&self) -> Option<usize> {
        self.nearest.as_ref().map(|(number, _)| *number)
    }

    /// The call with the fewest differences, and its number.
    pub(super) fn nearest(&self) -> Option<(usize, &Comparison)> {
        self.nearest
            .as_ref()
            .map(|(number, comparison)| (*number, comparison))
    }
}

/// An expected input beside a received one.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    fields: Vec<ComparedField>,
}

#[derive(Clone, Debug)]
struct ComparedField {
    path: String,
    expected: Option<Field>,
    received: Option<Field>,
    equal: bool,
    /// The path of an entry that was received instead, whose key is almost that of this one.
    other_key: Option<(String, String)>,
}

impl Comparison {
    fn of(expected: &Fields, received: &Fields) -> Self {
        let of_expected = expected.fields.iter().map(|field| {
            let other = received
                .fields
                .iter()
                .find(|other| other.path == field.path);
            let equal = match field.value {
                // Every map has the entries of an empty one, but there must be a map.
                Value::EmptyMap => {
                    let entry = format!("{}[", field.path);
                    other.is_some()
                        || received
                            .fields
                            .iter()
                            .any(|other| other.path.starts_with(&entry))
                }
                Value::Text(_) | Value::Literal(_) | Value::EmptyList => {
                    other.is_some_and(|other| other.value == field.value)
                }
            };
            ComparedField {
                path: field.redacted_path(),
                expected: Some(field.clone()),
                received: other.cloned(),
                equal,
                other_key: if other.is_none() {
                    nearest_key(&field.path, received)
                } else {
                    None
                },
            }
        });
        let mut fields: Vec<ComparedField> = of_expected.collect();
        for field in &received.fields {
            let is_known = expected.fields.iter().any(|other| other.path == field.path);
            if !is_known && expected.lists.iter().any(|list| is_in(list, &field.path)) {
                fields.push(ComparedField {
                    path: field.redacted_path(),
                    expected: None,
                    received: Some(field.clone()),
                    equal: false,
                    other_key: None,
                });
            }
        }
        Self { fields }
    }

    fn differing(&self) -> usize {
        self.fields.iter().filter(|field| !field.equal).count()
    }

    /// How many fields are equal, and how many were compared.
    pub(super) fn score(&self) -> (usize, usize) {
        let all = self.fields.len();
        (all - self.differing(), all)
    }
}

/// Whether `path` is the list itself (if it is empty) or inside one of its elements.
fn is_in(list: &str, path: &str) -> bool {
    path.strip_prefix(list)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

/// Looks in the same map for an entry whose key is almost that of `path`. Returns its path and the
/// difference.
fn nearest_key(path: &str, received: &Fields) -> Option<(String, String)> {
    let (map, key) = path.split_once("[\"")?;
    received.fields.iter().find_map(|field| {
        let (other_map, other_key) = field.path.split_once("[\"")?;
        let difference = near_miss(key.strip_suffix("\"]")?, other_key.strip_suffix("\"]")?)?;
        (map == other_map).then(|| (field.redacted_path(), difference))
    })
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = widest(self.fields.iter().map(|field| field.path.as_str()));
        let shown = |field: &Option<Field>| {
            field
                .as_ref()
                .map_or_else(|| "<not set>".to_owned(), Field::redacted_value)
        };
        for field in &self.fields {
            let path = &field.path;
            if field.equal {
                let value = shown(&field.expected);
                writeln!(f, "{INDENT}{path:width$}   {value}")?;
                continue;
            }
            let expected = shown(&field.expected);
            let received = shown(&field.received);
            writeln!(f, "{MARK}{path:width$}   expected {expected}")?;
            write!(f, "{INDENT}{:width$}   received {received}", "")?;
            if let Some(byte) = field.hidden_difference() {
                write!(f, ", first difference at byte {byte}")?;
            }
            if let Some(difference) = field.near_miss() {
                write!(f, ", {difference}")?;
            }
            if let Some((other, difference)) = &field.other_key {
                write!(f, ", but {other} {difference}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl ComparedField {
    /// The difference between two texts that are almost the same, if both are printed whole.
    fn near_miss(&self) -> Option<String> {
        let whole_text = |field: &Option<Field>| {
            let field = field.as_ref()?;
            let Value::Text(text) = &field.value else {
                return None;
            };
            (field.redacted_value() == format!("{text:?}")).then(|| text.clone())
        };
        near_miss(&whole_text(&self.expected)?, &whole_text(&self.received)?)
    }

    /// The first byte in which two texts differ, if they look the same because they are cut.
    fn hidden_difference(&self) -> Option<usize> {
        let (Some(expected), Some(received)) = (&self.expected, &self.received) else {
            return None;
        };
        let (Value::Text(a), Value::Text(b)) = (&expected.value, &received.value) else {
            return None;
        };
        if expected.is_secret() || expected.redacted_value() != received.redacted_value() {
            return None;
        }
        a.bytes().zip(b.bytes()).position(|(a, b)| a != b)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::get_id::builders::GetIdInputBuilder;
    use aws_sdk_cognitoidentity::operation::untag_resource::UntagResourceInput;
    use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
    use aws_smithy_schema::serde::SerializableStruct;
    use expect_test::expect;

    use super::*;
    use crate::fields::flatten;

    fn compare(expected: &dyn SerializableStruct, received: &dyn SerializableStruct) -> Comparison {
        Comparison::of(&flatten(expected), &flatten(received))
    }

    fn get_id(set: impl FnOnce(GetIdInputBuilder) -> GetIdInputBuilder) -> GetIdInput {
        set(GetIdInput::builder()).build().unwrap()
    }

    fn keys(keys: &[&str]) -> UntagResourceInput {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        UntagResourceInput::builder()
            .set_tag_keys(Some(keys))
            .build()
            .unwrap()
    }

    #[test]
    fn only_the_fields_that_the_expected_input_sets_are_compared() {
        let received = get_id(|input| input.account_id("1").identity_pool_id("pool"));

        let nothing = compare(&get_id(|input| input), &received);
        let pool = compare(&get_id(|input| input.identity_pool_id("pool")), &received);

        assert_eq!((nothing.differing(), nothing.score()), (0, (0, 0)));
        assert_eq!((pool.differing(), pool.score()), (0, (1, 1)));
    }

    #[test]
    fn maps_match_as_a_subset() {
        let received = get_id(|input| input.logins("a", "1").logins("b", "2"));

        let subset = compare(&get_id(|input| input.logins("b", "2")), &received);
        let empty = compare(
            &get_id(|input| input.set_logins(Some([].into()))),
            &received,
        );
        let more = compare(&get_id(|input| input.logins("c", "3")), &received);
        let unset = compare(
            &get_id(|input| input.set_logins(Some([].into()))),
            &get_id(|input| input),
        );

        assert_eq!(subset.differing(), 0);
        assert_eq!(empty.differing(), 0);
        assert_eq!(more.differing(), 1);
        assert_eq!(unset.differing(), 1);
    }

    #[test]
    fn lists_match_exactly() {
        assert_eq!(
            compare(&keys(&["a", "b"]), &keys(&["a", "b"])).differing(),
            0
        );
        assert_eq!(
            compare(&keys(&["a", "b"]), &keys(&["b", "a"])).differing(),
            2
        );
        assert_eq!(compare(&keys(&["a"]), &keys(&["a", "b"])).differing(), 1);
        assert_eq!(compare(&keys(&["a", "b"]), &keys(&["a"])).differing(), 1);
        assert_eq!(compare(&keys(&[]), &keys(&[])).differing(), 0);
        assert_ne!(compare(&keys(&[]), &keys(&["a"])).differing(), 0);
        assert_ne!(compare(&keys(&["a"]), &keys(&[])).differing(), 0);
    }

    #[test]
    fn elements_of_lists_match_exactly_too() {
        let pool = |provider: CognitoIdentityProvider| {
            CreateIdentityPoolInput::builder()
                .cognito_identity_providers(provider)
                .build()
                .unwrap()
        };
        let name_only = CognitoIdentityProvider::builder()
            .provider_name("p")
            .build();
        let with_client = CognitoIdentityProvider::builder()
            .provider_name("p")
            .client_id("c")
            .build();

        let comparison = compare(&pool(name_only), &pool(with_client));

        expect![[r#"
            fields:
                CognitoIdentityProviders[0].ProviderName   "p"
              ✗ CognitoIdentityProviders[0].ClientId       expected <not set>
                                                           received "c"
        "#]]
        .assert_eq(&format!("fields:\n{comparison}"));
    }

    #[test]
    fn the_nearest_call_is_the_last_one_with_the_fewest_differences() {
        let expected = get_id(|input| input.account_id("1").identity_pool_id("pool"));
        let neither = get_id(|input| input.account_id("2"));
        let half = get_id(|input| input.account_id("1"));
        let other_half = get_id(|input| input.identity_pool_id("pool"));
        let calls = [(1, &half), (3, &neither), (4, &other_half), (5, &neither)];
        let calls = calls.map(|(number, call)| (number, flatten(call)));

        let mismatch = find(flatten(&expected), calls).unwrap_err();

        assert_eq!(mismatch.compared(), 4);
        let (number, comparison) = mismatch.nearest().unwrap();
        assert_eq!((number, comparison.score()), (4, (1, 2)));
    }

    #[test]
    fn a_value_that_is_almost_the_expected_one() {
        let pool = "us-east-1:00000000-0000-4000-8000-000000000001";
        let other_region = pool.replace("us-east-1", "eu-west-1");
        let expected = get_id(|input| {
            let input = input.identity_pool_id(pool).account_id("123456789012");
            input.logins("accounts.google.com", "t").logins("a", "b")
        });
        let received = get_id(|input| {
            let input = input
                .identity_pool_id(other_region)
                .account_id("12345678902");
            input.logins("https://accounts.google.com", "t")
        });

        let comparison = compare(&expected, &received);

        expect![[r#"
            fields:
              ✗ AccountId                       expected "123456789012"
                                                received "12345678902", lacks one character (`1`)
              ✗ IdentityPoolId                  expected "us-east-1:00000000-0000-4000-8000-000000000001"
                                                received "eu-west-1:00000000-0000-4000-8000-000000000001", differs only in the Region
              ✗ Logins["a"]                     expected "b"
                                                received <not set>
              ✗ Logins["accounts.google.com"]   expected "t"
                                                received <not set>, but Logins["https://accounts.google.com"] differs only by `https://`
        "#]]
        .assert_eq(&format!("fields:\n{comparison}"));
    }

    #[test]
    fn what_is_not_printed_whole_is_not_compared_by_character() {
        let token = |end: &str| format!("eyJraWQ{}{end}", "x".repeat(400));
        let expected = get_id(|input| input.logins("accounts.google.com", token("a")));
        let received = get_id(|input| input.logins("accounts.google.com", token("")));

        let comparison = compare(&expected, &received).to_string();

        assert!(!comparison.contains("one character"), "{comparison}");
    }

    #[test]
    fn cut_texts_that_look_the_same_show_their_first_difference() {
        let token = |end: &str| format!("eyJraWQ{}{end}", "x".repeat(400));
        let expected = get_id(|input| input.logins("accounts.google.com", token("a")));
        let received = get_id(|input| input.logins("accounts.google.com", token("b")));

        let comparison = compare(&expected, &received);

        expect![[r#"
            fields:
              ✗ Logins["accounts.google.com"]   expected "eyJra…" (408 bytes)
                                                received "eyJra…" (408 bytes), first difference at byte 407
        "#]]
        .assert_eq(&format!("fields:\n{comparison}"));
    }
}
