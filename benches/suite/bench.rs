//! This mock beside what one would use in its place, and beside the floors under both.
//!
//! What is compared runs in turn in one process, so that whatever else the machine does falls on all
//! alike; what is reported are ratios within a round, their median and quartiles.

mod canned;
mod contenders;
mod crowd;
mod exploration;
mod growth;
mod latency;
mod load;
mod memory;
mod table;

use std::process::Command;

use table::Table;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// How long everything takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    Quick,
    Full,
}

impl Effort {
    pub fn choose<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

type Section = fn(Effort, &mut Table);

const SECTIONS: [(&str, Section); 8] = [
    ("start", latency::start_and_stop),
    ("tcp", latency::over_tcp),
    ("memory", latency::in_memory),
    ("load", load::many_clients),
    ("crowd", crowd::crowd),
    ("growth", growth::growth),
    ("exploration", exploration::runs),
    ("bytes", memory::per_item),
];

/// Precedes the name of the section that a process of its own measures.
const ALONE: &str = "--alone";

/// `--quick` takes less time; names of sections leave out the others.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let quick = given("--quick");
    if given(ALONE) {
        let effort = if quick { Effort::Quick } else { Effort::Full };
        let section = SECTIONS.iter().find(|(name, _)| given(name));
        let (_, section) = section.expect("a section");
        let mut table = Table::default();
        section(effort, &mut table);
        print!("{table}");
        return;
    }
    let some = SECTIONS.iter().any(|(name, _)| given(name));
    print!("{}", Table::head());
    for (name, _) in SECTIONS {
        if given(name) || !some {
            alone(name, quick);
        }
    }
}

/// Measures a section in a process of its own, so that no section finds the threads and the memory
/// of another one.
fn alone(section: &str, quick: bool) {
    let program = std::env::current_exe().expect("a path of this program");
    // Where the server's thread runs decides how long one call over TCP takes: on the CPU of the
    // client or on another one, by the mood of the scheduler.
    let mut command = if section == "tcp" {
        let mut pinned = Command::new("taskset");
        pinned.args(["--cpu-list", "0"]).arg(program);
        pinned
    } else {
        Command::new(program)
    };
    command.args([ALONE, section]);
    if quick {
        command.arg("--quick");
    }
    let status = command.status().expect("the program can be started again");
    assert!(status.success(), "{section}: {status}");
}
