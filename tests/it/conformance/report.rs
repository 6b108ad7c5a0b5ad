//! What the scenarios showed about a target: a difference for each that is answered otherwise, and
//! a table of all.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use aws_sdk_cognitoidentity::Client;
use mock_cognito_identity::{MockCognitoIdentity, Outcome};

use super::record::File;
use super::target::Target;
use super::{Scenario, Session, diff};

pub(super) struct Report {
    lines: Vec<(&'static Scenario, Verdict)>,
    is_aws: bool,
}

enum Verdict {
    /// How many answers there are.
    Same(usize),
    /// The difference, how many answers differ, and how many there are.
    Differs(Vec<String>, (usize, usize)),
    Skipped(&'static str),
}

impl Report {
    /// Runs the scenarios one after another.
    pub(super) async fn of(target: &Target) -> Self {
        let mut lines = Vec::new();
        for scenario in super::all() {
            let lacks = scenario.needs.iter().find_map(|need| target.lacks(*need));
            let verdict = match lacks {
                Some(why) => Verdict::Skipped(why),
                None => {
                    let transcript = Session::new(target).run(scenario).await;
                    let expected = File::of(scenario).transcript;
                    if transcript == expected {
                        Verdict::Same(diff::answers(&expected, &expected).1)
                    } else {
                        let answers = diff::answers(&expected, &transcript);
                        Verdict::Differs(diff::lines(&expected, &transcript), answers)
                    }
                }
            };
            lines.push((scenario, verdict));
        }
        Self {
            lines,
            is_aws: target.is_aws(),
        }
    }

    pub(super) fn differing(&self) -> usize {
        self.count(|verdict| matches!(verdict, Verdict::Differs(..)))
    }

    pub(super) fn compared(&self) -> usize {
        self.count(|verdict| !matches!(verdict, Verdict::Skipped(_)))
    }

    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.lines.iter().filter(|(_, verdict)| is(verdict)).count()
    }

    /// A line for each scenario, and their sums.
    fn table(&self) -> String {
        let mut table = String::new();
        for (scenario, verdict) in &self.lines {
            let verdict = match verdict {
                Verdict::Same(_) => "same".to_owned(),
                Verdict::Differs(_, (differ, all)) => format!("{differ} of {all} answers differ"),
                Verdict::Skipped(why) => format!("skipped: {why}"),
            };
            table.push_str(&format!("{:<56} {verdict}\n", scenario.name));
        }
        let (all, compared) = (self.lines.len(), self.compared());
        let (mut differ, mut answers) = (0, 0);
        for (_, verdict) in &self.lines {
            let (of_it, all_of_it) = match verdict {
                Verdict::Same(answers) => (0, *answers),
                Verdict::Differs(_, counts) => *counts,
                Verdict::Skipped(_) => (0, 0),
            };
            (differ, answers) = (differ + of_it, answers + all_of_it);
        }
        table.push_str(&format!(
            "\n{} of {compared} scenarios differ, in {differ} of {answers} answers; {} were skipped\n",
            self.differing(),
            all - compared
        ));
        table
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (scenario, verdict) in &self.lines {
            if let Verdict::Differs(lines, _) = verdict {
                let about = scenario.about.trim();
                writeln!(
                    f,
                    "\n== {}\n   {about}\n   - expected, + answered\n",
                    scenario.name
                )?;
                writeln!(f, "{}", lines.join("\n"))?;
            }
        }
        write!(f, "\n{}", self.table())
    }
}

/// Keeps the table of an emulator, or the dates of what AWS has confirmed, if the environment says
/// so.
pub(super) fn save(report: &Report) {
    if let Some(path) = std::env::var_os("MOCK_COGNITO_CONFORMANCE_REPORT") {
        fs::write(path, report.table()).unwrap();
    }
    if report.is_aws && std::env::var_os("UPDATE_EXPECT").is_some() {
        let today = crate::support::date(std::time::SystemTime::now());
        for (scenario, verdict) in &report.lines {
            if matches!(verdict, Verdict::Same(_)) {
                File::of(scenario).confirm(scenario, &today);
            }
        }
    }
}

/// How often each operation is in the list.
pub(super) fn counted(operations: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for operation in operations {
        *counts.entry(operation).or_default() += 1;
    }
    counts
}

/// The names of the pools that were created.
pub(super) fn pools_created(mock: &MockCognitoIdentity) -> Vec<String> {
    let calls = mock.calls_to(Client::create_identity_pool).into_iter();
    let created = calls.filter(|call| call.outcome == Outcome::Success);
    created
        .filter_map(|call| call.input.identity_pool_name)
        .collect()
}
