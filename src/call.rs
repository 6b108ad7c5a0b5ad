//! A recorded call, as the user sees it.

use std::fmt;
use std::time::SystemTime;

use crate::error::ServiceError;
use crate::operation::Request;

/// One call that reached the mock: one attempt, so two throttles and a success are three calls.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Call<I = Request> {
    /// Counts from 1 over all calls, as printed in failure messages.
    pub number: usize,
    /// What was asked, in the SDK's own input type.
    pub input: I,
    /// Counts from 1 within one `send()`; from the header `amz-sdk-request`, 1 without it.
    pub attempt: u32,
    /// Groups the attempts of one `send()`; from the header `amz-sdk-invocation-id`.
    pub invocation_id: Option<String>,
    /// When it arrived, by the mock's clock.
    pub time: SystemTime,
    /// How it was answered.
    pub outcome: Outcome,
    /// The name of the fault that shaped the answer, if one did.
    pub fault: Option<String>,
}

/// How a call was answered.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With a success.
    Success,
    /// With an error.
    Error(ServiceError),
    /// No full response was sent.
    Dropped,
}

/// `ok`, the error, or `dropped`: as in the call log of failure messages.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("ok"),
            Self::Error(error) => error.fmt(f),
            Self::Dropped => f.write_str("dropped"),
        }
    }
}
