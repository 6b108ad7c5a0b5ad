//! What must not be printed: login tokens, secret keys and session tokens.

use std::fmt::Write as _;
use std::sync::LazyLock;

use mock_cognito_identity::{MockCognitoIdentity, Outcome, Request};
use regex::Regex;

/// All that a mock prints of its calls.
pub(crate) fn printed(mock: &MockCognitoIdentity) -> String {
    let mut text = format!("{mock:?}\n{}\n{}\n", mock.timeline(), mock.transcript());
    for call in mock.calls() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{call}\n{call:?}\n{}", call.outcome);
        if let Outcome::Error(error) = &call.outcome {
            let explanation = error.explanation().unwrap_or_default();
            let _ = writeln!(text, "{error}\n{error:?}\n{explanation}");
        }
    }
    text
}

/// Asserts that nothing is printed of the login tokens that a mock was sent, and nothing that looks
/// like a secret.
#[track_caller]
pub(crate) fn assert_none_printed(mock: &MockCognitoIdentity) {
    let printed = printed(mock);
    for call in mock.calls() {
        for token in login_tokens(&call.input) {
            assert_not_in(&printed, &token);
        }
    }
    assert_nothing_secret_in(&printed);
}

/// How many characters of a token may be printed. Shorter tokens are names of users, in tests of
/// lenient and of opaque logins.
const BEGINNING: usize = 12;

/// Asserts that a text has neither the beginning of a secret nor the rest of it.
#[track_caller]
pub(crate) fn assert_not_in(printed: &str, secret: &str) {
    let Some((end, _)) = secret.char_indices().nth(BEGINNING) else {
        return;
    };
    let (beginning, rest) = secret.split_at(end);
    assert!(
        !printed.contains(beginning) && !printed.contains(rest),
        "{secret} is printed: {printed}"
    );
}

/// Asserts that no JWT is in the text, no session token and no secret key.
#[track_caller]
pub(crate) fn assert_nothing_secret_in(printed: &str) {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("(eyJ|IQoJ)[A-Za-z0-9+/_-]{20}").unwrap());
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Za-z0-9+/]+").unwrap());
    let token = TOKEN.find(printed).map(|token| token.as_str());
    // A secret key has forty characters of Base64.
    let key = WORD
        .find_iter(printed)
        .map(|word| word.as_str())
        .find(|word| {
            let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
            word.len() == 40
                && has(char::is_ascii_digit)
                && has(char::is_ascii_lowercase)
                && has(char::is_ascii_uppercase)
        });
    assert_eq!(token.or(key), None, "in {printed}");
}

/// The login tokens in the input of a call.
fn login_tokens(input: &Request) -> Vec<String> {
    let logins = match input {
        Request::GetId(input) => input.logins(),
        Request::GetCredentialsForIdentity(input) => input.logins(),
        Request::GetOpenIdToken(input) => input.logins(),
        Request::UnlinkIdentity(input) => input.logins(),
        Request::AssumeRoleWithWebIdentity(input) => {
            return input
                .web_identity_token()
                .map(str::to_owned)
                .into_iter()
                .collect();
        }
        _ => None,
    };
    logins
        .into_iter()
        .flatten()
        .map(|(_, token)| token.clone())
        .collect()
}
