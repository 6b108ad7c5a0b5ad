//! The errors for login tokens that are rejected, with their explanations. The checks are in
//! `login_checks.rs`.

use std::collections::BTreeSet;

use super::errors::logins_do_not_match;
use super::explain::{
    did_you_mean, json, list, plain, pool_name, quoted, quoted_list, time_of_seconds,
};
use super::providers::is_social_provider;
use super::region::{COGNITO, is_cognito};
use super::saml::Flaw;
use super::state::Pool;
use crate::error::ServiceError;
use crate::token::{JwkSet, Jwt, key_ids};

/// What people call the social providers, and the keys of these in `Logins`.
const SOCIAL: [(&str, &str); 6] = [
    ("facebook", "graph.facebook.com"),
    ("google", "accounts.google.com"),
    ("apple", "appleid.apple.com"),
    ("amazon", "www.amazon.com"),
    ("twitter", "api.twitter.com"),
    ("digits", "www.digits.com"),
];

/// The key is the developer provider, whose users sign in otherwise.
// AWS [P1]: the text.
pub(super) fn not_public(pool: &Pool, key: &str) -> ServiceError {
    let text = "Please provide a valid public provider";
    ServiceError::invalid_parameter(text).because(format!(
        "{} is the developer provider of the {}; its users come with a token of \
         GetOpenIdTokenForDeveloperIdentity, under {COGNITO}",
        quoted(key),
        pool_name(pool)
    ))
}

/// Cognito issued the token, and it is not taken here.
// AWS [N12]: the text.
pub(super) fn cognito_token(key: &str) -> ServiceError {
    let advice = if is_cognito(key) {
        "GetId takes tokens of identity providers only; the answer with the token has the identity id"
    } else {
        "such tokens go under cognito-identity.amazonaws.com"
    };
    let key = quoted(key);
    invalid("Can't pass in a Cognito token.").because(format!(
        "the token under {key} is one of Cognito Identity itself; {advice}"
    ))
}

/// The pool does not have the provider that the key names.
pub(super) fn unknown_provider(pool: &Pool, key: &str, token: &str) -> ServiceError {
    if let Some(swapped) = swapped(pool, token) {
        return unsupported(pool, swapped);
    }
    let (pool_name, known) = (pool_name(pool), login_keys(pool));
    let has = match &pool.developer_provider_name {
        Some(name) if known.is_empty() => format!("the developer provider {} only", plain(name)),
        None if known.is_empty() => "no providers at all".to_owned(),
        _ => list(known.iter().map(|key| plain(key))),
    };
    let hint = similar_provider(key, || known.iter().copied());
    let key = quoted(key);
    let why = format!("the {pool_name} has no provider {key}; it has {has}{hint}");
    unsupported(pool, why)
}

/// The app that the token is for is not one that the pool lists for the provider.
pub(super) fn unlisted_app(pool: &Pool, key: &str, jwt: &Jwt<'_>) -> ServiceError {
    if let Some(why) = access_token(jwt) {
        return unsupported(pool, why);
    }
    let compared = match jwt.claim("azp") {
        Some(_) if is_social_provider(key) => "azp",
        _ => "aud",
    };
    let listed: Vec<&str> = pool.app_ids(key).collect();
    let given = jwt.claim(compared).unwrap_or_default();
    let why = format!(
        "{}; for {} the {} lists {}{}",
        shown_claim(jwt, compared),
        plain(key),
        pool_name(pool),
        quoted_list(listed.iter().copied()),
        did_you_mean(given, listed)
    );
    unsupported(pool, why)
}

/// The pool has no developer provider, and so takes no tokens of Cognito.
pub(super) fn no_developer_provider(pool: &Pool, key: &str) -> ServiceError {
    let why = format!(
        "tokens under {} are those of developer users, and the {} has no developer provider",
        quoted(key),
        pool_name(pool)
    );
    unsupported(pool, why)
}

// AWS [N4, N5]: the text depends on whether the pool has any provider.
fn unsupported(pool: &Pool, why: String) -> ServiceError {
    let error = if pool.has_providers() {
        ServiceError::not_authorized(
            "Token is not from a supported provider of this identity pool.",
        )
    } else {
        ServiceError::not_authorized(format!(
            "Identity pool - {} does not have identity providers configured.",
            pool.id
        ))
    };
    error.because(why)
}

/// The token of an OIDC provider, or of one whose tokens are the same, is no JWT.
// AWS [N10]: the text.
pub(super) fn no_open_id_token(pool: &Pool, key: &str, token: &str) -> ServiceError {
    let error = invalid("Not a valid OpenId Connect identity token.");
    error.because(why_no_jwt(pool, key, token))
}

/// The token under Cognito's own key is no JWT.
// AWS [N13]: the text, for each token under this key that Cognito did not issue.
pub(super) fn no_cognito_jwt(pool: &Pool, key: &str, token: &str) -> ServiceError {
    invalid("Not a Cognito token.").because(why_no_jwt(pool, key, token))
}

