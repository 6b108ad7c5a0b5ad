//! Every error that AWS is known to send, in its words.
//!
//! The rows are those of the project's collection of observed behaviour: N for
//! `NotAuthorizedException`, P for `InvalidParameterException`, letters of their own for the
//! others. Each is provoked through the SDK's client, or listed in [`NOT_PROVOKED`] with the reason.

mod invalid_parameter;
mod not_authorized;
mod others;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;

use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use mock_cognito_identity::MockCognitoIdentity;

use crate::support::{mock, over_both, refusal};

const NAMES: [&str; 47] = [
    "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N11", "N12", "N13", "N14", "N15",
    "N16", "N17", "N18", "N19", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P7b", "P7c", "P8", "P9",
    "P10", "P11", "R1", "R2", "R3", "C1", "F1", "F2", "L1", "L2", "M1", "X1", "I1", "A1", "Y1",
    "V1", "B1",
];

/// Rows that no call provokes, and why.
const NOT_PROVOKED: [(&str, &str); 5] = [
    (
        "N16",
        "the mock is one account: nobody else signs a request",
    ),
    (
        "N19",
        "the situation of N14, which is in the words of an application's log; AWS's own are not known",
    ),
    (
        "M1",
        "calls are carried out one after another: they cannot collide",
    ),
    ("X1", "no external service is asked"),
    ("I1", "only by a fault: the mock has no failures of its own"),
];

/// One case of a row.
struct Case<'a> {
    /// The row, and after a colon which of its cases.
    name: &'static str,
    code: &'static str,
    /// `None` where the text of AWS is not known.
    message: Option<String>,
    refusal: Pin<Box<dyn Future<Output = (String, String)> + 'a>>,
}

impl<'a> Case<'a> {
    fn new<T, E, R>(
        name: &'static str,
        code: &'static str,
        message: impl Into<String>,
        call: impl Future<Output = Result<T, SdkError<E, R>>> + 'a,
    ) -> Self
    where
        T: Debug + 'a,
        E: ProvideErrorMetadata + Debug + 'a,
        R: Debug + 'a,
    {
        Self {
            message: Some(message.into()),
            ..Self::by_code(name, code, call)
        }
    }

    fn by_code<T, E, R>(
        name: &'static str,
        code: &'static str,
        call: impl Future<Output = Result<T, SdkError<E, R>>> + 'a,
    ) -> Self
    where
        T: Debug + 'a,
        E: ProvideErrorMetadata + Debug + 'a,
        R: Debug + 'a,
    {
        let call = Box::pin(call);
        Self {
            name,
            code,
            message: None,
            refusal: Box::pin(async { refusal(call.await) }),
        }
    }

    fn row(&self) -> &'static str {
        self.name.split(':').next().unwrap()
    }
}

async fn cases(mock: &MockCognitoIdentity) -> Vec<Case<'_>> {
    let mut cases = not_authorized::of_identities(mock).await;
    cases.extend(not_authorized::of_logins(mock).await);
    cases.extend(not_authorized::of_signed_out_users(mock).await);
    cases.extend(not_authorized::of_unknown_keys(mock).await);
    cases.extend(not_authorized::of_roles(mock).await);
    cases.extend(invalid_parameter::of_pools(mock).await);
    cases.extend(invalid_parameter::of_roles(mock).await);
    cases.extend(invalid_parameter::of_identities(mock).await);
    cases.extend(others::of_state(mock).await);
    cases.extend(others::of_requests(mock).await);
    cases.push(others::of_quotas(mock));
    cases
}

/// Some of the requests are none of Cognito's, which verification would report.
fn forgiving() -> [MockCognitoIdentity; 2] {
    over_both(|| mock().verify_on_drop(false))
}

#[tokio::test]
async fn every_error_is_answered_in_the_words_of_aws() {
    for mock in forgiving() {
        let mut wrong = Vec::new();

        for case in cases(&mock).await {
            let (code, message) = case.refusal.await;
            let expected = case.message.unwrap_or_else(|| message.clone());
            if (code.as_str(), &message) != (case.code, &expected) {
                wrong.push(format!(
                    "{}\n  expected {}: {expected}\n  got      {code}: {message}",
                    case.name, case.code
                ));
            }
        }

        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn every_row_is_provoked_or_says_why_not() {
    let mock = mock().verify_on_drop(false).in_memory();

    let provoked: BTreeSet<&str> = cases(&mock).await.iter().map(Case::row).collect();
    let listed: BTreeSet<&str> = NOT_PROVOKED.iter().map(|(row, _)| *row).collect();

    let both: Vec<_> = provoked.intersection(&listed).collect();
    assert!(
        both.is_empty(),
        "provoked, so no longer to be listed: {both:?}"
    );
    let all: BTreeSet<&str> = provoked.union(&listed).copied().collect();
    assert_eq!(all, BTreeSet::from(NAMES));
}
