//! What came back from a call, as far as reports tell it.

use std::time::SystemTime;

use aws_smithy_types::DateTime;

use super::input::role;
use super::login::Login;
use super::vocabulary::{Fingerprint, Vocabulary};
use crate::operation::{Operation, Request, Response};

/// The parts of an answer that tell it apart from others. It is made from the answer of every call,
/// so it is small and nothing is formatted. Answers that no report is about have none.
#[derive(Clone, Debug)]
pub(crate) enum Returned {
    Identity(Box<str>),
    Token {
        /// None if the input names the identity.
        identity: Option<Box<str>>,
        /// In seconds since 1970.
        issued: i64,
        expires: i64,
    },
    Credentials {
        access_key_id: Box<str>,
        /// In seconds since 1970.
        expires: i64,
    },
    Page {
        /// The identity that a developer user was looked up by, or the other way round.
        identity: Option<Box<str>>,
        items: u32,
        next_token: Option<Fingerprint>,
    },
    Pool(Box<str>),
    /// How many identities were not deleted.
    Unprocessed(u32),
}

impl Returned {
    pub(crate) fn of(response: &Response) -> Option<Self> {
        match response {
            Response::CreateIdentityPool(output) => {
                Some(Self::Pool(output.identity_pool_id.as_str().into()))
            }
            Response::DeleteIdentities(output) => {
                let unprocessed = output.unprocessed_identity_ids().len();
                (unprocessed > 0).then(|| Self::Unprocessed(count(unprocessed)))
            }
            Response::GetCredentialsForIdentity(output) => {
                let credentials = output.credentials()?;
                Self::credentials(credentials.access_key_id()?, credentials.expiration()?)
            }
            Response::GetId(output) => Self::identity(output.identity_id()),
            Response::GetOpenIdToken(output) => Self::token(None, output.token()?),
            Response::GetOpenIdTokenForDeveloperIdentity(output) => {
                Self::token(output.identity_id(), output.token()?)
            }
            Response::ListIdentities(output) => {
                Self::page(None, output.identities().len(), output.next_token())
            }
            Response::ListIdentityPools(output) => {
                Self::page(None, output.identity_pools().len(), output.next_token())
            }
            Response::LookupDeveloperIdentity(output) => Self::page(
                output.identity_id(),
                output.developer_user_identifier_list().len(),
                output.next_token(),
            ),
            Response::MergeDeveloperIdentities(output) => Self::identity(output.identity_id()),
            Response::AssumeRoleWithWebIdentity(output) => {
                let credentials = output.credentials()?;
                Self::credentials(credentials.access_key_id(), credentials.expiration())
            }
            Response::DeleteIdentityPool(_)
            | Response::DescribeIdentity(_)
            | Response::DescribeIdentityPool(_)
            | Response::GetIdentityPoolRoles(_)
            | Response::GetPrincipalTagAttributeMap(_)
            | Response::ListTagsForResource(_)
            | Response::SetIdentityPoolRoles(_)
            | Response::SetPrincipalTagAttributeMap(_)
            | Response::TagResource(_)
            | Response::UnlinkDeveloperIdentity(_)
            | Response::UnlinkIdentity(_)
            | Response::UntagResource(_)
            | Response::UpdateIdentityPool(_)
            | Response::GetCallerIdentity(_) => None,
        }
    }

    fn identity(id: Option<&str>) -> Option<Self> {
        id.map(|id| Self::Identity(id.into()))
    }

    /// What a token of this service says. Reading it takes a small part of the time that signing it
    /// has taken.
    fn token(identity: Option<&str>, token: &str) -> Option<Self> {
        let read = Login::read("", token);
        Some(Self::Token {
            identity: identity.map(Into::into),
            issued: read.issued?,
            expires: read.expires?,
        })
    }

    fn credentials(access_key_id: &str, expiration: &DateTime) -> Option<Self> {
        Some(Self::Credentials {
            access_key_id: access_key_id.into(),
            expires: expiration.secs(),
        })
    }

    fn page(identity: Option<&str>, items: usize, next_token: Option<&str>) -> Option<Self> {
        Some(Self::Page {
            identity: identity.map(Into::into),
            items: count(items),
            next_token: next_token.map(Fingerprint::of),
        })
    }

    /// When the credentials or the token expire, in seconds since 1970.
    pub(crate) fn expires(&self) -> Option<i64> {
        match self {
            Self::Credentials { expires, .. } | Self::Token { expires, .. } => Some(*expires),
            Self::Identity(_) | Self::Page { .. } | Self::Pool(_) | Self::Unprocessed(_) => None,
        }
    }

    /// The `NextToken`, if there was one.
    pub(crate) fn next_token(&self) -> Option<Fingerprint> {
        match self {
            Self::Page { next_token, .. } => *next_token,
            Self::Identity(_)
            | Self::Token { .. }
            | Self::Credentials { .. }
            | Self::Pool(_)
            | Self::Unprocessed(_) => None,
        }
    }

    /// What came back from a call of this operation that arrived at this time.
    pub(crate) fn summary(
        &self,
        operation: Operation,
        arrived: SystemTime,
        words: &mut dyn Vocabulary,
    ) -> String {
        match self {
            Self::Identity(id) => words.identity(id),
            Self::Token {
                identity,
                issued,
                expires,
            } => {
                let token = format!("token for {} s", expires.saturating_sub(*issued));
                match identity {
                    Some(id) => format!("{}, {token}", words.identity(id)),
                    None => token,
                }
            }
            Self::Credentials {
                access_key_id,
                expires,
            } => {
                let mut text = words.access_key(access_key_id);
                let issued = words.names().issued(access_key_id);
                // Credentials that the test has made up may expire at any time.
                if let Some(arn) = issued.map(|issued| issued.role_arn.clone()) {
                    let role = role(&arn, words).unwrap_or(arn);
                    let lifetime = expires.saturating_sub(seconds(arrived));
                    text = format!("{text}, {role} until {lifetime:+} s");
                }
                text
            }
            Self::Page {
                identity,
                items,
                next_token,
            } => {
                let noun = match (operation, items) {
                    (Operation::ListIdentityPools, 1) => "pool",
                    (Operation::ListIdentityPools, _) => "pools",
                    (Operation::LookupDeveloperIdentity, 1) => "user",
                    (Operation::LookupDeveloperIdentity, _) => "users",
                    (_, 1) => "identity",
                    (_, _) => "identities",
                };
                let identity = identity.as_ref().map(|id| words.identity(id));
                let next = next_token.map(|token| words.next_token_returned(token));
                let parts = [identity, Some(format!("{items} {noun}")), next];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            Self::Pool(id) => words.pool(id),
            Self::Unprocessed(n) => format!("{n} unprocessed"),
        }
    }
}

/// The `NextToken` of an input.
pub(crate) fn next_token_given(request: &Request) -> Option<Fingerprint> {
    let token = if let Request::ListIdentities(input) = request {
        input.next_token()
    } else if let Request::ListIdentityPools(input) = request {
        input.next_token()
    } else if let Request::LookupDeveloperIdentity(input) = request {
        input.next_token()
    } else {
        None
    };
    token.map(Fingerprint::of)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A time in whole seconds since 1970, rounded down as in credentials and tokens.
pub(crate) fn seconds(at: SystemTime) -> i64 {
    DateTime::from(at).secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_is_small() {
        assert!(size_of::<Returned>() <= 40);
    }
}
