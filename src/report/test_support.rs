//! For the tests of reports: a recorder and faults that work together as in the service.

use std::panic::Location;
use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
use expect_test::Expect;
use regex::Regex;

use super::verification;
use crate::call::Outcome;
use crate::faults::{Fault, InjectedFaults};
use crate::operation::Request;
use crate::recorder::{Arrival, Received, Recorder};

/// What the service does with a call, without the answering.
pub(super) struct Mock {
    recorder: Recorder,
    faults: InjectedFaults,
}

impl Mock {
    pub(super) fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut mock = Self {
            recorder: Recorder::new(usize::MAX, None),
            faults: InjectedFaults::new(42),
        };
        for fault in faults {
            mock.inject(fault);
        }
        mock
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        self.faults.inject(fault, Location::caller());
    }

    /// One request, which ends with `outcome` whatever the faults say.
    pub(super) fn receive(&mut self, received: Received, outcome: Outcome) {
        let request = match &received {
            Received::Call(request) => Some(Arc::clone(request)),
            Received::Undecodable(_) | Received::TooLarge(_) | Received::Unrecognized(_) => None,
        };
        let ticket = self.recorder.record_arrival(Arrival {
            received,
            attempt: 1,
            invocation_id: None,
            time: SystemTime::UNIX_EPOCH,
        });
        let mut fault = None;
        if let Some(request) = request {
            let mut matches = self.faults.snapshot().match_call(&request);
            for panic in matches.take_panics() {
                self.recorder
                    .record_panic(ticket, request.operation(), panic);
            }
            let time = SystemTime::UNIX_EPOCH;
            let applied = self.faults.apply(&matches, ticket.number(), time);
            fault = applied.fault_name();
        }
        self.recorder.record_outcome(ticket, outcome, fault);
    }

    pub(super) fn get_ids(&mut self, pools: &[&str]) {
        for pool in pools {
            let input = GetIdInput::builder().identity_pool_id(*pool).build();
            let request = Request::GetId(input.unwrap());
            self.receive(Received::Call(Arc::new(request)), Outcome::Success);
        }
    }

    pub(super) fn report(&self, in_drop: bool) -> Option<String> {
        let facts = self.recorder.verification(self.faults.unmet(), None);
        // Where this file injects is of no interest and moves with every edit.
        verification(&facts, in_drop).map(|text| without_places(&text))
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
