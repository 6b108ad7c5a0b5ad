//! Verifies the entries of `Logins`.
//!
//! A mock has no network, so a signature is verified only where its key is at hand: for tokens that
//! this mock issued, and for providers whose key set the test handed over.
//!
//! The checks of each kind of provider, in their order. The first that fails answers:
//!
//! | provider | checks |
//! |---|---|
//! | user pool | issuer, signature, app client listed, expiry, subject, not signed out |
//! | Google, Apple | issuer, signature, app listed, expiry, subject |
//! | other social providers | only of a JWT: signature, app listed, expiry, subject |
//! | OIDC provider | issuer, signature, any audience, expiry, subject |
//! | SAML provider | form, expiry |
//! | Cognito itself | provider configured, form, signature, expiry, pool and identity |

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::context::Context;
use super::identity_id::identity_key;
use super::login_errors;
use super::providers::{AMAZON, FACEBOOK, Provider, names_open_id_provider};
use super::region::{is_cognito, issuer};
use super::saml::Assertion;
use super::state::{Login, Pool, RegionState};
use super::verified_login::{Bearer, VerifiedLogin};
use crate::error::ServiceError;
use crate::token::{self, Jwt, LOGIN_KID, SignatureCheck};

// AWS [LOGIN2]: clocks may differ by five minutes; the error text contains the adjusted time.
const GRACE_SECONDS: i64 = 300;

/// Whether an operation takes tokens of Cognito itself for logins.
// AWS [N12]: `GetId` does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CognitoTokens {
    Accepted,
    Rejected,
}

/// Checks every login.
// AWS [row 14]: all of them must be valid, and the first that is not decides the error.
// Approximation [Q5]: a map has no first entry, so they are ordered by provider name.
pub(super) fn check_logins(
    context: &Context,
    region: &RegionState,
    pool: &Pool,
    cognito_tokens: CognitoTokens,
    logins: &HashMap<String, String>,
) -> Result<Vec<VerifiedLogin>, ServiceError> {
    let checks = LoginChecks {
        context,
        region: &region.name,
        pool,
        cognito_tokens,
    };
    let sorted: BTreeMap<_, _> = logins.iter().collect();
    sorted
        .into_iter()
        .map(|(key, token)| checks.login(key, token))
        .collect()
}

/// What the checks depend on, besides the login.
struct LoginChecks<'a> {
    context: &'a Context,
    region: &'a str,
    pool: &'a Pool,
    cognito_tokens: CognitoTokens,
}

