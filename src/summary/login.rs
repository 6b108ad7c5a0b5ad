//! What a login token says of itself.

use crate::engine::saml_subject;
use crate::token::Jwt;

/// The part of a login token that reports may show. Nothing of it is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) subject: Option<String>,
    pub(crate) issuer: Option<String>,
    /// In seconds since 1970.
    pub(crate) issued: Option<i64>,
    /// In seconds since 1970.
    pub(crate) expires: Option<i64>,
}

impl Login {
    /// Reads a JWT, or a SAML response if the provider is one of SAML. Other tokens are opaque.
    pub(crate) fn read(provider: &str, token: &str) -> Self {
        if let Some(jwt) = Jwt::parse(token) {
            return Self {
                subject: jwt.claim("sub").map(str::to_owned),
                issuer: jwt.claim("iss").map(str::to_owned),
                issued: jwt.seconds("iat"),
                expires: jwt.seconds("exp"),
            };
        }
        let is_saml = provider.starts_with("arn:") && provider.contains(":saml-provider/");
        Self {
            subject: is_saml.then(|| saml_subject(token)).flatten(),
            ..Self::default()
        }
    }
}