/// The token under Cognito's own key is of another issuer.
pub(super) fn not_of_cognito(jwt: &Jwt<'_>, issuer: &str) -> ServiceError {
    invalid("Not a Cognito token.").because(format!(
        "{}; that of Cognito Identity is {}",
        shown_claim(jwt, "iss"),
        quoted(issuer)
    ))
}

/// The token under Cognito's own key was not signed by this mock.
pub(super) fn not_signed_here() -> ServiceError {
    invalid("Not a Cognito token.").because(NOT_SIGNED_HERE)
}

/// Why a token of Cognito is not accepted whose signature is not the mock's.
pub(super) const NOT_SIGNED_HERE: &str = "the token names Cognito Identity as its issuer, and this \
    mock did not sign it; was it changed, or issued by AWS?";

/// The token of Cognito is for another pool, or for an identity of another Region.
pub(super) fn of_another_pool(pool: &Pool, jwt: &Jwt<'_>) -> ServiceError {
    logins_do_not_match().because(format!(
        "the token is for {} in the pool {}; the identity of the request is in the {} ({})",
        quoted(jwt.claim("sub").unwrap_or_default()),
        quoted(jwt.claim("aud").unwrap_or_default()),
        pool_name(pool),
        plain(&pool.id)
    ))
}

/// The issuer of the token is not the provider that the key names.
// AWS [N8]: the text.
pub(super) fn other_issuer(key: &str, jwt: &Jwt<'_>) -> ServiceError {
    invalid("Issuer doesn't match providerName").because(format!(
        "{}, and its key in `Logins` is {}; apart from https:// the two must be equal",
        shown_claim(jwt, "iss"),
        quoted(key)
    ))
}

/// A claim is missing, or not of the type that it must have.
// AWS [N9]: the text was seen for `aud`.
pub(super) fn missing_claim(jwt: &Jwt<'_>, name: &str) -> ServiceError {
    let why = why_claim_missing(jwt, name);
    invalid(&format!("Missing a required claim: {name}")).because(why)
}

/// The token expired at `exp`, in seconds since 1970. `grace` are the seconds by which clocks may
/// differ.
// AWS [N6, LOGIN2]: the text, with the time less the grace.
pub(super) fn expired(exp: i64, now: i64, grace: i64) -> ServiceError {
    let error = invalid(&format!("Token expired: {} >= {exp}", now - grace));
    error.because(why_expired("exp", exp, now, grace))
}

/// The token of a social provider that is checked online has expired.
// Approximation [N7, Q36]: which providers' tokens expire in these words is not known.
pub(super) fn opaque_expired(exp: i64, now: i64) -> ServiceError {
    invalid("Token is expired.").because(why_expired("exp", exp, now, 0))
}

/// The SAML assertion has expired.
// Approximation [N7, Q36]: the text for tokens of social providers.
pub(super) fn saml_expired(limit: i64, now: i64, grace: i64) -> ServiceError {
    invalid("Token is expired.").because(why_expired("NotOnOrAfter", limit, now, grace))
}

// Approximation [Q37]: AWS's text for a broken assertion is unknown.
pub(super) fn no_saml_assertion(flaw: &Flaw) -> ServiceError {
    invalid("Not a valid SAML assertion.").because(flaw.to_string())
}

/// A key that is known did not make the signature. Without a key set it is the mock's own.
// AWS [N11b]: the text.
pub(super) fn forged(key: &str, jwt: &Jwt<'_>, keys: Option<&JwkSet>) -> ServiceError {
    let who = match keys {
        Some(_) => {
            let kid = quoted(jwt.header("kid").unwrap_or_default());
            format!(
                "the key {kid}, which `trust_issuer` has for {},",
                plain(key)
            )
        }
        None => "the key of `issue_login`, which the token names,".to_owned(),
    };
    invalid("Token signature invalid.").because(format!(
        "{who} did not make the signature; was the token changed after it was signed?"
    ))
}

/// There is no key for the signature among those that `trust_issuer` has.
pub(super) fn unknown_key(key: &str, jwt: &Jwt<'_>, keys: Option<&JwkSet>) -> ServiceError {
    let kid = match jwt.header("kid") {
        Some(kid) => format!("`kid` of the token is {}", quoted(kid)),
        None => "the token has no `kid`".to_owned(),
    };
    let known = quoted_list(keys.into_iter().flat_map(key_ids));
    let key = plain(key);
    unverified().because(format!(
        "{kid}; the keys that `trust_issuer` has for {key} are {known}"
    ))
}

/// The key cannot make signatures of the algorithm that the token names.
pub(super) fn unusable_key(jwt: &Jwt<'_>) -> ServiceError {
    unverified().because(match jwt.header("alg") {
        Some(alg) => format!(
            "`alg` of the token is {}, and the key {} makes no such signatures",
            quoted(alg),
            quoted(jwt.header("kid").unwrap_or_default())
        ),
        None => "the token has no `alg`".to_owned(),
    })
}

