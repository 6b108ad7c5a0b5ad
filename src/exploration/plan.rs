//! Which runs there are: each thing that can happen at each call, by itself or after another.

use std::fmt::Debug;
use std::time::Duration;

use super::code::{Body, Code};
use super::findings::Findings;
use super::misuse;
use super::observe::{Observed, Patience, observe};
use super::report::Report;
use super::rules::Rules;
use super::run::{Hit, Repeat, Run};
use super::seen_call::SeenCall;
use super::strike::{Crash, StrikeKind};
use super::table::{Cell, Row, Table};
use crate::operation::Operation;

/// A column of the table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) kind: StrikeKind,
    /// The only call that it is about; otherwise all.
    pub(super) only_call: Option<usize>,
}

/// Which runs the user wants.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) columns: Vec<Column>,
    /// The operations whose calls are struck; all if there is none.
    pub(super) operations: Vec<Operation>,
    pub(super) faults_per_run: usize,
}

impl Column {
    pub(super) fn of(kind: StrikeKind) -> Self {
        Self {
            kind,
            only_call: None,
        }
    }

    /// The head of the column.
    fn title(&self) -> String {
        match &self.kind {
            StrikeKind::Fault(explored) => explored.title.clone(),
            StrikeKind::Crash(Crash::Before) => "crash before".to_owned(),
            StrikeKind::Crash(Crash::After) => "crash after".to_owned(),
            StrikeKind::Cancel => "cancel".to_owned(),
        }
    }

    /// What is done to the call at this index in separate runs: once, and from there on.
    fn hits(&self, calls: &[SeenCall], index: usize) -> [Option<Hit>; 2] {
        let call = &calls[index];
        if self.only_call.is_some_and(|only| only != call.number) {
            return [None, None];
        }
        let hit = |repeat, skipped: usize| {
            Some(Hit {
                call: call.number,
                subject: call.subject(),
                strike: self.kind.clone(),
                repeat,
                skipped: u64::try_from(skipped).unwrap_or(u64::MAX),
            })
        };
        let StrikeKind::Fault(explored) = &self.kind else {
            return [hit(Repeat::Once, index), None];
        };
        let matches = |call: &&SeenCall| explored.fault.would_match(&call.input);
        if !matches(&call) {
            return [None, None];
        }
        let skipped = calls[..index].iter().filter(matches).count();
        [Repeat::Once, Repeat::FromHereOn].map(|repeat| hit(repeat, skipped))
    }
}

/// Performs all runs of a plan.
pub(super) struct Explorer<'e, 'a, A, T, E> {
    pub(super) code: &'e Code<'a, A, T, E>,
    pub(super) body: &'e dyn Body<A, T, E>,
    pub(super) plan: Plan,
    pub(super) rules: Rules,
    pub(super) recovery: Duration,
    /// How much longer than in the baseline a use may take.
    pub(super) time_limit: Duration,
}

/// What has been found so far.
#[derive(Default)]
struct Progress {
    findings: Findings,
    runs: usize,
    /// Runs with more than one fault.
    combined: usize,
}

impl<A, T: Debug, E: Debug> Explorer<'_, '_, A, T, E> {
    /// Performs all runs. Fails if the plan is about calls that the code does not make.
    pub(super) fn explore(&self) -> Result<Report, String> {
        let baseline = &self.rules.baseline;
        let calls = &baseline.calls[..baseline.first.calls];
        self.check_plan(calls)?;
        let lines = baseline.transcript.lines();
        let mut progress = Progress::default();
        let mut rows = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            if !self.is_selected(call) {
                continue;
            }
            let mut row = Row::new(&lines, call.number);
            for column in &self.plan.columns {
                let [once, from_here_on] = column.hits(calls, index);
                row.once.push(once.map(|hit| self.cell(hit, &mut progress)));
                row.from_here_on
                    .push(from_here_on.map(|hit| self.cell(hit, &mut progress)));
            }
            rows.push(row);
        }
        let (findings, moved) = progress.findings.sorted();
        let titles = self.plan.columns.iter().map(Column::title).collect();
        Ok(Report {
            table: Table::new(titles, rows, &moved),
            findings,
            runs: progress.runs,
            combined: progress.combined,
        })
    }

    fn check_plan(&self, calls: &[SeenCall]) -> Result<(), String> {
        let baseline = &self.rules.baseline;
        let mut only = self
            .plan
            .columns
            .iter()
            .filter_map(|column| column.only_call);
        if let Some(number) = only.find(|only| calls.iter().all(|call| call.number != *only)) {
            return Err(misuse::no_such_call(number, baseline));
        }
        if !calls.iter().any(|call| self.is_selected(call)) {
            return Err(misuse::no_call_of(&self.plan.operations, baseline));
        }
        Ok(())
    }

    /// Whether the call is one of those that are struck.
    fn is_selected(&self, call: &SeenCall) -> bool {
        let operations = &self.plan.operations;
        let mut only = self.plan.columns.iter().map(|column| column.only_call);
        (operations.is_empty() || operations.contains(&call.input.operation()))
            && only.any(|only| only.is_none_or(|only| only == call.number))
    }

    /// A run in which one thing happens, and those in which others happen after it.
    fn cell(&self, hit: Hit, progress: &mut Progress) -> Cell {
        let run = Run { hits: vec![hit] };
        let observed = self.perform(&run);
        progress.runs += 1;
        let findings = progress
            .findings
            .add(&run, self.rules.judge(&run, &observed));
        let cell = Cell::new(&run, &observed, findings);
        if cell.findings.is_empty() {
            self.combine(&run, &observed, progress);
        }
        cell
    }

    /// Lets something else happen at each of the later calls of a run. What a fault does by itself
    /// it also does together with others, so only runs without a finding are continued.
    fn combine(&self, run: &Run, observed: &Observed, progress: &mut Progress) {
        let Some(last) = run.hits.last().filter(|hit| hit.may_be_followed()) else {
            return;
        };
        if run.hits.len() >= self.plan.faults_per_run {
            return;
        }
        let calls = &observed.calls[..observed.first.calls];
        for (index, call) in calls.iter().enumerate() {
            if call.number <= last.call || !self.is_selected(call) {
                continue;
            }
            for column in &self.plan.columns {
                let [Some(hit), _] = column.hits(calls, index) else {
                    continue;
                };
                let mut longer = run.clone();
                longer.hits.push(hit);
                let observed = self.perform(&longer);
                progress.combined += 1;
                let found = self.rules.judge(&longer, &observed);
                if progress.findings.add(&longer, found).is_empty() {
                    self.combine(&longer, &observed, progress);
                }
            }
        }
    }

    fn perform(&self, run: &Run) -> Observed {
        let baseline = &self.rules.baseline;
        let patience = Patience {
            first_use: baseline.first.took + self.time_limit,
            recovery: self.recovery,
            second_use: baseline.second.took + self.time_limit,
        };
        observe(self.code, self.body, &run.hits, patience)
    }
}
