//! Tests that wait for themselves: what they print while they hang.

use expect_test::expect;

use crate::run_until;

#[test]
fn a_closure_of_with_engine_that_waits_for_a_call() {
    let printed = run_until("a_closure_of_with_engine_that_waits_for_a_call", "help: ");

    expect![[r#"
        a call has waited 3s for the closure of `with_engine` at ⟨with_engine(|_| runtime.block_on(guest(&mock)).unwrap());⟩
        help: if that closure waits for this, neither will ever end.
    "#]].assert_eq(&printed);
}
