//! The protocol: bytes on the wire, the validation of inputs, signatures, CORS, and requests that
//! are malformed, oversized or not recognized.

mod cors;
mod jwks;
mod malformed_http;
mod malformed_json;
mod oversized_bodies;
mod signatures;
mod sts_get_requests;
mod validation;
mod wire;
