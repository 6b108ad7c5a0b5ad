//! Whether a login may be believed: each entry of `Logins` against the pool's providers.
//!
//! There is no network behind a mock, so a signature is checked only where its key is at hand:
//! for tokens that this mock issued, and for providers whose key set the test handed over.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::context::Context;
use super::identity_id::{IdentityKey, identity_key};
use super::providers::{Provider, names_open_id_provider};
use super::region::{is_cognito, issuer};
use super::state::{Login, Pool};
use crate::error::ServiceError;
use crate::token::{self, Jwt, LOGIN_KID, Verdict};

/// AWS: clocks may differ by five minutes; the printed time is the skewed one.
const GRACE_SECONDS: i64 = 300;

/// A login that passed its checks.
#[derive(Debug)]
pub(super) struct Proof {
    /// Who it proves. For a token of Cognito itself, `vouches_for` says it instead.
    pub(super) login: Option<Login>,
    /// The identity that a token of Cognito itself was made for.
    pub(super) vouches_for: Option<IdentityKey>,
    /// What it adds to the `amr` claim.
    pub(super) amr: Vec<String>,
    /// What the provider said of the user, for rules and tags.
    pub(super) claims: Map<String, Value>,
    /// Under which key role mappings of this provider stand.
    pub(super) mapping_key: String,
    /// Under which name principal tags of this provider stand.
    pub(super) tags_key: String,
}

/// Who asks, as far as it decides what is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// `GetId`, where tokens of Cognito itself have no business.
    GetId,
    /// The other public operations.
    Public,
    /// `GetOpenIdTokenForDeveloperIdentity`.
    Developer,
}

/// What the checks need to know.
pub(super) struct Checks<'a> {
    pub(super) pool: &'a Pool,
    pub(super) region: &'a str,
    pub(super) context: &'a Context,
    pub(super) caller: Caller,
}

