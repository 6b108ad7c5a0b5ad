//! The awsJson1.1 protocol, from the server's side.
//!
//! A call is `POST /` with the operation in `X-Amz-Target` and the input as a JSON object; the
//! answer is the output as a JSON object, or an error whose `__type` is its name. Timestamps are
//! numbers, member names are those of the model, unknown members are ignored, and every member
//! is checked against the model before the operation runs. Nothing here knows what an identity
//! pool is: [`request`] finds out what is asked, [`decode`] reads and checks the input by the
//! table in [`validation`], [`encode`] writes the answer. The only module that names
//! `aws-smithy-json`, which is not 1.0 yet.

pub(crate) mod cors;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod json;
pub(crate) mod request;
pub(crate) mod sigv4;
pub(crate) mod sts;
pub(crate) mod validation;
