//! The protocol: bytes, headers, signatures, constraints, and requests that are none.

mod cors;
mod jwks;
mod malformed_http;
mod malformed_json;
mod oversized_bodies;
mod signatures;
mod sts_get_requests;
mod validation;
mod wire;
