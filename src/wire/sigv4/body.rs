//! The body of a signed request: what its signature covers of it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_sigv4::http_request::SignableBody;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;

use super::errors::{does_not_match, missing_body_hash, wrong_body_hash};
use super::parse::Presigned;
use super::recipient::Recipient;
use super::{BODY_HASH, header};
use crate::error::ServiceError;

/// The body of a request, if it was read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Read(&'a [u8]),
    Unread,
}

/// What the hash of the body is called in a request whose signature does not cover it.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// How the names begin that stand for the hash of a body that is sent in chunks.
const IN_CHUNKS: &str = "STREAMING-";

/// What the signature covers of the body, or the hash that the request states of it.
///
/// # Errors
/// S3's errors for a hash that is missing or wrong, and an error for a body that would have to be
/// read.
pub(super) fn signed_body<'a>(
    recipient: Recipient,
    parts: &Parts,
    body: Body<'a>,
) -> Result<SignableBody<'a>, ServiceError> {
    let stated = header(parts, BODY_HASH).filter(|_| recipient.is_other());
    match (stated, body) {
        (Some(stated), Body::Read(bytes)) if recipient.is_s3() && is_hash(stated) => {
            if hex(digest(&SHA256, bytes).as_ref()) != stated {
                return Err(wrong_body_hash());
            }
            Ok(SignableBody::Precomputed(stated.to_owned()))
        }
        (Some(stated), Body::Read(bytes)) if is_hash(stated) => Ok(SignableBody::Bytes(bytes)),
        (Some(stated), _) => Ok(SignableBody::Precomputed(stated.to_owned())),
        // AWS [AUTH13]: a presigned request to S3 leaves its body open.
        (None, _) if recipient.is_s3() && parts.extensions.get::<Presigned>().is_some() => {
            Ok(SignableBody::Precomputed(UNSIGNED.to_owned()))
        }
        (None, _) if recipient.is_s3() => Err(missing_body_hash()),
        (None, Body::Read(bytes)) => Ok(SignableBody::Bytes(bytes)),
        (None, Body::Unread) if has_no_body(parts) => Ok(SignableBody::Bytes(&[])),
        (None, Body::Unread) => Err(does_not_match(recipient).because(
            "the signature covers the body, whose hash the request does not state in \
             `X-Amz-Content-Sha256`: pass the whole request to `signer_of_request`",
        )),
    }
}

fn is_hash(stated: &str) -> bool {
    stated != UNSIGNED && !stated.starts_with(IN_CHUNKS)
}

fn has_no_body(parts: &Parts) -> bool {
    let length = header(parts, CONTENT_LENGTH);
    !parts.headers.contains_key(TRANSFER_ENCODING) && length.is_none_or(|length| length == "0")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