impl Checks<'_> {
    /// Checks every login. AWS: all must be valid, and the first that is not answers.
    ///
    /// Approximation: a map has no first entry, so they go by name.
    pub(super) fn all(&self, logins: &HashMap<String, String>) -> Result<Vec<Proof>, ServiceError> {
        let sorted: BTreeMap<_, _> = logins.iter().collect();
        sorted
            .into_iter()
            .map(|(key, token)| self.one(key, token))
            .collect()
    }

    fn one(&self, key: &str, token: &str) -> Result<Proof, ServiceError> {
        // AWS: developer users are vouched for by signed calls only.
        if self.pool.developer_provider_name.as_deref() == Some(key) {
            return Err(ServiceError::invalid_parameter(
                "Please provide a valid public provider",
            ));
        }
        let jwt = Jwt::parse(token);
        let issued_here = jwt
            .as_ref()
            .is_some_and(|jwt| jwt.claim("iss") == Some(&issuer(self.region)));
        if issued_here && (self.caller == Caller::GetId || !is_cognito(key)) {
            return Err(invalid("Can't pass in a Cognito token."));
        }
        if is_cognito(key) {
            return self.cognito(key, jwt.filter(|_| issued_here));
        }
        if self.context.settings.lenient_logins {
            return Ok(self.lenient(key, token, jwt));
        }
        let Some(provider) = self.pool.provider(key) else {
            // AWS: the form of an OIDC token is looked at before the providers of the pool are
            // (seen 2019). Approximation: also where the pool has no provider at all; the pools
            // without any that were seen were asked about user pools.
            return Err(if jwt.is_none() && names_open_id_provider(key) {
                not_openid()
            } else {
                self.unsupported()
            });
        };
        match provider {
            Provider::Cognito => self.cognito(key, jwt),
            Provider::UserPool => self.user_pool(key, jwt.ok_or_else(not_openid)?),
            Provider::SocialJwt { app_id } => {
                self.social_jwt(key, app_id, jwt.ok_or_else(not_openid)?)
            }
            Provider::SocialOpaque { app_id } => self.social_opaque(key, app_id, token, jwt),
            Provider::OpenIdConnect { arn } => {
                self.open_id_connect(key, arn, &jwt.ok_or_else(not_openid)?)
            }
            Provider::Saml { arn } => self.saml(arn, token),
        }
    }

    /// AWS: a pool without any provider says so, others say that it is not this one.
    fn unsupported(&self) -> ServiceError {
        if self.pool.has_providers() {
            ServiceError::not_authorized(
                "Token is not from a supported provider of this identity pool.",
            )
        } else {
            ServiceError::not_authorized(format!(
                "Identity pool - {} does not have identity providers configured.",
                self.pool.id
            ))
        }
    }

    /// A token of `GetOpenIdTokenForDeveloperIdentity`: made here, for an identity of this pool.
    fn cognito(&self, key: &str, jwt: Option<Jwt<'_>>) -> Result<Proof, ServiceError> {
        if self.pool.provider(key).is_none() {
            return Err(self.unsupported());
        }
        let jwt = jwt.ok_or_else(|| invalid("Not a Cognito token."))?;
        if token::verify(&jwt, None) != Verdict::Good {
            return Err(invalid("Not a Cognito token."));
        }
        // Approximation: what AWS says of an expired developer token was never seen.
        self.expiry(&jwt, 0)?;
        let vouches_for = jwt
            .claim("sub")
            .and_then(|sub| identity_key(self.region, sub));
        if jwt.claim("aud") != Some(&self.pool.id) || vouches_for.is_none() {
            return Err(logins_do_not_match());
        }
        let amr = jwt
            .claims
            .get("amr")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let amr = amr
            .filter_map(Value::as_str)
            .filter(|entry| *entry != "authenticated");
        Ok(Proof {
            login: None,
            vouches_for,
            amr: amr.map(str::to_owned).collect(),
            mapping_key: key.to_owned(),
            tags_key: key.to_owned(),
            claims: jwt.claims,
        })
    }

    fn user_pool(&self, key: &str, jwt: Jwt<'_>) -> Result<Proof, ServiceError> {
        self.issued_by(key, &jwt)?;
        let jwt = self.signed(key, jwt)?;
        let audiences = audiences(&jwt)?;
        let client = audiences
            .into_iter()
            .find(|client| self.pool.lists_client(key, client));
        let client = client.ok_or_else(|| self.unsupported())?;
        self.expiry(&jwt, GRACE_SECONDS)?;
        let subject = required(&jwt, "sub")?;
        self.signed_in(key, client, subject, &jwt)?;
        // AWS: `authenticated` and these two, no more.
        Ok(proof(
            key,
            subject,
            vec![key.to_owned(), format!("{key}:CognitoSignIn:{subject}")],
            &jwt,
        )
        .mapped_by(format!("{key}:{client}")))
    }

    /// AWS: where `ServerSideTokenCheck` is on, a user who was signed out everywhere is refused.
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
            // Approximation: the text was seen in an application's log only.
            Some(at) if jwt.seconds("iat").is_none_or(|issued| issued <= *at) => {
                Err(ServiceError::not_authorized("Token is inactive"))
            }
            _ => Ok(()),
        }
    }

    fn social_jwt(&self, key: &str, app_id: &str, jwt: Jwt<'_>) -> Result<Proof, ServiceError> {
        self.issued_by(key, &jwt)?;
        let jwt = self.signed(key, jwt)?;
        let audiences = audiences(&jwt)?;
        // AWS: `azp` counts where there is one, else `aud`.
        let listed = jwt
            .claim("azp")
            .map_or_else(|| audiences.contains(&app_id), |azp| azp == app_id);
        if !listed {
            return Err(self.unsupported());
        }
        self.expiry(&jwt, GRACE_SECONDS)?;
        let subject = required(&jwt, "sub")?;
        Ok(proof(key, subject, social_amr(key, app_id, subject), &jwt))
    }

    /// AWS asks Facebook, Amazon, Twitter and Digits online. Here a token of `issue_login` says
    /// whose it is; any other text is believed and is its own subject.
    fn social_opaque(
        &self,
        key: &str,
        app_id: &str,
        token: &str,
        jwt: Option<Jwt<'_>>,
    ) -> Result<Proof, ServiceError> {
        let Some(jwt) = jwt else {
            let mut claims = Map::new();
            claims.insert("iss".to_owned(), key.into());
            claims.insert("aud".to_owned(), app_id.into());
            claims.insert("sub".to_owned(), token.into());
            return Ok(proof_of(key, token, social_amr(key, app_id, token), claims));
        };
        let jwt = self.signed(key, jwt)?;
        if jwt.claim("aud").is_some_and(|audience| audience != app_id) {
            return Err(self.unsupported());
        }
        // Approximation: which providers' tokens expire in these words is not known.
        if jwt
            .seconds("exp")
            .is_some_and(|expires| self.now_seconds() >= expires)
        {
            return Err(invalid("Token is expired."));
        }
        let subject = required(&jwt, "sub")?;
        // AWS: rules and tags see only these three of Facebook and Amazon, and Amazon's user id.
        let mut claims = jwt.claims.clone();
        if matches!(key, "graph.facebook.com" | "www.amazon.com") {
            claims.retain(|name, _| matches!(name.as_str(), "iss" | "aud" | "sub" | "user_id"));
        }
        claims.insert("iss".to_owned(), key.into());
        Ok(proof_of(
            key,
            subject,
            social_amr(key, app_id, subject),
            claims,
        ))
    }

    fn open_id_connect(&self, key: &str, arn: &str, jwt: &Jwt<'_>) -> Result<Proof, ServiceError> {
        self.issued_by(key, jwt)?;
        self.signature(key, jwt)?;
        // AWS compares it with the client ids that IAM lists for the provider; none are here.
        audiences(jwt)?;
        self.expiry(jwt, GRACE_SECONDS)?;
        let subject = required(jwt, "sub")?;
        let amr = vec![key.to_owned(), format!("{arn}:OIDC:{subject}")];
        Ok(proof(key, subject, amr, jwt)
            .mapped_by(arn.to_owned())
            .tagged_by(arn.to_owned()))
    }

    fn saml(&self, arn: &str, response: &str) -> Result<Proof, ServiceError> {
        let assertion = super::saml::Assertion::read(response)
            // Approximation: no text of AWS for a broken assertion is known.
            .ok_or_else(|| invalid("Not a valid SAML assertion."))?;
        if assertion.expired_at(self.now_seconds() - GRACE_SECONDS) {
            // Approximation: as for the tokens of social providers.
            return Err(invalid("Token is expired."));
        }
        // Approximation: by analogy with OIDC; a token of a SAML user is never shown.
        let amr = vec![arn.to_owned(), format!("{arn}:SAML:{}", assertion.name_id)];
        Ok(proof_of(arn, &assertion.name_id, amr, assertion.attributes))
    }

    fn lenient(&self, key: &str, token: &str, jwt: Option<Jwt<'_>>) -> Proof {
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
        let proof = proof_of(
            key,
            &subject,
            amr,
            jwt.map(|jwt| jwt.claims).unwrap_or_default(),
        );
        match (self.pool.provider(key), client) {
            (Some(Provider::UserPool), Some(client)) => proof.mapped_by(format!("{key}:{client}")),
            (Some(Provider::OpenIdConnect { arn }), _) => {
                proof.mapped_by(arn.to_owned()).tagged_by(arn.to_owned())
            }
            _ => proof,
        }
    }

    /// AWS: the issuer without its scheme is the provider's name.
    fn issued_by(&self, key: &str, jwt: &Jwt<'_>) -> Result<(), ServiceError> {
        let issuer = jwt
            .claim("iss")
            .map(|issuer| issuer.strip_prefix("https://").unwrap_or(issuer));
        if issuer == Some(key) {
            Ok(())
        } else {
            Err(invalid("Issuer doesn't match providerName"))
        }
    }

    /// The token if its signature is good, with the audience that it has for this pool.
    fn signed<'t>(&self, key: &str, jwt: Jwt<'t>) -> Result<Jwt<'t>, ServiceError> {
        self.signature(key, &jwt)?;
        Ok(self.addressed(key, jwt))
    }

    /// A token that `issue_login` made for every app of its provider takes the app that this pool
    /// lists for its audience. The signature must have been verified: only the mock may say so.
    fn addressed<'t>(&self, key: &str, mut jwt: Jwt<'t>) -> Jwt<'t> {
        if jwt.header("kid") == Some(LOGIN_KID)
            && token::is_for_any_app(&jwt)
            // Tokens of providers that AWS asks online are not held to their issuer elsewhere.
            && self.issued_by(key, &jwt).is_ok()
            && let Some(app_id) = self.pool.app_id(key)
        {
            jwt.claims.insert("aud".to_owned(), app_id.into());
        }
        jwt
    }

    fn signature(&self, key: &str, jwt: &Jwt<'_>) -> Result<(), ServiceError> {
        let verdict = if jwt.header("kid") == Some(LOGIN_KID) {
            token::verify(jwt, None)
        } else if let Some(keys) = self.context.settings.trusted_issuers.get(key) {
            token::verify(jwt, Some(keys))
        } else {
            Verdict::Good
        };
        match verdict {
            Verdict::Good => Ok(()),
            Verdict::Bad => Err(invalid("Token signature invalid.")),
            Verdict::UnknownKey => Err(invalid("Couldn't verify signed token.")),
        }
    }

    fn expiry(&self, jwt: &Jwt<'_>, grace: i64) -> Result<(), ServiceError> {
        let Some(expires) = jwt.seconds("exp") else {
            return Err(missing_claim("exp"));
        };
        let now = self.now_seconds() - grace;
        if now >= expires {
            return Err(invalid(&format!("Token expired: {now} >= {expires}")));
        }
        Ok(())
    }

    fn now_seconds(&self) -> i64 {
        self.context.now_seconds()
    }
}

