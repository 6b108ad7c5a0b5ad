//! The names of Regions and the hosts of AWS.

/// The domains of AWS: one per partition, and those of its dual-stack endpoints.
const SUFFIXES: [&str; 5] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
];
/// Identity ids have at most 55 characters, of which a colon and a UUID take 37.
const MAX_REGION_LENGTH: usize = 18;

/// Whether a text has the form of a Region's name.
///
/// Approximation: lower-case words and numbers with hyphens between them. There is no list of the
/// Regions that exist.
pub(crate) fn is_region(region: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    region.len() <= MAX_REGION_LENGTH
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && region.split('-').all(is_word)
}

/// The Region in the name of an AWS host. `None` if it is not a host of the service.
pub(super) fn region_of<'a>(host: &'a str, service: &str) -> Option<&'a str> {
    let (name, _port) = host.split_once(':').unwrap_or((host, ""));
    let (prefix, rest) = name.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let (plain, fips) = (service, format!("{service}-fips"));
    let is_of_service = [plain, &fips]
        .iter()
        .any(|known| prefix.eq_ignore_ascii_case(known));
    let is_of_aws = SUFFIXES
        .iter()
        .any(|known| suffix.eq_ignore_ascii_case(known));
    (is_of_service && is_of_aws).then_some(region)
}