impl LoginChecks<'_> {
    /// Checks one entry of `Logins`. The first line that applies decides:
    ///
    /// | | if | then |
    /// |---|---|---|
    /// | 1 | the key is the developer provider of the pool | rejected: not a public provider |
    /// | 2 | a Cognito token is under another key, or not accepted | rejected: a Cognito token |
    /// | 3 | the key is Cognito's own | [`Self::cognito`] |
    /// | 4 | logins are lenient | [`Self::lenient`] |
    /// | 5 | the pool lacks the provider, the key could be OIDC, the token is no JWT | rejected: not an OIDC token |
    /// | 6 | the pool lacks the provider | rejected: [`login_errors::unknown_provider`] |
    /// | 7 | tokens of the provider are JWTs, and this is none | rejected: not an OIDC token |
    /// | 8 | otherwise | the checks of the kind of provider |
    fn login(&self, key: &str, token: &str) -> Result<VerifiedLogin, ServiceError> {
        // AWS [P1, LOGIN14]: developer users are vouched for by signed calls only.
        if self.pool.developer_provider_name.as_deref() == Some(key) {
            return Err(login_errors::not_public(self.pool, key));
        }
        let jwt = Jwt::parse(token);
        let issued_here = jwt
            .as_ref()
            .is_some_and(|jwt| jwt.claim("iss") == Some(&issuer(self.region)));
        if issued_here && (self.cognito_tokens == CognitoTokens::Rejected || !is_cognito(key)) {
            return Err(login_errors::cognito_token(key));
        }
        if is_cognito(key) {
            return self.cognito(key, token, jwt, issued_here);
        }
        if self.context.settings.lenient_logins {
            return Ok(self.lenient(key, token, jwt));
        }
        let Some(provider) = self.pool.provider(key) else {
            // AWS [LOGIN6]: the form of an OIDC token is looked at before the providers of the pool
            // are (seen 2019). Approximation [Q49]: also where the pool has no provider at all; the
            // pools without any that were seen were asked about user pools.
            return Err(if jwt.is_none() && names_open_id_provider(key) {
                login_errors::no_open_id_token(self.pool, key, token)
            } else {
                login_errors::unknown_provider(self.pool, key, token)
            });
        };
        let no_jwt = || login_errors::no_open_id_token(self.pool, key, token);
        match provider {
            Provider::UserPool(_) => self.user_pool(key, jwt.ok_or_else(no_jwt)?),
            Provider::SocialJwt { app_id, .. } => {
                self.social_jwt(key, app_id, jwt.ok_or_else(no_jwt)?)
            }
            Provider::SocialOpaque { app_id, .. } => self.social_opaque(key, app_id, token, jwt),
            Provider::OpenIdConnect { arn } => {
                self.open_id_connect(key, arn, &jwt.ok_or_else(no_jwt)?)
            }
            Provider::Saml { arn } => self.saml(arn, token),
        }
    }

    /// Checks a token of `GetOpenIdTokenForDeveloperIdentity`, which this mock must have issued for
    /// an identity of the pool.
    fn cognito(
        &self,
        key: &str,
        token: &str,
        jwt: Option<Jwt<'_>>,
        issued_here: bool,
    ) -> Result<VerifiedLogin, ServiceError> {
        if self.pool.developer_provider_name.is_none() {
            return Err(login_errors::no_developer_provider(self.pool, key));
        }
        let Some(jwt) = jwt else {
            return Err(login_errors::no_cognito_jwt(self.pool, key, token));
        };
        if !issued_here {
            return Err(login_errors::not_of_cognito(&jwt, &issuer(self.region)));
        }
        if token::verify(&jwt, None) != SignatureCheck::Valid {
            return Err(login_errors::not_signed_here());
        }
        // Approximation [Q50]: what AWS answers to an expired developer token was never seen.
        self.expiry(&jwt, 0)?;
        let identity = jwt
            .claim("sub")
            .filter(|_| jwt.claim("aud") == Some(&self.pool.id))
            .and_then(|sub| identity_key(self.region, sub));
        let identity = identity.ok_or_else(|| login_errors::of_another_pool(self.pool, &jwt))?;
        let amr = jwt.claims.get("amr").and_then(Value::as_array);
        let amr = amr
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|entry| *entry != "authenticated");
        Ok(VerifiedLogin::new(
            Bearer::Identity(identity),
            key,
            amr.map(str::to_owned).collect(),
            jwt.claims,
        ))
    }

    fn user_pool(&self, key: &str, jwt: Jwt<'_>) -> Result<VerifiedLogin, ServiceError> {
        self.issued_by(key, &jwt)?;
        let jwt = self.signed(key, jwt)?;
        let audiences = audiences(&jwt)?;
        let client = audiences
            .into_iter()
            .find(|client| self.pool.lists_client(key, client));
        let client = client.ok_or_else(|| login_errors::unlisted_app(self.pool, key, &jwt))?;
        self.expiry(&jwt, GRACE_SECONDS)?;
        let subject = required(&jwt, "sub")?;
        self.signed_in(key, client, subject, &jwt)?;
        // AWS [TOKEN13]: `amr` has `authenticated`, these two entries and no others.
        let amr = vec![key.to_owned(), format!("{key}:CognitoSignIn:{subject}")];
        let login = VerifiedLogin::of_user(key, subject, amr, jwt.claims.clone());
        Ok(login.with_role_mapping_key(format!("{key}:{client}")))
    }

    // AWS [N19]: where `ServerSideTokenCheck` is on, a user who was signed out everywhere is
    // rejected.
    fn signed_in(
        &self,
        key: &str,
        client: &str,
        subject: &str,
        jwt: &Jwt<'_>,
    ) -> Result<(), ServiceError> {
        if !self.pool.checks_sign_out(key, client) {
            return Ok(());
        }
        let signed_out = self.context.sign_outs.get(&Login::new(key, subject));
        match signed_out {
            Some(at) if jwt.seconds("iat").is_none_or(|issued| issued <= *at) => {
                Err(login_errors::inactive(key, subject, jwt, *at))
            }
            _ => Ok(()),
        }
    }

    fn social_jwt(
        &self,
        key: &str,
        app_id: &str,
        jwt: Jwt<'_>,
    ) -> Result<VerifiedLogin, ServiceError> {
        self.issued_by(key, &jwt)?;
        let jwt = self.signed(key, jwt)?;
        let audiences = audiences(&jwt)?;
        // AWS [LOGIN3]: `azp` is compared if it is present, otherwise `aud`.
        let listed = jwt
            .claim("azp")
            .map_or_else(|| audiences.contains(&app_id), |azp| azp == app_id);
        if !listed {
            return Err(login_errors::unlisted_app(self.pool, key, &jwt));
        }
        self.expiry(&jwt, GRACE_SECONDS)?;
        let subject = required(&jwt, "sub")?;
        let amr = social_amr(key, app_id, subject);
        Ok(VerifiedLogin::of_user(
            key,
            subject,
            amr,
            jwt.claims.clone(),
        ))
    }

    /// AWS verifies tokens of Facebook, Amazon, Twitter and Digits online. Here a JWT, such as one
    /// of `issue_login`, is checked, and any other text is accepted as the name of its user.
    fn social_opaque(
        &self,
        key: &str,
        app_id: &str,
        token: &str,
        jwt: Option<Jwt<'_>>,
    ) -> Result<VerifiedLogin, ServiceError> {
        let Some(jwt) = jwt else {
            let mut claims = Map::new();
            claims.insert("iss".to_owned(), key.into());
            claims.insert("aud".to_owned(), app_id.into());
            claims.insert("sub".to_owned(), token.into());
            let amr = social_amr(key, app_id, token);
            return Ok(VerifiedLogin::of_user(key, token, amr, claims));
        };
        let jwt = self.signed(key, jwt)?;
        if jwt.claim("aud").is_some_and(|audience| audience != app_id) {
            return Err(login_errors::unlisted_app(self.pool, key, &jwt));
        }
        let (now, expires) = (self.now_seconds(), jwt.seconds("exp"));
        if let Some(expires) = expires.filter(|expires| now >= *expires) {
            return Err(login_errors::opaque_expired(expires, now));
        }
        let subject = required(&jwt, "sub")?;
        // AWS [ROLE13]: rules and tags see only these three claims of Facebook and Amazon, and
        // Amazon's user id.
        let mut claims = jwt.claims.clone();
        if matches!(key, FACEBOOK | AMAZON) {
            claims.retain(|name, _| matches!(name.as_str(), "iss" | "aud" | "sub" | "user_id"));
        }
        claims.insert("iss".to_owned(), key.into());
        let amr = social_amr(key, app_id, subject);
        Ok(VerifiedLogin::of_user(key, subject, amr, claims))
    }

    fn open_id_connect(
        &self,
        key: &str,
        arn: &str,
        jwt: &Jwt<'_>,
    ) -> Result<VerifiedLogin, ServiceError> {
        self.issued_by(key, jwt)?;
        self.signature(key, jwt)?;
        // AWS compares it with the client ids that IAM lists for the provider, which the mock does
        // not have.
        audiences(jwt)?;
        self.expiry(jwt, GRACE_SECONDS)?;
        let subject = required(jwt, "sub")?;
        let amr = vec![key.to_owned(), format!("{arn}:OIDC:{subject}")];
        Ok(by_arn(
            arn,
            VerifiedLogin::of_user(key, subject, amr, jwt.claims.clone()),
        ))
    }

    fn saml(&self, arn: &str, response: &str) -> Result<VerifiedLogin, ServiceError> {
        let assertion = Assertion::read(response);
        let assertion = assertion.map_err(|flaw| login_errors::no_saml_assertion(&flaw))?;
        let now = self.now_seconds();
        if let Some(limit) = assertion.expired_at(now - GRACE_SECONDS) {
            return Err(login_errors::saml_expired(limit, now, GRACE_SECONDS));
        }
        // Approximation [Q51]: by analogy with OIDC; no token of a SAML user was ever seen.
        let amr = vec![arn.to_owned(), format!("{arn}:SAML:{}", assertion.name_id)];
        let name_id = &assertion.name_id;
        Ok(VerifiedLogin::of_user(
            arn,
            name_id,
            amr,
            assertion.attributes,
        ))
    }

    fn lenient(&self, key: &str, token: &str, jwt: Option<Jwt<'_>>) -> VerifiedLogin {
        let jwt = jwt.map(|jwt| match self.signature(key, &jwt) {
            Ok(()) => self.addressed(key, jwt),
            Err(_) => jwt,
        });
        let subject = jwt
            .as_ref()
            .and_then(|jwt| jwt.claim("sub"))
            .unwrap_or(token)
            .to_owned();
        let client = jwt
            .as_ref()
            .and_then(|jwt| jwt.claim("aud"))
            .map(str::to_owned);
        let amr = vec![key.to_owned(), format!("{key}:{}", shortened(&subject))];
        let claims = jwt.map(|jwt| jwt.claims).unwrap_or_default();
        let login = VerifiedLogin::of_user(key, &subject, amr, claims);
        match (self.pool.provider(key), client) {
            (Some(Provider::UserPool(_)), Some(client)) => {
                login.with_role_mapping_key(format!("{key}:{client}"))
            }
            (Some(Provider::OpenIdConnect { arn }), _) => by_arn(arn, login),
            _ => login,
        }
    }

    fn issued_by(&self, key: &str, jwt: &Jwt<'_>) -> Result<(), ServiceError> {
        if is_issued_by(key, jwt) {
            Ok(())
        } else {
            Err(login_errors::other_issuer(key, jwt))
        }
    }

    /// Verifies the signature and returns the token with the audience that it has for this pool.
    fn signed<'t>(&self, key: &str, jwt: Jwt<'t>) -> Result<Jwt<'t>, ServiceError> {
        self.signature(key, &jwt)?;
        Ok(self.addressed(key, jwt))
    }

    /// The audience of a token that `issue_login` made for every app of its provider becomes the
    /// app that this pool lists. The signature must have been verified, as only the mock may claim
    /// this.
    fn addressed<'t>(&self, key: &str, mut jwt: Jwt<'t>) -> Jwt<'t> {
        if jwt.header("kid") == Some(LOGIN_KID)
            && token::is_for_any_app(&jwt)
            // Nothing else checks the issuer in tokens that AWS verifies online.
            && is_issued_by(key, &jwt)
            && let Some(app_id) = self.pool.app_id(key)
        {
            jwt.claims.insert("aud".to_owned(), app_id.into());
        }
        jwt
    }

    fn signature(&self, key: &str, jwt: &Jwt<'_>) -> Result<(), ServiceError> {
        let keys = if jwt.header("kid") == Some(LOGIN_KID) {
            None
        } else if let Some(keys) = self.context.settings.trusted_issuers.get(key) {
            Some(keys)
        } else {
            return Ok(());
        };
        Err(match token::verify(jwt, keys) {
            SignatureCheck::Valid => return Ok(()),
            SignatureCheck::Invalid => login_errors::forged(key, jwt, keys),
            SignatureCheck::UnknownKey => login_errors::unknown_key(key, jwt, keys),
            SignatureCheck::UnusableKey => login_errors::unusable_key(jwt),
        })
    }

    fn expiry(&self, jwt: &Jwt<'_>, grace: i64) -> Result<(), ServiceError> {
        let Some(expires) = jwt.seconds("exp") else {
            return Err(login_errors::missing_claim(jwt, "exp"));
        };
        let now = self.now_seconds();
        if now - grace >= expires {
            return Err(login_errors::expired(expires, now, grace));
        }
        Ok(())
    }

    fn now_seconds(&self) -> i64 {
        self.context.now_seconds()
    }
}

