//! Why a call was answered with an error: the explanations, which only the log of the mock has.

mod developer_identities;
mod identities;
mod login_tokens;
mod pools;
mod roles;
mod sts;

use mock_cognito_identity::{MockCognitoIdentity, Outcome};

use crate::support::secrets::assert_none_printed;
use crate::support::{assert_explained, mock, over_both};

/// What [`explanations`] has of these calls, which is the same over both transports.
async fn explained(make_calls: impl AsyncFn(&MockCognitoIdentity)) -> String {
    let [tcp, memory] = over_both(mock);
    make_calls(&tcp).await;
    make_calls(&memory).await;
    for mock in [&tcp, &memory] {
        assert_explained(mock);
        assert_none_printed(mock);
    }
    let explanations = [&tcp, &memory].map(explanations);
    assert_eq!(explanations[0], explanations[1]);
    let [explanations, _] = explanations;
    explanations
}

/// The errors in the log: the operation, AWS's text, and below it the explanation.
fn explanations(mock: &MockCognitoIdentity) -> String {
    let mut text = String::new();
    for call in mock.calls() {
        if let Outcome::Error(error) = &call.outcome {
            let operation = call.input.operation();
            let message = error.message().unwrap_or_default();
            let explanation = error.explanation().unwrap_or("(none)");
            text.push_str(&format!("{operation}: {message}\n    {explanation}\n"));
        }
    }
    text
}
