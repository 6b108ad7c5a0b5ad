//! This mock beside what one would use in its place, and beside the floors under both.
//!
//! Everything runs in turn in one process, so that whatever else the machine does falls on all
//! alike; what is reported are ratios within a round, their median and quartiles.

mod contenders;
mod exploration;
mod growth;
mod latency;
mod load;
mod memory;
mod table;

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

const SECTIONS: [(&str, Section); 7] = [
    ("start", latency::start_and_stop),
    ("tcp", latency::over_tcp),
    ("memory", latency::in_memory),
    ("load", load::many_clients),
    ("growth", growth::growth),
    ("exploration", exploration::runs),
    ("bytes", memory::per_item),
];

/// `--quick` takes less time; names of sections leave out the others.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let effort = if given("--quick") {
        Effort::Quick
    } else {
        Effort::Full
    };
    let some = SECTIONS.iter().any(|(name, _)| given(name));
    let mut table = Table::default();
    for (name, section) in SECTIONS {
        if given(name) || !some {
            section(effort, &mut table);
        }
    }
    println!("{table}");
}
