//! Any bytes as what a socket receives.

#![no_main]

#[allow(dead_code, reason = "each target feeds one of the entries")]
#[path = "../../tests/it/exhaustive/fuzz/entries.rs"]
mod entries;

use std::cell::RefCell;

thread_local! {
    static FUZZED: RefCell<entries::Fuzzed> = RefCell::new(entries::Fuzzed::over_tcp());
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    FUZZED.with_borrow_mut(|fuzzed| fuzzed.wire(input));
});
