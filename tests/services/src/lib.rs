//! Tests of the mock together with clients and mocks of other services, which are too heavy for the dev-dependencies
//! of the mock itself: the client of S3, `aws-smithy-mocks`, `wiremock`, `mockall` and `turmoil`.
//!
//! The guides whose blocks need them are compiled here as well.

#[cfg(doctest)]
#[doc = include_str!("../../../src/docs/cookbook.md")]
pub mod cookbook {}
#[cfg(doctest)]
#[doc = include_str!("../../../src/docs/migrating.md")]
pub mod migrating {}
