//! Which operation a test may mean, if the one that it names was not called.

use crate::operation::Operation;

/// An operation, and how often it was called.
pub(crate) type Called = (Operation, usize);

/// The operations that can take the place of another one in an application, the most likely first.
#[rustfmt::skip]
const ALTERNATIVES: [(Operation, &[Operation]); 11] = [
    (Operation::AssumeRoleWithWebIdentity, &[Operation::GetCredentialsForIdentity]),
    (Operation::DescribeIdentityPool, &[Operation::GetIdentityPoolRoles]),
    (
        Operation::GetCredentialsForIdentity,
        &[
            Operation::AssumeRoleWithWebIdentity,
            Operation::GetOpenIdToken,
            Operation::GetOpenIdTokenForDeveloperIdentity,
        ],
    ),
    (Operation::GetId, &[Operation::GetOpenIdTokenForDeveloperIdentity]),
    (Operation::GetIdentityPoolRoles, &[Operation::DescribeIdentityPool]),
    (
        Operation::GetOpenIdToken,
        &[
            Operation::GetCredentialsForIdentity,
            Operation::GetOpenIdTokenForDeveloperIdentity,
        ],
    ),
    (
        Operation::GetOpenIdTokenForDeveloperIdentity,
        &[
            Operation::GetOpenIdToken,
            Operation::GetCredentialsForIdentity,
            Operation::GetId,
        ],
    ),
    (Operation::ListIdentities, &[Operation::LookupDeveloperIdentity]),
    (Operation::LookupDeveloperIdentity, &[Operation::ListIdentities]),
    (Operation::SetIdentityPoolRoles, &[Operation::UpdateIdentityPool]),
    (Operation::UpdateIdentityPool, &[Operation::SetIdentityPoolRoles]),
];

/// Of the operations that were called, the one that is most likely meant by `wanted`, which were
/// not: it does the same work, or has almost the same name.
pub(super) fn similar_operation(wanted: &[Operation], called: &[Called]) -> Option<Called> {
    let others = || called.iter().filter(|(other, _)| !wanted.contains(other));
    let rows = wanted.iter().flat_map(|wanted| {
        let rows = ALTERNATIVES.iter();
        rows.filter(move |(operation, _)| operation == wanted)
    });
    let alternative = rows
        .flat_map(|(_, alternatives)| *alternatives)
        .find_map(|operation| {
            let mut others = others();
            others.find(|(other, _)| other == operation)
        });
    let nearest_name = || {
        let likeness = |other: &Operation| {
            let all = wanted.iter().map(|operation| likeness(*operation, *other));
            all.fold(0.0, f64::max)
        };
        let rated = others().map(|called| (likeness(&called.0), called));
        let similar = rated.filter(|(likeness, _)| *likeness > 0.5);
        similar
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, called)| called)
    };
    alternative.or_else(nearest_name).copied()
}

/// The question after a sentence that says that an operation was not called.
pub(super) fn did_you_mean((operation, times): Called) -> String {
    let times = match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    };
    format!("did you mean {operation}, which was called {times}?")
}

/// The share of words that two names have in common, from 0 to 1.
fn likeness(a: Operation, b: Operation) -> f64 {
    let [a, b] = [a, b].map(|operation| words(operation.name()));
    let common = a.iter().filter(|word| b.contains(word)).count();
    let all = a.len() + b.len() - common;
    common as f64 / all as f64
}

/// `GetIdentityPoolRoles` as `Get`, `Identity`, `Pool`, `Roles`.
fn words(name: &str) -> Vec<&str> {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
    let starts: Vec<usize> = starts.map(|(start, _)| start).collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &name[*start..end])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operation::{
        AssumeRoleWithWebIdentity, CreateIdentityPool, DescribeIdentity, DescribeIdentityPool,
        GetCredentialsForIdentity, GetId, GetIdentityPoolRoles, GetOpenIdToken,
        GetOpenIdTokenForDeveloperIdentity, ListIdentities, SetIdentityPoolRoles,
        UnlinkDeveloperIdentity, UnlinkIdentity,
    };

    fn similar(wanted: &[Operation], called: &[Operation]) -> Option<Operation> {
        let called: Vec<Called> = called.iter().map(|operation| (*operation, 1)).collect();
        similar_operation(wanted, &called).map(|(operation, _)| operation)
    }

    #[test]
    fn an_operation_that_does_the_same_work() {
        for (wanted, called, expected) in [
            (
                GetOpenIdToken,
                GetCredentialsForIdentity,
                GetCredentialsForIdentity,
            ),
            (
                GetCredentialsForIdentity,
                AssumeRoleWithWebIdentity,
                AssumeRoleWithWebIdentity,
            ),
            (
                GetId,
                GetOpenIdTokenForDeveloperIdentity,
                GetOpenIdTokenForDeveloperIdentity,
            ),
        ] {
            assert_eq!(
                similar(&[wanted], &[GetIdentityPoolRoles, called]),
                Some(expected)
            );
        }
    }

    #[test]
    fn an_operation_with_almost_the_same_name() {
        let called = [GetId, DescribeIdentityPool, GetIdentityPoolRoles];

        assert_eq!(
            similar(&[DescribeIdentity], &called),
            Some(DescribeIdentityPool)
        );
        assert_eq!(
            similar(&[UnlinkIdentity], &[GetId, UnlinkDeveloperIdentity]),
            Some(UnlinkDeveloperIdentity)
        );
        assert_eq!(
            similar(&[SetIdentityPoolRoles], &called),
            Some(GetIdentityPoolRoles)
        );
    }

    #[test]
    fn an_operation_that_is_needed_besides_is_not_meant() {
        assert_eq!(similar(&[GetCredentialsForIdentity], &[GetId]), None);
        assert_eq!(
            similar(&[GetId], &[CreateIdentityPool, ListIdentities]),
            None
        );
        assert_eq!(similar(&[GetOpenIdToken], &[GetId]), None);
        assert_eq!(similar(&[GetId], &[GetId]), None);
        assert_eq!(similar(&[GetId], &[]), None);
        assert_eq!(similar(&[], &[GetId]), None);
    }

    #[test]
    fn one_of_several_operations() {
        let wanted = [ListIdentities, GetOpenIdToken];

        assert_eq!(
            similar(&wanted, &[GetId, GetCredentialsForIdentity]),
            Some(GetCredentialsForIdentity)
        );
    }

    #[test]
    fn the_question() {
        let question = |times| did_you_mean((GetId, times));

        assert_eq!(question(1), "did you mean GetId, which was called once?");
        assert_eq!(question(2), "did you mean GetId, which was called twice?");
        assert_eq!(question(3), "did you mean GetId, which was called 3 times?");
    }
}
