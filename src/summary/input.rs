//! The input of a call in words: the members that tell calls apart.

use super::login::Login;
use super::vocabulary::{Fingerprint, Vocabulary};
use crate::engine::is_social_provider;
use crate::fields::{Field, Fields, Value};
use crate::operation::Operation;
use crate::redact::TOKEN_LIMIT;

/// The most identities of a list that are named; more are counted.
const NAMED_IDENTITIES: usize = 3;
/// The most bytes of a developer user's identifier. What is longer may be a token.
const IDENTIFIER_LIMIT: usize = 128;

/// The members of an input, in the order of the model. Empty if there are none.
///
/// `Logins` is mentioned even where it is missing: that is often what is wrong.
pub(crate) fn input(operation: Operation, fields: &Fields, words: &mut dyn Vocabulary) -> String {
    let mut parts: Vec<(Part, String)> = Vec::new();
    for field in &fields.fields {
        parts.push(part(operation, field, words));
    }
    let is_login = |(part, _): &(Part, String)| *part == Part::Login;
    if takes_logins(operation) && !parts.iter().any(is_login) {
        parts.retain(|(part, _)| *part != Part::NoLogins);
        parts.push((Part::NoLogins, "no logins".to_owned()));
    }
    let groups = parts.chunk_by(|(a, _), (b, _)| a == b && a.is_listed());
    groups.map(group).collect::<Vec<_>>().join(", ")
}

/// What a part of an input is. Neighbours of a kind that is listed are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Login,
    NoLogins,
    /// An element of a list of identities.
    Identity,
    Other,
}

impl Part {
    fn is_listed(self) -> bool {
        matches!(self, Self::Login | Self::Identity)
    }
}

fn group(parts: &[(Part, String)]) -> String {
    let (part, first) = &parts[0];
    let texts: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
    match part {
        Part::Login => format!("logins {}", texts.join(" and ")),
        Part::Identity if parts.len() > NAMED_IDENTITIES => format!("{} identities", parts.len()),
        Part::Identity => texts.join(" and "),
        Part::NoLogins | Part::Other => first.clone(),
    }
}

/// Whether the operation signs a user in, or a guest if there are no logins.
fn takes_logins(operation: Operation) -> bool {
    [
        Operation::GetId,
        Operation::GetCredentialsForIdentity,
        Operation::GetOpenIdToken,
    ]
    .contains(&operation)
}

fn part(operation: Operation, field: &Field, words: &mut dyn Vocabulary) -> (Part, String) {
    let path = field.path.as_str();
    let Value::Text(text) = &field.value else {
        return match path {
            "Logins" => (Part::NoLogins, "no logins".to_owned()),
            _ => {
                let value = field.redacted_value();
                (Part::Other, format!("{} {value}", words.text(path)))
            }
        };
    };
    if let Some(provider) = path.strip_prefix("Logins[\"") {
        let provider = provider.strip_suffix("\"]").unwrap_or(provider);
        return (Part::Login, login(operation, provider, text, words));
    }
    if path.starts_with("IdentityIdsToDelete[") {
        return (Part::Identity, words.identity(text));
    }
    let other = match path {
        "IdentityPoolId" => words.pool(text),
        // The id of a pool in place of that of an identity.
        "IdentityId" if words.names().pools.contains_key(text) => {
            format!("IdentityId {}", words.pool(text))
        }
        "IdentityId" => words.identity(text),
        "NextToken" => words.next_token_given(Fingerprint::of(text)),
        "WebIdentityToken" => format!("{path} {}", web_identity(text, words)),
        "RoleArn" => value(field, text, words),
        "ResourceArn" => resource(text, words),
        _ => format!("{} {}", words.text(path), value(field, text, words)),
    };
    (Part::Other, other)
}

/// A login: `accounts.google.com (alice)`.
fn login(operation: Operation, provider: &str, token: &str, words: &mut dyn Vocabulary) -> String {
    let read = Login::read(provider, token);
    let is_name = || {
        token.len() <= TOKEN_LIMIT && words.names().lenient_logins
            || operation == Operation::GetOpenIdTokenForDeveloperIdentity
                && token.len() <= IDENTIFIER_LIMIT
                && !is_social_provider(provider)
    };
    let subject = match read.subject {
        Some(subject) => Some(subject),
        None => is_name().then(|| token.to_owned()),
    };
    match subject {
        Some(subject) => words.login(provider, &subject),
        None => {
            let token = words.opaque_token(Fingerprint::of(token));
            format!("{} ({token})", words.text(provider))
        }
    }
}

/// A token for STS: that of an identity, or of a user of a provider.
fn web_identity(token: &str, words: &mut dyn Vocabulary) -> String {
    let read = Login::read("", token);
    let (Some(subject), Some(issuer)) = (read.subject, read.issuer) else {
        return format!("({})", words.opaque_token(Fingerprint::of(token)));
    };
    let provider = issuer.strip_prefix("https://").unwrap_or(&issuer);
    if provider.starts_with("cognito-identity.") {
        format!("of {}", words.identity(&subject))
    } else {
        words.login(provider, &subject)
    }
}

/// The ARN of a pool. If all of it fits the pool, its id says the same.
fn resource(arn: &str, words: &mut dyn Vocabulary) -> String {
    let id = arn.split_once(":identitypool/").and_then(|(prefix, id)| {
        let mut parts = prefix.split(':').skip(3);
        let (region, account) = (parts.next()?, parts.next()?);
        let fits = id.split(':').next() == Some(region) && words.names().is_own_account(account);
        fits.then_some(id)
    });
    match id {
        Some(id) => words.pool(id),
        None => format!("ResourceArn {}", quoted(arn, words)),
    }
}

/// The ARN of a role is its name; other texts are quoted, and tokens cut.
fn value(field: &Field, text: &str, words: &mut dyn Vocabulary) -> String {
    match role(text, words) {
        Some(role) => role,
        None if field.is_cut() => field.redacted_value(),
        None => quoted(text, words),
    }
}

/// A role by its name, and its account if that is not the mock's own.
pub(super) fn role(arn: &str, words: &mut dyn Vocabulary) -> Option<String> {
    let (account, name) = arn
        .strip_prefix("arn:")?
        .split_once(":iam::")?
        .1
        .split_once(":role/")?;
    let name = words.text(name);
    Some(if words.names().is_own_account(account) {
        format!("role {name}")
    } else {
        format!("role {name} of account {}", words.text(account))
    })
}

fn quoted(text: &str, words: &mut dyn Vocabulary) -> String {
    format!("\"{}\"", words.text(text))
}
