//! The names of Regions and the hosts of AWS.

use std::borrow::Cow;

use http::request::Parts;

use super::host;
use crate::operation::{Operation, Protocol};

/// The domains of
// AWS [HOST1]: one per partition, and those of its dual-stack endpoints.
const SUFFIXES: [&str; 5] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
];
/// The end of the first label of a FIPS endpoint.
const FIPS: &str = "-fips";
/// Identity ids have at most 55 characters, of which a colon and a UUID take 37.
const MAX_REGION_LENGTH: usize = 18;

/// Whether a text has the form of a Region's name.
// Approximation [HOST2]: lower-case words and numbers with hyphens between them. There is no list
// of the Regions that exist.
pub(crate) fn is_region(region: &str) -> bool {
    let mut previous = b'-';
    for byte in region.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'-' if previous != b'-' => {}
            _ => return false,
        }
        previous = byte;
    }
    previous != b'-'
        && region.len() <= MAX_REGION_LENGTH
        && region.starts_with(|first: char| first.is_ascii_lowercase())
}

/// The Region whose endpoint a request was sent to. `None` if the host is not an AWS endpoint of the
/// operation's service, as for a client that is given the mock's own address.
pub(crate) fn region_of_endpoint(parts: &Parts, operation: Operation) -> Option<Cow<'_, str>> {
    let host = host(parts)?;
    if operation.protocol() == Protocol::Query && is_global_sts(host) {
        return Some(Cow::Borrowed(GLOBAL_STS_REGION));
    }
    let region = region_of(host, signing_name(operation))?;
    let region = if region.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(region.to_ascii_lowercase())
    } else {
        Cow::Borrowed(region)
    };
    is_region(&region).then_some(region)
}

// AWS [HOST3]: STS has an endpoint without a Region, which belongs to this one.
const GLOBAL_STS_REGION: &str = "us-east-1";

fn is_global_sts(host: &str) -> bool {
    let (name, _port) = host.split_once(':').unwrap_or((host, ""));
    name.eq_ignore_ascii_case("sts.amazonaws.com")
}

/// The name of the operation's service in its hosts and in the scope of a signature.
pub(super) fn signing_name(operation: Operation) -> &'static str {
    match operation.protocol() {
        Protocol::Json => "cognito-identity",
        Protocol::Query => "sts",
    }
}

/// The Region in the name of an AWS host. `None` if it is not a host of the service.
pub(super) fn region_of<'a>(host: &'a str, service: &str) -> Option<&'a str> {
    // The mock's own address, at a glance.
    let first = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    if first(host) != first(service) {
        return None;
    }
    let (name, _port) = host.split_once(':').unwrap_or((host, ""));
    let (prefix, rest) = name.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let is_fips = |(_, end): &(&str, &str)| end.eq_ignore_ascii_case(FIPS);
    let end = prefix.len().saturating_sub(FIPS.len());
    let plain = prefix.split_at_checked(end).filter(is_fips);
    let plain = plain.map_or(prefix, |(plain, _)| plain);
    let is_of_service = plain.eq_ignore_ascii_case(service);
    let is_of_aws = SUFFIXES
        .iter()
        .any(|known| suffix.eq_ignore_ascii_case(known));
    (is_of_service && is_of_aws).then_some(region)
}

/// The service that a host of AWS belongs to, by the name that its endpoints and signatures bear:
/// `s3` for `photos.s3.eu-west-1.amazonaws.com`. `None` if the host is not one of AWS.
pub(crate) fn service_of(host: &str) -> Option<&str> {
    let (name, _port) = host.split_once(':').unwrap_or((host, ""));
    let prefix = SUFFIXES.iter().chain(&["on.aws"]).find_map(|suffix| {
        let (rest, end) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
        let rest = rest.strip_suffix('.')?;
        end.eq_ignore_ascii_case(suffix).then_some(rest)
    })?;
    // Before the Region stands the service, and before that may stand a bucket or an account.
    let service = prefix
        .rsplit('.')
        .find(|label| !is_region_label(label) && !label.eq_ignore_ascii_case("dualstack"))
        .filter(|service| !service.is_empty())?;
    let end = service.len().saturating_sub(FIPS.len());
    match service.split_at_checked(end) {
        Some((service, end)) if end.eq_ignore_ascii_case(FIPS) => Some(service),
        _ => Some(service),
    }
}

