//! What an identity-pool token says.

use std::collections::BTreeMap;

use serde::Serialize;

/// Tag key to value, as in the tokens: each value is a list of one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tags {
    principal_tags: BTreeMap<String, [String; 1]>,
}

impl Tags {
    /// `None` for no tags. AWS: the claim is only there when there is something in it.
    pub(crate) fn new(tags: &BTreeMap<String, String>) -> Option<Self> {
        (!tags.is_empty()).then(|| Self {
            principal_tags: tags
                .iter()
                .map(|(key, value)| (key.clone(), [value.clone()]))
                .collect(),
        })
    }
}

/// The claims of a token of `GetOpenIdToken` and `GetOpenIdTokenForDeveloperIdentity`.
///
/// AWS: these and no others, in this order (tokens of 2017 to 2026).
#[derive(Debug, Serialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) amr: Vec<String>,
    #[serde(
        rename = "https://aws.amazon.com/tags",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) tags: Option<Tags>,
    pub(crate) iss: String,
    #[serde(
        rename = "https://cognito-identity.amazonaws.com/identity-pool-arn",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) identity_pool_arn: Option<String>,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
}

/// Regions that are not on by default in an account.
const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// Who signs for a Region. AWS: one issuer without a Region for the default Regions, a regional
/// one for China, `GovCloud`, the European cloud and those that have to be opted into.
pub(crate) fn issuer(region: &str) -> String {
    if region.starts_with("cn-") {
        format!("https://cognito-identity.{region}.amazonaws.com.cn")
    } else if region.starts_with("eusc-") {
        format!("https://cognito-identity.{region}.amazonaws.eu")
    } else if region.starts_with("us-gov-") || OPT_IN.contains(&region) {
        format!("https://cognito-identity.{region}.amazonaws.com")
    } else {
        "https://cognito-identity.amazonaws.com".to_owned()
    }
}

/// Whether tokens of this service are signed in this name, in whichever Region.
pub(crate) fn is_issuer(name: &str) -> bool {
    let host = name.strip_prefix("https://cognito-identity.");
    // In a name without a Region this finds `amazonaws`, a default Region as good as any.
    let region = host.and_then(|host| host.split('.').next());
    region.is_some_and(|region| issuer(region) == name)
}
