//! The table of a report: calls down, what was done to them across.

use std::fmt;

use super::observe::Observed;
use super::run::{Hit, Run};
use super::usage::Use;
use crate::redact::shortened;
use crate::report::TranscriptLine;

/// The most characters of the input of a call.
const LABEL: usize = 100;
const ONCE: &str = "once";
const FROM_HERE_ON: &str = "from here on";

#[derive(Clone, Debug)]
pub(super) struct Table {
    titles: Vec<String>,
    rows: Vec<Row>,
}

/// A call.
#[derive(Clone, Debug)]
pub(super) struct Row {
    label: String,
    /// One for each column; `None` where there is no such run.
    pub(super) once: Vec<Option<Cell>>,
    pub(super) from_here_on: Vec<Option<Cell>>,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    outcome: &'static str,
    /// The positions of its findings.
    pub(super) findings: Vec<usize>,
}

impl Cell {
    /// A fault shows in the use that it strikes. If that is interrupted, the next use counts.
    pub(super) fn new(run: &Run, observed: &Observed, findings: Vec<usize>) -> Self {
        let is_interrupted = run.hits.iter().any(Hit::interrupts);
        let used = if is_interrupted {
            &observed.second
        } else {
            &observed.first
        };
        let outcome = match &used.result {
            Use::Returned(Ok(_)) => "ok",
            Use::Returned(Err(_)) => "e",
            Use::Panicked => "PANIC",
            Use::Hung | Use::Interrupted => "HUNG",
        };
        Self { outcome, findings }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.outcome)?;
        if !self.findings.is_empty() {
            let numbers = self
                .findings
                .iter()
                .map(|position| (position + 1).to_string());
            write!(f, "[{}]", numbers.collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }
}

impl Row {
    /// The row of the call with this number, whose line is one of these.
    pub(super) fn new(lines: &[TranscriptLine], number: usize) -> Self {
        let line = lines.iter().find(|line| line.number == number);
        let label = line.map_or_else(String::new, |line| {
            format!("{}  {}", line.subject, line.input)
        });
        let label = shortened(label, LABEL);
        Self {
            label: format!("#{number}  {}", label.trim_end()),
            once: Vec::new(),
            from_here_on: Vec::new(),
        }
    }
}

impl Table {
    /// `moved` has the final position of each finding.
    pub(super) fn new(titles: Vec<String>, mut rows: Vec<Row>, moved: &[usize]) -> Self {
        for row in &mut rows {
            let cells = row.once.iter_mut().chain(&mut row.from_here_on);
            for cell in cells.flatten() {
                cell.findings = cell.findings.iter().map(|from| moved[*from]).collect();
                cell.findings.sort_unstable();
            }
        }
        Self { titles, rows }
    }

    pub(super) fn calls(&self) -> usize {
        self.rows.len()
    }

    fn widths(&self) -> Vec<usize> {
        let widths = self.titles.iter().enumerate().map(|(column, title)| {
            let cells = self
                .rows
                .iter()
                .flat_map(|row| [&row.once, &row.from_here_on]);
            let cells = cells.filter_map(|cells| cells[column].as_ref());
            let widest = cells.map(|cell| cell.to_string().chars().count()).max();
            widest.unwrap_or_default().max(title.chars().count())
        });
        widths.collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let head = FROM_HERE_ON.len();
        let line = |name: &str, cells: Vec<String>| {
            let mut line = format!("  {name:head$}");
            for (cell, width) in cells.iter().zip(&widths) {
                line.push_str(&format!("  {cell:width$}"));
            }
            line.trim_end().to_owned()
        };
        writeln!(f, "{}", line("", self.titles.clone()))?;
        for row in &self.rows {
            writeln!(f, "{}", row.label)?;
            let once = row.once.iter().map(|cell| shown(cell.as_ref(), "-"));
            writeln!(f, "{}", line(ONCE, once.collect()))?;
            if row.from_here_on.iter().any(Option::is_some) {
                let on = row.from_here_on.iter().map(|cell| shown(cell.as_ref(), ""));
                writeln!(f, "{}", line(FROM_HERE_ON, on.collect()))?;
            }
        }
        Ok(())
    }
}

fn shown(cell: Option<&Cell>, otherwise: &str) -> String {
    cell.map_or_else(|| otherwise.to_owned(), Cell::to_string)
}