/// Whether a label of a host is the name of a Region: `eu-west-1`, and not `execute-api`.
fn is_region_label(label: &str) -> bool {
    let is_number = |last: &str| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    label.split('-').count() > 2 && label.rsplit('-').next().is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn region(host: &str, operation: Operation) -> Option<String> {
        let request = Request::post("/").header("host", host).body(()).unwrap();
        let (parts, ()) = request.into_parts();
        region_of_endpoint(&parts, operation).map(Cow::into_owned)
    }

    #[test]
    fn an_endpoint_of_aws_names_its_region() {
        for (host, expected) in [
            ("cognito-identity.eu-west-1.amazonaws.com", "eu-west-1"),
            ("cognito-identity.eu-west-1.amazonaws.com:443", "eu-west-1"),
            ("Cognito-Identity.EU-West-1.AmazonAWS.com", "eu-west-1"),
            ("cognito-identity-fips.us-west-2.amazonaws.com", "us-west-2"),
            ("cognito-identity.us-west-2.api.aws", "us-west-2"),
            ("cognito-identity-fips.us-west-2.api.aws", "us-west-2"),
            ("cognito-identity.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (
                "cognito-identity.eusc-de-east-1.amazonaws.eu",
                "eusc-de-east-1",
            ),
        ] {
            let actual = region(host, Operation::GetId);
            assert_eq!(actual.as_deref(), Some(expected), "{host}");
        }
    }

    #[test]
    fn an_endpoint_of_sts_names_its_region_or_none() {
        for (host, expected) in [
            ("sts.eu-west-1.amazonaws.com", "eu-west-1"),
            ("sts-fips.us-west-2.amazonaws.com", "us-west-2"),
            ("sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("sts.amazonaws.com", "us-east-1"),
            ("STS.amazonaws.com:443", "us-east-1"),
        ] {
            let actual = region(host, Operation::GetCallerIdentity);
            assert_eq!(actual.as_deref(), Some(expected), "{host}");
        }
    }

    #[test]
    fn other_hosts_name_no_region() {
        for host in [
            "127.0.0.1:49152",
            "localhost",
            "cognito-identity.amazonaws.com",
            "cognito-identity.eu-west-1.example.com",
            "cognito-identity.eu_west_1.amazonaws.com",
            "cognito-idp.eu-west-1.amazonaws.com",
            "sts.eu-west-1.amazonaws.com",
            "sts.amazonaws.com",
        ] {
            assert_eq!(region(host, Operation::GetId), None, "{host}");
        }
        let of_another_service = "cognito-identity.eu-west-1.amazonaws.com";
        assert_eq!(
            region(of_another_service, Operation::GetCallerIdentity),
            None
        );
    }

    #[test]
    fn a_host_of_aws_names_its_service() {
        for (host, service) in [
            ("s3.amazonaws.com", "s3"),
            ("photos.s3.amazonaws.com", "s3"),
            ("s3.eu-west-1.amazonaws.com", "s3"),
            ("my.photos.s3.eu-west-1.amazonaws.com:443", "s3"),
            ("photos.s3.dualstack.us-east-1.amazonaws.com", "s3"),
            ("s3-fips.us-gov-west-1.amazonaws.com", "s3"),
            ("dynamodb.eu-west-1.amazonaws.com", "dynamodb"),
            ("123456789012.ddb.eu-west-1.amazonaws.com", "ddb"),
            ("a1b2c3.execute-api.eu-west-1.amazonaws.com", "execute-api"),
            ("a1b2c3.lambda-url.eu-west-1.on.aws", "lambda-url"),
            ("iam.amazonaws.com", "iam"),
            ("sqs.cn-north-1.amazonaws.com.cn", "sqs"),
            ("Lambda.eu-west-1.api.aws", "Lambda"),
            (
                "cognito-identity.eu-west-1.amazonaws.com",
                "cognito-identity",
            ),
        ] {
            assert_eq!(service_of(host), Some(service), "{host}");
        }
        for host in [
            "",
            "amazonaws.com",
            "127.0.0.1:80",
            "minio.test",
            "s3.example.com",
            "aws",
        ] {
            assert_eq!(service_of(host), None, "{host}");
        }
    }
}