fn unverified() -> ServiceError {
    invalid("Couldn't verify signed token.")
}

/// The user was signed out at `at`, in seconds since 1970, after the token was issued.
// Approximation [N14, Q38]: the text was seen in an application's log only.
pub(super) fn inactive(key: &str, subject: &str, jwt: &Jwt<'_>, at: i64) -> ServiceError {
    let issued = match jwt.seconds("iat") {
        Some(issued) => format!("`iat` of the token is {}", time_of_seconds(issued)),
        None => "the token has no `iat`".to_owned(),
    };
    ServiceError::not_authorized("Token is inactive").because(format!(
        "{} of {} was signed out at {}, and {issued}; ServerSideTokenCheck is on for the app client",
        plain(subject),
        plain(key),
        time_of_seconds(at)
    ))
}

fn invalid(what: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Invalid login token. {what}"))
}

fn why_no_jwt(pool: &Pool, key: &str, token: &str) -> String {
    if let Some(swapped) = swapped(pool, token) {
        return swapped;
    }
    let known = login_keys(pool);
    let hint = if known.contains(key) {
        "; identity pools take the ID token of a provider".to_owned()
    } else if is_cognito(key) {
        "; GetOpenIdTokenForDeveloperIdentity gives one".to_owned()
    } else {
        let hint = similar_provider(key, || known.iter().copied());
        format!(
            "; the {} has no provider of this name{hint}",
            pool_name(pool)
        )
    };
    let (key, flaw) = (quoted(key), jwt_flaw(token));
    format!("the value under {key} is no JWT: {flaw}{hint}")
}

/// Why a text is no JWT. Nothing of the text is shown.
pub(super) fn jwt_flaw(text: &str) -> String {
    match text.split('.').count() {
        _ if text.is_empty() => "it is empty".to_owned(),
        1 => "it has one part, and a JWT has three".to_owned(),
        3 => "its parts are not base64url of JSON, JSON and a signature".to_owned(),
        parts => format!("it has {parts} parts, and a JWT has three"),
    }
}

/// Key and value of an entry may be swapped. The key is then a token, so nothing of it is shown.
fn swapped(pool: &Pool, token: &str) -> Option<String> {
    let is_key = is_social_provider(token) || login_keys(pool).contains(token);
    is_key.then(|| {
        let value = quoted(token);
        format!("an entry of `Logins` has the value {value}; its key and its value are swapped")
    })
}

/// `; did you mean ..?` if the key is one of the pool's in another form.
fn similar_provider<'a, I>(key: &str, known: impl Fn() -> I) -> String
where
    I: Iterator<Item = &'a str>,
{
    let hint = did_you_mean(key, known());
    if !hint.is_empty() {
        return hint;
    }
    // The id of a user pool by itself, with the host of another Region, or with an app client.
    let user_pool = |key: &str| {
        let (_, id) = key.rsplit_once('/').unwrap_or(("", key));
        let id = id.split(':').next().unwrap_or_default();
        id.contains('_').then(|| id.to_owned())
    };
    let wanted = user_pool(key);
    let same = known().find(|known| wanted.is_some() && user_pool(known) == wanted);
    let lower = key.to_lowercase();
    let mut social = SOCIAL.into_iter();
    let social = social
        .find(|(word, name)| !key.contains('.') && lower.contains(word) && key != *name)
        .map(|(_, name)| name);
    match same.or(social) {
        Some(name) => format!("; did you mean {}?", quoted(name)),
        None => String::new(),
    }
}

/// The keys in `Logins` of the public providers of a pool, each once.
fn login_keys(pool: &Pool) -> BTreeSet<&str> {
    pool.login_keys().collect()
}

fn access_token(jwt: &Jwt<'_>) -> Option<String> {
    (jwt.claim("token_use") == Some("access")).then(|| {
        "this is an access token (`token_use` is \"access\"); identity pools take ID tokens"
            .to_owned()
    })
}

/// `` `aud` of the token is "web" ``.
pub(super) fn shown_claim(jwt: &Jwt<'_>, name: &str) -> String {
    match jwt.claims.get(name) {
        Some(value) => format!("`{name}` of the token is {}", json(value)),
        None => format!("the token has no `{name}`"),
    }
}

pub(super) fn why_claim_missing(jwt: &Jwt<'_>, name: &str) -> String {
    access_token(jwt).unwrap_or_else(|| {
        let claims = quoted_list(jwt.claims.keys().map(String::as_str));
        format!("{}; its claims are {claims}", shown_claim(jwt, name))
    })
}

/// Why a token, or an assertion, has expired at `limit`, in seconds since 1970.
pub(super) fn why_expired(name: &str, limit: i64, now: i64, grace: i64) -> String {
    let (limit, now) = (time_of_seconds(limit), time_of_seconds(now));
    let over = match grace {
        0 => "",
        _ => ", and the grace period of five minutes is over",
    };
    format!("`{name}` is {limit}; the mock's clock shows {now}{over}")
}
