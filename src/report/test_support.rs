//! For the tests of verification: calls and faults that meet as in the service, and the facts
//! that follow from them.

use std::panic::Location;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use expect_test::Expect;
use regex::Regex;

use super::call_log::CallLog;
use super::logged_call::{LoggedCall, Subject, UnrecognizedRequest, UnrecognizedTarget};
use super::unmet_faults::UnmetFault;
use super::verification::{CallPanic, Verification, verification};
use crate::call::Outcome;
use crate::error::ServiceError;
use crate::faults::{Fault, InjectedFaults};
use crate::fields::{Fields, flatten};
use crate::operation::{Operation, Request};

/// Stands in for the mock: it gathers facts and answers nothing.
pub(super) struct Mock {
    faults: InjectedFaults,
    calls: Vec<LoggedCall>,
    /// The input of each call, if it has one.
    inputs: Vec<Option<Fields>>,
    facts: Verification,
}

impl Mock {
    pub(super) fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut mock = Self {
            faults: InjectedFaults::new(42),
            calls: Vec::new(),
            inputs: Vec::new(),
            facts: Verification::default(),
        };
        for fault in faults {
            mock.inject(fault);
        }
        mock
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        self.faults.inject(fault, Location::caller());
    }

    /// A call of `GetId` that ends with `outcome`, whatever the faults say.
    pub(super) fn get_id(&mut self, input: GetIdInput, outcome: Outcome) {
        let fields = flatten(&input);
        let request = Arc::new(Request::GetId(input));
        let number = self.calls.len() + 1;
        let mut matches = self.faults.snapshot().match_call(&request);
        for panic in matches.take_panics() {
            self.facts.panics.push(CallPanic {
                number,
                operation: request.operation(),
                panic,
            });
        }
        let applied = self.faults.apply(&matches, number, SystemTime::UNIX_EPOCH);
        let subject = Subject::Operation(request.operation());
        self.log(subject, outcome, Some(fields));
        self.calls[number - 1].fault = applied.fault_name();
    }

    /// Successful calls of `GetId` with these pools.
    pub(super) fn get_ids(&mut self, pools: &[&str]) {
        for pool in pools {
            let input = GetIdInput::builder().identity_pool_id(*pool).build();
            self.get_id(input.unwrap(), Outcome::Success);
        }
    }

    pub(super) fn undecodable(&mut self, operation: Operation) {
        let error = ServiceError::silent("SerializationException");
        self.log(Subject::Operation(operation), Outcome::Error(error), None);
        let call = self.calls[self.calls.len() - 1].clone();
        self.facts.undecodable.push(call);
    }

    pub(super) fn unrecognized(&mut self, method: &str, target: Option<UnrecognizedTarget>) {
        let request = UnrecognizedRequest {
            method: method.to_owned(),
            path: "/".to_owned(),
            target,
        };
        let error = ServiceError::silent("UnknownOperationException");
        let subject = Subject::Unrecognized(request.clone());
        self.log(subject, Outcome::Error(error), None);
        self.facts.unrecognized.push((self.calls.len(), request));
    }

    fn log(&mut self, subject: Subject, outcome: Outcome, input: Option<Fields>) {
        self.calls.push(LoggedCall {
            number: self.calls.len() + 1,
            subject,
            attempt: 1,
            outcome: Some(outcome),
            fault: None,
            contents: None,
        });
        self.inputs.push(input);
    }

    pub(super) fn facts(&self) -> Verification {
        let mut facts = self.facts.clone();
        let unmet = self.faults.unmet().into_iter();
        let calls = self.inputs.iter().flatten().count();
        facts.faults = unmet
            .map(|unmet| UnmetFault {
                last_unmatched: unmet
                    .counters
                    .last_not_matched
                    .and_then(|number| self.inputs[number - 1].clone()),
                // All calls are of one operation.
                called_before: calls as u64 > unmet.counters.received()
                    && unmet.operations().all(|on| on == Operation::GetId),
                unmet,
            })
            .collect();
        let last = self.calls.last().cloned();
        facts.last_failed = last.filter(|call| call.outcome != Some(Outcome::Success));
        let listed = CallLog::listed(1..=self.calls.len(), &facts.named_calls());
        let listed = listed.into_iter().map(|n| self.calls[n - 1].clone());
        facts.log = CallLog::new(self.calls.len(), listed, None);
        facts
    }

    pub(super) fn report(&self, in_drop: bool) -> Option<String> {
        // Where this file injects is of no interest and moves with every edit.
        verification(&self.facts(), in_drop).map(|text| without_places(&text))
    }

    pub(super) fn check(&self, expected: &Expect) {
        expected.assert_eq(&self.report(false).unwrap_or_default());
    }
}

fn without_places(text: &str) -> String {
    // In a workspace, the path begins with the folder of this crate.
    let place = Regex::new(r"[^ \n]*src[/\\]report[/\\][^ \n]+").unwrap();
    place.replace_all(text, "tests/login.rs:23:12").into_owned()
}