impl Proof {
    fn mapped_by(mut self, key: String) -> Self {
        self.mapping_key = key;
        self
    }

    fn tagged_by(mut self, key: String) -> Self {
        self.tags_key = key;
        self
    }
}

/// AWS: what is said when none of the logins belongs to the identity.
pub(super) fn logins_do_not_match() -> ServiceError {
    ServiceError::not_authorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    )
}

fn proof(key: &str, subject: &str, amr: Vec<String>, jwt: &Jwt<'_>) -> Proof {
    proof_of(key, subject, amr, jwt.claims.clone())
}

fn proof_of(key: &str, subject: &str, amr: Vec<String>, claims: Map<String, Value>) -> Proof {
    Proof {
        login: Some(Login::new(key, subject)),
        vouches_for: None,
        amr,
        claims,
        mapping_key: key.to_owned(),
        tags_key: key.to_owned(),
    }
}

/// AWS: the second entry names app and user, as seen for Facebook. Approximation: so it does for the
/// other social providers.
fn social_amr(key: &str, app_id: &str, subject: &str) -> Vec<String> {
    vec![
        key.to_owned(),
        format!("{key}:{app_id}:{}", shortened(subject)),
    ]
}

/// An opaque token stands for its user here; a claim needs no more of it than tells users apart.
fn shortened(subject: &str) -> &str {
    let end = subject
        .char_indices()
        .nth(128)
        .map_or(subject.len(), |(end, _)| end);
    &subject[..end]
}

fn required<'a>(jwt: &'a Jwt<'_>, name: &str) -> Result<&'a str, ServiceError> {
    jwt.claim(name).ok_or_else(|| missing_claim(name))
}

/// `aud` is one text or, as the standard also allows, a list.
fn audiences<'a>(jwt: &'a Jwt<'_>) -> Result<Vec<&'a str>, ServiceError> {
    match jwt.claims.get("aud") {
        Some(Value::String(audience)) => Ok(vec![audience]),
        Some(Value::Array(list)) => Ok(list.iter().filter_map(Value::as_str).collect()),
        _ => Err(missing_claim("aud")),
    }
}

fn missing_claim(name: &str) -> ServiceError {
    invalid(&format!("Missing a required claim: {name}"))
}

fn not_openid() -> ServiceError {
    invalid("Not a valid OpenId Connect identity token.")
}

fn invalid(what: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Invalid login token. {what}"))
}
