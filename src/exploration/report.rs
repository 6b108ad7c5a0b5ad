//! The report of an exploration.

use std::fmt;

use super::findings::Finding;
use super::table::Table;
use crate::report;

/// The most runs of a finding that are named.
const NAMED: usize = 3;

/// What an exploration has shown: a table of all runs, and what is wrong with the code.
///
/// `Display` prints it. The text is the same each time, so that a test can keep it as a snapshot. It
/// may change in any version of this crate, as that of failure messages may.
#[derive(Clone, Debug)]
#[must_use = "a `Report` fails no test until `assert_clean` is called"]
pub struct Report {
    pub(super) table: Table,
    pub(super) findings: Vec<Finding>,
    /// Runs in which one thing happened.
    pub(super) runs: usize,
    /// Runs in which several things happened.
    pub(super) combined: usize,
}

impl Report {
    /// Fails the test if there are findings. The message is the report.
    ///
    /// # Panics
    ///
    /// Panics if there are findings.
    #[track_caller]
    pub fn assert_clean(&self) {
        if !self.findings.is_empty() {
            report::fail(&self.to_string());
        }
    }

    /// Returns what is wrong with the code, the most frequent first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns how many runs there were, without the baseline.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs + self.combined
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, findings) = (self.table.calls(), self.findings.len());
        write!(
            f,
            "{}, {}",
            counted(calls, "call"),
            counted(self.runs, "run")
        )?;
        if self.combined > 0 {
            write!(f, ", {} with several faults", counted(self.combined, "run"))?;
        }
        match findings {
            0 => writeln!(f, ", no finding\n")?,
            n => writeln!(f, ", {}\n", counted(n, "finding"))?,
        }
        self.table.fmt(f)?;
        writeln!(
            f,
            "\nok: success, e: an error is returned, [n]: see finding n"
        )?;
        for (index, finding) in self.findings.iter().enumerate() {
            write!(f, "\n[{}] {finding}", index + 1)?;
        }
        Ok(())
    }
}

/// What is wrong, the runs that have shown it, and the code that repeats the first of them.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = counted(self.runs.len(), "run");
        writeln!(f, "{}: {}   ({runs})", self.kind, self.text)?;
        let Some((first, others)) = self.runs.split_first() else {
            return Ok(());
        };
        writeln!(f, "    {first}")?;
        writeln!(f, "        {}", first.reproduction())?;
        if !others.is_empty() {
            let named = others.iter().take(NAMED).map(ToString::to_string);
            let named = named.collect::<Vec<_>>().join("; ");
            match others.len().saturating_sub(NAMED) {
                0 => writeln!(f, "    also: {named}")?,
                more => writeln!(f, "    also: {named}; and {more} more")?,
            }
        }
        if let Some(note) = &self.note {
            let mut lines = note.lines();
            writeln!(f, "    note: {}", lines.next().unwrap_or_default())?;
            for line in lines {
                writeln!(f, "        {line}")?;
            }
        }
        Ok(())
    }
}

fn counted(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
