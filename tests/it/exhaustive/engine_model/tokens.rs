//! Login tokens, true and false ones.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use mock_cognito_identity::{LoginToken, MockCognitoIdentity};

/// What a token shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// This user of the provider.
    User(String),
    /// An identity of a pool; from `GetOpenIdTokenForDeveloperIdentity`.
    Identity { pool: String, id: String },
    /// Nothing.
    Nothing,
}

/// One entry of `Logins`.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) provider: String,
    pub(super) token: String,
    pub(super) truth: Truth,
}

pub(super) const FACEBOOK: &str = "graph.facebook.com";
pub(super) const GOOGLE: &str = "accounts.google.com";
pub(super) const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
pub(super) const OIDC: &str = "issuer.example";
pub(super) const OIDC_ARN: &str = "arn:aws:iam::123456789012:oidc-provider/issuer.example";
pub(super) const SAML: &str = "arn:aws:iam::123456789012:saml-provider/adfs";
pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";
pub(super) const PUBLIC: [&str; 5] = [FACEBOOK, GOOGLE, USER_POOL, OIDC, SAML];
pub(super) const SUBJECTS: [&str; 5] = ["ann", "bob", "cid", "dee", "eve"];
/// The app that every provider issues for.
pub(super) const APP: &str = "app";

// AWS [LOGIN2]: how much later a token of a provider may still be shown.
const GRACE_SECONDS: u64 = 300;
const LIFETIME: Duration = Duration::from_secs(20_000);

struct Issued {
    text: String,
    expires: u64,
}

/// Signing takes long, so tokens are kept for as long as they are good.
#[derive(Default)]
pub(super) struct Tokens {
    issued: BTreeMap<(String, String), Issued>,
    foreign_app: BTreeMap<String, String>,
}

impl Tokens {
    /// A token that most likely proves `subject`; one that expired meanwhile is used as such now
    /// and then before it is replaced.
    pub(super) fn of(
        &mut self,
        mock: &MockCognitoIdentity,
        rng: &mut Rng,
        now: u64,
        provider: &str,
        subject: &str,
    ) -> Given {
        let given = |token: String, truth| Given {
            provider: provider.to_owned(),
            token,
            truth,
        };
        if provider == FACEBOOK {
            // Believed as it is.
            return given(subject.to_owned(), Truth::User(subject.to_owned()));
        }
        let key = (provider.to_owned(), subject.to_owned());
        let known = self.issued.get(&key);
        let is_good = |expires: u64| now < expires + GRACE_SECONDS;
        if known.is_none_or(|issued| !is_good(issued.expires) && rng.u8(..4) == 0) {
            let login = LoginToken::new(provider, subject).audience(APP);
            let text = mock.issue_login(login.expires_in(LIFETIME));
            let expires = now + LIFETIME.as_secs();
            self.issued.insert(key.clone(), Issued { text, expires });
        }
        let issued = &self.issued[&key];
        let truth = if is_good(issued.expires) {
            Truth::User(subject.to_owned())
        } else {
            Truth::Nothing
        };
        given(issued.text.clone(), truth)
    }

    /// A token that no provider would have issued.
    pub(super) fn bad(
        &mut self,
        mock: &MockCognitoIdentity,
        rng: &mut Rng,
        now: u64,
        provider: &str,
    ) -> Given {
        let token = match (rng.u8(..4), provider) {
            (0, GOOGLE | USER_POOL | FACEBOOK) => {
                let issue = || {
                    let login = LoginToken::new(provider, "mallory").audience("another app");
                    mock.issue_login(login.expires_in(LIFETIME * 1_000))
                };
                let foreign = self.foreign_app.entry(provider.to_owned());
                foreign.or_insert_with(issue).clone()
            }
            (1, GOOGLE | USER_POOL | OIDC) => {
                // The signature's last bytes.
                let mut good = self.of(mock, rng, now, provider, SUBJECTS[0]).token;
                let end = good.split_off(good.len() - 8);
                good + if end == "AAAAAAAA" {
                    "BBBBBBBB"
                } else {
                    "AAAAAAAA"
                }
            }
            (2, FACEBOOK | USER_POOL | OIDC) => {
                let other = self.of(mock, rng, now, GOOGLE, SUBJECTS[0]).token;
                // Facebook's own check is of the app only.
                if provider == FACEBOOK {
                    return self.bad_facebook(mock);
                }
                other
            }
            (_, FACEBOOK) => return self.bad_facebook(mock),
            _ => "no token at all".to_owned(),
        };
        Given {
            provider: provider.to_owned(),
            token,
            truth: Truth::Nothing,
        }
    }

    /// A JWT for another app: plain texts are all believed.
    fn bad_facebook(&mut self, mock: &MockCognitoIdentity) -> Given {
        let issue = || {
            let login = LoginToken::new(FACEBOOK, "mallory").audience("another app");
            mock.issue_login(login.expires_in(LIFETIME * 1_000))
        };
        let foreign = self.foreign_app.entry(FACEBOOK.to_owned());
        Given {
            provider: FACEBOOK.to_owned(),
            token: foreign.or_insert_with(issue).clone(),
            truth: Truth::Nothing,
        }
    }
}
