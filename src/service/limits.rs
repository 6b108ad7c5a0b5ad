//! The limits of a request.

/// The maximum size of a request body in bytes. It has room for ten logins of 50,000 characters,
/// the most that the model allows. The transports read no more.
// Approximation [Q55]: AWS does not publish its own limit.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
