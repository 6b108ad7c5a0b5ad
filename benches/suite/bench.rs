//! This mock beside what one would use in its place, and beside the floors under both.
//!
//! Everything runs in turn in one process, so that whatever else the machine does falls on all
//! alike; what is reported are ratios within a round, their median and quartiles.

mod contenders;
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

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { Effort::Quick } else { Effort::Full };
    let mut table = Table::default();
    latency::start_and_stop(effort, &mut table);
    latency::over_tcp(effort, &mut table);
    latency::in_memory(effort, &mut table);
    load::many_clients(effort, &mut table);
    growth::growth(effort, &mut table);
    memory::per_item(effort, &mut table);
    println!("{table}");
}
