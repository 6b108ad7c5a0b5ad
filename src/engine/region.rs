//! What depends on the name of a Region: its partition, its token issuer, and the id of its signing
//! key.

/// Cognito's own key in `Logins`.
// AWS [LOGIN7]: tokens of `GetOpenIdTokenForDeveloperIdentity` go under it.
pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";
/// The same key in the Chinese partition.
// Approximation [Q6]: by analogy with its other hosts.
const COGNITO_CHINA: &str = "cognito-identity.cn-north-1.amazonaws.com.cn";

/// The Regions that an account must opt into.
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

/// The partition of a Region, which is the second part of an ARN.
pub(crate) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else if region.starts_with("eusc-") {
        "aws-eusc"
    } else {
        "aws"
    }
}

/// The issuer of the tokens of a Region.
// AWS [TOKEN6]: the default Regions share one issuer without a Region; China, `GovCloud`, the
// European cloud and opt-in Regions have regional ones.
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

/// Whether this is the issuer of the tokens of any Region.
pub(super) fn is_issuer(name: &str) -> bool {
    let host = name.strip_prefix("https://cognito-identity.");
    // Without a Region in the name this is `amazonaws`, which counts as a default Region.
    let region = host.and_then(|host| host.split('.').next());
    region.is_some_and(|region| issuer(region) == name)
}

/// The id of the signing key of a Region.
// AWS [TOKEN2]: it is the Region and a number (seen 2024-2025 for us-east-1).
pub(super) fn key_id(region: &str) -> String {
    format!("{region}-7")
}

/// Whether a key in `Logins` is Cognito's own.
pub(super) fn is_cognito(key: &str) -> bool {
    key == COGNITO || key == COGNITO_CHINA
}

/// Whether a text has the form of a Region name. The patterns of the API model say `[\w-]+`.
pub(super) fn is_region_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_know_their_partition() {
        let regions = ["us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"];

        assert_eq!(
            regions.map(partition),
            ["aws", "aws-cn", "aws-us-gov", "aws-eusc"]
        );
    }
}
