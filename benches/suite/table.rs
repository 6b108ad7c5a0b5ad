//! Medians, quartiles and the one table at the end.

use std::fmt;

/// A number measured in every round.
#[derive(Clone, Debug)]
pub struct Rounds(pub Vec<f64>);

impl Rounds {
    /// This over that, round by round: both met the same machine.
    pub fn over(&self, floor: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&floor.0)
                .map(|(own, floor)| own / floor)
                .collect(),
        )
    }

    fn quantile(&self, quantile: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1) as f64;
        sorted
            .get((last * quantile).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

struct Row {
    what: String,
    value: String,
    ratio: Option<Rounds>,
    bar: Option<f64>,
}

/// Collects what the sections measure.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// A headline.
    pub fn section(&mut self, what: &str) {
        eprintln!("… {what}");
        let row = Row {
            what: what.to_owned(),
            value: String::new(),
            ratio: None,
            bar: None,
        };
        self.0.push(row);
    }

    /// A line that others are compared with, or that is there to be seen.
    pub fn plain(&mut self, what: &str, value: impl Into<String>, ratio: Option<Rounds>) {
        let row = Row {
            what: format!("  {what}"),
            value: value.into(),
            ratio,
            bar: None,
        };
        self.0.push(row);
    }

    /// A line with a bar that its median must not pass.
    pub fn barred(&mut self, what: &str, value: impl Into<String>, ratio: Rounds, bar: f64) {
        let row = Row {
            what: format!("  {what}"),
            value: value.into(),
            ratio: Some(ratio),
            bar: Some(bar),
        };
        self.0.push(row);
    }
}

/// As Markdown, to be pasted.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {:44} | {:>12} | {:>22} | {:>7} | {:6} |",
            "what", "median", "ratio (quartiles)", "bar", ""
        )?;
        writeln!(
            f,
            "| {:-<44} | {:->11}: | {:->21}: | {:->6}: | {:-<6} |",
            "", "", "", "", ""
        )?;
        for row in &self.0 {
            let ratio = row.ratio.as_ref().map_or_else(String::new, |ratio| {
                let (low, high) = (ratio.quantile(0.25), ratio.quantile(0.75));
                format!("{:.2} ({low:.2}–{high:.2})", ratio.median())
            });
            let bar = row.bar.map_or_else(String::new, |bar| format!("{bar:.2}"));
            let met = row.bar.zip(row.ratio.as_ref()).map_or("", |(bar, ratio)| {
                if ratio.median() <= bar {
                    "met"
                } else {
                    "MISSED"
                }
            });
            writeln!(
                f,
                "| {:44} | {:>12} | {ratio:>22} | {bar:>7} | {met:6} |",
                row.what, row.value
            )?;
        }
        Ok(())
    }
}

pub fn micros(seconds: &Rounds) -> String {
    format!("{:.1} µs", seconds.median() * 1e6)
}
