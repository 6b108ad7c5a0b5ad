//! Parses JWTs, without verifying them.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

/// How the parts of a JWT are decoded.
// AWS [LOGIN12]: bits of the last character that belong to no byte may be set. A token that was
// changed there has an invalid signature and is not malformed. Approximation [LOGIN12]: inferred
// from the text of the error for such tokens.
// Approximation [Q57]: whether AWS accepts padding, which the standard leaves out, is not known.
// Common decoders of base64url do.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A parsed JWT. Its signature has not been verified.
#[derive(Debug)]
pub(crate) struct Jwt<'a> {
    header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    /// The part of the token that is signed.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// `None` unless the text consists of three base64url parts, the first two of which hold JSON
    /// objects.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed,
            signature: BASE64URL.decode(signature).ok()?,
        })
    }

    /// A header parameter, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// A claim, if it is text.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// A claim in seconds since 1970, without fractions.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        value
            .as_i64()
            .or_else(|| value.as_f64().map(|seconds| seconds as i64))
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::Jwt;

    #[test]
    fn only_three_parts_with_json_objects_are_a_jwt() {
        for text in [
            "",
            "a",
            "a.b",
            "..",
            "e30.e30",
            "e30.W10.",
            "e30.e30.!",
            "e30.e30.e30.e30",
        ] {
            assert!(Jwt::parse(text).is_none(), "{text}");
        }
        assert!(Jwt::parse("e30.e30.").is_some());
    }

    #[test]
    fn unused_bits_and_padding_change_nothing() {
        // Two bytes each, so that two bits of the last character belong to none.
        let plain = Jwt::parse("e30.e30.AAE").unwrap();

        for text in ["e31.e33.AAH", "e30=.e30=.AAE=", "e30.e30=.AAF"] {
            let jwt = Jwt::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (&jwt.claims, &jwt.signature),
                (&plain.claims, &plain.signature),
                "{text}"
            );
        }
        for text in ["e30.e30.A", "e30.e30.A+E", "e30.e30.AA/", "e30.e30.=AAE"] {
            assert!(Jwt::parse(text).is_none(), "{text}");
        }
    }
}
