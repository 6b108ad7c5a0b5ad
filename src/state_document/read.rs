//! Reads a state document.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::SetPrincipalTagAttributeMapInput;

use crate::document::{self, Json, Members, Mistake, Reader};
use crate::engine::{Disabled, IdentitySnapshot, PoolSnapshot, PrincipalTagMap, SignOut, Snapshot};
use crate::wire::decode;
use crate::wire::validation::constraints;
use crate::wire::validation::document::{Completeness, check_member, check_members};

/// Seconds since 1970 between which dates lie: those of the mock's clock.
const DATES: std::ops::RangeInclusive<f64> = -62_135_596_800.0..=253_402_214_400.0;

pub(super) fn snapshot(text: &[u8]) -> Result<Snapshot, Mistake> {
    let json = document::parse(text, "text")?;
    let document = Reader::root(&json).object()?;
    let pools = match document.optional("IdentityPools") {
        Some(pools) => pools.list()?.iter().map(pool).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let sign_outs = match document.optional("SignedOutUsers") {
        Some(users) => users
            .list()?
            .iter()
            .map(sign_out)
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    document.no_others()?;
    Ok(Snapshot { pools, sign_outs })
}

fn pool(value: &Reader<'_>) -> Result<PoolSnapshot, Mistake> {
    let members = value.object()?;
    let id = match members.optional("IdentityPoolId") {
        Some(id) => Some(id.text()?.to_owned()),
        None => None,
    };
    check_members(
        &members,
        &constraints::CreateIdentityPoolInput,
        Completeness::Whole,
    )?;
    let principal_tags = match members.optional("PrincipalTagAttributeMaps") {
        Some(maps) => principal_tag_maps(&maps)?,
        None => BTreeMap::new(),
    };
    let first_login = match members.optional("FirstLoginProvider") {
        Some(first) => Some(first_login(&first)?),
        None => None,
    };
    let roles = roles(&members)?;
    let identities = match members.optional("Identities") {
        Some(identities) => identities
            .list()?
            .iter()
            .map(identity)
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    members.no_others()?;
    Ok(PoolSnapshot {
        id,
        settings: decoded(
            value,
            CreateIdentityPoolInput::deserialize,
            &constraints::CreateIdentityPoolInput,
        )?,
        roles: BTreeMap::from_iter(roles.roles.unwrap_or_default()),
        role_mappings: BTreeMap::from_iter(roles.role_mappings.unwrap_or_default()),
        principal_tags,
        first_login,
        identities,
    })
}

fn roles(members: &Members<'_>) -> Result<SetIdentityPoolRolesInput, Mistake> {
    for name in ["Roles", "RoleMappings"] {
        if let Some(value) = members.optional(name) {
            check_member(&value, &constraints::SetIdentityPoolRolesInput, name)?;
        }
    }
    decoded(
        members.whole(),
        SetIdentityPoolRolesInput::deserialize,
        &constraints::SetIdentityPoolRolesInput,
    )
}

/// The attribute maps of a pool, by provider.
fn principal_tag_maps(value: &Reader<'_>) -> Result<BTreeMap<String, PrincipalTagMap>, Mistake> {
    let structure = &constraints::SetPrincipalTagAttributeMapInput;
    let mut maps = BTreeMap::new();
    for map in value.list()? {
        let members = map.object()?;
        let name = members.required("IdentityProviderName")?;
        for (member, value) in [
            ("IdentityProviderName", Some(name.clone())),
            ("UseDefaults", members.optional("UseDefaults")),
            ("PrincipalTags", members.optional("PrincipalTags")),
        ] {
            if let Some(value) = value {
                check_member(&value, structure, member)?;
            }
        }
        members.no_others()?;
        let input = decoded(
            &map,
            SetPrincipalTagAttributeMapInput::deserialize,
            structure,
        )?;
        let use_defaults = input.use_defaults.unwrap_or_default();
        let tags = input.principal_tags.unwrap_or_default();
        if use_defaults && !tags.is_empty() {
            let tags = members.required("PrincipalTags")?;
            return Err(tags.mistake("must be left out: UseDefaults takes its place"));
        }
        let entry = PrincipalTagMap {
            use_defaults,
            tags: BTreeMap::from_iter(tags),
        };
        if maps.insert(name.text()?.to_owned(), entry).is_some() {
            return Err(name.mistake("is the name of an earlier entry, too"));
        }
    }
    Ok(maps)
}

fn first_login(value: &Reader<'_>) -> Result<(String, String), Mistake> {
    let members = value.object()?;
    let provider = members.required("ProviderName")?.text()?.to_owned();
    let app_id = members.required("AppId")?.text()?.to_owned();
    members.no_others()?;
    Ok((provider, app_id))
}

fn identity(value: &Reader<'_>) -> Result<IdentitySnapshot, Mistake> {
    let members = value.object()?;
    let id = members.optional("IdentityId");
    let logins = members.optional("Logins");
    let disabled = members.optional("Disabled");
    let created = members.optional("CreationDate");
    let modified = members.optional("LastModifiedDate");
    members.no_others()?;
    Ok(IdentitySnapshot {
        id: match id {
            Some(id) => Some(id.text()?.to_owned()),
            None => None,
        },
        logins: match logins {
            Some(logins) => self::logins(&logins)?,
            None => Vec::new(),
        },
        disabled: match disabled {
            None => None,
            Some(why) => match why.text() {
                Ok("Merged") => Some(Disabled::Merged),
                Ok("Unlinked") => Some(Disabled::Unlinked),
                _ => return Err(why.expected(r#""Merged" or "Unlinked""#)),
            },
        },
        created: created.as_ref().map(millis).transpose()?,
        modified: modified.as_ref().map(millis).transpose()?,
    })
}

/// Each provider with its user, or with a list of developer users.
fn logins(value: &Reader<'_>) -> Result<Vec<(String, String)>, Mistake> {
    let mut logins = Vec::new();
    for (provider, users) in value.entries()? {
        if provider.is_empty() {
            return Err(users.mistake("has an empty key; it must be the name of a provider"));
        }
        let users = users.list().unwrap_or_else(|_| vec![users]);
        for user in users {
            let subject = user.text().map_err(|_| {
                user.expected("the user of the provider as a text, or a list of developer users")
            })?;
            if subject.is_empty() {
                return Err(user.mistake("must not be empty"));
            }
            logins.push((provider.to_owned(), subject.to_owned()));
        }
    }
    Ok(logins)
}

fn sign_out(value: &Reader<'_>) -> Result<SignOut, Mistake> {
    let members = value.object()?;
    let provider = members.required("ProviderName")?.text()?.to_owned();
    let subject = members.required("UserIdentifier")?.text()?.to_owned();
    let date = members.required("SignOutDate")?;
    members.no_others()?;
    Ok(SignOut {
        provider,
        subject,
        at: millis(&date)?.div_euclid(1_000),
    })
}

/// A date of the API, in seconds since 1970, as milliseconds.
fn millis(value: &Reader<'_>) -> Result<i64, Mistake> {
    let seconds = value.number().ok().filter(|at| DATES.contains(at));
    let seconds = seconds.ok_or_else(|| {
        value.expected("a date as the API writes it, in seconds since 1970, of the years 1 to 9999")
    })?;
    // The limits leave room for every millisecond.
    Ok((seconds * 1_000.0).round() as i64)
}

/// The input that an object holds, whose form was checked. Its other members are ignored.
fn decoded<T>(
    value: &Reader<'_>,
    read: fn(
        &mut dyn aws_smithy_schema::serde::ShapeDeserializer,
    ) -> Result<T, aws_smithy_schema::serde::SerdeError>,
    structure: &'static crate::wire::validation::Structure,
) -> Result<T, Mistake> {
    let Json::Object(members) = value.json() else {
        return Err(value.expected("an object"));
    };
    let members = members.iter();
    let own = members.filter(|(name, _)| structure.has_member(name));
    let text = Json::Object(own.cloned().collect()).compact();
    let input = decode::input(text.as_bytes(), structure, read);
    match input {
        Ok(decoded) => Ok(decoded.input),
        Err(error) => Err(value.mistake(format!("cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::StateDocument;
    use crate::engine::Settings;

    /// The mistake in a document.
    #[track_caller]
    fn mistake(text: &str) -> String {
        let document = StateDocument::read(text.as_bytes());
        let restored = document.and_then(|document| document.restore(Settings::default(), 0));
        restored.unwrap_err().to_string()
    }

    fn pool(members: &str) -> String {
        format!(
            r#"{{"IdentityPools":[{{"IdentityPoolName":"app","AllowUnauthenticatedIdentities":true,{members}}}]}}"#
        )
    }

    const PLACE: &str = "$.IdentityPools[0]";

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        for (text, expected) in [
            (
                "[",
                "$ is not JSON: EOF while parsing a list at line 1 column 1",
            ),
            ("[]", "$ must be an object, got a list"),
            (
                r#"{"identityPools":[]}"#,
                "$.identityPools is no member that is known here; did you mean IdentityPools?",
            ),
            (
                r#"{"IdentityPools":[7]}"#,
                "$.IdentityPools[0] must be an object, got 7",
            ),
            (
                r#"{"IdentityPools":[{"AllowUnauthenticatedIdentities":true}]}"#,
                "$.IdentityPools[0].IdentityPoolName is missing",
            ),
            (
                r#"{"SignedOutUsers":[{"ProviderName":"a","UserIdentifier":"b"}]}"#,
                "$.SignedOutUsers[0].SignOutDate is missing",
            ),
        ] {
            assert_eq!(mistake(text), expected);
        }
    }

    #[test]
    fn what_is_wrong_in_a_pool_is_named_by_its_path() {
        for (members, expected) in [
            (
                r#""IdentityPoolID":"x""#,
                ".IdentityPoolID is no member that is known here; did you mean IdentityPoolId?",
            ),
            (
                r#""IdentityPoolId":"x""#,
                ".IdentityPoolId is refused: InvalidParameterException: The custom id 'x' is not the id \
                 of an identity pool. (a custom id is a Region, a colon and up to 45 characters of 0-9, \
                 a-f and -)",
            ),
            (
                r#""Roles":{"admin":"arn:aws:iam::123456789012:role/Admin"}"#,
                r#".Roles["admin"] has a key that must satisfy regular expression pattern: (un)?authenticated"#,
            ),
            (
                r#""Roles":{"authenticated":"arn:aws:iam::999999999999:role/Admin"}"#,
                r#".Roles["authenticated"] is refused: NotAuthorizedException: Access to Role 'arn:aws:iam::999999999999:role/Admin' is forbidden. (arn:aws:iam::999999999999:role/Admin is of account "999999999999"; the mock's is 123456789012)"#,
            ),
            (
                r#""RoleMappings":{"x":{"Type":"Rules"}}"#,
                r#".RoleMappings["x"] is refused: InvalidParameterException: The RoleMapping for (x) needs AmbiguousRoleResolution. (`AmbiguousRoleResolution` is missing; it is AuthenticatedRole or Deny, for users without a role of their own)"#,
            ),
            (
                r#""PrincipalTagAttributeMaps":[{"IdentityProviderName":"a","UseDefaults":true,"PrincipalTags":{"a":"b"}}]"#,
                ".PrincipalTagAttributeMaps[0].PrincipalTags must be left out: UseDefaults takes its place",
            ),
            (
                r#""PrincipalTagAttributeMaps":[{"IdentityProviderName":"a"},{"IdentityProviderName":"a"}]"#,
                ".PrincipalTagAttributeMaps[1].IdentityProviderName is the name of an earlier entry, too",
            ),
            (
                r#""IdentityPoolTags":{"aws:a":"b"}"#,
                ".IdentityPoolTags is refused: InvalidParameterException: The tag key 'aws:a' begins with \
                 'aws:', which is reserved. (\"aws:a\" begins with aws:, which only AWS may use)",
            ),
            (
                r#""FirstLoginProvider":{"ProviderName":"a"}"#,
                ".FirstLoginProvider.AppId is missing",
            ),
        ] {
            assert_eq!(mistake(&pool(members)), format!("{PLACE}{expected}"));
        }
    }

    #[test]
    fn what_is_wrong_in_an_identity_is_named_by_its_path() {
        let id = "us-east-1:12345678-90ab-cdef-1234-567890abcdef";
        for (identities, expected) in [
            (
                r#"{"IdentityId":"us-east-1:X"}"#.to_owned(),
                "[0].IdentityId must be the Region of the pool, a colon and a UUID in lower case, as \
                 us-east-1:12345678-90ab-cdef-1234-567890abcdef is, got \"us-east-1:X\"".to_owned(),
            ),
            (
                format!(r#"{{"IdentityId":"{id}"}},{{"IdentityId":"{id}"}}"#),
                "[1].IdentityId is the id of another identity of the pool, too".to_owned(),
            ),
            (
                format!(r#"{{"IdentityId":"{id}"}},{{"IdentityId":"us-east-1:22345678-90ab-cdef-1234-567890abcdef"}}"#),
                "[1].IdentityId must begin as the ids of the pool's other identities: all identities of \
                 a pool have the same first ten hex digits, got \
                 \"us-east-1:22345678-90ab-cdef-1234-567890abcdef\"".to_owned(),
            ),
            (
                r#"{"Logins":{"a":"x"}},{"Logins":{"a":"x"}}"#.to_owned(),
                r#"[1].Logins["a"] belongs to another identity of the pool, too; a user has one identity"#.to_owned(),
            ),
            (
                r#"{"Logins":{"a":["x","y"]}}"#.to_owned(),
                r#"[0].Logins["a"] names several users; only the developer provider of the pool can"#.to_owned(),
            ),
            (
                r#"{"Logins":{"a":7}}"#.to_owned(),
                r#"[0].Logins["a"] must be the user of the provider as a text, or a list of developer users, got 7"#.to_owned(),
            ),
            (
                r#"{"Logins":{"a":"x"},"Disabled":"Merged"}"#.to_owned(),
                "[0].Logins must be left out: a disabled identity has no logins".to_owned(),
            ),
            (
                r#"{"Disabled":true}"#.to_owned(),
                r#"[0].Disabled must be "Merged" or "Unlinked", got true"#.to_owned(),
            ),
            (
                r#"{"CreationDate":"2026-01-02"}"#.to_owned(),
                "[0].CreationDate must be a date as the API writes it, in seconds since 1970, of the \
                 years 1 to 9999, got \"2026-01-02\"".to_owned(),
            ),
        ] {
            let members = format!(r#""Identities":[{identities}]"#);
            assert_eq!(mistake(&pool(&members)), format!("{PLACE}.Identities{expected}"));
        }
    }

    #[test]
    fn two_pools_cannot_share_an_id_or_the_beginning_of_their_identities() {
        let pool = |members: &str| {
            format!(
                r#"{{"IdentityPoolName":"app","AllowUnauthenticatedIdentities":true,{members}}}"#
            )
        };
        let twice =
            |members: &str| mistake(&format!(r#"{{"IdentityPools":[{0},{0}]}}"#, pool(members)));
        let identity =
            r#""Identities":[{"IdentityId":"us-east-1:12345678-90ab-cdef-1234-567890abcdef"}]"#;

        assert!(
            twice(r#""IdentityPoolId":"us-east-1:0""#)
                .starts_with("$.IdentityPools[1].IdentityPoolId is refused: InvalidParameterException: The custom id 'us-east-1:0' is taken."),
        );
        assert!(twice(identity).starts_with(
            "$.IdentityPools[1].Identities[0].IdentityId must not begin as the ids of another pool"
        ),);
    }
}
