//! For the tests of verification: calls and faults that meet as in the service, and the facts
//! that follow from them.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use expect_test::Expect;
use regex::Regex;

use super::attempts::Attempts;
use super::call_log::CallLog;
use super::logged_call::{LoggedCall, Subject, UnrecognizedRequest, UnrecognizedTarget};
use super::unmet_faults::{EarlierCalls, UnmetFault};
use super::verification::{CallPanic, Verification, verification};
use crate::call::Outcome;
use crate::error::ServiceError;
use crate::faults::{Fault, InjectedFaults, Unmet};
use crate::fields::Fields;
use crate::operation::{Operation, Request};

/// Stands in for the mock: it gathers facts and answers nothing.
pub(super) struct Mock {
    faults: InjectedFaults,
    calls: Vec<LoggedCall>,
    /// The input of each call, if it has one.
    inputs: Vec<Option<Fields>>,
    /// The invocation of all calls from now on. Without one, each call is its own.
    invocation: Option<String>,
    invocations: Vec<Option<String>>,
    facts: Verification,
}

impl Mock {
    pub(super) fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut mock = Self {
            faults: InjectedFaults::new(42),
            calls: Vec::new(),
            inputs: Vec::new(),
            invocation: None,
            invocations: Vec::new(),
            facts: Verification::default(),
        };
        for fault in faults {
            mock.inject(fault);
        }
        mock
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        let last_request = self.calls.len();
        self.faults.inject(fault, Location::caller(), last_request);
    }

    /// The calls from now on are attempts of one invocation.
    pub(super) fn invocation(&mut self, id: &str) {
        self.invocation = Some(id.to_owned());
    }

    /// A call of `GetId` that ends with `outcome`, whatever the faults say.
    pub(super) fn get_id(&mut self, input: GetIdInput, outcome: Outcome) {
        self.call(Request::GetId(input), outcome);
    }

    /// A call that ends with `outcome`, whatever the faults say.
    pub(super) fn call(&mut self, request: Request, outcome: Outcome) {
        let fields = request.fields();
        let request = Arc::new(request);
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

    pub(super) fn unrecognized(
        &mut self,
        method: &str,
        path: &str,
        target: Option<UnrecognizedTarget>,
    ) {
        let request = UnrecognizedRequest {
            method: method.to_owned(),
            path: path.to_owned(),
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
        self.invocations.push(self.invocation.clone());
    }

    pub(super) fn facts(&self) -> Verification {
        let mut facts = self.facts.clone();
        let unmet = self.faults.unmet().into_iter();
        facts.faults = unmet.map(|unmet| self.unmet_fault(unmet)).collect();
        let last = self.calls.last().cloned();
        facts.last_failed = last.filter(|call| call.outcome != Some(Outcome::Success));
        let listed = CallLog::listed(1..=self.calls.len(), &facts.named_calls());
        let listed = listed.into_iter().map(|n| self.calls[n - 1].clone());
        facts.log = CallLog::new(self.calls.len(), listed, None);
        facts
    }

    fn unmet_fault(&self, unmet: Unmet) -> UnmetFault {
        let operations: Vec<Operation> = unmet.operations().collect();
        let concerns = |call: &&LoggedCall| {
            let operation = call.operation();
            operation.is_some_and(|on| operations.is_empty() || operations.contains(&on))
        };
        let injected_after = unmet.fault.injected_after();
        let calls = self.calls.iter().filter(concerns);
        let (earlier, later): (Vec<&LoggedCall>, Vec<_>) =
            calls.partition(|call| call.number <= injected_after);
        let mut called = BTreeMap::new();
        for operation in self.calls.iter().filter_map(LoggedCall::operation) {
            *called.entry(operation).or_default() += 1;
        }
        let unmatched = unmet.counters.last_not_matched;
        let invocations = later.iter().map(|call| &self.invocations[call.number - 1]);
        UnmetFault {
            last_unmatched: unmatched.and_then(|number| self.inputs[number - 1].clone()),
            earlier: earlier.last().map(|last| EarlierCalls {
                count: earlier.len() as u64,
                last: last.number,
            }),
            rejected_at_once: later.len() as u64 - unmet.counters.received(),
            attempts: Attempts::of(invocations.cloned()),
            called: called.into_iter().collect(),
            guard_saw_no_request: false,
            unmet,
        }
    }

    pub(super) fn report(&self, in_drop: bool) -> Option<String> {
        // Where this file injects is of no interest and moves with every edit.
        verification(&self.facts(), in_drop).map(|text| without_places(&text))
    }

    pub(super) fn check(&self, expected: &Expect) {
        expected.assert_eq(&self.report(false).unwrap_or_default());
    }
}

pub(super) fn without_places(text: &str) -> String {
    // In a workspace, the path begins with the folder of this crate.
    let place = Regex::new(r"[^ \n]*src[/\\]report[/\\][^ \n]+").unwrap();
    place.replace_all(text, "tests/login.rs:23:12").into_owned()
}
