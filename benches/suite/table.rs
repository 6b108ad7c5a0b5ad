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
    bar: Option<Bar>,
}

/// A limit of a median.
#[derive(Clone, Copy)]
enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

impl Bar {
    fn is_met(self, median: f64) -> bool {
        match self {
            Self::AtMost(most) => median <= most,
            Self::AtLeast(least) => median >= least,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "≤ {most:.2}"),
            Self::AtLeast(least) => write!(f, "≥ {least:.2}"),
        }
    }
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

    /// A line whose median must be at most `most`.
    pub fn barred(&mut self, what: &str, value: impl Into<String>, ratio: Rounds, most: f64) {
        self.with_bar(what, value, ratio, Bar::AtMost(most));
    }

    /// A line whose median must be at least `least`.
    pub fn barred_below(
        &mut self,
        what: &str,
        value: impl Into<String>,
        ratio: Rounds,
        least: f64,
    ) {
        self.with_bar(what, value, ratio, Bar::AtLeast(least));
    }

    fn with_bar(&mut self, what: &str, value: impl Into<String>, ratio: Rounds, bar: Bar) {
        let row = Row {
            what: format!("  {what}"),
            value: value.into(),
            ratio: Some(ratio),
            bar: Some(bar),
        };
        self.0.push(row);
    }

    /// The first two lines of the Markdown table.
    pub fn head() -> String {
        let names = format!(
            "| {:44} | {:>12} | {:>22} | {:>7} | {:6} |",
            "what", "median", "ratio (quartiles)", "bar", ""
        );
        let line = format!(
            "| {:-<44} | {:->11}: | {:->21}: | {:->6}: | {:-<6} |",
            "", "", "", "", ""
        );
        format!("{names}\n{line}\n")
    }
}

/// The rows, as Markdown.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.0 {
            let ratio = row.ratio.as_ref().map_or_else(String::new, |ratio| {
                let (low, high) = (ratio.quantile(0.25), ratio.quantile(0.75));
                format!("{:.2} ({low:.2}–{high:.2})", ratio.median())
            });
            let bar = row.bar.map_or_else(String::new, |bar| bar.to_string());
            let met = row.bar.zip(row.ratio.as_ref()).map_or("", |(bar, ratio)| {
                if bar.is_met(ratio.median()) {
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
