//! The tags of pools, and the rules for them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentity::operation::list_tags_for_resource::{
    ListTagsForResourceInput, ListTagsForResourceOutput,
};
use aws_sdk_cognitoidentity::operation::tag_resource::{TagResourceInput, TagResourceOutput};
use aws_sdk_cognitoidentity::operation::untag_resource::{UntagResourceInput, UntagResourceOutput};

use super::Engine;
use super::arn::{Arn, pool_arn, user_arn};
use super::context::Context;
use super::explain::{did_you_mean, quoted};
use super::region::partition;
use super::state::Pool;
use crate::error::ServiceError;

// AWS [QUOTA6]: a resource carries at most this many tags.
// <https://docs.aws.amazon.com/cognito/latest/developerguide/tagging.html>
const MOST_TAGS: usize = 50;

impl Engine {
    /// Adds tags to the identity pool that an ARN names. Tags with the same keys are overwritten.
    ///
    /// API reference: [`TagResource`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_TagResource.html).
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::operation::tag_resource::TagResourceInput;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # let mock = MockCognitoIdentity::in_memory();
    /// # let pool = mock.seed_pool("app");
    /// let id = pool.id();
    /// let arn = format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{id}");
    /// let input = TagResourceInput::builder().resource_arn(arn).tags("team", "shop");
    /// mock.with_engine(|engine| engine.tag_resource(input.build().unwrap())).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// * `AccessDeniedException`: the resource is not named by an ARN.
    /// * `InvalidParameterException`: the ARN is not that of an identity pool, or a tag breaks the
    ///   rules.
    /// * `ResourceNotFoundException`: the pool does not exist in the Region and the account.
    pub fn tag_resource(
        &mut self,
        input: TagResourceInput,
    ) -> Result<TagResourceOutput, ServiceError> {
        let pool = self.tagged_pool(input.resource_arn.as_deref(), "TagResource")?;
        let mut tags = pool.tags.clone();
        tags.extend(input.tags.unwrap_or_default());
        pool.tags = checked(tags)?;
        Ok(TagResourceOutput::builder().build())
    }

    /// Removes tags from the identity pool that an ARN names. Keys that it does not have are
    /// ignored.
    ///
    /// API reference: [`UntagResource`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UntagResource.html).
    ///
    /// # Errors
    ///
    /// * `AccessDeniedException`: the resource is not named by an ARN.
    /// * `InvalidParameterException`: the ARN is not that of an identity pool.
    /// * `ResourceNotFoundException`: the pool does not exist in the Region and the account.
    pub fn untag_resource(
        &mut self,
        input: UntagResourceInput,
    ) -> Result<UntagResourceOutput, ServiceError> {
        let pool = self.tagged_pool(input.resource_arn.as_deref(), "UntagResource")?;
        for key in input.tag_keys.unwrap_or_default() {
            pool.tags.remove(&key);
        }
        Ok(UntagResourceOutput::builder().build())
    }

    /// Returns the tags of the identity pool that an ARN names.
    ///
    /// API reference: [`ListTagsForResource`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListTagsForResource.html).
    ///
    /// # Errors
    ///
    /// * `AccessDeniedException`: the resource is not named by an ARN.
    /// * `InvalidParameterException`: the ARN is not that of an identity pool.
    /// * `ResourceNotFoundException`: the pool does not exist in the Region and the account.
    pub fn list_tags_for_resource(
        &mut self,
        input: ListTagsForResourceInput,
    ) -> Result<ListTagsForResourceOutput, ServiceError> {
        let pool = self.tagged_pool(input.resource_arn.as_deref(), "ListTagsForResource")?;
        let tags = HashMap::from_iter(pool.tags.clone());
        Ok(ListTagsForResourceOutput::builder()
            .set_tags(Some(tags))
            .build())
    }

    /// The pool whose tags `operation` reads or changes.
    fn tagged_pool(
        &mut self,
        arn: Option<&str>,
        operation: &str,
    ) -> Result<&mut Pool, ServiceError> {
        let arn = arn.unwrap_or_default();
        let id = pool_id(arn, operation, &self.context)?;
        self.pool_mut(id).map(|(pool, _)| pool)
    }
}

