//! The protocol: bytes, headers, signatures, constraints, and requests that are none.

mod cors;
mod identity_constraints;
mod malformed_http;
mod malformed_json;
mod oversized_bodies;
mod pool_limits;
mod signatures;
mod sts_get_requests;
pub(crate) mod validation;
mod wire;
