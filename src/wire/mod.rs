//! The server side of the protocols: awsJson1.1 for Cognito Identity, awsQuery for STS.
//!
//! An awsJson1.1 call is `POST /` with the operation in `X-Amz-Target` and the input as a JSON
//! object. The answer is the output as a JSON object, or an error whose `__type` is its name.
//! Timestamps are numbers, member names are those of the model, and unknown members are ignored.
//!
//! [`request`] routes a request by its head, [`sigv4`] verifies its signature, [`decode`] reads its
//! input and checks it against the constraints in [`validation`], and [`encode`] writes the
//! response. [`sts`] does the same for awsQuery. Nothing here knows what an identity pool is.
//! Only this module names `aws-smithy-json`, which is not 1.0 yet.

pub(crate) mod cors;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod json;
pub(crate) mod other_service;
pub(crate) mod request;
pub(crate) mod sigv4;
pub(crate) mod sts;
pub(crate) mod validation;