/// Checks the issuer.
// AWS [LOGIN4]: without its scheme it is the name of the provider.
fn is_issued_by(key: &str, jwt: &Jwt<'_>) -> bool {
    let issuer = jwt.claim("iss");
    issuer.map(|issuer| issuer.strip_prefix("https://").unwrap_or(issuer)) == Some(key)
}

// AWS [ROLE6, PTAG4]: an OIDC provider goes by its ARN where roles and principal tags are
// configured.
fn by_arn(arn: &str, login: VerifiedLogin) -> VerifiedLogin {
    login
        .with_role_mapping_key(arn.to_owned())
        .with_principal_tags_key(arn.to_owned())
}

// AWS [TOKEN16]: the second entry names app and user, as seen for Facebook. Approximation [Q52]: so
// it does for other social providers.
fn social_amr(key: &str, app_id: &str, subject: &str) -> Vec<String> {
    vec![
        key.to_owned(),
        format!("{key}:{app_id}:{}", shortened(subject)),
    ]
}

/// An opaque token may stand for its user; in a claim its beginning is enough to tell users apart.
fn shortened(subject: &str) -> &str {
    let end = subject
        .char_indices()
        .nth(128)
        .map_or(subject.len(), |(end, _)| end);
    &subject[..end]
}

fn required<'a>(jwt: &'a Jwt<'_>, name: &str) -> Result<&'a str, ServiceError> {
    jwt.claim(name)
        .ok_or_else(|| login_errors::missing_claim(jwt, name))
}

/// `aud` is one text or, as the standard also allows, a list.
fn audiences<'a>(jwt: &'a Jwt<'_>) -> Result<Vec<&'a str>, ServiceError> {
    match jwt.claims.get("aud") {
        Some(Value::String(audience)) => Ok(vec![audience]),
        Some(Value::Array(list)) => Ok(list.iter().filter_map(Value::as_str).collect()),
        _ => Err(login_errors::missing_claim(jwt, "aud")),
    }
}
