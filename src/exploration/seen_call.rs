//! A call that the mock received in a run, with what the rules ask about it.

use std::time::SystemTime;

use crate::call::{Call, Outcome};
use crate::operation::Request;

#[derive(Clone, Debug)]
pub(super) struct SeenCall {
    pub(super) number: usize,
    pub(super) input: Request,
    pub(super) time: SystemTime,
    /// The code of the error that the call was answered with.
    pub(super) error: Option<String>,
}

impl SeenCall {
    pub(super) fn new(call: Call) -> Self {
        let error = match &call.outcome {
            Outcome::Error(error) => Some(error.code().to_owned()),
            Outcome::Success | Outcome::Dropped => None,
        };
        Self {
            number: call.number,
            input: call.input,
            time: call.time,
            error,
        }
    }

    /// The name of the operation.
    pub(super) fn subject(&self) -> String {
        self.input.operation().to_string()
    }
}