/// Checks the rules for tags: not too many, allowed characters only, no reserved key. Their lengths
/// are constraints of the API model.
// Approximation [P10, Q19]: AWS documents the rules, but the texts of its errors are unknown.
pub(super) fn checked(
    tags: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let tags = BTreeMap::from_iter(tags);
    if tags.len() > MOST_TAGS {
        let text = format!("An identity pool can carry {MOST_TAGS} tags at most.");
        let why = format!(
            "the pool would have {} tags, {MOST_TAGS} are the most",
            tags.len()
        );
        return Err(ServiceError::invalid_parameter(text).because(why));
    }
    for (key, value) in &tags {
        // AWS [TAG4]: `aws:` is reserved. Approximation [Q20]: in upper and lower case, as AWS's
        // general rules for tags say; Cognito's own rules name the lower case only.
        if key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
        {
            let text = format!("The tag key '{key}' begins with 'aws:', which is reserved.");
            let why = format!("{} begins with aws:, which only AWS may use", quoted(key));
            return Err(ServiceError::invalid_parameter(text).because(why));
        }
        if let Some(other) = key
            .chars()
            .chain(value.chars())
            .find(|c| !is_tag_character(*c))
        {
            let text = format!("The tag '{key}' contains characters that are not allowed.");
            return Err(ServiceError::invalid_parameter(text).because(format!(
                "the tag {} = {} has the character {other:?}; allowed are A-Z, a-z, 0-9, space and \
                 _.:/=+-@",
                quoted(key),
                quoted(value)
            )));
        }
    }
    Ok(tags)
}

// AWS [TAG3]: the letters and digits are those of ASCII, as the developer guide lists them.
fn is_tag_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c)
}

/// The id in the ARN of a pool of the caller's Region and account.
fn pool_id<'a>(arn: &'a str, operation: &str, context: &Context) -> Result<&'a str, ServiceError> {
    // AWS [TAG5]: a text that is no ARN is taken for a resource that the caller has no rights to,
    // even if it is the id of a pool (seen 2019).
    if !arn.starts_with("arn:") {
        return Err(access_denied(arn, operation, context));
    }
    // AWS [P11, TAG6]: another service, another kind of resource and an empty id get another error
    // than another Region or account (measured by others, 2026).
    let named = Arn::parse(arn)
        .filter(|arn| arn.service == "cognito-identity")
        .and_then(|arn| Some((arn, arn.resource.strip_prefix("identitypool/")?)))
        .filter(|(_, id)| !id.is_empty());
    let Some((arn, id)) = named else {
        let text = "Invalid Cognito Identity resource ARN.";
        return Err(ServiceError::invalid_parameter(text).because(format!(
            "{} does not have the form {}",
            quoted(arn),
            pool_arn(&context.region, context.account_id(), "<pool id>")
        )));
    };
    // Approximation [TAG6, Q21]: the text for another Region, account or partition is unknown.
    for (part, given, own) in [
        ("Region", arn.region, &*context.region),
        ("account", arn.account, context.account_id()),
        ("partition", arn.partition, partition(&context.region)),
    ] {
        if given != own {
            let hint = did_you_mean(given, [own]);
            return Err(ServiceError::pool_not_found(id).because(format!(
                "the ARN names the {part} {}, and the call is for {}{hint}",
                quoted(given),
                quoted(own)
            )));
        }
    }
    Ok(id)
}

// Approximation [A1]: the mock does not know who calls. On AWS the ARN is that of the user or role
// who signed the request.
fn access_denied(resource: &str, operation: &str, context: &Context) -> ServiceError {
    let user = user_arn(&context.region, context.account_id());
    ServiceError::known(
        "AccessDeniedException",
        format!(
            "User: {user} is not authorized to perform: cognito-identity:{operation} on resource: \
             {resource}"
        ),
    )
    .because(format!(
        "{} is no ARN; that of a pool has the form {}",
        quoted(resource),
        pool_arn(&context.region, context.account_id(), "<pool id>")
    ))
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    #[test]
    fn tags_are_checked_for_reserved_keys_and_characters() {
        let allowed = |key: &str, value: &str| checked([(key.into(), value.into())]).is_ok();

        assert!(allowed("a Z_9.:/=+-@", "a Z_9.:/=+-@"));
        assert!(allowed("key", ""));
        assert!(allowed("awsome", "aws:"));
        assert!(!allowed("aws:key", ""));
        assert!(!allowed("AWS:key", ""));
        assert!(!allowed("key!", ""));
        assert!(!allowed("key", "välue"));
        assert!(!allowed("€€", ""));
    }

    #[test]
    fn an_arn_must_name_a_pool() {
        let context = Context::new(Settings::default());

        for arn in [
            "arn:",
            "arn:aws:cognito-identity:us-east-1",
            "arn:aws:cognito-idp:us-east-1:123456789012:identitypool/us-east-1:0",
            "arn:aws:cognito-identity:us-east-1:123456789012:us-east-1:0",
            "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/",
        ] {
            assert_eq!(
                pool_id(arn, "TagResource", &context)
                    .unwrap_err()
                    .to_string(),
                "InvalidParameterException: Invalid Cognito Identity resource ARN.",
                "{arn}"
            );
        }
        let arn = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:0";
        assert_eq!(pool_id(arn, "TagResource", &context), Ok("us-east-1:0"));
    }
}
